// The twelve worked examples of the theory of sizes (types.md §7), each under its name.
import { describe, expect, test } from "vitest";
import { add, ceilDivide, floorDivide, modulo, multiply, negate, prove, subtract, variable } from "../../compiler/dims/index.ts";
import type { Size } from "../../compiler/dims/index.ts";
import { atLeast, convolved, differs, divides, equal, kindOf, sometimes, where } from "./claims.ts";

const [B, C, D, H, K, W, heads, k, n, r, s, w] = ["B", "C", "D", "H", "K", "W", "heads", "k", "n", "r", "s", "w"].map(variable) as [
  Size,
  Size,
  Size,
  Size,
  Size,
  Size,
  Size,
  Size,
  Size,
  Size,
  Size,
  Size,
];

describe("1. stride 2, then up by 2", () => {
  const claim = equal(multiply(2, convolved(H, 3, 2, 1)), H);
  test("sometimes, with the smallest counterexample and the condition", () => {
    expect(sometimes(prove(where("H"), claim))).toEqual({ at: { H: 1 }, sides: [2, 1], exact: "H % 2 == 0", fix: "2 | H" });
  });
  test("proved by the fact", () => expect(prove(where("H", divides(2, H)), claim)).toEqual({ kind: "proved", used: [0] }));
});

describe("2. patches", () => {
  const claim = equal(multiply(256, floorDivide(H, 16), floorDivide(W, 16)), multiply(H, W));
  test("sometimes, with two fixes", () => {
    expect(sometimes(prove(where("H W"), claim))).toEqual({
      at: { H: 1, W: 1 },
      sides: [0, 1],
      exact: "H % 16 == 0 and W % 16 == 0",
      fix: "16 | H, 16 | W",
    });
  });
  test("the division itself", () => {
    expect(sometimes(prove(where("H"), divides(16, H)))).toEqual({ at: { H: 1 }, sides: [1, 0], exact: "H % 16 == 0", fix: "16 | H" });
  });
  test("with one fact, only the other is asked for", () => {
    const verdict = prove(where("H W", divides(16, W)), claim);
    expect(sometimes(verdict)).toMatchObject({ fix: "16 | H", exact: "H % 16 == 0" });
  });
  test("proved by both", () => expect(prove(where("H W", divides(16, H), divides(16, W)), claim)).toEqual({ kind: "proved", used: [0, 1] }));
});

describe("3. pyramid", () => {
  const up = equal(multiply(2, ceilDivide(H, 32)), ceilDivide(H, 16));
  test("three stride-2 convolutions are (H + 7) // 8", () => {
    const three = convolved(convolved(convolved(H, 3, 2, 1), 3, 2, 1), 3, 2, 1);
    expect(three).toBe(floorDivide(add(H, 7), 8));
  });
  test("2 * ceil(H / 32) against ceil(H / 16)", () => {
    expect(sometimes(prove(where("H"), up))).toEqual({ at: { H: 1 }, sides: [2, 1], exact: "H mod 32 is 0 or 17..31", fix: "32 | H" });
  });
  test("proved by the fix", () => expect(kindOf(where("H", divides(32, H)), up)).toBe("proved"));
  test("the condition speaks of H, also when a fact has replaced it", () => {
    const exact = "H mod 32 is 0, 18, 20, 22, 24, 26, 28 or 30";
    expect(sometimes(prove(where("H", divides(2, H)), up))).toEqual({ at: { H: 2 }, sides: [2, 1], exact, fix: "32 | H" });
  });
});

test("4. windows of symbolic size", () => {
  const claim = equal(multiply(B, floorDivide(H, w), floorDivide(W, w), w, w), multiply(B, H, W));
  expect(prove(where("B H W w", divides(w, H), divides(w, W)), claim)).toEqual({ kind: "proved", used: [0, 1] });
});

describe("5. heads", () => {
  const claim = equal(multiply(heads, floorDivide(C, heads)), C);
  test("proved", () => expect(prove(where("C heads", divides(heads, C)), claim)).toEqual({ kind: "proved", used: [0] }));
  test("without the fact", () => {
    expect(sometimes(prove(where("C heads"), claim))).toEqual({ at: { C: 1, heads: 2 }, sides: [0, 1], exact: undefined, fix: "heads | C" });
  });
});

describe("6. top_k over 8 layers", () => {
  test("bounded", () => expect(kindOf(where("k", atLeast(8, k)), atLeast(8, k))).toBe("proved"));
  test("unbounded", () => {
    expect(sometimes(prove(where("k"), atLeast(8, k)))).toEqual({ at: { k: 9 }, sides: [8, 9], exact: "k <= 8", fix: "8 >= k" });
  });
});

test("7. per-sample kernels", () => {
  const [into, out] = [variable("in"), variable("out")];
  const claim = equal(multiply(multiply(B, 9), multiply(out, into)), multiply(B, out, into, 3, 3));
  expect(prove(where("B n in out"), claim)).toEqual({ kind: "proved", used: [] });
  expect(kindOf(where("n"), equal(multiply(n, 9), multiply(9, n)))).toBe("proved");
});

test("8. pixel shuffle", () => {
  const square = multiply(r, r);
  const claim = equal(multiply(floorDivide(C, square), multiply(H, r), multiply(W, r)), multiply(C, H, W));
  expect(kindOf(where("C H W r", divides(square, C)), claim)).toBe("proved");
});

describe("9. residual over a dilated convolution", () => {
  const out = convolved(H, 3, 1, 1, 2);
  test("H - 2 against H is never equal", () => {
    expect(prove(where("H"), equal(out, H))).toMatchObject({ kind: "never", counterexample: { left: -1, right: 1 } });
  });
  test("padding 2 is right", () => expect(kindOf(where("H"), equal(convolved(H, 3, 1, 2, 2), H))).toBe("proved"));
  test("the output is at least 1 from H = 3 on", () => {
    expect(sometimes(prove(where("H"), atLeast(out, 1)))).toMatchObject({ at: { H: 1 }, exact: "H >= 3", fix: "H >= 3" });
  });
});

describe("10. U-Net of depth 5 with floor pooling", () => {
  const levels = Array.from({ length: 5 }).reduce<Size[]>((all) => [...all, floorDivide(all.at(-1)!, 2)], [H]);
  const skip = (level: number) => equal(multiply(2, levels[level]!), levels[level - 1]!);
  test("sometimes, first at H = 16", () => {
    expect(sometimes(prove(where("H"), skip(5)))).toEqual({ at: { H: 16 }, sides: [0, 1], exact: "H mod 32 is 0..15", fix: "32 | H" });
  });
  test.each([1, 2, 3, 4, 5])("level %i is proved by 32 | H", (level) => expect(kindOf(where("H", divides(32, H)), skip(level))).toBe("proved"));
});

test("11. [B*K, D] + [B, D] is equal only for K == 1", () => {
  const claim = equal(multiply(B, K, D), multiply(B, D));
  expect(sometimes(prove(where("B D K"), claim))).toEqual({ at: { B: 1, D: 1, K: 2 }, sides: [2, 1], exact: "K == 1", fix: "K == 1" });
  expect(sometimes(prove(where("B K"), equal(multiply(B, K), B)))).toMatchObject({ exact: "K == 1", fix: "K == 1" });
  expect(kindOf(where("B K", atLeast(K, 2)), equal(multiply(B, K), B))).toBe("never");
  expect(kindOf(where("B K", differs(K, 1)), equal(multiply(B, K), B))).toBe("never");
});

describe("12. small identities", () => {
  const [a, b, d] = [variable("a"), variable("b"), variable("d")];
  test("b >= b % 3", () => expect(kindOf(where("b"), atLeast(b, modulo(b, 3)))).toBe("proved"));
  test("a - 2*d == 2*d given 4*d == a", () => {
    expect(prove(where("a d", equal(multiply(4, d), a)), equal(subtract(a, multiply(2, d)), multiply(2, d)))).toEqual({ kind: "proved", used: [0] });
  });
  test("floor((s + 1) / 2) == -floor(-s / 2)", () => {
    expect(kindOf(where("s"), equal(floorDivide(add(s, 1), 2), negate(floorDivide(negate(s), 2))))).toBe("proved");
  });
  test("128 * ceil(s / 128) >= s", () => expect(kindOf(where("s"), atLeast(multiply(128, ceilDivide(s, 128)), s))).toBe("proved"));
});
