/** Tensors as rows: all axes before the last count through rows, the last one through their channels. What a linear layer and its gradient are made of. */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { product } from "./product.ts";

/** x[…, C] as a matrix: all its rows, one after another. */
function rowsOf(x: Tensor): Tensor {
  return x.rank === 2 ? x : tf.reshape(x, [-1, x.shape[x.rank - 1]]);
}

/** Every row of x[…, C] times a weight[O, C]: the linear layer without bias, […, O]. */
export function rowsTimes(x: Tensor, weight: Tensor): Tensor {
  return tf.tidy(() => likeRows(x, product(rowsOf(x), weight, false, true)));
}

/** Every row of slope[…, O] times the transposed weight[O, C]: the way back through a linear layer, […, C]. */
export function rowsBack(slope: Tensor, weight: Tensor): Tensor {
  return tf.tidy(() => likeRows(slope, product(rowsOf(slope), weight)));
}

/** The sum over all rows of a[…, O] times b[…, C], [O, C]: what they say to a linear layer's weight. */
export function sumOfProducts(a: Tensor, b: Tensor): Tensor {
  return tf.tidy(() => product(rowsOf(a), rowsOf(b), true));
}

/** The sum of all rows. */
export const sumOfRows = (x: Tensor): Tensor => tf.sum(x, axesOfRows(x));

/** The mean of all rows. */
export const meanOfRows = (x: Tensor): Tensor => tf.mean(x, axesOfRows(x));

const axesOfRows = (x: Tensor): number[] => x.shape.slice(1).map((_, axis) => axis);

/** Rows in the place of those of x. */
const likeRows = (x: Tensor, rows: Tensor): Tensor => (x.rank === 2 ? rows : tf.reshape(rows, [...x.shape.slice(0, -1), rows.shape[rows.rank - 1]]));
