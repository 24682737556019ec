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
  readonly condition: string;
  readonly cases: readonly SizeCase[];
}

/** More combinations of cases than any program needs; beyond, a claim is unknown. */
const mostCases = 64;

/** The size that is one of these, by cases. `text` is how it is written. */
export function sizeByCases(scope: Scope, condition: string, text: string, cases: readonly SizeCase[], span: Span): SizeUse {
  const { caseSizes } = scope.frame.session;
  const key = keyOf(condition, cases);
  let name = `(${text})`;
  for (let known = caseSizes.get(name); known && keyOf(known.condition, known.cases) !== key; known = caseSizes.get(name)) name += "′";
  caseSizes.set(name, { condition, cases });
  return { size: variable(name), origin: { kind: "made", span, rule: "chosen here", from: cases.map(({ use }) => use) } };
}

function keyOf(condition: string, cases: readonly SizeCase[]): string {
  const claims = cases.flatMap(({ assumption }) => assumption?.claims ?? []).map((claim) => (claim.kind === "divides" ? [claim.of.id, claim.divisor.id] : [claim.left.id, claim.right.id]).join());
  return `${condition}|${claims.join(";")}|${cases.map(({ use }) => use.size.id).join()}`;
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
  const together = names.filter((name) => caseSizes.get(name)!.condition === first.condition && caseSizes.get(name)!.cases.length === first.cases.length);
  const used = new Set<number>();
  let failed: CaseVerdict | undefined;
  let proved = 0;
  for (const [at, { when, assumption }] of first.cases.entries()) {
    if (assumption?.known.some(([symbol, value]) => scope.known.has(symbol) && scope.known.get(symbol) !== value)) continue;
    if (budget.left-- <= 0) return { kind: "unknown", reason: `it has more than ${mostCases} cases` };
    const values = new Map(together.map((name) => [name, caseSizes.get(name)!.cases[at].use.size]));
    let own = facts;
    let impossible = false;
    for (const fact of assumption?.claims ?? []) {
      if (hasCases(scope.frame.session, fact)) continue;
      const next = assume(own, fact);
      if (next.contradiction) impossible = true;
      else own = next.facts;
    }
    if (impossible) continue;
    const verdict = inEachCase(scope, own, substituted(claim, values), given.map((fact) => substituted(fact, values)), budget);
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
