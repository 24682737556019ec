/** A comparison in the page says of each block what `netc diff` says of it, and reads backwards as it reads forwards. */
import { describe, expect, it } from "vitest";
import { differenceOf, type BlockDifference } from "../../compiler/difference.ts";
import { compareViews } from "../../editor/view/model/difference.ts";
import { inverted } from "../../editor/view/model/inverted.ts";
import { mergeViews } from "../../editor/view/model/merge.ts";
import { everyNode, flagshipView, nodeAt, viewOfText, wiresOf } from "./views.ts";

const merged = (from: string, to: string): ReturnType<typeof mergeViews> => {
  const [before, after] = [flagshipView(from), flagshipView(to)];
  return mergeViews(before.document, after.document, compareViews(before, after));
};

describe.each([["d", "f"], ["a", "b"], ["f", "g"], ["a", "g"], ["g", "a"], ["g", "g"]])("CD2FSAN, %s to %s", (from, to) => {
  const document = merged(from, to);
  const nodes = everyNode(document.root);

  it("every block is marked as the difference of the graphs has it", () => {
    const { tree } = differenceOf(flagshipView(from).graph, flagshipView(to).graph);
    const kinds = new Map<string, string>();
    const walk = (block: BlockDifference): void => {
      kinds.set(block.after ? block.after.path : `-${block.before!.path}`, block.kind);
      block.children.forEach(walk);
    };
    walk(tree);
    let compared = 0;
    for (const { id, path, change } of nodes) {
      if (!path) continue;
      expect(change, `${id} (${path})`).toBe(kinds.get(change === "removed" ? `-${path}` : path));
      compared++;
    }
    expect(compared).toBeGreaterThan(150);
  });

  it("has everything of both, each once", () => {
    const ids = nodes.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id } of everyNode(flagshipView(to).document.root)) expect(ids).toContain(id);
    const [before, after] = [flagshipView(from).document.root, flagshipView(to).document.root];
    const leaf = (kind: string): number => nodes.filter((node) => node.kind === "parameter" && (kind === "before" ? node.change !== "added" : node.change !== "removed")).reduce((sum, node) => sum + (kind === "before" ? (node.before?.parameters ?? node.parameters) : node.parameters), 0);
    expect([leaf("before"), leaf("after")]).toEqual([before.parameters, after.parameters]);
  });

  it("wires lead to ports that are there", () => {
    for (const node of nodes) {
      for (const { from: start, to: end } of node.wires) {
        expect((start.child < 0 ? node.inputs : node.children[start.child].results)[start.port], node.id).toBeDefined();
        expect((end.child < 0 ? node.results : node.children[end.child].inputs)[end.port], node.id).toBeDefined();
      }
    }
  });
});

describe("what is said", () => {
  it("d to f: the alignment, which did nothing, has everything, and the decoder reads it", () => {
    const document = merged("d", "f");
    expect(document.root.children.filter(({ change }) => change !== "same").map(({ change, name }) => `${change} ${name}`)).toEqual(["changed aligned"]);
    expect(nodeAt(document, "aligned").children.every(({ change }) => change === "added")).toBe(true);
    expect(wiresOf(document, document.root).filter((wire) => /^(added|removed)/.test(wire))).toEqual([
      "added text -> aligned [B, T = 22, C = 512]", "added fused -> aligned [B, C = 512, Y = 30, X = 30]", "added aligned -> mask [B, C = 512, Y = 30, X = 30]", "removed fused -> mask [B, C = 512, Y = 30, X = 30]",
    ]);
  });

  it("f to g: in each unit one convolution takes the place of another", () => {
    const document = merged("f", "g");
    const unit = nodeAt(document, "mask/unit[0]");
    expect(unit.children.map(({ change, name, what }) => `${change} ${name || what}`)).toEqual(["added rotated", "same norm", "same leaky_relu", "removed plain"]);
    expect([unit.change, unit.before!.parameters! < unit.parameters]).toEqual(["changed", true]);
  });

  it("a to b: what moved says where it was", () => {
    const moved = everyNode(merged("a", "b").root).filter(({ change }) => change === "moved");
    expect(moved.map(({ path, before }) => [path, before!.path])).toEqual([["fused.L3", "fused"]]);
  });

  it("a variant does not differ from itself", () => {
    expect(everyNode(merged("g", "g").root).filter(({ change }) => change !== "same")).toEqual([]);
  });

  it("backwards, what was added is removed", () => {
    const [a, g] = [flagshipView("a"), flagshipView("g")];
    const back = mergeViews(g.document, a.document, inverted(compareViews(a, g)));
    const count = (document: typeof back, change: string): number => everyNode(document.root).filter((node) => node.change === change).length;
    const forth = merged("a", "g");
    expect([count(back, "removed"), count(back, "added"), count(back, "moved")]).toEqual([count(forth, "added"), count(forth, "removed"), count(forth, "moved")]);
  });

  it("a shape that changed is said with what it was", () => {
    const text = (width: number): string => `model M {
  input x: f32[B, C = 4]
  let y = Linear(x, out: ${width})
  output z: f32[B, C = ${width}] = relu(y)
}`;
    const [before, after] = [viewOfText(text(8)), viewOfText(text(16))];
    const document = mergeViews(before.document, after.document, compareViews(before, after));
    const y = nodeAt(document, "y");
    expect([y.change, y.before!.results, y.before!.parameters, y.parameters]).toEqual(["changed", ["[B, C = 8]"], 40, 80]);
    expect(document.root.children.map(({ name, what, change }) => `${change} ${name || what}`)).toEqual(["same x", "changed y", "changed z", "changed z"]);
  });
});
