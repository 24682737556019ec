/**
 * Convolution in every form that netc knows: x[N, G, C, s…] with kernels w[G, O, C, k…] gives [N, G, O, t…] along one to three axes. G = 1 is the
 * ordinary convolution, C = 1 the depthwise one, G = the batch one kernel for each sample. tfjs convolves [N, H, W, C], so axes move there and back.
 *
 * What a backend of tfjs has no kernel for is made of what it has: zeros between inputs by conv2dTranspose or written out, dilation together with a stride
 * by a kernel with zeros in it, dilated depthwise kernels on every so manieth row and column, groups by one convolution each, a third axis by a sum over its taps.
 */
import * as tf from "@tensorflow/tfjs-core";
import { everyNth, padOrCut, spread } from "./padding.ts";

/** A number for each axis that the kernel slides along. */
export interface Sliding {
  /** How far the kernel moves from one output to the next. */
  readonly stride: readonly number[];
  /** Distance between taps. */
  readonly dilation: readonly number[];
  /** Distance between the elements of x; zeros lie between. */
  readonly inputDilation: readonly number[];
  /** Zeros before the first element and after the last. */
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** How a kernel slides, as far as it is not by default: by 1, undilated, without padding. `padding` is before and after alike. */
export type SlidingChoice = Partial<Sliding> & { readonly padding?: readonly number[] };

/** All of it, along `axes` axes. */
export function slidingOf({ padding, ...own }: SlidingChoice, axes: number): Sliding {
  const all = (value: number): readonly number[] => new Array<number>(axes).fill(value);
  return { stride: all(1), dilation: all(1), inputDilation: all(1), low: padding ?? all(0), high: padding ?? all(0), ...own };
}

/** See the head of this file. */
export function convolution(x: tf.Tensor, w: tf.Tensor, choice: SlidingChoice): tf.Tensor {
  const sliding = slidingOf(choice, x.rank - 3);
  return tf.tidy(() => {
    switch (sliding.stride.length) {
      case 1: {
        const line = (numbers: readonly number[], first: number): readonly number[] => [first, ...numbers];
        const { stride, dilation, inputDilation, low, high } = sliding;
        const flat = { stride: line(stride, 1), dilation: line(dilation, 1), inputDilation: line(inputDilation, 1), low: line(low, 0), high: line(high, 0) };
        return tf.squeeze(planar(tf.expandDims(x, 3), tf.expandDims(w, 3), flat), [3]);
      }
      case 2:
        return planar(x, w, sliding);
      default:
        return spatial(x, w, sliding);
    }
  });
}

/** Along two axes. */
function planar(x: tf.Tensor, w: tf.Tensor, sliding: Sliding): tf.Tensor {
  const [groups, , channels] = w.shape;
  const { stride, dilation, inputDilation } = sliding;
  const isSpread = inputDilation.some((step) => step > 1);
  if (isSpread && groups === 1 && [...stride, ...dilation].every((step) => step === 1)) return transposed(x, w, sliding);
  if (isSpread) {
    const apart = inputDilation.reduce((value, step, axis) => spread(value, 3 + axis, step), x);
    return planar(apart, w, { ...sliding, inputDilation: [1, 1] });
  }
  if (stride.some((step) => step > 1) && dilation.some((step) => step > 1)) {
    const apart = dilation.reduce((value, step, axis) => spread(value, 3 + axis, step), w);
    return planar(x, apart, { ...sliding, dilation: [1, 1] });
  }
  return groups === 1 ? ordinary(x, w, sliding) : channels === 1 ? depthwise(x, w, sliding) : grouped(x, w, sliding);
}

/** [N, 1, C, H, W] with [1, O, C, h, w]. */
function ordinary(x: tf.Tensor, w: tf.Tensor, sliding: Sliding): tf.Tensor {
  const [samples, , channels, rows, columns] = x.shape;
  const [, out, , height, width] = w.shape;
  const image = tf.transpose(tf.reshape(x, [samples, channels, rows, columns]), [0, 2, 3, 1]);
  const kernel = tf.transpose(tf.reshape(w, [out, channels, height, width]), [2, 3, 1, 0]);
  const y = tf.transpose(convolveImages(image, kernel, sliding), [0, 3, 1, 2]);
  return tf.expandDims(y, 1);
}

/** images[N, H, W, C], kernel[h, w, C, O] to [N, H', W', O]. */
function convolveImages(images: tf.Tensor, kernel: tf.Tensor, { stride, dilation, low, high }: Sliding): tf.Tensor {
  const room = padOrCut(images, [0, ...low, 0], [0, ...high, 0]);
  return tf.conv2d(room as tf.Tensor4D, kernel as tf.Tensor4D, [stride[0], stride[1]], "valid", "NHWC", [dilation[0], dilation[1]]);
}

/** One input channel for each group: [N, G, 1, H, W] with [G, O, 1, h, w]. */
function depthwise(x: tf.Tensor, w: tf.Tensor, sliding: Sliding): tf.Tensor {
  const [samples, groups, , rows, columns] = x.shape;
  const [, out, , height, width] = w.shape;
  const { stride, dilation, low, high } = sliding;
  const image = tf.transpose(tf.reshape(x, [samples, groups, rows, columns]), [0, 2, 3, 1]);
  const kernel = tf.transpose(tf.reshape(w, [groups, out, height, width]), [2, 3, 0, 1]);
  const room = padOrCut(image, [0, ...low, 0], [0, ...high, 0]);
  // The native kernel wants one stride for both axes: otherwise all places are computed and those that are meant are taken.
  const step: [number, number] = stride[0] === stride[1] ? [stride[0], stride[1]] : [1, 1];
  const all = dilation.some((each) => each > 1) ? dilatedDepthwise(room, kernel, dilation) : tf.depthwiseConv2d(room as tf.Tensor4D, kernel as tf.Tensor4D, step, "valid");
  const left = [stride[0] / step[0], stride[1] / step[1]];
  const size = [samples, ...left.map((each, axis) => Math.floor((all.shape[1 + axis] - 1) / each) + 1), groups * out];
  const y = left.every((each) => each === 1) ? all : everyNth(all, [0, 0, 0, 0], size, [1, ...left, 1]);
  return tf.reshape(tf.transpose(y, [0, 3, 1, 2]), [samples, groups, out, size[1], size[2]]);
}

/** The native kernel has no dilation: every so manieth row and column makes an image of its own, which the kernel meets undilated. */
function dilatedDepthwise(images: tf.Tensor, kernel: tf.Tensor, dilation: readonly number[]): tf.Tensor {
  const lacking = dilation.map((each, axis) => [0, (each - (images.shape[1 + axis] % each)) % each]);
  const apart = tf.spaceToBatchND(images, [...dilation], lacking);
  return tf.batchToSpaceND(tf.depthwiseConv2d(apart as tf.Tensor4D, kernel as tf.Tensor4D, 1, "valid"), [...dilation], lacking);
}

/** A convolution for each group; so also one kernel for each sample, with the samples as groups. */
function grouped(x: tf.Tensor, w: tf.Tensor, sliding: Sliding): tf.Tensor {
  const images = tf.unstack(tf.transpose(x, [1, 0, 3, 4, 2]));
  const kernels = tf.unstack(tf.transpose(w, [0, 3, 4, 2, 1]));
  const results = images.map((image, group) => convolveImages(image, kernels[group], sliding)); // [N, H', W', O] each
  return tf.transpose(tf.stack(results), [1, 0, 4, 2, 3]);
}

/** Zeros between the inputs and nothing else: every element spreads the kernel, turned round, over the places around it. */
function transposed(x: tf.Tensor, w: tf.Tensor, { inputDilation, low, high }: Sliding): tf.Tensor {
  const [samples, , channels, ...sizes] = x.shape;
  const [, out, , ...taps] = w.shape;
  const image = tf.transpose(tf.reshape(x, [samples, channels, ...sizes]), [0, 2, 3, 1]);
  const kernel = tf.reverse(tf.transpose(tf.reshape(w, [out, channels, ...taps]), [2, 3, 0, 1]), [0, 1]);
  const [rows, columns] = sizes.map((size, axis) => (size - 1) * inputDilation[axis] + taps[axis]);
  const all = tf.conv2dTranspose(image as tf.Tensor4D, kernel as tf.Tensor4D, [samples, rows, columns, out], [inputDilation[0], inputDilation[1]], "valid");
  // Padding by taps - 1 would give all of it.
  const from = low.map((each, axis) => each - (taps[axis] - 1));
  const to = high.map((each, axis) => each - (taps[axis] - 1));
  return tf.expandDims(tf.transpose(padOrCut(all, [0, ...from, 0], [0, ...to, 0]), [0, 3, 1, 2]), 1);
}

/** Along three axes: the sum over the taps of the first, each a convolution along the other two of the planes that it meets. */
function spatial(x: tf.Tensor, w: tf.Tensor, { stride, dilation, inputDilation, low, high }: Sliding): tf.Tensor {
  const room = padOrCut(spread(x, 3, inputDilation[0]), [0, 0, 0, low[0], 0, 0], [0, 0, 0, high[0], 0, 0]);
  const [samples, groups, channels, planes, rows, columns] = room.shape;
  const [, out, , taps, height, width] = w.shape;
  const count = Math.floor((planes - dilation[0] * (taps - 1) - 1) / stride[0]) + 1;
  const rest = (numbers: readonly number[]): readonly number[] => numbers.slice(1);
  const sliding = { stride: rest(stride), dilation: rest(dilation), inputDilation: rest(inputDilation), low: rest(low), high: rest(high) };
  const results = Array.from({ length: taps }, (_, tap) => {
    const met = everyNth(room, [0, 0, 0, tap * dilation[0], 0, 0], [samples, groups, channels, count, rows, columns], [1, 1, 1, stride[0], 1, 1]);
    const images = tf.reshape(tf.transpose(met, [0, 3, 1, 2, 4, 5]), [samples * count, groups, channels, rows, columns]);
    const kernel = tf.reshape(tf.slice(w, [0, 0, 0, tap, 0, 0], [-1, -1, -1, 1, -1, -1]), [groups, out, channels, height, width]);
    return planar(images, kernel, sliding);
  });
  const sum = tf.addN(results);
  return tf.transpose(tf.reshape(sum, [samples, count, groups, out, ...sum.shape.slice(3)]), [0, 2, 3, 1, 4, 5]);
}
