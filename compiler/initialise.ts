/**
 * First values of parameters and states. Each number is a function of (path, seed, element), so the order in which parameters are made does not
 * matter, and a parameter keeps its values when others come or go. Made in single precision, which is what every target loads.
 */
import { evaluate, showSize } from "./dims/index.ts";
import type { Initializer, NodeOf, TensorData } from "./ir/graph.ts";
import { bitsAt, fillNormal, streamOf, truncatedNormalAt } from "./operators/random.ts";
import type { Stream } from "./operators/random.ts";
import { countOf } from "./operators/strides.ts";

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
      if (init.values.length !== count) throw new Error(`netc bug: ${path} has ${init.values.length} written values for ${count} numbers`);
      result.set(init.values);
      return result;
  }
}

/** First values by path, for the shapes that the nodes have at these sizes. */
export function initialise(
  nodes: readonly (NodeOf<"parameter"> | NodeOf<"state">)[],
  seed: number,
  sizes: ReadonlyMap<string, number> = new Map(),
): ReadonlyMap<string, TensorData> {
  const values = new Map<string, TensorData>();
  for (const { attributes, type } of nodes) {
    const shape = type.shape.map((size) => {
      const value = evaluate(size, sizes);
      if (value === undefined) throw new Error(`the size ${showSize(size)} of ${attributes.path} is not known`);
      return Number(value);
    });
    values.set(attributes.path, {
      dtype: type.dtype,
      shape,
      data: Float64Array.from(initialiseFloat32(attributes.path, attributes.init, countOf(shape), seed)),
    });
  }
  return values;
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
