// Solving a parameter's shape for the one size in it that a call does not know yet: `[2 * n + 1]` against `[H]` gives n = (H - 1) / 2, and needs 2 |
// H - 1.
import { divideMonomial, negate, subtract } from "./arithmetic.ts";
import { exactQuotient, floorDivide } from "./division.ts";
import { monomialOf, sizeOf, variableAtom, variableAtoms, zero } from "./polynomial.ts";
import type { Size } from "./polynomial.ts";
import type { Claim } from "./verdict.ts";

/**
 * Solves pattern == actual for `unknown`, where the pattern is c * unknown + rest, c and rest free of it. The value is (actual - rest) / c;
 * `needs` says
 * what must be proved for it to be exact. Undefined when the pattern is not linear in the unknown.
 */
export function solveLinear(pattern: Size, actual: Size, unknown: string): { value: Size; needs: readonly Claim[] } | undefined {
  const atom = variableAtom(unknown);
  const isIn = (size: Size): boolean => variableAtoms(size).includes(atom);
  const withUnknown = sizeOf(pattern.terms.filter((term) => isIn(sizeOf([term]))));
  if (withUnknown === zero || !withUnknown.terms.every((term) => term.monomial.atoms.includes(atom))) return undefined;
  let coefficient = divideMonomial(withUnknown, monomialOf([atom]));
  if (isIn(coefficient)) return undefined;
  let dividend = subtract(actual, subtract(pattern, withUnknown));
  if (coefficient.terms[0]!.coefficient < 0) [coefficient, dividend] = [negate(coefficient), negate(dividend)];
  const exact = exactQuotient(dividend, coefficient);
  if (exact !== undefined) return { value: exact, needs: [] };
  return { value: floorDivide(dividend, coefficient), needs: [{ kind: "divides", divisor: coefficient, of: dividend }] };
}
