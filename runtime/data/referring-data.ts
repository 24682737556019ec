/** A folder of pictures with sentences and masks as the data of a training. */
import { createHash } from "node:crypto";
import { DataError } from "./errors.ts";
import { openDataSet } from "./formats/recognise.ts";
import { createLoader } from "./loader.ts";
import type { Sample } from "./sample.ts";
import type { TrainingData } from "./source.ts";

export function referringData(folder: string): TrainingData {
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
