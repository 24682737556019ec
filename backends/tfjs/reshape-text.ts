/**
 * A reshape as it reads best: axes of 1 that come or go are named by their place, and the batch is left to tfjs to count. What is not written does not differ
 * between instances of a block, nor between graphs with a batch that is fixed and one that is free.
 */
import { constantValue, type Size } from "../../compiler/dims/index.ts";

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

/** `sizeText`: a size of the result as text, by its axis. */
export function reshapeText(x: string, from: readonly Size[], to: readonly Size[], sizeText: (axis: number) => string): string {
  const came = to.length > from.length ? additional(from, to) : undefined;
  if (came?.length === 1) return `tf.expandDims(${x}, ${came[0]})`;
  const went = to.length < from.length ? additional(to, from) : undefined;
  if (went) return `tf.squeeze(${x}, [${went.join(", ")}])`;
  const whole = to.findIndex((size) => !isOne(size));
  const counted = to.length > 1 && from[0] === to[0] ? 0 : to.filter((size) => !isOne(size)).length === 1 ? whole : -1;
  return `tf.reshape(${x}, [${to.map((_, axis) => (axis === counted ? "-1" : sizeText(axis))).join(", ")}])`;
}
