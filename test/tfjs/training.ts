/** Trainings of programs of TensorFlow.js in this process, for tests. */
import { loadEntries, tableTensors } from "../../cli/tfjs-load.ts";
import { planTfjs } from "../../cli/tfjs-training.ts";
import type { TrainingChoices } from "../../cli/training-program.ts";
import type { Compilation } from "../../compiler/compilation.ts";
import type { BackendStore } from "../../runtime/tfjs/backend-store.ts";
import { createTensorTrainer, type TensorTrainerOptions } from "../../runtime/tfjs/learner.ts";
import type { BatchSource, Trainer } from "../../runtime/training/loop.ts";
import type { TrainedModel } from "../../runtime/training/trained-model.ts";

export interface TensorTraining {
  readonly trained: TrainedModel;
  /** On the current backend. */
  trainer(source: BatchSource, options: TensorTrainerOptions): Trainer<BackendStore>;
}

export function tensorTraining(compilation: Compilation, variant = "default", choices?: TrainingChoices): TensorTraining {
  const [model] = compilation.rootModels;
  const { trained, files } = planTfjs(compilation, model, compilation.variantsOf(model).find(({ name }) => name === variant)!, { ...choices, language: "javascript" });
  const entries = loadEntries(files);
  return { trained, trainer: (source, options) => createTensorTrainer(trained, entries, tableTensors(files.tables), source, options) };
}
