// The cheap bounds: interval arithmetic over the bounds of variables. Sound, often enough (a sum of things at least 1 is at least 1), and the start
// of the linear reasoning. Ends beyond ±2^53 are widened to infinity, so that rounding cannot make a bound wrong.
import { noFacts, union } from "./fact-set.ts";
import { boundsOf } from "./facts.ts";
import type { Bounds, Domain } from "./facts.ts";
import type { Atom, Monomial, Size } from "./polynomial.ts";

const EXACT = 2 ** 53;
const lowerEnd = (value: number): number => (value < -EXACT ? -Infinity : value > EXACT ? EXACT : value);
const upperEnd = (value: number): number => (value > EXACT ? Infinity : value < -EXACT ? -EXACT : value);

/** 0 times infinity is 0 here: an end is a limit, and the factor 0 is exact. */
const product = (a: number, b: number): number => (a === 0 || b === 0 ? 0 : a * b);

const exactly = (value: number): Bounds => ({ lower: value, upper: value, lowerUsed: noFacts, upperUsed: noFacts });

export function sizeInterval(domain: Domain, size: Size): Bounds {
  let sum = exactly(0);
  for (const { monomial, coefficient } of size.terms) {
    const interval = monomialInterval(domain, monomial);
    const factor = Number(coefficient);
    const [atLower, atUpper] = factor > 0 ? [interval.lower, interval.upper] : [interval.upper, interval.lower];
    const [lowerUsed, upperUsed] = factor > 0 ? [interval.lowerUsed, interval.upperUsed] : [interval.upperUsed, interval.lowerUsed];
    const rounded = !Number.isSafeInteger(factor);
    sum = {
      lower: rounded ? (product(factor, atLower) >= 0 ? lowerEnd(sum.lower) : -Infinity) : lowerEnd(sum.lower + lowerEnd(product(factor, atLower))),
      upper: rounded ? (product(factor, atUpper) <= 0 ? upperEnd(sum.upper) : Infinity) : upperEnd(sum.upper + upperEnd(product(factor, atUpper))),
      lowerUsed: union(sum.lowerUsed, lowerUsed),
      upperUsed: union(sum.upperUsed, upperUsed),
    };
  }
  return sum;
}

export function monomialInterval(domain: Domain, monomial: Monomial): Bounds {
  if (monomial.atoms.length === 1) return atomInterval(domain, monomial.atoms[0]!);
  let whole = exactly(1);
  for (const atom of monomial.atoms) whole = productInterval(whole, atomInterval(domain, atom));
  return whole;
}

function productInterval(a: Bounds, b: Bounds): Bounds {
  const used = union(union(a.lowerUsed, a.upperUsed), union(b.lowerUsed, b.upperUsed));
  if (a.lower >= 0 && b.lower >= 0) {
    const lowerUsed = union(a.lowerUsed, b.lowerUsed);
    return { lower: lowerEnd(product(a.lower, b.lower)), upper: upperEnd(product(a.upper, b.upper)), lowerUsed, upperUsed: used };
  }
  const corners = [product(a.lower, b.lower), product(a.lower, b.upper), product(a.upper, b.lower), product(a.upper, b.upper)];
  return { lower: lowerEnd(Math.min(...corners)), upper: upperEnd(Math.max(...corners)), lowerUsed: used, upperUsed: used };
}

export function atomInterval(domain: Domain, atom: Atom): Bounds {
  switch (atom.kind) {
    case "variable":
      return boundsOf(domain, atom.name);
    case "floor": {
      const inside = sizeInterval(domain, atom.numerator);
      const by = Number(atom.denominator);
      if (!Number.isSafeInteger(by)) return { ...inside, lower: inside.lower >= 0 ? 0 : -Infinity, upper: Infinity };
      return { ...inside, lower: Math.floor(inside.lower / by), upper: Math.floor(inside.upper / by) };
    }
    case "quotient":
      return quotientInterval(sizeInterval(domain, atom.numerator), sizeInterval(domain, atom.denominator), Math.floor);
  }
}

/**
 * The interval of numerator / divisor, for a divisor at least 1 (else everything). `round` is Math.floor for a floor; for a quotient known to
 * be exact,
 * Math.ceil at the lower end: an integer at least x is at least ceil(x).
 */
export function quotientInterval(above: Bounds, below: Bounds, round: (value: number) => number): Bounds {
  const used = union(union(above.lowerUsed, above.upperUsed), union(below.lowerUsed, below.upperUsed));
  if (below.lower < 1) return { lower: -Infinity, upper: Infinity, lowerUsed: noFacts, upperUsed: noFacts };
  const positive = round === Math.ceil && above.lower > 0 ? 1 : 0; // exact and above 0: at least 1, however great the divisor
  const lower = above.lower >= 0 ? Math.max(positive, over(above.lower, below.upper, round)) : over(above.lower, below.lower, round);
  const upper = above.upper >= 0 ? over(above.upper, below.lower, Math.floor) : below.upper === Infinity ? -1 : Math.floor(above.upper / below.upper);
  return { lower: lowerEnd(lower), upper: upperEnd(upper), lowerUsed: used, upperUsed: used };
}

const over = (a: number, b: number, round: (value: number) => number): number => (b === Infinity ? 0 : Number.isFinite(a) ? round(a / b) : a);

/** The narrower of two intervals of the same thing. */
export const narrower = (a: Bounds, b: Bounds): Bounds => ({
  ...(a.lower >= b.lower ? { lower: a.lower, lowerUsed: a.lowerUsed } : { lower: b.lower, lowerUsed: b.lowerUsed }),
  ...(a.upper <= b.upper ? { upper: a.upper, upperUsed: a.upperUsed } : { upper: b.upper, upperUsed: b.upperUsed }),
});
