/**
 * Conventions of cost: `macs` are the multiply-accumulates of `dot` and `conv` and of nothing else; `other` is all other arithmetic, one for each
 * addition, comparison, or elementary function of an element. Moving, choosing and making data costs no arithmetic.
 */
import { constant, multiply } from "../dims/index.ts";
import type { Size } from "../dims/index.ts";
import type { ValueType } from "../ir/graph.ts";
import type { OperationCost } from "./operator.ts";
import { elementCount } from "./typing.ts";

const zero = constant(0);

/** Data movement, sources, and what costs nothing. */
export const free = (): OperationCost => ({ macs: zero, other: zero });

/** So many operations for each element of the result. */
export const perResult =
  (operations: number) =>
  (_operands: readonly ValueType[], _attributes: unknown, result: ValueType): OperationCost => ({
    macs: zero,
    other: multiply(elementCount(result.shape), operations),
  });

/** So many operations for each element of the first operand. */
export const perOperand =
  (operations: number) =>
  (operands: readonly ValueType[]): OperationCost => ({ macs: zero, other: multiply(elementCount(operands[0].shape), operations) });

export const macs = (count: Size): OperationCost => ({ macs: count, other: zero });
export const other = (count: Size): OperationCost => ({ macs: zero, other: count });
