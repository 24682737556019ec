/**
 * First values of parameters and states. Each number is a function of (path, seed, element), so the order in which parameters are made does not
 * matter, and a parameter keeps its values when others come or go. Made in single precision, which is what every target loads.
 */
import type { Initializer } from "./ir/initializer.ts";
import { bitsAt, fillNormal, streamOf, truncatedNormalAt, type Stream } from "./operators/random.ts";

/** 2^-24: the spacing of uniform numbers that are exact in single precision. */
const SPACING = 5.9604644775390625e-8;

/** `count` first values of the parameter at `path`. */
export function initialiseFloat32(path: string, init: Initializer, count: number, seed: number): Float32Array {
  const result = new Float32Array(count);
  switch (init.kind) {
    case "constant":
      return result.fill(init.value);
    case "uniform":
      fillUniform(result, streamOf(path, seed), init.bound);
      return result;
    case "normal":
      fillNormal(result, streamOf(path, seed), 0, init.std);
      return result;
    case "truncated_normal":
      fillTruncated(result, streamOf(path, seed), init.std);
      return result;
    case "values":
      if (init.values.length !== count) throw new Error(`a fault of this program: ${path} has ${init.values.length} written values for ${count} numbers`);
      result.set(init.values);
      return result;
  }
}

/** In [-bound, bound). */
function fillUniform(out: Float32Array, stream: Stream, bound: number): void {
  const scale = 2 * bound * SPACING;
  for (let i = 0; i < out.length; i++) out[i] = (bitsAt(stream, i) >>> 8) * scale - bound;
}

/** Normal numbers; the 4.6 % beyond two standard deviations are drawn again. */
function fillTruncated(out: Float32Array, stream: Stream, std: number): void {
  fillNormal(out, stream, 0, 1);
  for (let i = 0; i < out.length; i++) out[i] = std * (Math.abs(out[i]) > 2 ? truncatedNormalAt(stream, i) : out[i]);
}
