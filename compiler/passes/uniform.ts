/** Values that are known to be one number everywhere: a scalar constant, a tensor of equal numbers, and whatever only repeats or reorders one. */
import type { Node } from "../ir/graph.ts";

const known = new WeakMap<Float64Array, boolean>();

/** Whether all numbers are the same one (-0 is not 0, NaN is NaN). Of no numbers it is false. */
export function isUniform(data: Float64Array): boolean {
  if (data.length <= 1) return data.length === 1;
  let uniform = known.get(data);
  if (uniform === undefined) known.set(data, (uniform = data.every((value) => Object.is(value, data[0]))));
  return uniform;
}

/** The number that every element of a value is, whatever its sizes; undefined when that is not known. */
export function uniformValue(node: Node): number | undefined {
  let source = node;
  while (source.operator === "broadcast" || source.operator === "reshape" || source.operator === "transpose") source = source.inputs[0];
  if (source.operator !== "constant") return undefined;
  const { data } = source.attributes.value;
  return isUniform(data) ? data[0] : undefined;
}

/** Whether a node may take another's place without a word: the same element type and, object for object, the same sizes. */
export const alike = (a: Node, b: Node): boolean =>
  a.type.dtype === b.type.dtype && a.type.shape.length === b.type.shape.length && a.type.shape.every((size, axis) => size === b.type.shape[axis]);
