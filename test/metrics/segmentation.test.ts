/** Segmentation metrics equal an independent count in NumPy; and what happens at the edges. */
import { describe, expect, it } from "vitest";
import { overlapOf } from "../../runtime/metrics/overlap.ts";
import { createSegmentationMetrics, type SegmentationFigures } from "../../runtime/metrics/segmentation.ts";
import { sizeBinOf } from "../../runtime/metrics/size-bin.ts";
import { bits, floats, golden } from "./golden.ts";

interface Figures {
  readonly samples: number;
  readonly intersection: number;
  readonly union: number;
  readonly oIoU: number;
  readonly mIoU: number;
  readonly precision: readonly number[];
}
interface Case {
  readonly threshold: number;
  readonly precisions: readonly number[];
  readonly samples: readonly { readonly I: number; readonly U: number; readonly category: string | null; readonly bin: string; readonly height: number; readonly width: number; readonly scores: string; readonly mask: string }[];
  readonly all: Figures;
  readonly categories: Readonly<Record<string, Figures>>;
  readonly categoryMean: number;
  readonly sizes: Readonly<Record<string, Figures>>;
}

function expectFigures(own: SegmentationFigures, theirs: Figures): void {
  expect([own.samples, own.intersection, own.union]).toEqual([theirs.samples, theirs.intersection, theirs.union]);
  expect(Math.abs(own.oIoU - theirs.oIoU)).toBeLessThan(1e-12);
  expect(Math.abs(own.mIoU - theirs.mIoU)).toBeLessThan(1e-12);
  own.precision.forEach(({ share }, i) => expect(Math.abs(share - theirs.precision[i])).toBeLessThan(1e-12));
  expect(own.precision.length).toBe(theirs.precision.length);
}

const cases = golden<readonly Case[]>("segmentation");

describe.each(cases)("at the threshold $threshold", ({ threshold, precisions, samples, all, categories, categoryMean, sizes }) => {
  const decoded = samples.map(({ height, width, scores, mask, category }) => ({ prediction: floats(scores), mask: { height, width, data: bits(mask, height * width) }, category: category ?? undefined }));

  it("each sample has NumPy's intersection, union and bin", () => {
    decoded.forEach(({ prediction, mask }, i) => {
      const overlap = overlapOf(prediction, mask, threshold);
      expect([overlap.intersection, overlap.union, sizeBinOf(overlap).name], `sample ${i}`).toEqual([samples[i].I, samples[i].U, samples[i].bin]);
    });
  });

  it("all, every category and every bin have NumPy's figures", () => {
    const metrics = createSegmentationMetrics({ precisions, threshold });
    for (const sample of decoded) metrics.add(sample);
    const result = metrics.result();
    expectFigures(result, all);
    expect(result.categories.map(({ name }) => name)).toEqual(Object.keys(categories));
    for (const each of result.categories) expectFigures(each, categories[each.name]);
    expect(Math.abs(result.categoryMean! - categoryMean)).toBeLessThan(1e-12);
    expect(result.sizes.map(({ name }) => name)).toEqual(["small", "medium", "large"]);
    for (const each of result.sizes) expectFigures(each, sizes[each.name]);
  });

  it("a finished mask counts as its scores do, and the order of the samples changes no count", () => {
    const [one, other] = [createSegmentationMetrics({ precisions, threshold }), createSegmentationMetrics({ precisions, threshold })];
    for (const sample of decoded) one.add(sample);
    for (const sample of [...decoded].reverse()) other.add({ ...sample, prediction: Uint8Array.from(sample.prediction, (score) => (score > Math.fround(threshold) ? 255 : 0)) });
    const [first, second] = [one.result(), other.result()];
    expect(second.oIoU).toBe(first.oIoU);
    expect(second.precision).toEqual(first.precision);
    expect(Math.abs(second.mIoU - first.mIoU)).toBeLessThan(1e-12);
  });
});

describe("edges", () => {
  const mask = (...data: readonly number[]) => ({ height: 1, width: data.length, data: Uint8Array.from(data) });

  it("nothing said where nothing is, is right; so is oIoU of such samples alone", () => {
    const metrics = createSegmentationMetrics({ precisions: [0.9], threshold: 0.5 });
    expect(metrics.add({ prediction: new Float32Array(3), mask: mask(0, 0, 0) }).iou).toBe(1);
    expect(metrics.result()).toMatchObject({ oIoU: 1, mIoU: 1, precision: [{ at: 0.9, share: 1 }], categories: [] });
    expect(metrics.result().categoryMean).toBeUndefined();
  });

  it("something said where nothing is, is wrong by all of it", () => {
    const metrics = createSegmentationMetrics({ precisions: [0.5], threshold: 0.5 });
    expect(metrics.add({ prediction: Uint8Array.of(1, 0, 0), mask: mask(0, 0, 0) }).iou).toBeLessThan(1e-9);
    expect(metrics.result()).toMatchObject({ oIoU: 0, union: 1, precision: [{ share: 0 }] });
  });

  it("a score that is no number is background", () => {
    expect(overlapOf(Float32Array.of(NaN, 1), mask(1, 1), 0.5)).toEqual({ intersection: 1, union: 2, predicted: 1, truth: 2, area: 2 });
  });

  it("refuses predictions of another size, thresholds that are no numbers, and the metrics of nothing", () => {
    const metrics = createSegmentationMetrics({ precisions: [0.5], threshold: 0.5 });
    expect(() => metrics.result()).toThrow("no samples");
    expect(() => metrics.add({ prediction: new Float32Array(4), mask: mask(0, 1, 0) })).toThrow("a prediction of 4 pixels for a mask of 1 × 3; bring it to the size of the original picture first");
    expect(() => createSegmentationMetrics({ precisions: [NaN], threshold: 0.5 })).toThrow("thresholds are numbers");
  });

  it("the result is plain data", () => {
    const metrics = createSegmentationMetrics({ precisions: [0.5], threshold: 0.35 });
    metrics.add({ prediction: Uint8Array.of(1, 1, 0), mask: mask(1, 0, 0), category: "ship" });
    const result = metrics.result();
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
    expect(result).toMatchObject({ threshold: 0.35, samples: 1, oIoU: 0.5, sizes: [{ name: "medium", upTo: 0.6, samples: 1 }], categories: [{ name: "ship", samples: 1 }] });
  });
});
