// The least and the greatest that a size can be under facts. Sound always; tight nearly always: linear reasoning, then the same in each
// residue class, or at each point of a finite domain.
import { normalise, remembered } from "./facts.ts";
import type { Facts } from "./facts.ts";
import { linearBounds } from "./linear.ts";
import { hasFloor } from "./polynomial.ts";
import type { Size } from "./polynomial.ts";
import { filtersOf, finiteModuli, moduliOf, splitClasses } from "./residues.ts";
import type { ResidueClass } from "./residues.ts";

const MOST_CLASSES = 256;

/** Bounds that hold for all sizes that the facts allow; ±Infinity where none is known. */
export function bounds(facts: Facts, a: Size): { lower: number; upper: number } {
  const size = normalise(facts, a);
  return remembered(facts, "bounds", size.id, () => {
    const whole = linearBounds(facts, size, { steps: 12_000 });
    let { lower, upper } = whole;
    if (whole.impossible !== undefined) return { lower, upper };
    const filtering = filtersOf(facts, size);
    const finite = finiteModuli(facts, size);
    const moduli = finite ?? (hasFloor(size) || filtering.length > 0 ? moduliOf([size, ...filtering]) : undefined);
    if (moduli === undefined || moduli.size === 0) return { lower, upper };
    const budget = { steps: 24_000 };
    let [least, greatest] = [Infinity, -Infinity];
    const visit = (one: ResidueClass): boolean => {
      const inside = linearBounds(one.domain, one.size, budget);
      if (inside.impossible === undefined) [least, greatest] = [Math.min(least, inside.lower), Math.max(greatest, inside.upper)];
      return true;
    };
    const split = splitClasses(facts, size, moduli, MOST_CLASSES, visit, finite !== undefined);
    if (split.complete && least <= greatest) [lower, upper] = [Math.max(lower, least), Math.min(upper, greatest)];
    return { lower, upper };
  });
}
