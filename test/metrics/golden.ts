/** Golden values that make_golden.py wrote, and the arrays in them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const golden = <T>(name: string): T => JSON.parse(readFileSync(join(import.meta.dirname, "golden", `${name}.json`), "utf8")) as T;

/** 32-bit numbers, least byte first. */
export function floats(text: string): Float32Array {
  const bytes = Buffer.from(text, "base64");
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));
}

/** Eight pixels in a byte, the first in the highest bit. */
export function bits(text: string, count: number): Uint8Array {
  const bytes = Buffer.from(text, "base64");
  return Uint8Array.from({ length: count }, (_, i) => (bytes[i >> 3] >> (7 - (i & 7))) & 1);
}
