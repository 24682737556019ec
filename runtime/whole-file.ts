/** Files that appear under their names only when they are complete. */
import { closeSync, fchmodSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { ExpectedError } from "./errors.ts";
import { writingReason } from "./writing-reason.ts";

export class WritingError extends ExpectedError {}

/** Writes a whole file: to a temporary name beside it, then renamed. Parent folders are made. Throws a WritingError. `mode`: its permissions. */
export function writeWhole(path: string, parts: Iterable<Uint8Array | string>, mode?: number): void {
  const partial = `${path}.tmp-${process.pid}`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    const file = openSync(partial, "w");
    try {
      if (mode !== undefined) fchmodSync(file, mode);
      for (const part of parts) {
        const bytes = typeof part === "string" ? Buffer.from(part) : part;
        for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, Math.min(bytes.length - at, 1 << 30));
      }
    } finally {
      closeSync(file);
    }
    renameSync(partial, path);
  } catch (error) {
    try {
      rmSync(partial, { force: true });
    } catch {
      // where it could not be written, there is nothing to remove
    }
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error; // not the disk, but what makes the parts
    throw new WritingError(`cannot write ${path}: ${code === "EEXIST" ? "a part of the path is a file" : writingReason(error)}`);
  }
}
