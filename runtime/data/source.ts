/** What a training takes batches from, whatever holds them. */
import type { DataContract } from "../../compiler/training/description.ts";
import type { Loader } from "./batch.ts";
import type { Sample, Split } from "./sample.ts";

export interface LoadingOptions {
  readonly split: string;
  readonly contract: DataContract;
  readonly seed: number;
  readonly batch: number;
  /** In an order of chance, augmented where the data are pictures, and full batches only. */
  readonly training: boolean;
  readonly workers?: number;
}

export interface TrainingData {
  readonly folder: string;
  /** Those that it has, in the order train, val, test. */
  readonly splits: readonly Split[];
  /** Samples of a split; 0 where there is none. */
  count(split: string): number;
  /** Which samples a split has, in which order, as a hash. */
  fingerprint(split: string): string;
  /** Throws a DataError or a ContractError where the data are not what the contract says. */
  loader(options: LoadingOptions): Loader;
  /** The pictures of a split, for what shows them; arrays have none. */
  samples(split: string): readonly Sample[];
}
