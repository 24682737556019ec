/** The door to the evaluator for the rooms that it uses itself: the session carries it, so that imports stay acyclic. */
import type { Expression } from "../../grammar/ast.ts";
import type { Scope } from "./scope.ts";
import type { Value } from "./values.ts";

export function evaluate(scope: Scope, tree: Expression): Value {
  const value = scope.frame.session.evaluate(scope, tree);
  scope.frame.session.record?.(tree, value, scope);
  return value;
}
