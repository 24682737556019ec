/** Batches, and what makes them. */
import type { Augmentation } from "./augment.ts";
import type { Letterbox } from "./letterbox.ts";
import type { Sample } from "./sample.ts";

export interface LoadedSample {
  readonly sample: Sample;
  /** Its place among the samples given. */
  readonly index: number;
  /** The sentence that the words are of: with left and right exchanged where the picture is mirrored. */
  readonly sentence: string;
  readonly augmentation: Augmentation | undefined;
  /** For bringing a prediction back to the original; without the augmentation, which an evaluation has not. */
  readonly letterbox: Letterbox;
}

export interface Batch {
  /** By the names of the contract's fields; the arrays are the caller's own. */
  readonly feeds: Readonly<Record<string, Float32Array | Int32Array>>;
  readonly samples: readonly LoadedSample[];
  /** Of samples: the last batch of an evaluation may be short. */
  readonly count: number;
}

export interface Loader {
  readonly batchesPerEpoch: number;
  /** Seconds that callers waited for batches so far, and the batches that they took. */
  readonly waited: number;
  readonly taken: number;
  /** One batch after another, by preference in order; another one is made at once. A DataError names the file of a sample that is wrong. */
  batch(epoch: number, step: number): Promise<Batch>;
  /** Ends the threads. A batch that is waited for fails. */
  close(): Promise<void>;
}
