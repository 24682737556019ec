/**
 * Checking a block once, for every size that its facts admit: the names of its signature are rigid variables, its facts are hypotheses,
 * and its body must have the declared result.
 */
import type { AxisNode, Block, Expression, Option, OptionKind, Result, Type } from "../../grammar/ast.ts";
import type { Span } from "../../grammar/source.ts";
import { constantValue, declare, emptyFacts, variable, type Facts } from "../dims/index.ts";
import type { AxisItem, SizeUse, TensorType } from "../types/types.ts";
import { fieldOf } from "./bindings.ts";
import { refuseBudgets } from "./budget.ts";
import { requireType, evaluateAxes, asSize } from "./declared-type.ts";
import { evaluate } from "./evaluate.ts";
import { evaluateBody } from "./expression.ts";
import { assumeFacts, requireSatisfiable, statedLowerBounds, namesIn } from "./facts.ts";
import { isCapital } from "./layer-names.ts";
import { choiceOf, optionValue, unknownChoice } from "./options.ts";
import { labelOf, report, type BlockFacts, type Frame, type Scope, type Session } from "./scope.ts";
import { hasDoubt, hasDoubtfulHead } from "./doubt.ts";
import { isComposite } from "./composites.ts";
import { describe, unknown, type ChoiceType, type Value } from "./values.ts";

export function checkBlock(session: Session, block: Block): BlockFacts {
  const before = session.sink.all().length;
  const { errors } = session.suspicion;
  const frame: Frame = {
    session, name: block.name.text, block, item: block.span, path: "", order: [], labels: new Map(), axes: new Map(), rows: new Map(), outside: new Map(),
    quiet: hasDoubtfulHead(session.program, block), slid: new Set(), callers: [], granted: [], refused: new Set(), said: new Set(), owns: { value: false }, weightSizes: new Set(),
  };
  let scope: Scope = { frame, bindings: new Map(), facts: emptyFacts(), guarded: [], known: new Map(), path: "", order: [] };
  const signature = declareSignature(scope, block);
  scope = assumeFacts({ ...scope, facts: signature.facts }, block.where);
  if (block.where.length) requireSatisfiable(scope, block.where, "the facts of this block");
  // An axis that the result alone declares is no name in the body.
  const ownAxes = new Set(frame.axes.keys());
  const expected = expectedResult(scope, block.result);
  for (const name of [...frame.axes.keys()]) if (!ownAxes.has(name)) frame.axes.delete(name);
  const broken = signature.broken || session.sink.all().length > before;
  if (block.composite && !isComposite(block.name.text)) report(scope, "NET0101", block.name.span, { name: block.name.text, what: "composite operator" });
  refuseBudgets(session, block);
  checkDefaults(scope, block);
  // A signature that is wrong makes its body look wrong.
  checkBody(broken ? { ...scope, frame: { ...frame, quiet: true } } : scope, block, expected);
  const owns = frame.owns!.value;
  if (session.suspicion.errors === errors && block.name.text && owns !== isCapital(block.name.text) && !hasMissing(block)) report(scope, "NET0204", block.name.span, { block: block.name.text, owns });
  return { ownsWeights: owns, weightSizes: frame.weightSizes!, slides: new Set([...frame.slid!].map((label) => label.name)), broken, erroneous: session.suspicion.errors > errors || hasDoubt(session.program, block.span), unread: frame.quiet };
}

function hasMissing(block: Block): boolean {
  return block.body.kind === "MissingExpression" || (block.body.kind === "Body" && block.body.statements.some((statement) => statement.kind === "MissingStatement"));
}

// ------------------------------------------------------------------------------------------------------------------- signature

interface Signature {
  readonly facts: Facts;
  readonly broken: boolean;
}

/** Binds every name of the signature to a rigid variable. */
function declareSignature(scope: Scope, block: Block): Signature {
  const { frame } = scope;
  const bounds = statedLowerBounds(block.where);
  let facts = scope.facts;
  let broken = false;
  const rigid = (name: string, span: Span, lower?: number): SizeUse => {
    facts = declare(facts, name, lower === undefined ? {} : { lower });
    return { size: variable(name), origin: { kind: "declared", span, name } };
  };
  const declareAxis = (name: string, span: Span): void => {
    if (!frame.axes.has(name)) frame.axes.set(name, { label: labelOf(frame, name), size: rigid(name, span) });
  };
  const taken = new Set<string>();
  const once = (name: string, span: Span, what: string): void => {
    if (name && taken.has(name)) report(scope, "NET0105", span, { name, what });
    taken.add(name);
  };

  for (const option of block.options) {
    once(option.name.text, option.name.span, "option");
    if (option.optionKind.kind === "AxisKind") declareAxis(option.name.text, option.name.span);
  }
  // Bare names first, so that `tok = Y * X + 1` finds Y and X wherever they stand.
  const shapes = block.inputs.flatMap((input) => shapesOf(input.type));
  for (const axis of shapes) if (axis.kind === "NamedAxis" && !axis.size) declareAxis(axis.name.text, axis.name.span);
  for (const axis of shapes) {
    if (axis.kind === "RowAxis" && axis.name && !frame.rows.has(axis.name.text)) {
      const name = axis.name.text;
      frame.rows.set(name, [{ kind: "row", name, size: rigid(`...${name}`, axis.span) }]);
    }
  }
  for (const input of block.inputs) for (const name of lengthsOf(input.type)) if (!frame.axes.has(name.text)) frame.axes.set(name.text, { label: labelOf(frame, name.text), size: rigid(name.text, name.span) });
  for (const option of block.options) {
    if (option.optionKind.kind === "AxisKind") continue;
    const value = rigidOption(scope, option, option.optionKind, option.name.text, bounds, rigid);
    if (!value) broken = true;
    scope.bindings.set(option.name.text, { kind: "value", value: value ?? unknown });
  }
  for (const axis of shapes) {
    if (axis.kind !== "NamedAxis" || !axis.size) continue;
    for (const name of namesIn(axis.size)) if (!name.includes(".") && !frame.axes.has(name) && !scope.bindings.has(name)) declareAxis(name, axis.size.span);
  }
  const declared = { ...scope, facts };
  for (const input of block.inputs) {
    once(input.name.text, input.name.span, "input");
    const value = rigidInput(declared, input.type);
    if (!value) broken = true;
    scope.bindings.set(input.name.text, { kind: "value", value: value ?? unknown });
  }
  return { facts, broken };
}

function shapesOf(type: Type): readonly AxisNode[] {
  return type.kind === "ListType" ? shapesOf(type.element) : type.kind === "TensorType" ? type.axes : [];
}

function lengthsOf(type: Type): readonly { text: string; span: Span }[] {
  if (type.kind !== "ListType") return [];
  return [...(type.length.kind === "Name" ? [{ text: type.length.text, span: type.length.span }] : []), ...lengthsOf(type.element)];
}

function rigidOption(scope: Scope, option: Option, kind: OptionKind, name: string, bounds: ReadonlySet<string>, rigid: (name: string, span: Span, lower?: number) => SizeUse): Value | undefined {
  const { span } = option.name;
  const int = (own: string): Value => ({ kind: "int", use: rigid(own, span, bounds.has(own) || bounds.has(option.name.text) ? -Infinity : undefined) });
  switch (kind.kind) {
    case "NumberKind":
      if (kind.number === "float") return kind.axes ? { kind: "per_axis", values: new Map(kind.axes.map((axis) => [axis.text, { kind: "float" }])) } : { kind: "float" };
      return kind.axes ? { kind: "per_axis", values: new Map(kind.axes.map((axis) => [axis.text, int(`${name}.${axis.text}`)])) } : int(name);
    case "BoolKind":
      return { kind: "bool", symbol: name, whenTrue: { claims: [], known: [[name, true]] }, whenFalse: { claims: [], known: [[name, false]] } };
    case "InitKind":
      return { kind: "init" };
    case "NamedKind":
    case "ChoiceKind": {
      const choice: ChoiceType | undefined = choiceOf(scope, kind);
      if (!choice && kind.kind === "NamedKind") unknownChoice(scope, kind.name);
      return choice && { kind: "choice", choice, symbol: name };
    }
    case "ListKind": {
      const length = asSize(scope, evaluate(scope, kind.length), kind.length.span, "the length");
      const count = length && constantValue(length.size);
      if (!length) return undefined;
      if (count === undefined || count > 1000) {
        report(scope, "NET0203", kind.length.span, { wanted: "a number", found: "a symbolic size", where: "the length of a list option" });
        return undefined;
      }
      const elements = Array.from({ length: count }, (_, i) => rigidOption(scope, option, kind.element, `${name}[${i}]`, bounds, rigid) ?? unknown);
      return { kind: "list", elements, length, first: 0 };
    }
    case "AxisKind":
    case "MissingKind":
      return undefined;
  }
}

function rigidInput(scope: Scope, type: Type): Value | undefined {
  switch (type.kind) {
    case "TensorType": {
      const axes = evaluateAxes(scope, type.axes);
      return axes && { kind: "tensor", type: { dtype: type.dtype, axes } };
    }
    case "ListType": {
      const length = asSize(scope, evaluate(scope, type.length), type.length.span, "the length");
      const element = rigidInput(scope, type.element);
      if (!length || !element) return undefined;
      const count = constantValue(length.size);
      return { kind: "list", length, first: 0, ...(count === undefined ? { element } : { elements: Array.from({ length: Math.min(count, 10_000) }, () => element) }) };
    }
    case "ScalarType":
      report(scope, "NET0203", type.span, { wanted: "a tensor type", found: `\`${type.scalar}\``, where: "an input", help: "a compile-time number is an option: put it after `;`" });
      return undefined;
    case "MissingType":
      return undefined;
  }
}

/** Defaults are values like others: of the option's kind, with names of the signature. */
function checkDefaults(scope: Scope, block: Block): void {
  for (const option of block.options) {
    const tree = option.default;
    if (!tree) continue;
    if (option.optionKind.kind !== "AxisKind") optionValue(scope, option, option.optionKind, tree);
    else if (tree.kind === "SizedName") evaluate(scope, tree.size);
  }
  for (const input of block.inputs) {
    if (!input.default) continue;
    const value = evaluate(scope, input.default);
    if (value.kind === "tensor") {
      const own = scope.bindings.get(input.name.text);
      const declared = own?.kind === "value" && own.value.kind === "tensor" ? own.value.type : undefined;
      if (declared) requireType(scope, value.type, declared, `the default of \`${input.name.text}\``, input.default.span, input.type.span);
      continue;
    }
    const dtype = input.type.kind === "TensorType" ? input.type.dtype : undefined;
    const fits = value.kind === "bool" ? dtype === "bool" : value.kind === "float" ? dtype !== "i32" && dtype !== "bool" : dtype !== "bool";
    if (!fits && (value.kind === "int" || value.kind === "float" || value.kind === "bool")) {
      report(scope, "NET0203", input.default.span, { wanted: `a number of ${dtype}`, found: describe(value), where: `the default of \`${input.name.text}\`` });
    } else if (value.kind !== "int" && value.kind !== "float" && value.kind !== "bool" && value.kind !== "unknown") {
      report(scope, "NET0203", input.default.span, { wanted: "a number, a bool or another input", found: describe(value), where: `the default of \`${input.name.text}\`` });
    }
  }
}

// ------------------------------------------------------------------------------------------------------------------- body and result

/** The value of a block's body, in check mode by itself and in the frame of a call. */
export function bodyValue(scope: Scope, block: Block): Value {
  if (block.body.kind === "Body") return evaluateBody(scope, block.body);
  return evaluate({ ...scope, statement: { expression: block.body, bound: false } }, block.body);
}

function checkBody(scope: Scope, block: Block, expected: Expected | undefined): void {
  const value = bodyValue(scope, block);
  if (value.kind === "unknown" || !expected) return;
  const place = returnPlace(block);
  checkResult(scope, block, value, block.result, expected, place);
}

function returnPlace(block: Block): Expression {
  if (block.body.kind !== "Body") return block.body;
  const statement = block.body.statements.find((candidate) => candidate.kind === "Return");
  return statement?.kind === "Return" ? statement.value : { kind: "MissingExpression", span: block.body.span };
}

type Expected = TensorType | { readonly kind: "list"; readonly element: Expected; readonly length: SizeUse } | { readonly kind: "scalar"; readonly scalar: string } | ReadonlyMap<string, Expected>;

function expectedResult(scope: Scope, result: Result): Expected | undefined {
  if (result.kind === "RecordResult") {
    const fields = new Map<string, Expected>();
    for (const field of result.fields) {
      const own = expectedResult(scope, field.type);
      if (!own) return undefined;
      fields.set(field.name.text, own);
    }
    return fields;
  }
  switch (result.kind) {
    case "TensorType": {
      const axes: readonly AxisItem[] | undefined = evaluateAxes(scope, result.axes);
      return axes && { dtype: result.dtype, axes };
    }
    case "ListType": {
      const length = asSize(scope, evaluate(scope, result.length), result.length.span, "the length");
      const element = expectedResult(scope, result.element);
      return length && element && { kind: "list", element, length };
    }
    case "ScalarType":
      return { kind: "scalar", scalar: result.scalar };
    case "MissingType":
      return undefined;
  }
}

function checkResult(scope: Scope, block: Block, value: Value, result: Result, expected: Expected, place: Expression): void {
  const name = `the result of ${block.name.text}`;
  if (expected instanceof Map) {
    if (value.kind !== "record" && value.kind !== "unknown") {
      report(scope, "NET0203", place.span, { wanted: `a record (${[...expected.keys()].join(", ")})`, found: describe(value), where: name });
      return;
    }
    if (result.kind !== "RecordResult" || value.kind === "unknown") return;
    for (const field of result.fields) checkResult(scope, block, fieldOf(scope, value, field.name.text, place.span), field.type, expected.get(field.name.text)!, place);
    return;
  }
  if (value.kind === "unknown") return;
  const tree = result as Type;
  if ("dtype" in expected) {
    if (value.kind === "tensor") requireType(scope, value.type, expected, name, place.span, tree.span);
    else report(scope, "NET0203", place.span, { wanted: "a tensor", found: describe(value), where: name });
    return;
  }
  if (!("kind" in expected)) return;
  if (expected.kind === "scalar") {
    const fits = expected.scalar === "float" ? ["float", "int", "element", "axis"] : expected.scalar === "int" ? ["int", "element", "axis"] : ["bool", "element"];
    if (!fits.includes(value.kind)) report(scope, "NET0203", place.span, { wanted: expected.scalar === "int" ? "an int" : `a ${expected.scalar}`, found: describe(value), where: name });
    return;
  }
  if (value.kind !== "list") {
    report(scope, "NET0203", place.span, { wanted: "a list", found: describe(value), where: name });
    return;
  }
  const elements = value.elements ?? (value.element ? [value.element] : []);
  if (tree.kind === "ListType") for (const element of elements) checkResult(scope, block, element, tree.element, expected.element, place);
  const lengthType: TensorType = { dtype: "i32", axes: [{ kind: "axis", label: undefined, size: value.length }] };
  const wanted: TensorType = { dtype: "i32", axes: [{ kind: "axis", label: undefined, size: expected.length }] };
  requireType(scope, lengthType, wanted, `the length of ${name}`, place.span, tree.span);
}
