/**
 * Convolution with channels last, as tfjs computes it, along one to three axes. What a backend has no kernel for is made of what it has: zeros between
 * inputs by conv2dTranspose or written out, dilation together with a stride by a kernel with zeros in it, dilated depthwise kernels on every so manieth
 * row and column, groups by one convolution each, a third axis by a sum over its taps.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
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

const pairOf = ([rows, columns]: readonly number[]): [number, number] => [rows, columns];

/** What convolves x[N, s…, C] with w[k…, C, O], along as many axes as x has. */
type Convolution = (x: Tensor, w: Tensor, choice: SlidingChoice) => Tensor;

/** Along two axes: x[N, s…, C] with a kernel w[k…, C, O] to [N, t…, O]. */
export function convolution(x: Tensor, w: Tensor, choice: SlidingChoice): Tensor {
  const { stride, dilation, inputDilation, low, high } = slidingOf(choice, 2);
  return tf.tidy(() => {
    const isSpread = inputDilation.some((step) => step > 1);
    if (isSpread && [...stride, ...dilation].every((step) => step === 1)) return transposed(x, w, { inputDilation, low, high });
    const apart = inputDilation.reduce((value, step, axis) => spread(value, 1 + axis, step), x);
    const room = padOrCut(apart, [0, ...low, 0], [0, ...high, 0]);
    const isBoth = stride.some((step) => step > 1) && dilation.some((step) => step > 1);
    const kernel = isBoth ? dilation.reduce((value, step, axis) => spread(value, axis, step), w) : w;
    return tf.conv2d(room as tf.Tensor4D, kernel as tf.Tensor4D, pairOf(stride), "valid", "NHWC", isBoth ? 1 : pairOf(dilation));
  });
}

/** Along one axis. */
export function convolution1d(x: Tensor, w: Tensor, choice: SlidingChoice): Tensor {
  return tf.tidy(() => tf.squeeze(convolution(tf.expandDims(x, 1), tf.expandDims(w, 0), alongTwo(choice)), [1]));
}

/** Along three axes: the sum over the taps of the first, each a convolution along the other two of the planes that it meets. */
export function convolution3d(x: Tensor, w: Tensor, choice: SlidingChoice): Tensor {
  const { stride, dilation, inputDilation, low, high } = slidingOf(choice, 3);
  return tf.tidy(() => {
    const room = padOrCut(spread(x, 1, inputDilation[0]), [0, low[0], 0, 0, 0], [0, high[0], 0, 0, 0]);
    const [samples, planes, rows, columns, channels] = room.shape;
    const [taps, ...flat] = w.shape;
    const count = Math.floor((planes - dilation[0] * (taps - 1) - 1) / stride[0]) + 1;
    const rest = (numbers: readonly number[]): readonly number[] => numbers.slice(1);
    const sliding = { stride: rest(stride), dilation: rest(dilation), inputDilation: rest(inputDilation), low: rest(low), high: rest(high) };
    const results = Array.from({ length: taps }, (_, tap) => {
      const met = everyNth(room, [0, tap * dilation[0], 0, 0, 0], [samples, count, rows, columns, channels], [1, stride[0], 1, 1, 1]);
      const kernel = tf.reshape(tf.slice(tf.reshape(w, [taps, -1]), [tap, 0], [1, -1]), flat);
      return convolution(tf.reshape(met, [samples * count, rows, columns, channels]), kernel, sliding);
    });
    const sum = tf.addN(results);
    return tf.reshape(sum, [samples, count, ...sum.shape.slice(1)]);
  });
}

/** A kernel for each channel, along two axes: x[N, s…, C] with w[k…, C] to [N, t…, C]. */
export function depthwiseConvolution(x: Tensor, w: Tensor, choice: SlidingChoice): Tensor {
  const { stride, dilation, inputDilation, low, high } = slidingOf(choice, 2);
  return tf.tidy(() => {
    const apart = inputDilation.reduce((value, step, axis) => spread(value, 1 + axis, step), x);
    const room = padOrCut(apart, [0, ...low, 0], [0, ...high, 0]);
    const kernel = tf.expandDims(w, 3);
    const isDilated = dilation.some((each) => each > 1);
    // The native kernel wants one stride for both axes: otherwise all places are computed and those that are meant are taken.
    const step: [number, number] = stride[0] === stride[1] && !isDilated ? [stride[0], stride[1]] : [1, 1];
    const all = isDilated ? dilatedDepthwise(room, kernel, dilation) : tf.depthwiseConv2d(room as tf.Tensor4D, kernel as tf.Tensor4D, step, "valid");
    const left = [stride[0] / step[0], stride[1] / step[1]];
    if (left.every((each) => each === 1)) return all;
    const size = all.shape.map((each, axis) => (axis === 0 || axis === 3 ? each : Math.floor((each - 1) / left[axis - 1]) + 1));
    return everyNth(all, [0, 0, 0, 0], size, [1, ...left, 1]);
  });
}

/** The same along one axis. */
export function depthwiseConvolution1d(x: Tensor, w: Tensor, choice: SlidingChoice): Tensor {
  return tf.tidy(() => tf.squeeze(depthwiseConvolution(tf.expandDims(x, 1), tf.expandDims(w, 0), alongTwo(choice)), [1]));
}

/** The same along three axes. */
export function depthwiseConvolution3d(x: Tensor, w: Tensor, choice: SlidingChoice): Tensor {
  return tf.tidy(() => {
    const kernels = tf.transpose(w, [w.rank - 1, ...w.shape.slice(1).map((_, axis) => axis)]); // [C, k…]
    return tf.squeeze(convolutionInGroups(tf.expandDims(x, -1), tf.reshape(kernels, [...kernels.shape, 1, 1]), choice, convolution3d), [-1]);
  });
}

/** A kernel for each sample: x[N, s…, C] with w[N, k…, C, O] to [N, t…, O]. `of`: along as many axes as there are. */
export function convolutionPerSample(x: Tensor, w: Tensor, choice: SlidingChoice, of: Convolution = convolution): Tensor {
  return tf.tidy(() => {
    const kernels = tf.unstack(w);
    const results = tf.split(x, x.shape[0]).map((sample, at) => of(sample, kernels[at], choice));
    return tf.concat(results, 0);
  });
}

/** A kernel for each group of channels: x[N, s…, G, C] with w[G, k…, C, O] to [N, t…, G, O]. */
export function convolutionInGroups(x: Tensor, w: Tensor, choice: SlidingChoice, of: Convolution = convolution): Tensor {
  return tf.tidy(() => {
    const kernels = tf.unstack(w);
    const results = tf.unstack(x, x.rank - 2).map((group, at) => of(group, kernels[at], choice));
    return tf.stack(results, x.rank - 2);
  });
}

/** One axis as the second of two. */
function alongTwo(choice: SlidingChoice): Sliding {
  const { stride, dilation, inputDilation, low, high } = slidingOf(choice, 1);
  return { stride: [1, ...stride], dilation: [1, ...dilation], inputDilation: [1, ...inputDilation], low: [0, ...low], high: [0, ...high] };
}

/** The native kernel has no dilation, the others have: every so manieth row and column makes an image of its own, which the kernel meets undilated. */
function dilatedDepthwise(images: Tensor, kernel: Tensor, dilation: readonly number[]): Tensor {
  const [x, w] = [images as tf.Tensor4D, kernel as tf.Tensor4D];
  if (tf.getBackend() !== "tensorflow") return tf.depthwiseConv2d(x, w, 1, "valid", "NHWC", pairOf(dilation));
  const lacking = dilation.map((each, axis) => [0, (each - (images.shape[1 + axis] % each)) % each]);
  const apart = tf.spaceToBatchND(x, [...dilation], lacking);
  return tf.batchToSpaceND(tf.depthwiseConv2d(apart, w, 1, "valid"), [...dilation], lacking);
}

/** Zeros between the inputs and nothing else: every element spreads the kernel, turned round, over the places around it. */
function transposed(x: Tensor, w: Tensor, { inputDilation, low, high }: Pick<Sliding, "inputDilation" | "low" | "high">): Tensor {
  const [samples] = x.shape;
  const [height, width, , out] = w.shape;
  const taps = [height, width];
  const kernel = tf.transpose(tf.reverse(w, [0, 1]), [0, 1, 3, 2]);
  const [rows, columns] = taps.map((_, axis) => (x.shape[1 + axis] - 1) * inputDilation[axis] + taps[axis]);
  const size: [number, number, number, number] = [samples, rows, columns, out];
  const all = tf.conv2dTranspose(x as tf.Tensor4D, kernel as tf.Tensor4D, size, pairOf(inputDilation), "valid");
  // Padding by taps - 1 would give all of it.
  const from = low.map((each, axis) => each - (taps[axis] - 1));
  const to = high.map((each, axis) => each - (taps[axis] - 1));
  return padOrCut(all, [0, ...from, 0], [0, ...to, 0]);
}
