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
    case "rows":
      return rowGradient(numbers(partName(name, "rows")), places(partName(name, "places")), form.count, form.width);
  }
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
