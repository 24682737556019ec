/** What a person does wrong in `models/cd2fsan.net`, and what they are told: code, place, both sides, origins, remedy. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createCompilation } from "../../compiler/compilation.ts";
import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.ts";
import { renderHuman } from "../../compiler/diagnostics/render-human.ts";
import { textOf } from "../../grammar/source.ts";
import { brief, problemsOf, repository } from "../programs.ts";

const model = readFileSync(join(repository, "models/cd2fsan.net"), "utf8");
const clip = readFileSync(join(repository, "models/clip.net"), "utf8");

function change(from: string, to: string): readonly Diagnostic[] {
  expect(model.split(from).length, `\`${from}\` stands once in the model`).toBe(2);
  const texts: Record<string, string> = { "cd2fsan.net": model.replace(from, to), "clip.net": clip };
  return createCompilation({ read: (name) => texts[name], resolve: (path) => path.replace("./", "") }, ["cd2fsan.net"]).diagnostics();
}

describe("one change in the flagship gives one error at its place", () => {
  it("heads: 7", () => {
    const found = change("by: align, momentum: momentum)\n", "by: align, heads: 7, momentum: momentum)\n");
    expect(brief(found)).toEqual(["NET0304 `7`"]);
    expect(found[0].message).toBe("`Align` needs `C % heads == 0`, but C = 512 and heads = 7");
    expect(found[0].help).toBe("heads near 7: 4, 8");
    expect(found[0].fixes.map((fix) => fix.edits[0].newText)).toEqual(["4", "8"]);
    expect(found[0].related.map((place) => place.message)).toContain("C = 512 is written here");
  });

  it("a stride that halves once more", () => {
    const found = change("let middle = ConvNorm(mid, stride: 2,", "let middle = ConvNorm(mid, stride: 4,");
    expect(found).toEqual([]); // the sizes are resized to each other afterwards: nothing is wrong
  });

  it("a level that is not brought to the size of the next", () => {
    const found = change("let sum_2 = L2 + resize(L1, to: (Y: L2.Y, X: L2.X), mode: nearest)", "let sum_2 = L2 + L1");
    expect(brief(found)).toEqual(["NET0301 `L1`"]);
    expect(found[0].message).toBe("`+` needs equal sizes on axis Y, but they are ceil(Y / 2) and ceil(Y / 4)");
    expect(found[0].notes.join("\n")).toMatch(/with Y = \d+/);
    expect(found[0].related.some((place) => place.message.includes("made by `ConvNorm` here"))).toBe(true);
  });

  it("an axis name that does not exist", () => {
    const found = change("softmax(logit, over: layer)", "softmax(logit, over: layers)");
    expect(brief(found)).toEqual(["NET0103 `layers`"]);
    expect(found[0].help).toBe("did you mean `layer`?");
  });

  it("words added to pixels", () => {
    expect(brief(change("LayerNorm(pixel + attention)", "LayerNorm(pixel + word)"))).toEqual(["NET0302 `word`"]);
  });

  it("swapped axes", () => {
    expect(brief(change("let pixel = rearrange(image, [B, C, Y, X] -> [B, tok = (Y X), C])", "let pixel = rearrange(image, [B, C, Y, X] -> [B, tok = (X Y), C])"))).toEqual(["NET0811 `position`"]);
    const found = change("let W = rearrange(word, [B, T, C] -> [B, C, T])", "let W = word");
    expect(brief(found)).toEqual(["NET0306 `W`"]);
    expect(found[0].message).toContain("axis T stands where C is expected");
  });

  it("an option that does not exist, an alternative, a key, a layer outside the range", () => {
    expect(brief(change("ConvNorm(low, stride: 2", "ConvNorm(low, strid: 2"))[0]).toBe("NET0102 `strid`");
    expect(brief(change('= a with { select: dfsm }', "= a with { select: dsfm }"))).toEqual(["NET0104 `dsfm`"]);
    expect(brief(change('= d with { align: transformer }', "= d with { aling: transformer }"))).toEqual(["NET0102 `aling`"]);
    expect(brief(change("dfsm => Aggregate(low, mid, grid[12]", "dfsm => Aggregate(low, mid, grid[13]"))).toEqual(["NET0401 `13`"]);
    expect(brief(change("= a with { select: fixed }  //", "= a with { select: last }  //"))).toEqual(["NET0501 `select: last`"]);
  });

  it("a weights plan that forgets, or names what is not there", () => {
    expect(brief(change('  "visual.class_embedding" -> vision.class\n', ""))).toEqual(["NET0701 `clip`"]);
    const found = change('"visual.class_embedding" -> vision.class\n', '"visual.class_embedding" -> vision.clas\n');
    expect(brief(found)[0]).toMatch(/NET0603/);
    expect(found.find((one) => one.code === "NET0603")?.help).toBe("did you mean `vision.class`?");
    const positions = `"visual.positional_embedding" -> resize(vision.position, grid: 14 -> 30, keep: 1, mode: bilinear)`;
    expect(brief(change(positions, positions.replace("30", "31")))[0]).toMatch(/NET0703/);
    const nearest = change(positions, positions.replace("bilinear", "nearest"));
    expect(nearest.map(({ code, message }) => `${code} ${message}`)).toEqual([expect.stringMatching(/^NET0703 .*there is no mode nearest: bilinear and bicubic are/)]);
  });

  it("a training section that does not fit", () => {
    expect(brief(change("target: f32[B, Y = 240, X = 240]", "target: f32[B, Y = 480, X = 480]"))).toEqual(["NET0303 `target`"]);
    expect(brief(change("optimizer adam(", "optimizer adams("))).toEqual(["NET0601 `adams`"]);
    expect(brief(change("{ vision, text: lr * 0.1 }", "{ vison, text: lr * 0.1 }"))).toEqual(["NET0603 `vison`"]);
    expect(brief(change("words: i32[B, T = 22]\n    target", "words: i32[B, T = 20]\n    target"))).toEqual(["NET0606 `i32[B, T = 20]`"]);
  });

  it("a selector without a gradient is noticed", () => {
    const found = change("gradient: SelectorGradient = straight_through  //", "gradient: SelectorGradient = none  //");
    expect(brief(found)).toEqual(["NET0604 `dice(mask, target) + bce_with_logits(mask, target)`"]);
    expect(found[0].message).toContain("selection.project.weight");
  });
});

describe("the rendered message", () => {
  it("carries the guilty operand, both shapes, both origins, the rule, and the way to the page", () => {
    const [found] = problemsOf("model M {\n  input x: f32[B, C = 8, Y = 30, X = 30]\n  let mid = pool.max(x, window: (Y: 2, X: 2))\n  output y: f32[B, C, Y, X] = x + mid\n}\n");
    expect(renderHuman({ ...found, fixes: [] })).toBe(
      [
        "error[NET0301]: `+` needs equal sizes on axis Y, but they are 30 and 15",
        "   ┌─ main.net:4:35",
        " 2 │   input x: f32[B, C = 8, Y = 30, X = 30]",
        "   │                          ------ Y = 30 is declared here",
        " 3 │   let mid = pool.max(x, window: (Y: 2, X: 2))",
        "   │             --------------------------------- Y = 15: pool.max with a window of 2 and stride 2, from Y = 30",
        " 4 │   output y: f32[B, C, Y, X] = x + mid",
        "   │                                   ^^^ f32[B, C = 8, Y = 15, X = 15]",
        "   │                               - f32[B, C = 8, Y = 30, X = 30]",
        "   = elementwise operands must agree on every axis they share",
        "   = help: bring `mid` to 30 × 30: `resize(mid, to: (Y: x.Y, X: x.X))`",
        "   = used by M",
        "   = netc explain NET0301",
      ].join("\n"),
    );
    expect(textOf(found.span)).toBe("mid");
    expect(found.fixes.map((fix) => fix.edits.map((edit) => edit.newText))).toEqual([["resize(mid, to: (Y: x.Y, X: x.X))"]]);
    const { start, end } = found.fixes[0].edits[0].span;
    const fixed = found.span.file.text.slice(0, start) + found.fixes[0].edits[0].newText + found.span.file.text.slice(end);
    expect(problemsOf(fixed)).toEqual([]);
  });
});
