// The table of facts (types.md §3) row by row, what proofs say that they used, models, and the claims that are left undecided.
import { describe, expect, test } from "vitest";
import {
  add,
  assume,
  bounds,
  constant,
  declare,
  emptyFacts,
  floorDivide,
  modulo,
  multiply,
  negate,
  normalise,
  prove,
} from "../../compiler/dims/index.ts";
import { restore, satisfiable, showSize, smallestModels, subtract, variable } from "../../compiler/dims/index.ts";
import type { Claim, Facts } from "../../compiler/dims/index.ts";
import { atLeast, differs, divides, equal, kindOf, sometimes, where } from "./claims.ts";

const [B, C, H, K, W, d, h, q, x, y] = [
  variable("B"),
  variable("C"),
  variable("H"),
  variable("K"),
  variable("W"),
  variable("d"),
  variable("h"),
  variable("q"),
  variable("x"),
  variable("y"),
];

const contradicts = (facts: Facts, claim: Claim): boolean => assume(facts, claim).contradiction;
const models = (facts: Facts, names: readonly string[], count: number) =>
  smallestModels(facts, names, count).map((model) => Object.fromEntries(model));

describe("v % m == r", () => {
  test("one", () => {
    const facts = where("H", divides(4, subtract(H, 3)));
    expect(kindOf(facts, equal(modulo(H, 4), 3))).toBe("proved");
    expect(kindOf(facts, equal(modulo(H, 2), 1))).toBe("proved");
    expect(bounds(facts, H)).toEqual({ lower: 3, upper: Infinity });
  });
  test("two combine", () => {
    const facts = where("H", divides(4, subtract(H, 1)), divides(6, subtract(H, 3)));
    expect(prove(facts, equal(modulo(H, 12), 9))).toEqual({ kind: "proved", used: [0, 1] });
    expect(models(facts, ["H"], 3)).toEqual([{ H: 9 }, { H: 21 }, { H: 33 }]);
  });
  test("or contradict", () => expect(contradicts(where("H", divides(4, subtract(H, 1))), divides(6, H))).toBe(true));
});

describe("(c*v + P) % m == 0", () => {
  test("gives the new variable no bound of its own", () => {
    const facts = where("x y", divides(2, add(x, y)));
    expect(bounds(facts, x)).toEqual({ lower: 1, upper: Infinity });
    expect(bounds(facts, y)).toEqual({ lower: 1, upper: Infinity });
    expect(kindOf(facts, divides(2, subtract(multiply(3, x), y)))).toBe("proved");
    expect(sometimes(prove(facts, atLeast(y, x)))).toMatchObject({ at: { x: 3, y: 1 } });
  });
  test("coefficients that share factors with m, prime by prime", () => {
    const facts = where("x y", divides(6, add(multiply(2, x), multiply(3, y))));
    expect(kindOf(facts, divides(3, x))).toBe("proved");
    expect(kindOf(facts, divides(2, y))).toBe("proved");
  });
  test("what nothing solves filters the classes", () => {
    const facts = where("x y", divides(4, multiply(x, y)));
    expect(kindOf(facts, equal(multiply(4, floorDivide(multiply(x, y), 4)), multiply(x, y)))).toBe("proved");
    const halves = where("H", divides(2, floorDivide(H, 2)));
    expect(kindOf(halves, equal(multiply(2, floorDivide(H, 4)), floorDivide(H, 2)))).toBe("proved");
  });
});

describe("v % q == 0, q a size", () => {
  const facts = where("C h", divides(h, C));
  test("v is q * v'", () => {
    expect(kindOf(facts, equal(multiply(h, floorDivide(C, h)), C))).toBe("proved");
    expect(kindOf(facts, atLeast(C, h))).toBe("proved");
    expect(kindOf(facts, divides(h, add(multiply(3, C), h)))).toBe("proved");
  });
  test("printing inverts the substitution", () => {
    const normal = normalise(facts, multiply(2, floorDivide(C, h)));
    expect(showSize(restore(facts, normal))).toBe("2 * floor(C / h)");
    expect(showSize(restore(facts, normal), { exact: () => true })).toBe("2 * (C / h)");
  });
  test("a condition on the quotient is told about C", () => {
    const verdict = prove(facts, divides(2, floorDivide(C, h)));
    expect(sometimes(verdict)).toMatchObject({ exact: "(C / h) % 2 == 0", fix: "2 * h | C" });
  });
  test("products and multiples, where no variable can be solved for", () => {
    const product = where("x y q", divides(q, multiply(x, y)));
    expect(kindOf(product, divides(q, multiply(x, y, 3)))).toBe("proved");
    expect(kindOf(product, equal(multiply(q, floorDivide(multiply(x, y), q)), multiply(x, y)))).toBe("proved");
    const twice = where("C h", divides(h, multiply(2, C)));
    expect(kindOf(twice, equal(multiply(h, floorDivide(multiply(2, C), h)), multiply(2, C)))).toBe("proved");
    expect(kindOf(twice, divides(h, C))).toBe("sometimes");
  });
  test("a divisor that may be 0 is the first thing to fail", () => {
    const free = declare(declare(emptyFacts(), "C"), "h", { lower: 0 });
    expect(sometimes(prove(free, divides(h, C)))).toMatchObject({ at: { h: 0 }, sides: [0, 1], fix: "h >= 1" });
  });
});

describe("P == Q", () => {
  test("solves for a variable of coefficient 1 and keeps its bounds", () => {
    const facts = where("H W", equal(H, add(multiply(2, W), -5)));
    expect(prove(facts, equal(add(H, 5), multiply(2, W)))).toEqual({ kind: "proved", used: [0] });
    expect(bounds(facts, W)).toEqual({ lower: 3, upper: Infinity });
  });
  test("solves 2*x == 3*y by way of divisibility", () => {
    const facts = where("x y", equal(multiply(2, x), multiply(3, y)));
    expect(kindOf(facts, divides(3, x))).toBe("proved");
    expect(models(facts, ["x", "y"], 2)).toEqual([
      { x: 3, y: 2 },
      { x: 6, y: 4 },
    ]);
  });
  test("cancels what is at least 1", () => expect(kindOf(where("B K", equal(multiply(B, K), B)), equal(K, 1))).toBe("proved"));
  test("a product that nothing solves is rewritten", () => {
    const facts = where("x y", equal(multiply(x, x), multiply(y, y)));
    expect(kindOf(facts, equal(multiply(3, x, x, B), multiply(B, 3, y, y)))).toBe("proved");
  });
  test("a floor", () => {
    const facts = where("H", equal(floorDivide(H, 2), 4));
    expect(bounds(facts, H)).toEqual({ lower: 8, upper: 9 });
    expect(kindOf(where("H W", equal(floorDivide(H, 2), W)), atLeast(H, multiply(2, W)))).toBe("proved");
  });
  test("contradictions", () => {
    expect(contradicts(where("x y"), equal(multiply(2, x), add(multiply(2, y), 1)))).toBe(true);
    expect(contradicts(where("x"), equal(x, 0))).toBe(true);
    expect(contradicts(where("x y", equal(x, y)), equal(x, add(y, 1)))).toBe(true);
  });
});

describe("bounds and inequalities", () => {
  test("v >= c and v <= c", () => {
    const facts = where("x", atLeast(multiply(2, x), 5), atLeast(10, multiply(3, x)));
    expect(bounds(facts, subtract(multiply(5, x), 2))).toEqual({ lower: 13, upper: 13 });
    expect(prove(facts, equal(x, 3))).toEqual({ kind: "proved", used: [0, 1] });
  });
  test("a linear fact bounds its variables", () => expect(bounds(where("x y", atLeast(x, add(y, 8))), x)).toEqual({ lower: 9, upper: Infinity }));
  test("a floor of a variable", () => expect(bounds(where("H", atLeast(floorDivide(H, 16), 3)), H)).toEqual({ lower: 48, upper: Infinity }));
  test("both directions are an equality", () => {
    const facts = where("x y", atLeast(x, y), atLeast(y, x));
    expect(prove(facts, equal(multiply(x, 3), multiply(y, 3)))).toEqual({ kind: "proved", used: [0, 1] });
  });
  test("proofs name only the facts that they need", () => {
    const facts = where("H W", divides(32, H), divides(32, W), atLeast(H, 64));
    expect(prove(facts, divides(16, H))).toEqual({ kind: "proved", used: [0] });
    expect(prove(facts, atLeast(H, 60))).toMatchObject({ kind: "proved", used: expect.arrayContaining([2]) as unknown });
  });
  test("contradictions", () => {
    const facts = where("x y", atLeast(x, add(y, 1)));
    expect(contradicts(facts, atLeast(y, x))).toBe(true);
    const { facts: broken } = assume(facts, atLeast(y, x), 3);
    expect(satisfiable(broken)).toBe(false);
    expect(smallestModels(broken, ["x"], 1)).toEqual([]);
    expect(satisfiable(facts)).toBe(true);
  });
  test("products", () => {
    expect(kindOf(where("H W"), atLeast(multiply(H, W), H))).toBe("proved");
    expect(kindOf(where("H W", atLeast(H, 3), atLeast(W, 3)), atLeast(multiply(H, W), add(H, W, 3)))).toBe("proved");
    expect(kindOf(where("H W"), atLeast(multiply(H, W), add(H, W)))).toBe("sometimes");
  });
  test("-Infinity is a lower bound", () => {
    const facts = declare(emptyFacts(), "x", { lower: -Infinity, upper: 4 });
    expect(bounds(facts, negate(x))).toEqual({ lower: -4, upper: Infinity });
    expect(sometimes(prove(facts, atLeast(x, 0)))).toMatchObject({ at: { x: -1 } });
  });
  test("few values are all tried", () => {
    const facts = declare(emptyFacts(), "x", { lower: 1, upper: 3 });
    const cubic = add(multiply(x, x, x), multiply(-6, x, x), multiply(11, x));
    expect(kindOf(facts, equal(cubic, 6))).toBe("proved");
  });
});

describe("not equal", () => {
  test("becomes a bound where one side is known", () => expect(kindOf(where("K", differs(K, 1)), atLeast(K, 2))).toBe("proved"));
  test("is proved by parity and by order", () => {
    expect(kindOf(where("x y"), differs(multiply(2, x), add(1, multiply(2, y))))).toBe("proved");
    expect(kindOf(where("x y", atLeast(x, add(y, 1))), differs(x, y))).toBe("proved");
  });
  test("is remembered as it is otherwise", () => {
    const facts = where("x y", differs(x, y));
    expect(prove(facts, differs(y, x))).toEqual({ kind: "proved", used: [0] });
    expect(models(facts, ["x", "y"], 2)).toEqual([
      { x: 1, y: 2 },
      { x: 2, y: 1 },
    ]);
  });
  test("sometimes and never", () => {
    expect(sometimes(prove(where("K"), differs(K, 1)))).toMatchObject({ at: { K: 1 }, fix: "K != 1" });
    expect(kindOf(where("K", equal(K, d)), differs(K, d))).toBe("never");
  });
});

describe("models and far counterexamples", () => {
  test("smallest sum first, all facts kept", () => {
    expect(models(where("H W", divides(32, H), atLeast(H, W), atLeast(W, 17)), ["H", "W"], 3)).toEqual([
      { H: 32, W: 17 },
      { H: 32, W: 18 },
      { H: 32, W: 19 },
    ]);
    expect(models(where("x y", divides(5, add(multiply(2, x), y))), ["x", "y"], 2)).toEqual([
      { x: 2, y: 1 },
      { x: 1, y: 3 },
    ]);
  });
  test("a counterexample far away is found and shrunk", () =>
    expect(sometimes(prove(where("x"), atLeast(10 ** 6, x)))).toMatchObject({ at: { x: 10 ** 6 + 1 } }));
  test("a counterexample names the user's variables only", () => {
    const verdict = prove(where("C h", divides(h, C)), equal(C, h));
    expect(sometimes(verdict)).toMatchObject({ at: { C: 2, h: 1 }, exact: "C == h" });
  });
  test("no proof and no counterexample is said", () => {
    // true (no two positive integers have squares that differ by 2), but outside every method here
    expect(prove(where("x y"), differs(multiply(x, x), add(multiply(y, y), 2))).kind).toBe("unknown");
  });
  test("facts are values: assuming changes nothing that was there", () => {
    const before = where("H");
    assume(before, divides(2, H), 0);
    expect(kindOf(before, divides(2, H))).toBe("sometimes");
    expect(constant(1)).toBe(normalise(before, constant(1)));
  });
});
