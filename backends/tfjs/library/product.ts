/**
 * Matrix products in the form that the backend is fast in. The WebAssembly one has a fast kernel for two matrices as they stand and nothing else: a
 * transposed operand, or a batch of matrices, goes through a plain loop that takes ten times as long. There operands are transposed beforehand, and large
 * matrices of a batch multiplied one by one. The native one is fastest with flags.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";

/** Multiplications of a pair of matrices from which it pays to take them out of their batch. */
const manyProducts = 2 ** 17;

/** a b, or the transposed a or b by flags; leading axes count through batches. */
export function product(a: Tensor, b: Tensor, isLeftTransposed = false, isRightTransposed = false): Tensor {
  if (tf.getBackend() !== "wasm") {
    // The native kernel reads a large left operand against its rows: with the operands exchanged it does not, and the result is the smaller.
    const isLarge = isLeftTransposed && !isRightTransposed && a.rank > 2 && a.shape[a.rank - 1] >= 4 * b.shape[b.rank - 1];
    return isLarge ? tf.tidy(() => swapped(tf.matMul(b, a, true))) : tf.matMul(a, b, isLeftTransposed, isRightTransposed);
  }
  return tf.tidy(() => {
    const [rows, summed] = isLeftTransposed ? [a.shape[a.rank - 1], a.shape[a.rank - 2]] : a.shape.slice(-2);
    const columns = b.shape[isRightTransposed ? b.rank - 2 : b.rank - 1];
    const matrices = Math.max(a.size / (rows * summed), b.size / (summed * columns));
    if (matrices > 1 && rows * summed * columns < manyProducts) return tf.matMul(a, b, isLeftTransposed, isRightTransposed);
    const [left, right] = [isLeftTransposed ? swapped(a) : a, isRightTransposed ? swapped(b) : b];
    if (matrices === 1 || left.size * columns !== right.size * rows) return tf.matMul(left, right);
    const rights = tf.split(tf.reshape(right, [matrices * summed, columns]), matrices);
    const products = tf.split(tf.reshape(left, [matrices * rows, summed]), matrices).map((each, at) => tf.matMul(each, rights[at]));
    return tf.reshape(tf.concat(products, 0), [...a.shape.slice(0, -2), rows, columns]);
  });
}

/** The last two axes exchanged. */
const swapped = (x: Tensor): Tensor => tf.transpose(x, x.shape.map((_, axis) => (axis < x.rank - 2 ? axis : 2 * x.rank - 3 - axis)));
