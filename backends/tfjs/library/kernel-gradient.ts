/**
 * The gradient of a convolution's kernel, all with channels last. A backend that has a kernel of its own for it is asked to do it in one step, unless the
 * image is large: that copies it for each tap. Else it is a convolution with the roles exchanged: the channels are the samples, the samples the channels, and
 * the slope the kernel, which is ten times as fast as products while channels are few or outputs far apart; or a product for each tap over all places of all
 * samples.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { slidingOf, type Sliding, type SlidingChoice } from "./convolution.ts";
import { everyNth, padOrCut, spread } from "./padding.ts";
import { product } from "./product.ts";
import { sumOfProducts } from "./rows.ts";

/** x[N, s…, C] was convolved with a kernel of the given size to what `slope`[N, t…, O] belongs to: the kernel's gradient [k…, C, O]. */
export function kernelGradient(x: Tensor, slope: Tensor, kernel: readonly number[], choice: SlidingChoice): Tensor {
  const sliding = slidingOf(choice, kernel.length);
  return tf.tidy(() => {
    const room = padded(x, sliding);
    const [channels, out] = [x.shape[x.rank - 1], slope.shape[slope.rank - 1]];
    const isOfRows = kernel.every((size) => size === 1) && room.size * out === slope.size * channels;
    if (isOfRows) return tf.reshape(sumOfProducts(room, slope), [...kernel, channels, out]);
    const isStepped = sliding.stride.some((each) => each > 1);
    const isLarge = room.size >= 2 ** 20 && !isStepped;
    const whole = isLarge ? undefined : inOneStep("Conv2DBackpropFilter", room, slope, [...kernel, channels, out], sliding);
    if (whole) return whole;
    const mayExchange = kernel.length === 2 && !(isStepped && sliding.dilation.some((each) => each > 1));
    if (mayExchange && (isStepped || channels * out <= fewElements)) return byExchangedRoles(room, slope, kernel, sliding);
    return tf.reshape(tf.concat(productsOfTaps(room, slope, kernel, sliding), 0), [...kernel, channels, out]);
  });
}

/** Elements of a tap up to which a convolution with the roles exchanged is faster than products. */
const fewElements = 2048;

/** The same of a depthwise convolution: x[N, s…, C] and slope[N, t…, C] to [k…, C]. */
export function depthwiseKernelGradient(x: Tensor, slope: Tensor, kernel: readonly number[], choice: SlidingChoice): Tensor {
  const sliding = slidingOf(choice, kernel.length);
  return tf.tidy(() => {
    const room = padded(x, sliding);
    const channels = x.shape[x.rank - 1];
    const isEven = sliding.stride[0] === sliding.stride[1];
    const whole = isEven && inOneStep("DepthwiseConv2dNativeBackpropFilter", room, slope, [...kernel, channels, 1], sliding);
    if (whole) return tf.reshape(whole, [...kernel, channels]);
    const places = slope.shape.slice(0, -1).map((_, axis) => axis);
    const sums = tapsOf(kernel).map((tap) => tf.tidy(() => tf.sum(tf.mul(metBy(tap, room, slope, sliding), slope), places)));
    return tf.reshape(tf.stack(sums), [...kernel, channels]);
  });
}

/** The same where every sample has a kernel: x[N, s…, C] and slope[N, t…, O] to [N, k…, C, O]. */
export function kernelGradientPerSample(x: Tensor, slope: Tensor, kernel: readonly number[], choice: SlidingChoice): Tensor {
  const sliding = slidingOf(choice, kernel.length);
  return tf.tidy(() => {
    const slopes = tf.split(slope, slope.shape[0]);
    return tf.stack(tf.split(x, x.shape[0]).map((sample, at) => kernelGradient(sample, slopes[at], kernel, sliding)));
  });
}

/** The same where groups of channels have a kernel each: x[N, s…, G, C] and slope[N, t…, G, O] to [G, k…, C, O]. */
export function kernelGradientInGroups(x: Tensor, slope: Tensor, kernel: readonly number[], choice: SlidingChoice): Tensor {
  const sliding = slidingOf(choice, kernel.length);
  return tf.tidy(() => {
    const slopes = tf.unstack(slope, slope.rank - 2);
    return tf.stack(tf.unstack(x, x.rank - 2).map((group, at) => kernelGradient(group, slopes[at], kernel, sliding)));
  });
}

function padded(x: Tensor, { inputDilation, low, high }: Sliding): Tensor {
  const apart = inputDilation.reduce((value, step, axis) => spread(value, 1 + axis, step), x);
  return padOrCut(apart, [0, ...low, 0], [0, ...high, 0]);
}

/** By a kernel of the backend, where there is one: along two axes, without dilation. */
function inOneStep(name: string, room: Tensor, slope: Tensor, filterShape: number[], { stride, dilation }: Sliding): Tensor | undefined {
  if (stride.length !== 2 || dilation.some((each) => each > 1) || !tf.getKernel(name, tf.getBackend())) return undefined;
  const attributes = { strides: [...stride], pad: "valid", dataFormat: "NHWC", dilations: [1, 1], filterShape };
  return tf.engine().runKernel(name, { x: room, dy: slope }, attributes) as Tensor;
}

/** x[C, s…, N] convolved with slope[t…, N, O], with stride and dilation exchanged too, is [C, k…, O]. */
function byExchangedRoles(room: Tensor, slope: Tensor, kernel: readonly number[], { stride, dilation }: Sliding): Tensor {
  const images = tf.transpose(room, [3, 1, 2, 0]) as tf.Tensor4D;
  const filter = tf.transpose(slope, [1, 2, 0, 3]) as tf.Tensor4D;
  const all = tf.conv2d(images, filter, [dilation[0], dilation[1]], "valid", "NHWC", [stride[0], stride[1]]);
  // A stride may leave places over that no output came from.
  return tf.transpose(tf.slice(all, [0, 0, 0, 0], [-1, kernel[0], kernel[1], -1]), [1, 2, 0, 3]);
}

/**
 * For each tap, the product of the rows of x that it meets and those of the slope, [C, O]. The slope gets zeros between its rows and after them, so that they
 * are as far apart as those of x: what a tap meets is one slice then, which the native backend does not copy.
 */
function productsOfTaps(room: Tensor, slope: Tensor, kernel: readonly number[], { stride, dilation }: Sliding): Tensor[] {
  const apart = stride.reduce((value, step, axis) => spread(value, 1 + axis, step), slope);
  const lacking = room.shape.map((size, axis) => (axis < room.rank - 1 ? size - apart.shape[axis] : 0));
  const none = lacking.map(() => 0);
  const slopes = tf.reshape(padOrCut(apart, none, lacking), [-1, slope.shape[slope.rank - 1]]);
  const rows = tf.reshape(room, [-1, room.shape[room.rank - 1]]);
  const firsts = tapsOf(kernel).map((tap) => tap.reduce((row, each, axis) => row * room.shape[1 + axis] + each * dilation[axis], 0));
  const count = rows.shape[0] - firsts[firsts.length - 1];
  const below = tf.slice(slopes, [0, 0], [count, -1]);
  return firsts.map((first) => tf.tidy(() => product(tf.slice(rows, [first, 0], [count, -1]), below, true)));
}

/** The taps of a kernel, last axis fastest. */
function tapsOf(kernel: readonly number[]): readonly (readonly number[])[] {
  return kernel.reduce<readonly (readonly number[])[]>((places, size) => places.flatMap((place) => Array.from({ length: size }, (_, at) => [...place, at])), [[]]);
}

/** The elements of padded x that a tap meets, one for each element of a channel of the slope. */
function metBy(tap: readonly number[], room: Tensor, slope: Tensor, { stride, dilation }: Sliding): Tensor {
  const start = tap.map((each, axis) => each * dilation[axis]);
  return everyNth(room, [0, ...start, 0], [...slope.shape.slice(0, -1), room.shape[room.rank - 1]], [1, ...stride, 1]);
}
