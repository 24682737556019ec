/** Precedence, forms of expressions, words that are keywords only in places, and paths. */
import { describe, expect, test } from "vitest";
import type { Node } from "../../grammar/ast.ts";
import { textOf } from "../../grammar/source.ts";
import { walk } from "../../grammar/visit.ts";
import { bracketed, expressionOf, parseText } from "./fixtures.ts";

describe("precedence", () => {
  test.each([
    ["a + b * c", "(a + (b * c))"],
    ["a - b - c", "((a - b) - c)"],
    ["a * b / c % d", "(((a * b) / c) % d)"],
    ["-a ^ 2", "(- (a ^ 2))"],
    ["2 ^ -i", "(2 ^ (- i))"],
    ["2 ^ -i * 3", "((2 ^ (- i)) * 3)"],
    ["a ^ b ^ c", "(a ^ (b ^ c))"],
    ["- -a", "(- (- a))"],
    ["a * -b", "(a * (- b))"],
    ["not a == b and c", "((not (a == b)) and c)"],
    ["a or b and not c", "(a or (b and (not c)))"],
    ["a and b or c and d", "((a and b) or (c and d))"],
    ["not not a", "(not (not a))"],
    ["a + 1 <= b * 2", "((a + 1) <= (b * 2))"],
    ["0..n + 1", "(0..(n + 1))"],
    ["1..=12", "(1..=12)"],
    ["..22", "(..22)"],
    ["1..", "(1..)"],
    ["(a + b) * c", "((a + b) * c)"],
    ["-x.y[0](z)", "(- x.y[1](1))"],
    ["if a == 1 then b + 1 else c + 2", "(if (a == 1) (b + 1) (c + 2))"],
    ["x.tok % 2", "(x.tok % 2)"],
  ])("%s", (text, tree) => expect(bracketed(expressionOf(text))).toBe(tree));
});

describe("numbers", () => {
  test.each([["600_000", "IntegerLiteral", 600000], ["5e-5", "FloatLiteral", 5e-5], ["0.5", "FloatLiteral", 0.5], ["1.5e3", "FloatLiteral", 1500]])(
    "%s",
    (text, kind, value) => expect(expressionOf(text)).toMatchObject({ kind, value, text }),
  );
  test("`0..n` is a range of ints", () => expect(expressionOf("0..n")).toMatchObject({ kind: "Range", from: { kind: "IntegerLiteral" } }));
});

describe("forms", () => {
  test("an operand of a contraction may be indexed before its pattern", () => {
    const e = expressionOf("einsum(layer[3][B, C], a.b(x)[C] -> [B], D: 3)");
    if (e.kind !== "Contraction") throw new Error(e.kind);
    expect(e.operands.map((operand) => [operand.value.kind, operand.pattern.parts.length])).toEqual([["Index", 2], ["Call", 1]]);
    expect(e.options[0]).toMatchObject({ name: { text: "D" } });
  });

  test("parts of patterns", () => {
    const e = expressionOf("rearrange(x, [...S, key = tok, C = (head d), (Y X), 1] -> [...])");
    if (e.kind !== "Rearrange") throw new Error(e.kind);
    expect(e.from.parts).toMatchObject([
      { kind: "RowPart", name: { text: "S" } },
      { kind: "RenamedPart", name: { text: "key" }, from: { text: "tok" } },
      { kind: "GroupPart", name: { text: "C" }, members: [{ text: "head" }, { text: "d" }] },
      { kind: "GroupPart", members: [{ text: "Y" }, { text: "X" }] },
      { kind: "SizePart", size: { value: 1 } },
    ]);
    expect(e.to.parts).toMatchObject([{ kind: "RowPart" }]);
  });

  test("arguments, indexes, lists, tables, records", () => {
    expect(expressionOf("f(x, out: C = 512, key = tok)")).toMatchObject({
      arguments: [
        { value: { kind: "Name" } },
        { name: { text: "out" }, value: { kind: "SizedName", name: { text: "C" } } },
        { value: { kind: "SizedName" } },
      ],
    });
    expect(expressionOf("x[tok = 1.., Y = 2]")).toMatchObject({ indexes: [{ kind: "SizedName", size: { kind: "Range" } }, { kind: "SizedName" }] });
    expect(expressionOf("[...S, over, tok = 1,]")).toMatchObject({ elements: [{ kind: "Spread" }, { kind: "Name" }, { kind: "SizedName" }] });
    expect(expressionOf("[i - j for i in v = ky, j in kx]")).toMatchObject({
      kind: "Table", domains: [{ variable: { text: "i" }, axis: { text: "v" }, size: { text: "ky" } }, { axis: { text: "kx" } }],
    });
    expect(expressionOf("(Y: -1, X: 3)")).toMatchObject({ kind: "Record", fields: [{ name: { text: "Y" } }, { name: { text: "X" } }] });
    expect(expressionOf("[]")).toMatchObject({ kind: "List", elements: [] });
  });

  test("parentheses belong to the span of what they hold", () => {
    expect(textOf(expressionOf("(a + b) * c").span)).toBe("(a + b) * c");
  });

  test("arms of a match", () => {
    expect(expressionOf("match k { none => x 2 => { let y = x return y } _ => -x }")).toMatchObject({
      arms: [{ pattern: { text: "none" } }, { pattern: { value: 2 }, body: { kind: "Body" } }, { pattern: { text: "_" } }],
    });
  });
});

describe("words", () => {
  test.each([
    "padding.from", "f(input: x, of: 1, in: 2, where: 3)", "(weights: 1, train: 2, output: x)", "f(split: train, test)", "output + state * input",
    "[from, to = from]", "x[from = 0]", "a.let.return", "[i for i in from]", "f(model)", "match k { train => 1 config => 2 }",
    "conv + einsum", "a.conv(x)", "data + loss(batch) + original", "split(ignore) + fresh - freeze",
  ])("%s", (text) => expect(expressionOf(text).kind).not.toBe("MissingExpression"));

  test("names of the language's words can be declared", () => {
    const { file, problems } = parseText(`
block conv(input: f32[from, of]; train: int = 3, model: bool) -> f32[from] {
  let conv = input
  let from = conv
  let state[0] = from
  state state: f32[C] = 0
  return f(conv, from, state)
}
choice Part = train | test | data
model M { config { model: int = 3 weights: Part = train } input output: f32[B] output input: f32[B] = output }`);
    expect(problems).toEqual([]);
    expect(file.items.map((item) => item.kind)).toEqual(["Block", "Choice", "Model"]);
  });

  test("`composite` and scalar results", () => {
    const { file, problems } = parseText("composite block wave(; at: float) -> (a: float, n: int, ok: bool) = (a: at, n: 1, ok: true)");
    expect(problems).toEqual([]);
    expect(file.items[0]).toMatchObject({ composite: true, result: { kind: "RecordResult", fields: [{ type: { kind: "ScalarType" } }, {}, {}] } });
  });
});

describe("paths and goals", () => {
  const rule = (text: string): Node => {
    const { file, problems } = parseText(`weights w of M from "f" { ${text} }`);
    expect(problems).toEqual([]);
    const [item] = file.items;
    if (item.kind !== "Weights") throw new Error(item.kind);
    return item.rules[0];
  };
  const pieces = (root: Node): string[][] => {
    const found: string[][] = [];
    walk(root, (node) => void (node.kind === "PathSegment" ? found.push(node.pieces.map((piece) => textOf(piece.span))) : undefined));
    return found;
  };

  test("adjacency decides where a segment ends", () => {
    expect(pieces(rule('"a" -> vision.layer.{i + 1}.norm_{1, 2}.0.12.*.{weight, bias}'))).toEqual([
      ["vision"], ["layer"], ["{i + 1}"], ["norm_", "{1, 2}"], ["0"], ["12"], ["*"], ["{weight, bias}"],
    ]);
  });

  test.each([
    ['"a" -> resize(v.position, grid: 14 -> 30, keep: 1, mode: bicubic)', "ResizeGoal", {
       keep: { value: 1 }, mode: { text: "bicubic" }, to: { value: 30 } }],
    ['"a" -> slice(t.position, T = ..22)', "SliceGoal", { axis: { text: "T" } }],
    ['"a" -> cast(t.position)', "CastGoal", {}],
    ['"a" -> transpose.weight', "Path", {}],
    ['"a" -> rearrange(t.w, [a, b] -> [(a b)])', "RearrangeGoal", {}],
  ])("%s", (text, kind, goal) => expect(rule(text)).toMatchObject({ kind: "LoadRule", goal: { kind, ...goal } }));

  test("braces of strings are text, escapes are not", () => {
    expect(rule('"{a}.\\"b\\\\" -> c')).toMatchObject({ source: { value: '{a}."b\\' } });
  });

  test("training", () => {
    const { file, problems } = parseText(`train M {
      data set("corpus", split: train) { data: f32[B] in [0, 1] normalised by clip  loss: i32[B] }
      loss a(b) + c where c = d, e = f
      optimizer adam(lr: 1) { *.scale, text.layer.0.*: decay * 0, vision: lr * 0.1 }
      batch 8
      metrics a, loss@[0.5] of a > 1 at original
    }`);
    expect(problems).toEqual([]);
    expect(file.items[0]).toMatchObject({
      items: [
        {
          kind: "DataItem", source: { arguments: [{ kind: "StringLiteral" }, { name: { text: "split" } }] },
          fields: [{ normalisedBy: { text: "clip" } }, { name: { text: "loss" } }],
        },
        { kind: "LossItem", bindings: [{ name: { text: "c" } }, { name: { text: "e" } }] },
        { kind: "OptimizerItem", groups: [{ paths: [{}, {}], quantity: { text: "decay" } }, {}] },
        { kind: "NumberItem", name: { text: "batch" } },
        { kind: "MetricsItem", metrics: [{}, { at: { kind: "List" } }], atOriginal: true },
      ],
    });
  });
});
