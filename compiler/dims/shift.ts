// A quick proof that a polynomial is at least 0: write each variable as its lower bound plus something at least 0; if no coefficient is then
// negative, nothing can make it negative. It proves what linear reasoning over products would need many columns for.
import { add, constant, variable } from "./arithmetic.ts";
import { noFacts, union } from "./fact-set.ts";
import type { FactSet } from "./fact-set.ts";
import { boundsOf } from "./facts.ts";
import type { Domain } from "./facts.ts";
import { variableAtoms } from "./polynomial.ts";
import type { Size } from "./polynomial.ts";
import { substitute } from "./substitution.ts";

/** The facts of the proof, or undefined when there is none of this kind. The size has no floors. */
export function nonNegativeByShift(domain: Domain, size: Size): FactSet | undefined {
  let used = noFacts;
  const shifted = new Map<string, Size>();
  for (const { name } of variableAtoms(size)) {
    const bounds = boundsOf(domain, name);
    if (!Number.isSafeInteger(bounds.lower)) return undefined;
    used = union(used, bounds.lowerUsed);
    if (bounds.lower !== 0) shifted.set(name, add(variable(name), constant(bounds.lower)));
  }
  return substitute(size, shifted).terms.every((term) => term.coefficient > 0) ? used : undefined;
}
