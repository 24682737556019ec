/**
 * Lining up axes by name: one operand's axes must be a subsequence of the other's; what it lacks is repeated. Never an outer product,
 * never a hidden transpose (language.md, property 3). Repetition is decided by the types as written and is explicit in the graph.
 */
import { textOf, type Span } from "../../grammar/source.ts";
import type { Fix } from "../diagnostics/diagnostic.ts";
import { showSize, wordedUnder, type Claim, type Size } from "../dims/index.ts";
import type { Builder } from "../ir/builder.ts";
import type { Dtype, Node, OperatorName } from "../ir/graph.ts";
import { showType } from "../types/show.ts";
import { itemName, sameItem, type AxisItem, type TensorType } from "../types/types.ts";
import { alsoNeeded, equalClaim, failureNotes, originPlaces, require, type Failure } from "./claims.ts";
import { rearranged, stated } from "./remedies.ts";
import { warnOfRepeatedLoss } from "./lints/loss.ts";
import { requireOneOrder } from "./lints/scramble.ts";
import { inGraph, report, type Scope } from "./scope.ts";
import type { ElementValue, FloatValue, IntValue, TensorValue } from "./values.ts";

/** An operand of an elementwise operator with the place that it is written at. */
export interface ElementwiseOperand {
  readonly value: TensorValue | IntValue | FloatValue;
  readonly span: Span;
}

/** Whether `small`'s axes are a subsequence of `large`'s; the positions in `large`, or undefined. Unnamed axes match unnamed ones. */
export function subsequence(small: readonly AxisItem[], large: readonly AxisItem[]): readonly number[] | undefined {
  const positions: number[] = [];
  let at = 0;
  for (const item of small) {
    while (at < large.length && !(sameItem(item, large[at]) || (isUnnamed(item) && isUnnamed(large[at])))) at++;
    if (at === large.length) return undefined;
    positions.push(at++);
  }
  return positions;
}

function isUnnamed(item: AxisItem): boolean {
  return item.kind === "axis" && item.label === undefined;
}

/** The axes of the result of an elementwise operator, or undefined after a report. */
export function alignAxes(scope: Scope, operator: string, operands: readonly { type: TensorType; span: Span }[]): readonly AxisItem[] | undefined {
  let widest = operands[0];
  for (const operand of operands) if (operand.type.axes.length > widest.type.axes.length) widest = operand;
  for (const operand of operands) {
    if (operand === widest) continue;
    const unnamed = (typed: Typed): number => typed.type.axes.filter(isUnnamed).length;
    const positions = unnamed(operand) === unnamed(widest) || operand.type.axes.length === 0 ? subsequence(operand.type.axes, widest.type.axes) : undefined;
    if (!positions) {
      wordedUnder(scope.facts, () => reportMisaligned(scope, operator, operands.indexOf(operand) < operands.indexOf(widest) ? [operand, widest] : [widest, operand]));
      return undefined;
    }
    for (let i = 0; i < positions.length; i++) {
      const own = operand.type.axes[i];
      const other = widest.type.axes[positions[i]];
      if (own.kind === "row" || other.kind === "row") continue;
      const [left, right] = operands.indexOf(operand) < operands.indexOf(widest) ? [own, other] : [other, own];
      const [leftOperand, rightOperand] = left === own ? [operand, widest] : [widest, operand];
      if (!requireOneOrder(scope, operator, { axis: left, span: leftOperand.span }, { axis: right, span: rightOperand.span })) return undefined;
      const agreed = require(scope, equalClaim(left.size.size, right.size.size), rightOperand.span, (failure) =>
        reportSizes(scope, operator, itemName(own) || "without a name", leftOperand, rightOperand, left, right, failure, alsoNeeded(scope, equalities(operand.type.axes, widest.type.axes, positions.slice(i + 1), i + 1))),
      );
      if (!agreed) return undefined;
    }
  }
  for (const operand of operands) if (operand !== widest) warnOfRepeatedLoss(scope, operator, operand, widest);
  return widest.type.axes;
}

/** The equalities of the axes that are still to be compared. */
function equalities(own: readonly AxisItem[], wide: readonly AxisItem[], positions: readonly number[], from: number): readonly Claim[] {
  return positions.flatMap((at, i) => (own[from + i].kind === "axis" && wide[at].kind === "axis" ? [equalClaim(own[from + i].size.size, wide[at].size.size)] : []));
}

type Axis = Extract<AxisItem, { kind: "axis" }>;
type Typed = { readonly type: TensorType; readonly span: Span };

function reportSizes(scope: Scope, operator: string, axis: string, left: Typed, right: Typed, leftAxis: Axis, rightAxis: Axis, failure: Failure, others: readonly Claim[]): void {
  // The operand whose size was made by a computation is the guilty one; when both were, the right one, which was written later.
  const leftGuilty = leftAxis.size.origin.kind === "made" && rightAxis.size.origin.kind !== "made";
  const [guilty, other] = leftGuilty ? [left, right] : [right, left];
  const way = resizing(guilty, other);
  report(
    scope,
    "NET0301",
    guilty.span,
    { operator, axis, left: showSize(leftAxis.size.size), right: showSize(rightAxis.size.size), help: way?.help },
    {
      label: showType(guilty.type),
      related: [{ span: other.span, message: showType(other.type) }, ...originPlaces(leftAxis.size, axis), ...originPlaces(rightAxis.size, axis)],
      notes: failureNotes(failure, others),
      fixes: [...(way ? [way.fix] : []), ...stated(scope, failure, others)],
    },
  );
}

/** Maps that differ in their resolution: the guilty one can be resampled to the other's. */
function resizing(guilty: Typed, other: Typed): { readonly help: string; readonly fix: Fix } | undefined {
  const names = (typed: Typed): string => typed.type.axes.slice(-2).map(itemName).join();
  const text = textOf(guilty.span);
  const target = textOf(other.span);
  if (names(guilty) !== "Y,X" || names(other) !== "Y,X" || guilty.type.dtype !== "f32" || !/^[A-Za-z_][\w.]*$/.test(target)) return undefined;
  const [rows, columns] = other.type.axes.slice(-2).map((item) => showSize(item.size.size));
  const resized = `resize(${text}, to: (Y: ${target}.Y, X: ${target}.X))`;
  return {
    help: `bring \`${text}\` to ${rows} × ${columns}: \`${resized}\``,
    fix: { title: `resize \`${text}\` to the resolution of \`${target}\``, edits: [{ span: guilty.span, newText: resized }] },
  };
}

function reportMisaligned(scope: Scope, operator: string, [left, right]: readonly [Typed, Typed]): void {
  const onlyLeft = left.type.axes.filter((item) => !right.type.axes.some((other) => sameItem(item, other)));
  const onlyRight = right.type.axes.filter((item) => !left.type.axes.some((other) => sameItem(item, other)));
  const show = (items: readonly AxisItem[]): string => items.map((item) => `\`${itemName(item) || "an unnamed axis"}\``).join(", ");
  let reason: string;
  let help: string | undefined;
  const unnamed = [left, right].map((typed) => typed.type.axes.filter(isUnnamed).length);
  if (unnamed[0] !== unnamed[1]) {
    reason = `they have ${unnamed[0]} and ${unnamed[1]} axes without a name, and these match one to one`;
    help = "name the axes in a type: `let x: f32[B, rgb = 3] = …`";
  } else if (onlyLeft.length && onlyRight.length) {
    reason = `${show(onlyLeft)} stands only on the left and ${show(onlyRight)} only on the right`;
    help = "an outer product is written with `einsum`; an axis that only has another name is renamed with `rename(x, new = old)`";
  } else {
    reason = "they share axes in a different order";
    help = `bring one into the order of the other with \`rearrange\``;
  }
  report(
    scope,
    "NET0302",
    right.span,
    { operator, left: showType(left.type), right: showType(right.type), reason, help },
    {
      label: showType(right.type),
      related: [{ span: left.span, message: showType(left.type) }, ...[...onlyLeft.slice(0, 1), ...onlyRight.slice(0, 1)].flatMap((item) => originPlaces(item.size, itemName(item), 1))],
      fixes: [...rearranged(right.span, right.type.axes, left.type.axes), ...rearranged(left.span, left.type.axes, right.type.axes)],
    },
  );
}

export function shapeOf(axes: readonly AxisItem[]): readonly Size[] {
  return axes.map((item) => item.size.size);
}

export function axisNames(axes: readonly AxisItem[]): readonly string[] {
  return axes.map(itemName);
}

/** The node of a scalar in the element type of its neighbours. */
export function scalarNode(build: Builder, value: IntValue | FloatValue, dtype: Dtype): Node {
  if (value.kind === "float") return value.node ?? build.constant(value.value ?? NaN, dtype === "i32" ? "f32" : dtype);
  const node = build.sizeOf(value.use.size);
  return dtype === "i32" ? node : build.cast(node, dtype);
}

/** Repeats `node` (with these axes) to the axes of the result. */
export function repeatTo(build: Builder, node: Node, own: readonly AxisItem[], axes: readonly AxisItem[]): Node {
  if (own.length === axes.length) return node;
  const positions = own.length === 0 ? [] : subsequence(own, axes);
  if (!positions) throw new Error("netc bug: axes were not aligned");
  return build.broadcast(node, shapeOf(axes), positions, axisNames(axes));
}

/**
 * Applies an operator element by element. All tensors have one element type (`dtype` says which the scalars take); the result has
 * `resultDtype`. Undefined after a report.
 */
export function applyElementwise(
  scope: Scope,
  operator: OperatorName,
  sign: string,
  operands: readonly ElementwiseOperand[],
  resultDtype: Dtype | undefined,
  span: Span,
): TensorValue | undefined {
  const tensors = operands.filter((operand): operand is { value: TensorValue; span: Span } => operand.value.kind === "tensor");
  const axes = alignAxes(scope, sign, tensors.map((operand) => ({ type: operand.value.type, span: operand.span })));
  if (!axes) return undefined;
  const dtype = tensors[tensors.length - 1].value.type.dtype;
  const node = inGraph(scope, span, (build) => {
    const inputs = operands.map(({ value }) => {
      if (value.kind === "tensor") return repeatTo(build, value.node!, value.type.axes, axes);
      return repeatTo(build, scalarNode(build, value, dtype), [], axes);
    });
    return build.make(operator, inputs, {} as never, axisNames(axes));
  });
  return { kind: "tensor", type: { dtype: resultDtype ?? dtype, axes }, node };
}

// ------------------------------------------------------------------------------------------------------------------- tables

/** Applies an operator to scalars of a table: they live on subsets of its axes and meet on the union. */
export function applyToElements(
  scope: Scope,
  operator: OperatorName,
  operands: readonly (ElementValue | IntValue | FloatValue)[],
  scalar: ElementValue["scalar"],
  operandDtype: Dtype,
  span: Span,
): ElementValue {
  const elements = operands.filter((operand): operand is ElementValue => operand.kind === "element");
  const table = elements[0].table;
  const axes = [...new Set(elements.flatMap((element) => element.axes))].sort((a, b) => a - b);
  const node = inGraph(scope, span, (build) => {
    const shape = axes.map((axis) => table.sizes[axis]);
    const names = axes.map((axis) => table.names[axis]);
    const inputs = operands.map((operand) => {
      const own = operand.kind === "element" ? operand.node! : scalarNode(build, operand, operandDtype);
      const cast = own.type.dtype === operandDtype || own.type.dtype === "bool" ? own : build.cast(own, operandDtype);
      const positions = operand.kind === "element" ? operand.axes.map((axis) => axes.indexOf(axis)) : [];
      return positions.length === axes.length ? cast : build.broadcast(cast, shape, positions, names);
    });
    return build.make(operator, inputs, {} as never, names);
  });
  return { kind: "element", scalar, table, axes, node };
}
