// The two decisions on which every verdict rests: is a size 0 for all sizes that the facts allow, and is it at least 0 for all of them? Each goes
// from cheap to dear: the normal form, intervals, linear reasoning, all values of a finite domain, residue classes. Answers are kept per facts and
// size.
import { add, commonMonomial, constant, contentOf, divideContent, divideMonomial, multiply, subtract } from "./arithmetic.ts";
import { noFacts, union } from "./fact-set.ts";
import type { FactSet } from "./fact-set.ts";
import { normalise, remembered } from "./facts.ts";
import type { Domain, Facts } from "./facts.ts";
import { floorQuotient, floorRemainder, negated, plus } from "./integers.ts";
import { atomInterval, sizeInterval } from "./intervals.ts";
import { vanishes } from "./identity.ts";
import { linearBounds } from "./linear.ts";
import type { Budget } from "./linear.ts";
import { asInteger, constantTerm, hasFloor, isPolynomial, soleAtom, unit, zero } from "./polynomial.ts";
import type { Atom, Size } from "./polynomial.ts";
import { filtersOf, finiteModuli, moduliOf, MOST_FINITE_POINTS, splitClasses } from "./residues.ts";
import type { Moduli, ResidueClass } from "./residues.ts";
import { nonNegativeByShift } from "./shift.ts";

/** What was found about a residue class (or about all classes with these residues). */
export interface ClassAnswer {
  readonly residues: ReadonlyMap<Atom, number>;
  readonly answer: "always" | "never" | "empty" | "open";
}

/** The classes of a size, when they were looked at and were not too many. */
export interface Classes {
  readonly moduli: Moduli;
  readonly answers: readonly ClassAnswer[];
}

export type Decision =
  | { readonly kind: "always"; readonly used: FactSet }
  | { readonly kind: "never"; readonly used: FactSet }
  | { readonly kind: "open"; readonly classes?: Classes; readonly tooManyClasses?: boolean };

/** With more classes than this a claim that is not settled otherwise is given up (types.md §4). */
export const MOST_CLASSES = 20_000;
/** With more classes than this, values are tried before the classes are written out one by one. */
const FEW_CLASSES = 100;
/** Nor are more than this written out: they tell the condition under which an equality that fails somewhere is true. */
const MOST_SPLIT_CLASSES = 1_100;
/** Linear reasoning inside each class is done for no more classes than this. */
const MOST_LINEAR_CLASSES = 256;
/** Fourier–Motzkin combinations of rows, of one decision. */
const STEPS = 12_000;

/** Of one class: "empty" when the facts allow no sizes in it. */
type Found = { readonly kind: "always" | "never" | "empty"; readonly used: FactSet } | undefined;

const always = (used: FactSet): Decision => ({ kind: "always", used });
const never = (used: FactSet): Decision => ({ kind: "never", used });

/** Is a size in normal form equal to 0? `failsSomewhere` may search for a place where it is not: it bounds the work on the classes. */
export function decideZero(facts: Facts, size: Size, failsSomewhere: () => boolean): Decision {
  const value = asInteger(size);
  if (value !== undefined) return value === 0 ? always(noFacts) : never(noFacts);
  if (facts.contradiction !== undefined) return always(facts.contradiction);
  return remembered(facts, "zero", size.id, () => {
    const budget: Budget = { steps: STEPS };
    const reduced = withoutPositiveFactors(facts, size);
    const direct = zeroInDomain(facts, reduced.size, budget);
    if (direct !== undefined) return { kind: direct.kind === "never" ? "never" : "always", used: union(direct.used, reduced.used) };
    const finite = overFiniteDomain(facts, size, (values) => zeroInDomain(values.domain, values.size, budget));
    if (finite !== undefined) return finite;
    return zeroByClasses(facts, size, budget, failsSomewhere);
  });
}

/** Decides without classes, or undefined. */
function zeroInDomain(domain: Domain, size: Size, budget: Budget): Found {
  const value = asInteger(size);
  if (value !== undefined) return { kind: value === 0 ? "always" : "never", used: noFacts };
  const content = contentOf(size, false);
  if (content !== 1 && floorRemainder(constantTerm(size), content) !== 0) return { kind: "never", used: noFacts };
  const interval = sizeInterval(domain, size);
  if (interval.lower > 0 || interval.upper < 0) return { kind: "never", used: union(interval.lowerUsed, interval.upperUsed) };
  for (const known of domain.equalities) if (isMultiple(size, known.size)) return { kind: "always", used: known.used };
  for (const known of domain.exclusions) if (isMultiple(known.size, size)) return { kind: "never", used: known.used };
  if (budget.steps <= 0) return undefined;
  const linear = linearBounds(domain, divideContent(size, contentOf(size)), budget);
  if (linear.impossible !== undefined) return { kind: "empty", used: linear.impossible };
  if (linear.lower > 0 || linear.upper < 0) return { kind: "never", used: union(linear.lowerUsed, linear.upperUsed) };
  if (linear.lower === 0 && linear.upper === 0) return { kind: "always", used: union(linear.lowerUsed, linear.upperUsed) };
  return undefined;
}

/** True when one size is an integer multiple of the other, either way round in sign. */
function isMultiple(size: Size, of: Size): boolean {
  if (size === of) return true;
  if (size.terms.length !== of.terms.length) return false;
  const [a, b] = [contentOf(size), contentOf(of)];
  if (floorRemainder(a, b) !== 0) return false;
  const [x, y] = [divideContent(size, a), divideContent(of, b)];
  return x === y || x === subtract(0, y);
}

function zeroByClasses(facts: Facts, size: Size, budget: Budget, failsSomewhere: () => boolean): Decision {
  const filtering = filtersOf(facts, size);
  if (!hasFloor(size) && filtering.length === 0) return { kind: "open" };
  const moduli = moduliOf([size, ...filtering]);
  if (moduli === undefined) return { kind: "open", tooManyClasses: true };
  if (moduli.size === 0) return { kind: "open" };
  const fails = failsSomewhere();
  const count = [...moduli.values()].reduce((product, modulus) => product * modulus, 1);
  if (!fails && count > FEW_CLASSES && vanishes(size, moduli) === true) return always(noFacts);
  if (count > (fails ? 4 * MOST_SPLIT_CLASSES : MOST_CLASSES)) return { kind: "open", tooManyClasses: true };
  const answers: ClassAnswer[] = [];
  const tally = newTally();
  let visited = 0;
  const split = splitClasses(facts, size, moduli, MOST_SPLIT_CLASSES, (one) => {
    const within = ++visited > MOST_LINEAR_CLASSES ? { steps: 0 } : budget;
    const reduced = withoutPositiveFactors(one.domain, one.size);
    const found = one.size === zero ? { kind: "always" as const, used: noFacts } : zeroInDomain(one.domain, reduced.size, within);
    tally.count(found, reduced.used);
    answers.push({ residues: one.residues, answer: found?.kind ?? "open" });
    return true;
  });
  if (split.complete) return tally.decision(split.used) ?? { kind: "open", classes: { moduli, answers } };
  return { kind: "open", tooManyClasses: count > MOST_CLASSES };
}

/** Is a size in normal form at least 0? */
export function decideAtLeastZero(facts: Facts, size: Size): Decision {
  const value = asInteger(size);
  if (value !== undefined) return value >= 0 ? always(noFacts) : never(noFacts);
  if (facts.contradiction !== undefined) return always(facts.contradiction);
  return remembered(facts, "at least zero", size.id, () => {
    const budget: Budget = { steps: STEPS };
    const reduced = withoutPositiveFactors(facts, size);
    const direct = signInDomain(facts, reduced.size, budget);
    if (direct !== undefined) return { kind: direct.kind === "never" ? "never" : "always", used: union(direct.used, reduced.used) };
    const finite = overFiniteDomain(facts, size, (values) => signInDomain(values.domain, values.size, budget));
    if (finite !== undefined) return finite;
    const byClasses = signByClasses(facts, size, budget);
    if (byClasses.kind !== "open") return byClasses;
    const opened = openedFloor(facts, size);
    return opened === undefined ? byClasses : decideAtLeastZero(facts, normalise(facts, opened));
  });
}

/** c * floor(P / m) + k >= 0 without its floor: P >= t * m for a positive c, P <= t * m + m - 1 for a negative one; exact where m is at least 1. */
export function openedFloor(facts: Facts, size: Size): Size | undefined {
  const [term] = size.terms;
  const atom = term === undefined ? undefined : soleAtom(term);
  if (term === undefined || atom === undefined || atom.kind === "variable") return undefined;
  const offset = constantTerm(size);
  if (size.terms.length !== (offset === 0 ? 1 : 2)) return undefined;
  const divisor = atom.kind === "floor" ? constant(atom.denominator) : atom.denominator;
  if (atom.kind === "quotient" && decideAtLeastZero(facts, normalise(facts, subtract(divisor, 1))).kind !== "always") return undefined;
  if (term.coefficient > 0) {
    const least = negated(floorQuotient(offset, term.coefficient));
    return subtract(atom.numerator, multiply(constant(least), divisor));
  }
  const most = floorQuotient(offset, negated(term.coefficient));
  return subtract(add(multiply(constant(plus(most, 1)), divisor), -1), atom.numerator);
}

function signInDomain(domain: Domain, size: Size, budget: Budget): Found {
  const value = asInteger(size);
  if (value !== undefined) return { kind: value >= 0 ? "always" : "never", used: noFacts };
  const interval = sizeInterval(domain, size);
  if (interval.lower >= 0) return { kind: "always", used: interval.lowerUsed };
  if (interval.upper < 0) return { kind: "never", used: interval.upperUsed };
  if (isPolynomial(size)) {
    const shifted = nonNegativeByShift(domain, size);
    if (shifted !== undefined) return { kind: "always", used: shifted };
    const below = nonNegativeByShift(domain, subtract(-1, size));
    if (below !== undefined) return { kind: "never", used: below };
  }
  if (budget.steps <= 0) return undefined;
  const linear = linearBounds(domain, size, budget);
  if (linear.impossible !== undefined) return { kind: "empty", used: linear.impossible };
  if (linear.lower >= 0) return { kind: "always", used: linear.lowerUsed };
  if (linear.upper < 0) return { kind: "never", used: linear.upperUsed };
  return undefined;
}

function signByClasses(facts: Facts, size: Size, budget: Budget): Decision {
  const filtering = filtersOf(facts, size);
  if (!hasFloor(size) && filtering.length === 0) return { kind: "open" };
  const moduli = moduliOf([size, ...filtering]);
  if (moduli === undefined || moduli.size === 0) return { kind: "open" };
  const tally = newTally();
  const split = splitClasses(facts, size, moduli, MOST_LINEAR_CLASSES, (one) => {
    tally.count(signInDomain(one.domain, one.size, budget));
    return tally.isUndecided();
  });
  return (split.complete ? tally.decision(split.used) : undefined) ?? { kind: "open" };
}

/** A size without the factors that are at least 1: its sign and its zeros are the same. */
function withoutPositiveFactors(domain: Domain, size: Size): { readonly size: Size; readonly used: FactSet } {
  const common = size.terms.length > 1 ? commonMonomial(size) : unit;
  if (common === unit) return { size, used: noFacts };
  let used = noFacts;
  for (const atom of common.atoms) {
    const interval = atomInterval(domain, atom);
    if (interval.lower < 1) return { size, used: noFacts };
    used = union(used, interval.lowerUsed);
  }
  return { size: divideMonomial(size, common), used };
}

/** When the variables of a size have few values, all of them are tried. */
function overFiniteDomain(facts: Facts, size: Size, decide: (values: ResidueClass) => Found): Decision | undefined {
  const moduli = finiteModuli(facts, size);
  if (moduli === undefined) return undefined;
  const tally = newTally();
  const visit = (one: ResidueClass): boolean => {
    tally.count(decide(one));
    return tally.isUndecided();
  };
  const split = splitClasses(facts, size, moduli, MOST_FINITE_POINTS, visit, true);
  return split.complete ? tally.decision(split.used) : undefined;
}

/** What holds in every class counted so far. A class that the facts leave empty decides nothing, but its facts are used. */
interface Tally {
  readonly count: (found: Found, alsoUsed?: FactSet) => void;
  /** True while one answer may still hold for all classes. */
  readonly isUndecided: () => boolean;
  readonly decision: (alsoUsed: FactSet) => Decision | undefined;
}

function newTally(): Tally {
  let [passing, failing, used] = [true, true, noFacts];
  return {
    count: (found, alsoUsed = noFacts) => {
      if (found !== undefined) used = union(used, union(found.used, alsoUsed));
      if (found?.kind !== "always" && found?.kind !== "empty") passing = false;
      if (found?.kind !== "never" && found?.kind !== "empty") failing = false;
    },
    isUndecided: () => passing || failing,
    decision: (alsoUsed) => (passing ? always(union(used, alsoUsed)) : failing ? never(union(used, alsoUsed)) : undefined),
  };
}
