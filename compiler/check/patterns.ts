/**
 * Patterns find the axes of a tensor by their own names (`[B, tok, C]`), rename them (`key = tok`), take rows (`...S`), and name unnamed
 * axes by their place. Shared by rearrange, einsum and convolutions.
 */
import type { Pattern, PatternPart } from "../../grammar/ast.ts";
import { nearestName } from "../diagnostics/nearest.ts";
import { itemName, sameItem, type AxisItem, type Label, type TensorType } from "../types/types.ts";
import { showType } from "../types/show.ts";
import { labelOf, report, type Scope } from "./scope.ts";
import type { Span } from "../../grammar/source.ts";

/** What identifies an axis across the operands of one contraction: the letter of the pattern, or the axis of a row itself. */
export type Letter = string | Label;

/** A part of a pattern with the axes that it stands for: one, or those of a row. */
export interface Matched {
  readonly part: PatternPart;
  readonly items: readonly AxisItem[];
  readonly positions: readonly number[];
}

/** The own name by which a part finds its axis; undefined where it finds it by place. */
function ownName(part: PatternPart): string | undefined {
  switch (part.kind) {
    case "AxisPart":
      return part.name.text;
    case "RenamedPart":
      return part.from.text;
    case "GroupPart":
      return part.name?.text;
    case "RowPart":
    case "SizePart":
      return undefined;
  }
}

export function labelNamed(scope: Scope, name: string): Label {
  return scope.frame.axes.get(name)?.label ?? labelOf(scope.frame, name);
}

/** The axes that each part of an operand's pattern stands for, or undefined after a report. */
export function matchPattern(scope: Scope, type: TensorType, pattern: Pattern, operand: Span): readonly Matched[] | undefined {
  const taken = new Set<number>();
  const found: (Matched | undefined)[] = pattern.parts.map((part): Matched | undefined => {
    if (part.kind === "RowPart" && part.name) {
      const row = scope.frame.rows.get(part.name.text);
      if (!row) return undefined;
      const positions = row.map((item) => type.axes.findIndex((own, i) => !taken.has(i) && sameItem(own, item)));
      if (positions.some((at) => at < 0)) return undefined;
      for (const at of positions) taken.add(at);
      return { part, items: positions.map((at) => type.axes[at]), positions };
    }
    const name = ownName(part);
    if (name === undefined) return undefined;
    const label = labelNamed(scope, name);
    const at = type.axes.findIndex((own, i) => !taken.has(i) && own.kind === "axis" && own.label === label);
    if (at < 0) return undefined;
    taken.add(at);
    return { part, items: [type.axes[at]], positions: [at] };
  });
  // What has no name of its own, or names an unnamed axis, is found by place among what is left.
  const left = type.axes.map((_, i) => i).filter((i) => !taken.has(i));
  const open = found.flatMap((entry, i) => (entry ? [] : [i]));
  const row = open.find((i) => pattern.parts[i].kind === "RowPart");
  for (const i of open) {
    const part = pattern.parts[i];
    if (i === row) {
      const count = left.length - open.filter((other) => other > i).length;
      const positions = left.splice(0, Math.max(0, count));
      found[i] = { part, items: positions.map((at) => type.axes[at]), positions };
      continue;
    }
    const at = left[0];
    const item = at === undefined ? undefined : type.axes[at];
    const unnamed = item?.kind === "axis" && item.label === undefined;
    if (at === undefined || (!unnamed && ownName(part) !== undefined) || item?.kind === "row") {
      const name = ownName(part) ?? (part.kind === "GroupPart" ? `(${part.members.map((member) => member.text).join(" ")})` : "an unnamed axis");
      const axes = type.axes.map(itemName).filter(Boolean);
      report(scope, "NET0103", part.span, { name, type: showType(type), axes, near: nearestName(name, axes) }, {
        related: [{ span: operand, message: showType(type) }],
        notes: ["a pattern names the operand's own axes; `new = old` gives one a new name"],
      });
      return undefined;
    }
    left.shift();
    found[i] = { part, items: [type.axes[at]], positions: [at] };
  }
  if (left.length) {
    const names = left.map((at) => `\`${itemName(type.axes[at]) || "an unnamed axis"}\``).join(", ");
    report(scope, "NET0312", pattern.span, { reason: `the pattern leaves out ${names} of ${showType(type)}` }, { related: [{ span: operand, message: showType(type) }] });
    return undefined;
  }
  return found as readonly Matched[];
}

/** The letter of a matched part that is not a group; for a row, one per axis. */
export function lettersOf(matched: Matched): readonly Letter[] {
  switch (matched.part.kind) {
    case "AxisPart":
    case "RenamedPart":
      return [matched.part.name.text];
    case "RowPart":
      return matched.items.map((item) => (item.kind === "row" ? `...${item.name}` : (item.label ?? "…")));
    case "SizePart":
    case "GroupPart":
      return [];
  }
}
