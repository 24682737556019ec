// Adding a fact. Each kind of claim is turned into the strongest thing that is exactly equivalent (types.md §3): a bound, a substitution that solves
// for a variable, a rewrite, or, when nothing else fits, an inequality or equality that is kept as it is. Nothing here guesses and nothing throws:
// `undefined` is a contradiction.
import { add, commonMonomial, constant, contentOf, divideContent, divideMonomial, multiply, negate, subtract, variable } from "./arithmetic.ts";
import { decideAtLeastZero, decideZero } from "./decision.ts";
import { floorDivide } from "./division.ts";
import { factSet, noFacts, union } from "./fact-set.ts";
import type { FactSet } from "./fact-set.ts";
import { boundsOf, claimKey, normaliseKnown, restore, withFacts } from "./facts.ts";
import type { Bounds, Facts, Known } from "./facts.ts";
import { floorQuotient, greatestCommonDivisor, magnitude, negated, plus, times } from "./integers.ts";
import type { Integer } from "./integers.ts";
import { atomInterval, narrower, quotientInterval, sizeInterval } from "./intervals.ts";
import { linearBounds } from "./linear.ts";
import { asInteger, atomSize, constantTerm, monomialOf, monomialSize, sizeOf, soleAtom, variableAtoms, zero } from "./polynomial.ts";
import type { Size, Term, VariableAtom } from "./polynomial.ts";
import { congruence } from "./congruence.ts";
import { divideContentOfInequality, invent, named, quotientRewrites, solvable } from "./solving.ts";
import { substitute } from "./substitution.ts";
import type { Claim } from "./verdict.ts";

/** The facts with one more; undefined when they contradict it. */
type Added = Facts | undefined;

const STEPS = 4_000;

/** Facts with a claim added. `id` is what proofs will name it by. Never throws; a contradiction leaves facts that are known to be unsatisfiable. */
export function assume(facts: Facts, claim: Claim, id?: number): { facts: Facts; contradiction: boolean } {
  if (facts.contradiction !== undefined) return { facts, contradiction: true };
  const used = factSet(id);
  const named = withNames(facts, claim);
  const added = addClaim({ ...named, given: new Map(named.given).set(claimKey(claim), used) }, claim, used);
  if (added !== undefined) return { facts: added, contradiction: false };
  let all = used;
  for (const known of [...facts.substitution.values(), ...facts.inequalities, ...facts.equalities, ...facts.exclusions]) all = union(all, known.used);
  for (const bounds of facts.bounds.values()) all = union(all, union(bounds.lowerUsed, bounds.upperUsed));
  return { facts: withFacts(facts, { contradiction: all }), contradiction: true };
}

function withNames(facts: Facts, claim: Claim): Facts {
  const sizes = claim.kind === "divides" ? [claim.divisor, claim.of] : [claim.left, claim.right];
  const fresh = [...new Set(sizes.flatMap((size) => variableAtoms(size).map((atom) => atom.name)))].filter((name) => !facts.names.includes(name));
  return fresh.length === 0 ? facts : withFacts(facts, { names: [...facts.names, ...fresh] });
}

function addClaim(facts: Facts, claim: Claim, used: FactSet): Added {
  switch (claim.kind) {
    case "equal":
      return addZero(facts, subtract(claim.left, claim.right), used);
    case "at_least":
      return addAtLeastZero(facts, subtract(claim.left, claim.right), used);
    case "not_equal":
      return addNotZero(facts, subtract(claim.left, claim.right), used);
    case "divides": {
      const positive = addAtLeastZero(facts, add(claim.divisor, -1), used);
      return positive === undefined ? undefined : addMultiple(positive, claim.of, claim.divisor, used);
    }
  }
}

const under = (facts: Facts, size: Size, used: FactSet): Known => {
  const known = normaliseKnown(facts, size);
  return { size: known.size, used: union(known.used, used) };
};

// ---- size >= 0

function addAtLeastZero(facts: Facts, raw: Size, because: FactSet): Added {
  const { size: whole, used } = under(facts, raw, because);
  const size = divideContentOfInequality(whole);
  const value = asInteger(size);
  if (value !== undefined) return value >= 0 ? facts : undefined;
  if (sizeInterval(facts, size).lower >= 0) return facts;
  const [term] = size.terms as [Term];
  const atom = soleAtom(term);
  if (atom !== undefined && size.terms.length === (constantTerm(size) === 0 ? 1 : 2)) {
    // c * atom + k >= 0
    const [coefficient, offset] = [term.coefficient, constantTerm(size)];
    const end = coefficient > 0 ? negated(floorQuotient(offset, coefficient)) : floorQuotient(offset, negated(coefficient));
    if (atom.kind === "variable")
      return typeof end === "number" ? addBound(facts, atom, coefficient > 0 ? "lower" : "upper", end, used) : keepInequality(facts, size, used);
    // floor(P / m) >= t is P >= m*t; floor(P / m) <= t is P <= m*t + m - 1
    if (atom.kind === "floor") {
      const edge = times(end, atom.denominator);
      if (coefficient > 0) return addAtLeastZero(facts, subtract(atom.numerator, constant(edge)), used);
      return addAtLeastZero(facts, subtract(constant(plus(edge, plus(atom.denominator, -1))), atom.numerator), used);
    }
  }
  return keepInequality(facts, size, used);
}

function addBound(facts: Facts, atom: VariableAtom, end: "lower" | "upper", value: number, used: FactSet): Added {
  const old = boundsOf(facts, atom.name);
  const bounds = narrower(
    old,
    end === "lower"
      ? { lower: value, upper: Infinity, lowerUsed: used, upperUsed: noFacts }
      : { lower: -Infinity, upper: value, lowerUsed: noFacts, upperUsed: used },
  );
  if (bounds.lower > bounds.upper) return undefined;
  const bounded = withFacts(facts, { bounds: new Map(facts.bounds).set(atom.name, bounds) });
  if (bounds.lower === bounds.upper) return solve(bounded, atom, constant(bounds.lower), union(bounds.lowerUsed, bounds.upperUsed));
  return contradicted(bounded) ? undefined : bounded;
}

/** True when linear reasoning refutes the facts. */
const contradicted = (facts: Facts): boolean =>
  facts.inequalities.some(({ size }) => linearBounds(facts, size, { steps: STEPS }).impossible !== undefined);

function keepInequality(facts: Facts, size: Size, used: FactSet): Added {
  if (facts.inequalities.some((known) => known.size === size)) return facts;
  const decision = decideAtLeastZero(facts, size);
  if (decision.kind === "never") return undefined;
  if (decision.kind === "always") return facts;
  const opposite = facts.inequalities.find((known) => known.size === negate(size));
  const kept = withFacts(facts, { inequalities: [...facts.inequalities, { size, used }] });
  const bounded = withImpliedBounds(kept, size);
  if (bounded === undefined) return undefined;
  return opposite === undefined ? bounded : addZero(bounded, size, union(used, opposite.used));
}

/** The bounds that the facts now give to the variables of an inequality: they make domains finite, and searches start where there is something. */
function withImpliedBounds(facts: Facts, size: Size): Added {
  const all = new Map(facts.bounds);
  for (const { name } of variableAtoms(size)) {
    const linear = linearBounds(facts, variable(name), { steps: STEPS });
    if (linear.impossible !== undefined || linear.lower > linear.upper) return undefined;
    const { lower, upper, lowerUsed, upperUsed } = linear;
    all.set(name, narrower(boundsOf(facts, name), { lower, upper, lowerUsed, upperUsed }));
  }
  return withFacts(facts, { bounds: all });
}

// ---- size != 0

function addNotZero(facts: Facts, raw: Size, because: FactSet): Added {
  const { size, used } = under(facts, raw, because);
  const decision = decideZero(facts, size, () => false);
  if (decision.kind === "never") return facts;
  if (decision.kind === "always") return undefined;
  const above = decideAtLeastZero(facts, size);
  if (above.kind === "always") return addAtLeastZero(facts, add(size, -1), union(used, above.used));
  const below = decideAtLeastZero(facts, negate(size));
  if (below.kind === "always") return addAtLeastZero(facts, subtract(-1, size), union(used, below.used));
  return withFacts(facts, { exclusions: [...facts.exclusions, { size, used }] });
}

// ---- size == 0

function addZero(facts: Facts, raw: Size, because: FactSet): Added {
  const known = under(facts, raw, because);
  let { used } = known;
  let size = known.size;
  const value = asInteger(size);
  if (value !== undefined) return value === 0 ? facts : undefined;
  const decision = decideZero(facts, size, () => true);
  if (decision.kind === "never") return undefined;
  size = divideContent(size, contentOf(size));
  for (const atom of commonMonomial(size).atoms) {
    const interval = atomInterval(facts, atom);
    if (interval.lower < 1) continue;
    [size, used] = [divideMonomial(size, monomialOf([atom])), union(used, interval.lowerUsed)];
  }
  if (asInteger(size) !== undefined) return undefined; // a product of things at least 1 that is 0
  const [chosen] = solvable(facts, size).filter((term) => magnitude(term.coefficient) === 1);
  if (chosen !== undefined) {
    const rest = subtract(size, sizeOf([chosen]));
    return solve(facts, soleAtom(chosen) as VariableAtom, chosen.coefficient === 1 ? negate(rest) : rest, used);
  }
  // c*v == -rest: first c | rest, which may solve for another variable; then rest is c times something and v has coefficient 1
  const [next] = solvable(facts, size);
  if (next !== undefined) {
    const rest = subtract(size, sizeOf([next]));
    const divided = addMultiple(facts, rest, constant(magnitude(next.coefficient)), used);
    if (divided === undefined) return undefined;
    const again = under(divided, size, used);
    const reduced = divideContent(again.size, contentOf(again.size));
    if (solvable(divided, reduced).some((term) => magnitude(term.coefficient) === 1)) return addZero(divided, reduced, again.used);
  }
  return keepEquality(facts, size, used);
}

/** v := value, everywhere; the bounds of v become facts about the value. */
function solve(facts: Facts, atom: VariableAtom, value: Size, used: FactSet): Added {
  const old = boundsOf(facts, atom.name);
  const image = new Map([[atom.name, value]]);
  const mentions = (size: Size): boolean => variableAtoms(size).includes(atom);
  const replace = (known: Known): Known => (mentions(known.size) ? { size: substitute(known.size, image), used: union(known.used, used) } : known);
  const substitution = new Map<string, Known>();
  for (const [name, known] of facts.substitution) substitution.set(name, replace(known));
  substitution.set(atom.name, { size: value, used });
  const bounds = new Map(facts.bounds);
  bounds.delete(atom.name);
  const stale = facts.rewrites.filter((rule) => mentions(monomialSize(rule.monomial)) || mentions(rule.value));
  const [keptInequalities, newInequalities] = apart(facts.inequalities, mentions);
  const [keptEqualities, newEqualities] = apart(facts.equalities, mentions);
  const [keptExclusions, newExclusions] = apart(facts.exclusions, mentions);
  let next: Added = withFacts(facts, {
    substitution,
    bounds,
    rewrites: facts.rewrites.filter((rule) => !stale.includes(rule)),
    inequalities: keptInequalities,
    equalities: keptEqualities,
    exclusions: keptExclusions,
  });
  // The facts that mention v are added again: under the substitution they may now say more.
  if (Number.isFinite(old.lower)) next = addAtLeastZero(next, subtract(value, constant(old.lower)), union(used, old.lowerUsed));
  if (next !== undefined && Number.isFinite(old.upper)) next = addAtLeastZero(next, subtract(constant(old.upper), value), union(used, old.upperUsed));
  for (const known of newInequalities.map(replace)) if (next !== undefined) next = addAtLeastZero(next, known.size, known.used);
  for (const known of newEqualities.map(replace)) if (next !== undefined) next = addZero(next, known.size, known.used);
  for (const rule of stale) if (next !== undefined) next = addZero(next, subtract(monomialSize(rule.monomial), rule.value), union(rule.used, used));
  for (const known of newExclusions.map(replace)) if (next !== undefined) next = addNotZero(next, known.size, known.used);
  return next;
}

function apart(known: readonly Known[], mentions: (size: Size) => boolean): readonly [readonly Known[], readonly Known[]] {
  return [known.filter((one) => !mentions(one.size)), known.filter((one) => mentions(one.size))];
}

/** An equality that solves for no variable: kept, and its leading product rewritten where that ends. */
function keepEquality(facts: Facts, size: Size, used: FactSet): Added {
  if (facts.equalities.some((known) => known.size === size)) return facts;
  const [lead] = size.terms as [Term];
  const kept = withFacts(facts, { equalities: [...facts.equalities, { size, used }] });
  if (contradicted(kept)) return undefined;
  if (magnitude(lead.coefficient) !== 1) return kept;
  const rest = subtract(size, sizeOf([lead]));
  const value = lead.coefficient === 1 ? negate(rest) : rest;
  const inside = new Set(lead.monomial.atoms.flatMap((atom) => variableAtoms(atomSize(atom))));
  const insideFloors = value.terms.some((term) =>
    term.monomial.atoms.some((atom) => atom.kind !== "variable" && variableAtoms(atomSize(atom)).some((v) => inside.has(v))),
  );
  return insideFloors ? kept : withFacts(kept, { rewrites: [...kept.rewrites, { monomial: lead.monomial, value, used }] });
}

// ---- of % divisor == 0, the divisor known to be at least 1

function addMultiple(facts: Facts, rawOf: Size, rawDivisor: Size, because: FactSet): Added {
  const of = under(facts, rawOf, because);
  const divisor = under(facts, rawDivisor, of.used);
  const m = asInteger(divisor.size);
  if (m !== undefined) return m < 1 ? undefined : m === 1 ? facts : addCongruence(facts, of.size, m, divisor.used);
  const rest = subtract(of.size, multiply(divisor.size, floorDivide(of.size, divisor.size)));
  if (under(facts, rest, noFacts).size === zero) return facts;
  return addSymbolicMultiple(facts, of.size, divisor.size, divisor.used);
}

/** size % m == 0 for an integer m > 1. */
function addCongruence(facts: Facts, size: Size, m: Integer, used: FactSet): Added {
  const step = congruence(facts, size, m);
  switch (step.kind) {
    case "true":
      return facts;
    case "false":
      return undefined;
    case "solve":
      return solveByQuotient(facts, step.atom, constant(step.modulus), step.shift, used);
    case "split": {
      let next: Added = facts;
      for (const modulus of step.moduli) if (next !== undefined) next = addMultiple(next, step.size, constant(modulus), used);
      return next;
    }
    case "keep": {
      const decision = decideZero(facts, step.equality, () => true);
      if (decision.kind === "never") return undefined;
      if (decision.kind === "always" || facts.equalities.some((known) => known.size === step.equality)) return facts;
      return withFacts(facts, { equalities: [...facts.equalities, { size: step.equality, used }] });
    }
    default:
      return assertNever(step);
  }
}

const assertNever = (step: never): never => step;

/** v := divisor * v' + shift, v' a new variable for the exact quotient (v - shift) / divisor; its bounds are those that follow from what is known. */
function solveByQuotient(facts: Facts, atom: VariableAtom, divisor: Size, shift: Size, used: FactSet): Added {
  const above = subtract(atomSize(atom), shift);
  let inside: Bounds = sizeInterval(facts, above);
  if (asInteger(shift) === undefined) {
    const linear = linearBounds(facts, above, { steps: STEPS });
    if (linear.impossible !== undefined) return undefined;
    inside = linear;
  }
  const quotient = quotientInterval(inside, sizeInterval(facts, divisor), Math.ceil);
  if (quotient.lower > quotient.upper) return undefined;
  const [fresh, invented] = invent(facts, atom.name, shift, divisor);
  const bounds = new Map(invented.bounds).set(fresh, {
    ...quotient,
    lowerUsed: union(quotient.lowerUsed, used),
    upperUsed: union(quotient.upperUsed, used),
  });
  return solve(withFacts(invented, { bounds }), atom, add(multiply(divisor, variable(fresh)), shift), used);
}

function addSymbolicMultiple(facts: Facts, wholeOf: Size, wholeDivisor: Size, because: FactSet): Added {
  const common = greatestCommonDivisor(contentOf(wholeOf), contentOf(wholeDivisor));
  const [of, divisor] = [divideContent(wholeOf, common), divideContent(wholeDivisor, common)];
  if (asInteger(divisor) !== undefined) return addMultiple(facts, of, divisor, because);
  const inDivisor = variableAtoms(divisor);
  const [chosen] = solvable(facts, of).filter((term) => magnitude(term.coefficient) === 1 && !inDivisor.includes(soleAtom(term) as VariableAtom));
  if (chosen !== undefined) {
    const rest = subtract(of, sizeOf([chosen]));
    return solveByQuotient(facts, soleAtom(chosen) as VariableAtom, divisor, chosen.coefficient === 1 ? negate(rest) : rest, because);
  }
  return addQuotient(facts, of, divisor, because);
}

/**
 * No variable to solve for: a new variable k for the quotient, with divisor * k == of. The leading product of `of` is written with k where its
 * coefficient is 1 (x*y becomes q*k, which q divides by sight); otherwise divisor * k is written as `of`, and floor(of / divisor) as k.
 */
function addQuotient(facts: Facts, of: Size, divisor: Size, used: FactSet): Added {
  const meaning = { numerator: restore(facts, of), divisor: restore(facts, divisor) };
  const [fresh, invented] = named(facts, variableAtoms(of)[0]?.name ?? "q", meaning);
  const k = variable(fresh);
  const bounds = quotientInterval(sizeInterval(facts, of), sizeInterval(facts, divisor), Math.ceil);
  if (bounds.lower > bounds.upper) return undefined;
  const product = multiply(divisor, k);
  const next = withFacts(invented, {
    rewrites: [...invented.rewrites, ...quotientRewrites(of, divisor, k, product, used)],
    bounds: new Map(invented.bounds).set(fresh, { ...bounds, lowerUsed: union(bounds.lowerUsed, used), upperUsed: union(bounds.upperUsed, used) }),
    equalities: [...invented.equalities, { size: subtract(product, of), used }],
  });
  return contradicted(next) ? undefined : next;
}
