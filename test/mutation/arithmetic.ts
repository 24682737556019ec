/**
 * Sizes and facts in plain numbers, by the rules of docs/language.md and by nothing of the checker's: what a declared size is, and whether a fact
 * holds, when the names of a signature have values. Division makes fractions; a size that is not whole is none.
 */
import type { Expression } from "../../grammar/ast.ts";

/** A value of a signature: a number, a truth value, an alternative; one for each axis; a list. */
export type Value = number | boolean | string | PerAxis | readonly Value[];
export interface PerAxis {
  readonly axes: Readonly<Record<string, number>>;
}
export type Values = ReadonlyMap<string, Value>;

const isPerAxis = (value: Value): value is PerAxis => typeof value === "object" && "axes" in value;

/** The same for each axis, where either side has one value for each. */
function each(a: Value, b: Value, combine: (a: number, b: number) => number | boolean): Value | undefined {
  if (typeof a === "number" && typeof b === "number") return combine(a, b);
  const axes = isPerAxis(a) ? a.axes : isPerAxis(b) ? b.axes : undefined;
  if (!axes) return undefined;
  const results = Object.keys(axes).map((axis) => {
    const [left, right] = [isPerAxis(a) ? a.axes[axis] : a, isPerAxis(b) ? b.axes[axis] : b];
    return [axis, typeof left === "number" && typeof right === "number" ? combine(left, right) : NaN] as const;
  });
  // A comparison of all axes holds when it holds for each.
  if (results.some(([, value]) => typeof value === "boolean")) return results.every(([, value]) => value === true);
  return { axes: Object.fromEntries(results) as Record<string, number> };
}

const binary: Readonly<Record<string, (a: number, b: number) => number | boolean>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => a - b * Math.floor(a / b),
  "^": (a, b) => a ** b,
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};

const functions: Readonly<Record<string, (a: number) => number>> = { floor: Math.floor, ceil: Math.ceil, abs: Math.abs, float: (a) => a, f32: (a) => a, int: Math.trunc, sqrt: Math.sqrt };

/** The value of an expression; undefined when it has none here. */
export function valueOf(tree: Expression, values: Values): Value | undefined {
  switch (tree.kind) {
    case "IntegerLiteral":
    case "FloatLiteral":
    case "BooleanLiteral":
      return tree.value;
    case "Name":
      return values.get(tree.text);
    case "Unary": {
      const operand = valueOf(tree.operand, values);
      if (tree.operator === "not") return typeof operand === "boolean" ? !operand : undefined;
      return operand === undefined ? undefined : each(0, operand, (a, b) => a - b);
    }
    case "Binary": {
      const [left, right] = [valueOf(tree.left, values), valueOf(tree.right, values)];
      if (tree.operator === "and") return typeof left === "boolean" && typeof right === "boolean" ? left && right : undefined;
      if (tree.operator === "or") return left === true || right === true ? true : left === false && right === false ? false : undefined;
      if (left === undefined || right === undefined) return undefined;
      if (typeof left === "string" || typeof left === "boolean") return tree.operator === "==" ? left === right : tree.operator === "!=" ? left !== right : undefined;
      return each(left, right, binary[tree.operator]);
    }
    case "If": {
      const condition = valueOf(tree.condition, values);
      return typeof condition === "boolean" ? valueOf(condition ? tree.then : tree.else, values) : undefined;
    }
    case "Member": {
      const object = valueOf(tree.object, values);
      return object !== undefined && isPerAxis(object) ? object.axes[tree.name.text] : undefined;
    }
    case "Index": {
      const object = valueOf(tree.object, values);
      const [index] = tree.indexes;
      const at = index.kind === "SizedName" ? undefined : valueOf(index, values);
      return Array.isArray(object) && typeof at === "number" ? object[at] : undefined;
    }
    case "Record": {
      const fields = tree.fields.map((field) => [field.name.text, valueOf(field.value, values)] as const);
      return fields.every(([, value]) => typeof value === "number") ? { axes: Object.fromEntries(fields) as Record<string, number> } : undefined;
    }
    case "List": {
      const elements = tree.elements.map((element) => (element.kind === "SizedName" || element.kind === "Spread" ? undefined : valueOf(element, values)));
      return elements.every((element) => element !== undefined) ? (elements as readonly Value[]) : undefined;
    }
    case "Call": {
      const name = tree.callee.kind === "Name" ? tree.callee.text : "";
      const operands = tree.arguments.map(({ value }) => (value.kind === "SizedName" || value.kind === "Spread" ? undefined : valueOf(value, values)));
      if (operands.some((operand) => operand === undefined)) return undefined;
      if (functions[name] && operands.length === 1) return each(operands[0]!, 0, (a) => functions[name](a));
      if ((name === "min" || name === "max") && operands.length === 2) return each(operands[0]!, operands[1]!, name === "min" ? Math.min : Math.max);
      return undefined;
    }
    default:
      return undefined;
  }
}

/** A size: a whole number of at least 1. */
export function sizeOf(tree: Expression, values: Values): number | undefined {
  const value = valueOf(tree, values);
  return typeof value === "number" && Number.isInteger(value) && value >= 1 ? value : undefined;
}
