/** A project in a folder: it appears there when it is complete. Files that are in the folder already and are not of the project stay. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { TensorData } from "../../compiler/ir/graph.ts";
import { tensorFileParts } from "../../runtime/safetensors.ts";
import { writingReason } from "../../runtime/writing-reason.ts";
import { ProgramError } from "../errors.ts";
import { writeWhole } from "../output.ts";

/** Lines of the texts at the paths that are wanted. */
export const linesOf = (files: ReadonlyMap<string, string>, wanted: (path: string) => boolean): number => [...files].filter(([path]) => wanted(path)).reduce((sum, [, text]) => sum + text.split("\n").length - 1, 0);

/** The file of a network's constants, where it has some. */
export function tableParts(tables: ReadonlyMap<string, TensorData>): readonly (readonly [path: string, parts: () => Parts])[] {
  if (tables.size === 0) return [];
  for (const [name, { dtype, data }] of tables) if (dtype === "i32" && data.some((value) => Math.abs(value) > 2 ** 24)) throw new Error(`netc bug: the table ${name} has integers that single precision cannot hold`);
  return [["weights/tables.safetensors", () => tensorFileParts([...tables].map(([name, { shape, data }]) => ({ name, shape, data: () => Float32Array.from(data) })))]];
}

export type Parts = Iterable<Uint8Array | string>;

/** `files`: parts by path. `force`: replace files that are there. Throws ProgramError. */
export function writeProject(folder: string, files: ReadonlyMap<string, () => Parts>, force: boolean): void {
  if (existsSync(folder) && !statSync(folder).isDirectory()) throw new ProgramError(`${folder} is a file`, "name a folder: -o FOLDER");
  const there = [...files.keys()].filter((path) => existsSync(join(folder, path)));
  if (there.length && !force) throw new ProgramError(`${folder} has ${there.slice(0, 3).join(", ")}${there.length > 3 ? ` and ${there.length - 3} more files of the project` : ""} already`, "name another folder, or say --force to replace them; others that are in it stay");
  const staging = `${folder.replace(/\/+$/, "")}.tmp-${process.pid}`;
  try {
    for (const [path, parts] of files) writeWhole(join(staging, path), parts());
    if (!existsSync(folder) || readdirSync(folder).length === 0) {
      if (existsSync(folder)) rmSync(folder, { recursive: true });
      renameSync(staging, folder);
      return;
    }
    for (const path of files.keys()) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      renameSync(join(staging, path), join(folder, path));
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new ProgramError(`cannot write ${folder}: ${writingReason(error)}`);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}
