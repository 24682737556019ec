/**
 * How much a prediction and the truth overlap, in pixels of the original picture. Everything that is said of a segmentation is computed from these
 * counts, which are integers: no order of adding changes them.
 */
import type { Mask } from "../data/sample.ts";

/** Scores of the model, or a finished mask (nonzero is foreground); row-major, as many as the truth has pixels. */
export type Prediction = Float32Array | Uint8Array;

export interface Overlap {
  readonly intersection: number;
  readonly union: number;
  /** Foreground of the prediction, and of the truth. */
  readonly predicted: number;
  readonly truth: number;
  /** All pixels. */
  readonly area: number;
}

/**
 * Counts the pixels of one sample. A score is foreground when it is greater than `threshold`; both are compared as 32-bit numbers, as PyTorch and
 * NumPy do, so that a score that equals the threshold is background. A score that is not a number is background. Throws a RangeError when the prediction has another size than the mask.
 */
export function overlapOf(prediction: Prediction, mask: Mask, threshold: number): Overlap {
  const area = mask.height * mask.width;
  if (prediction.length !== area || mask.data.length !== area) {
    throw new RangeError(`a prediction of ${prediction.length} pixels for a mask of ${mask.height} × ${mask.width}; bring it to the size of the original picture first`);
  }
  const above = prediction instanceof Uint8Array ? 0 : Math.fround(threshold);
  let [intersection, predicted, truth] = [0, 0, 0];
  for (let i = 0; i < area; i++) {
    const isTrue = mask.data[i] !== 0;
    const isPredicted = prediction[i] > above;
    if (isTrue) truth++;
    if (isPredicted) predicted++;
    if (isTrue && isPredicted) intersection++;
  }
  return { intersection, union: predicted + truth - intersection, predicted, truth, area };
}

/** Keeps 0 / 0 away: nothing predicted where nothing is counts as right. */
const epsilon = 1e-10;

/** Intersection over union of one sample, in (0, 1]: (I + 1e-10) / (U + 1e-10). Source: CD2FSAN, section 4.1, as ASDA's code counts it. */
export const iouOf = ({ intersection, union }: Pick<Overlap, "intersection" | "union">): number => (intersection + epsilon) / (union + epsilon);
