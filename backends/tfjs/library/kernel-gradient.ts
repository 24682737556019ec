/**
 * The gradient of a convolution's kernel. A backend that has a kernel of its own for it is asked to do it in one step; the WebAssembly one has none, and
 * dilated and grouped convolutions have none anywhere: there a line of taps at a time, each tap a strided part of x, and one product per sample for a line.
 */
import * as tf from "@tensorflow/tfjs-core";
import { slidingOf, type Sliding, type SlidingChoice } from "./convolution.ts";
import { everyNth, padOrCut, spread } from "./padding.ts";

/** x[N, G, C, s…] was convolved with a kernel of the given size to what `cotangent`[N, G, O, t…] belongs to: the kernel's gradient [G, O, C, k…]. */
export function kernelGradient(x: tf.Tensor, cotangent: tf.Tensor, kernel: readonly number[], choice: SlidingChoice): tf.Tensor {
  const sliding = slidingOf(choice, kernel.length);
  return tf.tidy(() => {
    const apart = sliding.inputDilation.reduce((value, step, axis) => spread(value, 3 + axis, step), x);
    const padded = padOrCut(apart, [0, 0, 0, ...sliding.low], [0, 0, 0, ...sliding.high]);
    return inOneStep(padded, cotangent, kernel, sliding) ?? byTaps(padded, cotangent, kernel, sliding);
  });
}

/** By a kernel of the backend, where there is one: two axes, no dilation, and one group or one channel for each. */
function inOneStep(padded: tf.Tensor, cotangent: tf.Tensor, kernel: readonly number[], { stride, dilation }: Sliding): tf.Tensor | undefined {
  const [samples, groups, channels, ...sizes] = padded.shape;
  const [, , out, ...moved] = cotangent.shape;
  if (kernel.length !== 2 || dilation.some((each) => each > 1)) return undefined;
  const isDepthwise = groups > 1 && channels === 1;
  const name = isDepthwise ? "DepthwiseConv2dNativeBackpropFilter" : "Conv2DBackpropFilter";
  if ((groups > 1 && !isDepthwise) || (isDepthwise && stride[0] !== stride[1]) || !tf.getKernel(name, tf.getBackend())) return undefined;
  const images = tf.transpose(tf.reshape(padded, [samples, groups * channels, ...sizes]), [0, 2, 3, 1]);
  const slopes = tf.transpose(tf.reshape(cotangent, [samples, groups * out, ...moved]), [0, 2, 3, 1]);
  const filterShape = isDepthwise ? [...kernel, groups, out] : [...kernel, channels, out];
  const attributes = { strides: [stride[0], stride[1]], pad: "valid", dataFormat: "NHWC", dilations: [1, 1], filterShape };
  const gradient = tf.engine().runKernel(name, { x: images, dy: slopes }, attributes) as tf.Tensor; // [h, w, C or G, O]
  return tf.reshape(tf.transpose(gradient, isDepthwise ? [2, 3, 0, 1] : [3, 2, 0, 1]), [groups, out, channels, ...kernel]);
}

/** The taps of a line along the last axis together, line after line. */
function byTaps(padded: tf.Tensor, cotangent: tf.Tensor, kernel: readonly number[], { stride, dilation }: Sliding): tf.Tensor {
  const [samples, groups, channels] = padded.shape;
  const [, , out, ...moved] = cotangent.shape;
  const slopes = tf.reshape(cotangent, [samples, groups, out, -1]);
  const outer = kernel.slice(0, -1).reduce<readonly (readonly number[])[]>((places, size) => places.flatMap((place) => Array.from({ length: size }, (_, at) => [...place, at])), [[]]);
  const isDepthwise = channels === 1 && out === 1;
  const lines = outer.map((place) =>
    tf.tidy(() => {
      const columns = Array.from({ length: kernel[kernel.length - 1] }, (_, at) => {
        const start = [...place, at].map((each, axis) => each * dilation[axis]);
        return tf.reshape(everyNth(padded, [0, 0, 0, ...start], [samples, groups, channels, ...moved], [1, 1, 1, ...stride]), [samples, groups, channels, -1]);
      });
      if (isDepthwise) return tf.stack(columns.map((column) => tf.sum(tf.mul(slopes, column), [0, 2, 3])), 1); // [G, taps]
      const products = tf.matMul(slopes, tf.concat(columns, 2), false, true); // [N, G, O, taps C]
      return tf.reshape(tf.sum(products, 0), [groups, out, columns.length, channels]);
    }),
  );
  if (isDepthwise) return tf.reshape(tf.concat(lines, 1), [groups, out, channels, ...kernel]);
  return tf.reshape(tf.transpose(tf.concat(lines, 2), [0, 1, 3, 2]), [groups, out, channels, ...kernel]);
}
