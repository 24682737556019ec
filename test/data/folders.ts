/** Data folders for tests: generated, then broken on purpose. */
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { DataContract } from "../../compiler/training/data-contract.ts";
import { DataError } from "../../runtime/data/errors.ts";
import { generateDataSet } from "../../runtime/data/generate/generate.ts";
import type { LayoutName } from "../../runtime/data/generate/layouts.ts";

export const temporary = (): string => mkdtempSync(join(tmpdir(), "netc-data-"));

/** A generated folder of its own. */
export async function generated(layout: LayoutName, count = 10, size = 64, seed = 1): Promise<string> {
  const folder = join(temporary(), layout);
  await generateDataSet(folder, { layout, count, size, seed });
  return folder;
}

export function put(folder: string, path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

/** The DataError that something ends with. */
export async function dataError(action: () => unknown): Promise<DataError> {
  try {
    await action();
  } catch (error) {
    if (error instanceof DataError) return error;
    throw error;
  }
  throw new Error("nothing was wrong");
}

/** The contract of CD2FSAN at another size. */
export const contractOf = (size: number, words = 22): DataContract => ({
  source: "folder",
  fields: [
    { name: "image", dtype: "f32", axes: [undefined, 3, size, size].map((own) => ({ name: "", size: own })), low: 0, high: 1, normalisedBy: "clip" },
    { name: "words", dtype: "i32", axes: [undefined, words].map((own) => ({ name: "", size: own })), low: 0, high: 1 },
    { name: "target", dtype: "f32", axes: [undefined, size / 2, size / 2].map((own) => ({ name: "", size: own })), low: 0, high: 1 },
  ],
});
