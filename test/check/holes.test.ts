/** Programs that a careless checker would accept, and whose graph would then fail or have another shape than promised. */
import { describe, expect, it } from "vitest";
import { brief, problemsOf } from "../programs.ts";

const refused: readonly (readonly [what: string, text: string, ...found: readonly string[]])[] = [
  ["a size of an input that is an option", "block f(t: f32[B, tok = n]; n: int) -> f32[B, tok = n] = t\nmodel M {\n  input x: f32[B, tok = 12]\n  output y: f32[B, tok = 5] = f(x, n: 5)\n}", "NET0303 `x`"],
  ["the length of a list that is an option", "block f(l: [f32[B, C]; n]; n: int) -> f32[B, C] = l[0]\nmodel M {\n  input x: f32[B, C = 2]\n  output y: f32[B, C] = f([x, x], n: 3)\n}", "NET0303 `[x, x]`"],
  ["lists of other tensors in two arms", "block f(a: f32[B, C], b: f32[B, D]; first: bool) -> f32[B, C] {\n  let l = if first then [a, a] else [b, b]\n  return l[1]\n}", "NET0206 `[b, b]`"],
  ["layers of other sizes in two arms", "block F(a: f32[B, C]; wide: bool) -> f32[B, C] {\n  let l = if wide then Linear(out: 7) else Linear()\n  return l(a)\n}", "NET0206 `Linear()`"],
  ["an index that is no number into a list of two types", "block f(a: f32[B, C], b: f32[B, D, C]; n: int) -> f32[B, C] where n < 2 {\n  let l = [a, b]\n  return l[n]\n}", "NET0206 `n`"],
  ["a second base of another type", "block f(x: f32[B, C], z: f32[B, D, C]; depth: int) -> f32[B, C] where depth >= 2 {\n  let h[0] = x\n  let h[1] = z\n  let h[i] = h[i - 1] + x for i in 2..=depth\n  return h[depth]\n}", "NET0404 `h[i - 1] + x`"],
  ["a recurrence that uses itself", "block f(x: f32[B, C]; depth: int) -> f32[B, C] {\n  let h[0] = x\n  let h[i] = h[i] + x for i in 1..=depth\n  return h[depth]\n}", "NET0110 `i`"],
  ["the arm that a bool of the config does not choose", "model M {\n  config { deep: bool = true }\n  input x: f32[B, C = 3]\n  output y: f32[B, C] = if deep then x else nosuch(x)\n}", "NET0101 `nosuch`"],
  ["options of a layer that is never applied", "model M {\n  input x: f32[B, C = 3]\n  let l = Linear(biased: 7)\n  output y: f32[B, C] = x\n}", "NET0203 `7`"],
  ["channels that stand where positions are expected", "model M {\n  input x: f32[B, tok = 4, C = 8]\n  output y: f32[B, tok, C] = GroupNorm(x, groups: 1)\n}", "NET0306 `x`"],
  ["axes swapped by renaming", "model M {\n  input x: f32[B, Y = 3, X = 3]\n  output y: f32[B, X = 3, Y = 3] = rename(x, X = Y, Y = X)\n}", "NET0312 `X`"],
  ["unnamed axes of two numbers", "model M {\n  input x: f32[3, 3]\n  input y: f32[3]\n  output z: f32[3, 3] = x + y\n}", "NET0302 `y`"],
  ["a default below one", "block f(x: f32[B, C]; n: int = C - 5) -> f32[B, n = n] where C > 3 = x[C = 0..n]\nmodel M {\n  input x: f32[B, C = 4]\n  output y: f32[B] = sum(f(x), over: n)\n}"],
  ["a position table of a free length", "model M {\n  input x: f32[B, T, C = 4]\n  param p: f32[T, C = 4] = 0\n  output y: f32[B, T, C] = x + p\n}", "NET0321 `f32[T, C = 4]`"],
  ["a linear layer over a free axis", "model M {\n  input x: f32[B, T]\n  output y: f32[B, T] = Linear(x, over: T)\n}", "NET0321 `Linear(x, over: T)`"],
  ["a list of another length", "model M {\n  config { n: [int; 2] = [1, 2, 3] }\n  input x: f32[B, C = 3]\n  output y: f32[B, C] = x\n}", "NET0203 `[1, 2, 3]`"],
  ["the mean of whole numbers", "model M {\n  input x: i32[B, C = 3]\n  output y: i32[B] = mean(x, over: C)\n}", "NET0203 `x`"],
  ["a negative padding", "model M {\n  input x: f32[B, C = 1, Y = 9, X = 9]\n  output y: f32[B, C = 1, Y = 5, X = 5] = Conv(x, padding: -1)\n}"],
  ["an axis that does not slide", "model M {\n  input x: f32[B, Y = 8, X = 8]\n  output y: f32[B, Y = 4, X = 8] = pool.max(x, window: (Y: 2), stride: (Y: 2, X: 3))\n}", "NET0102 `stride: (Y: 2, X: 3)`"],
  ["a float that may be out of bounds", "block f(x: f32[B, C]; s: float) -> f32[B, C] = dropout(x, rate: s)", "NET0304 `s`"],
  ["an empty part of a list", "model M {\n  input x: f32[B, C = 3]\n  let l[i] = x for i in 0..3\n  output y: f32[B, C = 3] = concat(l[1..1], over: C)\n}", "NET0309 `1..1`"],
];

describe("refused", () => {
  it.each(refused)("%s", (_, text, ...found) => {
    const problems = brief(problemsOf(text));
    expect(problems.length).toBeGreaterThan(0);
    if (found.length) expect(problems).toEqual(found);
  });
});

describe("accepted, because it is right for all sizes", () => {
  it("one name at two sizes in one signature", () => {
    expect(
      brief(problemsOf("block merge(fine: f32[B, C, Y = 2 * H, X = 2 * W], coarse: f32[B, C, Y = H, X = W]) -> f32[B, C, Y = 2 * H, X = 2 * W]\n  = fine + resize(coarse, to: (Y: 2 * H, X: 2 * W), mode: nearest)\nmodel M {\n  input a: f32[B, C = 2, Y = 8, X = 6]\n  let b = pool.max(a, window: (Y: 2, X: 2))\n  output y: f32[B, C, Y, X] = merge(a, b)\n}")),
    ).toEqual([]);
  });
});

describe("what building cannot decide is refused before", () => {
  it("an `if` on a free size of a model: a graph has one arm", () => {
    const source = "model M {\n  input x: f32[B, D, q = 3]\n  output y: f32[B, D, q = 3] = if D >= 2 then concat(x[D = 1..], x[D = 0..1], over: D) else x\n}\n";
    expect(brief(problemsOf(source))).toEqual(["NET0318 `D >= 2`"]);
  });

  it("an axis that the result alone declares is no name in the body", () => {
    const source = "block f(x: f32[C]; m: int) -> f32[h = m, C] = expand(x, [h = h, C])\n";
    expect(brief(problemsOf(source))).toEqual(["NET0101 `h`"]);
    expect(problemsOf(source.replace("h = h", "h = m"))).toEqual([]);
  });
});

describe("a condition that one member of a family needs", () => {
  it("is said of that member, not of all sizes", () => {
    const source = "block f(x: f32[B, Y]) -> f32[B, Y = ceil(Y / 2)] where Y >= 2 = x[Y = 0..ceil(Y / 2)]\nmodel M {\n  input x: f32[B, Y]\n  let a[0] = x\n  let a[i] = f(a[i - 1]) for i in 1..=3\n  output y: f32[B, Y = ceil(Y / 8)] = a[3]\n}\n";
    const [error, ...others] = problemsOf(source);
    expect(others).toEqual([]);
    expect(error.notes).toContain("for this member it holds with `where Y >= 2`");
    expect(error.notes.join()).not.toContain("it holds for all sizes");
  });
});
