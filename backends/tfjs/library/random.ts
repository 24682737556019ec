/**
 * Random numbers by counter: 32 bits are a function of (key, step, element), so that every engine draws the same numbers, a recomputation repeats them,
 * and a resumed run goes on as if it had not stopped. Made of Math.imul, exclusive or and shifts alone.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";

/** The 32-bit finaliser with the constants that C. Wellons' hash prospector found. */
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

/** 24 random bits of element `element` of a stream. */
type Bits = (element: number) => number;

function bitsOf(key: string, step: number): Bits {
  const high = Math.floor(step / 4294967296) | 0;
  const first = mix(hashText(key, 0x811c9dc5) ^ mix((step | 0) + 0x3c6ef372));
  const second = mix(hashText(key, 0x2545f491) ^ mix((step | 0) ^ mix(high + 0x1b873593)));
  return (element) => mix(mix((element ^ first) + 0x6d2b79f5) ^ second) >>> 8;
}

const UNIT = 2 ** -24;

/** Taylor series within an eighth of a turn around 0, errors below 1e-10. */
const cosine = (square: number): number => 1 + square * (-1 / 2 + square * (1 / 24 + square * (-1 / 720 + square * (1 / 40320 + square * (-1 / 3628800 + square * (1 / 479001600))))));
const sine = (angle: number, square: number): number => angle * (1 + square * (-1 / 6 + square * (1 / 120 + square * (-1 / 5040 + square * (1 / 362880 + square * (-1 / 39916800))))));

/** Standard normal numbers by Box and Muller: elements 2i and 2i + 1 are the cosine and the sine of one pair. */
function fillNormal(values: Float32Array, bits: Bits): void {
  const [turnCosine, turnSine] = [[1, 0, -1, 0], [0, -1, 0, 1]];
  for (let i = 0; i < values.length; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - bits(i) * UNIT));
    const drawn = bits(i + 1);
    const angle = ((drawn & 0x3fffff) - 0x200000) * (Math.PI / 2 / 0x400000);
    const [c, s] = [radius * cosine(angle * angle), radius * sine(angle, angle * angle)];
    const [x, y] = [turnCosine[drawn >>> 22], turnSine[drawn >>> 22]];
    values[i] = x * c + y * s;
    if (i + 1 < values.length) values[i + 1] = x * s - y * c;
  }
}

/** Numbers in [0, 1) of the stream `key` at training step `step`. */
export function uniformNumbers(key: string, step: number, shape: readonly number[]): Tensor {
  const bits = bitsOf(key, step);
  const values = new Float32Array(countOf(shape));
  for (let i = 0; i < values.length; i++) values[i] = bits(i) * UNIT;
  return tf.tensor(values, [...shape]);
}

/** Standard normal numbers of the stream `key` at training step `step`. */
export function normalNumbers(key: string, step: number, shape: readonly number[]): Tensor {
  const values = new Float32Array(countOf(shape));
  fillNormal(values, bitsOf(key, step));
  return tf.tensor(values, [...shape]);
}

const countOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);
