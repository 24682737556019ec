/**
 * The vocabulary of shape rules: accept with obligations, or refuse with a reason. Rules are total: whatever they are given, they answer.
 * Sizes that are the same object are equal; all other equalities are left as obligations for whoever has the facts.
 */
import { add, constantValue, multiply } from "../dims/index.ts";
import type { Size } from "../dims/index.ts";
import type { Dtype, ValueType } from "../ir/graph.ts";
import type { Obligation, TypeResult } from "./operator.ts";

export const refused = (reason: string): TypeResult => ({ refused: reason });

export const accepted = (dtype: Dtype, shape: readonly Size[], axes: readonly string[], obligations: readonly Obligation[] = []): TypeResult => ({
  type: { dtype, shape, axes },
  obligations,
});

export const isFloat = (dtype: Dtype): boolean => dtype !== "i32" && dtype !== "bool";

/** The number of elements of a shape. */
export const elementCount = (shape: readonly Size[]): Size => multiply(...shape);

export const unnamed = (rank: number): readonly string[] => new Array<string>(rank).fill("");

/** left == right, as an obligation unless it is plain. */
export const equalSizes = (left: Size, right: Size, rule: string): readonly Obligation[] =>
  left === right ? [] : [{ kind: "equal", left, right, rule }];

/** left >= right, as an obligation unless both are constants for which it holds. */
export function atLeast(left: Size, right: Size, rule: string): readonly Obligation[] {
  if (left === right) return [];
  const [a, b] = [constantValue(left), constantValue(right)];
  return a !== undefined && b !== undefined && a >= b ? [] : [{ kind: "at_least", left, right, rule }];
}

/** The number of operands, as a refusal when it is wrong. */
export function wrongCount(operands: readonly ValueType[], count: number): TypeResult | undefined {
  return operands.length === count ? undefined : refused(`needs ${count} operand${count === 1 ? "" : "s"}, has ${operands.length}`);
}

export const isAxis = (axis: number, rank: number): boolean => Number.isInteger(axis) && axis >= 0 && axis < rank;

/** Whether the axes are distinct and exist. */
export const areAxes = (axes: readonly number[], rank: number): boolean =>
  axes.every((axis) => isAxis(axis, rank)) && new Set(axes).size === axes.length;

/** Whether the sizes of two shapes agree everywhere but along `except`; undefined when the ranks differ. */
export function sameShape(a: ValueType, b: ValueType, rule: string, except = -1): readonly Obligation[] | undefined {
  if (a.shape.length !== b.shape.length) return undefined;
  return a.shape.flatMap((size, axis) => (axis === except ? [] : equalSizes(size, b.shape[axis], rule)));
}

/** Axis names of operands of one shape: the first name that an operand gives to each axis. */
export function mergedAxes(operands: readonly ValueType[]): readonly string[] {
  return operands[0].axes.map((name, axis) => name || operands.find((operand) => operand.axes[axis])?.axes[axis] || "");
}

/** Operands of one shape give a result of that shape. */
export function elementwise(operands: readonly ValueType[], dtype: Dtype): TypeResult {
  const obligations: Obligation[] = [];
  for (const operand of operands.slice(1)) {
    const same = sameShape(operands[0], operand, "operands have the same shape");
    if (same === undefined) return refused(`operands have ranks ${operands.map((each) => each.shape.length).join(" and ")}`);
    obligations.push(...same);
  }
  return accepted(dtype, operands[0].shape, mergedAxes(operands), obligations);
}

/** One operand of a float type; the result is like it. */
export function floatLike(operands: readonly ValueType[]): TypeResult {
  const wrong = wrongCount(operands, 1);
  if (wrong) return wrong;
  return isFloat(operands[0].dtype) ? elementwise(operands, operands[0].dtype) : refused(`needs a float operand, has ${operands[0].dtype}`);
}

/** One operand of a number type (float or i32); the result is like it. */
export function numberLike(operands: readonly ValueType[]): TypeResult {
  const wrong = wrongCount(operands, 1);
  if (wrong) return wrong;
  return operands[0].dtype === "bool" ? refused("needs numbers, has bool") : elementwise(operands, operands[0].dtype);
}

/** A shape without some axes. */
export const without = <Item>(items: readonly Item[], axes: readonly number[]): readonly Item[] => items.filter((_, axis) => !axes.includes(axis));

/** A list with one item replaced. */
export const replaced = <Item>(items: readonly Item[], at: number, item: Item): readonly Item[] =>
  items.map((each, index) => (index === at ? item : each));

/** start, start + 1, …, stop - 1. */
export const range = (start: number, stop: number): readonly number[] => Array.from({ length: Math.max(stop - start, 0) }, (_, i) => start + i);

export const sum = (sizes: readonly Size[]): Size => add(...sizes);

/** How many elements a reduction over some axes joins. */
export const countAlong = (type: ValueType, axes: readonly number[]): Size => multiply(...axes.map((axis) => type.shape[axis]));
