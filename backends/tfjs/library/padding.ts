/** Room around a tensor, and less of it: a negative padding cuts. Zeros between elements, and every so manieth element: what strides and dilations are made of. */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";

/**
 * The elements from `start` on, `size` of them along each axis. Neighbouring axes that stay whole are sliced as one: above four axes the WebAssembly
 * backend copies element by element, a hundred times slower.
 */
export function part(x: Tensor, start: readonly number[], size: readonly number[]): Tensor {
  if (x.rank <= 4) return tf.slice(x, [...start], [...size]);
  const joined: { shape: number; start: number; size: number; isWhole: boolean }[] = [];
  x.shape.forEach((length, axis) => {
    const isWhole = size[axis] === length;
    const last = joined[joined.length - 1];
    if (isWhole && last?.isWhole) joined[joined.length - 1] = { shape: last.shape * length, start: 0, size: last.size * length, isWhole };
    else joined.push({ shape: length, start: start[axis], size: size[axis], isWhole });
  });
  return tf.tidy(() => tf.reshape(tf.slice(tf.reshape(x, joined.map((each) => each.shape)), joined.map((each) => each.start), joined.map((each) => each.size)), [...size]));
}

/** `low` elements of `value` before and `high` after each axis; where a number is negative, so many elements fewer. */
export function padOrCut(x: Tensor, low: readonly number[], high: readonly number[], value = 0): Tensor {
  return tf.tidy(() => {
    const start = low.map((each) => Math.max(-each, 0));
    const size = x.shape.map((each, axis) => each - start[axis] - Math.max(-high[axis], 0));
    const cut = size.every((each, axis) => each === x.shape[axis]) ? x : part(x, start, size);
    const room = low.map((each, axis): [number, number] => [Math.max(each, 0), Math.max(high[axis], 0)]);
    return room.every(([before, after]) => before === 0 && after === 0) ? tf.clone(cut) : tf.pad(cut, room, value);
  });
}

/** `step - 1` zeros between the elements along an axis: n become (n - 1) step + 1. */
export function spread(x: Tensor, axis: number, step: number): Tensor {
  if (step === 1) return tf.clone(x);
  return tf.tidy(() => {
    const { shape } = x;
    const [before, size, after] = [shape.slice(0, axis), shape[axis], shape.slice(axis + 1)];
    const count = (sizes: readonly number[]): number => sizes.reduce((product, each) => product * each, 1);
    // [before, size, 1, after] with zeros to [before, size, step, after], of which the last step - 1 rows are left out.
    const apart = tf.pad(tf.reshape(x, [count(before), size, 1, count(after)]), [[0, 0], [0, 0], [0, step - 1], [0, 0]]);
    const joined = tf.reshape(apart, [count(before), size * step, count(after)]);
    return tf.reshape(tf.slice(joined, [0, 0, 0], [-1, (size - 1) * step + 1, -1]), [...before, (size - 1) * step + 1, ...after]);
  });
}

/** The elements `start`, `start + step`, … along each axis, `size` of them. */
export function everyNth(x: Tensor, start: readonly number[], size: readonly number[], step: readonly number[]): Tensor {
  if (step.every((each) => each === 1)) return part(x, start, size);
  const end = size.map((each, axis) => start[axis] + (each - 1) * step[axis] + 1);
  return tf.stridedSlice(x, [...start], end, [...step]);
}
