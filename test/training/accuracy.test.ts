/** Accuracy counts what cross_entropy compares, wherever the axis of classes stands; without cross_entropy there is nothing to count. */
import { describe, expect, it } from "vitest";
import type { Loader } from "../../runtime/data/loader.ts";
import { createEvaluator } from "../../runtime/training/evaluator.ts";
import { initialWeights } from "../../runtime/training/trainer.ts";
import { problemsOf } from "../programs.ts";
import { compile, programOf } from "./programs.ts";

const text = (shape: string, loss: string, metrics: string): string => `model Scaled {
  input x: f32[${shape}]
  param scale: f32[class = 3] = 1
  output logit: f32[${shape}] = x * scale
}
train Scaled {
  data arrays(split: train) { x: f32[${shape}]  label: i32[B, T = 2] }
  ${loss}
  optimizer sgd(lr: 0.1)
  batch 2
  ${metrics}
}
`;

describe("accuracy", () => {
  // Scores of two samples, two places and three classes; the right answers are 2, 0 and 1, 1.
  const scores = [[[0, 1, 5], [3, 2, 1]], [[4, 0, 1], [0, 2, 2]]];
  const labels = Int32Array.of(2, 0, 1, 1); // the third is wrong; of equal ones the first counts

  it.each([
    ["B, T = 2, class = 3", scores.flat(2)],
    ["B, class = 3, T = 2", scores.flatMap((sample) => [0, 1, 2].flatMap((answer) => [0, 1].map((place) => sample[place][answer])))],
  ])("of [%s]", async (shape, numbers) => {
    const program = programOf(compile({ "scaled.net": text(shape, "loss 2.0 * first where first = cross_entropy(logit, label, over: class)", "metrics accuracy, perplexity") }));
    expect(program.classAxis).toBe(shape.startsWith("B, T") ? 2 : 1);
    const loader: Loader = { batchesPerEpoch: 1, waited: 0, taken: 0, batch: async () => ({ feeds: { x: Float32Array.from(numbers), label: labels }, samples: [], count: 2 }), close: async () => undefined };
    const evaluator = await createEvaluator(program);
    const found = await evaluator.run(loader, initialWeights(program, 0), () => undefined);
    await evaluator.dispose();
    expect(found).toMatchObject({ samples: 2, accuracy: 0.75 });
  });

  it("needs a cross_entropy in the loss", () => {
    const codes = (loss: string, metrics: string): readonly string[] => problemsOf(text("B, T = 2, class = 3", loss, metrics)).filter(({ severity }) => severity === "error").map(({ code, message }) => `${code} ${message}`);
    expect(codes("loss cross_entropy(logit, label, over: class)", "metrics accuracy")).toEqual([]);
    expect(codes("loss mean(logit * logit, over: [B, T, class]) + 0.0 * f32(sum(label, over: [B, T]))", "metrics accuracy")).toEqual(["NET0607 the training section has no `cross_entropy(…)` in its loss, whose answers `accuracy` counts"]);
  });
});
