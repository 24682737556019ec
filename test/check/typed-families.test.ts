/** Families whose members have types that are formulas of the index: proved by induction over a symbolic range, compared one by one over a literal one. */
import { describe, expect, it } from "vitest";
import { brief, problemsOf } from "../programs.ts";

/** DenseNet (Huang et al. 2017): each layer adds `growth` channels to all before it. */
const dense = ({ base = "x", type = "f32[B, C = C + i * growth, Y, X]", step = "Conv(relu(layer[i - 1]), out: growth)", result = "C + depth * growth", last = "layer[depth]", signature = "", facts = "" }): string =>
  `block Dense(x: f32[B, C, Y, X]; growth: int, depth: int${signature}) -> f32[B, C = ${result}, Y, X]${facts} {
    let layer[0] = ${base}
    let layer[i]: ${type} = concat(layer[i - 1], ${step}, over: C)      for i in 1..=depth
    return ${last}
  }`;

describe("a range whose bounds are not numbers", () => {
  it("is proved by induction", () => {
    expect(brief(problemsOf(dense({})))).toEqual([]);
  });

  it("needs a base that has the type at its own index", () => {
    const [found, ...others] = problemsOf(dense({ base: "concat(x, x, over: C)" }));
    expect(others).toEqual([]);
    expect(brief([found])).toEqual(["NET0316 `concat(x, x, over: C)`"]);
    expect(found.message).toContain("`layer[0]` is declared as f32[B, C, Y, X], but is f32[B, C = 2 * C, Y, X]");
  });

  it("needs a step that goes from one type to the next", () => {
    const [found, ...others] = problemsOf(dense({ step: "Conv(relu(layer[i - 1]), out: 2 * growth)" }));
    expect(others).toEqual([]);
    expect(found.code).toBe("NET0316");
    expect(found.message).toContain("axis C has size growth * i + C + growth, not growth * i + C");
  });

  it("gives the last member the type at the last index", () => {
    expect(brief(problemsOf(dense({ result: "C + growth" })))).toEqual(["NET0316 `layer[depth]`"]);
  });

  it("gives a member at a symbolic index the type there, where the index is in the range", () => {
    const at = { signature: ", at: int", result: "C + at * growth", last: "layer[at]" };
    expect(brief(problemsOf(dense({ ...at, facts: " where at <= depth" })))).toEqual([]);
    expect(brief(problemsOf(dense(at)))).toEqual(["NET0401 `at`"]);
  });

  it("is no list: its members have different types", () => {
    expect(brief(problemsOf(dense({ last: "concat(layer, over: C)" })))).toEqual(["NET0404 `f32[B, C = C + i * growth, Y, X]`"]);
    expect(brief(problemsOf(dense({ last: "concat(layer[0..=depth], over: C)" })))).toEqual(["NET0404 `f32[B, C = C + i * growth, Y, X]`"]);
  });

  it("without a declared type keeps one type", () => {
    expect(brief(problemsOf(dense({}).replace(/: f32\[B, C = C \+ i \* growth, Y, X\] =/, " =")))).toEqual(["NET0404 `concat(layer[i - 1], Conv(relu(layer[i - 1]), out: growth), over: C)`"]);
  });

  it("may shrink along positions as long as something is left", () => {
    const shrinking = (facts: string): string => `block Shrink(x: f32[B, C, T]; depth: int) -> f32[B, C, T = T - 2 * depth]${facts} {
      let layer[0] = x
      let layer[i]: f32[B, C, T = T - 2 * i] = Conv1d(layer[i - 1], padding: 0)      for i in 1..=depth
      return layer[depth]
    }`;
    expect(brief(problemsOf(shrinking(" where T > 2 * depth")))).toEqual([]);
    expect(brief(problemsOf(shrinking("")))).toEqual(["NET0315 `T - 2 * depth`"]);
  });

  it("may have two bases", () => {
    const twice = (second: string): string => `block twice(x: f32[B, C], y: f32[B, D, C]; depth: int) -> f32[B, C] {
      let layer[0] = x
      let layer[1] = ${second}
      let layer[i]: f32[B, C] = layer[i - 1] + layer[i - 2]      for i in 2..=depth
      return layer[depth]
    }`;
    expect(brief(problemsOf(twice("mean(y, over: D)")))).toEqual([]);
    expect(brief(problemsOf(twice("y")))).toEqual(["NET0316 `y`"]);
  });

  it("may be two families that take turns", () => {
    expect(brief(problemsOf(`block Turns(x: f32[B, C]; depth: int, growth: int) -> f32[B, C = C + depth * growth] {
      let wide[0] = x
      let bent[i]: f32[B, C = C + (i - 1) * growth] = relu(wide[i - 1])                                          for i in 1..=depth
      let wide[i]: f32[B, C = C + i * growth]       = concat(bent[i], Linear(bent[i], out: growth), over: C)      for i in 1..=depth
      return wide[depth]
    }`))).toEqual([]);
  });
});

describe("a part of a family, up to the member that is being defined", () => {
  const sees = (part: string, type = ": f32[B, C = growth]"): string => `block Dense(x: f32[B, C]; growth: int, depth: int) -> f32[B, C = C + depth * growth] {
    let layer[1] = Linear(x, out: growth)
    let layer[i]${type} = Linear(concat(x, concat(${part}, over: C), over: C), out: growth)      for i in 2..=depth
    return concat(x, concat(layer[1..=depth], over: C), over: C)
  }`;

  it("is a list of one type", () => {
    expect(brief(problemsOf(sees("layer[1..i]")))).toEqual([]);
    expect(brief(problemsOf(sees("layer[1..i]", "")))).toEqual([]);
  });

  it.each([["itself", "layer[1..=i]"], ["the next", "layer[1..i + 2]"], ["all", "layer[1..=depth]"]])("that has %s goes in a circle or outside the range", (_, part) => {
    const codes = problemsOf(sees(part)).map(({ code }) => code);
    expect(codes).toHaveLength(1);
    expect(["NET0110", "NET0401"]).toContain(codes[0]);
  });
});

describe("circles", () => {
  it.each([
    ["a member that uses itself", "let a[i]: f32[B, C] = relu(a[i])      for i in 1..=depth", "NET0110 `i`"],
    ["two families that wait for each other", "let b[i]: f32[B, C] = relu(a[i])      for i in 1..=depth\n  let a[i]: f32[B, C] = relu(b[i])      for i in 1..=depth", "NET0110 `i`"],
    ["a member that uses the next", "let a[i]: f32[B, C] = relu(a[i + 1])      for i in 1..=depth", "NET0401 `i + 1`"],
  ])("%s", (_, clauses, found) => {
    expect(brief(problemsOf(`block f(x: f32[B, C]; depth: int) -> f32[B, C] {\n  let a[0] = x\n  ${clauses}\n  return a[depth]\n}`))).toEqual([found]);
  });
});

describe("a range of numbers", () => {
  const pyramid = (width: string): string => `model M {
    input x: f32[B, C = 4]
    let layer[0] = x
    let layer[i]: f32[B, C = ${width}] = Linear(layer[i - 1], out: 4 * (i + 1))      for i in 1..=3
    output y: f32[B, C = 16] = layer[3]
  }`;

  it("holds each member to the type at its index", () => {
    expect(brief(problemsOf(pyramid("4 * (i + 1)")))).toEqual([]);
    const [found, ...others] = problemsOf(pyramid("4 * i"));
    expect(others).toEqual([]);
    expect(found.message).toContain("`layer[1]` is declared as f32[B, C = 4], but is f32[B, C = 8]");
  });
});
