/**
 * How large a size may grow while a program is checked. Sizes are exact polynomials, and `((n ^ 64) ^ 64) ^ 64` would be one that no memory holds;
 * no tensor has an axis of 2^53 elements, so what is refused here could never be built.
 */
import { constantValue, multiply, constant, type Size } from "../dims/index.ts";

const largestCoefficient = 2 ** 53;
const mostTerms = 500;
const highestDegree = 64;

export function isTooLarge(size: Size): boolean {
  if (size.terms.length > mostTerms) return true;
  return size.terms.some(({ monomial, coefficient }) => monomial.atoms.length > highestDegree || coefficient > largestCoefficient || coefficient < -largestCoefficient);
}

/** `base ^ exponent`, or undefined as soon as it grows too large. */
export function boundedPower(base: Size, exponent: number): Size | undefined {
  let result = constant(1);
  const fixed = constantValue(base);
  if (fixed === 0 || fixed === 1) return exponent === 0 ? result : base;
  for (let i = 0; i < exponent; i++) {
    result = multiply(result, base);
    if (isTooLarge(result)) return undefined;
  }
  return result;
}
