/**
 * Obligations: a claim about sizes is proved under the scope's facts, or turned into a diagnostic by the caller, who knows the rule.
 * In build mode nothing is proved again: the program was checked for all sizes before.
 */
import type { Span } from "../../grammar/source.ts";
import { assume, isConstant, satisfiability, showSize, variablesOf, wordedUnder, type Claim, type Condition, type Facts, type Size, type Verdict } from "../dims/index.ts";
import type { RelatedPlace } from "../diagnostics/diagnostic.ts";
import { originSteps } from "../types/origin.ts";
import { showUse } from "../types/show.ts";
import type { SizeUse } from "../types/types.ts";
import { proveByCases } from "./case-sizes.ts";
import { suspect } from "./suspicion.ts";
import { report, type Scope } from "./scope.ts";

/** A verdict against a claim; notes about it speak of the claim's relation. */
export type Failure = Exclude<Verdict, { kind: "proved" } | { kind: "unknown" }> & {
  readonly claim?: Claim;
  /** It is about one member of a family; of the others something else may be asked. */
  readonly ofMember?: boolean;
  /** The case in which it fails, of sizes that depend on a choice. */
  readonly when?: string;
};

/** True when the claim is proved (or need not be); otherwise `refuse` has reported it, or NET0310 was when nothing could be decided. */
export function require(scope: Scope, claim: Claim, span: Span, refuse: (failure: Failure) => void): boolean {
  if (scope.frame.quiet || scope.frame.session.mode === "build") return true;
  if (claim.kind === "equal" && claim.left === claim.right) return true;
  const verdict = proveByCases(scope, withGranted(scope), claim);
  switch (verdict.kind) {
    case "proved":
      return true;
    case "unknown":
      report(scope, "NET0310", span, { claim: showClaim(claim), reason: verdict.reason });
      scope.frame.granted.push(claim);
      return false;
    default: {
      const key = claimKey(claim);
      if (scope.frame.refused.has(key)) {
        suspect(scope.frame.session);
        return false;
      }
      scope.frame.refused.add(key);
      wordedUnder(scope.facts, () => refuse(sayable(scope, { ...verdict, claim })));
      // What was reported once is granted from here on, so that one missing fact gives one error.
      if (verdict.kind === "sometimes" && (claim.kind === "divides" || claim.kind === "at_least")) scope.frame.granted.push(claim);
      return false;
    }
  }
}

/**
 * Without the condition where it would speak of an index of a family or of a table, which nobody can write after `where`, or contradict what is known
 * there already.
 */
export function sayable<F extends Failure>(scope: Scope, own: F): F {
  const failure = scope.ofMember ? { ...own, ofMember: true } : own;
  if (!failure.claim || failure.kind !== "sometimes") return failure;
  const needed = neededClaims(failure.condition).reduce((known, claim) => assume(known, claim).facts, scope.facts);
  return isSayable(scope, failure.claim) && satisfiability(needed) !== "no" ? failure : { ...failure, condition: undefined };
}

function isSayable(scope: Scope, claim: Claim): boolean {
  let outermost = scope;
  while (outermost.parent) outermost = outermost.parent;
  return sizesOfClaim(claim).every((size) => variablesOf(size).every((name) => scope.frame.axes.has(name) || name.startsWith("...") || name.startsWith("(") || outermost.bindings.has(name.split(/[.[]/)[0])));
}

/** The same claim has the same key, and so has an equality the other way round. */
export function claimKey(claim: Claim): string {
  const [a, b] = sizesOfClaim(claim).map((size) => size.id);
  return claim.kind === "equal" ? `equal ${Math.min(a, b)} ${Math.max(a, b)}` : `${claim.kind} ${a} ${b}`;
}

function withGranted(scope: Scope): Facts {
  return scope.frame.granted.reduce((facts, claim) => assume(facts, claim).facts, scope.facts);
}

/** Whether a claim is proved, without reporting anything. */
export function isProved(scope: Scope, claim: Claim): boolean {
  return (claim.kind === "equal" && claim.left === claim.right) || proveByCases(scope, scope.facts, claim).kind === "proved";
}

export function equalClaim(left: Size, right: Size): Claim {
  return { kind: "equal", left, right };
}

export function sizesOfClaim(claim: Claim): readonly Size[] {
  return claim.kind === "divides" ? [claim.divisor, claim.of] : [claim.left, claim.right];
}

export function showClaim(claim: Claim): string {
  switch (claim.kind) {
    case "equal":
      return `${showSize(claim.left)} == ${showSize(claim.right)}`;
    case "not_equal":
      return `${showSize(claim.left)} != ${showSize(claim.right)}`;
    case "at_least":
      return `${showSize(claim.left)} >= ${showSize(claim.right)}`;
    case "divides": {
      const word = (text: string): string => (/^(\w+|\w+\([^()]*\))$/.test(text) ? text : `(${text})`);
      return `${word(showSize(claim.of))} % ${word(showSize(claim.divisor))} == 0`;
    }
  }
}

/** `when H = 1 they are 2 and 1`, or nothing when no variable is involved. */
export function counterexampleNote(failure: Failure): string | undefined {
  const { values, left, right } = failure.counterexample;
  const at = [...(failure.when ? [failure.when] : []), ...[...values].map(([name, value]) => `${name} = ${value}`)].join(", ");
  if (!at) return undefined;
  const { claim } = failure;
  // Of two sides one of which is a number, the other is what the reader asks for.
  const lone = claim?.kind !== "at_least" ? undefined : isConstant(claim.right) ? left : isConstant(claim.left) ? right : undefined;
  const sides = claim?.kind === "divides" ? `with ${at} the remainder is ${left}` : lone !== undefined ? `with ${at} it is ${lone}` : `with ${at} they are ${left} and ${right}`;
  return failure.kind === "never" && (!failure.claim || failure.claim.kind === "equal") ? `they differ for all sizes: ${sides}` : sides;
}

/** The exact condition under which the claim would hold, and the fact to add. */
export function conditionNotes({ condition, claim, ofMember }: { readonly condition?: Condition; readonly claim?: Claim; readonly ofMember?: boolean }, others: readonly Claim[] = []): readonly string[] {
  if (!condition) return [];
  const notes: string[] = [];
  if (condition.exact) notes.push(`${!claim || claim.kind === "equal" ? "they are equal" : "it holds"} exactly when ${condition.exact}`);
  const needed = neededClaims(condition);
  if (needed.length) notes.push(`${ofMember ? "for this member it holds" : "it holds for all sizes"} with \`where ${[...new Set([...needed, ...others].map(showClaim))].join(", ")}\``);
  return notes;
}

/** The facts that would make a claim true. */
export function neededClaims(condition: Condition | undefined): readonly Claim[] {
  return condition?.alternatives?.length ? condition.alternatives : condition?.suggestion ? [condition.suggestion] : [];
}

/** The facts that other claims of the same obligation need besides: Y was refused, and X would be next. Undefined when one of them holds for no size. */
export function alsoNeeded(scope: Scope, claims: readonly Claim[]): readonly Claim[] {
  const facts = withGranted(scope);
  return claims.flatMap((claim) => {
    if (claim.kind === "equal" && claim.left === claim.right) return [];
    const verdict = proveByCases(scope, facts, claim);
    return verdict.kind === "sometimes" ? neededClaims(verdict.condition).filter((needed) => isSayable(scope, needed)) : [];
  });
}

/** `others`: facts that the rest of the same obligation needs too. */
export function failureNotes(failure: Failure, others: readonly Claim[] = []): readonly string[] {
  const note = counterexampleNote(failure);
  return [...(note ? [note] : []), ...(failure.kind === "sometimes" ? conditionNotes(failure, others) : [])];
}

/** Labels that tell where a size came from. */
export function originPlaces(use: SizeUse, axis: string, limit = 4): readonly RelatedPlace[] {
  return originSteps(use, axis, showUse, limit).map((step) => ({ span: step.span, message: step.text }));
}
