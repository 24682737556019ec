/**
 * `rearrange(x, [B, tok = (Y X), C] -> [B, C, Y, X], Y: 30)`: the only reshape. The left pattern takes the axes apart into factors, the right
 * one puts every factor back exactly once; merging and splitting are adjacent, in order, and provably exact.
 */
import type { Identifier, PatternPart, Rearrange } from "../../grammar/ast.ts";
import { nearestName } from "../diagnostics/nearest.ts";
import { constant, floorDivide, multiply, showSize, type Size } from "../dims/index.ts";
import { textOf, type Span } from "../../grammar/source.ts";
import type { Axis, AxisItem, Label, SizeUse, TensorType } from "../types/types.ts";
import { itemName } from "../types/types.ts";
import { showType } from "../types/show.ts";
import { isProved, equalClaim, originPlaces, require } from "./claims.ts";
import { refusal } from "./remedies.ts";
import { asSize } from "./declared-type.ts";
import { axisNames, shapeOf } from "./elementwise.ts";
import { evaluate } from "./evaluate.ts";
import { refuseOtherAxis } from "./lints/other-axis.ts";
import { sometimesOne } from "./lints/single-element.ts";
import { requireMergeOrder, requireSplitOrder } from "./lints/scramble.ts";
import { labelNamed, matchPattern, type Matched } from "./patterns.ts";
import { inGraph, report, type Scope } from "./scope.ts";
import { describe, unknown, type Value } from "./values.ts";

/** A factor of the operand: a whole axis, a part of a split one, or a row. */
interface Factor {
  readonly name: string;
  readonly label: Label | undefined;
  readonly items: readonly AxisItem[];
  readonly span: Span;
  /** Split off in this very rearrangement, where both orders are in sight. */
  readonly fresh?: boolean;
}

export function evaluateRearrange(scope: Scope, tree: Rearrange): Value {
  const value = evaluate(scope, tree.value);
  const given = optionSizes(scope, tree);
  if (value.kind === "unknown" || !given) return unknown;
  if (value.kind !== "tensor") {
    report(scope, "NET0203", tree.value.span, { wanted: "a tensor", found: describe(value), where: "`rearrange`" });
    return unknown;
  }
  const matched = matchPattern(scope, value.type, tree.from, tree.value.span);
  if (!matched) return unknown;
  const known = new Map([...given].map(([name, entry]): [string, SizeUse] => [name, entry.use]));
  const factors = takeApart(scope, value.type, matched, known, tree);
  if (!factors) return unknown;
  const unusedOption = [...given.keys()].find((name) => !factors.some((factor) => factor.name === name));
  if (unusedOption !== undefined) {
    const names = factors.map((factor) => factor.name);
    report(scope, "NET0102", given.get(unusedOption)!.span, { name: unusedOption, block: "rearrange", options: names, near: nearestName(unusedOption, names) });
    return unknown;
  }
  const built = putTogether(scope, tree, factors, value.type);
  if (!built) return unknown;
  const type: TensorType = { dtype: value.type.dtype, axes: built.axes };
  const node = inGraph(scope, tree.span, (build) => {
    const order = matched.flatMap((entry) => entry.positions);
    const listed = build.transpose(value.node!, order);
    const split = build.reshape(listed, factors.flatMap((factor) => shapeOf(factor.items)));
    const starts: number[] = [];
    factors.reduce((at, factor, i) => ((starts[i] = at), at + factor.items.length), 0);
    const permutation = built.order.flatMap((factor) => factors[factor].items.map((_, i) => starts[factor] + i));
    return build.reshape(build.transpose(split, permutation), shapeOf(built.axes), axisNames(built.axes));
  });
  return { kind: "tensor", type, node };
}

function optionSizes(scope: Scope, tree: Rearrange): Map<string, { use: SizeUse; span: Span }> | undefined {
  const given = new Map<string, { use: SizeUse; span: Span }>();
  for (const option of tree.options) {
    if (!option.name || option.value.kind === "SizedName" || option.value.kind === "Spread") {
      report(scope, "NET0203", option.span, { wanted: "sizes by name: `head: 8`", found: textOf(option.span), where: "`rearrange`" });
      return undefined;
    }
    const use = asSize(scope, evaluate(scope, option.value), option.value.span, `\`${option.name.text}\``);
    if (!use) return undefined;
    refuseOtherAxis(scope, option.name.text, option.value);
    given.set(option.name.text, { use, span: option.span });
  }
  return given;
}

function takeApart(scope: Scope, type: TensorType, matched: readonly Matched[], known: ReadonlyMap<string, SizeUse>, tree: Rearrange): readonly Factor[] | undefined {
  const factors: Factor[] = [];
  for (const entry of matched) {
    const { part } = entry;
    switch (part.kind) {
      case "RowPart":
        factors.push({ name: `...${part.name?.text ?? ""}`, label: undefined, items: entry.items, span: part.span });
        break;
      case "AxisPart":
      case "RenamedPart": {
        const item = entry.items[0] as Axis;
        const name = part.name.text;
        const label = part.kind === "AxisPart" ? (item.label ?? labelNamed(scope, name)) : labelNamed(scope, name);
        const size = known.get(name);
        if (size && !sameWhole(scope, item.size, size, name, part.span)) return undefined;
        factors.push({ name, label, items: [{ ...item, label }], span: part.span });
        break;
      }
      case "GroupPart": {
        const own = requireSplitOrder(scope, entry.items[0] as Axis, part) ? splitAxis(scope, type, entry.items[0] as Axis, part, known) : undefined;
        if (!own) return undefined;
        factors.push(...own);
        break;
      }
      case "SizePart": {
        const item = entry.items[0] as Axis;
        const literal: SizeUse = { size: constant(part.size.value), origin: { kind: "literal", span: part.span } };
        if (!sameWhole(scope, item.size, literal, "without a name", part.span)) return undefined;
        factors.push({ name: "", label: undefined, items: [item], span: part.span });
      }
    }
  }
  const twice = factors.find((factor, i) => factor.name && factors.findIndex((other) => other.name === factor.name) !== i);
  if (twice) {
    report(scope, "NET0312", twice.span, { reason: `\`${twice.name}\` stands twice in the left pattern of ${textOf(tree.from.span)}` });
    return undefined;
  }
  return factors;
}

function sameWhole(scope: Scope, whole: SizeUse, part: SizeUse, axis: string, span: Span): boolean {
  return require(scope, equalClaim(whole.size, part.size), span, (failure) =>
    report(scope, "NET0308", span, { axis, whole: showSize(whole.size), parts: showSize(part.size) }, { related: originPlaces(whole, axis), ...refusal(scope, failure) }),
  );
}

/** `C = (head d)`: the sizes of all members but one are given; the product must be the axis's size. */
function splitAxis(scope: Scope, type: TensorType, axis: Axis, part: Extract<PatternPart, { kind: "GroupPart" }>, known: ReadonlyMap<string, SizeUse>): readonly Factor[] | undefined {
  const axisName = itemName(axis) || "without a name";
  const sizeOf = (member: Identifier): SizeUse | undefined => known.get(member.text);
  const open = part.members.filter((member) => !sizeOf(member));
  const product = multiply(...part.members.flatMap((member) => sizeOf(member)?.size ?? []));
  const shown = part.members.map((member) => `${member.text}${sizeOf(member) ? ` = ${showSize(sizeOf(member)!.size)}` : ""}`).join(" × ");
  if (open.length > 1) {
    report(scope, "NET0308", part.span, {
      axis: axisName, whole: showSize(axis.size.size), parts: `split by ${shown}: the sizes of ${open.map((member) => `\`${member.text}\``).join(" and ")} are not known`,
      help: `give all but one: \`${open[0].text}: …\``,
    }, { related: [{ span: part.span, message: showType(type) }] });
    return undefined;
  }
  let derived: Size | undefined;
  if (open.length === 1) {
    if (!requireExactSplit(scope, axis, product, shown, part, axisName)) return undefined;
    derived = floorDivide(axis.size.size, product);
  } else {
    const agreed = require(scope, equalClaim(axis.size.size, product), part.span, (failure) =>
      report(scope, "NET0308", part.span, { axis: axisName, whole: showSize(axis.size.size), parts: shown }, {
        label: `${axisName} = ${showSize(axis.size.size)}`, related: originPlaces(axis.size, axisName), ...refusal(scope, failure),
      }),
    );
    if (!agreed) return undefined;
  }
  return part.members.map((member) => {
    const size: SizeUse = sizeOf(member) ?? { size: derived!, origin: { kind: "made", span: part.span, rule: `split off ${axisName}`, from: [axis.size] } };
    const label = labelNamed(scope, member.text);
    return { name: member.text, label, items: [{ kind: "axis", label, size, marks: { split: part.members.map((one) => one.text) } }], span: member.span, fresh: true };
  });
}

function requireExactSplit(scope: Scope, axis: Axis, product: Size, shown: string, part: PatternPart, axisName: string): boolean {
  return require(scope, { kind: "divides", divisor: product, of: axis.size.size }, part.span, (failure) =>
    report(scope, "NET0308", part.span, { axis: axisName, whole: showSize(axis.size.size), parts: `a whole multiple of ${shown}`, help: failure.kind === "sometimes" ? `add \`where ${showSize(axis.size.size)} % ${showSize(product)} == 0\`` : undefined }, {
      label: `${axisName} = ${showSize(axis.size.size)}`, related: originPlaces(axis.size, axisName), ...refusal(scope, failure),
    }),
  );
}

function putTogether(scope: Scope, tree: Rearrange, factors: readonly Factor[], type: TensorType): { axes: readonly AxisItem[]; order: readonly number[] } | undefined {
  const used: number[] = [];
  const axes: AxisItem[] = [];
  const take = (name: string, span: Span): Factor | undefined => {
    const at = factors.findIndex((factor) => factor.name === name);
    if (at < 0 || used.includes(at)) {
      const names = factors.map((factor) => factor.name);
      const near = nearestName(name, names);
      report(scope, "NET0312", span, { reason: at < 0 ? `\`${name}\` does not stand on the left of \`->\`` : `\`${name}\` stands twice on the right of \`->\``, help: near && `did you mean \`${near}\`?` });
      return undefined;
    }
    used.push(at);
    return factors[at];
  };
  for (const part of tree.to.parts) {
    switch (part.kind) {
      case "RowPart": {
        const factor = take(`...${part.name?.text ?? ""}`, part.span);
        if (!factor) return undefined;
        axes.push(...factor.items);
        break;
      }
      case "AxisPart": {
        const factor = take(part.name.text, part.span);
        if (!factor) return undefined;
        axes.push(...factor.items);
        break;
      }
      case "RenamedPart": {
        const factor = take(part.from.text, part.span);
        if (!factor || !mayBeCalled(scope, part.name, factors, [part.from.text])) return undefined;
        axes.push({ ...(factor.items[0] as Axis), label: labelNamed(scope, part.name.text) });
        break;
      }
      case "GroupPart": {
        const members: Factor[] = [];
        for (const member of part.members) {
          const factor = take(member.text, member.span);
          if (!factor) return undefined;
          members.push(factor);
        }
        if (part.name && !mayBeCalled(scope, part.name, factors, part.members.map((member) => member.text))) return undefined;
        if (!members.some((factor) => factor.fresh) && !requireMergeOrder(scope, part, members.flatMap((factor) => factor.items))) return undefined;
        const sizes = members.flatMap((factor) => factor.items.map((item) => item.size));
        const whole = type.axes.find((item) => item.kind === "axis" && item.label?.name === part.name?.text);
        const size = multiply(...sizes.map((use) => use.size));
        const use: SizeUse = whole && whole.size.size === size ? whole.size : { size, origin: { kind: "made", span: part.span, rule: `merged from ${part.members.map((member) => member.text).join(" × ")}`, from: sizes } };
        axes.push({ kind: "axis", label: part.name ? labelNamed(scope, part.name.text) : undefined, size: use, marks: { merged: part.members.map((member) => member.text) } });
        break;
      }
      case "SizePart":
        if (part.size.value !== 1) {
          report(scope, "NET0308", part.span, { axis: "without a name", whole: "1", parts: String(part.size.value), help: "only an axis of size 1 can be added; repeat with `expand`" });
          return undefined;
        }
        axes.push({ kind: "axis", label: undefined, size: { size: constant(1), origin: { kind: "literal", span: part.span } } });
    }
  }
  const left = factors.find((factor, i) => !used.includes(i) && !isOne(scope, factor));
  if (left) {
    if (sometimesOne(scope, left.items, tree.to.span)) return undefined;
    report(scope, "NET0312", tree.to.span, { reason: `\`${left.name || "an axis"}\` is lost: it does not stand on the right of \`->\``, help: "sum or index it away first: a rearrangement keeps every element" });
    return undefined;
  }
  return { axes, order: [...used, ...factors.flatMap((_, i) => (used.includes(i) ? [] : [i]))] };
}

/** An axis of size 1 holds nothing that could be lost. */
function isOne(scope: Scope, { items }: Factor): boolean {
  const [item] = items;
  if (items.length !== 1 || item.kind === "row") return false;
  return item.size.size === constant(1) || scope.frame.quiet || scope.frame.session.mode === "build" || isProved(scope, equalClaim(item.size.size, constant(1)));
}

/** A new name may not be that of another axis of the same tensor: this is how swapped axes are caught. */
function mayBeCalled(scope: Scope, name: Identifier, factors: readonly Factor[], own: readonly string[]): boolean {
  const other = factors.find((factor) => factor.name === name.text && !own.includes(factor.name));
  if (!other) return true;
  report(scope, "NET0312", name.span, { reason: `\`${name.text}\` is another axis of this tensor`, help: "use the axis's own name, or a new one" }, { related: [{ span: other.span, message: `\`${name.text}\` is this axis` }] });
  return false;
}
