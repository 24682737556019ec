/** What netc writes for a model beside these files: the functions of the network, and its settings. (An `import` of a relative path has no effect in here.) */
declare module "*/network.ts" {
  export const network: import("../entries.ts").Entries;
  /** Of a model without a training section, instead of `network`: its outputs by name. */
  export const predict: (given: import("../entries.ts").Given) => import("../entries.ts").Tensors;
  export const tables: readonly import("./tables.ts").Table[];
}

/** Of a model without a training section, as is the next one. */
declare module "*/parameters.ts" {
  export const weights: import("../../parameters/weight-list.ts").WeightList;
}

declare module "*/signature.ts" {
  export const title: string;
  export const backends: readonly import("../backend-names.ts").BackendName[];
  export const inputs: readonly import("../../inputs/model-input.ts").ModelInput[];
  /** Those that the inputs need, the one for every text last. */
  export const readers: readonly import("../../inputs/model-input.ts").InputReader[];
  export const rules: readonly import("../../inputs/free-sizes.ts").SizeRule[];
}

declare module "*/settings.ts" {
  /** Those that the program was made for. */
  export const backends: readonly import("../backend-names.ts").BackendName[];
  /** What made the program. */
  export const madeBy: string;
  export const model: import("../../training/trained-model.ts").TrainedModel;
}

/** data-pictures.ts or data-arrays.ts, as the training section wants. */
declare module "*/data.ts" {
  export const openData: (folder: string) => import("../../data/source.ts").TrainingData;
  export const scoresOf: import("../../training/evaluation.ts").ScoreReader;
  export const loaderOf: typeof import("../../training/session.ts").loaderOf;
}
