/** The reference evaluation of pooling: leading axes are one, the pooled ones up to three; fewer are filled with axes of 1. */
import { countOf } from "./strides.ts";

export interface PoolNumbers {
  readonly window: readonly number[];
  readonly stride: readonly number[];
  readonly low: readonly number[];
}

interface Plane {
  readonly count: number;
  readonly sizes: readonly number[];
  readonly results: readonly number[];
  readonly window: readonly number[];
  readonly stride: readonly number[];
  readonly low: readonly number[];
}

function planeOf(x: readonly number[], y: readonly number[], numbers: PoolNumbers): Plane {
  const rank = numbers.window.length;
  const lead = x.length - rank;
  const fill = <Item>(items: readonly Item[], item: Item): readonly Item[] => [...new Array<Item>(3 - rank).fill(item), ...items];
  return {
    count: countOf(x.slice(0, lead)),
    sizes: fill(x.slice(lead), 1),
    results: fill(y.slice(lead), 1),
    window: fill(numbers.window, 1),
    stride: fill(numbers.stride, 1),
    low: fill(numbers.low, 0),
  };
}

/** Calls `visit` for every window with its place in the result and, along each axis, the first and one past the last real element. */
function eachWindow(plane: Plane, visit: (result: number, base: number, from: Int32Array, to: Int32Array) => void): void {
  const { sizes, results, window, stride, low } = plane;
  const [from, to] = [new Int32Array(3), new Int32Array(3)];
  const bound = (axis: number, t: number): void => {
    const start = t * stride[axis] - low[axis];
    from[axis] = Math.max(start, 0);
    to[axis] = Math.min(start + window[axis], sizes[axis]);
  };
  let place = 0;
  for (let n = 0; n < plane.count; n++) {
    const base = n * countOf(sizes);
    for (let z = 0; z < results[0]; z++) {
      bound(0, z);
      for (let y = 0; y < results[1]; y++) {
        bound(1, y);
        for (let x = 0; x < results[2]; x++, place++) {
          bound(2, x);
          visit(place, base, from, to);
        }
      }
    }
  }
}

export function evaluatePool(
  kind: "max" | "average",
  data: Float64Array,
  x: readonly number[],
  y: readonly number[],
  numbers: PoolNumbers,
  countPadding: boolean,
): Float64Array {
  const plane = planeOf(x, y, numbers);
  const [, rows, columns] = plane.sizes;
  const full = countOf(numbers.window);
  const result = new Float64Array(countOf(y));
  eachWindow(plane, (place, base, from, to) => {
    let value = kind === "max" ? -Infinity : 0;
    for (let i = from[0]; i < to[0]; i++) {
      for (let j = from[1]; j < to[1]; j++) {
        const line = base + (i * rows + j) * columns;
        if (kind === "max") for (let k = from[2]; k < to[2]; k++) value = Math.max(value, data[line + k]);
        else for (let k = from[2]; k < to[2]; k++) value += data[line + k];
      }
    }
    const real = (to[0] - from[0]) * (to[1] - from[1]) * (to[2] - from[2]);
    result[place] = kind === "max" ? value : value / (countPadding ? full : real);
  });
  return result;
}

/** For every window its cotangent goes to the first of its largest elements. */
export function evaluatePoolMaxGradient(
  data: Float64Array,
  cotangent: Float64Array,
  x: readonly number[],
  y: readonly number[],
  numbers: PoolNumbers,
): Float64Array {
  const plane = planeOf(x, y, numbers);
  const [, rows, columns] = plane.sizes;
  const result = new Float64Array(data.length);
  eachWindow(plane, (place, base, from, to) => {
    let best = -1;
    for (let i = from[0]; i < to[0]; i++) {
      for (let j = from[1]; j < to[1]; j++) {
        const line = base + (i * rows + j) * columns;
        for (let k = from[2]; k < to[2]; k++) if (best < 0 || data[line + k] > data[best]) best = line + k;
      }
    }
    result[best] += cotangent[place];
  });
  return result;
}
