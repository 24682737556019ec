/**
 * Resampling of the last axes, or of those before the channels. Bilinear is a product with one constant matrix for each axis (half-pixel centres, held at the border, as PyTorch with
 * align_corners=False), so that its transpose is its exact gradient, which that of tfjs is not. Nearest takes element floor(i old / new).
 */
import * as tf from "@tensorflow/tfjs-core";

/** matrix[to, from]: the share of each old element in each new one. Every row sums to 1. */
function bilinearMatrix(from: number, to: number): tf.Tensor {
  const values = new Float32Array(to * from);
  for (let i = 0; i < to; i++) {
    const place = Math.min(Math.max(((i + 0.5) * from) / to - 0.5, 0), from - 1);
    const first = Math.floor(place);
    values[i * from + first] = 1 - (place - first);
    if (place > first) values[i * from + first + 1] = place - first;
  }
  return tf.tensor(values, [to, from]);
}

/** `sizes.length` axes of x at other sizes: the last ones but `trailing`. */
export function resize(x: tf.Tensor, sizes: readonly number[], mode: "nearest" | "bilinear", trailing = 0): tf.Tensor {
  return tf.tidy(() => {
    let value: tf.Tensor = tf.clone(x);
    // tfjs's own takes the same elements where sizes are multiples: otherwise it rounds in single precision.
    if (mode === "nearest" && sizes.length === 2 && trailing === 1 && x.rank === 4 && sizes.every((to, place) => to % x.shape[1 + place] === 0)) {
      return tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [sizes[0], sizes[1]]);
    }
    sizes.forEach((to, place) => {
      const axis = x.rank - trailing - sizes.length + place;
      const from = value.shape[axis];
      if (from === to) return;
      if (mode === "nearest") {
        value = tf.gather(value, Array.from({ length: to }, (_, i) => Math.floor((i * from) / to)), axis);
        return;
      }
      const count = (shape: readonly number[]): number => shape.reduce((product, each) => product * each, 1);
      const [before, after] = [value.shape.slice(0, axis), value.shape.slice(axis + 1)];
      const matrix = bilinearMatrix(from, to);
      // A matrix meets every map of a batch: tfjs repeats it.
      const product = after.length === 0 ? tf.matMul(tf.reshape(value, [-1, from]), matrix, false, true) : tf.matMul(matrix, tf.reshape(value, [count(before), from, count(after)]));
      value = tf.reshape(product, [...before, to, ...after]);
    });
    return value;
  });
}
