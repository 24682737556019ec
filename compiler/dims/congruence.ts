// What size % m == 0 says, for an integer m > 1: one step of solving it (types.md §3). Several congruences on one variable need no Chinese remainder
// theorem of their own: the second is about the quotient that the first one introduced.
import { constant, contentOf, divideContent, scale, subtract } from "./arithmetic.ts";
import { modulo } from "./division.ts";
import type { Facts } from "./facts.ts";
import { floorQuotient, floorRemainder, greatestCommonDivisor, inverseModulo, negated, plus, primePowers, times } from "./integers.ts";
import type { Integer } from "./integers.ts";
import { asInteger, constantTerm, sizeOf, soleAtom } from "./polynomial.ts";
import type { Size, VariableAtom } from "./polynomial.ts";
import { solvable } from "./solving.ts";

export type CongruenceStep =
  | { readonly kind: "true" }
  | { readonly kind: "false" }
  /** The variable is shift modulo the modulus. */
  | { readonly kind: "solve"; readonly atom: VariableAtom; readonly modulus: Integer; readonly shift: Size }
  /** The same as size % modulus == 0 for each of these prime powers. */
  | { readonly kind: "split"; readonly size: Size; readonly moduli: readonly number[] }
  /** Solves for no variable: kept as an equality with a floor. */
  | { readonly kind: "keep"; readonly equality: Size };

/** Every coefficient of a size mapped, those that become 0 dropped. */
const mapCoefficients = (size: Size, map: (coefficient: Integer) => Integer): Size =>
  sizeOf(size.terms.map(({ monomial, coefficient }) => ({ monomial, coefficient: map(coefficient) })).filter((term) => term.coefficient !== 0));

export function congruence(facts: Facts, whole: Size, m: Integer): CongruenceStep {
  const size = mapCoefficients(whole, (coefficient) => floorRemainder(coefficient, m));
  const value = asInteger(size);
  if (value !== undefined) return { kind: value === 0 ? "true" : "false" };
  const common = greatestCommonDivisor(contentOf(size, false), m);
  if (common !== 1) {
    if (floorRemainder(constantTerm(size), common) !== 0) return { kind: "false" };
    const smaller = floorQuotient(m, common);
    return smaller === 1 ? { kind: "true" } : congruence(facts, divideContent(size, common), smaller);
  }
  const chosen = solvable(facts, size).find((term) => greatestCommonDivisor(term.coefficient, m) === 1);
  if (chosen !== undefined) {
    // c*v + rest == 0 (mod m):  v == -c^-1 * rest (mod m)
    const residue = scale(subtract(size, sizeOf([chosen])), negated(inverseModulo(chosen.coefficient, m)!));
    const number = asInteger(residue);
    const shift = number === undefined ? mapCoefficients(residue, (coefficient) => centred(coefficient, m)) : constant(floorRemainder(number, m));
    return { kind: "solve", atom: soleAtom(chosen) as VariableAtom, modulus: m, shift };
  }
  const moduli = primePowers(m);
  if (moduli !== undefined && moduli.length > 1) return { kind: "split", size, moduli };
  return { kind: "keep", equality: modulo(size, constant(m)) };
}

/** The representative of a residue that is smallest in magnitude. */
const centred = (value: Integer, m: Integer): Integer => {
  const residue = floorRemainder(value, m);
  return times(residue, 2) > m ? plus(residue, negated(m)) : residue;
};
