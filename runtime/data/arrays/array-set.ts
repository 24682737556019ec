/**
 * A folder of arrays: `train`, `val` and `test`, in each a NumPy file a field, `image.npy`, whose first axis counts the samples. For models whose data are
 * no pictures with sentences. A field takes floats, whole numbers, or bytes; bytes of a field of floats are steps of its range, as those of a picture.
 */
import { createHash } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type { DataContract, FieldContract } from "../../../compiler/training/description.ts";
import { DataError } from "../errors.ts";
import { splits, type Split } from "../sample.ts";
import { openArrayFile, type ArrayFile } from "./array-file.ts";

export interface ArraySet {
  readonly folder: string;
  readonly splits: readonly { readonly split: Split; readonly count: number; readonly files: ReadonlyMap<string, ArrayFile> }[];
}

const arraysIn = (folder: string): readonly string[] => (statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(folder).filter((name) => name.endsWith(".npy")).sort() : []);

/** Whether a folder has the layout. */
export const hasArrays = (folder: string): boolean => splits.some((split) => arraysIn(join(folder, split)).length > 0);

/** Reads the headers. A DataError names the file that is wrong, or says that two of a split have not the same samples. */
export function openArrays(folder: string): ArraySet {
  const found = splits.flatMap((split) => {
    const files = arraysIn(join(folder, split)).map((name) => openArrayFile(join(folder, split, name)));
    if (files.length === 0) return [];
    const other = files.find((file) => file.shape[0] !== files[0].shape[0]);
    if (other) throw new DataError(other.path, `it has ${other.shape[0]} samples, but ${basename(files[0].path)} beside it has ${files[0].shape[0]}`, "the first axis of every file of a split counts the same samples");
    return [{ split, count: files[0].shape[0], files: new Map(files.map((file) => [basename(file.path, ".npy"), file])) }];
  });
  return { folder, splits: found };
}

/** The files of a split for a model's fields. A DataError says which is missing, or is not what the field is. */
export function filesFor({ folder, splits: all }: ArraySet, split: string, { fields }: DataContract): readonly { readonly field: FieldContract; readonly file: ArrayFile }[] {
  const files = all.find((own) => own.split === split)?.files;
  if (!files) throw new DataError(folder, `there is no split ${JSON.stringify(split)}; it has ${all.map((own) => own.split).join(", ")}`);
  return fields.map((field) => {
    const file = files.get(field.name);
    if (!file) throw new DataError(join(folder, split), `there is no ${field.name}.npy for the field \`${field.name}\`; there is ${[...files.keys()].map((name) => `${name}.npy`).join(", ")}`, "the first axis of a field's file counts the samples");
    const problem = misfit(field, file);
    if (problem) throw new DataError(file.path, problem);
    return { field, file };
  });
}

/** What is wrong with a file for a field, by its header; undefined: nothing. */
function misfit(field: FieldContract, { descr, sampleShape, shape }: ArrayFile): string | undefined {
  const wanted = field.axes.slice(1);
  const shown = `${field.dtype}[${field.axes.map(({ name, size }) => (name && size !== undefined ? `${name} = ${size}` : name || String(size ?? "?"))).join(", ")}]`;
  if (field.normalisedBy) return `the field \`${field.name}\` is normalised by ${field.normalisedBy}, which arrays are not: normalise them before, and leave it out`;
  if (sampleShape.length !== wanted.length || wanted.some(({ size }, i) => size !== undefined && size !== sampleShape[i])) return `its shape is [${shape.join(", ")}], but the field \`${field.name}\` is ${shown}`;
  const isFloat = descr.startsWith("<f");
  if (field.dtype === "i32" ? isFloat : field.dtype !== "f32" || descr.startsWith("<i")) return `its elements are ${descr}, but the field \`${field.name}\` is ${shown}`;
  return undefined;
}

/** Which arrays a split has, as a hash: names, element types and shapes. */
export const fingerprintOf = ({ splits: all }: ArraySet, split: string): string =>
  createHash("sha256").update([...(all.find((own) => own.split === split)?.files ?? [])].map(([name, { descr, shape }]) => `${name} ${descr} ${shape.join()}`).join("\n")).digest("hex");

/** What is wrong with a number of a field, in its file's own units; undefined: nothing. */
export function valueProblem(field: FieldContract, isBytes: boolean, value: number): string | undefined {
  if (!Number.isFinite(value)) return `${value} is no finite number`;
  if (isBytes && field.dtype === "f32") return undefined;
  if (field.dtype === "i32" && !(value >= -(2 ** 31) && value < 2 ** 31)) return `${value} is no whole number of 32 bits`;
  return field.isRanged && !(value >= field.low && value <= field.high) ? `${value} is not in [${field.low}, ${field.high}]` : undefined;
}
