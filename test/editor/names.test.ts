/** Definition, references, highlights and renaming: what names mean, across files. */
import { describe, expect, it } from "vitest";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { walk } from "../../grammar/visit.ts";
import { finished } from "../../compiler/long-work.ts";
import { namesOf, symbolOf } from "../../editor/service/names.ts";
import { definition, highlights, references, programFileOf } from "../../editor/service/references.ts";
import { prepareRename, rename } from "../../editor/service/rename.ts";
import { netFiles, repository } from "../programs.ts";
import { applied, marked, shown } from "./service.ts";

const blocks = `choice Mode = plain | deep

/// A residual unit.
block Unit(x: f32[B, C, Y, X]; dilation: int = 1, mode: Mode = plain) -> f32[B, C, Y, X] {
  let conv = Conv(x, dilation: dilation)
  return match mode { plain => x + conv  deep => x + relu(conv) }
}

block both(x: f32[B, C]) -> (first: f32[B, C], second: f32[B, C]) {
  return (first: x, second: relu(x))
}
`;
const main = `import { Unit, both, Mode } from "blocks.net"
model M {
  config { wide: int = 2  mode: Mode = plain }
  input image: f32[B, C = 8, Y, X]
  let unit = Unit(image, dilation: wide, mode: mode)
  let pair = both(unit[Y = 0, X = 0])
  output map: f32[B, C] = pair.second + pair.first
}
ablation modes of M {
  a "one" = { mode: deep }
  b "two" = a with { wide: 3 }
}
`;
const at = (text: string, word: string, nth = 0): string => {
  let place = -1;
  for (let i = 0; i <= nth; i++) place = text.indexOf(word, place + 1);
  return `${text.slice(0, place)}¦${text.slice(place)}`;
};
const others = { "blocks.net": blocks };

describe("names", () => {
  it.each(netFiles())("every name in %s is known", (file) => {
    const { look, project } = marked(readFileSync(join(repository, file), "utf8"), Object.fromEntries(["models/clip.net", "models/cd2fsan.net"].filter((name) => name !== file).map((name) => [name, readFileSync(join(repository, name), "utf8")])), file);
    const names = namesOf(project, programFileOf(look));
    const unknown: string[] = [];
    walk(look.tree, (node, parents) => {
      if (node.kind !== "Name" || symbolOf(names, node)) return;
      const prelude = ["inf", "pi", "training", "pool", "random", "parameters", "macs", "memory", "train", "inference", "trainable", "flops"].includes(node.text);
      const word = parents.some(({ kind }) => ["Argument", "TrainCall", "BracePiece", "ScheduleItem", "OptimizerGroup", "Contraction"].includes(kind));
      if (!prelude && !word) unknown.push(node.text);
    });
    expect(unknown).toEqual([]);
  });
});

describe("definition", () => {
  it.each([
    ["Unit(image", 0, "blocks.net:4 Unit"], ["dilation:", 0, "blocks.net:4 dilation"], ["plain }", 0, "blocks.net:1 plain"], ["second", 0, "blocks.net:9 second"],
    ["mode)", 0, "main.net:3 mode"], ["deep", 0, "blocks.net:1 deep"], ["wide: 3", 0, "main.net:3 wide"], ["a with", 0, "main.net:10 a"], ["Y = 0", 0, "main.net:4 Y"],
  ])("of `%s`", (word, nth, expected) => {
    const { project, look, offset } = marked(at(main, word, nth), others);
    expect(shown(project, definition(look, offset)!.to)).toEqual([expected]);
  });

  it("goes into the library, and to the file that is imported", () => {
    const inLibrary = marked(at(blocks, "Conv(x"), {});
    expect(definition(inLibrary.look, inLibrary.offset)!.to[0].file).toBe("std/convolution.net");
    const imported = marked(at(main, "blocks.net"), others);
    expect(definition(imported.look, imported.offset)!.to).toEqual([{ file: "blocks.net", start: 0, end: 0 }]);
  });
});

describe("references", () => {
  it("are found in every file", () => {
    const { project, look, offset } = marked(at(main, "mode:"), others);
    expect(shown(project, finished(references(look, offset, true)))).toEqual(["main.net:3 mode", "main.net:5 mode", "main.net:10 mode"]);
    const option = marked(at(blocks, "dilation"), { "main.net": main }, "blocks.net");
    expect(shown(option.project, finished(references(option.look, option.offset, false)))).toEqual(["blocks.net:5 dilation", "main.net:5 dilation"]);
  });

  it("are highlighted in one file, declarations as written", () => {
    const { look, offset } = marked(at(main, "pair ="), others);
    expect(highlights(look, offset).map(({ write }) => write)).toEqual([true, false, false]);
  });
});

describe("variables of weights plans", () => {
  const networks = `block Tower(x: f32[B, C]) -> f32[B, C] {
  let layer[0] = x
  let layer[i] = Unit(layer[i - 1]) for i in 1..=2
  return layer[2]
}

block Unit(x: f32[B, C]) -> f32[B, C] {
  let up = Linear(x)
  return x + up
}
`;
  const plan = `import { Tower } from "networks.net"

model M {
  input x: f32[B, C = 4]
  let left = Tower(x)
  let right = Tower(left)
  output y: f32[B, C] = right
}

weights w of M from "w.safetensors" {
  for (theirs, ours) in ["l." -> left, "r." -> right], i in 0..2 {
    "{theirs}block.{i}.up.{weight, bias}" -> {ours}.layer.{i + 1}.up.{weight, bias}
  }
}
`;
  const files = { "networks.net": networks };
  it("has no mistake", () => {
    expect(marked(plan, files).look.compilation.diagnostics()).toEqual([]);
  });

  it.each([
    ["theirs, ours", "theirs", 2], ["theirs}", "theirs", 2], ["ours)", "ours", 2], ["ours}", "ours", 2], ["i in 0", "i", 3], ["i}", "i", 3], ["i + 1", "i", 3],
  ])("`%s` is found wherever it stands", (word, name, count) => {
    const { project, look, offset } = marked(at(plan, word), files);
    const found = shown(project, finished(references(look, offset, true)));
    expect(found.every((place) => place.endsWith(` ${name}`))).toBe(true);
    expect(found).toHaveLength(count);
    expect(highlights(look, offset).map(({ write }) => write)).toEqual([true, ...Array<boolean>(count - 1).fill(false)]);
    expect(definition(look, offset)!.to).toEqual([expect.objectContaining({ file: "main.net", start: look.source.text.indexOf(`${name}${name === "theirs" ? "," : name === "ours" ? ")" : " in 0"}`) })]);
  });

  it.each([
    ["theirs}", "prefix", ["for (prefix, ours)", "\"{prefix}block.{i}.up"]], ["ours)", "tower", ["(theirs, tower)", "-> {tower}.layer"]], ["i}", "n", ["n in 0..2", "block.{n}.up", "layer.{n + 1}.up"]],
  ])("`%s` becomes `%s` everywhere", (word, newName, expected) => {
    const { project, look, offset } = marked(at(plan, word), files);
    const edits = finished(rename(look, offset, newName));
    if ("refused" in edits) throw new Error(edits.refused);
    const text = applied(project, edits)["main.net"];
    for (const part of expected) expect(text).toContain(part);
    expect(marked(text, files).look.compilation.diagnostics()).toEqual([]);
  });

  it.each([["i}", "theirs", /another `theirs`/], ["i}", "bias", /another `bias`/], ["theirs}", "i", /another `i`/]])("`%s` does not become `%s`", (word, newName, reason) => {
    const { look, offset } = marked(at(plan, word), files);
    expect(finished(rename(look, offset, newName))).toEqual({ refused: expect.stringMatching(reason) });
  });

  it("a binding that two paths share is renamed in the plan too", () => {
    const { project, look, offset } = marked(at(networks, "layer[0]"), { "main.net": plan }, "networks.net");
    const edits = finished(rename(look, offset, "stage"));
    if ("refused" in edits) throw new Error(edits.refused);
    const texts = applied(project, edits);
    expect(texts["main.net"]).toContain("{ours}.stage.{i + 1}.up.{weight, bias}");
    expect(marked(texts["main.net"], { "networks.net": texts["networks.net"] }).look.compilation.diagnostics()).toEqual([]);
  });

  it("paths that name themselves end", () => {
    const { project, look, offset } = marked(at(plan.replace("-> left", "-> {ours}.layer"), "ours)"), files);
    expect(shown(project, finished(references(look, offset, true)))).toEqual(["main.net:11 ours", "main.net:12 ours"]);
  });
});

describe("rename", () => {
  it.each([
    ["Unit(image", "Stage", ["import { Stage, both", "let unit = Stage("], ["block Stage("]],
    ["dilation:", "spread", ["Unit(image, spread: wide"], ["spread: int = 1", "dilation: spread)"]],
    ["deep", "heavy", ["{ mode: heavy }"], ["plain | heavy", "heavy =>"]],
    ["second", "last", ["pair.last"], ["last: f32", "last: relu"]],
    ["Y, X]", "rows", ["f32[B, C = 8, rows, X]", "unit[rows = 0"], []],
    ["wide: int", "depth", ["config { depth:", "dilation: depth", "with { depth: 3"], []],
  ])("of `%s` to `%s`", (word, newName, inMain, inBlocks) => {
    const { project, look, offset } = marked(at(main, word), others);
    const edits = finished(rename(look, offset, newName));
    if ("refused" in edits) throw new Error(edits.refused);
    const texts = applied(project, edits);
    for (const part of inMain) expect(texts["main.net"]).toContain(part);
    for (const part of inBlocks) expect(texts["blocks.net"]).toContain(part);
    project.setText("main.net", texts["main.net"] ?? main);
    project.setText("blocks.net", texts["blocks.net"] ?? blocks);
    expect(project.look("main.net")!.compilation.diagnostics()).toEqual([]);
  });

  it.each([
    ["unit =", "image", /another `image`/], ["unit =", "let", /keyword/], ["unit =", "7up", /no name/], ["Unit(image", "unit", /capital letter/], ["Y, X]", "X", /another `X`/], ["wide: int", "mode", /another `mode`/],
  ])("of `%s` to `%s` is refused", (word, newName, reason) => {
    const { look, offset } = marked(at(main, word), others);
    expect(finished(rename(look, offset, newName))).toEqual({ refused: expect.stringMatching(reason) });
  });

  it("is refused in the library", () => {
    const { look, offset } = marked(at(blocks, "Conv(x"), {});
    expect(prepareRename(look, offset)).toEqual({ refused: expect.stringContaining("library") });
  });
});
