/** What netc writes for a model beside these files: the functions of the network, and its settings. */
declare module "*/network.ts" {
  import type { Entries } from "../entries.ts";
  export const network: Entries;
  /** Constants of many numbers: their values are in weights/tables.safetensors. */
  export const tables: readonly { readonly name: string; readonly dtype: "float32" | "int32" | "bool"; readonly shape: readonly number[] }[];
}

declare module "*/settings.ts" {
  import type { TrainedModel } from "../../training/trained-model.ts";
  import type { BackendName } from "../backend-names.ts";
  /** Those that the program was made for. */
  export const backends: readonly BackendName[];
  /** What made the program. */
  export const madeBy: string;
  export const model: TrainedModel;
}

/** data-pictures.ts or data-arrays.ts, as the training section wants. */
declare module "*/data.ts" {
  import type { TrainingData } from "../../data/source.ts";
  import type { ScoreReader } from "../../training/evaluation.ts";
  import type * as session from "../../training/session.ts";
  export const openData: (folder: string) => TrainingData;
  export const scoresOf: ScoreReader;
  export const loaderOf: typeof session.loaderOf;
}
