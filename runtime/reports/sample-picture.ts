/** One sample for a report: the picture small enough for a page, as JPEG, and both masks at its size. */
import { loadSharp, type Pixels } from "../data/decode.ts";
import { nearest } from "../data/resample.ts";
import type { Mask } from "../data/sample.ts";
import { iouOf, overlapOf, type Prediction } from "../metrics/overlap.ts";

export interface SamplePicture {
  readonly height: number;
  readonly width: number;
  /** The picture as a JPEG file. */
  readonly jpeg: Uint8Array;
  /** Row-major, [height, width], 0 and 1. */
  readonly truth: Uint8Array;
  readonly prediction: Uint8Array;
  readonly sentence: string;
  readonly id: string;
  readonly category?: string;
  /** At the original's size. */
  readonly iou: number;
}

export interface PicturedSample {
  readonly pixels: Pixels;
  readonly mask: Mask;
  /** At the picture's size. */
  readonly prediction: Prediction;
  readonly threshold: number;
  readonly sentence: string;
  readonly id: string;
  readonly category?: string;
}

/** `longestSide`: of the small picture, in pixels. Throws a RangeError when picture, mask and prediction differ in size. */
export async function samplePicture({ pixels, mask, prediction, threshold, sentence, id, category }: PicturedSample, longestSide = 360): Promise<SamplePicture> {
  if (pixels.height !== mask.height || pixels.width !== mask.width) throw new RangeError(`a mask of ${mask.height} × ${mask.width} for a picture of ${pixels.height} × ${pixels.width}`);
  const iou = iouOf(overlapOf(prediction, mask, threshold));
  const ratio = Math.min(1, longestSide / Math.max(pixels.height, pixels.width));
  const [height, width] = [pixels.height, pixels.width].map((side) => Math.max(1, Math.round(side * ratio)));
  const raw = { width: pixels.width, height: pixels.height, channels: 3 } as const;
  const jpeg = await loadSharp()(pixels.data, { raw }).resize(width, height, { fit: "fill" }).jpeg({ quality: 84 }).toBuffer();
  const above = prediction instanceof Uint8Array ? 0 : Math.fround(threshold);
  const small = (values: Prediction, above: number): Uint8Array => {
    const result = new Uint8Array(height * width);
    for (let y = 0, at = 0; y < height; y++) for (let x = 0; x < width; x++, at++) result[at] = values[nearest(y, mask.height, height) * mask.width + nearest(x, mask.width, width)] > above ? 1 : 0;
    return result;
  };
  return { height, width, jpeg, truth: small(mask.data, 0), prediction: small(prediction, above), sentence, id, ...(category === undefined ? {} : { category }), iou };
}
