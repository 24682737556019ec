/**
 * The gradient of a convolution's kernel, all with channels last. A backend that has a kernel of its own for it is asked to do it in one step; the
 * WebAssembly one has none, and dilated convolutions have none anywhere. There it is a convolution with the roles exchanged: the channels are the samples,
 * the samples the channels, and the slope the kernel, which is ten times as fast as products while channels are few; else a product for each tap over
 * all places of all samples.
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
    const whole = isLarge(room, sliding) ? undefined : inOneStep("Conv2DBackpropFilter", room, slope, [...kernel, channels, out], sliding);
    if (whole) return whole;
    if (tf.getBackend() !== "tensorflow" && mayExchange(kernel, channels * out, sliding)) return byExchangedRoles(room, slope, kernel, sliding);
    return tf.reshape(tf.concat(productsOfTaps(room, slope, kernel, sliding), 0), [...kernel, channels, out]);
  });
}

/** The same of a depthwise convolution: x[N, s…, C] and slope[N, t…, C] to [k…, C]. */
export function depthwiseKernelGradient(x: Tensor, slope: Tensor, kernel: readonly number[], choice: SlidingChoice): Tensor {
  const sliding = slidingOf(choice, kernel.length);
  return tf.tidy(() => {
    const room = padded(x, sliding);
    const channels = x.shape[x.rank - 1];
    const whole = sliding.stride[0] === sliding.stride[1] ? inOneStep("DepthwiseConv2dNativeBackpropFilter", room, slope, [...kernel, channels, 1], sliding) : undefined;
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
  return padOrCut(inputDilation.reduce((value, step, axis) => spread(value, 1 + axis, step), x), [0, ...low, 0], [0, ...high, 0]);
}

/** By a kernel of the backend, where there is one: along two axes, without dilation. */
function inOneStep(name: "Conv2DBackpropFilter" | "DepthwiseConv2dNativeBackpropFilter", room: Tensor, slope: Tensor, filterShape: number[], { stride, dilation }: Sliding): Tensor | undefined {
  if (stride.length !== 2 || dilation.some((each) => each > 1) || !tf.getKernel(name, tf.getBackend())) return undefined;
  return tf.engine().runKernel(name, { x: room, dy: slope }, { strides: [stride[0], stride[1]], pad: "valid", dataFormat: "NHWC", dilations: [1, 1], filterShape }) as Tensor;
}

/** Whether the native kernel, which copies x for each of its taps, takes longer than products do, and far more memory. */
const isLarge = (room: Tensor, { stride }: Sliding): boolean => room.size >= 2 ** 20 && stride.every((each) => each === 1);

/** Elements of a tap from which products are faster than a convolution with the roles exchanged. */
const manyElements = 2048;

const mayExchange = (kernel: readonly number[], elements: number, { stride, dilation }: Sliding): boolean =>
  kernel.length === 2 && elements <= manyElements && (stride.every((each) => each === 1) || dilation.every((each) => each === 1));

/** x[C, s…, N] convolved with slope[t…, N, O], with stride and dilation exchanged too, is [C, k…, O]. */
function byExchangedRoles(room: Tensor, slope: Tensor, kernel: readonly number[], { stride, dilation }: Sliding): Tensor {
  const images = tf.transpose(room, [3, 1, 2, 0]) as tf.Tensor4D;
  const filter = tf.transpose(slope, [1, 2, 0, 3]) as tf.Tensor4D;
  const all = tf.conv2d(images, filter, [dilation[0], dilation[1]], "valid", "NHWC", [stride[0], stride[1]]);
  // A stride may leave places over that no output came from.
  return tf.transpose(tf.slice(all, [0, 0, 0, 0], [-1, kernel[0], kernel[1], -1]), [1, 2, 0, 3]);
}

/**
 * For each tap, the product of what it meets and the slope, [C, O]. Without strides that is one slice of the rows of x, which the native backend does not
 * copy: the slope gets zeros up to the size of x, so that its rows are as far apart.
 */
function productsOfTaps(room: Tensor, slope: Tensor, kernel: readonly number[], sliding: Sliding): Tensor[] {
  const [channels, out] = [room.shape[room.rank - 1], slope.shape[slope.rank - 1]];
  const isStepped = sliding.stride.some((each) => each > 1);
  const firsts = tapsOf(kernel).map((tap) => tap.reduce((row, each, axis) => row * room.shape[1 + axis] + each * sliding.dilation[axis], 0));
  const count = room.size / channels - firsts[firsts.length - 1];
  const lacking = room.shape.map((size, axis) => (isStepped || axis === room.rank - 1 ? 0 : size - slope.shape[axis]));
  const slopes = tf.reshape(padOrCut(slope, lacking.map(() => 0), lacking), [-1, out]);
  const below = isStepped ? slopes : tf.slice(slopes, [0, 0], [count, out]);
  const rows = tf.reshape(room, [-1, channels]);
  return tapsOf(kernel).map((tap, at) => tf.tidy(() => product(isStepped ? tf.reshape(metBy(tap, room, slope, sliding), [-1, channels]) : tf.slice(rows, [firsts[at], 0], [count, channels]), below, true)));
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
