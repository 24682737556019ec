/**
 * What the layers of a statement are called. A single fresh layer in a binding has the binding's path; several in one expression add the
 * block's name in snake case. Arms of `if` and `match` are counted apart, because only one of them exists. Purely syntactic, so a path
 * depends on its own statement and on nothing else.
 */
import type { AxisArgument, Call, Expression } from "../../grammar/ast.ts";

/** The suffix of each application's path ("" for none) and the calls whose path another one has already. */
export interface LayerNames {
  readonly suffixes: ReadonlyMap<Call, string>;
  readonly clashes: readonly { readonly call: Call; readonly suffix: string }[];
}

const cache = new WeakMap<Expression, Map<boolean, LayerNames>>();

/** `bound` is false for `return` and for `= expression` bodies, which have no binding to give its name. */
export function layerNames(expression: Expression, bound: boolean): LayerNames {
  let entry = cache.get(expression);
  if (!entry) cache.set(expression, (entry = new Map()));
  let names = entry.get(bound);
  if (!names) entry.set(bound, (names = computeNames(expression, bound)));
  return names;
}

export function snakeCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .toLowerCase();
}

export function isCapital(name: string): boolean {
  return /^[A-Z]/.test(name);
}

function computeNames(expression: Expression, bound: boolean): LayerNames {
  const suffixes = new Map<Call, string>();
  const clashes: { call: Call; suffix: string }[] = [];
  // The applications on each way through the expression, one way per combination of arms, merged: `way` lists calls that exist together.
  const visit = (part: Expression | AxisArgument, way: Call[]): void => {
    switch (part.kind) {
      case "If": {
        visit(part.condition, way);
        branch([part.then, part.else], way);
        return;
      }
      case "Match": {
        visit(part.subject, way);
        branch(part.arms.flatMap((arm) => (arm.body.kind === "Body" ? [] : [arm.body])), way);
        return;
      }
      case "Call": {
        for (const argument of part.arguments) visit(argument.value, way);
        if (part.callee.kind === "Name" && isCapital(part.callee.text)) way.push(part);
        else visit(part.callee, way);
        return;
      }
      default:
        for (const child of expressionChildren(part)) visit(child, way);
    }
  };
  const ways: Call[][] = [];
  const branch = (arms: readonly Expression[], way: Call[]): void => {
    const added: Call[] = [];
    for (const arm of arms) {
      const own = [...way];
      visit(arm, own);
      ways.push(own);
      const fresh = own.slice(way.length);
      if (fresh.length > added.length) added.splice(0, added.length, ...fresh);
    }
    way.push(...added);
  };
  const main: Call[] = [];
  visit(expression, main);
  ways.push(main);
  const alone = bound && ways.every((way) => way.length <= 1);
  for (const way of ways) {
    const taken = new Map<string, Call>();
    for (const call of way) {
      const suffix = alone ? "" : snakeCase(call.callee.kind === "Name" ? call.callee.text : "");
      suffixes.set(call, suffix);
      const other = taken.get(suffix);
      if (other && other !== call && !clashes.some((clash) => clash.call === call)) clashes.push({ call, suffix });
      taken.set(suffix, call);
    }
  }
  return { suffixes, clashes };
}

function expressionChildren(part: Expression | AxisArgument): readonly (Expression | AxisArgument)[] {
  switch (part.kind) {
    case "Unary":
      return [part.operand];
    case "Binary":
      return [part.left, part.right];
    case "Range":
      return [...(part.from ? [part.from] : []), ...(part.to ? [part.to] : [])];
    case "Member":
      return [part.object];
    case "Index":
      return [part.object, ...part.indexes];
    case "Record":
      return part.fields.map((field) => field.value);
    case "List":
      return part.elements;
    case "Table":
      return [part.element];
    case "Rearrange":
      return [part.value, ...part.options.map((option) => option.value)];
    case "Contraction":
      return [...part.operands.map((operand) => operand.value), ...part.options.map((option) => option.value)];
    case "SizedName":
      return [part.size];
    case "If":
    case "Match":
    case "Call":
    case "IntegerLiteral":
    case "FloatLiteral":
    case "BooleanLiteral":
    case "Name":
    case "Spread":
    case "MissingExpression":
      return [];
  }
}
