/** Arguments that say axes: `over: C`, `over: [Y, X]`, `over: [...S, ...R]`, and shapes as in `expand(x, [B, tok = 1, C])`. */
import type { AxisArgument } from "../../grammar/ast.ts";
import type { Span } from "../../grammar/source.ts";
import { nearestName } from "../diagnostics/nearest.ts";
import type { AxisItem, Label, SizeUse, TensorType } from "../types/types.ts";
import { itemName, sameItem } from "../types/types.ts";
import { showType } from "../types/show.ts";
import { asSize, requirePositive } from "./declared-type.ts";
import { evaluate } from "./evaluate.ts";
import { labelNamed } from "./patterns.ts";
import { report, type Scope } from "./scope.ts";

/** The positions of the axes that an argument says, in the order of the tensor. Undefined after a report. */
export function axesSaid(scope: Scope, type: TensorType, argument: AxisArgument, operand: Span): readonly number[] | undefined {
  const parts: readonly AxisArgument[] = argument.kind === "List" ? argument.elements : [argument];
  const positions: number[] = [];
  for (const part of parts) {
    if (part.kind === "Spread") {
      const row = scope.frame.rows.get(part.name.text);
      if (!row) {
        report(scope, "NET0101", part.span, { name: part.name.text, what: "row", near: nearestName(part.name.text, scope.frame.rows.keys()) });
        return undefined;
      }
      const found = row.map((item) => type.axes.findIndex((own) => sameItem(own, item)));
      if (found.some((at) => at < 0)) return missing(scope, type, `...${part.name.text}`, part.span, operand);
      positions.push(...found);
      continue;
    }
    if (part.kind !== "Name") {
      report(scope, "NET0203", part.span, { wanted: "the name of an axis", found: "something else" });
      return undefined;
    }
    const label = labelNamed(scope, part.text);
    const at = type.axes.findIndex((item) => item.kind === "axis" && item.label === label);
    if (at < 0) return missing(scope, type, part.text, part.span, operand);
    positions.push(at);
  }
  const twice = positions.find((at, i) => positions.indexOf(at) !== i);
  if (twice !== undefined) {
    report(scope, "NET0209", argument.span, { name: itemName(type.axes[twice]) });
    return undefined;
  }
  return positions.sort((a, b) => a - b);
}

function missing(scope: Scope, type: TensorType, name: string, span: Span, operand: Span): undefined {
  const axes = type.axes.map(itemName).filter(Boolean);
  report(scope, "NET0103", span, { name, type: showType(type), axes, near: nearestName(name, axes) }, { related: [{ span: operand, message: showType(type) }] });
  return undefined;
}

/** `out: pick = 2`, `axis: layer`: an axis to make. A bare name that is an axis in scope keeps its size; else `size` must be given elsewhere. */
export function axisMade(scope: Scope, argument: AxisArgument): { label: Label; size?: SizeUse; span: Span } | undefined {
  if (argument.kind === "Name") return { label: labelNamed(scope, argument.text), size: scope.frame.axes.get(argument.text)?.size, span: argument.span };
  if (argument.kind === "SizedName") {
    const size = asSize(scope, evaluate(scope, argument.size), argument.size.span, `axis ${argument.name.text}`);
    if (!size || !requirePositive(scope, size, argument.size.span, `axis ${argument.name.text}`)) return undefined;
    return { label: labelNamed(scope, argument.name.text), size, span: argument.span };
  }
  report(scope, "NET0319", argument.span, { what: "this", help: "name the axis: `name` or `name = size`" });
  return undefined;
}

/** A shape in brackets: names of axes in scope, `name = size`, rows. */
export function shapeSaid(scope: Scope, argument: AxisArgument): readonly AxisItem[] | undefined {
  if (argument.kind !== "List") {
    report(scope, "NET0203", argument.span, { wanted: "a shape: `[B, tok = 1, C]`", found: "something else" });
    return undefined;
  }
  const items: AxisItem[] = [];
  for (const element of argument.elements) {
    if (element.kind === "Spread") {
      const row = scope.frame.rows.get(element.name.text);
      if (!row) {
        report(scope, "NET0101", element.span, { name: element.name.text, what: "row", near: nearestName(element.name.text, scope.frame.rows.keys()) });
        return undefined;
      }
      items.push(...row);
      continue;
    }
    const made = axisMade(scope, element);
    if (!made) return undefined;
    if (!made.size) {
      report(scope, "NET0103", element.span, { name: made.label.name, type: "scope", axes: [...scope.frame.axes.keys()], near: nearestName(made.label.name, scope.frame.axes.keys()) }, { notes: ["a new axis needs a size: `name = size`"] });
      return undefined;
    }
    items.push({ kind: "axis", label: made.label, size: made.size });
  }
  return items;
}
