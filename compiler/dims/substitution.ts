// Replacing atoms by sizes, and renormalising the floors around them. All replacements are simultaneous.
import { add, multiply } from "./arithmetic.ts";
import { divideByInteger, floorDivide } from "./division.ts";
import { atomSize, monomialOf, sizeOf, variableAtoms, zero } from "./polynomial.ts";
import type { Atom, Size, Term } from "./polynomial.ts";

/** What an atom becomes; undefined: it stays, but its inside is replaced. */
export type AtomValues = (atom: Atom) => Size | undefined;

/** A size with atoms replaced. `memo` may be shared between calls that replace the same atoms by the same sizes. */
export function replaceAtoms(size: Size, values: AtomValues, memo: Map<Atom, Size> = new Map()): Size {
  const unchanged: Term[] = [];
  const changed: Size[] = [];
  for (const term of size.terms) {
    const kept: Atom[] = [];
    const factors: Size[] = [];
    for (const atom of term.monomial.atoms) {
      const value = replaceAtom(atom, values, memo);
      if (value === atomSize(atom)) kept.push(atom);
      else factors.push(value);
    }
    if (factors.length === 0) unchanged.push(term);
    else changed.push(multiply(sizeOf([{ monomial: monomialOf(kept), coefficient: term.coefficient }]), ...factors));
  }
  return changed.length === 0 ? size : add(sizeOf(unchanged), ...changed);
}

function replaceAtom(atom: Atom, values: AtomValues, memo: Map<Atom, Size>): Size {
  const known = memo.get(atom);
  if (known !== undefined) return known;
  const value = values(atom) ?? replaceInside(atom, values, memo);
  memo.set(atom, value);
  return value;
}

function replaceInside(atom: Atom, values: AtomValues, memo: Map<Atom, Size>): Size {
  switch (atom.kind) {
    case "variable":
      return atomSize(atom);
    case "floor": {
      const numerator = replaceAtoms(atom.numerator, values, memo);
      return numerator === atom.numerator ? atomSize(atom) : divideByInteger(numerator, atom.denominator);
    }
    case "quotient": {
      const numerator = replaceAtoms(atom.numerator, values, memo);
      const denominator = replaceAtoms(atom.denominator, values, memo);
      if (denominator === zero) return atomSize(atom); // stays as it was: nothing here throws
      return numerator === atom.numerator && denominator === atom.denominator ? atomSize(atom) : floorDivide(numerator, denominator);
    }
  }
}

/** A size with variables replaced, simultaneously. A quotient whose divisor would become 0 stays as it is written. */
export function substitute(a: Size, values: ReadonlyMap<string, Size>): Size {
  if (values.size === 0 || !variableAtoms(a).some((atom) => values.has(atom.name))) return a;
  return replaceAtoms(a, (atom) => (atom.kind === "variable" ? values.get(atom.name) : undefined));
}
