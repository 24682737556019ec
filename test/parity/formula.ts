/**
 * Numbers that both sides can make: a value is a function of (key, element), by whole-number arithmetic, so that golden files hold results only.
 * The twin of torch_formula.py.
 */

/** Number `element` in [0, 1): FNV-1a of the key, a golden-ratio step for each element, and murmur3's last mixing. */
export function unit(key: string, count: number): Float64Array {
  let start = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) start = Math.imul(start ^ key.charCodeAt(i), 0x01000193);
  return Float64Array.from({ length: count }, (_, element) => {
    let x = (start + Math.imul(element, 0x9e3779b9)) >>> 0;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    return ((x ^ (x >>> 16)) >>> 0) / 4294967296;
  });
}

const product = (shape: readonly number[]): number => shape.reduce((count, size) => count * size, 1);

export const between = (key: string, shape: readonly number[], low: number, high: number): Float64Array =>
  unit(key, product(shape)).map((x) => low + (high - low) * x);

/** Sane values for a parameter or state: norms near the identity, variances positive, weights so that the size of activations stays. */
export function parameterValue(path: string, shape: readonly number[]): Float64Array {
  switch (path.slice(path.lastIndexOf(".") + 1)) {
    case "running_variance":
      return between(path, shape, 0.5, 1.5);
    case "scale":
      return between(path, shape, 0.75, 1.25);
    case "running_mean":
    case "shift":
    case "bias":
      return between(path, shape, -0.25, 0.25);
    default: {
      const bound = Math.sqrt(4 / product(shape.slice(shape.length === 5 ? 2 : 1)));
      return between(path, shape, -bound, bound);
    }
  }
}

/** How an input's values are drawn; `truth` is true with probability `share`, and always at the first place of the last axis. */
export type InputSpec =
  | { readonly kind: "real"; readonly shape: readonly number[]; readonly low: number; readonly high: number }
  | { readonly kind: "whole"; readonly shape: readonly number[]; readonly below: number }
  | { readonly kind: "truth"; readonly shape: readonly number[]; readonly share: number };

export function inputValue(name: string, spec: InputSpec): Float64Array {
  const key = `input:${name}`;
  switch (spec.kind) {
    case "real":
      return between(key, spec.shape, spec.low, spec.high);
    case "whole":
      return unit(key, product(spec.shape)).map((x) => Math.floor(x * spec.below));
    case "truth": {
      const last = spec.shape[spec.shape.length - 1];
      return unit(key, product(spec.shape)).map((x, element) => (x < spec.share || element % last === 0 ? 1 : 0));
    }
  }
}
