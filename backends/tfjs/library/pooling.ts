/** Largest or mean element of every window over one to three axes, the last ones or those before the channels, and how a gradient goes back to the first of the largest. */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { everyNth, padOrCut, spread } from "./padding.ts";

/** A number for each pooled axis. */
export interface Windows {
  readonly window: readonly number[];
  readonly stride: readonly number[];
  /** Elements of padding before the first and after the last; fewer than the window has. */
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** Whether an axis of channels stands behind the pooled ones. */
  readonly channelsLast?: true;
}

/** Axes behind the pooled ones, and before them. */
const trailing = (windows: Windows): number => (windows.channelsLast ? 1 : 0);
const leading = (x: Tensor, windows: Windows): number => x.rank - windows.window.length - trailing(windows);

/** The numbers of the pooled axes among those of all axes. */
const among = (x: Tensor, windows: Windows, numbers: readonly number[], otherwise: number): readonly number[] => {
  const rest = (count: number): readonly number[] => new Array<number>(count).fill(otherwise);
  return [...rest(leading(x, windows)), ...numbers, ...rest(trailing(windows))];
};

/** How many windows there are along each pooled axis of what is already padded. */
const countOf = (padded: Tensor, windows: Windows): readonly number[] => windows.window.map((size, axis) => Math.floor((padded.shape[leading(padded, windows) + axis] - size) / windows.stride[axis]) + 1);

/** The places of a window, last axis fastest. */
function placesOf(window: readonly number[]): readonly (readonly number[])[] {
  return window.reduce<readonly (readonly number[])[]>((places, size) => places.flatMap((place) => Array.from({ length: size }, (_, at) => [...place, at])), [[]]);
}

/** The element at one place of every window. */
function elementAt(padded: Tensor, place: readonly number[], windows: Windows): Tensor {
  const lead = leading(padded, windows);
  const sizes = [...padded.shape.slice(0, lead), ...countOf(padded, windows), ...padded.shape.slice(lead + place.length)];
  return everyNth(padded, among(padded, windows, place, 0), sizes, among(padded, windows, windows.stride, 1));
}

/** Padded with `value`; then one axis after another: the function of a window is that of its rows' results. */
function pooled(x: Tensor, windows: Windows, value: number, join: (elements: Tensor[]) => Tensor): Tensor {
  const padded = padOrCut(x, among(x, windows, windows.low, 0), among(x, windows, windows.high, 0), value);
  return windows.window.reduce<Tensor>((current, size, axis) => {
    const alone = { ...windows, window: windows.window.map((_, at) => (at === axis ? size : 1)), stride: windows.stride.map((step, at) => (at === axis ? step : 1)) };
    return join(Array.from({ length: size }, (_, at) => elementAt(current, windows.window.map((__, each) => (each === axis ? at : 0)), alone)));
  }, padded);
}

/** The largest element of every window; padding is never the largest. */
export function maxPool(x: Tensor, windows: Windows): Tensor {
  return tf.tidy(() => planar(x, windows, Number.NEGATIVE_INFINITY, "max") ?? pooled(x, windows, Number.NEGATIVE_INFINITY, (elements) => elements.reduce((a, b) => tf.maximum(a, b))));
}

/** The mean of every window: of all its elements, zeros of the padding included, or (`countPadding` false) of the real ones. */
export function averagePool(x: Tensor, windows: Windows, countPadding: boolean): Tensor {
  return tf.tidy(() => {
    const lead = leading(x, windows);
    const taps = windows.window.reduce((product, size) => product * size, 1);
    const meanOf = (value: Tensor): Tensor => planar(value, windows, 0, "avg") ?? tf.div(pooled(value, windows, 0, (elements) => tf.addN(elements)), taps);
    const mean = meanOf(x);
    if (countPadding || [...windows.low, ...windows.high].every((each) => each === 0)) return mean;
    return tf.div(mean, meanOf(tf.ones(among(x, windows, x.shape.slice(lead, lead + windows.window.length), 1) as number[])));
  });
}

/** tfjs's own pooling, which wants two axes; undefined where it does not fit, and for windows of a single element, which not every backend takes. */
function planar(x: Tensor, windows: Windows, value: number, kind: "max" | "avg"): Tensor | undefined {
  const { window, stride, low, high } = windows;
  if (window.length !== 2 || window.every((size) => size === 1)) return undefined;
  const lead = x.shape.slice(0, leading(x, windows));
  const [rows, columns, channels = 1] = x.shape.slice(lead.length);
  const images = padOrCut(tf.reshape(x, [-1, rows, columns, channels]), [0, ...low, 0], [0, ...high, 0], value) as tf.Tensor4D;
  const pool = kind === "max" ? tf.maxPool : tf.avgPool;
  const y = pool(images, [window[0], window[1]], [stride[0], stride[1]], "valid");
  return tf.reshape(y, [...lead, ...y.shape.slice(1, 3), ...x.shape.slice(lead.length + 2)]);
}

/** The transpose of `maxPool`: each element of `cotangent` goes to the first of the largest elements of its window. */
export function maxPoolGradient(x: Tensor, cotangent: Tensor, windows: Windows): Tensor {
  return tf.tidy(() => {
    const lead = leading(x, windows);
    const padded = padOrCut(x, among(x, windows, windows.low, 0), among(x, windows, windows.high, 0), Number.NEGATIVE_INFINITY);
    const largest = maxPool(x, windows);
    // Windows whose first largest element was not met yet, as ones.
    let open: Tensor = tf.onesLike(largest);
    let sum: Tensor = tf.zerosLike(padded);
    for (const place of placesOf(windows.window)) {
      const [before, beforeSum] = [open, sum];
      [open, sum] = tf.tidy(() => {
        const isChosen = tf.mul(before, tf.cast(tf.equal(elementAt(padded, place, windows), largest), "float32"));
        const apart = windows.stride.reduce((value, step, axis) => spread(value, lead + axis, step), tf.mul(isChosen, cotangent));
        const after = place.map((each, axis) => padded.shape[lead + axis] - each - apart.shape[lead + axis]);
        return [tf.sub(before, isChosen), tf.add(beforeSum, padOrCut(apart, among(x, windows, place, 0), among(x, windows, after, 0)))];
      });
      tf.dispose([before, beforeSum]);
    }
    return padOrCut(sum, among(x, windows, windows.low.map((each) => -each), 0), among(x, windows, windows.high.map((each) => -each), 0));
  });
}
