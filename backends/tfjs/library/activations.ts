/** Activation functions that tfjs has no operator for. */
import * as tf from "@tensorflow/tfjs-core";

/** x times the standard normal distribution function of x (Hendrycks and Gimpel 2016). */
export function gelu(x: tf.Tensor): tf.Tensor {
  return tf.tidy(() => tf.mul(x, tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5)));
}

/** x sigmoid(factor x): silu with factor 1, the activation of CLIP with 1.702. */
export function swish(x: tf.Tensor, factor: number): tf.Tensor {
  return tf.tidy(() => tf.mul(x, tf.sigmoid(factor === 1 ? x : tf.mul(x, factor))));
}

/** a - b floor(a / b): what is left of a after whole steps of b, with the sign of b. */
export function remainder(a: tf.Tensor | number, b: tf.Tensor | number): tf.Tensor {
  return tf.tidy(() => tf.sub(a, tf.mul(b, tf.floor(tf.div(a, b)))));
}
