/** The engines that a certificate compares with the reference: what each gives for the outputs of a model, and for a step of its training. */
import type { TensorData } from "../compiler/ir/graph.ts";
import type { EngineTensor } from "../runtime/engine-tensor.ts";

export interface StepValues {
  readonly loss: number;
  readonly squaredNorm: number;
  gradientOf(path: string): Float32Array;
  /** New values of the states, by path. */
  readonly states: ReadonlyMap<string, Float32Array>;
}

export type Values = ReadonlyMap<string, TensorData>;

export interface Contender {
  readonly engine: "ONNX Runtime" | "TensorFlow.js";
  /** Of TensorFlow.js. */
  readonly backend?: string;
  /** Outputs by name. `parameters` are the same at every call. */
  outputs(inputs: Values, parameters: Values): Promise<Readonly<Record<string, EngineTensor>>>;
  /** A step on a batch of this size; `inputs` are the fields and the numbers that are drawn. */
  step(batch: number, inputs: Values, parameters: Values): Promise<StepValues>;
  dispose(): Promise<void>;
}
