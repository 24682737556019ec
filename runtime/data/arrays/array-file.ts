/**
 * A NumPy file whose first axis counts samples, read one sample at a time: the file may be larger than the memory. Its header is checked against its
 * length before anything is read.
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { NpyError, parseNpyHeader, type NpyHeader } from "../../npy.ts";
import { DataError } from "../errors.ts";
import { readingProblem } from "../paths.ts";

export interface ArrayFile extends NpyHeader {
  readonly path: string;
  /** Of one sample. */
  readonly sampleShape: readonly number[];
  readonly sampleBytes: number;
}

/** A header of NumPy is a line of some hundred bytes; one that is longer is none. */
const headerRoom = 64 * 1024;

/** Reads the header. A DataError names the file. */
export function openArrayFile(path: string): ArrayFile {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    const { size } = fstatSync(file);
    const head = Buffer.alloc(Math.min(size, headerRoom));
    readSync(file, head, 0, head.length, 0);
    const header = parseNpyHeader(head, size);
    if (header.shape.length === 0) throw new NpyError("it is a single number, and has no axis of samples");
    const sampleShape = header.shape.slice(1);
    return { ...header, path, sampleShape, sampleBytes: sampleShape.reduce((product, each) => product * each, header.width) };
  } catch (error) {
    throw new DataError(path, error instanceof NpyError ? error.message : readingProblem(error));
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Numbers of the file as JavaScript has them; `bytes` has whole elements. */
export function numbersOf({ descr }: Pick<ArrayFile, "descr">, bytes: Uint8Array): ArrayLike<number> {
  // A copy begins at 0, where every element type may begin.
  const { buffer } = bytes.slice();
  switch (descr) {
    case "<f4":
      return new Float32Array(buffer);
    case "<f8":
      return new Float64Array(buffer);
    case "<i4":
      return new Int32Array(buffer);
    case "<i8":
      return Float64Array.from(new BigInt64Array(buffer), Number);
    default:
      return new Uint8Array(buffer);
  }
}

export interface ArrayReader {
  /** The bytes of `count` samples from `first` on. */
  read(first: number, count?: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

export async function openReader(array: ArrayFile): Promise<ArrayReader> {
  let handle: FileHandle;
  try {
    handle = await open(array.path, "r");
  } catch (error) {
    throw new DataError(array.path, readingProblem(error));
  }
  return {
    async read(first, count = 1) {
      const bytes = Buffer.alloc(count * array.sampleBytes);
      for (let at = 0; at < bytes.length; ) {
        const { bytesRead } = await handle.read(bytes, at, bytes.length - at, array.begin + first * array.sampleBytes + at);
        if (bytesRead === 0) throw new DataError(array.path, "it has become shorter while it was read");
        at += bytesRead;
      }
      return bytes;
    },
    close: () => handle.close(),
  };
}
