// Laws of the normal form: two ways of writing the same size are one object, and integers are exact at any magnitude.
import { describe, expect, test } from "vitest";
import {
  add,
  bigConstantValue,
  ceilDivide,
  constant,
  constantValue,
  evaluate,
  floorDivide,
  isConstant,
  modulo,
  multiply,
  negate,
} from "../../compiler/dims/index.ts";
import { power, solveLinear, substitute, subtract, variable, variablesOf } from "../../compiler/dims/index.ts";
import { exactQuotient } from "../../compiler/dims/division.ts";
import {
  floorQuotient,
  floorRemainder,
  greatestCommonDivisor,
  integer,
  inverseModulo,
  plus,
  primePowers,
  times,
} from "../../compiler/dims/integers.ts";
import { showClaim } from "./claims.ts";

const [a, b, x, y, z, h, w] = [variable("a"), variable("b"), variable("x"), variable("y"), variable("z"), variable("h"), variable("w")];

describe("ring", () => {
  test("sums and products commute, associate and distribute", () => {
    expect(add(x, y, 1)).toBe(add(1, y, x));
    expect(multiply(multiply(x, y), z)).toBe(multiply(z, multiply(y, x)));
    expect(multiply(add(x, 2), subtract(y, 3))).toBe(add(multiply(x, y), multiply(-3, x), multiply(2, y), -6));
  });
  test("what cancels is gone", () => {
    expect(subtract(add(x, y), add(y, x))).toBe(constant(0));
    expect(add(x, negate(x))).toBe(constant(0));
    expect(multiply(x, 0)).toBe(constant(0));
  });
  test("powers", () => {
    expect(power(add(x, 1), 2)).toBe(add(multiply(x, x), multiply(2, x), 1));
    expect(power(x, 0)).toBe(constant(1));
  });
  test("a name is an identity", () => expect(variable("x")).toBe(x));
});

describe("floors by constants", () => {
  test("coefficients split as m*q + r", () => expect(floorDivide(add(multiply(7, x), 5), 3)).toBe(add(multiply(2, x), 1, floorDivide(add(x, 2), 3))));
  test("common factors leave", () => expect(floorDivide(add(multiply(4, x), 3), 8)).toBe(floorDivide(x, 2)));
  test("nested floors merge", () => {
    expect(floorDivide(floorDivide(x, 2), 3)).toBe(floorDivide(x, 6));
    expect(floorDivide(add(floorDivide(x, 2), 3, y), 4)).toBe(floorDivide(add(x, 6, multiply(2, y)), 8));
  });
  test("a subtracted floor merges too", () => {
    // x - floor(x / 3) over 5, with -floor(x / 3) == floor((2 - x) / 3)
    expect(floorDivide(subtract(x, floorDivide(x, 3)), 5)).toBe(floorDivide(add(multiply(2, x), 2), 15));
  });
  test("a constant remainder is nothing", () => expect(floorDivide(add(multiply(8, x), 7), 8)).toBe(x));
  test("(a + b) / c is not split", () => expect(floorDivide(add(x, y), 2)).not.toBe(add(floorDivide(x, 2), floorDivide(y, 2))));
  test("negative divisors", () => expect(floorDivide(x, -2)).toBe(floorDivide(negate(x), 2)));
  test("% and ceil are written with floor", () => {
    expect(modulo(x, 4)).toBe(subtract(x, multiply(4, floorDivide(x, 4))));
    expect(ceilDivide(x, 4)).toBe(floorDivide(add(x, 3), 4));
    expect(modulo(multiply(6, x), 3)).toBe(constant(0));
  });
  test("five stride-2 convolutions are one floor", () => {
    let size = x;
    for (let level = 0; level < 5; level++) size = floorDivide(add(size, 1), 2);
    expect(size).toBe(floorDivide(add(x, 31), 32));
  });
  test("division by the constant 0 is the one throw", () => {
    expect(() => floorDivide(x, 0)).toThrow(new RangeError("division by zero"));
    expect(() => modulo(x, subtract(y, y))).toThrow(RangeError);
  });
});

describe("floors by sizes", () => {
  test("exact division", () => {
    expect(floorDivide(multiply(h, w, 3), w)).toBe(multiply(3, h));
    expect(floorDivide(multiply(add(x, y), add(x, negate(y), 2)), add(x, y))).toBe(add(x, negate(y), 2));
    expect(exactQuotient(add(x, 1), y)).toBeUndefined();
  });
  test("common factors leave", () => expect(floorDivide(multiply(2, x, z), multiply(4, y, z))).toBe(floorDivide(floorDivide(x, y), 2)));
  test("multiples leave", () => expect(floorDivide(add(multiply(a, w), b), w)).toBe(add(a, floorDivide(b, w))));
  test("the sign of the divisor is one", () => expect(floorDivide(x, negate(y))).toBe(floorDivide(negate(x), y)));
  test("ceil is exact where the division is", () => expect(ceilDivide(multiply(x, y), y)).toBe(x));
});

describe("beyond 2^53", () => {
  const large = 2 ** 40;
  test("products of coefficients stay exact", () => {
    const square = multiply(constant(large), constant(large));
    expect(bigConstantValue(square)).toBe(1n << 80n);
    expect(constantValue(square)).toBeUndefined();
    expect(isConstant(square)).toBe(true);
    expect(floorDivide(square, large)).toBe(constant(large));
    expect(subtract(add(multiply(square, x), x), multiply(square, x))).toBe(x);
  });
  test("bigints come back as numbers when they are small again", () => {
    expect(constant(5n)).toBe(constant(5));
    expect(constantValue(subtract(add(constant(2n ** 60n), 7), constant(2n ** 60n)))).toBe(7);
  });
  test("evaluation is exact", () => {
    expect(evaluate(add(power(x, 3), 1), new Map([["x", 10 ** 6]]))).toBe(10n ** 18n + 1n);
    expect(
      evaluate(
        floorDivide(power(x, 3), add(y, 1)),
        new Map([
          ["x", 10 ** 6],
          ["y", 6],
        ]),
      ),
    ).toBe(10n ** 18n / 7n);
    expect(evaluate(floorDivide(add(x, 1), 7), new Map([["x", -8]]))).toBe(-1);
  });
  test("integers", () => {
    const top = Number.MAX_SAFE_INTEGER;
    expect(plus(top, 1)).toBe(BigInt(top) + 1n);
    expect(plus(plus(top, 1), -1)).toBe(top);
    expect(times(top, top)).toBe(BigInt(top) ** 2n);
    expect(Object.is(times(0, -3), 0)).toBe(true);
    expect(floorQuotient(top, 2)).toBe((top - 1) / 2);
    expect([floorQuotient(-7, 2), floorRemainder(-7, 2), floorQuotient(7, -2)]).toEqual([-4, 1, -4]);
    expect([floorQuotient(-7n * 2n ** 60n, 2n ** 61n), floorRemainder(-(2n ** 60n) - 1n, 2)]).toEqual([-4, 1]);
    expect(greatestCommonDivisor(12n, -18)).toBe(6);
    expect([inverseModulo(3, 7), inverseModulo(2, 4)]).toEqual([5, undefined]);
    expect([primePowers(360), primePowers(97)]).toEqual([[8, 9, 5], [97]]);
    expect(integer(2 ** 60)).toBe(2n ** 60n);
  });
});

describe("variables, substitution, evaluation", () => {
  test("variables are sorted, those inside floors included", () =>
    expect(variablesOf(add(floorDivide(y, 2), floorDivide(z, x), a))).toEqual(["a", "x", "y", "z"]));
  test("substitution is simultaneous and renormalises", () => {
    expect(
      substitute(
        add(x, multiply(2, y)),
        new Map([
          ["x", y],
          ["y", x],
        ]),
      ),
    ).toBe(add(y, multiply(2, x)));
    expect(substitute(floorDivide(x, 16), new Map([["x", multiply(16, y)]]))).toBe(y);
    expect(substitute(floorDivide(x, w), new Map([["x", multiply(w, y)]]))).toBe(y);
  });
  test("a divisor that becomes 0 does not throw", () => expect(substitute(floorDivide(x, w), new Map([["w", constant(0)]]))).toBe(floorDivide(x, w)));
  test("no value for what is missing or divided by zero", () => {
    expect(evaluate(add(x, y), new Map([["x", 1]]))).toBeUndefined();
    expect(
      evaluate(
        floorDivide(x, w),
        new Map([
          ["x", 1],
          ["w", 0],
        ]),
      ),
    ).toBeUndefined();
  });
});

describe("solving a linear pattern", () => {
  const solved = (pattern: ReturnType<typeof add>, actual: ReturnType<typeof add>) => {
    const found = solveLinear(pattern, actual, "x");
    return found === undefined ? undefined : [found.value, found.needs.map(showClaim)];
  };
  test("exact", () => expect(solved(add(multiply(2, x), 1), add(multiply(4, h), 7))).toEqual([add(multiply(2, h), 3), []]));
  test("with a need", () => expect(solved(add(multiply(2, x), 1), h)).toEqual([floorDivide(subtract(h, 1), 2), ["2 | h - 1"]]));
  test("by a size", () => expect(solved(multiply(w, x), h)).toEqual([floorDivide(h, w), ["w | h"]]));
  test("a negative coefficient", () => expect(solved(subtract(10, x), h)).toEqual([subtract(10, h), []]));
  test("not linear", () => {
    expect(solved(multiply(x, x), h)).toBeUndefined();
    expect(solved(floorDivide(x, 2), h)).toBeUndefined();
    expect(solved(y, h)).toBeUndefined();
  });
});
