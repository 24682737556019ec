/**
 * One sample, whatever format it was read from: a picture, one sentence, and the mask of what the sentence means. An object with two sentences is two
 * samples, which is how the papers count triplets. Samples are plain data: they go to worker threads as they are.
 */
export const splits = ["train", "val", "test"] as const;
export type Split = (typeof splits)[number];

/** Runs, as text or as numbers, of a mask of this size; or a polygon x0, y0, x1, y1 … in pixels. */
export type Segment = { readonly kind: "runs"; readonly height: number; readonly width: number; readonly counts: string | readonly number[] } | { readonly kind: "polygon"; readonly points: readonly number[] };

/** Where the mask is. */
export type MaskSource =
  /** A picture of one channel, or of equal channels: foreground where the value is greater than `above` (0 to 255). */
  | { readonly kind: "file"; readonly path: string; readonly above: number }
  /** Segments of an annotation file; the mask is their union. */
  | { readonly kind: "segments"; readonly file: string; readonly height: number; readonly width: number; readonly segments: readonly Segment[] };

export interface Sample {
  /** Unique in the data set, and the same at every reading: it is what a log names. */
  readonly id: string;
  /** The path of the picture, ready to be opened. */
  readonly image: string;
  readonly sentence: string;
  readonly mask: MaskSource;
  readonly category?: string;
  readonly split: Split;
  /** The file and place that declares this sample, for messages: `output_phrase_train.txt:7`. */
  readonly origin: string;
}

/** A mask: row-major, `data[y * width + x]` is 0 or 1. */
export interface Mask {
  readonly height: number;
  readonly width: number;
  readonly data: Uint8Array;
}

export interface DataSet {
  /** The name of the format, as `--layout` takes it. */
  readonly format: string;
  readonly folder: string;
  readonly samples: readonly Sample[];
  /** The splits that the folder has, in the order train, val, test. */
  readonly splits: readonly Split[];
}
