/** What a training takes batches from, whatever the folder holds: pictures with sentences and masks, or arrays. */
import { createHash } from "node:crypto";
import type { DataContract } from "../../compiler/training/description.ts";
import { createArrayLoader } from "./arrays/array-loader.ts";
import { fingerprintOf, hasArrays, openArrays } from "./arrays/array-set.ts";
import { DataError } from "./errors.ts";
import { openDataSet } from "./formats/recognise.ts";
import { createLoader, type Loader } from "./loader.ts";
import type { Sample, Split } from "./sample.ts";

export interface LoadingOptions {
  readonly split: string;
  readonly contract: DataContract;
  readonly seed: number;
  readonly batch: number;
  /** In an order of chance, augmented where the data are pictures, and full batches only. */
  readonly training: boolean;
  readonly workers?: number;
}

export interface TrainingData {
  readonly folder: string;
  /** Those that it has, in the order train, val, test. */
  readonly splits: readonly Split[];
  /** Samples of a split; 0 where there is none. */
  count(split: string): number;
  /** Which samples a split has, in which order, as a hash. */
  fingerprint(split: string): string;
  /** Throws a DataError or a ContractError where the data are not what the contract says. */
  loader(options: LoadingOptions): Loader;
  /** The pictures of a split, for what shows them; arrays have none. */
  samples(split: string): readonly Sample[];
}

/** Recognises what a folder holds. A DataError says what was looked for. */
export const openTrainingData = (folder: string): TrainingData => (hasArrays(folder) ? arrayData(folder) : referringData(folder));

function arrayData(folder: string): TrainingData {
  const set = openArrays(folder);
  return {
    folder, splits: set.splits.map(({ split }) => split),
    count: (split) => set.splits.find((own) => own.split === split)?.count ?? 0,
    fingerprint: (split) => fingerprintOf(set, split),
    loader(options) {
      const { source, fields } = options.contract;
      if (source !== "arrays") throw new DataError(folder, `it has arrays, but the training section reads \`${source}\``, `write \`data arrays(split: train) { ${fields.map(({ name }) => name).join(" … ")} … }\`, or give another folder`);
      return createArrayLoader(set, options);
    },
    samples: () => [],
  };
}

function referringData(folder: string): TrainingData {
  const { samples, splits } = openDataSet(folder);
  const of = (split: string): readonly Sample[] => samples.filter((sample) => sample.split === split);
  return {
    folder, splits,
    count: (split) => of(split).length,
    fingerprint: (split) => createHash("sha256").update(of(split).map(({ id, sentence }) => `${id}\t${sentence}`).join("\n")).digest("hex"),
    loader({ split, ...options }) {
      if (options.contract.source === "arrays") throw new DataError(folder, "it has pictures and sentences, but the training section reads `arrays`", `give a folder with ${splits.map((own) => `${own}/${options.contract.fields[0]?.name ?? "image"}.npy`).join(", ")}`);
      return createLoader({ samples: of(split), ...options });
    },
    samples: of,
  };
}
