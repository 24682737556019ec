/**
 * A checkpoint that another program wrote, as named tensors. Opening one reads its table of contents; the numbers of a tensor are read when they are
 * asked for. Nothing in it is executed.
 */

export type ForeignDtype = "f16" | "bf16" | "f32" | "f64" | "u8" | "i8" | "i16" | "i32" | "i64" | "bool";

export interface ForeignTensor {
  readonly dtype: ForeignDtype;
  readonly shape: readonly number[];
}

export interface Checkpoint {
  readonly path: string;
  /** As a person would say it: "a PyTorch state dict (under `state_dict`)". */
  readonly format: string;
  readonly tensors: ReadonlyMap<string, ForeignTensor>;
  /** The numbers of a tensor of floats as float32, row-major. Throws a CheckpointError when the file does not hold them. */
  read(name: string): Float32Array;
}

/** What is wrong with a file, in one sentence that names it, and what helps. */
export class CheckpointError extends Error {
  readonly help: string | undefined;
  constructor(message: string, help?: string) {
    super(message);
    this.help = help;
  }
}
