/** Every layer of the library against PyTorch in float64, forward and backward. No Python here: golden/library.json is made by make_golden.py. */
import { describe, expect, it } from "vitest";
import { cases } from "./cases.ts";
import { BACKWARD, beyond, FORWARD, forwardDistances, gradientDistances, lowerTexts, type GoldenCase } from "./golden.ts";
import library from "./golden/library.json";

const golden = library as unknown as readonly GoldenCase[];

describe("the layer library computes what PyTorch computes", () => {
  it("has a text for every golden case", () => {
    expect(Object.keys(cases).sort()).toEqual(golden.map(({ name }) => name).sort());
  });
  for (const each of golden) {
    const { text, tolerance } = cases[each.name];
    const graph = () => lowerTexts(new Map([["case.net", text]]), { training: each.training });
    it(`${each.name}, forward`, () => {
      expect(beyond(forwardDistances(graph(), each), tolerance?.forward ?? FORWARD)).toEqual([]);
    });
    if (each.gradients)
      it(`${each.name}, gradients`, () => {
        expect(beyond(gradientDistances(graph(), each), tolerance?.backward ?? BACKWARD)).toEqual([]);
      });
  }
});
