/** Repeating a tensor along new axes, and counting along one. */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";

/** `x` in a tensor of `shape`: its axis i stands at `positions[i]`, along all other axes it is repeated. */
export function repeat(x: Tensor, positions: readonly number[], shape: readonly number[]): Tensor {
  return tf.tidy(() => {
    const aligned = shape.map((_, axis) => (positions.includes(axis) ? x.shape[positions.indexOf(axis)] : 1));
    return tf.tile(tf.reshape(x, aligned), shape.map((size, axis) => (positions.includes(axis) ? 1 : size)));
  });
}

/** Whole numbers: each element is its own index along `axis`. */
export function indicesAlong(axis: number, shape: readonly number[]): Tensor {
  return tf.tidy(() => repeat(tf.range(0, shape[axis], 1, "int32"), [axis], shape));
}
