/** Axes of a tensor: the last ones split and joined, the same data in another shape; and sizes. */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";

/** x[…, a b] as […, a, b]; one of the sizes may be -1. */
export const splitLast = (x: Tensor, sizes: readonly number[]): Tensor => tf.reshape(x, [...x.shape.slice(0, -1), ...sizes]);

/** The last `count` axes of x as one. */
export const joinLast = (x: Tensor, count: number): Tensor => tf.reshape(x, [...x.shape.slice(0, -count), x.shape.slice(-count).reduce((product, size) => product * size, 1)]);

/** The product of the sizes of some axes. */
export const sizeAlong = (x: Tensor, ...axes: readonly number[]): number => axes.reduce((product, axis) => product * x.shape[axis], 1);
