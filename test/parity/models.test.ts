/** CLIP's towers and the seven variants of CD2FSAN, made small, against independent PyTorch in float64. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Graph } from "../../compiler/ir/graph.ts";
import { constantValue } from "../../compiler/dims/index.ts";
import { BACKWARD, beyond, FORWARD, forwardDistances, gradientDistances, lowerTexts, type GoldenCase } from "./golden.ts";
import clipGolden from "./golden/clip.json";
import variantsGolden from "./golden/cd2fsan.json";
import { shrink } from "./shrink.ts";
import { towers } from "./towers.ts";

const read = (name: string): string => readFileSync(new URL(`../../models/${name}`, import.meta.url), "utf8");
const clip = read("clip.net");

const trained = (graph: Graph): number =>
  graph.parameters.reduce((sum, { type }) => sum + type.shape.reduce((count, size) => count * Number(constantValue(size)), 1), 0);

describe("CLIP's towers compute what PyTorch computes", () => {
  for (const golden of clipGolden as unknown as readonly GoldenCase[]) {
    const graph = () => lowerTexts(new Map([["tower.net", towers[golden.name]], ["clip.net", clip]]));
    it(`${golden.name}, forward`, () => expect(beyond(forwardDistances(graph(), golden), FORWARD)).toEqual([]));
    it(`${golden.name}, gradients`, () => expect(beyond(gradientDistances(graph(), golden), BACKWARD)).toEqual([]));
  }
});

describe("CD2FSAN computes what PyTorch computes", () => {
  const text = shrink(read("cd2fsan.net"));
  for (const golden of variantsGolden as unknown as readonly GoldenCase[]) {
    const graph = () => lowerTexts(new Map([["cd2fsan.net", text], ["clip.net", clip]]), { variant: golden.name });
    it(`variant ${golden.name}, forward and parameter count`, () => {
      const lowered = graph();
      expect(beyond(forwardDistances(lowered, golden), FORWARD)).toEqual([]);
      expect(trained(lowered)).toBe(golden.parameters);
    });
    // the selector is not among them: in a graph for inference it only chooses
    if (golden.gradients)
      it(`variant ${golden.name}, gradients`, () => expect(beyond(gradientDistances(graph(), golden), BACKWARD)).toEqual([]));
  }
});
