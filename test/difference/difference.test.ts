/** Differences on CD2FSAN's seven variants: totals are those that the costs count, and every weight and every block of both graphs stands in the tree once. */
import { describe, expect, it } from "vitest";
import { costOf, sizeAt, type BlockCost } from "../../compiler/cost.ts";
import { differenceOf, type BlockDifference } from "../../compiler/difference.ts";
import { configChanges, configOf } from "../../compiler/difference/config.ts";
import { compileFiles } from "../programs.ts";

const compilation = compileFiles("models/cd2fsan.net");
const [model] = compilation.models;
const one = new Map([["B", 1]]);
const variants = new Map(compilation.variantsOf(model).map((variant) => [variant.name, { variant, graph: compilation.lower(model, variant).graph }]));
const graphOf = (name: string) => variants.get(name)!.graph;

const every = (block: BlockDifference): readonly BlockDifference[] => [block, ...block.children.flatMap(every)];
const changed = (block: BlockDifference): readonly BlockDifference[] => every(block).filter(({ kind }) => kind !== "same");
const differences = new Map<string, ReturnType<typeof differenceOf>>();
function between(first: string, second: string): ReturnType<typeof differenceOf> {
  const key = `${first} ${second}`;
  if (!differences.has(key)) differences.set(key, differenceOf(graphOf(first), graphOf(second)));
  return differences.get(key)!;
}
/** `added fused.half`: what happened to each block whose change is its own, by its path now (or before, where it is gone). */
const story = (first: string, second: string): readonly string[] =>
  changed(between(first, second).tree).filter(({ itself }) => itself).map(({ kind, before, after }) => (kind === "moved" ? `moved ${before!.path} to ${after!.path}` : `${kind} ${(after ?? before)!.path}`));

const pairs = [..."abcdefg"].flatMap((first) => [..."abcdefg"].filter((second) => first !== second).map((second) => [first, second] as const));

describe.each(pairs)("%s -> %s", (first, second) => {
  const { tree } = between(first, second);

  it("totals are those of the two graphs, counted without the difference", () => {
    const [old, now] = [costOf(graphOf(first)), costOf(graphOf(second))];
    expect(tree.figures.before).toEqual({ parameters: old.parameters, macs: old.macs });
    expect(tree.figures.after).toEqual({ parameters: now.parameters, macs: now.macs });
  });

  it("every weight of either graph stands in it once, with its shape", () => {
    const weights = every(tree).flatMap((block) => block.weights);
    for (const [side, graph] of [["before", graphOf(first)], ["after", graphOf(second)]] as const) {
      const found = weights.filter((weight) => weight.path[side] !== undefined).map((weight) => weight.path[side]);
      expect([...found].sort()).toEqual([...graph.parameters, ...graph.states].map((node) => node.attributes.path).sort());
    }
  });

  it("every block of either graph stands in it once", () => {
    for (const [side, graph] of [["before", graphOf(first)], ["after", graphOf(second)]] as const) {
      const found = every(tree).flatMap((block) => block[side]?.path || []);
      expect([...found].sort()).toEqual([...graph.blocks!.keys()].sort());
    }
  });

  it("figures of a block in which nothing moved are those that the costs count at its path", () => {
    for (const [side, cost] of [["before", costOf(graphOf(first))], ["after", costOf(graphOf(second))]] as const) {
      for (const block of every(tree)) {
        const whole = every(block).every((inner) => inner[side] === undefined || inner.kind === "same" || inner.kind === "changed" || inner.kind === (side === "before" ? "removed" : "added"));
        const counted = block[side] && find(cost, block[side].path);
        if (!whole || !counted || every(tree).some(({ kind }) => kind === "moved")) continue;
        expect([block[side]!.path, sizeAt(block.figures[side].parameters, one), sizeAt(block.figures[side].macs, one)]).toEqual([counted.path, sizeAt(counted.parameters, one), sizeAt(counted.macs, one)]);
      }
    }
  });

  it("backwards is the same with the signs exchanged", () => {
    const back = between(second, first).tree;
    const count = (block: BlockDifference, kind: string): number => every(block).filter((inner) => inner.kind === kind).length;
    expect([count(back, "added"), count(back, "removed"), count(back, "moved")]).toEqual([count(tree, "removed"), count(tree, "added"), count(tree, "moved")]);
    expect(back.figures.after.macs).toBe(tree.figures.before.macs);
  });
});

function find(cost: BlockCost, path: string): BlockCost | undefined {
  return cost.path === path ? cost : cost.children.map((child) => find(child, path)).find((found) => found !== undefined);
}

describe("what is said of the rows of table 4", () => {
  it("a -> b: the fusion of the top becomes part of the aggregation", () => {
    expect(story("a", "b")).toEqual(expect.arrayContaining(["added fused", "added fused.half", "added fused.L1", "moved fused to fused.L3"]));
    expect(story("b", "a")).toContain("moved fused.L3 to fused");
    expect(between("a", "b").tree.reads).toEqual([{ at: "mask", before: "fused.L3", after: "fused" }]);
  });

  it("b -> c: only what is read differs", () => {
    const { tree } = between("b", "c");
    expect(tree.reads).toEqual([{ at: "grid.6", before: "vision.layer.4", after: "vision.layer.6" }, { at: "grid.9", before: "vision.layer.7", after: "vision.layer.9" }]);
    expect(changed(tree)).toEqual([tree]);
  });

  it("b -> d: a selection that the aggregation's inputs come from", () => {
    expect(between("b", "d").tree.reads).toEqual([{ at: "low", before: "vision", after: "selection" }, { at: "mid", before: "vision", after: "selection" }]);
    expect(story("b", "d").filter((line) => line.split(".").length === 1)).toEqual(["changed ", "added selection"]);
  });

  it("d -> f: the alignment, block by block", () => {
    const top = between("d", "f").tree.children.find(({ name }) => name === "aligned")!;
    expect(top.children.map(({ name, kind, figures }) => [name, kind, sizeAt(figures.after.parameters, one)])).toEqual([
      ["imc", "added", 1_864_192], ["tmc", "added", 3_410_944], ["self", "added", 1_579_008], ["cross", "added", 3_940_352],
    ]);
    expect(between("d", "f").tree.children.filter(({ kind }) => kind === "same").map(({ name }) => name)).toEqual(["vision", "text", "selection", "fused", "mask"]);
  });

  it("f -> g: the plain convolutions of the decoder's units become rotated ones", () => {
    const mask = between("f", "g").tree.children.find(({ name }) => name === "mask")!;
    expect(mask.children.map(({ name, kind }) => `${kind} ${name}`)).toEqual(["changed unit[0]", "changed unit[1]", "changed unit[2]", "changed unit[3]", "changed unit[4]", "same logit"]);
    expect(mask.children[0].children.map(({ name, kind }) => `${kind} ${name}`)).toEqual(["added rotated", "same norm", "removed plain"]);
    expect(sizeAt(mask.figures.after.parameters, one) - sizeAt(mask.figures.before.parameters, one)).toBe(14_189_845 - 3_543_809);
  });

  it("a graph does not differ from itself", () => {
    const again = differenceOf(graphOf("g"), compilation.lower(model, variants.get("g")!.variant).graph);
    expect(every(again.tree).filter(({ kind }) => kind !== "same")).toEqual([]);
    expect([...again.inputs, ...again.outputs].filter(({ before, after }) => before !== after)).toEqual([]);
  });

  it.each([
    ["a", "c", ["select: last -> fixed", "layers: [4, 7] -> [6, 9]"]],
    ["d", "f", ["align: none -> maam"]],
    ["g", "default", []],
  ])("config of %s and %s", (first, second, expected) => {
    const [old, now] = [first, second].map((name) => {
      const { variant } = variants.get(name)!;
      return configOf(model, variant.configuration, compilation.run(model, variant));
    });
    expect(configChanges(old, now).map(({ key, before, after }) => `${key}: ${before} -> ${after}`)).toEqual(expected);
  });
});
