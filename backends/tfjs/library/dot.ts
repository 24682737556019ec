/**
 * Contractions of two tensors: sums of products over pairs of axes (what an einsum of two operands says). One matrix product does it, between
 * operands whose axes stand as [batch, free, summed] or [batch, summed, free]; only an operand that stands otherwise is transposed.
 */
import * as tf from "@tensorflow/tfjs-core";
import { product } from "./product.ts";

/** An axis of the left operand and one of the right. */
export type AxisPairs = readonly (readonly [left: number, right: number])[];

interface Matrices {
  /** [batch, rows, columns], or [rows, columns] where nothing is batched. */
  readonly value: tf.Tensor;
  /** Whether the summed axes are the rows. */
  readonly isTransposed: boolean;
}

const isInOrder = (axes: readonly number[]): boolean => axes.every((axis, place) => axis === place);

/** A reshape where there is something to do: it is an operation of its own on the native backend. */
const shaped = (x: tf.Tensor, shape: number[]): tf.Tensor => (shape.length === x.rank && shape.every((size, axis) => size === x.shape[axis]) ? x : tf.reshape(x, shape));

/** A tensor as matrices of free times summed elements, or the other way round where that needs no transpose. */
function matricesOf(x: tf.Tensor, batch: readonly number[], free: readonly number[], summed: readonly number[]): Matrices {
  const count = (axes: readonly number[]): number => axes.reduce((product, axis) => product * x.shape[axis], 1);
  const lead = batch.length > 0 ? [count(batch)] : [];
  const isTransposed = !isInOrder([...batch, ...free, ...summed]) && isInOrder([...batch, ...summed, ...free]);
  if (isTransposed) return { value: shaped(x, [...lead, count(summed), count(free)]), isTransposed };
  const order = [...batch, ...free, ...summed];
  return { value: shaped(isInOrder(order) ? x : tf.transpose(x, order), [...lead, count(free), count(summed)]), isTransposed };
}

/** Sums products over the pairs `summed`, for each element of the pairs `batch`. Axes of the result: batch, what is left of the left operand, then of the right. */
export function dot(left: tf.Tensor, right: tf.Tensor, batch: AxisPairs, summed: AxisPairs): tf.Tensor {
  return tf.tidy(() => {
    const freeOf = (x: tf.Tensor, side: 0 | 1): readonly number[] => x.shape.map((_, axis) => axis).filter((axis) => ![...batch, ...summed].some((pair) => pair[side] === axis));
    const [leftFree, rightFree] = [freeOf(left, 0), freeOf(right, 1)];
    // The order in which summed axes are joined is free: as they stand in the operand that is larger, which then stays as it is.
    const side = left.size >= right.size ? 0 : 1;
    const pairs = [...summed].sort((a, b) => a[side] - b[side]);
    const a = matricesOf(left, batch.map(([axis]) => axis), leftFree, pairs.map(([axis]) => axis));
    const b = matricesOf(right, batch.map(([, axis]) => axis), rightFree, pairs.map(([, axis]) => axis));
    const result = product(a.value, b.value, a.isTransposed, !b.isTransposed);
    return shaped(result, [...batch.map(([axis]) => left.shape[axis]), ...leftFree.map((axis) => left.shape[axis]), ...rightFree.map((axis) => right.shape[axis])]);
  });
}

/** Every row of x[…, C] times a weight[O, C]: the linear layer without bias. */
export function rowsTimes(x: tf.Tensor, weight: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const [channels, lead] = [x.shape[x.rank - 1], x.shape.slice(0, -1)];
    return tf.reshape(product(tf.reshape(x, [-1, channels]), weight, false, true), [...lead, weight.shape[0]]);
  });
}
