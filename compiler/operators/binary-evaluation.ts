/** The reference evaluation of the binary operators: a loop of its own for each, so that no function is called per element. */

type Loop = (a: Float64Array, b: Float64Array, out: Float64Array) => void;

export const binaryLoops = {
  add(a, b, out) {
    for (let i = 0; i < out.length; i++) out[i] = a[i] + b[i];
  },
  sub(a, b, out) {
    for (let i = 0; i < out.length; i++) out[i] = a[i] - b[i];
  },
  mul(a, b, out) {
    for (let i = 0; i < out.length; i++) out[i] = a[i] * b[i];
  },
  div(a, b, out) {
    for (let i = 0; i < out.length; i++) out[i] = a[i] / b[i];
  },
  pow(a, b, out) {
    for (let i = 0; i < out.length; i++) out[i] = Math.pow(a[i], b[i]);
  },
  rem(a, b, out) {
    for (let i = 0; i < out.length; i++) out[i] = a[i] - b[i] * Math.floor(a[i] / b[i]);
  },
  max(a, b, out) {
    for (let i = 0; i < out.length; i++) out[i] = Math.max(a[i], b[i]);
  },
  min(a, b, out) {
    for (let i = 0; i < out.length; i++) out[i] = Math.min(a[i], b[i]);
  },
  less(a, b, out) {
    for (let i = 0; i < out.length; i++) out[i] = a[i] < b[i] ? 1 : 0;
  },
  less_equal(a, b, out) {
    for (let i = 0; i < out.length; i++) out[i] = a[i] <= b[i] ? 1 : 0;
  },
  equal(a, b, out) {
    for (let i = 0; i < out.length; i++) out[i] = a[i] === b[i] ? 1 : 0;
  },
  and(a, b, out) {
    for (let i = 0; i < out.length; i++) out[i] = a[i] !== 0 && b[i] !== 0 ? 1 : 0;
  },
  or(a, b, out) {
    for (let i = 0; i < out.length; i++) out[i] = a[i] !== 0 || b[i] !== 0 ? 1 : 0;
  },
} satisfies Readonly<Record<string, Loop>>;
