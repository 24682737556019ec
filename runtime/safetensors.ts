/**
 * safetensors files (format 0.x of Hugging Face): a length, a JSON header, then the bytes. Read with every size checked before anything is
 * allocated; nothing is executed. Written in the order given, tensors aligned to 8 bytes.
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { ExpectedError } from "./errors.ts";
import { floatsOf, type StoredFloat } from "./number-formats.ts";

export interface StoredTensor {
  readonly dtype: "F32" | "F16" | "BF16" | "F64" | "U8" | "I8" | "I16" | "I32" | "I64" | "BOOL";
  readonly shape: readonly number[];
  /** Byte offsets into the file. */
  readonly start: number;
  readonly end: number;
}

export interface TensorFile {
  readonly path: string;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: ReadonlyMap<string, string>;
}

/** What is wrong with a file, in one sentence that names it. */
export class TensorFileError extends ExpectedError {}

const widths: { readonly [dtype in StoredTensor["dtype"]]: number } = { F32: 4, F16: 2, BF16: 2, F64: 8, U8: 1, I8: 1, I16: 2, I32: 4, I64: 8, BOOL: 1 };
const floats: { readonly [dtype in StoredTensor["dtype"]]?: StoredFloat } = { F32: "f32", F16: "f16", BF16: "bf16", F64: "f64" };
const largestHeader = 100_000_000;

/** Reads the header of a file; throws TensorFileError for anything that does not fit. */
export function openTensors(path: string): TensorFile {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    throw new TensorFileError(`cannot read ${path}: ${(error as NodeJS.ErrnoException).code === "ENOENT" ? "there is no such file" : (error as Error).message}`);
  }
  try {
    const { size } = fstatSync(file);
    const prefix = Buffer.alloc(8);
    if (size < 8 || readSync(file, prefix, 0, 8, 0) < 8) throw new TensorFileError(`${path} is truncated: it has ${size} bytes`);
    const headerLength = Number(prefix.readBigUInt64LE());
    if (headerLength > largestHeader || 8 + headerLength > size) throw new TensorFileError(`${path} is no safetensors file, or is truncated: its header would have ${headerLength} bytes`);
    const header = Buffer.alloc(headerLength);
    readSync(file, header, 0, headerLength, 8);
    return { path, ...parseHeader(path, header.toString("utf8"), 8 + headerLength, size) };
  } finally {
    closeSync(file);
  }
}

function parseHeader(path: string, text: string, begin: number, size: number): Pick<TensorFile, "tensors" | "metadata"> {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    throw new TensorFileError(`${path} is no safetensors file: its header is not JSON`);
  }
  if (typeof header !== "object" || header === null) throw new TensorFileError(`${path} is no safetensors file: its header is no table`);
  const tensors = new Map<string, StoredTensor>();
  const metadata = new Map<string, string>();
  for (const [name, value] of Object.entries(header as Record<string, unknown>)) {
    if (name === "__metadata__") {
      for (const [key, own] of Object.entries((value ?? {}) as Record<string, unknown>)) metadata.set(key, String(own));
      continue;
    }
    const { dtype, shape, data_offsets: offsets } = (value ?? {}) as { dtype?: unknown; shape?: unknown; data_offsets?: unknown };
    const known = typeof dtype === "string" && dtype in widths ? (dtype as StoredTensor["dtype"]) : undefined;
    const whole = (list: unknown): list is number[] => Array.isArray(list) && list.every((entry) => Number.isSafeInteger(entry) && (entry as number) >= 0);
    if (!known || !whole(shape) || !whole(offsets) || offsets.length !== 2) throw new TensorFileError(`${path}: the entry of ${name} is malformed`);
    const bytes = shape.reduce((product, entry) => product * entry, widths[known]);
    if (offsets[1] - offsets[0] !== bytes || begin + offsets[1] > size) throw new TensorFileError(`${path}: ${name} should have ${bytes} bytes, but its place is ${offsets.join("..")} of ${size - begin}; the file is truncated or wrong`);
    tensors.set(name, { dtype: known, shape, start: begin + offsets[0], end: begin + offsets[1] });
  }
  return { tensors, metadata };
}

/** The values of one tensor as float32 (16-bit and 64-bit floats are converted). */
export function readFloat32(file: TensorFile, name: string): Float32Array {
  const tensor = file.tensors.get(name);
  if (!tensor) throw new TensorFileError(`${file.path} has no tensor ${name}`);
  const bytes = Buffer.alloc(tensor.end - tensor.start);
  const handle = openSync(file.path, "r");
  try {
    for (let at = 0; at < bytes.length; ) {
      const read = readSync(handle, bytes, at, Math.min(bytes.length - at, 1 << 30), tensor.start + at);
      if (read === 0) throw new TensorFileError(`${file.path} ended while ${name} was read`);
      at += read;
    }
  } finally {
    closeSync(handle);
  }
  const float = floats[tensor.dtype];
  if (!float) throw new TensorFileError(`${file.path}: ${name} holds ${tensor.dtype}, not floats`);
  return floatsOf(bytes, float);
}

/** The parts of a file of float32 tensors, to be written one after the other. */
export function* tensorFileParts(tensors: readonly { readonly name: string; readonly shape: readonly number[]; readonly data: () => Float32Array }[], metadata: Readonly<Record<string, string>> = {}): Generator<Uint8Array> {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const { name, shape } of tensors) {
    const bytes = shape.reduce((product, size) => product * size, 4);
    header[name] = { dtype: "F32", shape, data_offsets: [offset, offset + bytes] };
    offset += bytes;
  }
  const text = JSON.stringify(header);
  const json = Buffer.from(text.padEnd(text.length + ((8 - (Buffer.byteLength(text) % 8)) % 8)));
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(json.length));
  yield prefix;
  yield json;
  for (const { data } of tensors) {
    const values = data();
    yield new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  }
}
