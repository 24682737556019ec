/**
 * A reshape as it reads best: axes of 1 that come or go are named by their place, and the batch is left to tfjs to count. What is not written does not differ
 * between instances of a block, nor between graphs with a batch that is fixed and one that is free.
 */
import { scoped } from "../form.ts";
import { constantValue, type Size } from "../../../compiler/dims/index.ts";

const isOne = (size: Size): boolean => constantValue(size) === 1;

/** The axes of 1 that are in `longer` and not in `shorter`, if the two agree otherwise: the first axis is the batch, of others those to the left are additional. */
function additional(shorter: readonly Size[], longer: readonly Size[]): readonly number[] | undefined {
  const first = shorter.length > 0 && shorter[0] === longer[0] ? 1 : 0;
  const found: number[] = [];
  let at = shorter.length - 1;
  for (let axis = longer.length - 1; axis >= first; axis--) {
    if (at >= first && shorter[at] === longer[axis]) at--;
    else if (isOne(longer[axis])) found.unshift(axis);
    else return undefined;
  }
  return at < first ? found : undefined;
}

/** How many sizes two shapes have in common at their beginning. */
function commonAt(a: readonly Size[], b: readonly Size[]): number {
  const end = a.findIndex((size, axis) => size !== b[axis]);
  return end < 0 ? a.length : end;
}

/** The last axis as several, or the last ones as one: what stays before them is not written. Undefined for other reshapes. */
function lastText(x: string, from: readonly Size[], to: readonly Size[], { size, library }: ReshapeContext): string | undefined {
  const common = commonAt(from, to);
  if (common === 0) return undefined;
  if (common === from.length - 1 && to.length > from.length) return `${library("splitLast")}(${x}, [${to.slice(common).map((_, axis) => (axis === 0 ? "-1" : size(common + axis))).join(", ")}])`;
  return common === to.length - 1 && to.length < from.length ? `${library("joinLast")}(${x}, ${from.length - common})` : undefined;
}

export interface ReshapeContext {
  /** A size of the result as text, by its axis. */
  readonly size: (axis: number) => string;
  readonly library: (name: "splitLast" | "joinLast") => string;
}

export function reshapeText(x: string, from: readonly Size[], to: readonly Size[], context: ReshapeContext): string {
  const came = to.length > from.length ? additional(from, to) : undefined;
  if (came?.length === 1) return `tf.expandDims(${x}, ${came[0]})`;
  if (came?.length === 2) return scoped(`tf.expandDims(tf.expandDims(${x}, ${came[0]}), ${came[1]})`);
  const went = to.length < from.length ? additional(to, from) : undefined;
  if (went) return `tf.squeeze(${x}, [${went.join(", ")}])`;
  const last = lastText(x, from, to, context);
  if (last) return last;
  const whole = to.findIndex((size) => !isOne(size));
  const counted = to.length > 1 && from[0] === to[0] ? 0 : to.filter((size) => !isOne(size)).length === 1 ? whole : -1;
  return `tf.reshape(${x}, [${to.map((_, axis) => (axis === counted ? "-1" : context.size(axis))).join(", ")}])`;
}
