/**
 * Where axes of a reshape's result come from. The axes of both sides fall into the finest groups with equal products (an axis of 1 is in none); a
 * list of result axes that covers whole groups, in order, comes from the operand axes of those groups, and is the same index into them.
 */
import { constantValue, multiply } from "../dims/index.ts";
import type { Size } from "../dims/index.ts";

interface Group {
  readonly operand: readonly number[];
  readonly result: readonly number[];
}

/** The operand axes that together are the given result axes; undefined when the reshape mixes these with others. */
export function axesBehindReshape(operand: readonly Size[], result: readonly Size[], axes: readonly number[]): readonly number[] | undefined {
  const groups = groupsOf(operand, result);
  const found: number[] = [];
  let rest = axes.filter((axis) => constantValue(result[axis]) !== 1);
  while (rest.length > 0) {
    const group = groups.find((each) => each.result[0] === rest[0]);
    if (!group || group.result.some((axis, i) => rest[i] !== axis)) return undefined;
    found.push(...group.operand);
    rest = rest.slice(group.result.length);
  }
  return found;
}

function groupsOf(operand: readonly Size[], result: readonly Size[]): readonly Group[] {
  const [left, right] = [prefixes(operand), prefixes(result)];
  const groups: Group[] = [];
  let [from, to] = [0, 0];
  left.forEach(({ product }, i) => {
    const j = right.findIndex((prefix, at) => at >= to && prefix.product === product);
    if (j < 0) return;
    groups.push({ operand: left.slice(from, i + 1).map((prefix) => prefix.axis), result: right.slice(to, j + 1).map((prefix) => prefix.axis) });
    [from, to] = [i + 1, j + 1];
  });
  return groups;
}

/** The axes that are longer than 1, each with the product of all sizes up to it. */
function prefixes(shape: readonly Size[]): readonly { readonly axis: number; readonly product: Size }[] {
  let product = multiply();
  return shape.flatMap((size, axis) => {
    if (constantValue(size) === 1) return [];
    product = multiply(product, size);
    return [{ axis, product }];
  });
}
