/** Pictures: well-formed, the same each time, as deep as asked, without anything that a paper's printer would not have. */
import { describe, expect, it } from "vitest";
import { compareViews } from "../../editor/view/model/difference.ts";
import { mergeViews } from "../../editor/view/model/merge.ts";
import { pictureOf } from "../../editor/view/picture/picture.ts";
import { flagshipView, viewOfText } from "./views.ts";

/** The names of the elements, opened and closed in order; throws where the text is not well-formed. */
function elementsOf(text: string): readonly string[] {
  const open: string[] = [];
  const found: string[] = [];
  let rest = text;
  while (rest !== "") {
    const [all, close, name, attributes, single, content] = /^(?:<(\/?)([a-zA-Z]+)((?:\s+[a-zA-Z:-]+="[^"<]*")*)\s*(\/?)>|((?:[^<&]|&#\d+;)+))/.exec(rest) ?? [];
    if (all === undefined) throw new Error(`not well-formed: ${rest.slice(0, 80)}`);
    rest = rest.slice(all.length);
    if (content !== undefined) continue;
    if (close) {
      if (open.pop() !== name) throw new Error(`</${name}> closes nothing`);
      continue;
    }
    const names = [...attributes.matchAll(/\s([a-zA-Z:-]+)=/g)].map((match) => match[1]);
    if (new Set(names).size !== names.length) throw new Error(`an attribute twice: ${all}`);
    found.push(name);
    if (!single) open.push(name);
  }
  if (open.length) throw new Error(`not closed: ${open.join(", ")}`);
  return found;
}

describe("CD2FSAN", () => {
  const { document } = flagshipView("g");

  it.each([1, 2, 3])("at depth %i: well-formed SVG, the same twice", (depth) => {
    const text = pictureOf(document, { depth });
    expect(elementsOf(text)[0]).toBe("svg");
    expect(pictureOf(document, { depth })).toBe(text);
    expect(text).not.toMatch(/NaN|undefined|Infinity|<script|href|url\((?!#arrow)/);
    expect(text.match(/font-family="([^"]+)"/)![1]).toMatch(/sans-serif$/);
  });

  it("shows as many levels as asked, with shapes and costs", () => {
    const [one, two] = [1, 2].map((depth) => pictureOf(document, { depth }));
    for (const words of ["vision", "ViT", "86.34 M params", "layer [B, tok = 901, C = 768] × 9", "selection", "MaskDecoder"]) expect(one).toContain(words);
    expect(one).not.toContain("norm_pre");
    for (const words of ["norm_pre", "layer × 12", "85.05 M params", "hidden_1"]) expect(two).toContain(words);
  });

  it("a comparison has colours, signs and a legend", () => {
    const [before, after] = [flagshipView("f"), flagshipView("g")];
    const text = pictureOf(mergeViews(before.document, after.document, compareViews(before, after)), { depth: 3 });
    elementsOf(text);
    for (const words of ["+ rotated", "− plain", "~ mask", "only in f", "only in g", 'stroke-dasharray="5 3"', "from f to g"]) expect(text).toContain(words);
  });
});

it("what is special in XML is escaped", () => {
  const { document } = viewOfText(`model M {
  input x: f32[B, C = 4]
  let small = select(x < 2.0, x, 0.0)
  output y: f32[B, C] = small
}`);
  const text = pictureOf(document, { depth: 1 });
  elementsOf(text);
  expect(text).toContain(">less<");
});
