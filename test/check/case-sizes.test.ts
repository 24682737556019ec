/** Sizes by cases: `if` and `match` over sizes, `max`, `min` and `abs` in blocks. What is claimed of one is proved in each case, or refused in the case that fails. */
import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.ts";
import { brief, problemsOf } from "../programs.ts";

/** A layer between two of width `n`, which is a size by cases. */
const narrow = (size: string, options = "; wide: bool"): string => `block F(x: f32[B, C]${options}) -> f32[B, C] {
  let n    = ${size}
  let down = Linear(x, out: h = n)
  let up   = Linear(relu(down), over: h, out: C)
  return up
}
`;

const only = (text: string): Diagnostic => {
  const found = problemsOf(text);
  expect(found, brief(found).join(", ")).toHaveLength(1);
  return found[0];
};

describe("a choice of sizes", () => {
  it.each([
    ["two numbers", narrow("if wide then 4 else 1")],
    ["a size and a number", narrow("if C >= 16 then floor(C / 16) else 1", "")],
    ["three alternatives", `choice Width = small | middle | large\n${narrow("match width { small => 1  middle => 2  large => 4 * C }", "; width: Width")}`],
    ["numbers by a number", narrow("match many { 1 => C  2 => 2 * C  _ => 1 }", "; many: int")],
    ["a choice inside a choice", narrow("if wide then (if deep then 4 else 2) else 1", "; wide: bool, deep: bool")],
    ["arithmetic with it", narrow("3 * (if wide then 2 else 1) + 1")],
  ])("%s", (_, text) => expect(brief(problemsOf(text))).toEqual([]));

  it("is at least 1 only where every case is", () => {
    const found = only(narrow("if wide then 0 else 1"));
    expect(brief([found])).toEqual(["NET0315 `n`"]);
    expect(found.notes).toContain("with wide it is 0");
  });

  it("knows in each case what its condition says, and no more", () => {
    const found = only(narrow("if C >= 15 then floor(C / 16) else 1", ""));
    expect(brief([found])).toEqual(["NET0315 `n`"]);
    expect(found.notes).toContain("with C >= 15, C = 15 it is 0");
  });

  it("is one size in an arm of the same condition", () => {
    const inArm = (condition: string): string => `block F(x: f32[B, C]; wide: bool) -> f32[B, C] {
      let n = if wide then 4 else 1
      let y = Linear(x, out: h = n)
      return if ${condition} then x * mean(y[h = 0..4], over: h) else x
    }`;
    expect(brief(problemsOf(inArm("wide")))).toEqual([]);
    const found = only(inArm("not wide"));
    expect(brief([found])).toEqual(["NET0309 `0..4`"]);
    expect(found.notes).toContain("with not wide the size is 1");
  });
});

describe("equal and different choices", () => {
  const sum = (first: string, other: string): string => `block F(x: f32[B, C]; wide: bool, deep: bool) -> f32[B, C] {
    let a = Linear(x, out: h = ${first})
    let b = Linear(x, out: h = ${other})
    return x * mean(a + b, over: h) * (if deep then 1.0 else 2.0)
  }`;

  it("are one size when they are written alike", () => {
    expect(brief(problemsOf(sum("if wide then 2 else 1", "if wide then 2 else 1")))).toEqual([]);
  });

  it("are settled together under one condition", () => {
    expect(brief(problemsOf(sum("3 * (if wide then 2 else 1)", "if wide then 6 else 3")))).toEqual([]);
  });

  it("are independent under two, and the counterexample names both", () => {
    const found = only(sum("3 * (if wide then 2 else 1)", "if deep then 6 else 3"));
    expect(found.code).toBe("NET0301");
    expect(found.notes).toContain("with wide and not deep they are 6 and 3");
  });

  it("that differ in one case are refused in that case", () => {
    const found = only(sum("if wide then 1 else 3", "if wide then 1 else 2"));
    expect(found.notes).toContain("with not wide they are 3 and 2");
  });
});

describe("facts of a block that is called", () => {
  const layer = (alternatives: string): string => `choice Width = narrow | wide
  block F(x: f32[B, tok, C = 64]; width: Width) -> f32[B, tok, C = 64] {
    let layer = EncoderLayer(x, heads: match width { ${alternatives} })
    return layer
  }`;

  it("are proved for every alternative", () => {
    expect(brief(problemsOf(layer("narrow => 4  wide => 8")))).toEqual([]);
  });

  it("are refused for the alternative that breaks them", () => {
    const found = only(layer("narrow => 4  wide => 7"));
    expect(found.code).toBe("NET0304");
    expect(found.notes).toContain("with width = wide the remainder is 1");
  });
});

describe("facts by cases", () => {
  const block = `block F(x: f32[B, tok, C]; wide: bool, heads: int) -> f32[B, tok, C] where C % (if wide then 2 * heads else heads) == 0 {
    let layer = EncoderLayer(x, heads: if wide then 2 * heads else heads)
    return layer
  }
  `;
  const use = (heads: number): string => `block G(x: f32[B, tok, C = 12]; wide: bool) -> f32[B, tok, C] {\n  let y = F(x, wide: wide, heads: ${heads})\n  return y\n}`;

  it("are hypotheses inside", () => {
    expect(brief(problemsOf(block))).toEqual([]);
    expect(brief(problemsOf(block.replace(/ where .* == 0/, "")))).toEqual(["NET0304 `x`"]);
  });

  it("are proved by whoever calls", () => {
    expect(brief(problemsOf(block + use(6)))).toEqual([]);
    const found = only(block + use(4));
    expect(found.code).toBe("NET0304");
    expect(found.notes).toContain("with wide the remainder is 4");
  });

  it("bound the smaller of two sizes", () => {
    expect(brief(problemsOf("block f(x: f32[B, T], y: f32[B, S]) -> f32[B, K = 3] where min(T, S) >= 3\n  = rename(x[T = 0..3], K = T) + rename(y[S = 0..3], K = S)"))).toEqual([]);
    expect(brief(problemsOf("block f(x: f32[B, T], y: f32[B, S]) -> f32[B, K = 3] where max(T, S) >= 3\n  = rename(x[T = 0..3], K = T) + rename(y[S = 0..3], K = S)"))[0]).toMatch(/^NET0309/);
  });
});

describe("max, min and abs", () => {
  it.each([
    ["the width of a bottleneck", narrow("max(floor(C / 4), 1)", "")],
    ["a least width", narrow("max(floor(C / 8), least)", "; least: int")],
    ["the first `keep` of a text", "block crop(x: f32[B, T]; keep: int) -> f32[B, T = min(T, keep)] = x[T = 0..min(T, keep)]"],
    ["what two texts share", "block shared(x: f32[B, T], y: f32[B, S]) -> f32[B, T = min(T, S)] = x[T = 0..min(T, S)] + rename(y[S = 0..min(T, S)], T = S)"],
    ["a shift in either direction", "block shift(x: f32[B, T]; by: int) -> f32[B, T = T + abs(by)] where by >= -4 = pad(x, before: (T: abs(by)))"],
    ["one that is always the first", "block first(x: f32[B, T]) -> f32[B, T] = x[T = 0..max(T, 1)]"],
  ])("%s", (_, text) => expect(brief(problemsOf(text))).toEqual([]));

  it.each([
    ["a width that may be 0", narrow("max(floor(C / 4), 0)", ""), "NET0315 `n`"],
    ["more than there is", "block crop(x: f32[B, T]; keep: int) -> f32[B, T = keep] = x[T = 0..max(T, keep)]", "NET0309 `0..max(T, keep)`"],
    ["a shift that may be 0", "block shift(x: f32[B, T]; by: int) -> f32[B, T = abs(by)] where by >= -4 = pad(x, before: (T: abs(by)))", "NET0315 `abs(by)`"],
  ])("%s", (_, text, first) => expect(brief(problemsOf(text))[0]).toBe(first));
});

describe("a model where nothing decides which of two sizes is larger", () => {
  const shared = "block shared(x: f32[B, T], y: f32[B, S]) -> f32[B] = mean(x[T = 0..min(T, S)] + rename(y[S = 0..min(T, S)], T = S), over: T)\n";
  const model = (t: string, s: string): string => `${shared}model M {\n  input x: f32[B, T${t}]\n  input y: f32[B, S${s}]\n  output o: f32[B] = shared(x, y)\n}`;

  it("is refused, also when the choice stands in a block", () => {
    expect(brief(problemsOf(model("", "")))).toEqual(["NET0318 `min(T, S)`"]);
    expect(brief(problemsOf("model M {\n  input x: f32[B, T]\n  let k = min(T, 8)\n  output o: f32[B] = mean(x[T = 0..k], over: T)\n}"))).toEqual(["NET0318 `min(T, 8)`"]);
  });

  it.each([["numbers", " = 5", " = 7"], ["one number and the least size", " = 1", ""]])("%s decide", (_, t, s) => {
    expect(brief(problemsOf(model(t, s)))).toEqual([]);
  });

  it("a fact decides", () => {
    expect(brief(problemsOf("model M {\n  input x: f32[B, T] where T >= 8\n  output o: f32[B, T = 8] = x[T = 0..min(T, 8)]\n}"))).toEqual([]);
  });
});

it("more combinations than can be looked at are not proved", () => {
  const names = ["a", "b", "c", "d", "e", "g", "h"];
  const found = only(`block f(x: f32[B, C]; ${names.map((name) => `${name}: bool`).join(", ")}) -> f32[B, C] {
    let n = ${names.map((name) => `(if ${name} then 1 else 2)`).join(" + ")}
    return x + mean(pad(x, before: (C: n)), over: C)
  }`);
  expect(found.code).toBe("NET0310");
  expect(found.message).toContain("more than 64 cases");
});

describe("choices of a block, in its callers", () => {
  const of = "block wide_of(x: f32[B, C]; wide: bool) -> f32[B, h = if wide then 4 else 1] = expand(mean(x, over: C), [B, h = if wide then 4 else 1])\n";
  const least = "block at_least(x: f32[B, C]; n: int) -> f32[B, h = if n >= 2 then 4 else 1] = expand(mean(x, over: C), [B, h = if n >= 2 then 4 else 1])\n";
  const sum = (first: string, other: string, options: string): string => `block g(x: f32[B, C]; ${options}) -> f32[B] = mean(${first} + ${other}, over: h)`;

  it("of one bool are one", () => expect(brief(problemsOf(of + sum("wide_of(x, wide: a)", "wide_of(x, wide: a)", "a: bool")))).toEqual([]));

  it.each([
    ["two bools", of + sum("wide_of(x, wide: a)", "wide_of(x, wide: b)", "a: bool, b: bool")],
    ["a bool and its opposite", of + sum("wide_of(x, wide: a)", "wide_of(x, wide: not a)", "a: bool")],
    ["a bool of the same name that is another", of + sum("wide_of(x, wide: other)", "expand(mean(x, over: C), [B, h = if wide then 4 else 1])", "wide: bool, other: bool")],
    ["two ints under words that are alike", least + sum("at_least(x, n: a)", "at_least(x, n: b)", "a: int, b: int")],
  ])("of %s differ", (_, text) => expect(problemsOf(text).map(({ code }) => code)).toEqual(["NET0301"]));
});

describe("cases inside cases", () => {
  it.each([
    ["the larger of a quotient by cases and 1", narrow("max(floor(C / (if wide then 4 else 16)), 1)")],
    ["a choice by a size by cases", narrow("if (if wide then 4 else 1) >= 2 then (if wide then 4 else 1) - 1 else 1")],
    ["an assumption", "block g(x: f32[B, C]; a: bool) -> f32[B, D = 5] {\n  assume C >= (if a then 5 else 6) \"why\"\n  return rename(x[C = 0..5], D = C)\n}"],
  ])("%s", (_, text) => expect(problemsOf(text).filter(({ severity }) => severity === "error")).toEqual([]));
});
