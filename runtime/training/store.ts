/** Tensors by path, wherever they are kept: in an array of this process, or in the memory of a backend. What saves and restores a training knows no more of them. */
import type { Shape } from "./shape.ts";

export interface StoredEntry {
  readonly path: string;
  readonly shape: Shape;
}

export interface TensorStore {
  readonly entries: readonly StoredEntry[];
  /** The numbers of a tensor, row-major. Valid until it is written or trained. */
  read(path: string): Float32Array;
  /** Replaces them. */
  write(path: string, values: Float32Array): void;
}

/** Parameters and states: what a model is run with. */
export interface WeightStores {
  readonly parameters: TensorStore;
  readonly states: TensorStore;
}
