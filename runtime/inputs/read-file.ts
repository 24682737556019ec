/** The bytes of a file that a person names. */
import { readFileSync } from "node:fs";
import { InputError } from "./model-input.ts";

/** Throws an InputError that names the file. */
export function readInputFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new InputError(`cannot read ${path}: ${code === "ENOENT" ? "there is no such file" : code === "EISDIR" ? "it is a folder" : message}`);
  }
}
