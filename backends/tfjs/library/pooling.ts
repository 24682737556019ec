/** Largest or mean element of every window over the last one to three axes, and how a gradient goes back to the first of the largest. */
import * as tf from "@tensorflow/tfjs-core";
import { everyNth, padOrCut, spread } from "./padding.ts";

/** A number for each pooled axis. */
export interface Windows {
  readonly window: readonly number[];
  readonly stride: readonly number[];
  /** Elements of padding before the first and after the last; fewer than the window has. */
  readonly low: readonly number[];
  readonly high: readonly number[];
}

const leading = (x: tf.Tensor, windows: Windows): number => x.rank - windows.window.length;
const zeros = (count: number): readonly number[] => new Array<number>(count).fill(0);
const ones = (count: number): readonly number[] => new Array<number>(count).fill(1);

/** How many windows there are along each pooled axis of what is already padded. */
const countOf = (padded: tf.Tensor, lead: number, { window, stride }: Windows): readonly number[] => window.map((size, axis) => Math.floor((padded.shape[lead + axis] - size) / stride[axis]) + 1);

/** The places of a window, last axis fastest. */
function placesOf(window: readonly number[]): readonly (readonly number[])[] {
  return window.reduce<readonly (readonly number[])[]>((places, size) => places.flatMap((place) => Array.from({ length: size }, (_, at) => [...place, at])), [[]]);
}

/** The element at one place of every window. */
function elementAt(padded: tf.Tensor, place: readonly number[], lead: number, windows: Windows): tf.Tensor {
  return everyNth(padded, [...zeros(lead), ...place], [...padded.shape.slice(0, lead), ...countOf(padded, lead, windows)], [...ones(lead), ...windows.stride]);
}

/** Padded with `value`; then one axis after another: the function of a window is that of its rows' results. */
function pooled(x: tf.Tensor, windows: Windows, value: number, join: (elements: tf.Tensor[]) => tf.Tensor): tf.Tensor {
  const lead = leading(x, windows);
  const padded = padOrCut(x, [...zeros(lead), ...windows.low], [...zeros(lead), ...windows.high], value);
  return windows.window.reduce<tf.Tensor>((current, size, axis) => {
    const alone = { window: windows.window.map((_, at) => (at === axis ? size : 1)), stride: windows.stride.map((step, at) => (at === axis ? step : 1)), low: [], high: [] };
    const elements = Array.from({ length: size }, (_, at) => elementAt(current, zeros(windows.window.length).map((__, each) => (each === axis ? at : 0)), lead, alone));
    return join(elements);
  }, padded);
}

/** The largest element of every window; padding is never the largest. */
export function maxPool(x: tf.Tensor, windows: Windows): tf.Tensor {
  return tf.tidy(() => planar(x, windows, Number.NEGATIVE_INFINITY, "max") ?? pooled(x, windows, Number.NEGATIVE_INFINITY, (elements) => elements.reduce((a, b) => tf.maximum(a, b))));
}

/** The mean of every window: of all its elements, zeros of the padding included, or (`countPadding` false) of the real ones. */
export function averagePool(x: tf.Tensor, windows: Windows, countPadding: boolean): tf.Tensor {
  return tf.tidy(() => {
    const lead = leading(x, windows);
    const taps = windows.window.reduce((product, size) => product * size, 1);
    const meanOf = (value: tf.Tensor): tf.Tensor => planar(value, windows, 0, "avg") ?? tf.div(pooled(value, windows, 0, (elements) => tf.addN(elements)), taps);
    const mean = meanOf(x);
    if (countPadding || [...windows.low, ...windows.high].every((each) => each === 0)) return mean;
    return tf.div(mean, meanOf(tf.ones([...ones(lead), ...x.shape.slice(lead)])));
  });
}

/** tfjs's own pooling, which wants two axes; undefined where it does not fit, and for windows of a single element, which not every backend takes. */
function planar(x: tf.Tensor, windows: Windows, value: number, kind: "max" | "avg"): tf.Tensor | undefined {
  const { window, stride, low, high } = windows;
  if (window.length !== 2 || window.every((size) => size === 1)) return undefined;
  const lead = x.shape.slice(0, -2);
  const [rows, columns] = x.shape.slice(-2);
  const images = padOrCut(tf.reshape(x, [-1, rows, columns, 1]), [0, ...low, 0], [0, ...high, 0], value) as tf.Tensor4D;
  const pool = kind === "max" ? tf.maxPool : tf.avgPool;
  const y = pool(images, [window[0], window[1]], [stride[0], stride[1]], "valid");
  return tf.reshape(y, [...lead, y.shape[1], y.shape[2]]);
}

/** The transpose of `maxPool`: each element of `cotangent` goes to the first of the largest elements of its window. */
export function maxPoolGradient(x: tf.Tensor, cotangent: tf.Tensor, windows: Windows): tf.Tensor {
  return tf.tidy(() => {
    const lead = leading(x, windows);
    const padded = padOrCut(x, [...zeros(lead), ...windows.low], [...zeros(lead), ...windows.high], Number.NEGATIVE_INFINITY);
    const largest = maxPool(x, windows);
    // Windows whose first largest element was not met yet, as ones.
    let open: tf.Tensor = tf.onesLike(largest);
    let sum: tf.Tensor = tf.zerosLike(padded);
    for (const place of placesOf(windows.window)) {
      const [before, beforeSum] = [open, sum];
      [open, sum] = tf.tidy(() => {
        const isChosen = tf.mul(before, tf.cast(tf.equal(elementAt(padded, place, lead, windows), largest), "float32"));
        const apart = windows.stride.reduce((value, step, axis) => spread(value, lead + axis, step), tf.mul(isChosen, cotangent));
        const after = padded.shape.slice(lead).map((size, axis) => size - place[axis] - apart.shape[lead + axis]);
        return [tf.sub(before, isChosen), tf.add(beforeSum, padOrCut(apart, [...zeros(lead), ...place], [...zeros(lead), ...after]))];
      });
      tf.dispose([before, beforeSum]);
    }
    return padOrCut(sum, [...zeros(lead), ...windows.low.map((each) => -each)], [...zeros(lead), ...windows.high.map((each) => -each)]);
  });
}
