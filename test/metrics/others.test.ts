/** Accuracy, perplexity, names of metrics, and what constant predictors reach. */
import { describe, expect, it } from "vitest";
import { createBaselineMetrics } from "../../runtime/metrics/baseline.ts";
import { createAccuracy, createPerplexity } from "../../runtime/metrics/classification.ts";
import { createMeanMask } from "../../runtime/metrics/constant-mask.ts";
import { betterDirection, isBetter, metricNames, namedFigures, printMetric } from "../../runtime/metrics/names.ts";
import { createSegmentationMetrics } from "../../runtime/metrics/segmentation.ts";
import { floats, golden } from "./golden.ts";

describe("classification", () => {
  const { classes, scores, labels, right, accuracy, losses, counts, perplexity } = golden<{ classes: number; scores: string; labels: number[]; right: number; accuracy: number; losses: number[]; counts: number[]; perplexity: number }>("classification");

  it("accuracy is NumPy's, in one piece and in many", () => {
    const [whole, parts] = [createAccuracy(), createAccuracy()];
    whole.add(floats(scores), labels, classes);
    labels.forEach((label, i) => parts.add(floats(scores).subarray(i * classes, (i + 1) * classes), Int32Array.of(label), classes));
    expect(whole.result()).toEqual({ rows: labels.length, right, accuracy });
    expect(parts.result()).toEqual(whole.result());
  });

  it("a row with NaN is wrong; labels and sizes that do not fit are refused", () => {
    const count = createAccuracy();
    expect(() => count.result()).toThrow("no rows");
    count.add(Float32Array.of(NaN, 1, 2, 1), [1, 0], 2);
    expect(count.result()).toEqual({ rows: 2, right: 1, accuracy: 0.5 });
    expect(() => count.add(Float32Array.of(1, 2), [2], 2)).toThrow("label 2 is none of 2 classes");
    expect(() => count.add(Float32Array.of(1, 2, 3), [0], 2)).toThrow("3 scores are not 1 rows of 2 classes");
  });

  it("perplexity is e to the mean over predictions, not over batches", () => {
    const count = createPerplexity();
    expect(() => count.result()).toThrow("no predictions");
    losses.forEach((loss, i) => count.add(loss, counts[i]));
    expect(Math.abs(count.result().perplexity / perplexity - 1)).toBeLessThan(1e-12);
    expect(() => count.add(1, -1)).toThrow("-1 predictions");
  });
});

describe("names", () => {
  it("are those of the section, in its order", () => {
    expect(metricNames([{ name: "oIoU", at: [] }, { name: "precision", at: [0.5, 0.6000000000000001] }, { name: "perplexity", at: [] }])).toEqual(["oIoU", "Pr@0.5", "Pr@0.6", "perplexity"]);
  });

  it("say how a value is printed and which is better", () => {
    expect([printMetric("oIoU", 0.78434), printMetric("perplexity", 12.345), printMetric("mIoU", NaN)]).toEqual(["78.43", "12.35", "–"]);
    expect([betterDirection("Pr@0.9"), betterDirection("perplexity"), betterDirection("loss")]).toEqual(["higher", "lower", "lower"]);
    expect([isBetter("mIoU", 0.5, 0.4), isBetter("loss", 0.5, 0.4), isBetter("loss", NaN, 0.4), isBetter("loss", 9, NaN), isBetter("mIoU", 0.4, 0.4)]).toEqual([true, false, false, true, false]);
    expect(() => printMetric("recall", 1)).toThrow("there is no metric recall");
  });

  it("name every figure of a segmentation", () => {
    const metrics = createSegmentationMetrics({ precisions: [0.5, 0.9], threshold: 0.5 });
    metrics.add({ prediction: Uint8Array.of(1, 1, 1, 0), mask: { height: 2, width: 2, data: Uint8Array.of(1, 1, 0, 0) } });
    expect([...namedFigures(metrics.result()).keys()]).toEqual(["oIoU", "mIoU", "Pr@0.5", "Pr@0.9"]);
    expect(namedFigures(metrics.result()).get("Pr@0.5")).toBe(1);
  });
});

describe("constant predictors", () => {
  const rectangle = (side: number, top: number, bottom: number) => ({ height: side, width: side, data: Uint8Array.from({ length: side * side }, (_, i) => (Math.floor(i / side) >= top && Math.floor(i / side) < bottom ? 1 : 0)) });

  it("the mean of masks of different sizes is a mean of shares", () => {
    const mean = createMeanMask(4);
    mean.add(rectangle(8, 0, 4));
    mean.add(rectangle(16, 4, 8));
    mean.add(rectangle(2, 0, 2));
    expect([...mean.mean()].map((value) => Math.round(3 * value))).toEqual([2, 2, 2, 2, 3, 3, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1]);
    expect(() => mean.add({ height: 0, width: 3, data: new Uint8Array(0) })).toThrow("no pixel");
  });

  it("no other mask of the grid has a greater oIoU on the training masks", () => {
    const [side, mean] = [3, createMeanMask(3)];
    let seed = 7;
    const draw = (): number => (seed = (seed * 48271) % 2147483647) / 2147483647;
    const masks = Array.from({ length: 12 }, () => ({ height: side, width: side, data: Uint8Array.from({ length: 9 }, (_, i) => (draw() < 0.1 + 0.08 * i ? 1 : 0)) }));
    for (const mask of masks) mean.add(mask);
    const oIoU = (prediction: Uint8Array): number => {
      const metrics = createSegmentationMetrics({ precisions: [], threshold: 0.5 });
      for (const mask of masks) metrics.add({ prediction, mask });
      return metrics.result().oIoU;
    };
    const every = Array.from({ length: 512 }, (_, set) => oIoU(Uint8Array.from({ length: 9 }, (_, i) => (set >> i) & 1)));
    expect(oIoU(mean.constantMask(side, side))).toBe(Math.max(...every));
  });

  it("are judged on the same samples: everywhere by its share, nowhere by the empty masks, the constant mask at every size", () => {
    const training = createMeanMask(4);
    training.add(rectangle(8, 0, 4));
    const baselines = createBaselineMetrics({ precisions: [0.5], threshold: 0.5 }, training);
    baselines.add({ mask: rectangle(20, 0, 10), category: "half" });
    baselines.add({ mask: rectangle(10, 0, 5), category: "half" });
    baselines.add({ mask: rectangle(10, 0, 0) });
    const { everywhere, nowhere, constantMask } = baselines.result();
    expect(everywhere.oIoU).toBe(250 / 600);
    expect(nowhere.oIoU).toBe(0);
    expect(nowhere.mIoU).toBeCloseTo(1 / 3, 9);
    expect(constantMask.categories).toMatchObject([{ name: "half", samples: 2, oIoU: 1, mIoU: 1 }]);
    expect(constantMask.oIoU).toBe(250 / 300);
  });

  it("without training masks the constant mask is empty", () => {
    expect([...createMeanMask(2).constantMask(2, 2)]).toEqual([0, 0, 0, 0]);
  });
});
