// Sizes that satisfy the facts, smallest sum first: the test sizes of a declaration, and the values that counterexamples are made of.
import { negate, variable } from "./arithmetic.ts";
import { compile } from "./evaluation.ts";
import { boundsOf } from "./facts.ts";
import type { Facts } from "./facts.ts";
import type { Integer } from "./integers.ts";
import { linearBounds } from "./linear.ts";
import { isPolynomial, variableAtoms } from "./polynomial.ts";
import { search } from "./search.ts";
import { spaceOf } from "./space.ts";
import type { Space } from "./space.ts";

/** Values of the user's variables. */
export type Model = ReadonlyMap<string, number>;

/** The user's variables at a place, by name. */
export const modelOf = (space: Space, values: readonly Integer[]): Model =>
  new Map(space.users.map((name) => [name, Number(values[space.places.get(name)!]!)]));

/** The smallest sizes that satisfy the facts, distinct, smallest sum first; [] when none is found. */
export function smallestModels(facts: Facts, names: readonly string[], count: number): readonly Model[] {
  if (facts.contradiction !== undefined || count <= 0) return [];
  const space = spaceOf(facts, names.map(variable));
  const seen = new Set<string>();
  const wanted = (values: readonly Integer[]): string => names.map((name) => values[space.places.get(name)!]).join();
  const isNew = (values: readonly Integer[]): boolean => {
    const place = wanted(values);
    return !seen.has(place) && seen.add(place) !== undefined;
  };
  const { found } = search(space, isNew, count, { near: 6_000, far: 3_000 });
  return found.map((values) => new Map(names.map((name) => [name, Number(values[space.places.get(name)!]!)])));
}

/** False only when it is certain that no sizes satisfy the facts. */
export const satisfiable = (facts: Facts): boolean => satisfiability(facts) !== "no";

/** Whether some sizes satisfy the facts; "unknown" when neither such sizes nor a proof that there are none were found. */
export function satisfiability(facts: Facts): "yes" | "no" | "unknown" {
  if (facts.contradiction !== undefined) return "no";
  for (const { lower, upper } of facts.bounds.values()) if (lower > upper) return "no";
  for (const { size } of facts.inequalities) if (linearBounds(facts, size, { steps: 4_000 }).impossible !== undefined) return "no";
  if (hasNoRoot(facts)) return "no";
  const { found, all } = search(spaceOf(facts, facts.names.map(variable)), () => true, 1, { near: 2_000, far: 500 });
  return found.length > 0 ? "yes" : all ? "no" : "unknown";
}

/** Beyond this a polynomial is not looked at value by value. */
const MOST_VALUES = 10_000;

/**
 * Facts about one variable alone, `C * C == 2`: a polynomial with a negative leading coefficient is at least 0 only up to Cauchy's bound, so its few
 * values are tried against all facts about that variable.
 */
function hasNoRoot(facts: Facts): boolean {
  const sizes = [...facts.inequalities.map(({ size }) => size), ...facts.equalities.flatMap(({ size }) => [size, negate(size)])];
  const alone = sizes.filter((size) => isPolynomial(size) && variableAtoms(size).length === 1);
  for (const size of alone) {
    const [lead] = size.terms;
    const [{ name }] = variableAtoms(size);
    const lower = boundsOf(facts, name).lower;
    if (lead === undefined || lead.coefficient >= 0 || lead.monomial.atoms.length < 2 || lower === -Infinity) continue;
    const bound = 1 + Math.max(...size.terms.slice(1).map(({ coefficient }) => Math.abs(Number(coefficient) / Number(lead.coefficient))), 0);
    if (bound > MOST_VALUES) continue;
    const own = alone.filter((other) => variableAtoms(other)[0]!.name === name).map((other) => compile(other, new Map([[name, 0]])));
    let admitted = false;
    for (let value = lower; value <= bound && !admitted; value++) admitted = own.every((polynomial) => (polynomial([value]) ?? -1) >= 0);
    if (!admitted) return true;
  }
  return false;
}
