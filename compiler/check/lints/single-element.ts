/** Axes of size 1: dropped although their size is 1 only sometimes, or normalised over although there is nothing to compare. */
import type { Span } from "../../../grammar/source.ts";
import { constant, showSize } from "../../dims/index.ts";
import { itemName, type AxisItem } from "../../types/types.ts";
import { equalClaim } from "../claims.ts";
import { proveByCases } from "../case-sizes.ts";
import { report, type Scope } from "../scope.ts";

/** An axis that a rearrangement leaves out, of a size that can be 1: true after a report. */
export function sometimesOne(scope: Scope, items: readonly AxisItem[], span: Span): boolean {
  const [item] = items;
  if (items.length !== 1 || item.kind !== "axis" || scope.frame.quiet || scope.frame.session.mode === "build") return false;
  const verdict = proveByCases(scope, scope.facts, equalClaim(item.size.size, constant(1)));
  if (verdict.kind !== "sometimes") return false;
  const { values } = verdict.counterexample;
  const at = values.size ? `: with ${[...values].map(([name, value]) => `${name} = ${value}`).join(", ")} it is ${verdict.counterexample.left}` : "";
  report(scope, "NET0816", span, { axis: itemName(item) || "without a name", size: showSize(item.size.size), values: at });
  return true;
}
