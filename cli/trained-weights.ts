/** Weights for using a model, with what may have been meant where one is missing. */
import { nearestName } from "../compiler/diagnostics/nearest.ts";
import { completeWeights as complete, type FirstValues, type Weighted } from "../runtime/parameters/weights-file.ts";

export const completeWeights = (model: Weighted, path: string): FirstValues => complete(model, path, { nearest: nearestName, remedy: "is it another variant? choose it with --variant" });
