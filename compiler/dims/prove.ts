// A claim under facts: proved, never, sometimes (with the smallest counterexample and the condition), or unknown. The decision is in decision.ts;
// here it becomes a verdict that a person can be told. Every counterexample is checked by evaluating the claim as it was written.
import { add, constant, multiply, subtract } from "./arithmetic.ts";
import { conditionOfAtLeastZero, conditionOfZero } from "./condition.ts";
import { decideAtLeastZero, decideZero, openedFloor } from "./decision.ts";
import type { Decision } from "./decision.ts";
import { floorDivide } from "./division.ts";
import { compile } from "./evaluation.ts";
import type { Evaluator } from "./evaluation.ts";
import { factIds, union } from "./fact-set.ts";
import type { FactSet } from "./fact-set.ts";
import { claimKey, normaliseKnown } from "./facts.ts";
import type { Facts } from "./facts.ts";
import type { Integer } from "./integers.ts";
import { sizeInterval } from "./intervals.ts";
import { modelOf } from "./models.ts";
import { asInteger, zero } from "./polynomial.ts";
import type { Size } from "./polynomial.ts";
import { search } from "./search.ts";
import { spaceOf } from "./space.ts";
import type { Claim, Condition, Counterexample, Verdict } from "./verdict.ts";

const PROVED_BY_NOTHING: Verdict = { kind: "proved", used: [] };
const KINDS = { equal: 0, at_least: 1, divides: 2, not_equal: 3 } satisfies Record<Claim["kind"], number>;
const PAIR = 2 ** 25;

const EFFORT = { near: 1_200, far: 600 };
const QUICK = { near: 120, far: 40 };

export function prove(facts: Facts, claim: Claim): Verdict {
  const [a, b] = claim.kind === "divides" ? [claim.of, claim.divisor] : [claim.left, claim.right];
  if (a === b && (claim.kind === "equal" || claim.kind === "at_least")) return PROVED_BY_NOTHING;
  if (facts.contradiction !== undefined) return proved(facts.contradiction);
  const given = facts.given.get(claimKey(claim));
  if (given !== undefined) return proved(given);
  const place = (a.id * PAIR + b.id) * 4 + KINDS[claim.kind];
  if (!Number.isSafeInteger(place)) return decide(facts, claim);
  let verdicts = facts.answers.get("verdict") as Map<number, Verdict> | undefined;
  if (verdicts === undefined) facts.answers.set("verdict", (verdicts = new Map<number, Verdict>()));
  let verdict = verdicts.get(place);
  if (verdict === undefined) verdicts.set(place, (verdict = decide(facts, claim)));
  return verdict;
}

function decide(facts: Facts, claim: Claim): Verdict {
  switch (claim.kind) {
    case "equal":
      return decideEqual(facts, claim.left, claim.right);
    case "at_least":
      return decideAtLeast(facts, claim.left, claim.right);
    case "not_equal":
      return decideNotEqual(facts, claim);
    case "divides":
      return decideDivides(facts, claim.divisor, claim.of);
  }
}

const proved = (used: FactSet): Verdict => ({ kind: "proved", used: factIds(used) });

const NO_MODEL: Verdict = { kind: "unknown", reason: "no sizes were found that satisfy the facts" };
const NOTHING_FOUND: Verdict = { kind: "unknown", reason: "neither a proof nor a counterexample was found" };
const TOO_MANY_CLASSES: Verdict = {
  kind: "unknown",
  reason: "the claim depends on more than 20,000 combinations of remainders, and no counterexample was found",
};

function decideEqual(facts: Facts, left: Size, right: Size): Verdict {
  const raw = subtract(left, right);
  if (raw === zero) return PROVED_BY_NOTHING;
  const known = normaliseKnown(facts, raw);
  const finder = counterexamples(facts, left, right, (a, b) => a !== b);
  const decision = decideZero(facts, known.size, () => finder(QUICK) !== undefined);
  if (decision.kind === "always") return proved(union(known.used, decision.used));
  const counterexample = finder(EFFORT);
  if (counterexample === undefined) return decision.kind === "never" ? NO_MODEL : tooManyClasses(decision) ? TOO_MANY_CLASSES : NOTHING_FOUND;
  if (decision.kind === "never") return { kind: "never", left, right, counterexample };
  return sometimes(counterexample, conditionOfZero(facts, raw, decision.classes));
}

const tooManyClasses = (decision: Decision): boolean => decision.kind === "open" && decision.tooManyClasses === true;

const sometimes = (counterexample: Counterexample, condition: Condition | undefined): Verdict =>
  condition === undefined ? { kind: "sometimes", counterexample } : { kind: "sometimes", counterexample, condition };

function decideAtLeast(facts: Facts, left: Size, right: Size): Verdict {
  const raw = subtract(left, right);
  const stated = sizeInterval({ bounds: facts.stated, inequalities: [], equalities: [], exclusions: [] }, raw);
  if (stated.lower >= 0) return proved(stated.lowerUsed);
  const known = normaliseKnown(facts, raw);
  const decision = decideAtLeastZero(facts, known.size);
  if (decision.kind === "always") return proved(asInteger(raw) === undefined ? union(known.used, decision.used) : decision.used);
  const opened = decision.kind === "open" ? openedFloor(facts, raw) : undefined;
  if (opened !== undefined) {
    const verdict = decideAtLeast(facts, opened, zero);
    if (verdict.kind === "proved") return verdict;
  }
  const counterexample = counterexamples(facts, left, right, (a, b) => a < b)(EFFORT);
  if (counterexample === undefined) return decision.kind === "never" ? NO_MODEL : NOTHING_FOUND;
  if (decision.kind === "never") return { kind: "never", left, right, counterexample };
  return sometimes(counterexample, conditionOfAtLeastZero(facts, raw));
}

function decideNotEqual(facts: Facts, claim: { readonly kind: "not_equal"; readonly left: Size; readonly right: Size }): Verdict {
  const { left, right } = claim;
  const known = normaliseKnown(facts, subtract(left, right));
  const finder = counterexamples(facts, left, right, (a, b) => a === b);
  const decision = decideZero(facts, known.size, () => true);
  if (decision.kind === "never") return proved(union(known.used, decision.used));
  for (const apart of [add(known.size, -1), subtract(-1, known.size)]) {
    const above = decideAtLeastZero(facts, apart);
    if (above.kind === "always") return proved(union(known.used, above.used));
  }
  const counterexample = finder(EFFORT);
  if (counterexample === undefined) return decision.kind === "always" ? NO_MODEL : NOTHING_FOUND;
  if (decision.kind === "always") return { kind: "never", left, right, counterexample };
  return sometimes(counterexample, { suggestion: claim });
}

function decideDivides(facts: Facts, divisor: Size, of: Size): Verdict {
  const positive = prove(facts, { kind: "at_least", left: divisor, right: constant(1) });
  if (positive.kind !== "proved") return positive;
  const verdict = prove(facts, { kind: "equal", left: subtract(of, multiply(divisor, floorDivide(of, divisor))), right: zero });
  if (verdict.kind === "proved")
    return positive.used.length === 0 ? verdict : { kind: "proved", used: [...new Set([...verdict.used, ...positive.used])].sort((a, b) => a - b) };
  if (verdict.kind !== "sometimes" || (verdict.condition?.suggestion !== undefined && verdict.condition.suggestion.kind !== "equal")) return verdict;
  return { ...verdict, condition: { ...verdict.condition, suggestion: { kind: "divides", divisor, of } } };
}

/** Finds the smallest place where `fails` holds of the two sides, by growing effort; what was found once is kept. */
function counterexamples(
  facts: Facts,
  left: Size,
  right: Size,
  fails: (left: Integer, right: Integer) => boolean,
): (effort: typeof EFFORT) => Counterexample | undefined {
  let found: Counterexample | undefined;
  return (effort) => {
    if (found !== undefined) return found;
    const space = spaceOf(facts, [left, right]);
    const [a, b]: [Evaluator, Evaluator] = [compile(left, space.places), compile(right, space.places)];
    const accept = (values: readonly Integer[]): boolean => {
      const [x, y] = [a(values), b(values)];
      return x !== undefined && y !== undefined && fails(x, y);
    };
    const [values] = search(space, accept, 1, effort).found;
    if (values !== undefined) found = { values: modelOf(space, values), left: Number(a(values)), right: Number(b(values)) };
    return found;
  };
}
