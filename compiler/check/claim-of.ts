/** The claim about sizes that a comparison makes, and its opposite. */
import type { BinaryOperator } from "../../grammar/ast.ts";
import { add, type Claim, type Size } from "../dims/index.ts";

export function claimOf(operator: BinaryOperator, a: Size, b: Size): Claim {
  switch (operator) {
    case "==":
      return { kind: "equal", left: a, right: b };
    case "!=":
      return { kind: "not_equal", left: a, right: b };
    case "<":
      return { kind: "at_least", left: b, right: add(a, 1) };
    case "<=":
      return { kind: "at_least", left: b, right: a };
    case ">":
      return { kind: "at_least", left: a, right: add(b, 1) };
    default:
      return { kind: "at_least", left: a, right: b };
  }
}

export const oppositeOf: { readonly [operator in "==" | "!=" | "<" | "<=" | ">" | ">="]: BinaryOperator } = { "==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<" };
