/** What constant predictors reach on the samples that a model is judged by: foreground everywhere, nowhere, and the best constant mask of the training set. */
import type { MeanMask } from "./constant-mask.ts";
import { createSegmentationMetrics, type SegmentationOptions, type SegmentationResult, type SegmentationSample } from "./segmentation.ts";

export interface Baselines {
  readonly everywhere: SegmentationResult;
  readonly nowhere: SegmentationResult;
  readonly constantMask: SegmentationResult;
}

export interface BaselineMetrics {
  add(sample: Omit<SegmentationSample, "prediction">): void;
  /** Throws a RangeError when nothing was counted. */
  result(): Baselines;
}

/** `training` holds the masks of the training split: a constant mask of the judged samples themselves would have seen them. */
export function createBaselineMetrics(options: SegmentationOptions, training: MeanMask): BaselineMetrics {
  const [everywhere, nowhere, constantMask] = [0, 1, 2].map(() => createSegmentationMetrics(options));
  const remembered = new Map<string, Uint8Array>();
  const constant = (height: number, width: number): Uint8Array => {
    const key = `${height} ${width}`;
    if (remembered.size > 16) remembered.clear();
    if (!remembered.has(key)) remembered.set(key, training.constantMask(height, width));
    return remembered.get(key)!;
  };
  return {
    add({ mask, category }) {
      const { height, width } = mask;
      everywhere.add({ prediction: new Uint8Array(height * width).fill(1), mask, category });
      nowhere.add({ prediction: new Uint8Array(height * width), mask, category });
      constantMask.add({ prediction: constant(height, width), mask, category });
    },
    result: () => ({ everywhere: everywhere.result(), nowhere: nowhere.result(), constantMask: constantMask.result() }),
  };
}
