/**
 * `+ - * / % ^`, comparisons and `and or not` over every kind of value: sizes, floats, bools, alternatives, scalars of a table, tensors.
 */
import type { Binary, BinaryOperator, Expression, Unary } from "../../grammar/ast.ts";
import { textOf, type Span } from "../../grammar/source.ts";
import {
  add, ceilDivide, constant, constantValue, floorDivide, modulo, multiply, negate, showSize, subtract, type Claim, type Size,
} from "../dims/index.ts";
import type { OperatorName } from "../ir/graph.ts";
import type { SizeUse } from "../types/types.ts";
import { claimOf, oppositeOf } from "./claim-of.ts";
import { applyElementwise, applyToElements, scalarNode } from "./elementwise.ts";
import { counterexampleNote, isProved, originPlaces, require, showClaim } from "./claims.ts";
import { converted, refusal, stated } from "./remedies.ts";
import { withoutSoftmax } from "./lints/softmax.ts";
import { combined, comparedRatios } from "./ratios.ts";
import { inGraph, report, type Scope } from "./scope.ts";
import { boundedPower, isTooLarge } from "./size-limits.ts";
import { describe, unknown, type Assumption, type BoolValue, type ElementValue, type FloatValue, type IntValue, type PerAxisValue, type TensorValue, type Value } from "./values.ts";

export const noAssumption: Assumption = { claims: [], known: [] };

export function intValue(size: Size, span: Span, rule: string, from: readonly SizeUse[]): IntValue {
  if (from.length === 0) return { kind: "int", use: { size, origin: { kind: "literal", span } } };
  return { kind: "int", use: { size, origin: { kind: "made", span, rule, from } } };
}

export function evaluateBinary(scope: Scope, tree: Binary, left: Value, right: Value): Value {
  if (left.kind === "unknown" || right.kind === "unknown") return unknown;
  const { operator } = tree;
  if (operator === "and" || operator === "or") return logical(scope, tree, left, right);
  if (left.kind === "per_axis" || right.kind === "per_axis") return liftPerAxis(scope, tree, left, right, (a, b) => evaluateBinary(scope, tree, a, b));
  if (left.kind === "axis") return evaluateBinary(scope, tree, { kind: "int", use: left.axis.size }, right);
  if (right.kind === "axis") return evaluateBinary(scope, tree, left, { kind: "int", use: right.axis.size });
  if (isComparison(operator)) return compare(scope, tree, left, right);
  if (left.kind === "int" && right.kind === "int") return intArithmetic(scope, tree, left, right);
  if (isNumber(left) && isNumber(right)) return floatArithmetic(scope, tree, left, right);
  if (isScalar(left) && isScalar(right)) return elementArithmetic(scope, tree, left, right);
  if ((left.kind === "tensor" || isNumber(left)) && (right.kind === "tensor" || isNumber(right))) return tensorArithmetic(scope, tree, left, right);
  const wrong = left.kind === "tensor" || isScalar(left) ? right : left;
  report(scope, "NET0203", wrong === left ? tree.left.span : tree.right.span, { wanted: "a number or a tensor", found: describe(wrong), where: `\`${operator}\`` });
  return unknown;
}

export function isNumber(value: Value): value is IntValue | FloatValue {
  return value.kind === "int" || value.kind === "float";
}

function isScalar(value: Value): value is IntValue | FloatValue | ElementValue {
  return isNumber(value) || value.kind === "element";
}

function isComparison(operator: BinaryOperator): boolean {
  return operator === "==" || operator === "!=" || operator === "<" || operator === "<=" || operator === ">" || operator === ">=";
}

function liftPerAxis(scope: Scope, tree: Binary, left: Value, right: Value, apply: (a: Value, b: Value) => Value): Value {
  const model = (left.kind === "per_axis" ? left : right) as PerAxisValue;
  const values = new Map<string, Value>();
  for (const name of model.values.keys()) {
    const part = (value: Value): Value | undefined => (value.kind === "per_axis" ? value.values.get(name) : value);
    const [a, b] = [part(left), part(right)];
    if (!a || !b) {
      report(scope, "NET0203", tree.span, { wanted: "numbers for the same axes", found: `${describe(left)} and ${describe(right)}` });
      return unknown;
    }
    values.set(name, apply(a, b));
  }
  return { kind: "per_axis", values };
}

const words: { readonly [operator in "+" | "-" | "*"]: string } = { "+": "added here", "-": "subtracted here", "*": "multiplied here" };

function intArithmetic(scope: Scope, tree: Binary, left: IntValue, right: IntValue): Value {
  const [a, b] = [left.use.size, right.use.size];
  const from = [left.use, right.use].filter((use) => constantValue(use.size) === undefined);
  const make = (size: Size | undefined, rule: string): Value => {
    if (size && !isTooLarge(size)) return intValue(size, tree.span, rule, from);
    const text = textOf(tree.span);
    const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
    if (from.length === 0) report(scope, "NET0902", tree.span, { text: `\`${shown}\`` });
    else report(scope, "NET0318", tree.span, { reason: `\`${shown}\` is not a size that can be computed with: it has too many terms, too high a power, or a factor above 2^53` });
    return unknown;
  };
  switch (tree.operator) {
    case "+":
      return make(add(a, b), words["+"]);
    case "-":
      return make(subtract(a, b), words["-"]);
    case "*":
      return make(multiply(a, b), words["*"]);
    case "/":
      if (!divisorIsPositive(scope, b, tree.right.span, tree)) return unknown;
      requireExact(scope, a, b, tree.span, [left.use, right.use]);
      return make(floorDivide(a, b), `divided by ${showSize(b)} here`);
    case "%":
      if (!divisorIsPositive(scope, b, tree.right.span, tree)) return unknown;
      return make(modulo(a, b), `the rest modulo ${showSize(b)}`);
    case "^": {
      const [base, exponent] = [constantValue(a), constantValue(b)];
      if (exponent !== undefined && exponent >= 0 && exponent <= 64) return make(boundedPower(a, exponent), `raised to ${exponent} here`);
      if (exponent !== undefined && exponent < 0) {
        report(scope, "NET0318", tree.span, { reason: `an int to the power ${exponent} is not an int: write \`${showSize(a)}.0 ^ ${exponent}\`` });
        return unknown;
      }
      report(scope, "NET0318", tree.span, {
        reason: `the power \`${textOf(tree.span)}\` needs an exponent that is a number (0 to 64), but it is ${base === undefined ? "symbolic" : showSize(b)}`,
      });
      return unknown;
    }
    default:
      throw new Error(`netc bug: not arithmetic: ${tree.operator}`);
  }
}

function divisorIsPositive(scope: Scope, divisor: Size, span: Span, tree: Expression): boolean {
  if (constantValue(divisor) === 0) {
    report(scope, "NET0318", span, { reason: `\`${textOf(tree.span)}\` divides by zero` });
    return false;
  }
  return require(scope, { kind: "at_least", left: divisor, right: constant(1) }, span, (failure) =>
    report(scope, "NET0315", span, { what: "the divisor", size: showSize(divisor), values: "", isAxis: false }, { ...refusal(scope, failure) }),
  );
}

/** The obligation of `/` between sizes: the remainder is zero. */
export function requireExact(scope: Scope, of: Size, divisor: Size, span: Span, from: readonly SizeUse[] = []): boolean {
  const claim: Claim = { kind: "divides", divisor, of };
  return require(scope, claim, span, (failure) => {
    const note = counterexampleNote(failure);
    const example = note === undefined ? "" : `: ${note}`;
    const text = showClaim(claim);
    report(
      scope,
      "NET0305",
      span,
      { expression: textOf(span), claim: text, values: example, help: failure.kind === "sometimes" ? `add \`where ${text}\`` : undefined },
      { label: text, related: from.filter((use) => constantValue(use.size) === undefined || use.origin.kind !== "literal").flatMap((use) => originPlaces(use, "", 2)), fixes: stated(scope, failure) },
    );
  });
}

export function numberOf(value: IntValue | FloatValue): number | undefined {
  return value.kind === "float" ? value.value : constantValue(value.use.size);
}

/** A float from known numbers, or a scalar node where free sizes are involved, or unknown while a block is checked. */
export function makeFloat(
  scope: Scope,
  operands: readonly (IntValue | FloatValue)[],
  compute: (numbers: readonly number[]) => number,
  operator: OperatorName,
  span: Span,
): FloatValue {
  const numbers = operands.map(numberOf);
  if (numbers.every((number) => number !== undefined)) return { kind: "float", value: compute(numbers as number[]) };
  const node = inGraph(scope, span, (build) => build.make(operator, operands.map((operand) => scalarNode(build, operand, "f32")), {} as never, []));
  return { kind: "float", node };
}

function floatArithmetic(scope: Scope, tree: Binary, left: IntValue | FloatValue, right: IntValue | FloatValue): Value {
  const two = (compute: (a: number, b: number) => number, operator: OperatorName): FloatValue =>
    withRatio(makeFloat(scope, [left, right], ([a, b]) => compute(a, b), operator, tree.span));
  const withRatio = (value: FloatValue): FloatValue => {
    const ratio = value.value === undefined ? combined(tree.operator, left, right) : undefined;
    return ratio ? { ...value, ratio } : value;
  };
  switch (tree.operator) {
    case "+":
      return two((a, b) => a + b, "add");
    case "-":
      return two((a, b) => a - b, "sub");
    case "*":
      return two((a, b) => a * b, "mul");
    case "/":
      return two((a, b) => a / b, "div");
    case "%":
      return two((a, b) => a - b * Math.floor(a / b), "rem");
    case "^":
      return two((a, b) => a ** b, "pow");
    default:
      throw new Error(`netc bug: not arithmetic: ${tree.operator}`);
  }
}

const operatorNames: { readonly [operator in "+" | "-" | "*" | "/" | "%" | "^"]: OperatorName } = {
  "+": "add", "-": "sub", "*": "mul", "/": "div", "%": "rem", "^": "pow",
};

function elementArithmetic(scope: Scope, tree: Binary, left: IntValue | FloatValue | ElementValue, right: IntValue | FloatValue | ElementValue): Value {
  const operator = tree.operator as keyof typeof operatorNames;
  const [truth, place] = left.kind === "element" && left.scalar === "bool" ? [left, tree.left] : [right, tree.right];
  if (truth.kind === "element" && truth.scalar === "bool") {
    report(scope, "NET0203", place.span, { wanted: "numbers", found: describe(truth), where: `\`${operator}\``, help: "convert with `f32(…)`, or choose with `if … then 1.0 else 0.0`" });
    return unknown;
  }
  const isInt = (value: IntValue | FloatValue | ElementValue): boolean => value.kind === "int" || (value.kind === "element" && value.scalar === "int");
  const whole = isInt(left) && isInt(right);
  if (whole && operator === "/") {
    report(scope, "NET0305", tree.span, {
      expression: textOf(tree.span), claim: "the remainder is 0", values: " of the table's index",
      help: "write `floor(a / b)`, or make one side a float: `2.0 * i / n`",
    });
    return unknown;
  }
  const element = applyToElements(scope, operatorNames[operator], [left, right], whole ? "int" : "float", whole ? "i32" : "f32", tree.span);
  const exact = whole ? exactInt(scope, operator, left, right) : undefined;
  return exact ? { ...element, exact } : element;
}

/** The whole number that an int of a table is, as a formula in the indices, where it is a polynomial with rests. */
function exactInt(scope: Scope, operator: keyof typeof operatorNames, left: IntValue | FloatValue | ElementValue, right: IntValue | FloatValue | ElementValue): Size | undefined {
  const sizeOf = (value: IntValue | FloatValue | ElementValue): Size | undefined => (value.kind === "int" ? value.use.size : value.kind === "element" ? value.exact : undefined);
  const [a, b] = [sizeOf(left), sizeOf(right)];
  if (!a || !b) return undefined;
  switch (operator) {
    case "+":
      return add(a, b);
    case "-":
      return subtract(a, b);
    case "*":
      return multiply(a, b);
    case "%":
      return isProved(scope, { kind: "at_least", left: b, right: constant(1) }) ? modulo(a, b) : undefined;
    default:
      return undefined;
  }
}

function tensorArithmetic(scope: Scope, tree: Binary, left: Value, right: Value): Value {
  const a = left as TensorValue | IntValue | FloatValue;
  const b = right as TensorValue | IntValue | FloatValue;
  const dtype = commonDtype(scope, tree.operator, a, b, tree);
  if (!dtype) return unknown;
  if (dtype === "bool" || (dtype === "i32" && (tree.operator === "/" || tree.operator === "^"))) {
    report(scope, "NET0203", tree.span, { wanted: "f32 tensors", found: `${describe(a)} and ${describe(b)}`, where: `\`${tree.operator}\`` });
    return unknown;
  }
  // Weights that meet another tensor sum to 1 no more, or over something else.
  const alone = (value: TensorValue): TensorValue => (a.kind === "tensor" && b.kind === "tensor" ? { ...value, type: { ...value.type, axes: value.type.axes.map(withoutSoftmax) } } : value);
  const operands = [{ value: a, span: tree.left.span }, { value: b, span: tree.right.span }];
  const result = applyElementwise(scope, operatorNames[tree.operator as keyof typeof operatorNames], tree.operator, operands, undefined, tree.span);
  return result ? alone(result) : unknown;
}

function commonDtype(scope: Scope, operator: string, a: TensorValue | IntValue | FloatValue, b: TensorValue | IntValue | FloatValue, tree: Binary): string | undefined {
  const dtypes = [a, b].map((value) => (value.kind === "tensor" ? value.type.dtype : undefined));
  const [left, right] = dtypes;
  if (left && right && left !== right) {
    report(scope, "NET0313", tree.right.span, { operator, left, right }, {
      label: describe(b), related: [{ span: tree.left.span, message: describe(a) }], fixes: [...converted(tree.right.span, left), ...converted(tree.left.span, right)],
    });
    return undefined;
  }
  const dtype = left ?? right!;
  const scalar = a.kind === "tensor" ? b : a;
  if ((dtype === "i32" && scalar.kind === "float") || (dtype === "bool" && scalar.kind !== "tensor")) {
    report(scope, "NET0313", (scalar === a ? tree.left : tree.right).span, { operator, left: left ?? describe(a), right: right ?? describe(b) });
    return undefined;
  }
  return dtype;
}

// ------------------------------------------------------------------------------------------------------------------- comparisons

function compare(scope: Scope, tree: Binary, left: Value, right: Value): Value {
  const { operator } = tree;
  if (left.kind === "int" && right.kind === "int") return compareInts(operator, left.use.size, right.use.size);
  if (isNumber(left) && isNumber(right)) {
    const [a, b] = [numberOf(left), numberOf(right)];
    return a === undefined || b === undefined ? compareRatios(scope, operator, left, right) : { kind: "bool", value: holds(operator, a, b) };
  }
  if (left.kind === "bool" && right.kind === "bool" && (operator === "==" || operator === "!=")) {
    if (left.value === undefined || right.value === undefined) return { kind: "bool" };
    return { kind: "bool", value: (left.value === right.value) === (operator === "==") };
  }
  if (isScalar(left) && isScalar(right)) {
    const whole = [left, right].every((value) => value.kind === "int" || (value.kind === "element" && value.scalar === "int"));
    const compared = comparison(operator, left, right, (name, operands) => applyToElements(scope, name, operands, "bool", whole ? "i32" : "f32", tree.span), (value) =>
      applyToElements(scope, "not", [value], "bool", "bool", tree.span),
    );
    const sizeOf = (value: Value): Size | undefined => (value.kind === "int" ? value.use.size : value.kind === "element" ? value.exact : undefined);
    const [a, b] = [sizeOf(left), sizeOf(right)];
    if (!a || !b) return compared;
    const { whenTrue, whenFalse } = compareInts(operator, a, b);
    return { ...compared, whenTrue, whenFalse };
  }
  if ((left.kind === "tensor" || isNumber(left)) && (right.kind === "tensor" || isNumber(right))) {
    if (!commonDtype(scope, operator, left, right, tree)) return unknown;
    const operands = { [0]: { value: left, span: tree.left.span }, [1]: { value: right, span: tree.right.span } };
    return comparison<TensorValue | IntValue | FloatValue, Value>(
      operator,
      left,
      right,
      (name, pair) => applyElementwise(scope, name, operator, pair[0] === left ? [operands[0], operands[1]] : [operands[1], operands[0]], "bool", tree.span) ?? unknown,
      (value) => (value.kind === "tensor" ? (applyElementwise(scope, "not", operator, [{ value, span: tree.span }], "bool", tree.span) ?? unknown) : value),
    );
  }
  if (left.kind === "choice" || right.kind === "choice") {
    report(scope, "NET0203", tree.span, { wanted: "numbers or tensors", found: "an alternative", where: `\`${operator}\``, help: "alternatives are told apart with `match`" });
    return unknown;
  }
  report(scope, "NET0203", tree.span, { wanted: "two numbers or tensors", found: `${describe(left)} and ${describe(right)}`, where: `\`${operator}\`` });
  return unknown;
}

/** Floats that are quotients of sizes are compared as sizes, where their denominators are proved to be positive. */
function compareRatios(scope: Scope, operator: BinaryOperator, left: IntValue | FloatValue, right: IntValue | FloatValue): BoolValue {
  const said = comparedRatios(operator, left, right);
  if (!said || !said.needs.every((size) => isProved(scope, { kind: "at_least", left: size, right: constant(1) }))) return { kind: "bool" };
  const opposite = comparedRatios(oppositeOf[operator as keyof typeof oppositeOf], left, right)!;
  return { kind: "bool", whenTrue: { claims: [said.claim], known: [] }, whenFalse: { claims: [opposite.claim], known: [] } };
}

function comparison<In, Out>(operator: BinaryOperator, left: In, right: In, apply: (name: OperatorName, operands: readonly [In, In]) => Out, invert: (value: Out) => Out): Out {
  switch (operator) {
    case "<":
      return apply("less", [left, right]);
    case "<=":
      return apply("less_equal", [left, right]);
    case ">":
      return apply("less", [right, left]);
    case ">=":
      return apply("less_equal", [right, left]);
    case "==":
      return apply("equal", [left, right]);
    default:
      return invert(apply("equal", [left, right]));
  }
}

function holds(operator: BinaryOperator, a: number, b: number): boolean {
  switch (operator) {
    case "==":
      return a === b;
    case "!=":
      return a !== b;
    case "<":
      return a < b;
    case "<=":
      return a <= b;
    case ">":
      return a > b;
    default:
      return a >= b;
  }
}

function compareInts(operator: BinaryOperator, a: Size, b: Size): BoolValue {
  const difference = constantValue(subtract(a, b));
  const value = difference === undefined ? undefined : holds(operator, difference, 0);
  return {
    kind: "bool",
    value,
    whenTrue: { claims: [claimOf(operator, a, b)], known: [] },
    whenFalse: { claims: [claimOf(oppositeOf[operator as keyof typeof oppositeOf], a, b)], known: [] },
  };
}

// ------------------------------------------------------------------------------------------------------------------- logic

function join(a: Assumption | undefined, b: Assumption | undefined): Assumption {
  return { claims: [...(a?.claims ?? []), ...(b?.claims ?? [])], known: [...(a?.known ?? []), ...(b?.known ?? [])] };
}

function logical(scope: Scope, tree: Binary, left: Value, right: Value): Value {
  const conjunction = tree.operator === "and";
  if (left.kind === "bool" && right.kind === "bool") {
    const decided = [left, right].find((side) => side.value === !conjunction);
    const value = decided ? !conjunction : left.value !== undefined && right.value !== undefined ? conjunction : undefined;
    return conjunction
      ? { kind: "bool", value, whenTrue: join(left.whenTrue, right.whenTrue) }
      : { kind: "bool", value, whenFalse: join(left.whenFalse, right.whenFalse) };
  }
  const [plain, scalar] = left.kind === "bool" ? [left, right] : [right, left];
  if (plain.kind === "bool" && scalar.kind === "element" && scalar.scalar === "bool") return liftedLogic(scope, tree, plain, scalar);
  const scalars = [left, right].every((value) => value.kind === "element");
  if (scalars) return applyToElements(scope, conjunction ? "and" : "or", [left as ElementValue, right as ElementValue], "bool", "bool", tree.span);
  if (left.kind === "tensor" && right.kind === "tensor" && left.type.dtype === "bool" && right.type.dtype === "bool") {
    return applyElementwise(scope, conjunction ? "and" : "or", tree.operator, [{ value: left, span: tree.left.span }, { value: right, span: tree.right.span }], "bool", tree.span) ?? unknown;
  }
  const wrong = left.kind === "bool" || (left.kind === "tensor" && left.type.dtype === "bool") ? right : left;
  report(scope, "NET0203", (wrong === left ? tree.left : tree.right).span, { wanted: "bools", found: describe(wrong), where: `\`${tree.operator}\`` });
  return unknown;
}

/** `both and i > 1` in a table: the compile-time side decides, or leaves it to the elements. */
function liftedLogic(scope: Scope, tree: Binary, plain: BoolValue, scalar: ElementValue): Value {
  const conjunction = tree.operator === "and";
  if (plain.value === conjunction) return scalar;
  const decided = inGraph(scope, tree.span, (build) => build.broadcast(build.constant(conjunction ? 0 : 1, "bool"), scalar.axes.map((axis) => scalar.table.sizes[axis]), [], scalar.axes.map((axis) => scalar.table.names[axis])));
  return { ...scalar, node: decided };
}

export function evaluateUnary(scope: Scope, tree: Unary, operand: Value): Value {
  if (operand.kind === "unknown") return unknown;
  if (tree.operator === "not") {
    if (operand.kind === "bool") {
      return { kind: "bool", value: operand.value === undefined ? undefined : !operand.value, whenTrue: operand.whenFalse, whenFalse: operand.whenTrue };
    }
    if (operand.kind === "element") return applyToElements(scope, "not", [operand], "bool", "bool", tree.span);
    if (operand.kind === "tensor" && operand.type.dtype === "bool") return applyElementwise(scope, "not", "not", [{ value: operand, span: tree.operand.span }], "bool", tree.span) ?? unknown;
    report(scope, "NET0203", tree.operand.span, { wanted: "a bool", found: describe(operand), where: "`not`" });
    return unknown;
  }
  switch (operand.kind) {
    case "int":
      return intValue(negate(operand.use.size), tree.span, "negated here", constantValue(operand.use.size) === undefined ? [operand.use] : []);
    case "axis":
      return evaluateUnary(scope, tree, { kind: "int", use: operand.axis.size });
    case "float":
      return makeFloat(scope, [operand], ([a]) => -a, "neg", tree.span);
    case "per_axis":
      return { kind: "per_axis", values: new Map([...operand.values].map(([name, value]) => [name, evaluateUnary(scope, tree, value)])) };
    case "element":
      return { ...applyToElements(scope, "neg", [operand], operand.scalar, operand.scalar === "int" ? "i32" : "f32", tree.span), ...(operand.exact ? { exact: negate(operand.exact) } : {}) };
    case "tensor":
      if (operand.type.dtype !== "bool") return applyElementwise(scope, "neg", "-", [{ value: operand, span: tree.operand.span }], undefined, tree.span) ?? unknown;
  }
  report(scope, "NET0203", tree.operand.span, { wanted: "a number or a tensor", found: describe(operand), where: "`-`" });
  return unknown;
}

// ------------------------------------------------------------------------------------------------------------------- floor and ceil

/** `floor(a / b)` and `ceil(a / b)`: the two places where a quotient of sizes may be inexact. */
export function roundedQuotient(scope: Scope, rounding: "floor" | "ceil", quotient: Binary, left: Value, right: Value): Value | undefined {
  if (left.kind === "per_axis" || right.kind === "per_axis") {
    return liftPerAxis(scope, quotient, left, right, (a, b) => roundedQuotient(scope, rounding, quotient, a, b) ?? unknown);
  }
  if (left.kind === "axis") return roundedQuotient(scope, rounding, quotient, { kind: "int", use: left.axis.size }, right);
  if (right.kind === "axis") return roundedQuotient(scope, rounding, quotient, left, { kind: "int", use: right.axis.size });
  if (left.kind === "int" && right.kind === "int") {
    const [a, b] = [left.use.size, right.use.size];
    if (!divisorIsPositive(scope, b, quotient.right.span, quotient)) return unknown;
    const from = [left.use, right.use].filter((use) => constantValue(use.size) === undefined);
    const size = rounding === "floor" ? floorDivide(a, b) : ceilDivide(a, b);
    return intValue(size, quotient.span, `divided by ${showSize(b)} and rounded ${rounding === "floor" ? "down" : "up"}`, from);
  }
  const isWhole = (value: Value): boolean => value.kind === "int" || (value.kind === "element" && value.scalar === "int");
  if (isWhole(left) && isWhole(right)) {
    const divided = applyToElements(scope, "div", [left as IntValue | ElementValue, right as IntValue | ElementValue], "float", "f32", quotient.span);
    const rounded = roundElement(scope, rounding, divided, quotient.span);
    const sizeOf = (value: Value): Size | undefined => (value.kind === "int" ? value.use.size : value.kind === "element" ? value.exact : undefined);
    const [a, b] = [sizeOf(left), sizeOf(right)];
    if (!a || !b || !isProved(scope, { kind: "at_least", left: b, right: constant(1) })) return rounded;
    return { ...rounded, exact: rounding === "floor" ? floorDivide(a, b) : ceilDivide(a, b) };
  }
  return undefined;
}

/** floor or ceil of a scalar of a table; the result is an int. */
export function roundElement(scope: Scope, rounding: "floor" | "ceil", value: ElementValue, span: Span): ElementValue {
  const floor = (element: ElementValue): ElementValue => applyToElements(scope, "floor", [element], "float", "f32", span);
  const negative = (element: ElementValue): ElementValue => applyToElements(scope, "neg", [element], "float", "f32", span);
  const rounded = rounding === "floor" ? floor(value) : negative(floor(negative(value)));
  const node = inGraph(scope, span, (build) => build.cast(rounded.node!, "i32"));
  return { ...rounded, scalar: "int", node };
}
