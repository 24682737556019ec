/**
 * Counter-based random numbers: 32 bits are a function of (key, step, element), so that every backend can draw the same ones and a recomputation
 * repeats them. Two rounds of the 32-bit finaliser with constants 0x7feb352d, 0x846ca68b (low-bias constants found by C. Wellons' hash prospector),
 * the key's two halves going in before each. Only `Math.imul`, xor and shifts: any language with 32-bit integers repeats it.
 */

/** A stream of random numbers: what (key, step) were hashed to. */
export interface Stream {
  readonly first: number;
  readonly second: number;
}

function mix(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return x ^ (x >>> 16);
}

/** FNV-1a over the UTF-16 code units, from a start value. */
function hashText(text: string, start: number): number {
  let hash = start;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash | 0;
}

export function streamOf(key: string, step: number): Stream {
  const low = step | 0;
  const high = Math.floor(step / 4294967296) | 0;
  const first = mix(hashText(key, 0x811c9dc5) ^ mix(low + 0x3c6ef372));
  const second = mix(hashText(key, 0x2545f491) ^ mix(low ^ mix(high + 0x1b873593)));
  return { first, second };
}

/** 32 random bits, as a signed integer. */
export function bitsAt(stream: Stream, element: number): number {
  return mix(mix((element ^ stream.first) + 0x6d2b79f5) ^ stream.second);
}

/** In [0, 1), a multiple of 2^-24, so that it is exact in single precision. */
export const uniformAt = (stream: Stream, element: number): number => (bitsAt(stream, element) >>> 8) * 5.9604644775390625e-8;

/**
 * cos and sin within a quarter turn around 0 by their Taylor series: errors below 1e-10, from additions and products alone, so that another language
 * finds the same bits.
 */
const cosine = (square: number): number =>
  1 + square * (-1 / 2 + square * (1 / 24 + square * (-1 / 720 + square * (1 / 40320 + square * (-1 / 3628800 + square * (1 / 479001600))))));
const sine = (angle: number, square: number): number =>
  angle * (1 + square * (-1 / 6 + square * (1 / 120 + square * (-1 / 5040 + square * (1 / 362880 + square * (-1 / 39916800))))));

/** cos of 0, 1, 2, 3 quarter turns; minus the sine of them. */
const TURN_COSINE = new Float64Array([1, 0, -1, 0]);
const TURN_SINE = new Float64Array([0, -1, 0, 1]);
/** 24 bits are a whole turn: the low 22 of them, centred, an angle in [-pi/4, pi/4). */
const ANGLE = Math.PI / 2 / 0x400000;

/**
 * Standard normal numbers by Box and Muller: elements 2i and 2i + 1 are the cosine and the sine of one pair. Fills `out` with the numbers from
 * `start` (even) on, times `scale`.
 */
export function fillNormal(out: Float32Array | Float64Array, stream: Stream, start: number, scale: number): void {
  for (let i = 0; i < out.length; i += 2) {
    const radius = scale * Math.sqrt(-2 * Math.log(1 - uniformAt(stream, start + i)));
    const bits = bitsAt(stream, start + i + 1) >>> 8;
    const angle = ((bits & 0x3fffff) - 0x200000) * ANGLE;
    const square = angle * angle;
    const [c, s] = [radius * cosine(square), radius * sine(angle, square)];
    const turn = bits >>> 22;
    const [x, y] = [TURN_COSINE[turn], TURN_SINE[turn]];
    out[i] = x * c + y * s;
    if (i + 1 < out.length) out[i + 1] = x * s - y * c;
  }
}

const pair = new Float64Array(2);

/** One standard normal number. */
export function normalAt(stream: Stream, element: number): number {
  fillNormal(pair, stream, element - (element & 1), 1);
  return pair[element & 1];
}

/** Standard normal, drawn again while it lies beyond two standard deviations; further draws come from counters of their own. */
export function truncatedNormalAt(stream: Stream, element: number): number {
  let value = normalAt(stream, element);
  for (let round = 1; Math.abs(value) > 2; round++) {
    value = normalAt({ first: mix(stream.first + round), second: stream.second ^ 0x55555555 }, element);
  }
  return value;
}
