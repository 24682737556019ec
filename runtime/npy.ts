/** NumPy's .npy arrays (format 1.0 and 2.0): little-endian, row-major; sizes are checked before anything is allocated. */
import type { EngineTensor } from "./engine-tensor.ts";

export class NpyError extends Error {}

const readers: { readonly [descr: string]: (bytes: Buffer, shape: readonly number[]) => EngineTensor } = {
  "<f4": (bytes, shape) => ({ dtype: "f32", shape, data: new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4) }),
  "<f8": (bytes, shape) => ({ dtype: "f32", shape, data: Float32Array.from(new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8)) }),
  "<i4": (bytes, shape) => ({ dtype: "i32", shape, data: new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4) }),
  "<i8": (bytes, shape) => ({ dtype: "i32", shape, data: Int32Array.from(new BigInt64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8), Number) }),
  "|u1": (bytes, shape) => ({ dtype: "i32", shape, data: Int32Array.from(bytes) }),
  "|b1": (bytes, shape) => ({ dtype: "bool", shape, data: new Uint8Array(bytes) }),
};
const widths: { readonly [descr: string]: number } = { "<f4": 4, "<f8": 8, "<i4": 4, "<i8": 8, "|u1": 1, "|b1": 1 };

/** What the head of a file says. */
export interface NpyHeader {
  /** The element type as NumPy writes it: `<f4`. */
  readonly descr: string;
  /** Bytes of an element. */
  readonly width: number;
  readonly shape: readonly number[];
  /** Where the elements begin. */
  readonly begin: number;
}

/** `file`: the file, or so much of its beginning that the header is in it; `length`: of the file. Throws NpyError when they do not agree. */
export function parseNpyHeader(file: Buffer, length: number): NpyHeader {
  if (file.length < 12 || file.toString("latin1", 0, 6) !== "\u0093NUMPY") throw new NpyError("it is no .npy file");
  const wide = file[6] >= 2;
  const headerLength = wide ? file.readUInt32LE(8) : file.readUInt16LE(8);
  const begin = (wide ? 12 : 10) + headerLength;
  if (begin > file.length) throw new NpyError("it is truncated");
  const header = file.toString("latin1", wide ? 12 : 10, begin);
  const descr = /'descr':\s*'([^']+)'/.exec(header)?.[1] ?? "";
  const shapeText = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1];
  if (/'fortran_order':\s*True/.test(header)) throw new NpyError("its elements are in column order; save it with np.ascontiguousarray");
  if (!(descr in readers) || shapeText === undefined) throw new NpyError(`its element type ${descr || "?"} is not read; use float32, float64, int32, int64, uint8 or bool`);
  const shape = shapeText.split(",").map((part) => part.trim()).filter(Boolean).map(Number);
  const bytes = shape.reduce((product, size) => product * size, widths[descr]);
  if (!Number.isSafeInteger(bytes) || begin + bytes !== length) throw new NpyError(`its shape [${shape.join(", ")}] needs ${bytes} bytes, but it has ${length - begin}`);
  return { descr, width: widths[descr], shape, begin };
}

export function parseNpy(file: Buffer): EngineTensor {
  const { descr, shape, begin } = parseNpyHeader(file, file.length);
  return readers[descr](Buffer.from(new Uint8Array(file.subarray(begin))), shape);
}

export function formatNpy(tensor: EngineTensor): readonly Uint8Array[] {
  const descr = { f32: "<f4", f64: "<f8", i32: "<i4", i64: "<i8", f16: "<f2", bool: "|b1" }[tensor.dtype];
  const shape = tensor.shape.length === 1 ? `${tensor.shape[0]},` : tensor.shape.join(", ");
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape}), }`;
  const padded = `${text}${" ".repeat(63 - ((10 + text.length) % 64))}\n`;
  const prefix = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, padded.length & 255, padded.length >> 8]);
  const { data } = tensor;
  return [prefix, Buffer.from(padded, "latin1"), new Uint8Array(data.buffer, data.byteOffset, data.byteLength)];
}
