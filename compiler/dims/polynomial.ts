// What a size is: a polynomial with integer coefficients over atoms, hash-consed at three levels (atom, monomial, size), so that equal normal forms
// are one object and comparing them is `===`. Order is structural (degree, then names), never the order of creation: the same program gives the same
// answers and the same text whatever was compiled before it. The tables live as long as the process; entries are small and are never given back.
import type { Integer } from "./integers.ts";

export interface VariableAtom {
  readonly kind: "variable";
  readonly id: number;
  readonly key: string;
  readonly name: string;
}

/** floor(numerator / denominator), denominator a constant > 1, numerator's coefficients in [0, denominator). */
export interface FloorAtom {
  readonly kind: "floor";
  readonly id: number;
  readonly key: string;
  readonly numerator: Size;
  readonly denominator: Integer;
}

/** floor(numerator / denominator), denominator a primitive polynomial that does not divide the numerator. Opaque, but for its two inequalities. */
export interface QuotientAtom {
  readonly kind: "quotient";
  readonly id: number;
  readonly key: string;
  readonly numerator: Size;
  readonly denominator: Size;
}

export type Atom = VariableAtom | FloorAtom | QuotientAtom;

/** A product of atoms, in order, with repetition; no atoms at all is 1. */
export interface Monomial {
  readonly id: number;
  readonly atoms: readonly Atom[];
}

export interface Term {
  readonly monomial: Monomial;
  readonly coefficient: Integer;
}

/** A symbolic size in normal form: terms from the greatest monomial to the smallest, no coefficient 0. Equal normal forms are the same object. */
export interface Size {
  readonly id: number;
  readonly terms: readonly Term[];
}

// ---- atoms

let atomCount = 0;
const variables = new Map<string, VariableAtom>();
const floors = new Map<string, FloorAtom>();
const quotients = new Map<string, QuotientAtom>();

export function variableAtom(name: string): VariableAtom {
  let atom = variables.get(name);
  if (atom === undefined) variables.set(name, (atom = { kind: "variable", id: atomCount++, key: name, name }));
  return atom;
}

export function floorAtom(numerator: Size, denominator: Integer): FloorAtom {
  const place = `${numerator.id}/${denominator}`;
  let atom = floors.get(place);
  if (atom === undefined) {
    atom = { kind: "floor", id: atomCount++, key: `[${keyOf(numerator)}/${denominator}]`, numerator, denominator };
    floors.set(place, atom);
  }
  return atom;
}

export function quotientAtom(numerator: Size, denominator: Size): QuotientAtom {
  const place = `${numerator.id}/${denominator.id}`;
  let atom = quotients.get(place);
  if (atom === undefined) {
    atom = { kind: "quotient", id: atomCount++, key: `[${keyOf(numerator)}//${keyOf(denominator)}]`, numerator, denominator };
    quotients.set(place, atom);
  }
  return atom;
}

const keyOf = (size: Size): string =>
  size.terms.map((term) => `${term.coefficient}${term.monomial.atoms.map((atom) => `*${atom.key}`).join("")}`).join("+");

const RANK = { variable: 0, floor: 1, quotient: 2 } satisfies Record<Atom["kind"], number>;

export function compareAtoms(a: Atom, b: Atom): number {
  if (a === b) return 0;
  return RANK[a.kind] - RANK[b.kind] || (a.key < b.key ? -1 : 1);
}

// ---- monomials: a trie of atoms, so that a product of known monomials allocates nothing

let monomialCount = 0;
const children: Map<number, Monomial>[] = [];

function newMonomial(atoms: readonly Atom[]): Monomial {
  children.push(new Map());
  return { id: monomialCount++, atoms };
}

export const unit: Monomial = newMonomial([]);

/** The monomial of atoms that are already in order. */
export function monomialOf(atoms: readonly Atom[]): Monomial {
  let node = unit;
  for (const [depth, atom] of atoms.entries()) {
    const next = children[node.id]!;
    let child = next.get(atom.id);
    if (child === undefined) next.set(atom.id, (child = newMonomial(atoms.slice(0, depth + 1))));
    node = child;
  }
  return node;
}

const products = new Map<number, Monomial>();
const PAIR = 2 ** 26;

export function multiplyMonomials(a: Monomial, b: Monomial): Monomial {
  if (a === unit) return b;
  if (b === unit) return a;
  const place = a.id < b.id ? a.id * PAIR + b.id : b.id * PAIR + a.id;
  let product = products.get(place);
  if (product === undefined) products.set(place, (product = monomialOf([...a.atoms, ...b.atoms].sort(compareAtoms))));
  return product;
}

/** a / b, or undefined when b is not a factor of a. */
export function divideMonomials(a: Monomial, b: Monomial): Monomial | undefined {
  if (b === unit) return a;
  if (a.atoms.length < b.atoms.length) return undefined;
  const rest: Atom[] = [];
  let next = 0;
  for (const atom of a.atoms) {
    if (next < b.atoms.length && atom === b.atoms[next]) next++;
    else rest.push(atom);
  }
  return next === b.atoms.length ? monomialOf(rest) : undefined;
}

export function commonFactor(a: Monomial, b: Monomial): Monomial {
  if (a === b) return a;
  const left = [...b.atoms];
  const shared = a.atoms.filter((atom) => {
    const at = left.indexOf(atom);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
  return monomialOf(shared);
}

/** Graded lexicographic, greatest first: a monomial order, so that long division ends and finds every exact quotient. */
export function compareMonomials(a: Monomial, b: Monomial): number {
  if (a === b) return 0;
  if (a.atoms.length !== b.atoms.length) return b.atoms.length - a.atoms.length;
  for (let i = 0; i < a.atoms.length; i++) {
    const order = compareAtoms(a.atoms[i]!, b.atoms[i]!);
    if (order !== 0) return order;
  }
  return 0;
}

// ---- sizes

let sizeCount = 0;
const buckets = new Map<number, Size[]>();

/** The size with these terms: in order, distinct, no coefficient 0. */
export function sizeOf(terms: readonly Term[]): Size {
  let hash = terms.length;
  for (const { monomial, coefficient } of terms) {
    hash = Math.imul(hash ^ monomial.id, 0x01000193);
    hash = Math.imul(hash ^ (typeof coefficient === "number" ? coefficient | 0 : Number(coefficient & 0x7fffffffn)), 0x01000193) ^ (hash >>> 15);
  }
  const bucket = buckets.get(hash);
  if (bucket !== undefined) {
    for (const size of bucket) if (sameTerms(size.terms, terms)) return size;
  }
  const size: Size = { id: sizeCount++, terms };
  if (bucket === undefined) buckets.set(hash, [size]);
  else bucket.push(size);
  return size;
}

function sameTerms(a: readonly Term[], b: readonly Term[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i]!.monomial !== b[i]!.monomial || a[i]!.coefficient !== b[i]!.coefficient) return false;
  return true;
}

export const zero: Size = sizeOf([]);

export const monomialSize = (monomial: Monomial, coefficient: Integer = 1): Size => (coefficient === 0 ? zero : sizeOf([{ monomial, coefficient }]));
export const atomSize = (atom: Atom): Size => monomialSize(monomialOf([atom]));

/** The coefficient of the monomial 1. */
export function constantTerm(size: Size): Integer {
  const last = size.terms.at(-1);
  return last !== undefined && last.monomial === unit ? last.coefficient : 0;
}

/** The integer that a size is, or undefined. */
export function asInteger(size: Size): Integer | undefined {
  if (size.terms.length === 0) return 0;
  return size.terms.length === 1 && size.terms[0]!.monomial === unit ? size.terms[0]!.coefficient : undefined;
}

/** The atom of a term that is a coefficient times one atom. */
export const soleAtom = (term: Term): Atom | undefined => (term.monomial.atoms.length === 1 ? term.monomial.atoms[0] : undefined);

// ---- variables of a size, found once

const variablesBySize: (readonly VariableAtom[])[] = [];

/** The variables of a size, those inside floors included, in order. */
export function variableAtoms(size: Size): readonly VariableAtom[] {
  const known = variablesBySize[size.id];
  if (known !== undefined) return known;
  const found = new Set<VariableAtom>();
  for (const term of size.terms) for (const atom of term.monomial.atoms) for (const variable of atomVariables(atom)) found.add(variable);
  return (variablesBySize[size.id] = [...found].sort(compareAtoms));
}

export function atomVariables(atom: Atom): readonly VariableAtom[] {
  switch (atom.kind) {
    case "variable":
      return [atom];
    case "floor":
      return variableAtoms(atom.numerator);
    case "quotient":
      return [...variableAtoms(atom.numerator), ...variableAtoms(atom.denominator)];
  }
}

const floorsBySize: boolean[] = [];

/** True when a size has a floor by a constant: those are what residue classes resolve. */
export function hasFloor(size: Size): boolean {
  return (floorsBySize[size.id] ??= size.terms.some((term) =>
    term.monomial.atoms.some((a) => a.kind === "floor" || (a.kind === "quotient" && (hasFloor(a.numerator) || hasFloor(a.denominator)))),
  ));
}

/** True when every atom of a size is a variable: a plain polynomial. */
export const isPolynomial = (size: Size): boolean => size.terms.every((term) => term.monomial.atoms.every((atom) => atom.kind === "variable"));
