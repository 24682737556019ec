/** The layout by example: where lines break, what stays beside what, and what is left out. */
import { describe, expect, it } from "vitest";
import { formatEdits } from "../../grammar/format/edits.ts";
import { format } from "../../grammar/format/format.ts";
import { formatted, withEdits } from "./corpus.ts";

/** A block with these statements, formatted; the statements alone, without their indentation. */
function statements(text: string): string {
  const lines = formatted(`block f(x: f32[B]) -> f32[B] {\n${text}\n}`).split("\n");
  expect([lines[0], lines.at(-2), lines.at(-1)]).toEqual(["block f(x: f32[B]) -> f32[B] {", "}", ""]);
  return lines.slice(1, -2).map((line) => line.replace(/^ {2}/, "")).join("\n");
}

const long = (name: string, count: number): string => Array.from({ length: count }, (_, index) => `${name}_${index}`).join(", ");

describe("blanks", () => {
  it("are one between words, and none within calls, indexes, members and ranges", () => {
    expect(statements("let  y=f ( x [ tok = 1 .. ] . Y ,a :- 1 )*2^( i-1 )   for i in 1 ..= n")).toBe("let y = f(x[tok = 1..].Y, a: -1) * 2 ^ (i - 1) for i in 1..=n");
  });

  it("keep one empty line of several, and none at the ends of a body", () => {
    expect(statements("\n\nlet a = x\n\n\n\nlet b = a\nreturn b\n\n")).toBe("let a = x\n\nlet b = a\nreturn b");
  });

  it("keep a unit beside its number, and a number away from the name of a member", () => {
    expect(statements("assert parameters<=30 M\nassert (macs) <= n   M\nreturn 1 .2")).toBe("assert parameters <= 30M\nassert macs <= n M\nreturn 1 .2");
  });
});

describe("signatures", () => {
  const inputs = "x: f32[B, C, Y, X]";
  it("stay on one line as long as they fit", () => {
    const line = `block Layer(${inputs}; heads: int) -> f32[B, C, Y, X] where C % heads == 0 {`;
    expect(formatted(`${line} return x }`)).toBe(`${line}\n  return x\n}\n`);
  });

  it("give the facts a line of their own, then the result, then inputs and options", () => {
    const options = (count: number): string => Array.from({ length: count }, (_, index) => `option_${index}: int = ${index}`).join(", ");
    const block = (count: number, where: string): string => `block Layer(${inputs}; ${options(count)}) -> f32[B, C = C * option_0, Y, X]${where} { return x }`;
    const layer = (count: number): string => `block Layer(${inputs}; ${options(count)})`;
    expect(formatted(block(4, " where C % option_0 == 0"))).toBe(`${layer(4)} -> f32[B, C = C * option_0, Y, X]\n  where C % option_0 == 0\n{\n  return x\n}\n`);
    expect(formatted(block(5, ""))).toBe(`${layer(5)}\n  -> f32[B, C = C * option_0, Y, X]\n{\n  return x\n}\n`);
    expect(formatted(block(7, " where C % option_0 == 0"))).toBe(`block Layer(\n  ${inputs};\n  ${options(7)},\n) -> f32[B, C = C * option_0, Y, X]\n  where C % option_0 == 0\n{\n  return x\n}\n`);
    expect(formatted(block(8, ""))).toBe(`block Layer(\n  ${inputs};\n  ${options(8).replaceAll(", ", ",\n  ")},\n) -> f32[B, C = C * option_0, Y, X] {\n  return x\n}\n`);
  });

  it("put the value behind facts on a line of its own", () => {
    expect(formatted("block half(x: f32[B, C]) -> f32[B, C = C / 2] where C % 2 == 0 = x[C = 0..C / 2]")).toBe("block half(x: f32[B, C]) -> f32[B, C = C / 2] where C % 2 == 0\n  = x[C = 0..C / 2]\n");
  });

  it("give options with comments a line each", () => {
    expect(formatted("block L(x: f32[B]; /// how many\nheads: int, rate: float) -> f32[B] = x")).toBe("block L(\n  x: f32[B];  /// how many\n  heads: int, rate: float,\n) -> f32[B]\n  = x\n");
    expect(formatted("block L(x: f32[B];\n/// how many\nheads: int,\n/// how often\nrate: float) -> f32[B] = x")).toBe("block L(\n  x: f32[B];\n  /// how many\n  heads: int,\n  /// how often\n  rate: float,\n) -> f32[B]\n  = x\n");
  });
});

describe("values", () => {
  it("break within their parentheses: all arguments on one line, else a line each", () => {
    expect(statements(`let y = Layer(${long("argument", 12)})`)).toBe(`let y = Layer(\n  ${long("argument", 12)},\n)`);
    expect(statements(`let y = Layer(${long("argument", 15)})`)).toBe(`let y = Layer(\n  ${long("argument", 15).replaceAll(", ", ",\n  ")},\n)`);
    expect(statements(`let y = Layer(${long("argument", 3)},)`)).toBe(`let y = Layer(${long("argument", 3)})`);
  });

  it("break before operators of one rank", () => {
    const term = "first_factor_of_a_term * second_factor_of_a_term";
    expect(statements(`return ${term} + ${term} - ${term} + ${term}`)).toBe(`return ${term}\n  + ${term}\n  - ${term}\n  + ${term}`);
  });

  it("put a long `if` on lines of its own, and `else if` as one chain", () => {
    expect(statements("let y = if a then x else if b then (if c then x else z) else z")).toBe("let y = if a then x else if b then (if c then x else z) else z");
    const value = `Layer(${long("argument", 8)})`;
    expect(statements(`let y = if a then ${value} else if b then x else ${value}`)).toBe(`let y =\n  if a then ${value}\n  else if b then x\n  else ${value}`);
  });

  it("keep a short `match` on its line where it was written so, and a long one nowhere", () => {
    expect(statements("let y = match by { none=>x   all  =>  z }")).toBe("let y = match by { none => x  all => z }");
    expect(statements("let y = match by {\n none=>x   all  =>  z }")).toBe("let y = match by {\n  none => x\n  all => z\n}");
    expect(statements("let y = match by { none => { return x } }")).toBe("let y = match by {\n  none => {\n    return x\n  }\n}");
    const value = `Layer(${long("argument", 7)})`;
    expect(statements(`let y = match by { none => ${value}  all => ${value} }`)).toBe(`let y = match by {\n  none => ${value}\n  all => ${value}\n}`);
  });

  it("fill lines with numbers and axes", () => {
    const numbers = Array.from({ length: 40 }, (_, index) => 1000 + index).join(", ");
    const [first, second, ...rest] = statements(`let y = f([${numbers}])`).split("\n");
    expect([first, second.length > 140, rest.length]).toEqual(["let y = f([", true, 2]);
  });

  it("keep the range of a family beside the value, or below it", () => {
    const value = `Layer(layer[i - 1], ${long("argument", 9)})`;
    expect(statements(`let layer[i] = ${value}      for i in 1..=depth`)).toBe(`let layer[i] = ${value}\n  for i in 1..=depth`);
  });
});

describe("parentheses", () => {
  it("stay between operators, and once", () => {
    expect(statements("let y = ((a * b)) + (c)")).toBe("let y = (a * b) + c");
    expect(statements("let y = (a * b) + c")).toBe("let y = (a * b) + c");
    expect(statements("let y = x + (if a then b else c)")).toBe("let y = x + (if a then b else c)");
  });

  it("go round whole values", () => {
    expect(statements("let y = (a + f((b), k: (c + 1))[(d)])\nreturn (y)")).toBe("let y = a + f(b, k: c + 1)[d]\nreturn y");
  });

  it("stay round words that are keywords elsewhere, and beside comments", () => {
    expect(statements("let y = (state)\nreturn match (config) { a => x }")).toBe("let y = (state)\nreturn match (config) { a => x }");
    expect(statements("let y = (a // why\n)")).toBe("let y = (\n  a  // why\n)");
  });
});

describe("comments", () => {
  it("stay behind what they stand behind, and above what they stand above", () => {
    expect(statements("// of a\nlet a = x    // the same\n\n   // of b\n// too\nlet b = a // last\n // end")).toBe("// of a\nlet a = x  // the same\n\n// of b\n// too\nlet b = a  // last\n// end");
    expect(statements("let a = f(x, // first\n // of y\n y)")).toBe("let a = f(\n  x,  // first\n  // of y\n  y,\n)");
    expect(statements("let a = f(x // first\n , y)")).toBe("let a = f(\n  x,  // first\n  y,\n)");
    expect(statements("let // what\n a = x")).toBe("let  // what\n  a = x");
    expect(statements("return x // a // b   ")).toBe("return x  // a // b");
  });

  it("do not become the documentation of something else", () => {
    expect(formatted("block L(x: f32[B]; a: int /// of a\n, /// of a too\n b: int) -> f32[B] = x")).toContain("a: int  /// of a\n    ,  /// of a too\n  b: int");
  });

  it("are all that some files have", () => {
    expect(formatted("\n\n  // alone\n\n\n// together\n")).toBe("// alone\n\n// together\n");
    expect([formatted(""), formatted(" \n\n"), formatted("\ufeff"), formatted("// x")]).toEqual(["", "", "\ufeff", "// x\n"]);
  });
});

describe("models, plans and training", () => {
  it("have a line for each part", () => {
    const text = `import {A,B} from "a.net"
choice C = a|b
model M { config{depth:int=3  by:C=a where depth>1} input x:f32[B,C=8] where B>0  output y:f32[B,C]=x }
ablation t of M { a "one"={depth:2} b "two"=a with{} }
weights w of M from "w.safetensors" { "a.{x, y}"->y.{i+1}.n_{1,2}.* for (theirs,ours) in ["v."->v,""->t],i in 0..12 { "{theirs}"->resize(y,keep:1,grid:14->30) } ignore "a","b" fresh y,z }
train M { data d(split:train){x:f32[B,C=8] in [0,1] normalised by clip} weights w loss a(y) where z=2,w=3 optimizer adam(lr:1e-3){v,t:lr*0.1} epochs 3 accumulate 4 ema 0.99 patience 5 metrics p@[0.5],q of y>0 at original }`;
    expect(formatted(text)).toBe(`import { A, B } from "a.net"
choice C = a | b
model M {
  config { depth: int = 3  by: C = a  where depth > 1 }
  input x: f32[B, C = 8] where B > 0
  output y: f32[B, C] = x
}
ablation t of M {
  a "one" = { depth: 2 }
  b "two" = a with {}
}
weights w of M from "w.safetensors" {
  "a.{x, y}" -> y.{i + 1}.n_{1, 2}.*
  for (theirs, ours) in ["v." -> v, "" -> t], i in 0..12 {
    "{theirs}" -> resize(y, keep: 1, grid: 14 -> 30)
  }
  ignore "a", "b"
  fresh y, z
}
train M {
  data d(split: train) { x: f32[B, C = 8] in [0, 1] normalised by clip }
  weights w
  loss a(y) where z = 2, w = 3
  optimizer adam(lr: 1e-3) { v, t: lr * 0.1 }
  epochs 3
  accumulate 4
  ema 0.99
  patience 5
  metrics p@[0.5], q of y > 0 at original
}
`);
  });
});

describe("large and deep texts", () => {
  it("are formatted as far as they can be read", () => {
    const sum = `block f(x: f32[B]) -> f32[B] = x${" + x * 2".repeat(20_000)}\n`;
    expect(formatted(sum).split("\n").length).toBe(20_003);
    const members = `block f(x: f32[B]) -> f32[B] = x${".a".repeat(20_000)}\n`;
    expect(formatted(members)).toContain(".a.a.a");
    const deep = `block f(x: f32[B]) -> f32[B] = ${"g([".repeat(90)}x${"])".repeat(90)}\n`;
    expect(formatted(formatted(deep))).toBe(formatted(deep));
    expect(format(`block f(x: f32[B]) -> f32[B] = ${"(".repeat(300)}x${")".repeat(300)}`).kind).toBe("broken");
  });
});

describe("edits", () => {
  it("touch blanks alone where no comma or parenthesis comes or goes", () => {
    const text = "model M {\r\n    input   x: f32[B,C = 8]   // first\r\n  output y: f32[B, C]=relu( x )\r\n}";
    expect(formatEdits(text).map(({ start, end, newText }) => [text.slice(start, end), newText])).toEqual([
      ["  ", ""], ["  ", ""], ["", " "], [" ", ""], ["", " "], ["", " "], [" ", ""], [" ", ""], ["", "\r\n"],
    ]);
    expect(withEdits(text)).toBe(formatted(text));
  });

  it("are none for a text that is formatted or broken", () => {
    expect(formatEdits("choice A = a | b\n")).toEqual([]);
    expect(formatEdits("choice  A = = b\n")).toEqual([]);
  });
});
