import { describe, expect, it } from "vitest";
import { foldBatchNorm } from "../../compiler/passes/index.ts";
import { census, distance, lower, problemsOf } from "./programs.ts";

const folds = [
  "conv and norm", "biased conv and norm", "grouped conv and norm", "depthwise conv and norm", "separable conv and norm", "one channel",
  "conv over a sequence and norm", "linear and norm", "transposed conv and norm",
] as const;

describe("batch norm moves into the weights", () => {
  it.each(folds)("%s", (name) => {
    const { graph, facts } = lower(name);
    expect(census(graph).batch_norm).toBeGreaterThan(0);
    const after = foldBatchNorm.run(graph, facts);
    expect(census(after).batch_norm).toBeUndefined();
    expect(census(after).conv).toBe(census(graph).conv);
    expect(problemsOf(after, facts)).toEqual([]);
    expect(distance(graph, after)).toBeLessThanOrEqual(1e-10);
  });
  it("twice in a row", () => {
    const { graph, facts } = lower("model M { input x: f32[B, C = 4]  let a = BatchNorm(Linear(x))  output y: f32[B, C = 4] = BatchNorm(a) }");
    const after = foldBatchNorm.run(graph, facts);
    expect([census(after).batch_norm, census(after).dot]).toEqual([undefined, 1]);
    expect(distance(graph, after)).toBeLessThanOrEqual(1e-10);
  });
  it.each(["rotated conv and norm", "two readers of a conv"] as const)("stays: %s", (name) => {
    const { graph, facts } = lower(name);
    expect(foldBatchNorm.run(graph, facts)).toBe(graph);
  });
  it("stays where the channels of the norm are not those of the product", () => {
    for (const text of [
      "model M { input x: f32[B, C = 4, T = 5]  output y: f32[B, C = 4, T = 5] = BatchNorm(Linear(x), over: T) }",
      `model M { input x: f32[B, C = 4]  output y: f32[B, D = 2, E = 2] =
        BatchNorm(rearrange(Linear(x), [B, C = (D E)] -> [B, D, E], D: 2), over: D) }`,
      "model M { input x: f32[B, C = 4]  output y: f32[B, C = 4] = BatchNorm(Linear(x) * 2.0 + x) }",
    ]) {
      const { graph, facts } = lower(text);
      expect(foldBatchNorm.run(graph, facts)).toBe(graph);
    }
  });
});
