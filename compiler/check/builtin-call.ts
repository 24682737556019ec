/** What every operator that a program calls is given: its arguments, sorted. */
import type { Argument, AxisArgument, Call, Expression } from "../../grammar/ast.ts";
import { report, type Scope } from "./scope.ts";
import { unknown, type Value } from "./values.ts";

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

/** `f(x, out = 4)`: an axis stands where an input should; who writes it has Python's named arguments in mind. */
export function refuseAxisInput(scope: Scope, callee: string, input: Argument): Value {
  const help = input.value.kind === "SizedName" ? `an option is given with a colon: \`${input.value.name.text}: …\`` : undefined;
  report(scope, "NET0203", input.span, { wanted: "a value", found: "an axis", where: `an input of \`${callee}\``, help });
  return unknown;
}
