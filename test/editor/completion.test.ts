/** Completion and signature help, in texts as they are while they are being written. */
import { describe, expect, it } from "vitest";
import { completions, documentationOf } from "../../editor/service/completion.ts";
import { signatureHelp } from "../../editor/service/signature-help.ts";
import { editedText } from "../../editor/service/text.ts";
import { marked } from "./service.ts";

const library = { "blocks.net": "choice Mode = plain | deep\n\n/// Twice x.\nblock doubled(x: f32[B, C]) -> f32[B, C] = x + x\n" };
const labels = (text: string): readonly string[] => {
  const { look, offset } = marked(text, library);
  return completions(look, offset).items.map(({ label }) => label);
};
const head = "model M {\n  config { mode: Mode = plain  biased: bool = true }\n  input x: f32[B, C = 8, Y, X]\n";

describe("completion", () => {
  it.each([
    ["keywords of items", "¦", ["block", "model", "import"], ["let"]],
    ["keywords of members", `${head}  ¦`, ["let", "output", "assert"], ["return"]],
    ["keywords of a body", "block f(x: f32[B]) -> f32[B] {\n  ¦", ["let", "return"], ["output"]],
    ["values, blocks and operators", `${head}  let y = ¦`, ["x", "mode", "Conv", "relu", "concat", "einsum", "match"], ["int"]],
    ["options of a block", `${head}  let y = Conv(x, ¦`, ["kernel", "stride", "out", "x"], []],
    ["options that are left", `${head}  let y = Conv(x, stride: 2, ¦)`, ["kernel"], ["stride"]],
    ["options of an operator", `${head}  let y = pool.max(x, ¦`, ["window", "stride", "padding"], []],
    ["axes for an option", `${head}  let y = mean(x, over: ¦`, ["B", "C", "Y", "X"], ["Conv", "x"]],
    ["axes of a type", `${head}  output y: f32[B, ¦`, ["B", "C", "Y"], ["Conv"]],
    ["members of a group", `${head}  let y = pool.¦`, ["max", "average"], ["relu"]],
    ["axes of a tensor", `${head}  let y = Conv(x, out: x.¦)\n  output z: f32[B] = y\n}`, ["B", "C", "Y", "X"], ["relu"]],
    ["element types", "block f(x: ¦", ["f32", "i32", "bool"], ["int"]],
    ["kinds of options", "choice Mode = plain | deep\nblock f(x: f32[B]; n: ¦", ["int", "axis", "Mode"], ["f32"]],
    ["kinds of config keys", "choice Mode = plain | deep\nmodel M { config { n: ¦", ["int", "Mode"], ["f32"]],
    ["imported files", "import { doubled } from \"¦", ["blocks.net"], []],
    ["items of the imported file", "import { ¦ } from \"blocks.net\"", ["doubled", "Mode"], []],
    ["config keys in a variant", `choice Mode = plain | deep\n${head}  output y: f32[B, C, Y, X] = x\n}\nablation t of M {\n  a "one" = { ¦`, ["mode", "biased"], []],
    ["config keys that are left", `choice Mode = plain | deep\n${head}  output y: f32[B, C, Y, X] = x\n}\nablation t of M {\n  a "one" = { mode: deep, ¦`, ["biased"], ["mode"]],
    ["alternatives in a variant", `choice Mode = plain | deep\n${head}  output y: f32[B, C, Y, X] = x\n}\nablation t of M {\n  a "one" = { mode: ¦`, ["plain", "deep"], ["true"]],
    ["truth values in a variant", `${head}  output y: f32[B, C, Y, X] = x\n}\nablation t of M {\n  a "one" = { biased: ¦`, ["true", "false"], []],
    ["models", `${head}  output y: f32[B, C, Y, X] = x\n}\nablation t of ¦`, ["M"], ["Conv"]],
    ["arms of a match", "choice Mode = plain | deep\nblock f(x: f32[B]; mode: Mode) -> f32[B] = match mode {\n  plain => x\n  ¦", ["deep"], ["plain"]],
    ["alternatives of an option", "block f(x: f32[B, C, Y, X]) -> f32[B, C, Y, X] = resize(x, mode: ¦", ["nearest"], []],
    ["statements of a training section", `${head}  output y: f32[B, C, Y, X] = x\n}\ntrain M {\n  ¦`, ["loss", "optimizer", "data", "weights", "epochs", "steps", "batch", "accumulate", "ema", "patience"], []],
  ])("offers %s", (_, text, offered, not) => {
    const found = labels(text);
    expect(found).toEqual(expect.arrayContaining([...offered]));
    for (const label of not) expect(found).not.toContain(label);
  });

  it("offers nothing in a comment or in a text", () => {
    expect(labels("// a ¦")).toEqual([]);
    expect(labels("ablation a of M { b \"¦")).toEqual([]);
  });

  it("adds the import of a block of another file", () => {
    const { look, offset } = marked("//! About.\n\nmodel M {\n  input x: f32[B, C = 8]\n  let y = dou¦\n}\n", library);
    const found = completions(look, offset);
    const item = found.items.find(({ label }) => label === "doubled")!;
    const text = editedText(look.source.text, [...item.also!, { ...found.replace, newText: item.label }]);
    expect(text).toBe("//! About.\n\nimport { doubled } from \"blocks.net\"\n\nmodel M {\n  input x: f32[B, C = 8]\n  let y = doubled\n}\n");
    expect(documentationOf(look.project, item.about!)).toContain("Twice x.");
  });

  it("knows the types of what is in scope", () => {
    const { look, offset } = marked("model M {\n  input x: f32[B, C = 8]\n  let wide = Linear(x, out: 4)\n  output y: f32[B, C = 4] = ¦wide\n}\n");
    expect(completions(look, offset).items.find(({ label }) => label === "wide")).toMatchObject({ kind: "value", detail: "f32[B, C = 4]" });
  });
});

describe("signature help", () => {
  it.each([
    ["block f(x: f32[B, C, Y, X]) -> f32[B, C, Y, X] = Conv(¦", "Conv(", "x:"],
    ["block f(x: f32[B, C, Y, X]) -> f32[B, C, Y, X] = Conv(x, stride: ¦", "Conv(", "stride"],
    ["block f(x: f32[B, C, Y, X]) -> f32[B, C, Y, X] = MultiHeadAttention(x, ¦", "MultiHeadAttention(", "memory"],
    ["block f(x: f32[B, C, Y, X]) -> f32[B, C, Y, X] = pool.max(x, window: ¦", "pool.max(", "window"],
  ])("of `%s`", (text, label, active) => {
    const { look, offset } = marked(text);
    const help = signatureHelp(look, offset)!;
    expect(help.label).toMatch(new RegExp(`^${label.replace(/[(.]/g, "\\$&")}`));
    const { start, end } = help.parameters[help.active!];
    expect(help.label.slice(start, end)).toContain(active);
  });

  it("has nothing to say outside of a call", () => {
    const { look, offset } = marked("block f(x: f32[B]) -> f32[B] = ¦x");
    expect(signatureHelp(look, offset)).toBeUndefined();
  });
});
