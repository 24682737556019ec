/** The gradient of a parameter, read a piece at a time: of what is given as parts (compiler/training/thin-gradients.ts) the whole is never in memory. */
import { partName, type GradientForm } from "../../compiler/training/thin-gradients.ts";

export interface Gradient {
  readonly length: number;
  /** Writes the numbers from `from` on, row-major, as many as `out` takes. */
  read(from: number, out: Float32Array): void;
}

export const wholeGradient = (data: Float32Array): Gradient => ({ length: data.length, read: (from, out) => out.set(data.subarray(from, from + out.length)) });

/** All of it, where memory does not matter. */
export function allOf(gradient: Gradient): Float32Array {
  const all = new Float32Array(gradient.length);
  gradient.read(0, all);
  return all;
}

/** Of the results of a step: `numbers` and `places` give one by its name. */
export function gradientFrom(form: GradientForm, name: string, numbers: (name: string) => Float32Array, places: (name: string) => Int32Array): Gradient {
  switch (form.kind) {
    case "whole":
      return wholeGradient(numbers(name));
    case "product":
      return productGradient(numbers(partName(name, "left")), numbers(partName(name, "right")), form.rows, form.columns);
    case "rows":
      return rowGradient(numbers(partName(name, "rows")), places(partName(name, "places")), form.count, form.width);
  }
}

/** left[K, rows], right[K, columns]: the sum over k of left[k, row] · right[k, column]. */
export function productGradient(left: Float32Array, right: Float32Array, rows: number, columns: number): Gradient {
  const depth = left.length / rows;
  return {
    length: rows * columns,
    read(from, out) {
      out.fill(0);
      for (let at = 0; at < out.length; ) {
        const [row, column] = [Math.floor((from + at) / columns), (from + at) % columns];
        const count = Math.min(columns - column, out.length - at);
        for (let k = 0; k < depth; k += 4) addFour(out, at, count, left, k * rows + row, rows, right, k * columns + column, columns, Math.min(4, depth - k));
        at += count;
      }
    },
  };
}

/** Adds up to four multiples of rows at once, so that `out` is read and written a quarter as often. */
function addFour(out: Float32Array, at: number, count: number, left: Float32Array, l: number, leftStep: number, right: Float32Array, r: number, rightStep: number, rows: number): void {
  if (rows < 4) {
    for (let i = 0; i < rows; i++) for (let n = 0, [a, b] = [left[l + i * leftStep], r + i * rightStep]; n < count; n++) out[at + n] += a * right[b + n];
    return;
  }
  const [a0, a1, a2, a3] = [left[l], left[l + leftStep], left[l + 2 * leftStep], left[l + 3 * leftStep]];
  const [r1, r2, r3] = [r + rightStep, r + 2 * rightStep, r + 3 * rightStep];
  for (let n = 0; n < count; n++) out[at + n] += a0 * right[r + n] + a1 * right[r1 + n] + a2 * right[r2 + n] + a3 * right[r3 + n];
}

/** values[places, width] added to zeros[count, width], each row at its place; a place outside is an error of the data that the graph has met before. */
export function rowGradient(values: Float32Array, places: Int32Array, count: number, width: number): Gradient {
  return {
    length: count * width,
    read(from, out) {
      out.fill(0);
      const end = from + out.length;
      for (const [i, place] of places.entries()) {
        const start = place * width;
        for (let n = Math.max(start, from); n < Math.min(start + width, end); n++) out[n - from] += values[i * width + n - start];
      }
    },
  };
}
