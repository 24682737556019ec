/** Norms: of each row by its own mean and variance, or by statistics that are given. */
import * as tf from "@tensorflow/tfjs-core";

/** A vector along one axis of a tensor of rank `rank`, so that operators repeat it along the others. */
function along(vector: tf.Tensor, axis: number, rank: number): tf.Tensor {
  return tf.reshape(vector, Array.from({ length: rank }, (_, each) => (each === axis ? vector.shape[0] : 1)));
}

/** (x - mean) / sqrt(variance + epsilon) * scale + shift, mean and variance (in two passes) along one axis. */
export function layerNorm(x: tf.Tensor, scale: tf.Tensor, shift: tf.Tensor, axis: number, epsilon: number): tf.Tensor {
  return tf.tidy(() => {
    const centred = tf.sub(x, tf.mean(x, axis, true));
    const variance = tf.mean(tf.square(centred), axis, true);
    const gain = tf.mul(tf.rsqrt(tf.add(variance, epsilon)), along(scale, axis, x.rank));
    return tf.add(tf.mul(centred, gain), along(shift, axis, x.rank));
  });
}

/** (x - mean) / sqrt(variance + epsilon) * scale + shift, with one number of each vector for every index along an axis. */
export function batchNorm(x: tf.Tensor, mean: tf.Tensor, variance: tf.Tensor, scale: tf.Tensor, shift: tf.Tensor, axis: number, epsilon: number): tf.Tensor {
  return tf.tidy(() => {
    const gain = along(tf.mul(scale, tf.rsqrt(tf.add(variance, epsilon))), axis, x.rank);
    return tf.add(tf.mul(tf.sub(x, along(mean, axis, x.rank)), gain), along(shift, axis, x.rank));
  });
}

/** softmax or its logarithm along any axis. tfjs has them along the last. */
export function alongAxis(x: tf.Tensor, axis: number, of: (rows: tf.Tensor) => tf.Tensor): tf.Tensor {
  if (axis === x.rank - 1) return of(x);
  return tf.tidy(() => {
    const axes = x.shape.map((_, each) => each);
    const swapped = axes.map((each) => (each === axis ? x.rank - 1 : each === x.rank - 1 ? axis : each));
    return tf.transpose(of(tf.transpose(x, swapped)), swapped);
  });
}
