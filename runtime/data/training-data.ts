/** What a training takes batches from, whatever the folder holds: pictures with sentences and masks, or arrays. */
import { arrayData } from "./arrays/array-data.ts";
import { hasArrays } from "./arrays/array-set.ts";
import { referringData } from "./referring-data.ts";
import type { TrainingData } from "./source.ts";

export type { LoadingOptions, TrainingData } from "./source.ts";

/** Recognises what a folder holds. A DataError says what was looked for. */
export const openTrainingData = (folder: string): TrainingData => (hasArrays(folder) ? arrayData(folder) : referringData(folder));
