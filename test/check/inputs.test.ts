/** Inputs with defaults, inputs whose axes are one axis of the caller, lists of a symbolic length, facts with a remainder, quotients of quotients. */
import { describe, expect, it } from "vitest";
import { optimise } from "../../compiler/passes/index.ts";
import { brief, compileText } from "../programs.ts";

/** The diagnostics; where there are none, the graph of each model passes the verifier. */
function checked(text: string): readonly string[] {
  const compilation = compileText(text);
  const found = brief(compilation.diagnostics());
  if (found.length > 0) return found;
  for (const model of compilation.models) {
    const { graph, facts } = compilation.lower(model, compilation.variantsOf(model)[0]);
    optimise(graph, { facts, verify: true });
  }
  return [];
}

describe("an input with a default", () => {
  const biased = (axis: string, options = ""): string => `block biased(x: f32[B, T, C], bias: f32[${axis}, T] = 0.0${options}) -> f32[B, T, C] = x + mean(bias, over: head)\n`;

  it("may have an axis of its own whose size is known without it", () => {
    expect(checked(`${biased("head = heads", "; heads: int = 4")}model M {\n  input x: f32[B, T, C = 8]\n  output y: f32[B, T, C] = biased(x)\n}`)).toEqual([]);
  });

  it("must be given where only it says how large its axis is", () => {
    expect(checked(`${biased("head")}model M {\n  input x: f32[B, T, C = 8]\n  input b: f32[head = 4, T]\n  output y: f32[B, T, C] = biased(x, b)\n}`)).toEqual([]);
    expect(checked(`${biased("head")}model M {\n  input x: f32[B, T, C = 8]\n  output y: f32[B, T, C] = biased(x)\n}`)).toEqual(["NET0317 `biased(x)`"]);
  });

  it("may be a mask that shows everything", () => {
    expect(checked(`block attend(x: f32[B, T, C], visible: bool[B, T] = true) -> f32[B, T, C] {
      let key    = rename(x, S = T)
      let score  = einsum(x[B, T, C], key[B, S, C] -> [B, T, S])
      let weight = softmax(select(rename(visible, S = T), score, -1e30), over: S)
      return einsum(weight[B, T, S], key[B, S, C] -> [B, T, C])
    }
    model M {
      input x: f32[B, T, C = 8]
      input seen: bool[B, T]
      let first = attend(x)
      output y: f32[B, T, C] = attend(first, seen)
    }`)).toEqual([]);
  });

  const sum = (type: string, fallback: string): string => `block sum_of(x: f32[B, T, C], other: ${type} = ${fallback}) -> f32[B, T, C] = x + other
  model M {
    input x: f32[B, T, C = 8]
    input z: f32[B, T, C = 8]
    let twice = sum_of(x)
    output y: f32[B, T, C] = sum_of(twice, z)
  }`;

  it("may be another input, of the same type", () => {
    expect(checked(sum("f32[B, T, C]", "x"))).toEqual([]);
    expect(checked(sum("f32[B, T, C]", "2.0 * x"))).toEqual([]);
    expect(checked(sum("f32[T, C]", "x"))).toEqual(["NET0316 `x`"]);
    expect(checked(sum("f32[B, T, C]", "nosuch"))).toEqual(["NET0101 `nosuch`"]);
  });

  it("has the element type that is declared", () => {
    expect(checked(sum("f32[B, T, C]", "0"))).toEqual([]);
    expect(checked(sum("f32[B, T, C]", "true"))).toEqual(["NET0203 `true`"]);
    expect(checked("block shift(x: i32[B, C], by: i32[C] = 0.5) -> i32[B, C] = x + by")).toEqual(["NET0203 `0.5`"]);
  });
});

describe("two axes of a signature that are one axis of the caller", () => {
  const attended = "block attended(query: f32[B, tok, C], memory: f32[B, seen, C], bias: f32[tok, seen]) -> f32[B, tok, C] {\n  let score  = einsum(query[B, tok, C], memory[B, seen, C] -> [B, tok, seen]) + bias\n  let weight = softmax(score, over: seen)\n  return einsum(weight[B, tok, seen], memory[B, seen, C] -> [B, tok, C])\n}\n";
  const self = (bias: string): string => `${attended}model M {\n  input x: f32[B, T, C = 8]\n  input bias: ${bias}\n  output y: f32[B, T, C] = attended(x, x, bias)\n}`;
  const cross = (bias: string): string => `${attended}model M {\n  input x: f32[B, T, C = 8]\n  input z: f32[B, S, C = 8]\n  input bias: ${bias}\n  output y: f32[B, T, C] = attended(x, z, bias)\n}`;

  it("have two names in a third input, where a tensor has an axis once", () => {
    expect(checked(self("f32[T, key = T]"))).toEqual([]);
  });

  it("still have one size", () => {
    expect(checked(self("f32[T, key = 7]"))).toEqual(["NET0303 `bias`"]);
  });

  it("that are two axes of the caller keep their places", () => {
    expect(checked(cross("f32[T, S]"))).toEqual([]);
    expect(checked(cross("f32[S, T]"))).toEqual(["NET0306 `bias`"]);
  });
});

describe("a list of a symbolic length", () => {
  const joined = (size: string, part = "maps"): string => `block joined(maps: [f32[B, C, T]; L]) -> f32[B, C = ${size}, T] = concat(${part}, over: C)\n`;

  it("joined has as many times the size of one", () => {
    expect(checked(joined("L * C"))).toEqual([]);
    expect(checked(joined("L + C"))).toEqual(["NET0316 `concat(maps, over: C)`"]);
  });

  it("is built from the members that there are", () => {
    expect(checked(`${joined("L * C")}model M {
      input x: f32[B, C = 4, T]
      let level[i] = relu(x + i)      for i in 0..3
      output y: f32[B, C = 12, T] = joined(level[0..3])
    }`)).toEqual([]);
  });

  it("needs members of one size", () => {
    expect(checked(`${joined("L * C")}model M {
      input x: f32[B, C = 4, T]
      input z: f32[B, C = 5, T]
      output y: f32[B, C = 9, T] = joined([x, z])
    }`)).toHaveLength(1);
  });
});

describe("a fact with a remainder", () => {
  const framed = "block framed(x: f32[B, Y]) -> f32[B, Y = (Y - 12) / 16] where Y % 16 == 12, Y > 12 = pool.max(x[Y = 12..], window: (Y: 16), stride: (Y: 16))\n";
  const model = (y: string): string => `${framed}model M {\n  input x: f32[B, Y${y}]\n  output o: f32[B, Y = ${/\d/.test(y) ? "2" : "(Y - 12) / 16"}] = framed(x)\n}`;

  it("makes a division exact", () => {
    expect(checked(framed)).toEqual([]);
    expect(checked(framed.replace("== 12", "== 11"))).toEqual(["NET0305 `(Y - 12) / 16`"]);
  });

  it("is proved at a use", () => {
    expect(checked(model(" = 44"))).toEqual([]);
    expect(checked(model(" = 48"))).toEqual(["NET0304 `x`"]);
    expect(checked(model("")).join()).toContain("NET0304 `x`");
  });

  it("may be a fact of a model's input", () => {
    expect(checked("model M {\n  input x: f32[B, Y] where Y % 16 == 12, Y > 12\n  output o: f32[B, Y = (Y - 12) / 16] = pool.max(x[Y = 12..], window: (Y: 16), stride: (Y: 16))\n}")).toEqual([]);
  });

  it("is less than the divisor", () => {
    expect(checked("block f(x: f32[B, Y]) -> f32[B, Y] where Y % 4 == 7 = x")).toEqual(["NET0311 `Y % 4 == 7`"]);
  });
});

describe("quotients of quotients by symbols", () => {
  const cut = (declared: string, made: string, b = "b"): string => `block cut(x: f32[B, Y]; a: int, b: int) -> f32[B, Y = ${declared}] where Y >= a * ${b}, b >= 2 = x[Y = 0..${made}]`;

  it.each([
    ["rounded down twice", cut("floor(floor(Y / a) / b)", "floor(Y / (a * b))")],
    ["rounded up twice", cut("ceil(ceil(Y / a) / b)", "ceil(Y / (a * b))")],
    ["in either order", cut("ceil(ceil(Y / a) / b)", "ceil(ceil(Y / b) / a)")],
    ["with a number", cut("floor(floor(Y / (a * b)) / 2)", "floor(Y / (2 * a * b))", "2 * b")],
  ])("%s are one", (_, text) => expect(checked(text)).toEqual([]));

  it("still pad to a multiple, twice", () => {
    expect(checked(`block patches(x: f32[B, Y]; a: int, b: int) -> f32[B, Y = ceil(Y / (a * b))] {
      let one = mean(rearrange(pad(x, after: (Y: ceil(Y / a) * a - Y)), [B, Y = (y p)] -> [B, Y = y, p], p: a), over: p)
      return mean(rearrange(pad(one, after: (Y: ceil(one.Y / b) * b - one.Y)), [B, Y = (y p)] -> [B, Y = y, p], p: b), over: p)
    }`)).toEqual([]);
  });

  it.each([
    ["rounded up and down", cut("ceil(ceil(Y / a) / b)", "floor(Y / (a * b))")],
    ["first down, then up", cut("ceil(floor(Y / a) / b)", "ceil(Y / (a * b))")],
  ])("%s differ", (_, text) => expect(checked(text)[0]).toMatch(/^NET03/));
});
