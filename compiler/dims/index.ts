// Symbolic sizes: the one door into this room. Sizes are hash-consed polynomials with floors (docs: types.md); facts are immutable; `prove` decides
// claims.
export type { Size } from "./polynomial.ts";
export {
  add,
  bigConstantValue,
  constant,
  constantValue,
  isConstant,
  multiply,
  negate,
  power,
  subtract,
  variable,
  variablesOf,
} from "./arithmetic.ts";
export type { SizeLike } from "./arithmetic.ts";
export { ceilDivide, floorDivide, modulo } from "./division.ts";
export { substitute } from "./substitution.ts";
export { evaluate } from "./evaluation.ts";
export { showSize } from "./show.ts";
export { wordedUnder } from "./condition.ts";
export type { ShowOptions } from "./show.ts";
export { declare, emptyFacts, normalise, restore } from "./facts.ts";
export type { Facts } from "./facts.ts";
export { assume } from "./assume.ts";
export { prove } from "./prove.ts";
export type { Claim, Condition, Counterexample, Verdict } from "./verdict.ts";
export { bounds } from "./bounds.ts";
export { satisfiability, satisfiable, smallestModels } from "./models.ts";
export { solveLinear } from "./solve-linear.ts";
