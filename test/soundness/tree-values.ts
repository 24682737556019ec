/**
 * What sizes and facts of a signature come to at numbers, and how they read in other names: by the tree alone, without the compiler's evaluator and
 * solver, so that the two can disagree.
 */
import type { Expression } from "../../grammar/ast.ts";

export type Scalar = number | boolean | string;
export type Lookup = (name: string) => Scalar | undefined;

/** Undefined where a name has no value, or an exact division is not exact. `axis` is set for one part of `int[Y, X]`. */
export function valueAt(tree: Expression, lookup: Lookup, axis?: string): Scalar | undefined {
  switch (tree.kind) {
    case "IntegerLiteral":
    case "FloatLiteral":
    case "BooleanLiteral":
      return tree.value;
    case "Name":
      return lookup(tree.text) ?? (axis === undefined ? undefined : lookup(`${tree.text}.${axis}`));
    case "Member":
      return tree.object.kind === "Name" ? lookup(`${tree.object.text}.${tree.name.text}`) : undefined;
    case "Unary": {
      const value = valueAt(tree.operand, lookup, axis);
      if (tree.operator === "not") return typeof value === "boolean" ? !value : undefined;
      return typeof value === "number" ? -value : undefined;
    }
    case "Binary":
      return binary(tree, lookup, axis);
    case "If": {
      const condition = valueAt(tree.condition, lookup, axis);
      return condition === undefined ? undefined : valueAt(condition === true ? tree.then : tree.else, lookup, axis);
    }
    case "Call":
      return call(tree, lookup, axis);
    default:
      return undefined;
  }
}

function binary(tree: Extract<Expression, { kind: "Binary" }>, lookup: Lookup, axis?: string): Scalar | undefined {
  const left = valueAt(tree.left, lookup, axis);
  if (tree.operator === "and" && left === false) return false;
  if (tree.operator === "or" && left === true) return true;
  const right = valueAt(tree.right, lookup, axis);
  if (tree.operator === "and" || tree.operator === "or") return typeof left === "boolean" && typeof right === "boolean" ? right : undefined;
  if (left === undefined || right === undefined) return undefined;
  if (tree.operator === "==") return left === right;
  if (tree.operator === "!=") return left !== right;
  if (typeof left !== "number" || typeof right !== "number") return undefined;
  const [x, y] = [left, right];
  switch (tree.operator) {
    case "+":
      return x + y;
    case "-":
      return x - y;
    case "*":
      return x * y;
    case "/":
      return Number.isInteger(x / y) ? x / y : undefined;
    case "%":
      return y > 0 ? x - y * Math.floor(x / y) : undefined;
    case "^":
      return x ** y;
    case "<":
      return x < y;
    case "<=":
      return x <= y;
    case ">":
      return x > y;
    case ">=":
      return x >= y;
  }
}

function call(tree: Extract<Expression, { kind: "Call" }>, lookup: Lookup, axis?: string): Scalar | undefined {
  const name = tree.callee.kind === "Name" ? tree.callee.text : "";
  const [first, second] = tree.arguments.flatMap(({ value }) => (value.kind === "SizedName" || value.kind === "Spread" ? [] : [value]));
  if ((name === "floor" || name === "ceil") && first?.kind === "Binary" && first.operator === "/") {
    const [x, y] = [valueAt(first.left, lookup, axis), valueAt(first.right, lookup, axis)];
    if (typeof x !== "number" || typeof y !== "number" || y < 1) return undefined;
    return name === "floor" ? Math.floor(x / y) : Math.ceil(x / y);
  }
  const [x, y] = [first && valueAt(first, lookup, axis), second && valueAt(second, lookup, axis)];
  if (typeof x !== "number" || typeof y !== "number") return undefined;
  return name === "max" ? Math.max(x, y) : name === "min" ? Math.min(x, y) : undefined;
}

/** The names that a size or fact speaks of; `kernel.Y` is one name. */
export function namesIn(tree: Expression): readonly string[] {
  switch (tree.kind) {
    case "Name":
      return [tree.text];
    case "Member":
      return tree.object.kind === "Name" ? [`${tree.object.text}.${tree.name.text}`] : [];
    case "Unary":
      return namesIn(tree.operand);
    case "Binary":
      return [...namesIn(tree.left), ...namesIn(tree.right)];
    case "If":
      return [tree.condition, tree.then, tree.else].flatMap(namesIn);
    case "Call":
      return tree.arguments.flatMap(({ value }) => (value.kind === "SizedName" || value.kind === "Spread" ? [] : namesIn(value)));
    default:
      return [];
  }
}

/** The same with other texts for the names; undefined where one has none. */
export function written(tree: Expression, text: (name: string) => string | undefined, axis?: string): string | undefined {
  const part = (each: Expression): string | undefined => written(each, text, axis);
  switch (tree.kind) {
    case "IntegerLiteral":
    case "FloatLiteral":
      return tree.text;
    case "BooleanLiteral":
      return String(tree.value);
    case "Name": {
      const own = text(tree.text) ?? (axis === undefined ? undefined : text(`${tree.text}.${axis}`));
      return own === undefined ? undefined : /^[\w.]+$/.test(own) ? own : `(${own})`;
    }
    case "Member": {
      const own = tree.object.kind === "Name" ? text(`${tree.object.text}.${tree.name.text}`) : undefined;
      return own === undefined ? undefined : /^[\w.]+$/.test(own) ? own : `(${own})`;
    }
    case "Unary": {
      const own = part(tree.operand);
      return own && (tree.operator === "not" ? `(not ${own})` : `(-${own})`);
    }
    case "Binary": {
      const [left, right] = [part(tree.left), part(tree.right)];
      return left === undefined || right === undefined ? undefined : `(${left} ${tree.operator} ${right})`;
    }
    case "If": {
      const [condition, then, other] = [part(tree.condition), part(tree.then), part(tree.else)];
      return condition === undefined || then === undefined || other === undefined ? undefined : `(if ${condition} then ${then} else ${other})`;
    }
    case "Call": {
      const name = tree.callee.kind === "Name" ? tree.callee.text : "";
      const parts = tree.arguments.map(({ value }) => (value.kind === "SizedName" || value.kind === "Spread" ? undefined : part(value)));
      if (parts.some((each) => each === undefined)) return undefined;
      return name === "floor" || name === "ceil" ? `${name}${parts[0]!.startsWith("(") ? parts[0] : `(${parts[0]})`}` : `${name}(${parts.join(", ")})`;
    }
    default:
      return undefined;
  }
}
