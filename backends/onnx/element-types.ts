/**
 * Element types of ONNX tensors and their bytes. Numbers travel as plain arrays and become bytes only when a model is written.
 * Bytes are little-endian, as TensorProto.raw_data and external data demand; so is every machine that Node 20 runs on.
 */
import type { Dtype } from "../../compiler/ir/graph.ts";

/** The graph's types, and i64 for shapes and indices, where ONNX wants it. */
export type ElementType = Dtype | "i64";

/** Numbers of a constant, row-major; bools as 0 and 1. */
export type Numbers = Float32Array | Float64Array | readonly number[];

/** TensorProto.DataType (onnx.proto of ONNX 1.10; unchanged since). */
export const elementTypeNumber = {
  f32: 1,
  i32: 6,
  i64: 7,
  bool: 9,
  f16: 10,
  f64: 11,
  bf16: 16,
} satisfies Record<ElementType, number>;

/** Bytes of one element. */
export const elementBytes = { f32: 4, i32: 4, i64: 8, bool: 1, f16: 2, f64: 8, bf16: 2 } satisfies Record<ElementType, number>;

const viewOf = (array: Float32Array | Float64Array | Int32Array | BigInt64Array | Uint16Array): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

/** The bytes of numbers; a Float32Array of f32 is viewed, not copied. */
export function bytesOf(dtype: ElementType, numbers: Numbers): Uint8Array {
  switch (dtype) {
    case "f32":
      return viewOf(numbers instanceof Float32Array ? numbers : Float32Array.from(numbers));
    case "f64":
      return viewOf(numbers instanceof Float64Array ? numbers : Float64Array.from(numbers));
    case "i32":
      return viewOf(Int32Array.from(numbers));
    case "i64":
      return viewOf(BigInt64Array.from(Array.from(numbers), (value) => BigInt(value)));
    case "bool":
      return Uint8Array.from(numbers, (value) => (value !== 0 ? 1 : 0));
    case "f16":
      return viewOf(Uint16Array.from(numbers, halfBits));
    case "bf16":
      return viewOf(Uint16Array.from(numbers, brainBits));
  }
}

const scratch = new Float32Array(1);
const scratchBits = new Uint32Array(scratch.buffer);

function singleBits(value: number): number {
  scratch[0] = value;
  return scratchBits[0];
}

/** Rounds away the lowest `shift` bits, ties to even. */
function roundedShift(bits: number, shift: number): number {
  const kept = bits >>> shift;
  const rest = bits & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  return rest > half || (rest === half && (kept & 1) === 1) ? kept + 1 : kept;
}

/** IEEE binary16. */
function halfBits(value: number): number {
  const bits = singleBits(value);
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude >= 0x38800000) return sign | roundedShift(magnitude - 0x38000000, 13);
  const exponent = magnitude >>> 23;
  return exponent < 102 ? sign : sign | roundedShift((magnitude & 0x7fffff) | 0x800000, 126 - exponent);
}

/** The upper half of binary32. */
function brainBits(value: number): number {
  const bits = singleBits(value);
  return Number.isNaN(value) ? 0x7fc0 : roundedShift(bits, 16) & 0xffff;
}
