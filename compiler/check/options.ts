/** Giving a value to an option: by its kind, from an argument where the call stands, or from its default inside the block. */
import type { AxisArgument, Expression, Identifier, Option, OptionKind } from "../../grammar/ast.ts";
import type { Span } from "../../grammar/source.ts";
import { constant, constantValue, showSize } from "../dims/index.ts";
import { nearestName } from "../diagnostics/nearest.ts";
import type { SizeUse } from "../types/types.ts";
import { numberOf } from "./arithmetic.ts";
import { originPlaces, require } from "./claims.ts";
import { refusal } from "./remedies.ts";
import { refuseOtherAxis } from "./lints/other-axis.ts";
import { asSize } from "./declared-type.ts";
import { evaluate } from "./evaluate.ts";
import { inGraph, lookUp, report, type Scope } from "./scope.ts";
import { describe, unknown, type ChoiceType, type Value } from "./values.ts";

/** The choice that an option's kind names, or undefined when it is no choice (reported where the option is declared). */
export function choiceOf(scope: Scope, kind: OptionKind): ChoiceType | undefined {
  if (kind.kind === "ChoiceKind") {
    const alternatives = kind.alternatives.map((alternative) => alternative.text);
    return { name: alternatives.map((name) => `\`${name}\``).join(" | "), alternatives };
  }
  if (kind.kind !== "NamedKind") return undefined;
  const declaration = scope.frame.session.program.names.get(kind.span.file)?.choices.get(kind.name.text);
  return declaration && { declaration, name: declaration.name.text, alternatives: declaration.alternatives.map((alternative) => alternative.text) };
}

export function unknownChoice(scope: Scope, name: Identifier): void {
  const choices = scope.frame.session.program.names.get(name.span.file)?.choices.keys() ?? [];
  report(scope, "NET0101", name.span, { name: name.text, what: "kind or choice", near: nearestName(name.text, ["int", "float", "bool", "init", "axis", ...choices]) });
}

/** The value of an option of any kind but `axis`, from an expression evaluated in `scope`. */
export function optionValue(scope: Scope, option: Option, kind: OptionKind, tree: AxisArgument): Value {
  const where = `\`${option.name.text}\``;
  if (tree.kind === "SizedName" || tree.kind === "Spread") {
    report(scope, "NET0203", tree.span, { wanted: kindInWords(kind), found: "an axis", where });
    return unknown;
  }
  switch (kind.kind) {
    case "NumberKind":
      return kind.axes ? perAxisNumber(scope, option, kind, tree) : number(scope, kind.number, evaluate(scope, tree), tree.span, where);
    case "BoolKind": {
      const value = evaluate(scope, tree);
      if (value.kind === "bool" || value.kind === "unknown") return value;
      return wrong(scope, "a bool", value, tree.span, where);
    }
    case "InitKind":
      return initialiser(scope, evaluate(scope, tree), tree.span, where);
    case "NamedKind":
    case "ChoiceKind":
      return alternative(scope, kind, tree, where);
    case "ListKind":
      return list(scope, option, kind, tree, where);
    case "AxisKind":
    case "MissingKind":
      return unknown;
  }
}

function wrong(scope: Scope, wanted: string, value: Value, span: Span, where: string): Value {
  report(scope, "NET0203", span, { wanted, found: describe(value), where });
  return unknown;
}

export function kindInWords(kind: OptionKind): string {
  switch (kind.kind) {
    case "NumberKind":
      return kind.axes ? `one ${kind.number} for each of ${kind.axes.map((axis) => axis.text).join(", ")}` : kind.number === "int" ? "an int" : "a float";
    case "BoolKind":
      return "a bool";
    case "InitKind":
      return "an initialiser";
    case "AxisKind":
      return "an axis";
    case "NamedKind":
      return `an alternative of \`${kind.name.text}\``;
    case "ChoiceKind":
      return `one of ${kind.alternatives.map((name) => `\`${name.text}\``).join(", ")}`;
    case "ListKind":
      return `a list of ${kindInWords(kind.element).replace(/^an? /, "")}s`;
    case "MissingKind":
      return "a value";
  }
}

export function number(scope: Scope, kind: "int" | "float", value: Value, span: Span, where: string): Value {
  if (value.kind === "unknown") return value;
  if (value.kind === "element") {
    if (value.scalar === kind) return value;
    if (kind === "int" || value.scalar === "bool") return wrong(scope, kind === "int" ? "an int" : "a float", value, span, where);
    return { kind: "element", scalar: "float", table: value.table, axes: value.axes, node: inGraph(scope, span, (build) => build.cast(value.node!, "f32")) };
  }
  if (kind === "int") {
    const use = asSize(scope, value, span, where);
    return use ? { kind: "int", use } : unknown;
  }
  if (value.kind === "float") return value;
  if (value.kind === "int" || value.kind === "axis") {
    const use = value.kind === "int" ? value.use : value.axis.size;
    const known = numberOf({ kind: "int", use });
    if (known !== undefined) return { kind: "float", value: known };
    const { build } = scope.frame.session;
    return { kind: "float", ratio: { numerator: use.size, denominator: constant(1) }, node: build?.within({ location: { span, callers: scope.frame.callers }, path: scope.path }, () => build.cast(build.sizeOf(use.size), "f32")) };
  }
  return wrong(scope, "a float", value, span, where);
}

function perAxisNumber(scope: Scope, option: Option, kind: Extract<OptionKind, { kind: "NumberKind" }>, tree: Expression): Value {
  const where = `\`${option.name.text}\``;
  const names = kind.axes!.map((axis) => axis.text);
  const value = evaluate(scope, tree);
  if (value.kind === "unknown") return value;
  if (tree.kind === "Record") for (const field of tree.fields) refuseOtherAxis(scope, field.name.text, field.value);
  const given = value.kind === "record" ? value.fields : value.kind === "per_axis" ? value.values : undefined;
  if (!given) return { kind: "per_axis", values: new Map(names.map((name) => [name, number(scope, kind.number, value, tree.span, where)])) };
  const values = new Map<string, Value>();
  for (const name of names) {
    const own = given.get(name);
    if (!own) {
      report(scope, "NET0201", tree.span, { block: option.name.text, missing: name, what: "option" });
      return unknown;
    }
    values.set(name, number(scope, kind.number, own, tree.span, where));
  }
  for (const name of given.keys()) {
    if (!names.includes(name)) report(scope, "NET0102", tree.span, { name, block: option.name.text, options: names, near: nearestName(name, names) });
  }
  return { kind: "per_axis", values };
}

export function initialiser(scope: Scope, value: Value, span: Span, where: string): Value {
  switch (value.kind) {
    case "unknown":
    case "init":
      return value;
    case "int":
    case "float":
      return { kind: "init", init: constantInitialiser(numberOf(value)) };
    default:
      return wrong(scope, "an initialiser: a number or `random.normal(…)`", value, span, where);
  }
}

function constantInitialiser(value: number | undefined): { kind: "constant"; value: number } | undefined {
  return value === undefined ? undefined : { kind: "constant", value };
}

function alternative(scope: Scope, kind: OptionKind, tree: Expression, where: string): Value {
  const choice = choiceOf(scope, kind);
  if (!choice) return unknown;
  if (tree.kind === "Name" && choice.alternatives.includes(tree.text)) {
    const binding = lookUp(scope, tree.text);
    if (!binding) return { kind: "choice", choice, value: tree.text };
  }
  if (tree.kind === "Name" && !lookUp(scope, tree.text) && !scope.frame.axes.has(tree.text)) {
    report(scope, "NET0104", tree.span, { name: tree.text, of: choice.name, alternatives: choice.alternatives, near: nearestName(tree.text, choice.alternatives) });
    return unknown;
  }
  const value = evaluate(scope, tree);
  if (value.kind === "unknown") return value;
  if (value.kind === "choice") {
    const same = value.choice.declaration ? value.choice.declaration === choice.declaration : value.choice.alternatives.join() === choice.alternatives.join();
    if (same) return value;
  }
  return wrong(scope, kindInWords(kind), value, tree.span, where);
}

function list(scope: Scope, option: Option, kind: Extract<OptionKind, { kind: "ListKind" }>, tree: Expression, where: string): Value {
  if (tree.kind !== "List") {
    const value = evaluate(scope, tree);
    return value.kind === "list" || value.kind === "unknown" ? value : wrong(scope, kindInWords(kind), value, tree.span, where);
  }
  const wanted = evaluate(scope, kind.length);
  const count = wanted.kind === "int" ? constantValue(wanted.use.size) : undefined;
  if (count !== undefined && count !== tree.elements.length) {
    report(scope, "NET0203", tree.span, { wanted: `a list of ${count}`, found: `a list of ${tree.elements.length}`, where });
    return unknown;
  }
  const elements = tree.elements.map((element) => optionValue(scope, option, kind.element, element));
  const length: SizeUse = { size: constant(elements.length), origin: { kind: "literal", span: tree.span } };
  return { kind: "list", elements, length, first: 0 };
}

/** An int is at least 1 unless the facts state another bound for it. */
export function requireAtLeastOne(scope: Scope, name: string, value: Value, span: Span): void {
  const uses: SizeUse[] = [];
  if (value.kind === "int") uses.push(value.use);
  if (value.kind === "per_axis") for (const part of value.values.values()) if (part.kind === "int") uses.push(part.use);
  for (const use of uses) {
    if ((constantValue(use.size) ?? 0) >= 1) continue;
    const proved = require(scope, { kind: "at_least", left: use.size, right: constant(1) }, span, (failure) =>
      report(scope, "NET0315", span, { what: `\`${name}\``, size: showSize(use.size), values: "", isAxis: false, help: `an int is at least 1 unless its block says otherwise (\`where ${name} >= 0\`)` }, {
        ...refusal(scope, failure), related: originPlaces(use, ""),
      }),
    );
    if (!proved) return;
  }
}
