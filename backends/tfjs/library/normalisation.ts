/** Norms: of each row by its own mean and variance, or by statistics that are given; softmax; and their gradients. */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";

/** A vector along one axis of a tensor of rank `rank`, so that operators repeat it along the others. */
function along(vector: Tensor, axis: number, rank: number): Tensor {
  if (axis === rank - 1) return vector;
  const shape = Array.from({ length: rank }, (_, each) => (each === axis ? vector.shape[0] : 1));
  return tf.reshape(vector, shape);
}

/** (x - mean) / sqrt(variance + epsilon) * scale + shift, mean and variance (in two passes) along one axis. */
export function layerNorm(x: Tensor, scale: Tensor, shift: Tensor, epsilon: number, axis = x.rank - 1): Tensor {
  return tf.tidy(() => {
    const centred = tf.sub(x, tf.mean(x, axis, true));
    const variance = tf.mean(tf.square(centred), axis, true);
    const gain = tf.mul(tf.rsqrt(tf.add(variance, epsilon)), along(scale, axis, x.rank));
    return tf.add(tf.mul(centred, gain), along(shift, axis, x.rank));
  });
}

/** (x - mean) / sqrt(variance + epsilon) * scale + shift, with one number of each vector for every index along an axis. */
export function batchNorm(x: Tensor, mean: Tensor, variance: Tensor, scale: Tensor, shift: Tensor, epsilon: number, axis = x.rank - 1): Tensor {
  return tf.tidy(() => {
    const gain = along(tf.mul(scale, tf.rsqrt(tf.add(variance, epsilon))), axis, x.rank);
    return tf.add(tf.mul(tf.sub(x, along(mean, axis, x.rank)), gain), along(shift, axis, x.rank));
  });
}

/** The variance of a sample: n / (n - 1) times that of its numbers x. */
export function sampleVariance(variance: Tensor, x: Tensor): Tensor {
  const count = x.size / variance.size;
  return tf.mul(variance, count / (count - 1));
}

/** (x - mean) / deviation of each row along an axis, and 1 / deviation. */
function standardised(x: Tensor, axis: number, epsilon: number): { readonly scaled: Tensor; readonly inverse: Tensor } {
  const centred = tf.sub(x, tf.mean(x, axis, true));
  const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), axis, true), epsilon));
  return { scaled: tf.mul(centred, inverse), inverse };
}

const axesBut = (x: Tensor, axis: number): number[] => x.shape.map((_, each) => each).filter((each) => each !== axis);

/** The slope of a layer norm's x: with h its normalised rows and u = slope scale, (u - mean u - h mean(u h)) / deviation. */
export function layerNormGradient(x: Tensor, scale: Tensor, slope: Tensor, epsilon: number, axis = x.rank - 1): Tensor {
  return tf.tidy(() => {
    const { scaled, inverse } = standardised(x, axis, epsilon);
    const u = tf.mul(slope, along(scale, axis, x.rank));
    const moment = tf.mean(tf.mul(u, scaled), axis, true);
    return tf.mul(tf.sub(tf.sub(u, tf.mean(u, axis, true)), tf.mul(scaled, moment)), inverse);
  });
}

/** The slope of a layer norm's scale: the sum of slope h over all rows. */
export function layerNormScaleGradient(x: Tensor, slope: Tensor, epsilon: number, axis = x.rank - 1): Tensor {
  return tf.tidy(() => tf.sum(tf.mul(slope, standardised(x, axis, epsilon).scaled), axesBut(x, axis)));
}

/** The slope of a batch norm's scale: the sum of slope (x - mean) / deviation for each index along an axis. */
export function batchNormScaleGradient(x: Tensor, mean: Tensor, variance: Tensor, slope: Tensor, epsilon: number, axis = x.rank - 1): Tensor {
  return tf.tidy(() => {
    const moment = tf.sum(tf.mul(tf.sub(x, along(mean, axis, x.rank)), slope), axesBut(x, axis));
    return tf.mul(moment, tf.rsqrt(tf.add(variance, epsilon)));
  });
}

/**
 * The slope of a batch norm's x where mean and variance are those of x, through both: (slope - (shift's + h scale's slope) / count) scale /
 * deviation with h = (x - mean) / deviation; that is a sum of slope, x and 1 with a factor each, made for a whole axis at once.
 */
export function batchNormGradient(x: Tensor, mean: Tensor, variance: Tensor, scale: Tensor, slope: Tensor, scaleSlope: Tensor, shiftSlope: Tensor, epsilon: number, axis = x.rank - 1): Tensor {
  return tf.tidy(() => {
    const inverse = tf.rsqrt(tf.add(variance, epsilon));
    const gain = tf.mul(scale, inverse);
    const count = x.size / x.shape[axis];
    const ofX = tf.div(tf.mul(tf.mul(gain, inverse), scaleSlope), -count);
    const rest = tf.div(tf.mul(gain, shiftSlope), -count);
    const own = (vector: Tensor): Tensor => along(vector, axis, x.rank);
    return tf.add(tf.mul(slope, own(gain)), tf.add(tf.mul(tf.sub(x, own(mean)), own(ofX)), own(rest)));
  });
}

/** The slope of what softmax gave y for: y (slope - the sum of slope y along the axis). */
export function softmaxGradient(y: Tensor, slope: Tensor, axis = y.rank - 1): Tensor {
  return tf.tidy(() => {
    const sum = tf.tidy(() => tf.sum(tf.mul(slope, y), axis, true));
    return tf.mul(y, tf.sub(slope, sum));
  });
}

/** softmax or its logarithm along any axis. tfjs has them along the last. */
export function alongAxis(x: Tensor, axis: number, of: (rows: Tensor) => Tensor): Tensor {
  if (axis === x.rank - 1) return of(x);
  return tf.tidy(() => {
    const axes = x.shape.map((_, each) => each);
    const swapped = axes.map((each) => (each === axis ? x.rank - 1 : each === x.rank - 1 ? axis : each));
    return tf.transpose(of(tf.transpose(x, swapped)), swapped);
  });
}
