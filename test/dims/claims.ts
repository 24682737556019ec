// Short words for the tests of this folder: facts in one line, claims, and a convolution's output size.
import { add, assume, constant, declare, emptyFacts, floorDivide, prove, showSize, subtract } from "../../compiler/dims/index.ts";
import type { Claim, Facts, Size, SizeLike, Verdict } from "../../compiler/dims/index.ts";

const size = (value: SizeLike): Size => (typeof value === "number" ? constant(value) : value);

export const equal = (left: SizeLike, right: SizeLike): Claim => ({ kind: "equal", left: size(left), right: size(right) });
export const atLeast = (left: SizeLike, right: SizeLike): Claim => ({ kind: "at_least", left: size(left), right: size(right) });
export const differs = (left: SizeLike, right: SizeLike): Claim => ({ kind: "not_equal", left: size(left), right: size(right) });
export const divides = (divisor: SizeLike, of: SizeLike): Claim => ({ kind: "divides", divisor: size(divisor), of: size(of) });

/** Facts from names (at least 1) and claims, numbered from 0; a contradiction fails the test. */
export function where(names: string, ...claims: readonly Claim[]): Facts {
  let facts = names.split(" ").reduce((all, name) => declare(all, name), emptyFacts());
  for (const [id, claim] of claims.entries()) {
    const next = assume(facts, claim, id);
    if (next.contradiction) throw new Error(`contradiction at fact ${id}`);
    facts = next.facts;
  }
  return facts;
}

export const convolved = (input: SizeLike, kernel: number, stride: number, padding: number, dilation = 1): Size =>
  add(floorDivide(subtract(add(input, 2 * padding), dilation * (kernel - 1) + 1), stride), 1);

export const kindOf = (facts: Facts, claim: Claim): Verdict["kind"] => prove(facts, claim).kind;

export function showClaim(claim: Claim | undefined): string | undefined {
  if (claim === undefined) return undefined;
  switch (claim.kind) {
    case "divides":
      return `${showSize(claim.divisor)} | ${showSize(claim.of)}`;
    case "equal":
      return `${showSize(claim.left)} == ${showSize(claim.right)}`;
    case "at_least":
      return `${showSize(claim.left)} >= ${showSize(claim.right)}`;
    case "not_equal":
      return `${showSize(claim.left)} != ${showSize(claim.right)}`;
  }
}

/** A verdict of kind "sometimes" as one readable record; anything else as its kind. */
export function sometimes(verdict: Verdict): unknown {
  if (verdict.kind !== "sometimes") return verdict.kind;
  const { counterexample, condition } = verdict;
  return {
    at: Object.fromEntries(counterexample.values),
    sides: [counterexample.left, counterexample.right],
    exact: condition?.exact,
    fix: (condition?.alternatives ?? [condition?.suggestion]).map(showClaim).join(", "),
  };
}
