/**
 * A training as an engine needs it: plain numbers, texts and models as bytes, nothing of the compiler. `cli/training-program.ts` makes it from a
 * compilation.
 */
import type { Kernel } from "../../backends/wasm/kernel.ts";
import type { Initializer } from "../../compiler/ir/graph.ts";
import type { TrainingSection } from "../../compiler/training/section.ts";
import type { GradientForm } from "../../compiler/training/thin-gradients.ts";
import type { Shape } from "./shape.ts";

export interface TrainedTensor {
  readonly path: string;
  readonly shape: Shape;
  readonly init: Initializer;
}

export interface Parameter extends TrainedTensor {
  /** Whether the optimiser changes it: the loss depends on it, and nothing freezes it. */
  readonly isTrained: boolean;
  /** Factors of its groups. */
  readonly rateFactor: number;
  readonly decayFactor: number;
}

export interface RandomTensor {
  /** The input of the step graph. */
  readonly name: string;
  readonly key: string;
  readonly distribution: "uniform" | "normal";
  readonly shape: Shape;
}

export interface TrainingProgram {
  readonly model: string;
  readonly variant: string;
  readonly section: TrainingSection;
  readonly parameters: readonly Parameter[];
  readonly states: readonly TrainedTensor[];
  readonly random: readonly RandomTensor[];
  /** Names and shapes of what a batch brings; the step's batch is section.batch. */
  readonly fields: readonly { readonly name: string; readonly dtype: "f32" | "i32"; readonly shape: Shape }[];
  /** ONNX: the loss, its gradients and the states' next values, of one batch of the section's size. Weights are inputs by their paths. */
  readonly step: Uint8Array;
  /** By path, of the gradients that the step does not give whole. */
  readonly gradientForms: ReadonlyMap<string, GradientForm>;
  /** ONNX: loss, score and outputs, in evaluation, of any batch. Weights are inputs by their paths. */
  readonly evaluation: Uint8Array;
  /** Where the metrics ask for accuracy: the axis of classes of the result `accuracy/scores`, which is compared with `accuracy/labels`. */
  readonly classAxis?: number;
  /** One step of the optimiser for vectors of any length. */
  readonly update: Kernel;
  /** Of the graph of the step: what a checkpoint must agree with. */
  readonly graphHash: string;
  /** The same of the nodes under each path of bindings, to name what changed. */
  readonly graphParts: Readonly<Record<string, string>>;
}
