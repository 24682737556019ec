// Floor division in normal form. Only identities of the integers are used (types.md §2), so a rewrite can never make two different sizes equal:
// coefficients split as m*q + r, common factors leave, nested floors merge, and a polynomial that divides another divides it exactly.
// `%` and ceil are written with floor and have no atoms of their own.
import { add, commonMonomial, constant, contentOf, divideContent, divideMonomial, multiply, negate, scale, subtract, toSize } from "./arithmetic.ts";
import type { SizeLike } from "./arithmetic.ts";
import { floorQuotient, floorRemainder, greatestCommonDivisor, negated, plus, times } from "./integers.ts";
import type { Integer } from "./integers.ts";
import { asInteger, atomSize, commonFactor, compareAtoms, divideMonomials, floorAtom, monomialSize, quotientAtom } from "./polynomial.ts";
import { sizeOf, soleAtom, unit, zero } from "./polynomial.ts";
import type { FloorAtom, Size, Term } from "./polynomial.ts";

/** floor(a / b). Division by the constant 0 throws RangeError('division by zero'): the one documented throw of this room. */
export function floorDivide(a: SizeLike, b: SizeLike): Size {
  const [numerator, denominator] = [toSize(a), toSize(b)];
  const divisor = asInteger(denominator);
  return divisor === undefined ? divideByPolynomial(numerator, denominator) : divideByInteger(numerator, divisor);
}

/** ceil(a / b), as floor((a + b - 1) / b) for a constant b > 0 and -floor(-a / b) otherwise. */
export function ceilDivide(a: SizeLike, b: SizeLike): Size {
  const divisor = asInteger(toSize(b));
  if (divisor !== undefined && divisor > 0) return divideByInteger(add(a, constant(divisor), -1), divisor);
  return negate(floorDivide(negate(a), b));
}

/** a - b * floor(a / b): in [0, b) for b > 0. */
export const modulo = (a: SizeLike, b: SizeLike): Size => subtract(a, multiply(b, floorDivide(a, b)));

/** floor(numerator / m), m an integer. */
export function divideByInteger(numerator: Size, m: Integer): Size {
  if (m === 0) throw new RangeError("division by zero");
  if (m < 0) return divideByInteger(negate(numerator), negated(m));
  if (m === 1) return numerator;
  const [whole, rest]: [Term[], Term[]] = [[], []];
  for (const { monomial, coefficient } of numerator.terms) {
    const quotient = floorQuotient(coefficient, m);
    const remainder = floorRemainder(coefficient, m);
    if (quotient !== 0) whole.push({ monomial, coefficient: quotient });
    if (remainder !== 0) rest.push({ monomial, coefficient: remainder });
  }
  const outside = sizeOf(whole);
  if (rest.every((term) => term.monomial === unit)) return outside; // a constant remainder in [0, m) is floored to 0
  let common: Integer = m;
  for (const term of rest) if (term.monomial !== unit) common = greatestCommonDivisor(common, term.coefficient);
  if (common !== 1) {
    const smaller = rest.map(({ monomial, coefficient }) => ({ monomial, coefficient: floorQuotient(coefficient, common) }));
    return add(outside, divideByInteger(sizeOf(smaller.filter((term) => term.coefficient !== 0)), floorQuotient(m, common)));
  }
  const inside = sizeOf(rest);
  const nested = mergeNestedFloor(rest, inside, m);
  if (nested !== undefined) return add(outside, divideByInteger(nested.numerator, nested.denominator));
  const turned = turnedQuotient(rest, m);
  if (turned === undefined) return add(outside, atomSize(floorAtom(inside, m)));
  // floor((m*f - f + S) / m) is f - ceil((f - S) / m)
  const others = subtract(inside, scale(turned, plus(m, -1)));
  return add(outside, turned, negate(divideByInteger(add(turned, negate(others), constant(plus(m, -1))), m)));
}

/** The structurally first quotient f of a numerator, where it stands as -f: the numerator is then written the other way round, with f itself. */
function turnedQuotient(rest: readonly Term[], m: Integer): Size | undefined {
  for (const term of rest) {
    const atom = soleAtom(term);
    if (atom?.kind !== "quotient") continue;
    return m > 2 && plus(term.coefficient, 1) === m ? atomSize(atom) : undefined;
  }
  return undefined;
}

/**
 * floor((f + R) / m) with f = floor(P / a) is floor((P + a*R) / (a*m)); and with -f, which is floor((a - 1 - P) / a), likewise.
 * Of several such f the structurally smallest is taken, so that the result does not depend on history.
 */
function mergeNestedFloor(rest: readonly Term[], inside: Size, m: Integer): { readonly numerator: Size; readonly denominator: Integer } | undefined {
  let chosen: { readonly floor: FloorAtom; readonly sign: 1 | -1 } | undefined;
  for (const term of rest) {
    const atom = soleAtom(term);
    if (atom?.kind !== "floor") continue;
    const sign = term.coefficient === 1 ? 1 : plus(term.coefficient, 1) === m ? -1 : undefined;
    if (sign === undefined) continue;
    if (chosen === undefined || sign > chosen.sign || (sign === chosen.sign && compareAtoms(atom, chosen.floor) < 0)) chosen = { floor: atom, sign };
  }
  if (chosen === undefined) return undefined;
  const { floor, sign } = chosen;
  if (sign === 1) {
    const others = subtract(inside, atomSize(floor));
    return { numerator: add(floor.numerator, scale(others, floor.denominator)), denominator: times(floor.denominator, m) };
  }
  // (m - 1)*f + R is m*f - f + R: the m*f stays inside, as m*a*f, and leaves at the next split.
  const others = add(inside, atomSize(floor));
  const flipped = subtract(constant(plus(floor.denominator, -1)), floor.numerator);
  return { numerator: add(flipped, scale(others, floor.denominator)), denominator: times(floor.denominator, m) };
}

/** Multivariate long division: numerator == quotient * divisor + remainder, no term of the remainder divisible by the divisor's leading term. */
function longDivision(numerator: Size, divisor: Size): { readonly quotient: Size; readonly remainder: Size } {
  const lead = divisor.terms[0]!;
  const [quotient, remainder]: [Size[], Size[]] = [[], []];
  let rest = numerator;
  for (let step = 0; rest.terms.length > 0 && step < 400; step++) {
    const term = rest.terms[0]!;
    const monomial = divideMonomials(term.monomial, lead.monomial);
    const factor = monomial === undefined ? 0 : floorQuotient(term.coefficient, lead.coefficient);
    if (monomial !== undefined && factor !== 0) {
      const part = monomialSize(monomial, factor);
      quotient.push(part);
      rest = subtract(rest, multiply(part, divisor));
      if (rest.terms.length === 0 || rest.terms[0]!.monomial !== term.monomial) continue;
    }
    const left = rest.terms[0]!;
    remainder.push(monomialSize(left.monomial, left.coefficient));
    rest = sizeOf(rest.terms.slice(1));
  }
  return { quotient: add(...quotient), remainder: add(...remainder, rest) };
}

/** The polynomial T with T * divisor == numerator, or undefined. The divisor is not 0. */
export function exactQuotient(numerator: Size, divisor: Size): Size | undefined {
  const m = asInteger(divisor);
  if (m !== undefined)
    return m !== 0 && numerator.terms.every((term) => floorRemainder(term.coefficient, m) === 0) ? divideContent(numerator, m) : undefined;
  const { quotient, remainder } = longDivision(numerator, divisor);
  return remainder === zero ? quotient : undefined;
}

/** Of P and -P - 1 one is: the form with more positive terms is kept, as a person would write it; at a tie the leading term decides. */
function mostlyNegative(size: Size): boolean {
  let balance = 0;
  for (const term of size.terms) if (term.monomial !== unit) balance += term.coefficient > 0 ? 1 : -1;
  return balance < 0 || (balance === 0 && size.terms[0]!.coefficient < 0);
}

/** floor((f + R) / Q) with f = floor(P / A) is floor((P + A*R) / (A*Q)) for A, Q > 0, which the divisions promise. */
function mergeNestedQuotient(numerator: Size, denominator: Size): { readonly numerator: Size; readonly denominator: Size } | undefined {
  const isPositive = (size: Size): boolean => size.terms.every((term) => term.coefficient > 0);
  if (!isPositive(denominator)) return undefined;
  for (const term of numerator.terms) {
    const atom = soleAtom(term);
    if (term.coefficient !== 1 || atom === undefined || atom.kind === "variable") continue;
    const inner = atom.kind === "floor" ? constant(atom.denominator) : atom.denominator;
    if (!isPositive(inner)) continue;
    return { numerator: add(atom.numerator, multiply(inner, subtract(numerator, atomSize(atom)))), denominator: multiply(inner, denominator) };
  }
  return undefined;
}

function divideByPolynomial(numerator: Size, denominator: Size): Size {
  if (numerator === zero) return zero;
  if (denominator.terms[0]!.coefficient < 0) return divideByPolynomial(negate(numerator), negate(denominator));
  // floor(g*A / (g*B)) is floor(A / B)
  const shared = commonFactor(commonMonomial(numerator), commonMonomial(denominator));
  if (shared !== unit) return floorDivide(divideMonomial(numerator, shared), divideMonomial(denominator, shared));
  const content = contentOf(denominator);
  const common = greatestCommonDivisor(contentOf(numerator), content);
  if (common !== 1) return floorDivide(divideContent(numerator, common), divideContent(denominator, common));
  // floor(P / (c*Q)) is floor(floor(P / Q) / c) for a constant c > 0: the constant outside, where residue classes resolve it
  if (content !== 1) return divideByInteger(divideByPolynomial(numerator, divideContent(denominator, content)), content);
  const merged = mergeNestedQuotient(numerator, denominator);
  if (merged !== undefined) return divideByPolynomial(merged.numerator, merged.denominator);
  const { quotient, remainder } = longDivision(numerator, denominator);
  if (remainder === zero) return quotient;
  // floor((T*Q + R) / Q) is T + floor(R / Q); by several terms only when that is shorter
  if (quotient !== zero && (denominator.terms.length === 1 || remainder.terms.length < numerator.terms.length))
    return add(quotient, divideByPolynomial(remainder, denominator));
  // floor(-P / Q) is -floor((P - 1) / Q) - 1 for Q > 0, which the division promises: one form, so that ceil and floor of symbolic strides meet
  if (mostlyNegative(numerator) && denominator.terms.every((term) => term.coefficient > 0))
    return subtract(-1, divideByPolynomial(add(negate(numerator), -1), denominator));
  return atomSize(quotientAtom(numerator, denominator));
}
