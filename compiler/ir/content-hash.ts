/**
 * 64 bits that stand for the numbers of a tensor: what the text form prints instead of a big constant, and what finds equal constants. The same
 * numbers give the same hash on every machine; -0 and 0 differ, and so do NaNs of different bits. Not cryptographic: who merges by it compares too.
 */

const known = new WeakMap<Float64Array, string>();

/** Sixteen hexadecimal digits. Remembered per array: data of constants are never written to. */
export function contentHash(data: Float64Array): string {
  let hash = known.get(data);
  if (hash === undefined) known.set(data, (hash = hashOf(data)));
  return hash;
}

/** Two lanes of multiply and rotate over the little-endian words, finished by mixing the lanes with the length. */
function hashOf(data: Float64Array): string {
  const words = new Uint32Array(data.buffer, data.byteOffset, data.length * 2);
  let [first, second] = [0x811c9dc5 | 0, 0x2545f491 | 0];
  for (let i = 0; i < words.length; i++) {
    first = Math.imul(first ^ words[i], 0x01000193);
    first ^= first >>> 15;
    second = Math.imul(((second << 13) | (second >>> 19)) ^ words[i], 0x2c1b3c6d);
  }
  return hexadecimal(finish(first ^ data.length)) + hexadecimal(finish(second ^ Math.imul(first, 0x297a2d39)));
}

function finish(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return x ^ (x >>> 16);
}

const hexadecimal = (x: number): string => (x >>> 0).toString(16).padStart(8, "0");

/** Whether two arrays hold the same numbers, bit for bit up to the NaN. */
export function sameNumbers(a: Float64Array, b: Float64Array): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}
