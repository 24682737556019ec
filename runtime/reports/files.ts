/** How the files of a run are written: whole ones under a temporary name first, growing ones by lines or records that are appended in one piece. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { writingReason } from "../writing-reason.ts";
import { ReportError } from "./errors.ts";

/** The error of the system as a ReportError. */
export function writingProblem(path: string, error: unknown): ReportError {
  return new ReportError(path, `cannot be written: ${writingReason(error)}`);
}

/** Replaces the file at `path`, or leaves what was there. Throws a ReportError. */
export function replaceFile(path: string, content: string | Uint8Array): void {
  const partial = `${path}.tmp-${process.pid}`;
  try {
    const file = openSync(partial, "w");
    try {
      writeAll(file, content);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw writingProblem(path, error);
  }
}

export interface AppendedFile {
  /** Adds to the end. Throws a ReportError. */
  append(content: string | Uint8Array): void;
  /** Twice is once. */
  close(): void;
}

/** A file that grows; it is made where it is not there. `isNew`: it must not be there. */
export function openAppended(path: string, isNew = false): AppendedFile {
  let file: number | undefined;
  try {
    file = openSync(path, isNew ? "ax" : "a");
  } catch (error) {
    throw writingProblem(path, error);
  }
  return {
    append(content) {
      if (file === undefined) throw new Error(`a fault of this program: ${path} is closed`);
      try {
        writeAll(file, content);
      } catch (error) {
        throw writingProblem(path, error);
      }
    },
    close() {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}

function writeAll(file: number, content: string | Uint8Array): void {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}
