// Residue classes. On a class of its variables (v == M*q + r) every floor by a constant is a polynomial, so a size with floors splits into finitely
// many polynomials, one per class (types.md §1, §4). Variables are split one at a time, and only while a floor is left.
import { add, constant, scale, variable } from "./arithmetic.ts";
import { noFacts, union } from "./fact-set.ts";
import type { FactSet } from "./fact-set.ts";
import type { Bounds, Domain, Known } from "./facts.ts";
import { atomInterval } from "./intervals.ts";
import { floorQuotient, greatestCommonDivisor, leastCommonMultiple, times } from "./integers.ts";
import type { Integer } from "./integers.ts";
import { asInteger, atomVariables, compareAtoms, hasFloor, unit, variableAtoms, zero } from "./polynomial.ts";
import type { Atom, Size } from "./polynomial.ts";
import { replaceAtoms } from "./substitution.ts";

/** Per atom to be split (a variable, or an opaque quotient), the modulus that makes every floor of the sizes a polynomial. In order. */
export type Moduli = ReadonlyMap<Atom, number>;

/** The moduli, or undefined when one of them is beyond 2^53. */
export function moduliOf(sizes: readonly Size[]): Moduli | undefined {
  const moduli = new Map<Atom, Integer>();
  for (const size of sizes) for (const term of size.terms) for (const atom of term.monomial.atoms) need(atom, 1, moduli);
  const ordered = [...moduli].sort(([a, m], [b, n]) => quotientsFirst(a) - quotientsFirst(b) || Number(m) - Number(n) || compareAtoms(a, b));
  return ordered.every(([, modulus]) => typeof modulus === "number") ? (new Map(ordered) as Map<Atom, number>) : undefined;
}

/** A quotient is split before the variables in it: afterwards it would be another quotient. */
const quotientsFirst = (atom: Atom): number => (atom.kind === "quotient" ? 0 : 1);

/** The value of an atom is needed modulo `modulus`. A floor by m needs its inside modulo m * modulus. */
function need(atom: Atom, modulus: Integer, moduli: Map<Atom, Integer>): void {
  if (atom.kind !== "floor") {
    if (modulus !== 1) moduli.set(atom, leastCommonMultiple(moduli.get(atom) ?? 1, modulus));
    if (atom.kind === "quotient" && modulus === 1) {
      for (const side of [atom.numerator, atom.denominator])
        for (const term of side.terms) for (const inner of term.monomial.atoms) need(inner, 1, moduli);
    }
    return;
  }
  const inside = times(atom.denominator, modulus);
  for (const { monomial, coefficient } of atom.numerator.terms) {
    if (monomial === unit) continue;
    const rest = floorQuotient(inside, greatestCommonDivisor(inside, coefficient));
    if (rest !== 1) for (const inner of monomial.atoms) need(inner, rest, moduli);
  }
}

/** One class, or several that need no further split: `residues` holds the variables that were split. */
export interface ResidueClass {
  readonly residues: ReadonlyMap<Atom, number>;
  readonly size: Size;
  readonly domain: Domain;
}

export interface Split {
  /** False when there are more classes than the cap: then the visits were not all of them. */
  readonly complete: boolean;
  /** The facts by which classes were found empty and not visited. */
  readonly used: FactSet;
}

/**
 * Visits the classes of a size in which the facts leave any sizes; stops when `visit` answers false.
 * The facts that have floors of their own, and share a variable with the size, are split with it and filter the classes.
 * With `all`, every variable is split, needed or not: so a finite domain is gone through value by value.
 */
export function splitClasses(domain: Domain, size: Size, moduli: Moduli, cap: number, visit: (one: ResidueClass) => boolean, all = false): Split {
  const atoms = [...moduli.keys()];
  let [count, complete, used] = [0, true, noFacts];
  const go = (at: number, residues: Map<Atom, number>, current: Size, inside: Domain): boolean => {
    const empty = emptyBy(inside);
    if (empty !== undefined) {
      used = union(used, empty);
      return true;
    }
    let next = at;
    while (!all && next < atoms.length && !isNeeded(atoms[next]!, current, inside)) next++;
    if (next === atoms.length) {
      if (++count > cap) return (complete = false);
      return visit({ residues: new Map(residues), size: current, domain: inside });
    }
    const atom = atoms[next]!;
    const modulus = moduli.get(atom)!;
    const bounds = atomInterval(inside, atom);
    const few = bounds.upper - bounds.lower < modulus; // then its values are tried, not its residues: the class is one value
    const first = few ? bounds.lower : 0;
    const last = few ? bounds.upper : modulus - 1;
    if (first > last || few) used = union(used, union(bounds.lowerUsed, bounds.upperUsed));
    for (let value = first; value <= last; value++) {
      if (count > cap) return false;
      const residue = ((value % modulus) + modulus) % modulus;
      const name = `${atom.key}%`;
      const image = few ? constant(value) : add(scale(variable(name), modulus), residue);
      const quotient = few ? undefined : { name, bounds: quotientBounds(bounds, modulus, residue) };
      if (quotient !== undefined && quotient.bounds.lower > quotient.bounds.upper) {
        used = union(used, union(bounds.lowerUsed, bounds.upperUsed));
        continue;
      }
      residues.set(atom, residue);
      if (!go(next + 1, residues, replaceIn(current, atom, image), inClass(inside, atom, image, quotient))) return false;
    }
    residues.delete(atom);
    return true;
  };
  const finished = go(0, new Map(), size, domain);
  return { complete: complete && finished, used };
}

const quotientBounds = (bounds: Bounds, modulus: number, residue: number): Bounds => ({
  ...bounds,
  lower: Math.ceil((bounds.lower - residue) / modulus),
  upper: Math.floor((bounds.upper - residue) / modulus),
});

function replaceIn(size: Size, atom: Atom, image: Size): Size {
  if (atom.kind === "variable" && !variableAtoms(size).includes(atom)) return size;
  return replaceAtoms(size, (other) => (other === atom ? image : undefined));
}

function inClass(domain: Domain, atom: Atom, image: Size, quotient: { readonly name: string; readonly bounds: Bounds } | undefined): Domain {
  const map = (known: readonly Known[]): readonly Known[] => {
    const replaced = known.map((one) => {
      const size = replaceIn(one.size, atom, image);
      return size === one.size ? one : { size, used: one.used };
    });
    return replaced.every((one, at) => one === known[at]) ? known : replaced;
  };
  return {
    bounds: quotient === undefined ? domain.bounds : new Map(domain.bounds).set(quotient.name, quotient.bounds),
    inequalities: map(domain.inequalities),
    equalities: map(domain.equalities),
    exclusions: map(domain.exclusions),
  };
}

/** An atom is split while a floor that depends on it is left, in the size or in a fact that filters. */
const isNeeded = (atom: Atom, size: Size, domain: Domain): boolean =>
  dependsOn(size, atom) || domain.equalities.some((known) => dependsOn(known.size, atom));

function dependsOn(size: Size, atom: Atom): boolean {
  if (!hasFloor(size) || (atom.kind === "variable" && !variableAtoms(size).includes(atom))) return false;
  return size.terms.some((term) => term.monomial.atoms.some((inner) => inner.kind !== "variable" && holds(inner, atom)));
}

function holds(outer: Atom, atom: Atom): boolean {
  if (outer.kind === "variable") return false;
  if (atom.kind === "variable")
    return atomVariables(outer).includes(atom) && (outer.kind === "floor" || hasFloor(outer.numerator) || hasFloor(outer.denominator));
  return outer.numerator.terms.some((term) => term.monomial.atoms.some((inner) => inner === atom || holds(inner, atom)));
}

/** The facts that a class contradicts as constants, or undefined. */
function emptyBy(domain: Domain): FactSet | undefined {
  for (const { size, used } of domain.equalities) {
    const value = asInteger(size);
    if (value !== undefined && value !== 0) return used;
  }
  for (const { size, used } of domain.exclusions) if (size === zero) return used;
  for (const { size, used } of domain.inequalities) {
    const value = asInteger(size);
    if (value !== undefined && value < 0) return used;
  }
  return undefined;
}

/** The equalities with floors that share a variable with a size, directly or through each other: they are split with it. */
export function filtersOf(domain: Domain, size: Size): readonly Size[] {
  const seen = new Set(variableAtoms(size));
  const found = new Set<Size>();
  for (let grown = true; grown;) {
    grown = false;
    for (const { size: fact } of domain.equalities) {
      if (found.has(fact) || !hasFloor(fact) || !variableAtoms(fact).some((atom) => seen.has(atom))) continue;
      found.add(fact);
      for (const atom of variableAtoms(fact)) seen.add(atom);
      grown = true;
    }
  }
  return [...found];
}

export const MOST_FINITE_POINTS = 256;

/** "Moduli" that split every variable of a size into its single values, when those are few; for `splitClasses` with `all`. */
export function finiteModuli(domain: Domain, size: Size): Moduli | undefined {
  let points = 1;
  const moduli = new Map<Atom, number>();
  for (const atom of variableAtoms(size)) {
    const { lower, upper } = atomInterval(domain, atom);
    points *= upper - lower + 1;
    if (!(points <= MOST_FINITE_POINTS)) return undefined;
    moduli.set(atom, Math.max(upper - lower + 1, 1));
  }
  return moduli;
}
