// What is asked of sizes and what is answered: claims, verdicts, counterexamples, conditions. Data only.
import type { Size } from "./polynomial.ts";

export type Claim =
  | { readonly kind: "equal"; readonly left: Size; readonly right: Size }
  | { readonly kind: "at_least"; readonly left: Size; readonly right: Size }
  /** divisor >= 1 and of % divisor == 0 */
  | { readonly kind: "divides"; readonly divisor: Size; readonly of: Size }
  | { readonly kind: "not_equal"; readonly left: Size; readonly right: Size };

/** Sizes for which a claim is false. They satisfy every fact; the smallest found come first. */
export interface Counterexample {
  /** The values of the user's variables, in order of their names; none of the variables that the facts invented. */
  readonly values: ReadonlyMap<string, number>;
  /** The two sides there; of a claim `divides`, the remainder and 0 (or the divisor and 1, when the divisor is what fails). */
  readonly left: number;
  readonly right: number;
}

/** When a claim would be true. */
export interface Condition {
  /** Exactly when: "H mod 32 is 0 or 17..31", "K == 1". */
  readonly exact?: string;
  /** A fact that would make the claim true; the first of `alternatives` when several are needed together. */
  readonly suggestion?: Claim;
  /** All the facts that are needed together, when they are more than one. */
  readonly alternatives?: readonly Claim[];
}

export type Verdict =
  /** True for all sizes that the facts allow. `used` names every fact that the proof needs (and perhaps others), in order. */
  | { readonly kind: "proved"; readonly used: readonly number[] }
  /** False for all sizes that the facts allow. */
  | { readonly kind: "never"; readonly left?: Size; readonly right?: Size; readonly counterexample: Counterexample }
  /** False for some. */
  | { readonly kind: "sometimes"; readonly counterexample: Counterexample; readonly condition?: Condition }
  | { readonly kind: "unknown"; readonly reason: string };
