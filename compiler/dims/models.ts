// Sizes that satisfy the facts, smallest sum first: the test sizes of a declaration, and the values that counterexamples are made of.
import { variable } from "./arithmetic.ts";
import type { Facts } from "./facts.ts";
import type { Integer } from "./integers.ts";
import { linearBounds } from "./linear.ts";
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
export function satisfiable(facts: Facts): boolean {
  if (facts.contradiction !== undefined) return false;
  for (const { lower, upper } of facts.bounds.values()) if (lower > upper) return false;
  for (const { size } of facts.inequalities) if (linearBounds(facts, size, { steps: 4_000 }).impossible !== undefined) return false;
  const { found, all } = search(spaceOf(facts, facts.names.map(variable)), () => true, 1, { near: 2_000, far: 500 });
  return found.length > 0 || !all;
}
