/** The indices of a table are known to lie inside it: facts of what is called with them are proved, and an index computed from them lies inside what it chooses from. */
import { describe, expect, it } from "vitest";
import { brief, problemsOf } from "../programs.ts";

const bucket = "block bucket(; n: int) -> float where n >= 0 = log(float(n) + 1.0)\n";
const distances = (element: string): string => `${bucket}block distances(; T: axis, key: axis) -> f32[T, key] = [${element} for i in T, j in key]`;

describe("facts of a block that is called with an index", () => {
  it.each([
    ["the distance", distances("bucket(n: abs(i - j))")],
    ["the distance into the past", distances("bucket(n: max(i - j, 0))")],
    ["the sum", distances("bucket(n: i + j)")],
    ["of each arm what its condition says", distances("if j <= i then bucket(n: i - j) else bucket(n: j - i)")],
    ["a choice inside the argument", distances("bucket(n: if j <= i then i - j else 0)")],
  ])("%s is admitted", (_, text) => expect(brief(problemsOf(text))).toEqual([]));

  it("a difference that may be negative is refused, with the indices", () => {
    const [found, ...others] = problemsOf(distances("bucket(n: i - j)"));
    expect(others).toEqual([]);
    expect(brief([found])).toEqual(["NET0304 `i - j`"]);
    expect(found.notes.join("\n")).toMatch(/i = 0, j = 1/);
  });

  it.each([
    ["its condition says less", "if i >= 3 then bucket(n: i - 4) else 0.0", "i - 4"],
    ["it is the arm of the other case", "if j <= i then bucket(n: j - i) else 0.0", "j - i"],
    ["its condition is false there", "if j <= i then 0.0 else bucket(n: i - j)", "i - j"],
  ])("in an arm it is refused too: %s", (_, element, found) => {
    expect(brief(problemsOf(distances(element)))[0]).toBe(`NET0304 \`${found}\``);
  });
});

describe("an index computed from indices", () => {
  const taken = (index: string): string => `block taken(x: f32[B, T, C]) -> f32[B, T, C] = take(x, [${index} for i in T], over: T)`;

  it.each([
    ["reversed", taken("T - 1 - i")],
    ["shifted round", taken("(i + 1) % T")],
    ["each twice", "block twice(x: f32[B, T, C]) -> f32[B, U = 2 * T, C] = take(x, [floor(i / 2) for i in U = 2 * T], over: T)"],
    ["relative positions in a window (Swin)", `block Relative(; window: int, heads: int) -> f32[head = heads, tok = window * window, key = window * window] {
      param table: f32[place = (2 * window - 1) * (2 * window - 1), head = heads] = 0
      let place = [(floor(i / window) - floor(j / window) + window - 1) * (2 * window - 1) + i % window - j % window + window - 1 for i in tok = window * window, j in key = window * window]
      return rearrange(take(table, place, over: place), [tok, key, head] -> [head, tok, key])
    }`],
  ])("%s lies inside", (_, text) => expect(brief(problemsOf(text))).toEqual([]));

  it.each([
    ["one too far", taken("i + 1"), "with T = 1, i = 0 it is 1"],
    ["one too early", taken("i - 1"), "with T = 1, i = 0 it is -1"],
    ["reversed, counted from 1", taken("T - i"), "with T = 1, i = 0 it is 1"],
    ["one row too many", "block twice(x: f32[B, T, C]) -> f32[B, U = 2 * T + 1, C] = take(x, [floor(i / 2) for i in U = 2 * T + 1], over: T)", "with T = 1, i = 2 it is 1"],
  ])("%s lies outside, and the note says where", (_, text, note) => {
    const [found, ...others] = problemsOf(text);
    expect(others).toEqual([]);
    expect(found.code).toBe("NET0309");
    expect(found.notes).toContain(note);
  });
});

describe("elements", () => {
  it.each([
    ["a float of an index", "block ramp(; T: axis) -> f32[T] = [float(i) / T for i in T]"],
    ["sines and cosines of positions", "block position(; T: axis, C: axis) -> f32[T, C] where C % 2 == 0\n  = [if c % 2 == 0 then sin(float(t) / 10000.0 ^ (float(c) / C)) else cos(float(t) / 10000.0 ^ (float(c - 1) / C)) for t in T, c in C]"],
    ["a bool of the program in a mask", "block mask(; T: axis, key: axis, causal: bool, window: int) -> bool[T, key] = [(not causal or j <= i) and i - j < window for i in T, j in key]"],
    ["a mask as numbers", "block seen(; T: axis, key: axis) -> f32[T, key] = [f32(j <= i) for i in T, j in key]"],
  ])("%s", (_, text) => expect(brief(problemsOf(text))).toEqual([]));

  it.each([
    ["a comparison", "block seen(; T: axis, key: axis) -> f32[T, key] = [1.0 * (j <= i) for i in T, j in key]", "NET0203 `(j <= i)`"],
    ["a bool of the program", "block scaled(x: f32[B, C]; wide: bool) -> f32[B, C] = x * wide", "NET0203 `wide`"],
    ["a bool beside a size", "block longer(x: f32[B, C]; wide: bool) -> f32[B, C] = pad(x, before: (C: 1 + wide))[C = 0..C]", "NET0203 `wide`"],
  ])("%s is no number", (_, text, found) => expect(brief(problemsOf(text))).toEqual([found]));
});
