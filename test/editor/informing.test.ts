/** What tells something about a place: hovers, hints, colours, folds, lenses, faded arms. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { allVariants, codeLenses, costText, usersOf } from "../../editor/service/code-lenses.ts";
import { callableAt, incomingCalls, outgoingCalls } from "../../editor/service/call-hierarchy.ts";
import { bytesText, shortNumber } from "../../editor/service/costs.ts";
import { problemsOf } from "../../editor/service/diagnostics.ts";
import { hover } from "../../editor/service/hover.ts";
import { editsForMoves, links } from "../../editor/service/imports.ts";
import { building, inactiveArms } from "../../editor/service/inactive-arms.ts";
import { finished } from "../../compiler/long-work.ts";
import { inlayHints } from "../../editor/service/inlay-hints.ts";
import { outline, workspaceSymbols } from "../../editor/service/outline.ts";
import { importPath, normalised, resolved } from "../../editor/service/paths.ts";
import { semanticTokens } from "../../editor/service/semantic-tokens.ts";
import { folds, selectionRanges } from "../../editor/service/structure.ts";
import { repository } from "../programs.ts";
import { applied, marked } from "./service.ts";

const program = `//! A small network.
//! Its second line.

choice Norm = batch | none

/// A unit.
block Unit(x: f32[B, C, Y, X]; norm: Norm = batch) -> f32[B, C, Y, X] {
  let conv = Conv(x)
  let normed = BatchNorm(conv)
  return match norm { batch => relu(normed)  none => relu(conv) }
}

model M {
  config { norm: Norm = batch }
  input image: f32[B, C = 8, Y = 16, X = 16]
  let half = pool.max(image, window: (Y: 2, X: 2))
  let unit = Unit(half, norm: norm)
  output map: f32[B, C, Y = 8, X = 8] = unit
}

ablation norms of M {
  a "without" = { norm: none }
}
`;
const at = (word: string, nth = 0): string => {
  let place = -1;
  for (let i = 0; i <= nth; i++) place = program.indexOf(word, place + 1);
  return `${program.slice(0, place)}¦${program.slice(place)}`;
};
const flagship = { "models/clip.net": readFileSync(join(repository, "models/clip.net"), "utf8") };
const cd2fsan = readFileSync(join(repository, "models/cd2fsan.net"), "utf8");

describe("hover", () => {
  it.each([
    ["a binding with its sizes and where they come from", "half =", [/half: f32\[B, C = 8, Y = 8, X = 8\]/, /pool/, /`Y = 16`.*line 15/]],
    ["a block with its documentation and what it costs", "Unit(half", [/block Unit\(x: f32\[B, C, Y, X\]; norm: Norm = batch\)/, /A unit\./, /In `M` \(default\): 600 parameters/]],
    ["a binding of a block, for all sizes and in the variant", "conv = Conv", [/conv: f32\[B, C, Y, X\]/, /in default:/, /f32\[B, C = 8, Y = 8, X = 8\]/]],
    ["an operator", "max(image", [/pool\.max\(x, window/]],
    ["a layer of the library", "Conv(x)", [/block Conv\(/]],
    ["an alternative", "batch | none", [/choice Norm = batch \| none/]],
    ["a config key", "norm: Norm = batch }", [/norm: Norm = batch/, /config key of `M`/]],
    ["an option at a call", "norm: norm)", [/option of `Unit`/]],
    ["a row of an ablation", "a \"without\"", [/variant of `norms`/]],
    ["a keyword", "output", [/a result of the model/]],
  ])("tells %s", (_, word, expected) => {
    const { look, offset } = marked(at(word));
    const { markdown } = hover(look, offset + 1)!;
    for (const part of expected) expect(markdown).toMatch(part);
  });

  it("says nothing in a comment", () => {
    const { look, offset } = marked(at("small network"));
    expect(hover(look, offset)).toBeUndefined();
  });

  it("knows the other variant when it is chosen", () => {
    const { look, offset, project } = marked(at("M {"));
    project.choices = { variants: { M: "a" }, settings: {} };
    expect(hover(look, offset)!.markdown).toMatch(/In `M` \(a\): 584 parameters/);
  });
});

describe("diagnostics", () => {
  it("of a file name places in others, and mark what nothing uses", () => {
    const { project } = marked("import { half } from \"b.net\"\nmodel M {\n  input x: f32[B, C = 3]\n  let unused = relu(x)\n  output y: f32[B, C = 2] = half(x)\n}", { "b.net": "block half(x: f32[B, C]) -> f32[B, C = C / 2] where C % 2 == 0 = x[C = 0..C / 2]\n" });
    const [wrong] = finished(problemsOf(project, "main.net"));
    expect(wrong).toMatchObject({ code: "NET0304", severity: "error", file: "main.net" });
    expect(wrong.related.map(({ file }) => file)).toContain("b.net");
    const idle = marked("model M {\n  input x: f32[B, C = 3]\n  let unused = relu(x)\n  output y: f32[B, C] = x\n}");
    expect(finished(problemsOf(idle.project, "main.net"))).toMatchObject([{ code: "NET0818", unnecessary: true }]);
  });

  it("that an importing file finds stand in the file that is imported", () => {
    const { project } = marked("import { f } from \"b.net\"\nmodel M {\n  input x: f32[B, C = 3]\n  output y: f32[B, C] = f(x)\n}", { "b.net": "block f(x: f32[B, C]) -> f32[B, C] = x + z\n" });
    expect(finished(problemsOf(project, "b.net")).map(({ code }) => code)).toEqual(["NET0101"]);
  });
});

describe("inlay hints", () => {
  const all = { start: 0, end: 1e6 };
  const labels = (text: string, kinds: Partial<Parameters<typeof inlayHints>[2]>): readonly string[] => finished(inlayHints(marked(text).look, all, { shapes: false, names: false, sizes: false, ...kinds })).map(({ label }) => label);
  it("show shapes, names of inputs and solved sizes, each kind by itself", () => {
    expect(labels(program, { shapes: true })).toEqual([": f32[B, C, Y, X]", ": f32[B, C, Y, X]", ": f32[B, C = 8, Y = 8, X = 8]", ": f32[B, C = 8, Y = 8, X = 8]"]);
    expect(labels(program, { sizes: true })).toContain(" ⟨C = 8, Y = 8, X = 8⟩");
    const attention = "block f(x: f32[B, tok, C], y: f32[B, key, C]) -> f32[B, tok, C] where C % 8 == 0 {\n  let seen = MultiHeadAttention(x, y, heads: 8)\n  return seen\n}";
    expect(labels(attention, { names: true })).toEqual(["query: ", "memory: "]);
    expect(labels(program, {})).toEqual([]);
  });
});

describe("code lenses", () => {
  it("tell the cost of a block and of a model, and who uses it", () => {
    const { look } = marked(program);
    expect(codeLenses(look).map(({ kind, item }) => `${kind} ${item}`)).toEqual(["cost Unit", "users Unit", "cost M", "variant M", "check M", "graph M"]);
    expect(finished(costText(look, "Unit"))).toMatch(/^600 parameters, .* MACs, .* alive \(M, default; B = 1\)$/);
    expect(finished(costText(look, "M"))).toMatch(/^600 parameters/);
    expect(finished(usersOf(look, "BatchNorm"))).toBe("in M");
    expect(finished(allVariants(look, look.compilation.models[0])).map(({ variant, text }) => `${variant} ${text.split(",")[0]}`)).toEqual(["default 600 parameters", "a 584 parameters"]);
  });
});

describe("code lenses of blocks without weights", () => {
  const uses = `block doubled(x: f32[B, C]) -> f32[B, C] = mixed(x) + x
block mixed(x: f32[B, C]) -> f32[B, C] = einsum(x[B, C], x[B, D = C] -> [B, C])
block unused(x: f32[B, C]) -> f32[B, C] = x * 2.0
block Layer(x: f32[B, C]) -> f32[B, C] = Linear(doubled(x), out: C)
model M {
  input x: f32[B, C = 4]
  let once = Layer(x)
  output y: f32[B, C] = doubled(once)
}
`;
  it("tell what its operations cost, wherever they are used, those of blocks that it calls among them", () => {
    const { look } = marked(uses);
    expect(look.compilation.diagnostics().filter(({ severity }) => severity === "error")).toEqual([]);
    // A sum over D does without products: 4 products remain in each of two uses, and the 16 of the layer are not theirs.
    expect(finished(costText(look, "mixed"))).toMatch(/^0 parameters, 8 MACs, \d+ B alive \(M, default; B = 1\)$/);
    expect(finished(costText(look, "doubled"))).toMatch(/^0 parameters, 8 MACs/);
    expect(finished(costText(look, "Layer"))).toMatch(/^20 parameters, 20 MACs/);
    expect(finished(usersOf(look, "doubled"))).toBe("in every variant (1)");
  });

  it("say where there are none, and of which model", () => {
    const { look } = marked(uses);
    expect(finished(costText(look, "unused"))).toBe("no operations (M, default)");
    expect(finished(usersOf(look, "unused"))).toBe("in no variant");
    expect(finished(costText(marked(uses.slice(0, uses.indexOf("model M"))).look, "doubled"))).toBeUndefined();
  });
});

describe("numbers", () => {
  it.each([[0, "0"], [999, "999"], [1_000, "1k"], [1_234_567, "1.23M"], [100_000_000, "100M"], [150_400_000, "150M"], [999_999, "1M"], [2e13, "20T"]])("%d is told as %s", (value, text) => {
    expect(shortNumber(value)).toBe(text);
  });
  it.each([[12, "12 B"], [1_500, "1.50 kB"], [999_999_999, "1.00 GB"], [3e12, "3.00 TB"]])("%d bytes are told as %s", (value, text) => {
    expect(bytesText(value)).toBe(text);
  });
});

describe("inactive arms", () => {
  it("are those that the chosen variant does not have", () => {
    const { look, project } = marked(program);
    const built = (): typeof look => (finished(building(look)), look);
    expect(inactiveArms(look)).toEqual([]); // nothing was built yet
    const texts = (): readonly string[] => inactiveArms(built()).map(({ start, end }) => look.source.text.slice(start, end));
    expect(texts()).toEqual(["relu(conv)"]);
    project.choices = { variants: { M: "a" }, settings: {} };
    expect(texts()).toEqual(["relu(normed)"]);
    project.choices = { variants: {}, settings: { M: { norm: "none" } } };
    expect(texts()).toEqual(["relu(normed)"]);
  });

  it("of the flagship change with its variant", () => {
    const { look, project } = marked(cd2fsan, flagship, "models/cd2fsan.net");
    const lines = (): readonly string[] => (finished(building(look)), inactiveArms(look)).map(({ start, end }) => look.source.text.slice(start, end).split("(")[0]);
    const full = lines();
    expect(full).toContain("Fuse");
    project.choices = { variants: { CD2FSAN: "a" }, settings: {} };
    expect(lines()).not.toEqual(full);
  });
});

describe("structure", () => {
  it("symbols of a document form a tree", () => {
    const [choice, unit, model, ablation] = outline(marked(program).look);
    expect([choice.name, unit.name, model.name, ablation.name]).toEqual(["Norm", "Unit", "M", "norms"]);
    expect(unit.children.map(({ name }) => name)).toEqual(["x", "norm", "conv", "normed"]);
    expect(ablation.children).toMatchObject([{ name: "a", detail: "without" }]);
  });

  it("symbols of the workspace are found by their letters", () => {
    const { project } = marked(cd2fsan, flagship, "models/cd2fsan.net");
    expect(finished(workspaceSymbols(project, "slfatt")).map(({ name }) => name)).toEqual(["SelfAttention"]);
    expect(finished(workspaceSymbols(project, "texttr")).map(({ location }) => location.file)).toEqual(["models/clip.net"]);
  });

  it("folds items, bodies, comments and the parts under titles", () => {
    const { look } = marked(cd2fsan, flagship, "models/cd2fsan.net");
    const text = (kind: string | undefined): readonly string[] => folds(look).filter((fold) => fold.kind === kind).map(({ start }) => look.source.text.slice(start, start + 30).split("\n")[0]);
    expect(text("region")).toHaveLength(4);
    expect(text("comment").length).toBeGreaterThan(1);
    expect(text(undefined)).toEqual(expect.arrayContaining([expect.stringMatching(/^model CD2FSAN/), expect.stringMatching(/^weights clip/)]));
  });

  it("a selection grows from a word to the file", () => {
    const { look, offset } = marked(at("relu(normed)"));
    const texts = selectionRanges(look, offset + 6).map(({ start, end }) => look.source.text.slice(start, end));
    expect(texts.slice(0, 2)).toEqual(["normed", "relu(normed)"]);
    for (let i = 1; i < texts.length; i++) expect(texts[i]).toContain(texts[i - 1]);
    expect(texts.at(-1)).toContain("ablation norms");
  });

  it("words have the colours of what they mean", () => {
    const { look } = marked(program);
    const tokens = finished(semanticTokens(look)).map(({ start, end, type, modifiers }) => `${look.source.text.slice(start, end)} ${[type, ...modifiers].join(".")}`);
    for (const expected of ["choice keyword", "Norm enum.declaration", "batch enumMember.declaration", "Unit class.declaration", "C typeParameter.declaration", "Conv class.defaultLibrary", "norm property.declaration.readonly", "half variable", "relu function.defaultLibrary"]) expect(tokens).toContain(expected);
  });
});

describe("calls and files", () => {
  it("calls lead to callers and to what is called, the library included", () => {
    const { look, offset, project } = marked(at("Unit(x"));
    const unit = callableAt(look, offset)!;
    expect(finished(incomingCalls(project, unit.file, unit.name)).map(({ other }) => other.name)).toEqual(["M"]);
    expect(outgoingCalls(project, unit.file, unit.name).map(({ other }) => `${other.file} ${other.name}`)).toEqual(["std/convolution.net Conv", "std/normalisation.net BatchNorm", "std/activations.net relu"]);
  });

  it("imports are links, and follow a file that moves", () => {
    const { look, project } = marked("import { f } from \"lib/b.net\"\nblock g(x: f32[B]) -> f32[B] = f(x)\n", { "lib/b.net": "import { h } from \"c.net\"\nblock f(x: f32[B]) -> f32[B] = h(x)\n", "lib/c.net": "block h(x: f32[B]) -> f32[B] = x\n" });
    expect(links(look).map(({ file }) => file)).toEqual(["lib/b.net"]);
    expect(applied(project, finished(editsForMoves(project, new Map([["lib/c.net", "c.net"]]))))["lib/b.net"]).toContain("from \"../c.net\"");
    expect(applied(project, finished(editsForMoves(project, new Map([["lib", "blocks"]]))))["main.net"]).toContain("from \"blocks/b.net\"");
  });

  it("paths are plain text", () => {
    expect(normalised("/a/./b/../c.net")).toBe("/a/c.net");
    expect(resolved("../x.net", "/a/b/c.net")).toBe("/a/x.net");
    expect(importPath("/a/x.net", "/a/b/c.net")).toBe("../x.net");
  });
});
