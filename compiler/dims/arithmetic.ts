// Ring operations on sizes: constants, variables, + - *, powers, and the integer content. Division has its own file.
import { floorQuotient, greatestCommonDivisor, integer, negated, plus, times } from "./integers.ts";
import type { Integer } from "./integers.ts";
import { asInteger, atomSize, commonFactor, compareMonomials, divideMonomials, monomialSize, multiplyMonomials, sizeOf } from "./polynomial.ts";
import { unit, variableAtom, variableAtoms, zero } from "./polynomial.ts";
import type { Monomial, Size, Term } from "./polynomial.ts";

export type SizeLike = Size | number;

const smallConstants: Size[] = [];

/** The size that is an integer. */
export function constant(value: number | bigint): Size {
  if (typeof value === "number" && value >= 0 && value < 1024 && Number.isInteger(value))
    return (smallConstants[value] ??= monomialSize(unit, value + 0));
  return monomialSize(unit, integer(value));
}

/** The size that is an integer variable. Its name is its identity. */
export const variable = (name: string): Size => atomSize(variableAtom(name));

export const toSize = (value: SizeLike): Size => (typeof value === "number" ? constant(value) : value);

function mergeTerms(a: readonly Term[], b: readonly Term[]): readonly Term[] {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const merged: Term[] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    const [x, y] = [a[i]!, b[j]!];
    const order = compareMonomials(x.monomial, y.monomial);
    if (order < 0) (merged.push(x), i++);
    else if (order > 0) (merged.push(y), j++);
    else {
      const coefficient = plus(x.coefficient, y.coefficient);
      if (coefficient !== 0) merged.push({ monomial: x.monomial, coefficient });
      (i++, j++);
    }
  }
  while (i < a.length) merged.push(a[i++]!);
  while (j < b.length) merged.push(b[j++]!);
  return merged;
}

/** The terms of a size times one term; order is kept, because the order of monomials is compatible with products. */
const scaleTerms = (terms: readonly Term[], monomial: Monomial, coefficient: Integer): readonly Term[] =>
  monomial === unit && coefficient === 1
    ? terms
    : terms.map((term) => ({ monomial: multiplyMonomials(term.monomial, monomial), coefficient: times(term.coefficient, coefficient) }));

/** A sum of sizes. */
export function add(...terms: SizeLike[]): Size {
  let sum: readonly Term[] = [];
  for (const term of terms) sum = mergeTerms(sum, toSize(term).terms);
  return sizeOf(sum);
}

export const negate = (a: SizeLike): Size => scale(toSize(a), -1);

export function subtract(a: SizeLike, b: SizeLike): Size {
  return a === b ? zero : sizeOf(mergeTerms(toSize(a).terms, scaleTerms(toSize(b).terms, unit, -1)));
}

/** A size times an integer. */
export function scale(size: Size, factor: Integer): Size {
  if (factor === 0) return zero;
  return factor === 1 ? size : sizeOf(scaleTerms(size.terms, unit, factor));
}

function multiplyPair(a: Size, b: Size): Size {
  if (a.terms.length > b.terms.length) return multiplyPair(b, a);
  let sum: readonly Term[] = [];
  for (const term of a.terms) sum = mergeTerms(sum, scaleTerms(b.terms, term.monomial, term.coefficient));
  return sizeOf(sum);
}

/** A product of sizes; of none, 1. */
export function multiply(...factors: SizeLike[]): Size {
  let product: Size | undefined;
  for (const factor of factors) product = product === undefined ? toSize(factor) : multiplyPair(product, toSize(factor));
  return product ?? constant(1);
}

/** A size to a power, a non-negative integer. */
export function power(a: Size, exponent: number): Size {
  let product = constant(1);
  for (let i = 0; i < exponent; i++) product = multiplyPair(product, a);
  return product;
}

export const isConstant = (a: Size): boolean => asInteger(a) !== undefined;

/** The integer that a size is, when it is one and is exact as a number. */
export function constantValue(a: Size): number | undefined {
  const value = asInteger(a);
  return typeof value === "number" ? value : undefined;
}

export function bigConstantValue(a: Size): bigint | undefined {
  const value = asInteger(a);
  return value === undefined ? undefined : BigInt(value);
}

/** The names of the variables of a size, sorted, those inside floors included. */
export const variablesOf = (a: Size): readonly string[] => variableAtoms(a).map((atom) => atom.name);

/** The greatest integer that divides every coefficient (constant included or not); 0 for no terms. */
export function contentOf(size: Size, withConstant = true): Integer {
  let content: Integer = 0;
  for (const term of size.terms) {
    if (!withConstant && term.monomial === unit) continue;
    content = greatestCommonDivisor(content, term.coefficient);
    if (content === 1) break;
  }
  return content;
}

/** A size divided by an integer that divides every coefficient. */
export const divideContent = (size: Size, divisor: Integer): Size =>
  divisor === 1 ? size : sizeOf(size.terms.map((term) => ({ monomial: term.monomial, coefficient: floorQuotient(term.coefficient, divisor) })));

/** The greatest monomial that divides every term. */
export function commonMonomial(size: Size): Monomial {
  let common: Monomial | undefined;
  for (const term of size.terms) {
    common = common === undefined ? term.monomial : commonFactor(common, term.monomial);
    if (common === unit) break;
  }
  return common ?? unit;
}

/** A size divided by a monomial that divides every term. */
export const divideMonomial = (size: Size, divisor: Monomial): Size =>
  divisor === unit ? size : sizeOf(size.terms.map((term) => ({ monomial: divideMonomials(term.monomial, divisor)!, coefficient: term.coefficient })));

/** The sum of the positive terms, and minus the sum of the negative ones: size == positive - negative. */
export function splitSigns(size: Size): { readonly positive: Size; readonly negative: Size } {
  return {
    positive: sizeOf(size.terms.filter((term) => term.coefficient > 0)),
    negative: sizeOf(
      size.terms.filter((term) => term.coefficient < 0).map(({ monomial, coefficient }) => ({ monomial, coefficient: negated(coefficient) })),
    ),
  };
}
