/** Which layout a folder has, by the files in it, and its samples. **Add a format here.** */
import { statSync } from "node:fs";
import { DataError } from "../errors.ts";
import { splits, type DataSet, type Sample, type Split } from "../sample.ts";
import { folderFormat } from "./folder.ts";
import { missingMarks, type Format } from "./format.ts";
import { refSegRs } from "./ref-seg-rs.ts";
import { risBench } from "./ris-bench.ts";
import { rrsisD } from "./rrsis-d.ts";

export const formats: readonly Format[] = [rrsisD, refSegRs, risBench, folderFormat];

/** The layout of a folder. A DataError says what was looked for. */
export function recogniseFormat(folder: string): Format {
  const place = statSync(folder, { throwIfNoEntry: false });
  if (!place?.isDirectory()) throw new DataError(folder, place ? "it is a file, not a folder" : "there is no such folder");
  const missing = formats.map((format) => ({ format, missing: missingMarks(format, folder) }));
  const found = missing.find((entry) => entry.missing.length === 0);
  if (found) return found.format;
  const looked = missing.map((entry) => `${entry.format.title} (missing: ${entry.missing.join(", ")})`);
  throw new DataError(folder, `it has no known layout; looked for ${looked.join("; ")}`, "name the folder that holds these files, or write train.jsonl with lines {\"image\": …, \"text\": …, \"mask\": …}; or a NumPy file a field, train/FIELD.npy");
}

/** Reads the declarations of a data folder: no picture is opened. */
export function openDataSet(folder: string): DataSet {
  const format = recogniseFormat(folder);
  const samples = format.read(folder);
  if (samples.length === 0) throw new DataError(folder, `the ${format.title} data set has no samples`);
  return { format: format.name, folder, samples, splits: splits.filter((split) => samples.some((sample) => sample.split === split)) };
}

/** The samples of one split. A DataError names the splits that there are. */
export function samplesOf(dataSet: DataSet, split: string): readonly Sample[] {
  const samples = dataSet.samples.filter((sample) => sample.split === (split as Split));
  if (samples.length === 0) throw new DataError(dataSet.folder, `there is no split ${JSON.stringify(split)}; it has ${dataSet.splits.join(", ")}`);
  return samples;
}
