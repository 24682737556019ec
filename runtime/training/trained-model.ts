/** A model as its training needs it, whatever computes it: plain numbers and texts, nothing of the compiler. */
import type { TrainingSection } from "../../compiler/training/description.ts";
import type { Initializer } from "../../compiler/ir/initializer.ts";
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
  /** The input of the step. */
  readonly name: string;
  readonly key: string;
  readonly distribution: "uniform" | "normal";
  readonly shape: Shape;
}

/** Something that a batch brings. The first axis of its shape is the batch of the section. */
export interface Field {
  readonly name: string;
  readonly dtype: "f32" | "i32";
  readonly shape: Shape;
}

export interface TrainedModel {
  readonly model: string;
  readonly variant: string;
  readonly section: TrainingSection;
  readonly parameters: readonly Parameter[];
  readonly states: readonly TrainedTensor[];
  readonly random: readonly RandomTensor[];
  readonly fields: readonly Field[];
  /** Where the metrics ask for accuracy: the axis of classes of the result `accuracy/scores`, which is compared with `accuracy/labels`. */
  readonly classAxis?: number;
  /** Of the graph of the step: what a checkpoint must agree with. */
  readonly graphHash: string;
  /** The same of the nodes under each path of bindings, to name what changed. */
  readonly graphParts: Readonly<Record<string, string>>;
}

export type Feeds = Readonly<Record<string, Float32Array | Int32Array>>;
