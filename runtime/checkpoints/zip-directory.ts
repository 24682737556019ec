/**
 * The table of contents of a zip file, ZIP64 records included, and its entries that are stored, not compressed: those that hold tensors in PyTorch's files.
 * It is read from the central directory at the end of the file; every size and place is checked before anything of that size is allocated.
 * Source: PKWARE's APPNOTE 6.3.10, sections 4.3.7, 4.3.12, 4.3.14 to 4.3.16 and 4.5.3.
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { CheckpointError } from "./checkpoint.ts";

export interface ZipEntry {
  readonly name: string;
  readonly size: number;
  /** In the file; less than `size` where the entry is compressed. */
  readonly packed: number;
  readonly isStored: boolean;
  /** Where its local header begins. */
  readonly header: number;
}

export interface ZipFile {
  readonly path: string;
  readonly entries: ReadonlyMap<string, ZipEntry>;
  /** `length` bytes of an entry from `from` on, which must lie inside it. */
  read(entry: ZipEntry, from?: number, length?: number): Buffer;
}

const largestDirectory = 64 * 1024 * 1024;
const saveAgain = "load it in PyTorch and save its state dict again: torch.save(model.state_dict(), \"weights.pt\")";
const [localMark, centralMark, endMark, end64Mark, locatorMark] = [0x04034b50, 0x02014b50, 0x06054b50, 0x06064b50, 0x07064b50];

/** Whether the bytes that a file begins with are those of a zip file. */
export const beginsAsZip = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;

export function openZip(path: string): ZipFile {
  return withFile(path, (read, size) => {
    const { entries, begin } = directoryOf(path, read, size);
    checkApart(path, [...entries.values()], begin);
    return { path, entries, read: (entry, from = 0, length = entry.size - from) => readEntry(path, entry, from, length, begin) };
  });
}

type Read = (at: number, length: number) => Buffer;

function withFile<T>(path: string, use: (read: Read, size: number) => T): T {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    throw new CheckpointError(`cannot read ${path}: ${(error as NodeJS.ErrnoException).code === "ENOENT" ? "there is no such file" : (error as Error).message}`);
  }
  try {
    const { size } = fstatSync(file);
    return use((at, length) => {
      if (at < 0 || length < 0 || at + length > size) throw truncated(path, `bytes ${at} to ${at + length} are wanted, and it has ${size}`);
      const bytes = Buffer.alloc(length);
      for (let done = 0; done < length; ) {
        const count = readSync(file, bytes, done, Math.min(length - done, 1 << 30), at + done);
        if (count === 0) throw truncated(path, "it ended while it was read");
        done += count;
      }
      return bytes;
    }, size);
  } finally {
    closeSync(file);
  }
}

const truncated = (path: string, what: string): CheckpointError => new CheckpointError(`${path} is truncated or damaged: ${what}`, "download or copy it again");

function directoryOf(path: string, read: Read, size: number): { readonly entries: ReadonlyMap<string, ZipEntry>; readonly begin: number } {
  // The record at the end is followed by a comment of at most 65535 bytes.
  const tailAt = Math.max(0, size - 22 - 65535);
  const tail = read(tailAt, size - tailAt);
  let at = tail.length - 22;
  while (at >= 0 && !(tail.readUInt32LE(at) === endMark && at + 22 + tail.readUInt16LE(at + 20) === tail.length)) at--;
  if (at < 0) throw truncated(path, "the table of contents of a zip file is missing at its end");
  let [count, length, begin] = [tail.readUInt16LE(at + 10), tail.readUInt32LE(at + 12), tail.readUInt32LE(at + 16)];
  if (tail.readUInt16LE(at + 4) !== 0 || tail.readUInt16LE(at + 6) !== 0) throw new CheckpointError(`${path} is one part of a zip file in several parts`);
  let end = tailAt + at;
  if (end >= 20) {
    const locator = read(end - 20, 20);
    if (locator.readUInt32LE(0) === locatorMark) {
      end = whole(path, locator.readBigUInt64LE(8));
      const record = read(end, 56);
      if (record.readUInt32LE(0) !== end64Mark) throw truncated(path, "its ZIP64 record is not where it should be");
      count = whole(path, record.readBigUInt64LE(32));
      length = whole(path, record.readBigUInt64LE(40));
      begin = whole(path, record.readBigUInt64LE(48));
    }
  }
  if (length > largestDirectory || begin + length > end) throw truncated(path, `its table of contents would have ${length} bytes from byte ${begin} on, but ends before byte ${end}`);
  return { entries: entriesOf(path, read(begin, length), count), begin };
}

function whole(path: string, value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw truncated(path, `a place or size of ${value} bytes`);
  return Number(value);
}

function entriesOf(path: string, directory: Buffer, count: number): ReadonlyMap<string, ZipEntry> {
  const entries = new Map<string, ZipEntry>();
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== centralMark) throw truncated(path, `its table of contents ends after ${i} of ${count} entries`);
    const [nameLength, extraLength, commentLength] = [directory.readUInt16LE(at + 28), directory.readUInt16LE(at + 30), directory.readUInt16LE(at + 32)];
    const next = at + 46 + nameLength + extraLength + commentLength;
    if (next > directory.length) throw truncated(path, `entry ${i} of its table of contents is longer than the table`);
    const name = directory.toString("utf8", at + 46, at + 46 + nameLength);
    const [packed, size, header] = placesOf(path, directory, at, name, directory.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength));
    if (climbs(name)) throw new CheckpointError(`${path} has an entry ${JSON.stringify(name)}, whose path climbs out of the file`, "do not trust this file: PyTorch writes no such names");
    if (directory.readUInt16LE(at + 8) & 1) throw new CheckpointError(`${path}: ${name} is encrypted`, saveAgain);
    if (entries.has(name)) throw new CheckpointError(`${path} has two entries ${name}`, "do not trust this file: PyTorch writes each name once");
    entries.set(name, { name, size, packed, header, isStored: directory.readUInt16LE(at + 10) === 0 });
    at = next;
  }
  return entries;
}

const climbs = (name: string): boolean => name.startsWith("/") || /^[a-zA-Z]:/.test(name) || name.includes("\\") || name.includes("\0") || name.split("/").includes("..");

/** Packed size, size and place of an entry; numbers that do not fit 32 bits stand in its extra field of kind 1. */
function placesOf(path: string, directory: Buffer, at: number, name: string, extra: Buffer): readonly [packed: number, size: number, header: number] {
  const places = [directory.readUInt32LE(at + 20), directory.readUInt32LE(at + 24), directory.readUInt32LE(at + 42)] as [number, number, number];
  if (!places.includes(0xffffffff)) return places;
  for (let from = 0; from + 4 <= extra.length; ) {
    const [kind, length] = [extra.readUInt16LE(from), extra.readUInt16LE(from + 2)];
    const field = extra.subarray(from + 4, from + 4 + length);
    from += 4 + length;
    if (kind !== 1) continue;
    // In the order size, packed size, place; only those that did not fit.
    let within = 0;
    for (const i of [1, 0, 2]) {
      if (places[i] !== 0xffffffff) continue;
      if (within + 8 > field.length) throw truncated(path, `the ZIP64 field of ${name} is too short`);
      places[i] = whole(path, field.readBigUInt64LE(within));
      within += 8;
    }
    return places;
  }
  throw truncated(path, `${name} has no ZIP64 field, but needs one`);
}

/** No entry may lie on another or on the table of contents. */
function checkApart(path: string, entries: readonly ZipEntry[], begin: number): void {
  const sorted = [...entries].sort((a, b) => a.header - b.header);
  sorted.forEach(({ name, header, packed }, i) => {
    const next = sorted[i + 1]?.header ?? begin;
    if (header + 30 + packed > next) throw truncated(path, `${name} would have ${packed} bytes from byte ${header} on, but the next entry begins at byte ${next}`);
  });
}

function readEntry(path: string, entry: ZipEntry, from: number, length: number, begin: number): Buffer {
  if (!entry.isStored) throw new CheckpointError(`${path}: ${entry.name} is compressed, as PyTorch does not write it`, saveAgain);
  if (entry.packed !== entry.size) throw truncated(path, `${entry.name} is stored in ${entry.packed} bytes, but would have ${entry.size}`);
  if (from < 0 || length < 0 || from + length > entry.size) throw truncated(path, `${entry.name} has ${entry.size} bytes, and bytes ${from} to ${from + length} of it are wanted`);
  return withFile(path, (read) => {
    const header = read(entry.header, 30);
    const nameLength = header.readUInt16LE(26);
    const isItself = header.readUInt32LE(0) === localMark && read(entry.header + 30, nameLength).toString("utf8") === entry.name;
    if (!isItself || header.readUInt16LE(8) !== 0) throw truncated(path, `what stands at byte ${entry.header} is not ${entry.name}, as the table of contents says`);
    const start = entry.header + 30 + nameLength + header.readUInt16LE(28);
    if (start + entry.size > begin) throw truncated(path, `${entry.name} reaches beyond its place`);
    return read(start + from, length);
  });
}
