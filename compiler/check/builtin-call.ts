/** What every operator that a program calls is given: its arguments, sorted. */
import type { Argument, AxisArgument, Call, Expression } from "../../grammar/ast.ts";
import type { Scope } from "./scope.ts";

/** The arguments of a call to an operator, sorted and checked for names and number; inputs are not evaluated yet. */
export interface BuiltinCall {
  readonly scope: Scope;
  readonly name: string;
  readonly tree: Call;
  readonly inputs: readonly Argument[];
  readonly options: ReadonlyMap<string, Argument>;
}

export function isExpression(value: AxisArgument): value is Expression {
  return value.kind !== "SizedName" && value.kind !== "Spread";
}
