/**
 * Numbers that a function can read off the tensors that it is given: it has no parameters for them. Only those in which instances of its block differ; what all
 * have alike is written out.
 */
import { constantValue } from "../../../compiler/dims/index.ts";
import type { Node } from "../../../compiler/ir/graph.ts";

/** The sizes of tensors by their texts; NaN for free ones. */
export type Readable = ReadonlyMap<string, readonly number[]>;

export const readableOf = (tensors: readonly (readonly [text: string, node: Node])[]): Readable =>
  new Map(tensors.filter(([text]) => /^[\w.]+$/.test(text)).map(([text, { type: { shape } }]) => [text, shape.map((size) => constantValue(size) ?? NaN)]));

/** An expression that is `values[i]` in instance i, if there is one: a size of a tensor, the product of two that follow each other, or several as a list. */
export function expressionFor(values: readonly string[], instances: readonly Readable[]): string | undefined {
  if (values.every((value) => /^\d+$/.test(value))) return single(values.map(Number), instances);
  const lists = values.map((value) => /^\[(\d+(?:, \d+)*)\]$/.exec(value)?.[1].split(", ").map(Number));
  return lists.every((list) => list !== undefined) ? several(lists, instances) : undefined;
}

/** Texts and axes of tensors that all instances have with one rank. */
function places(instances: readonly Readable[], width: number): readonly { readonly text: string; readonly axis: number; readonly rank: number }[] {
  return [...instances[0]].flatMap(([text, { length: rank }]) =>
    instances.every((each) => each.get(text)?.length === rank) ? Array.from({ length: Math.max(0, rank - width + 1) }, (_, axis) => ({ text, axis, rank })) : []);
}

function single(values: readonly number[], instances: readonly Readable[]): string | undefined {
  const one = places(instances, 1).find(({ text, axis }) => instances.every((each, i) => each.get(text)![axis] === values[i]));
  if (one) return `sizeAlong(${one.text}, ${one.axis})`;
  const two = places(instances, 2).find(({ text, axis }) => instances.every((each, i) => each.get(text)![axis] * each.get(text)![axis + 1] === values[i]));
  return two && `sizeAlong(${two.text}, ${two.axis}, ${two.axis + 1})`;
}

function several(lists: readonly (readonly number[])[], instances: readonly Readable[]): string | undefined {
  const [{ length }] = lists;
  if (lists.some((list) => list.length !== length)) return undefined;
  const found = places(instances, length).find(({ text, axis }) => instances.every((each, i) => lists[i].every((value, at) => each.get(text)![axis + at] === value)));
  return found && `${found.text}.shape.slice(${found.axis}${found.axis + length === found.rank ? "" : `, ${found.axis + length}`})`;
}
