/**
 * The figures of referring segmentation over a set of samples: oIoU, mIoU, Pr@X, for all, for each category and for each bin of size. Sums are added as
 * samples come, so nothing of a sample is kept. How each is counted: docs/metrics.md.
 */
import type { Mask } from "../data/sample.ts";
import { iouOf, overlapOf, type Overlap, type Prediction } from "./overlap.ts";
import { sizeBinOf, sizeBins, type SizeBin } from "./size-bin.ts";

export interface SegmentationOptions {
  /** The X of Pr@X. */
  readonly precisions: readonly number[];
  /** Scores above this are foreground. */
  readonly threshold: number;
}

export interface SegmentationSample {
  readonly prediction: Prediction;
  readonly mask: Mask;
  readonly category?: string;
}

/** Shares in [0, 1]. */
export interface SegmentationFigures {
  readonly samples: number;
  /** Pixels in all intersections and all unions. */
  readonly intersection: number;
  readonly union: number;
  readonly oIoU: number;
  readonly mIoU: number;
  /** The share of samples whose IoU is greater than `at`, in the order of the options. */
  readonly precision: readonly { readonly at: number; readonly share: number }[];
}

export interface SegmentationResult extends SegmentationFigures {
  readonly threshold: number;
  /** By name; categories without a sample are not there. */
  readonly categories: readonly (SegmentationFigures & { readonly name: string })[];
  /** The mean of the categories' mIoU, each category counted once; undefined when no sample has a category. */
  readonly categoryMean?: number;
  /** From small to large; bins without a sample are not there. */
  readonly sizes: readonly (SegmentationFigures & SizeBin)[];
}

export interface SegmentationMetrics {
  /** Counts a sample, and gives back its own figures. Throws a RangeError when prediction and mask differ in size. */
  add(sample: SegmentationSample): Overlap & { readonly iou: number };
  /** What was counted so far. Throws a RangeError when that is nothing. */
  result(): SegmentationResult;
}

/** An empty count. Throws a RangeError when a threshold or a precision is not a number. */
export function createSegmentationMetrics({ precisions, threshold }: SegmentationOptions): SegmentationMetrics {
  if (![threshold, ...precisions].every(Number.isFinite)) throw new RangeError(`thresholds are numbers, not ${[threshold, ...precisions].join(", ")}`);
  const all = createSums(precisions);
  const categories = new Map<string, Sums>();
  const sizes = new Map<string, Sums>();
  const sumsOf = (groups: Map<string, Sums>, name: string): Sums => {
    if (!groups.has(name)) groups.set(name, createSums(precisions));
    return groups.get(name)!;
  };
  return {
    add({ prediction, mask, category }) {
      const overlap = overlapOf(prediction, mask, threshold);
      const iou = iouOf(overlap);
      const groups = [all, sumsOf(sizes, sizeBinOf(overlap).name), ...(category === undefined ? [] : [sumsOf(categories, category)])];
      for (const sums of groups) addTo(sums, overlap, iou);
      return { ...overlap, iou };
    },
    result() {
      if (all.samples === 0) throw new RangeError("there are no metrics of no samples");
      const named = [...categories].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, sums]) => ({ name, ...figuresOf(sums) }));
      return {
        threshold,
        ...figuresOf(all),
        categories: named,
        ...(named.length ? { categoryMean: named.reduce((sum, { mIoU }) => sum + mIoU, 0) / named.length } : {}),
        sizes: sizeBins.flatMap((bin) => (sizes.has(bin.name) ? [{ ...bin, ...figuresOf(sizes.get(bin.name)!) }] : [])),
      };
    },
  };
}

interface Sums {
  samples: number;
  intersection: number;
  union: number;
  iou: number;
  readonly above: { readonly at: number; count: number }[];
}

const createSums = (precisions: readonly number[]): Sums => ({ samples: 0, intersection: 0, union: 0, iou: 0, above: precisions.map((at) => ({ at, count: 0 })) });

function addTo(sums: Sums, { intersection, union }: Overlap, iou: number): void {
  sums.samples++;
  sums.intersection += intersection;
  sums.union += union;
  sums.iou += iou;
  for (const precision of sums.above) if (iou > precision.at) precision.count++;
}

const figuresOf = ({ samples, intersection, union, iou, above }: Sums): SegmentationFigures => ({
  samples, intersection, union,
  // No pixel in any union: every prediction was as empty as its truth, which is right, as it is for one sample.
  oIoU: union === 0 ? 1 : intersection / union,
  mIoU: iou / samples,
  precision: above.map(({ at, count }) => ({ at, share: count / samples })),
});
