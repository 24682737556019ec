/**
 * Contractions of two tensors: sums of products over pairs of axes (what an einsum of two operands says). One matrix product does it, between
 * operands whose axes stand as [batch, free, summed] or [batch, summed, free]; only an operand that stands otherwise is transposed.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { product } from "./product.ts";

interface Matrices {
  /** [batch, rows, columns], or [rows, columns] where nothing is batched. */
  readonly value: Tensor;
  /** Whether the summed axes are the rows. */
  readonly isTransposed: boolean;
}

const isInOrder = (axes: readonly number[]): boolean => axes.every((axis, place) => axis === place);

/** A reshape where there is something to do: it is an operation of its own on the native backend. */
const shaped = (x: Tensor, shape: number[]): Tensor => (shape.length === x.rank && shape.every((size, axis) => size === x.shape[axis]) ? x : tf.reshape(x, shape));

/** A tensor as matrices of free times summed elements, or the other way round where that needs no transpose. */
function matricesOf(x: Tensor, batch: readonly number[], free: readonly number[], summed: readonly number[]): Matrices {
  const count = (axes: readonly number[]): number => axes.reduce((product, axis) => product * x.shape[axis], 1);
  const lead = batch.length > 0 ? [count(batch)] : [];
  const isTransposed = !isInOrder([...batch, ...free, ...summed]) && isInOrder([...batch, ...summed, ...free]);
  if (isTransposed) return { value: shaped(x, [...lead, count(summed), count(free)]), isTransposed };
  const order = [...batch, ...free, ...summed];
  return { value: shaped(isInOrder(order) ? x : tf.transpose(x, order), [...lead, count(free), count(summed)]), isTransposed };
}

/** `left` times `right` as an einsum says it, "abc,dc->abd": letters that the result has not are summed. Its letters: those of both, of the left, of the right. */
export function dot(left: Tensor, right: Tensor, equation: string): Tensor {
  return tf.tidy(() => {
    const [l, r, result] = equation.split(/,|->/).map((letters) => [...letters]);
    const batch = result.filter((letter) => l.includes(letter) && r.includes(letter));
    const [leftFree, rightFree] = [l.filter((letter) => !r.includes(letter)), r.filter((letter) => !l.includes(letter))];
    // The order in which summed axes are joined is free: as they stand in the operand that is larger, which then stays as it is.
    const summed = (left.size >= right.size ? l : r).filter((letter) => l.includes(letter) && r.includes(letter) && !result.includes(letter));
    const axes = (of: readonly string[], letters: readonly string[]): readonly number[] => letters.map((letter) => of.indexOf(letter));
    const a = matricesOf(left, axes(l, batch), axes(l, leftFree), axes(l, summed));
    const b = matricesOf(right, axes(r, batch), axes(r, rightFree), axes(r, summed));
    const whole = product(a.value, b.value, a.isTransposed, !b.isTransposed);
    return shaped(whole, result.map((letter) => (l.includes(letter) ? left.shape[l.indexOf(letter)] : right.shape[r.indexOf(letter)])));
  });
}
