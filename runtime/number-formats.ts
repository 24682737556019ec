/** Floats as files store them, made into float32: 16-bit halves and brain floats, and doubles; in either byte order. */

export type StoredFloat = "f16" | "bf16" | "f32" | "f64";

export const floatBytes: Readonly<Record<StoredFloat, number>> = { f16: 2, bf16: 2, f32: 4, f64: 8 };

const isLittle = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

let halves: Float32Array | undefined;

/** The float32 of every half, by its bits: conversions of large tensors are look-ups. */
function halfTable(): Float32Array {
  if (halves) return halves;
  halves = new Float32Array(65536);
  for (let bits = 0; bits < 65536; bits++) {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 31;
    const fraction = bits & 1023;
    halves[bits] = exponent === 0 ? sign * fraction * 2 ** -24 : exponent === 31 ? (fraction ? NaN : sign * Infinity) : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }
  return halves;
}

/** `bytes` as float32; float32 in this machine's order is not copied where its place in memory allows that. The length is a whole number of floats. */
export function floatsOf(bytes: Buffer, dtype: StoredFloat, littleEndian = true): Float32Array {
  const width = floatBytes[dtype];
  if (bytes.length % width) throw new Error(`a fault of this program: ${bytes.length} bytes are no ${dtype}`);
  const aligned = bytes.byteOffset % width === 0 && littleEndian === isLittle ? bytes : Buffer.from(new Uint8Array(bytes).buffer);
  if (littleEndian !== isLittle) {
    if (width === 2) aligned.swap16();
    else if (width === 4) aligned.swap32();
    else aligned.swap64();
  }
  const count = bytes.length / width;
  switch (dtype) {
    case "f32":
      return new Float32Array(aligned.buffer, aligned.byteOffset, count);
    case "f64":
      return Float32Array.from(new Float64Array(aligned.buffer, aligned.byteOffset, count));
    case "f16": {
      const [table, stored, result] = [halfTable(), new Uint16Array(aligned.buffer, aligned.byteOffset, count), new Float32Array(count)];
      for (let i = 0; i < count; i++) result[i] = table[stored[i]];
      return result;
    }
    case "bf16": {
      const [stored, wide] = [new Uint16Array(aligned.buffer, aligned.byteOffset, count), new Uint32Array(count)];
      for (let i = 0; i < count; i++) wide[i] = stored[i] << 16;
      return new Float32Array(wide.buffer);
    }
  }
}
