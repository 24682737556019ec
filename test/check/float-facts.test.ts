/** Facts about floats that are quotients of sizes: rates that grow along a family (stochastic depth, Huang et al. 2016) are proved, or refused with numbers. */
import { describe, expect, it } from "vitest";
import { brief, problemsOf } from "../programs.ts";

const unit = `block Unit(x: f32[B, tok, C]; rate: float) -> f32[B, tok, C] where 0.0 <= rate, rate < 1.0 {
  let mlp = Mlp(x)
  return x + dropout(mlp, rate: rate)
}
`;
const deep = (rate: string, facts = "", options = ""): string => `${unit}block Deep(x: f32[B, tok, C]; depth: int${options}) -> f32[B, tok, C]${facts} {
  let layer[0] = x
  let layer[i] = Unit(layer[i - 1], rate: ${rate})      for i in 1..=depth
  return layer[depth]
}`;
const model = (drop: string, depth: number): string => `${unit}model M {
  config { depth: int = ${depth}  drop: float = ${drop} }
  input x: f32[B, tok, C = 8]
  let layer[0] = x
  let layer[i] = Unit(layer[i - 1], rate: drop * (i - 1) / (depth - 1))      for i in 1..=depth
  output y: f32[B, tok, C] = layer[depth]
}`;

describe("proved for every depth", () => {
  it.each([
    ["from 0 to a tenth", deep("0.1 * (i - 1) / (depth - 1)", " where depth >= 2")],
    ["from 0, never quite to 1", deep("(i - 1) / float(depth)")],
    ["of floats made from ints", deep("0.5 * float(i) / float(depth)")],
    ["a constant", deep("0.1")],
    ["falling", deep("1 - float(i) / depth")],
    ["a rate that is passed on under the same facts", deep("rate", " where 0.0 <= rate, rate < 1.0", ", rate: float")],
  ])("%s", (_, text) => expect(brief(problemsOf(text))).toEqual([]));
});

describe("refused", () => {
  it("with the depth and the member that reach 1", () => {
    const [found, ...others] = problemsOf(deep("i / float(depth)"));
    expect(others).toEqual([]);
    expect(brief([found])).toEqual(["NET0304 `i / float(depth)`"]);
    expect(found.message).toContain("`rate < 1.0`");
    expect(found.notes.join("\n")).toContain("depth = 1, i = 1");
  });

  it.each([
    ["a divisor that may be 0", deep("0.1 * (i - 1) / (depth - 1)"), "NET0304 `0.1 * (i - 1) / (depth - 1)`"],
    ["a rate that may be below 0", deep("0.1 * (i - 2) / depth"), "NET0304 `0.1 * (i - 2) / depth`"],
    ["a product with a float that is not known", deep("rate * i / depth", " where 0.0 <= rate, rate < 1.0", ", rate: float"), "NET0304 `rate * i / depth`"],
    ["a rate passed on without its facts", deep("rate", "", ", rate: float"), "NET0304 `rate`"],
  ])("%s", (_, text, found) => expect(brief(problemsOf(text))).toEqual([found]));
});

describe("in a model, where depth and rate are numbers", () => {
  it("each member is looked at", () => {
    expect(brief(problemsOf(model("0.1", 12)))).toEqual([]);
    expect(brief(problemsOf(model("1.0", 12)))).toEqual(["NET0304 `drop * (i - 1) / (depth - 1)`"]);
  });
});
