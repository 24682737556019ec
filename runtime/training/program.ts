/** A training as ONNX Runtime needs it: the model, and models as bytes. `cli/training-program.ts` makes it from a compilation. */
import type { StepArena } from "../../backends/onnx/options.ts";
import type { Kernel } from "../../backends/wasm/kernel.ts";
import type { GradientForm } from "../../compiler/training/thin-gradients.ts";
import type { TrainedModel } from "./trained-model.ts";

export interface TrainingProgram extends TrainedModel {
  /** ONNX: the loss, its gradients and the states' next values, of one batch of the section's size. Weights are inputs by their paths. */
  readonly step: Uint8Array;
  /** Where the values of a step lie, on a processor. */
  readonly arena?: StepArena;
  /** By path, of the gradients that the step does not give whole. */
  readonly gradientForms: ReadonlyMap<string, GradientForm>;
  /** ONNX: loss, score and outputs, in evaluation, of any batch. Weights are inputs by their paths. */
  readonly evaluation: Uint8Array;
  /** One step of the optimiser for vectors of any length. */
  readonly update: Kernel;
}
