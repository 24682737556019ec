/** A folder of NumPy arrays as the data of a training. */
import { DataError } from "../errors.ts";
import type { TrainingData } from "../source.ts";
import { createArrayLoader } from "./array-loader.ts";
import { fingerprintOf, openArrays } from "./array-set.ts";

export function arrayData(folder: string): TrainingData {
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
