/**
 * Sizes that depend on a choice of the program: `if dilated then 1 else 2`, `max(n, 1)`. Such a size is a variable of its own, called as it is written,
 * and whatever is to be proved of it is proved once for each case. Equal choices are one variable.
 */
import { assume, constantValue, prove, substitute, variable, variablesOf, type Claim, type Facts, type Size, type Verdict } from "../dims/index.ts";
import type { SizeUse } from "../types/types.ts";
import type { Span } from "../../grammar/source.ts";
import type { Scope, Session } from "./scope.ts";
import type { Assumption } from "./values.ts";

export interface SizeCase {
  /** When this is the size, in words: `dilated`, `not dilated`, `n >= 1`. */
  readonly when: string;
  readonly assumption: Assumption | undefined;
  readonly use: SizeUse;
}

/** Cases under one condition; two choices with one condition are settled together. */
export interface CaseSize {
  /** What the condition is. */
  readonly identity: string;
  readonly cases: readonly SizeCase[];
}

/** More combinations of cases than any program needs; beyond, a claim is unknown. */
const mostCases = 64;

/** The size that is one of these, by cases. `text` is how it is written; what it is, the cases say. */
export function sizeByCases(scope: Scope, text: string, cases: readonly SizeCase[], span: Span): SizeUse {
  const { session } = scope.frame;
  const { caseSizes } = session;
  const identity = identityOf(cases) ?? `unlike any other, ${session.fresh++}`;
  const isSame = (known: CaseSize): boolean => known.identity === identity && known.cases.every((one, i) => one.use.size === cases[i]?.use.size);
  let name = `(${text})`;
  for (let known = caseSizes.get(name); known && !isSame(known); known = caseSizes.get(name)) name += "′";
  caseSizes.set(name, { identity, cases });
  return { size: variable(name), origin: { kind: "made", span, rule: "chosen here", from: cases.map(({ use }) => use) } };
}

/**
 * What a condition is, whatever its words: the options that it settles and the claims that it makes, in each case. Undefined where a case says nothing of
 * itself (`not (a and b)`): then nobody knows whether another condition is the same.
 */
function identityOf(cases: readonly SizeCase[]): string | undefined {
  const parts = cases.map(({ assumption }) => {
    if (!assumption || assumption.known.length + assumption.claims.length === 0) return undefined;
    const known = assumption.known.map(([symbol, value]) => `${symbol} is ${value}`);
    const claims = assumption.claims.map((claim) => `${claim.kind} ${sizesOf(claim).map((size) => size.id).join(" ")}`);
    return [...known, ...claims].join(", ");
  });
  return parts.includes(undefined) ? undefined : parts.join(" | ");
}

const sizesOf = (claim: Claim): readonly Size[] => (claim.kind === "divides" ? [claim.divisor, claim.of] : [claim.left, claim.right]);

/** Whether a claim speaks of a size by cases. */
export function hasCases(session: Session, claim: Claim): boolean {
  return session.caseSizes.size > 0 && sizesOf(claim).some((size) => variablesOf(size).some((name) => session.caseSizes.has(name)));
}

/** A verdict, and the case in which it is one when the claim was looked at by cases. */
export type CaseVerdict = Verdict & { readonly when?: string };

/** `prove`, for claims that may speak of sizes by cases. */
export function proveByCases(scope: Scope, facts: Facts, claim: Claim): CaseVerdict {
  const given = scope.caseFacts ?? [];
  if (!hasCases(scope.frame.session, claim)) {
    const plain = prove(facts, claim);
    if (plain.kind === "proved" || given.length === 0) return plain;
  }
  return inEachCase(scope, facts, claim, given, { left: mostCases });
}

function inEachCase(scope: Scope, facts: Facts, claim: Claim, given: readonly Claim[], budget: { left: number }): CaseVerdict {
  const { caseSizes } = scope.frame.session;
  const names = [...new Set([claim, ...given].flatMap(sizesOf).flatMap((size) => [...variablesOf(size)]))].filter((name) => caseSizes.has(name));
  if (names.length === 0) {
    let known = facts;
    for (const fact of given) {
      const next = assume(known, fact);
      if (next.contradiction) return { kind: "proved", used: [] }; // the case does not occur
      known = next.facts;
    }
    return prove(known, claim);
  }
  const first = caseSizes.get(names[0])!;
  const together = names.filter((name) => caseSizes.get(name)!.identity === first.identity);
  const used = new Set<number>();
  let failed: CaseVerdict | undefined;
  let proved = 0;
  for (const [at, { when, assumption }] of first.cases.entries()) {
    if (assumption?.known.some(([symbol, value]) => scope.known.has(symbol) && scope.known.get(symbol) !== value)) continue;
    if (budget.left-- <= 0) return { kind: "unknown", reason: `it has more than ${mostCases} cases` };
    const values = new Map(together.map((name) => [name, caseSizes.get(name)!.cases[at].use.size]));
    let own = facts;
    let impossible = false;
    const further: Claim[] = [];
    for (const fact of assumption?.claims ?? []) {
      if (hasCases(scope.frame.session, fact)) {
        further.push(fact);
        continue;
      }
      const next = assume(own, fact);
      if (next.contradiction) impossible = true;
      else own = next.facts;
    }
    if (impossible) continue;
    const verdict = inEachCase(scope, own, substituted(claim, values), [...given, ...further].map((fact) => substituted(fact, values)), budget);
    if (verdict.kind === "proved") {
      proved++;
      for (const id of verdict.used) used.add(id);
    } else if (!failed || (failed.kind === "unknown" && verdict.kind !== "unknown")) failed = { ...verdict, when: verdict.when ? `${when} and ${verdict.when}` : when };
  }
  if (!failed) return { kind: "proved", used: [...used].sort((a, b) => a - b) };
  return failed.kind === "never" && proved > 0 ? { kind: "sometimes", counterexample: failed.counterexample, ...(failed.when === undefined ? {} : { when: failed.when }) } : failed;
}

function substituted(claim: Claim, values: ReadonlyMap<string, Size>): Claim {
  const put = (size: Size): Size => substitute(size, values);
  return claim.kind === "divides" ? { ...claim, divisor: put(claim.divisor), of: put(claim.of) } : { ...claim, left: put(claim.left), right: put(claim.right) };
}

/** Whether a size is a number in every case. */
export function isNumberByCases(session: Session, size: Size): boolean {
  if (constantValue(size) !== undefined) return true;
  const names = variablesOf(size);
  return names.every((name) => session.caseSizes.get(name)?.cases.every(({ use }) => isNumberByCases(session, use.size)) ?? false);
}
