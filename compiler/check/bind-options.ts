/** The options of a call: explicit ones mean something where the call (or the shared layer) stands, defaults inside the block. */
import type { Argument, AxisNode, Option, Type } from "../../grammar/ast.ts";
import { textOf, type Span } from "../../grammar/source.ts";
import { showSize } from "../dims/index.ts";
import type { AxisItem, Label, SizeUse } from "../types/types.ts";
import type { Application, Given } from "./application.ts";
import type { ShapeContext } from "./bind-shape.ts";
import { asSize } from "./declared-type.ts";
import { evaluate } from "./evaluate.ts";
import { optionValue, requireAtLeastOne } from "./options.ts";
import { labelOf, report, type AxisEntry } from "./scope.ts";
import { namesOf } from "./signature-names.ts";
import type { Value } from "./values.ts";

/** Gives every option its value, from the call or from its default, and every input that was left out its default. False after a report. */
export function bindOptions(application: Application, context: ShapeContext, given: Given, broken: boolean): boolean {
  const { block, optionScope } = application;
  const { callee } = context;
  const { lowerBounds } = namesOf(block);
  for (const option of block.options) {
    const name = option.name.text;
    const argument = given.get(name);
    if (option.optionKind.kind === "AxisKind") {
      if (!bindAxisOption(application, context, option, argument)) return false;
      continue;
    }
    const value = argument ? optionValue(optionScope, option, option.optionKind, argument.value) : optionValue(callee, option, option.optionKind, option.default!);
    if (value.kind === "unknown" && !broken) return false;
    callee.bindings.set(name, { kind: "value", value });
    if (!lowerBounds.has(name)) requireAtLeastOne(application.scope, name, value, argument?.span ?? application.call.span);
  }
  for (const input of block.inputs) {
    if (callee.bindings.has(input.name.text) || !input.default) continue;
    const value = defaultInput(context, input.type, evaluate(callee, input.default), application.call.span);
    if (!value) return false;
    callee.bindings.set(input.name.text, { kind: "value", value });
  }
  return true;
}

/** `visible: bool[B, key] = true`: the number, repeated to the type. */
function defaultInput(context: ShapeContext, type: Type, value: Value, span: Span): Value | undefined {
  if (type.kind !== "TensorType") return undefined;
  if (value.kind === "tensor" || value.kind === "unknown") return value;
  const { callee } = context;
  const axes: AxisItem[] = [];
  for (const part of type.axes) {
    if (part.kind === "RowAxis") axes.push(...(callee.frame.rows.get(part.name?.text ?? "") ?? []));
    else if (part.kind === "NamedAxis") {
      const entry = callee.frame.axes.get(part.name.text) ?? axisOfItsOwn(context, part);
      if (!entry) {
        report(context.caller, "NET0317", span, { name: part.name.text, block: context.block });
        return undefined;
      }
      axes.push({ kind: "axis", label: entry.label, size: entry.size });
    }
  }
  const { build } = callee.frame.session;
  const number = value.kind === "bool" ? Number(value.value) : value.kind === "int" || value.kind === "float" ? (value.kind === "float" ? (value.value ?? 0) : Number(showSize(value.use.size))) : 0;
  const node = build?.within({ location: { span, callers: callee.frame.callers }, path: callee.path }, () =>
    build.broadcast(build.constant(number, type.dtype), axes.map((axis) => axis.size.size), [], axes.map((axis) => (axis.kind === "axis" ? (axis.label?.name ?? "") : ""))),
  );
  return { kind: "tensor", type: { dtype: type.dtype, axes }, node };
}

/** `bias: f32[head = heads, tok, key = seen] = 0`: an axis that only the default has, of the size that is written. */
function axisOfItsOwn({ callee }: ShapeContext, part: Extract<AxisNode, { kind: "NamedAxis" }>): AxisEntry | undefined {
  const size = part.size && asSize(callee, evaluate(callee, part.size), part.size.span);
  if (!size) return undefined;
  const entry: AxisEntry = { label: { name: part.name.text, hidden: false }, size };
  callee.frame.labels.set(part.name.text, entry.label);
  callee.frame.outside.set(entry.label, undefined);
  callee.frame.axes.set(part.name.text, entry);
  return entry;
}

/** An option of kind `axis`: an axis in scope, `name = size`, or a size alone, which keeps the default's name. */
function bindAxisOption(application: Application, context: ShapeContext, option: Option, argument: Argument | undefined): boolean {
  const { callee } = context;
  const { frame } = callee;
  const name = option.name.text;
  const bound = frame.axes.get(name);
  const wanted = context.wantedAxes.get(name);
  if (bound) return true; // found in an input by its name
  const label: Label = { name, hidden: false };
  const bind = (outside: Label | undefined, size: SizeUse): boolean => {
    frame.labels.set(name, label);
    frame.axes.set(name, { label, size });
    frame.outside.set(label, outside);
    return true;
  };
  const fallback = (): { outside: Label | undefined; size?: SizeUse } | undefined => {
    const tree = option.default;
    if (tree?.kind === "Name") {
      const entry = frame.axes.get(tree.text);
      if (entry) return { outside: frame.outside.get(entry.label) ?? labelOf(application.scope.frame, entry.label.name), size: entry.size };
      return { outside: labelOf(application.optionScope.frame, tree.text) };
    }
    if (tree?.kind === "SizedName") {
      const size = asSize(callee, evaluate(callee, tree.size), tree.size.span);
      return { outside: labelOf(application.scope.frame, tree.name.text), size };
    }
    return undefined;
  };
  if (!argument) {
    const chosen = fallback();
    if (chosen?.size) return bind(chosen.outside, chosen.size);
    const axis = wanted?.name ?? (option.default?.kind === "Name" ? option.default.text : name);
    report(application.scope, "NET0103", application.call.span, { name: axis, type: "the inputs", axes: [...frame.axes.keys()] });
    return false;
  }
  const scope = application.optionScope;
  const tree = argument.value;
  if (tree.kind === "SizedName") {
    const size = asSize(scope, evaluate(scope, tree.size), tree.size.span, `\`${name}\``);
    if (!size) return false;
    requireAtLeastOne(application.scope, tree.name.text, { kind: "int", use: size }, tree.size.span);
    return bind(labelOf(scope.frame, tree.name.text), size);
  }
  if (tree.kind === "Spread") {
    report(scope, "NET0203", tree.span, { wanted: "an axis", found: "a row", where: `\`${name}\`` });
    return false;
  }
  if (tree.kind === "Name") {
    const axis = scope.frame.axes.get(tree.text);
    if (axis) return bind(axis.label, axis.size);
  }
  const value = evaluate(scope, tree);
  if (value.kind === "axis") return bind(value.axis.label, value.axis.size);
  const size = asSize(scope, value, tree.span, `\`${name}\``);
  if (!size) return false;
  requireAtLeastOne(application.scope, name, { kind: "int", use: size }, tree.span);
  const chosen = fallback();
  if (!chosen) {
    report(scope, "NET0319", tree.span, { what: `\`${name}\` of \`${application.block.name.text}\``, help: `name the axis: \`${name}: NAME = ${textOf(tree.span)}\`` });
    return false;
  }
  return bind(chosen.outside, size);
}
