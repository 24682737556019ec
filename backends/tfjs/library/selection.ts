/** Choosing rows by index, adding rows at their index, and the indices of the largest elements. */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";

/** Indices into the rows of each batch as indices into the rows of all batches, one after another: wasm gathers wrongly where batches are shared. */
function flatIndices(index: Tensor, batches: number, rows: number): Tensor {
  const starts = tf.mul(tf.range(0, batches, 1, "int32"), tf.scalar(rows, "int32"));
  return tf.reshape(tf.add(tf.reshape(index, [batches, -1]), tf.reshape(starts, [batches, 1])), [-1]);
}

const count = (sizes: readonly number[]): number => sizes.reduce((product, size) => product * size, 1);

/** Rows by index: x[b…, n, r…] and index[b…, k…] give [b…, k…, r…]; the first `batch` axes are shared. */
export function gatherRows(x: Tensor, index: Tensor, batch: number): Tensor {
  return tf.tidy(() => {
    const [batches, rows, row] = [count(x.shape.slice(0, batch)), x.shape[batch], x.shape.slice(batch + 1)];
    const chosen = tf.gather(tf.reshape(x, [batches * rows, count(row)]), flatIndices(index, batches, rows) as tf.Tensor1D);
    return tf.reshape(chosen, [...x.shape.slice(0, batch), ...index.shape.slice(batch), ...row]);
  });
}

/** Zeros [b…, size, r…] with the rows of updates[b…, k…, r…] added at index[b…, k…]; rows of one index add up. */
export function scatterAdd(updates: Tensor, index: Tensor, batch: number, size: number): Tensor {
  return tf.tidy(() => {
    const [lead, row] = [updates.shape.slice(0, batch), updates.shape.slice(index.rank)];
    const batches = count(lead);
    const places = tf.reshape(flatIndices(index, batches, size), [-1, 1]);
    const all = tf.scatterND(places, tf.reshape(updates, [places.shape[0], count(row)]), [batches * size, count(row)]);
    return tf.reshape(all, [...lead, size, ...row]);
  });
}

/** The indices of the k largest elements along an axis, of equals the lower index first; the largest first, or in the order of the indices. */
export function topK(x: Tensor, axis: number, k: number, order: "by_value" | "by_index"): Tensor {
  return tf.tidy(() => {
    const axes = x.shape.map((_, each) => each);
    const toEnd = [...axes.filter((each) => each !== axis), axis];
    const back = axes.map((each) => (each === axis ? x.rank - 1 : each < axis ? each : each - 1));
    const { indices } = tf.topk(axis === x.rank - 1 ? x : tf.transpose(x, toEnd), k);
    const ordered = order === "by_value" ? indices : tf.neg(tf.topk(tf.neg(indices), k).values);
    return axis === x.rank - 1 ? tf.clone(ordered) : tf.transpose(ordered, back);
  });
}

/** x where a mask is true, a number elsewhere; without a mask, x. */
export function masked(x: Tensor, mask: Tensor | undefined, otherwise: number): Tensor {
  return mask ? tf.where(mask, x, otherwise) : tf.clone(x);
}
