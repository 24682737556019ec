/** The view of a model: everything has a place, costs are those of the summary, shapes are written in the names of the block that they stand in. */
import { describe, expect, it } from "vitest";
import { costOf, sizeAt } from "../../compiler/cost.ts";
import { programOf } from "../../editor/view/model/view.ts";
import { everyNode, flagship, flagshipView, nodeAt, viewOfText, wiresOf } from "./views.ts";

describe("CD2FSAN, variant g", () => {
  const { document, graph } = flagshipView("g");
  const nodes = everyNode(document.root);
  const { sources } = programOf(flagship());

  it("is plain JSON, the same each time", () => {
    const text = JSON.stringify(document);
    expect(JSON.parse(text)).toEqual(document);
    expect(text).not.toContain("null");
  });

  it("every member has a place in a source, and an id of its own", () => {
    for (const { id, place } of nodes) {
      expect(place, id).toBeDefined();
      expect(place!.end, id).toBeGreaterThan(place!.start);
      expect(place!.end, id).toBeLessThanOrEqual(sources[place!.file].text.length);
    }
    expect(new Set(nodes.map(({ id }) => id)).size).toBe(nodes.length);
    expect(nodes.length).toBeGreaterThan(1000);
  });

  it.each(["a", "d", "g"])("parameters and MACs of variant %s are those of the summary, in total and per block", (variant) => {
    const { document, graph } = flagshipView(variant);
    const sizes = new Map(Object.entries(document.sizes));
    const cost = costOf(graph);
    expect([document.root.parameters, document.root.macs]).toEqual([sizeAt(cost.parameters, sizes), sizeAt(cost.macs, sizes)]);
    const paths = new Map(everyNode(document.root).flatMap((node) => (node.path ? [[node.path, node] as const] : [])));
    let compared = 0;
    const walk = (own: typeof cost): void => {
      const node = paths.get(own.path);
      if (node && !own.path.includes("project")) {
        expect([node.parameters, node.macs], own.path).toEqual([sizeAt(own.parameters, sizes), sizeAt(own.macs, sizes)]);
        compared++;
      }
      own.children.forEach(walk);
    };
    walk(cost);
    expect(compared).toBeGreaterThan(150);
  });

  it("every node of the graph stands in one member", () => {
    const { drafts } = flagshipView("g");
    const inDrafts = new Set(drafts.home.keys());
    const missing: string[] = [];
    const visit = [...graph.outputs.map(({ node }) => node)];
    const seen = new Set(visit);
    for (const node of visit) {
      if (!inDrafts.has(node)) missing.push(node.path);
      for (const input of node.inputs) if (!seen.has(input)) visit.push(input), seen.add(input);
    }
    expect(missing).toEqual([]);
  });

  it("shows what a person wrote: bindings, calls, families", () => {
    expect(document.root.children.map(({ kind, name, what }) => `${kind} ${name || "-"} ${what}`)).toEqual([
      "input image input", "input words input", "block vision ViT", "block text TextTransformer", "operation - [tok = 1..]", "operation grid[12] rearrange", "family class [tok = 0]", "block selection FeatureSelection",
      "operation - [tok = 1..]", "operation low rearrange", "operation - [tok = 1..]", "operation mid rearrange", "block fused Aggregate", "block aligned Align", "block mask MaskDecoder", "output mask output",
    ]);
    const family = nodeAt(document, "vision/layer[]");
    expect([family.kind, family.members, family.what]).toEqual(["family", 12, "EncoderLayer"]);
    expect(nodeAt(document, "vision/layer[3]").children.map(({ name, what }) => name || what)).toEqual(["norm_1", "attention", "h", "norm_2", "mlp", "add"]);
    expect(nodeAt(document, "vision/layer[3]").documentation).toMatch(/^A pre-norm transformer layer\./);
    const { place } = nodeAt(document, "vision/layer[3]/h");
    expect(sources[place!.file].text.slice(place!.start, place!.end)).toMatch(/^let h += x \+ \(if rate/);
  });

  it("an edge has the shape in the names of the block around, inputs and results those of the signature", () => {
    expect(wiresOf(document, document.root)).toEqual(expect.arrayContaining([
      "image -> vision [B, rgb = 3, Y = 480, X = 480]", "vision -> [tok = 1..] [B, tok = 901, C = 768]", "vision -> selection [B, tok = 901, C = 768] × 8", "text -> selection [B, C = 512]", "text -> aligned [B, T = 22, C = 512]",
      "fused -> aligned [B, C = 512, Y = 30, X = 30]", "mask -> mask [B, Y = 240, X = 240]",
    ]));
    const layer = nodeAt(document, "vision/layer[3]");
    expect(wiresOf(document, layer)).toEqual(expect.arrayContaining(["… -> norm_1 [B, tok = 901, C = 768]", "norm_1 -> attention [B, tok = 901, C = 768]", "attention -> h [B, tok = 901, C = 768]", "… -> h [B, tok = 901, C = 768]", "add -> … [B, tok = 901, C = 768]"]));
    const selection = nodeAt(document, "selection");
    expect(selection.inputs.map(({ name, count }) => `${name} ${count}`)).toEqual(["feature 8", "class 8", "sentence 1"]);
    expect(selection.results.map(({ name }) => name)).toEqual(["low", "mid"]);
    expect(nodeAt(document, "vision/layer[3]/attention").inputs.map(({ name }) => name)).toEqual(["query, memory"]);
    const mixed = nodeAt(document, "vision/layer[3]/attention/mixed");
    expect(document.types[mixed.inputs[1].type]).toEqual({ text: "[B, key = 901, C = 768]", numbers: [1, 901, 768] });
  });

  it("every wire ends at ports that are there, and every port has a wire", () => {
    for (const node of nodes) {
      const used = new Set<string>();
      for (const { from, to, count } of node.wires) {
        const start = from.child < 0 ? node.inputs[from.port] : node.children[from.child].results[from.port];
        const end = to.child < 0 ? node.results[to.port] : node.children[to.child].inputs[to.port];
        expect(start && end, node.id).toBeDefined();
        expect(count).toBeLessThanOrEqual(Math.min(start.count, end.count));
        used.add(`from ${from.child} ${from.port}`).add(`to ${to.child} ${to.port}`);
      }
      node.children.forEach((child, i) => {
        child.results.forEach((_, port) => expect(used.has(`from ${i} ${port}`), `${child.id} result ${port}`).toBe(true));
        child.inputs.forEach((_, port) => expect(used.has(`to ${i} ${port}`), `${child.id} input ${port}`).toBe(true));
      });
    }
  });
});

describe("small programs", () => {
  it("a layer that is applied twice has its weights once", () => {
    const { document } = viewOfText(`model Tied {
  input left: f32[B, C = 8]
  input right: f32[B, C = 8]
  let encode = Linear(out: 4)
  let a = encode(left)
  output gap: f32[B, C = 4] = a - encode(right)
}`);
    const linear = everyNode(document.root).filter(({ what }) => what === "Linear");
    expect(linear.map(({ parameters, shares }) => [parameters, shares])).toEqual([[36, undefined], [0, "a"]]);
    expect(document.root.parameters).toBe(36);
  });

  it("a table is one operation, however it is computed; free sizes stay in the shapes", () => {
    const { document } = viewOfText(`block wavy(x: f32[B, T, C]) -> f32[B, T, C] = x + [sin(0.1 * f32(t) * f32(c + 1)) for t in T, c in C]
model M {
  input x: f32[B, T, C = 8] where T % 2 == 0
  output y: f32[B, T, C] = wavy(x)
}`);
    const block = document.root.children.find(({ kind }) => kind === "block")!;
    expect(block.children.map(({ what }) => what)).toEqual(["table", "add"]);
    expect(document.sizes).toEqual({ B: 1, T: 2 });
    expect(document.types.find(({ text }) => text === "[B, T, C = 8]")!.numbers).toEqual([1, 2, 8]);
  });

  it("members of a family that are made one from another fold into one", () => {
    const { document } = viewOfText(`model Stack {
  config { depth: int = 5 }
  input x: f32[B, C = 4]
  let layer[0] = x
  let layer[i] = Linear(relu(layer[i - 1]))      for i in 1..=depth
  output y: f32[B, C] = layer[depth]
}`);
    const family = nodeAt(document, "layer[]");
    expect([family.members, family.children.length, family.inputs.length, family.results.length]).toEqual([5, 10, 1, 1]);
    expect(wiresOf(document, document.root)).toEqual(["x -> layer [B, C = 4]", "layer -> y [B, C = 4]"]);
  });

  it("an input that nothing reads is there", () => {
    const { document } = viewOfText("model M {\n  input x: f32[B, C = 4]\n  input _y: f32[B, C = 4]\n  output z: f32[B, C] = x\n}");
    expect(wiresOf(document, document.root)).toEqual(["x -> z [B, C = 4]"]);
    expect(document.root.children.map(({ kind, name }) => `${kind} ${name}`)).toEqual(["input x", "input _y", "output z"]);
  });
});
