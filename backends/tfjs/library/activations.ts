/** Activation functions that tfjs has no operator for, and gradients of activations: the slope of the result times the derivative at x. */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";

/** x times the standard normal distribution function of x (Hendrycks and Gimpel 2016). */
export function gelu(x: Tensor): Tensor {
  return tf.tidy(() => tf.mul(x, tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5)));
}

/** x sigmoid(factor x): silu with factor 1, the activation of CLIP with 1.702. */
export function swish(x: Tensor, factor: number): Tensor {
  return tf.tidy(() => tf.mul(x, tf.sigmoid(factor === 1 ? x : tf.mul(x, factor))));
}

/** a - b floor(a / b): what is left of a after whole steps of b, with the sign of b. */
export function remainder(a: Tensor | number, b: Tensor | number): Tensor {
  return tf.tidy(() => tf.sub(a, tf.mul(b, tf.floor(tf.div(a, b)))));
}

/** Of leaky_relu, which leaves a share of what is negative; with share 0 of relu. At 0 the share counts. `y`: its result, or what it was of. */
export function leakyReluGradient(y: Tensor, slope: Tensor, share: number): Tensor {
  return tf.tidy(() => tf.where(tf.lessEqual(y, 0), share === 0 ? tf.zerosLike(slope) : tf.mul(slope, share), slope));
}

/** Of gelu: Φ(x) + x φ(x), with the standard normal distribution Φ and its density φ. */
export function geluGradient(x: Tensor, slope: Tensor): Tensor {
  return tf.tidy(() => {
    const below = tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5);
    const density = tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
    return tf.mul(slope, tf.add(below, tf.mul(x, density)));
  });
}

/** Of swish: s + k x s (1 - s), where s = sigmoid(k x). */
export function swishGradient(x: Tensor, slope: Tensor, factor: number): Tensor {
  return tf.tidy(() => {
    const scaled = factor === 1 ? x : tf.mul(x, factor);
    const gate = tf.sigmoid(scaled);
    return tf.mul(slope, tf.mul(gate, tf.add(tf.mul(scaled, tf.sub(1, gate)), 1)));
  });
}
