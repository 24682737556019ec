/** Types as written inside a block: axis names become labels of the frame, sizes are evaluated, new axes enter the scope. */
import type { AxisNode, Expression, Type } from "../../grammar/ast.ts";
import { textOf, type Span } from "../../grammar/source.ts";
import { constant, constantValue, showSize, variable, wordedUnder } from "../dims/index.ts";
import { nearestName } from "../diagnostics/nearest.ts";
import type { Axis, AxisItem, SizeUse, TensorType } from "../types/types.ts";
import { findAxis, itemName, sameItem } from "../types/types.ts";
import { showItem, showType } from "../types/show.ts";
import { alsoNeeded, equalClaim, failureNotes, originPlaces, require } from "./claims.ts";
import type { Fix } from "../diagnostics/diagnostic.ts";
import { evaluate } from "./evaluate.ts";
import { converted, rearranged, redeclared, stated } from "./remedies.ts";
import { labelOf, report, type Frame, type Scope } from "./scope.ts";
import { describe, unknown, type Value } from "./values.ts";

/** An int where one is needed; axes stand for their sizes. Undefined after a report (or for something reported already). */
export function asSize(scope: Scope, value: Value, span: Span, where?: string): SizeUse | undefined {
  if (value.kind === "int") return value.use;
  if (value.kind === "axis") return value.axis.size;
  if (value.kind !== "unknown") {
    const help = value.kind === "float" ? "a size is a whole number; between sizes, `/` is exact division" : undefined;
    report(scope, "NET0203", span, { wanted: "an int", found: describe(value), where, help });
  }
  return undefined;
}

export function evaluateSize(scope: Scope, tree: Expression, where?: string): SizeUse | undefined {
  return asSize(scope, evaluate(scope, tree), tree.span, where);
}

/** The axes of a shape written in the frame. Undefined after a report. `declare` lets names without a size be new variables (model inputs). */
export function evaluateAxes(scope: Scope, axes: readonly AxisNode[], declare?: (name: string, span: Span) => SizeUse): readonly AxisItem[] | undefined {
  const items: AxisItem[] = [];
  let failed = false;
  for (const axis of axes) {
    switch (axis.kind) {
      case "RowAxis": {
        const row = axis.name && scope.frame.rows.get(axis.name.text);
        if (row) items.push(...row);
        else {
          report(scope, "NET0101", axis.span, { name: axis.name?.text ?? "...", what: "row", near: axis.name && nearestName(axis.name.text, scope.frame.rows.keys()) });
          failed = true;
        }
        break;
      }
      case "UnnamedAxis": {
        const size = evaluateSize(scope, axis.size, "an axis");
        if (size) items.push({ kind: "axis", label: undefined, size });
        else failed = true;
        break;
      }
      case "NamedAxis": {
        const item = namedAxis(scope, axis, declare);
        if (item) items.push(item);
        else failed = true;
      }
    }
  }
  if (failed) return undefined;
  for (let i = 0; i < items.length; i++) {
    if (items.slice(0, i).some((earlier) => sameItem(earlier, items[i]))) {
      const item = items[i];
      report(scope, "NET0314", axes[i]?.span ?? axes[0].span, { axis: item.kind === "row" ? `...${item.name}` : (item.label?.name ?? ""), type: "this shape" });
      return undefined;
    }
  }
  return items;
}

function namedAxis(scope: Scope, axis: Extract<AxisNode, { kind: "NamedAxis" }>, declare?: (name: string, span: Span) => SizeUse): Axis | undefined {
  const { frame } = scope;
  const name = axis.name.text;
  const known = frame.axes.get(name);
  if (axis.size) {
    const size = evaluateSize(scope, axis.size, `axis ${name}`);
    if (!size || !requirePositive(scope, size, axis.size.span, `axis ${name}`)) {
      // The name is known from here on, whatever its size was meant to be: uses of it are not errors of their own.
      if (!known && name) frame.axes.set(name, { label: labelOf(frame, name), size: { size: variable(name), origin: { kind: "declared", span: axis.name.span, name } } });
      return undefined;
    }
    const label = known?.label ?? labelOf(frame, name);
    if (!known) frame.axes.set(name, { label, size });
    return { kind: "axis", label, size };
  }
  if (known) return { kind: "axis", label: known.label, size: known.size };
  if (declare) {
    const entry = { label: labelOf(frame, name), size: declare(name, axis.name.span) };
    frame.axes.set(name, entry);
    return { kind: "axis", ...entry };
  }
  const value = evaluate(scope, { kind: "Name", text: name, span: axis.name.span });
  const size = asSize(scope, value, axis.name.span, `axis ${name}`);
  return size && { kind: "axis", label: labelOf(frame, name), size };
}

export function requirePositive(scope: Scope, use: SizeUse, span: Span, what: string, help?: string): boolean {
  const value = constantValue(use.size);
  if (value !== undefined && value >= 1) return true;
  return require(scope, { kind: "at_least", left: use.size, right: constant(1) }, span, (failure) => {
    const example = failure.counterexample.values.size ? `: with ${[...failure.counterexample.values].map(([name, v]) => `${name} = ${v}`).join(", ")} it is ${failure.counterexample.left}` : "";
    report(scope, "NET0315", span, { what, size: showSize(use.size), values: example, isAxis: /^(axis|the list)/.test(what), help }, { related: originPlaces(use, ""), fixes: stated(scope, failure) });
  });
}

export function evaluateTensorType(scope: Scope, type: Type): TensorType | undefined {
  if (type.kind !== "TensorType") {
    if (type.kind !== "MissingType") report(scope, "NET0203", type.span, { wanted: "a tensor type", found: `\`${textOf(type.span)}\`` });
    return undefined;
  }
  const axes = evaluateAxes(scope, type.axes);
  return axes && { dtype: type.dtype, axes };
}

/**
 * Whether a value's type is the declared one: same element type, the same axes in the same order, equal sizes. An unnamed axis takes the
 * declared name. `what` begins the message. Returns false after a report.
 */
export function requireType(scope: Scope, found: TensorType, declared: TensorType, what: string, span: Span, declaredSpan: Span): boolean {
  const refuse = (reason: string, help?: string, notes: readonly string[] = [], related = originPlacesOfNothing, fixes: readonly Fix[] = []): boolean => {
    wordedUnder(scope.facts, () =>
      report(scope, "NET0316", span, { name: what, declared: showType(declared), found: showType(found), reason, help }, {
        label: showType(found), related: [{ span: declaredSpan, message: `declared as ${showType(declared)}` }, ...related], notes,
        fixes: [...fixes, ...redeclared(declaredSpan, found)],
      }),
    );
    return false;
  };
  if (found.dtype !== declared.dtype) return refuse(`its elements are ${found.dtype}`, `convert with \`${declared.dtype}(…)\``, [], [], converted(span, declared.dtype));
  if (found.axes.length !== declared.axes.length) {
    const missing = declared.axes.filter((item) => !found.axes.some((other) => sameItem(item, other)));
    const extra = found.axes.filter((item) => !declared.axes.some((other) => sameItem(item, other)));
    const show = (items: readonly AxisItem[]): string => items.map((item) => (item.kind === "axis" && !item.label ? `the unnamed axis ${showItem(item)}` : `\`${itemName(item)}\``)).join(", ");
    const places = [...extra, ...missing].slice(0, 2).flatMap((item) => originPlaces(item.size, itemName(item), 1));
    const only = missing.length === 0 && extra.length === 1 && extra[0].kind === "axis" && extra[0].label ? itemName(extra[0]) : undefined;
    const fewer = only === undefined ? [] : [{ title: `the mean over ${only}`, isGuess: true, edits: [{ span, newText: `mean(${textOf(span)}, over: ${only})` }] }, ...(/^\w+$/.test(textOf(span)) ? [{ title: `the first along ${only}`, isGuess: true, edits: [{ span, newText: `${textOf(span)}[${only} = 0]` }] }] : [])];
    if (missing.length || extra.length) return refuse([missing.length ? `${show(missing)} is missing` : "", extra.length ? `${show(extra)} is too many` : ""].filter(Boolean).join(" and "), undefined, [], places, [...redeclared(declaredSpan, found), ...fewer]);
    return refuse(`it has ${found.axes.length} axes, not ${declared.axes.length}`);
  }
  for (let i = 0; i < found.axes.length; i++) {
    const [own, wanted] = [found.axes[i], declared.axes[i]];
    if (own.kind === "axis" && own.label === undefined && wanted.kind === "axis") {
      // A declared type may name what had no name.
    } else if (!sameItem(own, wanted)) {
      const swapped = wanted.kind === "axis" && wanted.label && findAxis(found, wanted.label) >= 0;
      const name = (item: AxisItem): string => (item.kind === "row" ? `...${item.name}` : (item.label?.name ?? "an unnamed axis"));
      return refuse(
        `axis ${i + 1} is ${name(own)}, not ${name(wanted)}`,
        swapped ? `bring the axes into this order with \`rearrange\`` : `if only the name differs: \`rename(…, ${name(wanted)} = ${name(own)})\``,
        [], [own, wanted].flatMap((item) => originPlaces(item.size, name(item), 1)), rearranged(span, found.axes, declared.axes),
      );
    }
    if (own.kind === "row" || wanted.kind === "row") continue;
    const agreed = require(scope, equalClaim(own.size.size, wanted.size.size), span, (failure) => {
      const axis = wanted.label?.name ?? "";
      const others = found.axes.flatMap((item, at) => (at > i && item.kind === "axis" && declared.axes[at].kind === "axis" ? [equalClaim(item.size.size, declared.axes[at].size.size)] : []));
      refuse(`axis ${axis} has size ${showSize(own.size.size)}, not ${showSize(wanted.size.size)}`, undefined, failureNotes(failure, alsoNeeded(scope, others)), originPlaces(own.size, axis), stated(scope, failure, alsoNeeded(scope, others)));
    });
    if (!agreed) return false;
  }
  return true;
}

const originPlacesOfNothing: ReturnType<typeof originPlaces> = [];

/** `let x: f32[B, C] = …`: the declared type must be the value's; it may name axes that had no name. */
export function annotated(scope: Scope, statement: { readonly type?: Type; readonly value: { readonly span: Span } }, value: Value, name = "the value"): Value {
  if (!statement.type) return value;
  const declared = evaluateTensorType(scope, statement.type);
  if (!declared || value.kind === "unknown") return value;
  if (value.kind !== "tensor") {
    report(scope, "NET0203", statement.value.span, { wanted: "a tensor", found: describe(value) });
    return unknown;
  }
  if (!requireType(scope, value.type, declared, name, statement.value.span, statement.type.span)) return { kind: "tensor", type: declared, node: value.node };
  return { ...value, type: withDeclaredNames(value.type, declared) };
}

/** Gives the declared names to axes that had none. */
export function withDeclaredNames(found: TensorType, declared: TensorType): TensorType {
  return { dtype: found.dtype, axes: found.axes.map((item, i) => (item.kind === "axis" && item.label === undefined ? { ...item, label: (declared.axes[i] as Axis).label } : item)) };
}

export function axisLabelOf(frame: Frame, name: string): ReturnType<typeof labelOf> {
  return frame.axes.get(name)?.label ?? labelOf(frame, name);
}
