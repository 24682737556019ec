// What is known about sizes, immutable: bounds of variables, a triangular substitution (equalities and divisibilities solved for a variable),
// rewrites of products, and what is left over. `normalise` brings a size under the substitution. Caches hang on the object and go with it.
import { add, multiply } from "./arithmetic.ts";
import { divideByInteger, floorDivide } from "./division.ts";
import { noFacts, union } from "./fact-set.ts";
import type { FactSet } from "./fact-set.ts";
import { atomSize, divideMonomials, monomialOf, monomialSize, sizeOf, variableAtoms, zero } from "./polynomial.ts";
import type { Atom, Monomial, Size } from "./polynomial.ts";
import type { Claim } from "./verdict.ts";
import { replaceAtoms, substitute } from "./substitution.ts";

export interface Bounds {
  readonly lower: number;
  readonly upper: number;
  readonly lowerUsed: FactSet;
  readonly upperUsed: FactSet;
}

/** A size of which something is known (at least 0, equal to 0, not 0), and the facts that say so. */
export interface Known {
  readonly size: Size;
  readonly used: FactSet;
}

/** What decisions work on: the facts of a scope, or those facts inside one residue class. */
export interface Domain {
  /** Of a variable that is not here: at least 1. */
  readonly bounds: ReadonlyMap<string, Bounds>;
  readonly inequalities: readonly Known[];
  readonly equalities: readonly Known[];
  readonly exclusions: readonly Known[];
}

/** An invented variable stands for numerator / divisor, exact, written in the user's variables. */
export interface Invented {
  readonly numerator: Size;
  readonly divisor: Size;
}

/** A product (or a floor) that equals something simpler, but is no variable to solve for. */
export interface Rewrite {
  readonly monomial: Monomial;
  readonly value: Size;
  readonly used: FactSet;
}

export interface Facts extends Domain {
  /** The user's variables, in the order in which they were declared or first used in a fact. */
  readonly names: readonly string[];
  /** Variables solved for; the values are in normal form: none of their variables is itself a key. */
  readonly substitution: ReadonlyMap<string, Known>;
  readonly rewrites: readonly Rewrite[];
  readonly invented: ReadonlyMap<string, Invented>;
  /** The facts that contradict each other, when it was seen that they do. */
  readonly contradiction: FactSet | undefined;
  /** Bounds of the user's variables, kept when a variable is solved for: what was once known of it stays true. */
  readonly stated: ReadonlyMap<string, Bounds>;
  /** The facts themselves, by `claimKey`: what was said is true. */
  readonly given: ReadonlyMap<string, FactSet>;
  /** Answers already found, by kind and by the canonical sizes asked about. */
  readonly answers: Map<string, Map<number, unknown>>;
}

export const emptyFacts = (): Facts => ({
  names: [],
  bounds: new Map(),
  stated: new Map(),
  given: new Map(),
  substitution: new Map(),
  rewrites: [],
  inequalities: [],
  equalities: [],
  exclusions: [],
  invented: new Map(),
  contradiction: undefined,
  answers: new Map(),
});

/** Facts with parts replaced, and no answers yet. */
export const withFacts = (facts: Facts, parts: Partial<Omit<Facts, "answers">>): Facts => ({
  ...facts,
  ...parts,
  ...(parts.bounds ? { stated: new Map([...facts.stated, ...parts.bounds]) } : {}),
  answers: new Map(),
});

/** Declares a variable with its bounds: at least 1 unless said otherwise. A lower bound of -Infinity is allowed. */
export function declare(facts: Facts, name: string, bounds: { readonly lower?: number; readonly upper?: number } = {}): Facts {
  const { lower = 1, upper = Infinity } = bounds;
  return withFacts(facts, {
    names: facts.names.includes(name) ? facts.names : [...facts.names, name],
    bounds: new Map(facts.bounds).set(name, { lower: Math.ceil(lower), upper: Math.floor(upper), lowerUsed: noFacts, upperUsed: noFacts }),
    contradiction: Math.ceil(lower) > Math.floor(upper) ? noFacts : facts.contradiction,
  });
}

const UNDECLARED: Bounds = { lower: 1, upper: Infinity, lowerUsed: noFacts, upperUsed: noFacts };

export const boundsOf = (domain: Domain, name: string): Bounds => domain.bounds.get(name) ?? UNDECLARED;

/** The same for claims that say the same of the same sizes. */
export function claimKey(claim: Claim): string {
  return claim.kind === "divides" ? `divides ${claim.divisor.id} ${claim.of.id}` : `${claim.kind} ${claim.left.id} ${claim.right.id}`;
}

/** An answer about a size, found once per facts. */
export function remembered<Answer>(facts: Facts, kind: string, id: number, find: () => Answer): Answer {
  let answers = facts.answers.get(kind) as Map<number, Answer> | undefined;
  if (answers === undefined) facts.answers.set(kind, (answers = new Map<number, Answer>()));
  const known = answers.get(id);
  if (known !== undefined) return known;
  const answer = find();
  answers.set(id, answer);
  return answer;
}

// ---- normal form under facts

/** A size under the facts' substitution, for caches and comparisons. It may hold invented variables: `restore` gives them back. */
export const normalise = (facts: Facts, a: Size): Size => normaliseKnown(facts, a).size;

const MOST_REWRITES = 8; // rounds; every round is an equality, so stopping early only loses canonicity

export function normaliseKnown(facts: Facts, a: Size): Known {
  if (facts.substitution.size === 0 && facts.rewrites.length === 0) return { size: a, used: noFacts };
  return remembered(facts, "normal form", a.id, () => {
    let { size, used } = solved(facts, a);
    for (let round = 0; facts.rewrites.length > 0 && round < MOST_REWRITES; round++) {
      const next = rewritten(facts, { size, used });
      if (next.size === size) break;
      ({ size, used } = next);
    }
    return { size, used };
  });
}

/** A size under the substitution alone. */
export function solved(facts: Facts, a: Size): Known {
  let used = noFacts;
  let touched = false;
  for (const atom of variableAtoms(a)) {
    const value = facts.substitution.get(atom.name);
    if (value !== undefined) [used, touched] = [union(used, value.used), true];
  }
  if (!touched) return { size: a, used };
  const size = replaceAtoms(a, (atom) => (atom.kind === "variable" ? facts.substitution.get(atom.name)?.size : undefined));
  return { size, used };
}

function rewritten(facts: Facts, known: Known): Known {
  let used = known.used;
  const memo = new Map<Atom, Size>();
  const rewriteSize = (size: Size): Size => {
    const terms = size.terms.map((term): Size => {
      for (const rule of facts.rewrites) {
        const rest = divideMonomials(term.monomial, rule.monomial);
        if (rest === undefined) continue;
        used = union(used, rule.used);
        return multiply(monomialSize(rest, term.coefficient), rule.value);
      }
      const factors = term.monomial.atoms.map(rewriteAtom);
      return factors.every((factor, at) => factor === atomSize(term.monomial.atoms[at]!))
        ? sizeOf([term])
        : multiply(monomialSize(monomialOf([]), term.coefficient), ...factors);
    });
    return add(...terms);
  };
  const rewriteAtom = (atom: Atom): Size => {
    if (atom.kind === "variable") return atomSize(atom);
    let value = memo.get(atom);
    if (value !== undefined) return value;
    const numerator = rewriteSize(atom.numerator);
    if (atom.kind === "floor") value = divideByInteger(numerator, atom.denominator);
    else {
      const denominator = rewriteSize(atom.denominator);
      value = denominator === zero ? atomSize(atom) : floorDivide(numerator, denominator);
    }
    memo.set(atom, value);
    return value;
  };
  const size = rewriteSize(known.size);
  return { size, used };
}

/** A size with the invented variables replaced by the quotients of the user's variables that they stand for. */
export function restore(facts: Facts, a: Size): Size {
  if (facts.invented.size === 0) return a;
  const values = new Map<string, Size>();
  for (const { name } of variableAtoms(a)) {
    const invented = facts.invented.get(name);
    if (invented !== undefined) values.set(name, floorDivide(invented.numerator, invented.divisor));
  }
  return substitute(a, values);
}
