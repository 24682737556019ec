/**
 * Resampling of the last axes, or of those before the channels. Bilinear is a product with one constant matrix for each axis (half-pixel centres, held at the border, as PyTorch with
 * align_corners=False), so that its transpose is its exact gradient, which that of tfjs is not. Nearest takes element floor(i old / new).
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";

/** matrix[to, from]: the share of each old element in each new one. Every row sums to 1. */
function bilinearMatrix(from: number, to: number): Tensor {
  const values = new Float32Array(to * from);
  for (let i = 0; i < to; i++) {
    const place = Math.min(Math.max(((i + 0.5) * from) / to - 0.5, 0), from - 1);
    const first = Math.floor(place);
    values[i * from + first] = 1 - (place - first);
    if (place > first) values[i * from + first + 1] = place - first;
  }
  return tf.tensor(values, [to, from]);
}

/** `sizes.length` axes of x at other sizes, the last ones but `trailing`: element floor(i old / new) is taken. */
export function resizeNearest(x: Tensor, sizes: readonly number[], trailing = 0): Tensor {
  return resized(x, sizes, trailing, (value, axis, from, to) => tf.gather(value, Array.from({ length: to }, (_, i) => Math.floor((i * from) / to)), axis));
}

/** A map with channels last, each of its rows and columns as often as the factors say. Nearest of tfjs is exact for these, and else rounds in single precision. */
export function enlargeNearest(x: Tensor, [rows, columns]: readonly [number, number]): Tensor {
  return tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [x.shape[1]! * rows, x.shape[2]! * columns]);
}

/** The sums of the blocks of a map with channels last, each of so many rows and columns: the gradient of `enlargeNearest`. */
export function sumOfBlocks(x: Tensor, [rows, columns]: readonly [number, number]): Tensor {
  return tf.tidy(() => tf.mul(tf.avgPool(x as tf.Tensor4D, [rows, columns], [rows, columns], "valid"), rows * columns));
}

/** The same by a matrix for each axis. */
export function resizeBilinear(x: Tensor, sizes: readonly number[], trailing = 0): Tensor {
  return resized(x, sizes, trailing, (value, axis, from, to) => {
    const count = (shape: readonly number[]): number => shape.reduce((product, each) => product * each, 1);
    const [before, after] = [value.shape.slice(0, axis), value.shape.slice(axis + 1)];
    const matrix = bilinearMatrix(from, to);
    // A matrix meets every map of a batch: tfjs repeats it.
    const product = after.length === 0 ? tf.matMul(tf.reshape(value, [-1, from]), matrix, false, true) : tf.matMul(matrix, tf.reshape(value, [count(before), from, count(after)]));
    return tf.reshape(product, [...before, to, ...after]);
  });
}

/** One axis after another, those whose size stays left out. */
function resized(x: Tensor, sizes: readonly number[], trailing: number, along: (value: Tensor, axis: number, from: number, to: number) => Tensor): Tensor {
  const first = x.rank - trailing - sizes.length;
  return tf.tidy(() => sizes.reduce((value, to, place) => (to === value.shape[first + place] ? value : along(value, first + place, value.shape[first + place], to)), tf.clone(x)));
}
