/** Weights for using a model, with what may have been meant where one is missing. */
import { nearestName } from "../compiler/diagnostics/nearest.ts";
import type { FirstValues } from "../runtime/training/loop.ts";
import type { TrainedModel } from "../runtime/training/trained-model.ts";
import { completeWeights as complete } from "../runtime/training/weights-file.ts";

export const completeWeights = (model: TrainedModel, path: string): FirstValues => complete(model, path, nearestName);
