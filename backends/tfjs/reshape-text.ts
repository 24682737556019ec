/**
 * A reshape as it reads best: axes of 1 that come or go are named by their place, and the batch is left to tfjs to count. What is not written does not differ
 * between instances of a block, nor between graphs with a batch that is fixed and one that is free.
 */
import { constantValue, type Size } from "../../compiler/dims/index.ts";

const isOne = (size: Size): boolean => constantValue(size) === 1;

/** The axes of 1 that are in `longer` and not in `shorter`, if the two agree otherwise; of several equal ones those to the right. */
function additional(shorter: readonly Size[], longer: readonly Size[]): readonly number[] | undefined {
  const found: number[] = [];
  let at = 0;
  longer.forEach((size, axis) => {
    if (at < shorter.length && shorter[at] === size) at++;
    else if (isOne(size)) found.push(axis);
    else at = Infinity;
  });
  return at === shorter.length ? found : undefined;
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
