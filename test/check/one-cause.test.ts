/** One cause gives one error, however much is built on what is wrong; two causes give two. */
import { describe, expect, it } from "vitest";
import type { Let } from "../../grammar/ast.ts";
import { walk } from "../../grammar/visit.ts";
import { showType } from "../../compiler/types/show.ts";
import { brief, compileText, problemsOf } from "../programs.ts";

const model = (...lines: readonly string[]): string => `model M {\n  ${lines.join("\n  ")}\n}\n`;

const oneFault: readonly (readonly [what: string, text: string, found: string])[] = [
  ["a division in a signature, in a chain of calls", `block halves(x: f32[B, C]) -> f32[B, C = C / 2] = x[C = 0..C / 2]\n${model("input x: f32[B, C = 7]", "let a = halves(x)", "let b = halves(a)", "output y: f32[B, C = 3] = b")}`, "NET0305 `C / 2`"],
  ["a misspelt value, and three values made of it", model("input x: f32[B, C = 8]", "let norm = LayerNorm(x)", "let up = Linear(nrom)", "let down = Linear(up, out: 4)", "output y: f32[B, C = 4] = relu(down) + down + norm"), "NET0101 `nrom`"],
  ["a sum of two resolutions, and the layers after it", model("input x: f32[B, C = 8, Y = 30, X = 30]", "let half = pool.max(x, window: (Y: 2, X: 2))", "let both = x + half", "let conv = Conv(both, out: 16)", "output y: f32[B, C = 16, Y = 15, X = 15] = conv"), "NET0301 `half`"],
  ["an option of every member of a family", model("input x: f32[B, tok = 16, C = 64]", "let layer[0] = x", "let layer[i] = EncoderLayer(layer[i - 1], heads: 7) for i in 1..=6", "output y: f32[B, tok, C] = layer[6]"), "NET0304 `7`"],
  ["a block that does not exist, below two others", `block f(x: f32[B, C]) -> f32[B, C] = nosuch(x)\nblock g(x: f32[B, C]) -> f32[B, C] = f(x) + f(f(x))\n${model("input x: f32[B, C = 3]", "output y: f32[B, C] = g(x)")}`, "NET0101 `nosuch`"],
  ["a result with an axis that no input brings", `block f(x: f32[B, C]) -> f32[B, D] = x\n${model("input x: f32[B, C = 3]", "output y: f32[B, C] = f(x)")}`, "NET0101 `D`"],
  ["a comma too many in a body", `block F(x: f32[B, C]) -> f32[B, C] {\n  let y = Linear(x,, out: C)\n  return y\n}\n${model("input x: f32[B, C = 3]", "output y: f32[B, C] = F(x)")}`, "NET0002 `,`"],
  ["a size that was not typed", model("input x: f32[B, C = ]", "let up = Linear(x, out: 4)", "output y: f32[B, C = 4] = up"), "NET0002 `]`"],
  ["a default that is wrong, and a row that is wrong too", `${model("config { heads: int = 7 }", "input x: f32[B, tok = 16, C = 64]", "output y: f32[B, tok, C] = EncoderLayer(x, heads: heads)")}ablation heads of M {\n  a "five" = { heads: 5 }\n}`, "NET0304 `x`"],
  ["whole numbers where floats are needed, and what is computed from them", model("input words: i32[B, T = 12]", "let e = Linear(words)", "output y: f32[B, T, C = 8] = LayerNorm(e)"), "NET0313 `words`"],
  ["an input that is missing", model("input x: f32[B, tok = 4, C = 8]", "let a = MultiHeadAttention(x, heads: 2)", "output y: f32[B, tok, C] = a + x"), "NET0201 `MultiHeadAttention(x, heads: 2)`"],
  ["an axis that does not exist, and a sum over the one that does", model("input x: f32[B, class = 8]", "let p = softmax(x, over: clas)", "output y: f32[B] = sum(p, over: class)"), "NET0103 `clas`"],
  ["two layers with the same fact that does not hold", "block Body(x: f32[B, tok, C]; heads: int) -> f32[B, tok, C] {\n  let a = EncoderLayer(x, heads: heads)\n  let b = EncoderLayer(a, heads: heads)\n  return b\n}", "NET0304 `x`"],
  ["a body that gives another type than its signature", `block Up(x: f32[B, C]) -> f32[B, C = 4 * C] {\n  let y = Linear(x, out: 2 * C)\n  return y\n}\n${model("input x: f32[B, C = 8]", "let up = Up(x)", "let down = Linear(up, out: 8)", "output y: f32[B, C] = down + x")}`, "NET0316 `y`"],
  ["a name declared twice", model("input x: f32[B, C = 8]", "let a = Linear(x)", "let a = Linear(x, out: 4)", "output y: f32[B, C] = a"), "NET0105 `a`"],
  ["a size of 0, and a sum with it", model("input x: f32[B, C = 8]", "let a = Linear(x, out: 0)", "let b = a + x", "output y: f32[B, C] = b"), "NET0315 `0`"],
  ["an axis of a parameter, and the product with it", "block Scale(x: f32[B, C]) -> f32[B, C] {\n  param w: f32[D] = 1\n  return x * w\n}", "NET0101 `D`"],
  ["a block three calls down, for a size that only the model has", `block a(x: f32[B, C]) -> f32[B, C] = x[C = 1..]\nblock b(x: f32[B, C]) -> f32[B, C] = a(x) + x\nblock c(x: f32[B, C]) -> f32[B, C] = b(b(x))\n${model("input x: f32[B, C = 1]", "output y: f32[B, C] = c(x)")}`, "NET0315 `1..`"],
  ["a model that is wrong, and its training", `${model("input x: f32[B, C = 3]", "output y: f32[B, C = 4] = x")}train M {\n  data folder(split: train) { x: f32[B, C = 3]  target: f32[B, C = 4] }\n  loss squared_error(y, target)\n  optimizer adam(lr: 1e-3)\n}`, "NET0316 `x`"],
];

const twoFaults: readonly (readonly [what: string, text: string, ...found: readonly string[]])[] = [
  ["a block that does not exist beside what is wrong for another reason", model("input x: f32[B, C = 8]", "input z: f32[B, D = 9]", "output y: f32[B, C] = relu(x + z) + nosuch(x)"), "NET0302 `z`", "NET0101 `nosuch`"],
  ["in two rows of an ablation", `${model("config { heads: int = 8 }", "input x: f32[B, tok = 16, C = 64]", "output y: f32[B, tok, C] = EncoderLayer(x, heads: heads)")}ablation heads of M {\n  a "five" = { heads: 5 }\n  b "six" = { head: 4 }\n}`, "NET0304 `x`", "NET0102 `head`"],
  ["in two bindings of a model", model("input x: f32[B, C = 8]", "input z: f32[B, D = 9]", "let a = x + z", "let b = Linear(x, outt: 4)", "output y: f32[B, C] = a", "output w: f32[B, C = 4] = b"), "NET0302 `z`", "NET0102 `outt`"],
  ["in two blocks, of which one is given the other's result", `block halves(x: f32[B, C]) -> f32[B, C = C / 2] = x[C = 0..C / 2]\nblock doubled(x: f32[B, C]) -> f32[B, C = 2 * C] = x\n${model("input x: f32[B, C = 8]", "output y: f32[B, C] = doubled(halves(x))")}`, "NET0305 `C / 2`", "NET0316 `x`"],
  ["in two statements of a body", "block F(x: f32[B, C, Y, X]) -> f32[B, C, Y, X] {\n  let a = Conv(x, kernal: 3)\n  let b = pool.max(x, window: (Y: 2, X: 2))\n  return a + b\n}", "NET0102 `kernal`", "NET0315 `pool.max(x, window: (Y: 2, X: 2))`"],
  ["in two models", "model A {\n  input x: f32[B, C = 3]\n  output y: f32[B, C = 4] = x\n}\nmodel N {\n  input x: f32[B, C = 3]\n  output y: f32[B, C] = nosuch(x)\n}", "NET0316 `x`", "NET0101 `nosuch`"],
  ["in a statement that cannot be read and one that can", "block F(x: f32[B, C]) -> f32[B, C] {\n  let a = Linear(x,, out: C)\n  let b = Linear(x, outt: C)\n  return a + b\n}", "NET0002 `,`", "NET0102 `outt`"],
];

describe("one fault, one error", () => {
  it.each(oneFault)("%s", (_, text, found) => expect(brief(problemsOf(text))).toEqual([found]));
});

describe("two faults, two errors", () => {
  it.each(twoFaults)("%s", (_, text, ...found) => expect([...brief(problemsOf(text))].sort()).toEqual([...found].sort()));
});

describe("what is built on something wrong", () => {
  const text = "block Up(x: f32[B, C]) -> f32[B, C = 4 * C] {\n  let y = Linear(x, out: 2 * C)\n  return y\n}\nmodel M {\n  input x: f32[B, C = 8]\n  let up = Up(x)\n  let down = Linear(up, out: 6)\n  output y: f32[B, C = 6] = down\n}\n";

  it("is said nothing of, and keeps its types", () => {
    const compilation = compileText(text);
    expect(brief(compilation.diagnostics())).toEqual(["NET0316 `y`"]);
    const types: Record<string, string> = {};
    for (const file of compilation.program.files.filter(({ library }) => !library)) {
      walk(file.tree, (node) => {
        if (node.kind !== "Let" || (node as Let).target.kind !== "Identifier") return;
        const value = compilation.valueOf(node) ?? compilation.valueOf((node as Let).value);
        if (value?.kind === "tensor") types[((node as Let).target as { text: string }).text] = showType(value.type);
      });
    }
    expect(types).toEqual({ y: "f32[B, C = 2 * C]", up: "f32[B, C = 32]", down: "f32[B, C = 6]" });
  });
});
