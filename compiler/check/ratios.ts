/**
 * Floats that are exactly a quotient of sizes: `0.1 * (i - 1) / (depth - 1)`. A decimal number is such a quotient too, so facts about rates that grow along a
 * family can be proved with the solver of sizes, by multiplying out denominators that are at least 1.
 */
import { add, constant, constantValue, isConstant, multiply, negate, subtract, type Claim, type Size } from "../dims/index.ts";
import type { BinaryOperator } from "../../grammar/ast.ts";
import { claimOf } from "./claim-of.ts";
import { isTooLarge } from "./size-limits.ts";
import type { FloatValue, IntValue } from "./values.ts";

/** numerator / denominator; what is proved with it needs a denominator of at least 1. */
export interface Ratio {
  readonly numerator: Size;
  readonly denominator: Size;
}

export function ratioOf(value: IntValue | FloatValue): Ratio | undefined {
  if (value.kind === "int") return { numerator: value.use.size, denominator: constant(1) };
  return value.ratio ?? (value.value === undefined ? undefined : decimalRatio(value.value));
}

/** The shortest decimal that is this number, as whole numbers. */
function decimalRatio(value: number): Ratio | undefined {
  const [, sign, whole, fraction = "", exponent = "0"] = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value)) ?? [];
  if (whole === undefined) return undefined;
  const shift = fraction.length - Number(exponent);
  if (Math.abs(shift) > 15) return undefined;
  const [numerator, denominator] = [Number(whole + fraction) * 10 ** Math.max(0, -shift), 10 ** Math.max(0, shift)];
  if (!Number.isSafeInteger(numerator)) return undefined;
  return { numerator: constant(sign ? -numerator : numerator), denominator: constant(denominator) };
}

/** The ratio of an arithmetic result, where both sides have one and it stays small. */
export function combined(operator: BinaryOperator, left: IntValue | FloatValue, right: IntValue | FloatValue): Ratio | undefined {
  const [a, b] = [ratioOf(left), ratioOf(right)];
  if (!a || !b) return undefined;
  const ratio = apply(operator, a, b);
  return ratio && !isTooLarge(ratio.numerator) && !isTooLarge(ratio.denominator) ? ratio : undefined;
}

function apply(operator: BinaryOperator, a: Ratio, b: Ratio): Ratio | undefined {
  const cross = (left: Ratio, right: Ratio): Size => multiply(left.numerator, right.denominator);
  switch (operator) {
    case "+":
      return { numerator: add(cross(a, b), cross(b, a)), denominator: multiply(a.denominator, b.denominator) };
    case "-":
      return { numerator: subtract(cross(a, b), cross(b, a)), denominator: multiply(a.denominator, b.denominator) };
    case "*":
      return { numerator: multiply(a.numerator, b.numerator), denominator: multiply(a.denominator, b.denominator) };
    case "/": {
      const below = constantValue(b.numerator);
      if (below === 0) return undefined;
      const flip = below !== undefined && below < 0;
      return { numerator: multiply(a.numerator, flip ? negate(b.denominator) : b.denominator), denominator: multiply(a.denominator, flip ? negate(b.numerator) : b.numerator) };
    }
    default:
      return undefined;
  }
}

/** What a comparison says of sizes; `needs` are the denominators that must be at least 1 for it. Undefined where a number alone decides, or nothing does. */
export function comparedRatios(operator: BinaryOperator, left: IntValue | FloatValue, right: IntValue | FloatValue): { readonly claim: Claim; readonly needs: readonly Size[] } | undefined {
  const [a, b] = [ratioOf(left), ratioOf(right)];
  if (!a || !b) return undefined;
  const needs = [a.denominator, b.denominator].filter((size) => !isConstant(size) || (constantValue(size) ?? 0) < 1);
  return { claim: claimOf(operator, multiply(a.numerator, b.denominator), multiply(b.numerator, a.denominator)), needs };
}
