// The space that a search for sizes goes through: the variables left free by the substitution are enumerated, the user's variables follow from them,
// and every fact that ties them is checked.
import { variable } from "./arithmetic.ts";
import { boundsOf, remembered, solved } from "./facts.ts";
import type { Facts } from "./facts.ts";
import { compile } from "./evaluation.ts";
import type { Evaluator } from "./evaluation.ts";
import { floorQuotient } from "./integers.ts";
import type { Integer } from "./integers.ts";
import { linearBounds } from "./linear.ts";
import { variableAtoms } from "./polynomial.ts";
import type { Size } from "./polynomial.ts";

/** The enumerable space of some variables under facts: places in an array of values, and how to fill and to check it. */
export interface Space {
  readonly facts: Facts;
  /** Where the value of a variable is: enumerated ones first, then the user's, then the invented ones that follow from those. */
  readonly places: ReadonlyMap<string, number>;
  readonly users: readonly string[];
  readonly ranges: readonly { readonly lower: number; readonly upper: number }[];
  /** Fills the places after the enumerated ones; false when a value does not exist. */
  readonly complete: (values: Integer[]) => boolean;
  readonly satisfied: (values: readonly Integer[]) => boolean;
}

/** The space of the variables of some sizes, and of every variable that a fact ties to them. */
export function spaceOf(facts: Facts, sizes: readonly Size[]): Space {
  const { users, free } = tiedVariables(facts, sizes);
  const images = new Map([...users].sort().map((name) => [name, solved(facts, variable(name)).size]));
  const inImages = new Set([...images.values()].flatMap((image) => variableAtoms(image).map((atom) => atom.name)));
  const enumerated = [...free].filter((name) => inImages.has(name) || !facts.invented.has(name)).sort();
  const following = [...free].filter((name) => !enumerated.includes(name)).sort();
  const places = new Map<string, number>(enumerated.map((name, place) => [name, place]));
  const fill: Evaluator[] = [];
  for (const [name, image] of images) {
    if (places.has(name)) continue;
    fill.push(compile(image, new Map(places)));
    places.set(name, places.size);
  }
  for (const name of following) {
    const { numerator, divisor } = facts.invented.get(name)!;
    const [above, below] = [compile(numerator, new Map(places)), compile(divisor, new Map(places))];
    fill.push((values) => {
      const [a, b] = [above(values), below(values)];
      return a === undefined || b === undefined || b === 0 ? undefined : floorQuotient(a, b);
    });
    places.set(name, places.size);
  }
  const isTied = (size: Size): boolean => variableAtoms(size).every((atom) => places.has(atom.name));
  const checks = [
    ...facts.inequalities.filter(({ size }) => isTied(size)).map(({ size }) => ({ value: compile(size, places), holds: (x: Integer) => x >= 0 })),
    ...facts.equalities.filter(({ size }) => isTied(size)).map(({ size }) => ({ value: compile(size, places), holds: (x: Integer) => x === 0 })),
    ...facts.exclusions.filter(({ size }) => isTied(size)).map(({ size }) => ({ value: compile(size, places), holds: (x: Integer) => x !== 0 })),
    ...following.map((name) => {
      const [{ lower, upper }, place] = [boundsOf(facts, name), places.get(name)!];
      return { value: (values: readonly Integer[]) => values[place], holds: (x: Integer) => x >= lower && x <= upper };
    }),
  ];
  return {
    facts,
    places,
    users: [...images.keys()],
    ranges: enumerated.map((name) => rangeOf(facts, name)),
    complete: (values) => {
      values.length = enumerated.length;
      for (const next of fill) {
        const value = next(values);
        if (value === undefined) return false;
        values.push(value);
      }
      return true;
    },
    satisfied: (values) =>
      checks.every(({ value, holds }) => {
        const found = value(values);
        return found !== undefined && holds(found);
      }),
  };
}

/** The closure of some variables under the facts that tie them: the user's variables, and those that the substitution leaves free. */
function tiedVariables(facts: Facts, sizes: readonly Size[]): { readonly users: Set<string>; readonly free: Set<string> } {
  const [users, free] = [new Set<string>(), new Set<string>()];
  const use = (name: string): void => {
    if (users.has(name) || free.has(name)) return;
    if (facts.invented.has(name)) {
      if (!facts.substitution.has(name)) free.add(name);
      else for (const atom of variableAtoms(solved(facts, variable(name)).size)) use(atom.name);
      const { numerator, divisor } = facts.invented.get(name)!;
      for (const size of [numerator, divisor]) for (const atom of variableAtoms(size)) use(atom.name);
      return;
    }
    users.add(name);
    const image = solved(facts, variable(name)).size;
    if (!facts.substitution.has(name)) free.add(name);
    else for (const atom of variableAtoms(image)) use(atom.name);
  };
  for (const size of sizes) for (const atom of variableAtoms(size)) use(atom.name);
  for (let grown = true; grown;) {
    const before = users.size + free.size;
    for (const { size } of [...facts.inequalities, ...facts.equalities, ...facts.exclusions])
      if (variableAtoms(size).some((atom) => free.has(atom.name))) for (const atom of variableAtoms(size)) use(atom.name);
    grown = users.size + free.size > before;
  }
  return { users, free };
}

function rangeOf(facts: Facts, name: string): { readonly lower: number; readonly upper: number } {
  const size = variable(name);
  return remembered(facts, "range", size.id, () => {
    const bounds = boundsOf(facts, name);
    if (!facts.inequalities.some((known) => variableAtoms(known.size).some((atom) => atom.name === name))) return bounds;
    const linear = linearBounds(facts, size, { steps: 2_000 });
    return linear.impossible === undefined ? linear : { lower: 1, upper: 0 };
  });
}
