/**
 * Merging and splitting in different orders: `C = (head d)` taken apart, `C = (d head)` put together elsewhere. Every size fits and the elements are in
 * the wrong places; the classic of `view` after `transpose`. Within one rearrangement both orders are in sight, and any may be meant (a channel shuffle).
 */
import type { PatternPart } from "../../../grammar/ast.ts";
import type { Span } from "../../../grammar/source.ts";
import type { AxisItem } from "../../types/types.ts";
import { report, type Scope } from "../scope.ts";

type Axis = Extract<AxisItem, { kind: "axis" }>;
type Group = Extract<PatternPart, { kind: "GroupPart" }>;

/** The names that two orders share stand in one order in both. */
function agree(first: readonly string[], other: readonly string[]): boolean {
  const shared = first.filter((name) => other.includes(name));
  const same = other.filter((name) => first.includes(name));
  return shared.length < 2 || shared.join() === same.join();
}

/** While building, bodies are walked under what their callers know: nothing is judged there again. */
const isSilent = (scope: Scope): boolean => scope.frame.session.mode === "build" || scope.frame.quiet;

const shown = (names: readonly string[]): string => `(${names.join(" ")})`;

/** An axis that was merged comes apart in the order in which it was merged. */
export function requireSplitOrder(scope: Scope, axis: Axis, part: Group): boolean {
  const members = part.members.map((member) => member.text);
  const merged = axis.marks?.merged;
  if (!merged || agree(merged, members) || isSilent(scope)) return true;
  report(scope, "NET0811", part.span, { operator: "`rearrange`", axis: axis.label?.name ?? "an axis", first: `merged from ${shown(merged)}`, other: shown(members), help: `write \`${shown(merged)}\`` });
  return false;
}

/** Axes that were split off one axis are merged in the order in which they were split off. */
export function requireMergeOrder(scope: Scope, part: Group, items: readonly AxisItem[]): boolean {
  const members = part.members.map((member) => member.text);
  for (const item of items) {
    const split = item.kind === "axis" ? item.marks?.split : undefined;
    if (!split || agree(split, members) || isSilent(scope)) continue;
    report(scope, "NET0811", part.span, { operator: "`rearrange`", axis: part.name?.text ?? "an axis", first: `split into ${shown(split)}`, other: shown(members), help: `write \`${shown(split)}\`, or split and merge in one rearrangement where another order is meant` });
    return false;
  }
  return true;
}

/** Two operands that share an axis split it off in one order: the outer part of one is not the inner part of the other. */
export function requireOneOrder(scope: Scope, operator: string, first: { readonly axis: AxisItem; readonly span: Span }, other: { readonly axis: AxisItem; readonly span: Span }): boolean {
  if (first.axis.kind === "row" || other.axis.kind === "row") return true;
  for (const mark of ["split", "merged"] as const) {
    const [own, others] = [first.axis.marks?.[mark], other.axis.marks?.[mark]];
    if (!own || !others || agree(own, others) || isSilent(scope)) continue;
    const verb = mark === "split" ? "split off" : "merged from";
    report(scope, "NET0811", other.span, { operator: `\`${operator}\``, axis: first.axis.label?.name ?? "an axis", first: `${verb} ${shown(own)} on the other side`, other: `${verb} ${shown(others)}` }, { related: [{ span: first.span, message: `${verb} ${shown(own)}` }] });
    return false;
  }
  return true;
}
