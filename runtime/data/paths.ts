/** Names that annotation files give, kept inside the folder that they belong to, and texts read with the file named when that fails. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DataError } from "./errors.ts";

/**
 * The path of `name` in `folder`. A name is data of somebody else: one that is absolute, that climbs out with `..`, or that holds a zero byte or a
 * backslash is refused with `origin`, the place that declares it.
 */
export function inside(folder: string, name: unknown, origin: string): string {
  if (typeof name !== "string" || name === "") throw new DataError(origin, "a file name is missing");
  if (name.includes("\0") || name.includes("\\") || /^([a-z]:|\/)/i.test(name) || name.split("/").includes("..")) {
    throw new DataError(origin, `the file name ${JSON.stringify(name)} leads out of ${folder}`, "names are relative, with `/` between folders and without `..`");
  }
  return join(folder, name);
}

/** Why a file could not be read, in words. */
export function readingProblem(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return "there is no such file";
  if (code === "EACCES" || code === "EPERM") return "no permission to read it";
  if (code === "EISDIR") return "it is a folder";
  return `it cannot be read: ${message}`;
}

export function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new DataError(path, readingProblem(error));
  }
}

/** UTF-8 text, without a byte-order mark. */
export function readText(path: string): string {
  const bytes = readBytes(path);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new DataError(path, "it is no UTF-8 text");
  }
}
