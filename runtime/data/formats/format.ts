/** What a reader of a published layout is: how the layout is known by its files, and its samples. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Sample, Split } from "../sample.ts";

export interface Format {
  /** As `--layout` and the `data` item of a training section name it. */
  readonly name: string;
  readonly title: string;
  /** Files and folders, relative to the data folder, by which the layout is known: all of them, where `or` lists alternatives. */
  readonly marks: readonly (string | { readonly or: readonly string[] })[];
  /** Every sample of the folder, in the order of its files. A DataError names the file that is wrong. */
  read(folder: string): readonly Sample[];
}

/** The marks that a folder lacks. */
export function missingMarks(format: Format, folder: string): readonly string[] {
  const there = (mark: string): boolean => existsSync(join(folder, ...mark.split("/")));
  return format.marks.flatMap((mark) => {
    if (typeof mark === "string") return there(mark) ? [] : [mark];
    return mark.or.some(there) ? [] : [mark.or.join(" or ")];
  });
}

/** `test`, and names that begin with it (`testA`), are the test split, as the loaders of RefCOCO take them. */
export function splitOf(name: unknown): Split | undefined {
  if (typeof name !== "string") return undefined;
  if (name === "train" || name === "val") return name;
  return name.startsWith("test") ? "test" : undefined;
}
