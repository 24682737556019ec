/**
 * What checks runs as it was checked: random well-typed programs are interpreted and run in ONNX Runtime, and every actual shape is the predicted one.
 * A sample; `npm run bench -- --programs 10000` runs many more.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { constant } from "../../compiler/dims/index.ts";
import { agreement } from "./agreement.ts";
import { isAdvice, programCampaign, type Campaign } from "./campaign.ts";
import { emptyTally, executeModel } from "./execute.ts";
import { compile } from "./judge.ts";
import { minimised } from "./minimise.ts";
import { generateProgram } from "./program.ts";

describe("random programs", () => {
  const count = 150;
  let done: Campaign;
  beforeAll(async () => {
    done = await programCampaign({ from: 20_000, count, onnxEvery: 10, onnxOfBlocksEvery: 0, trainingEvery: 15, changes: 1, changesEvery: 6, wraps: 1 });
  });

  it("run as they were checked", () => expect(done.failures.map(({ seed, failure, text }) => `seed ${seed}: ${failure.kind} ${failure.where}: ${failure.what}\n${text}`)).toEqual([]));

  it("are accepted, as a rule: what is refused says nothing", () => {
    const refused = done.refused.filter(({ codes }) => !isAdvice(codes));
    expect(refused.length, refused.map(({ seed, message }) => `${seed}: ${message}`).join("\n")).toBeLessThan(count * 0.07);
  });

  it("compare something", () => {
    expect(done.tally.runs).toBeGreaterThan(count * 2);
    expect(done.tally.checkedTypes).toBeGreaterThan(count * 10);
    expect(done.tally.onnxRuns).toBeGreaterThan(count / 8);
    expect(done.tally.illConditioned + done.tally.notFinite).toBeLessThan(count / 10);
  });

  it("are a function of the seed", () => expect(generateProgram(7).text).toBe(generateProgram(7).text));
});

describe("a failure is seen", () => {
  const text = "model M {\n  input x: f32[B, C = 4]\n  let half = x[C = 0..2]\n  output y: f32[B, C = 2] = tanh(half)\n}\n";

  it("a binding that is not what it was checked as", async () => {
    const compilation = compile(text);
    const lying = {
      ...compilation,
      valueOf: (tree: Parameters<typeof compilation.valueOf>[0]) => {
        const value = compilation.valueOf(tree);
        if (value?.kind !== "tensor" || tree.kind !== "Let") return value;
        const axes = value.type.axes.map((axis, i) => (i === 1 ? { ...axis, size: { ...axis.size, size: constant(3) } } : axis));
        return { ...value, type: { ...value.type, axes } };
      },
    };
    expect(await executeModel(compilation, compilation.models[0], { seed: 1, onnx: true }, emptyTally())).toBeUndefined();
    expect((await executeModel(lying, compilation.models[0], { seed: 1, onnx: false }, emptyTally()))?.kind).toBe("binding");
  });

  it("numbers that differ, and numbers that rounding moves as far", () => {
    const tensor = (value: number): Parameters<typeof agreement>[0] => ({ dtype: "f32", shape: [1], data: Float64Array.of(value) });
    expect(agreement(tensor(1.00001), tensor(1), () => tensor(1))).toBe("agree");
    expect(agreement(tensor(1.001), tensor(1), () => tensor(1))).toContain("1.001");
    expect(agreement(tensor(1.001), tensor(1), () => tensor(1.0001))).toBe("ill-conditioned");
    expect(agreement(tensor(NaN), tensor(1), () => tensor(1))).toContain("NaN");
  });

  it("and made small", async () => {
    const small = await minimised("model A {\n  one\n  two\n}\nblock b\n  three\n", (candidate) => Promise.resolve(candidate.includes("two")));
    expect(small.trim()).toBe("two");
  });
});
