/** Each kind of change alone, in programs of a few lines: what is said of it, and that nothing else is. */
import { describe, expect, it } from "vitest";
import { differenceOf, otherResults, type BlockDifference } from "../../compiler/difference.ts";
import type { Graph } from "../../compiler/ir/graph.ts";
import { compileText } from "../programs.ts";

function graphOf(text: string): Graph {
  const compilation = compileText(text);
  expect(compilation.diagnostics().filter(({ severity }) => severity === "error")).toEqual([]);
  return compilation.lower(compilation.models[0], compilation.variantsOf(compilation.models[0])[0]).graph;
}

const net = (body: string, blocks = ""): string => `${blocks}\nmodel M {\n  input x: f32[B, C = 8, Y = 16, X = 16]\n${body}\n}`;
const every = (block: BlockDifference): readonly BlockDifference[] => [block, ...block.children.flatMap(every)];

/** Everything that is said of the blocks whose change is their own. */
function said(first: string, second: string): readonly string[] {
  return every(differenceOf(graphOf(first), graphOf(second)).tree).filter(({ kind, itself }) => kind !== "same" && itself).flatMap((block) => {
    const { before, after, weights, operators, reads } = block;
    const path = (after ?? before)!.path || "the model";
    return [
      ...(block.kind === "changed" ? [] : [`${block.kind} ${block.kind === "moved" ? `${before!.path} to ` : ""}${path}`]),
      ...(before && after && before.block !== after.block ? [`${path}: ${before.block} -> ${after.block}`] : []),
      ...(before && after && otherResults(before, after) ? [`${path}: ${before.results.join()} -> ${after.results.join()}`] : []),
      ...(before && after ? weights : []).filter(({ type }) => type.before !== type.after).map((weight) => `${weight.path.after ?? weight.path.before}: ${weight.type.before} -> ${weight.type.after}`),
      ...operators.removed.map(({ operator, count }) => `${path} - ${operator} × ${count}`),
      ...operators.added.map(({ operator, count }) => `${path} + ${operator} × ${count}`),
      ...reads.map(({ at, before: old, after: now }) => `${path}: ${at} reads ${now}, not ${old}`),
    ];
  });
}

describe("one change at a time", () => {
  it("none: the order of the lines and comments play no part", () => {
    const [a, b] = ["  let a = Conv(x)", "  let b = Linear(x)"];
    const end = "  output y: f32[B, C, Y, X] = a + b";
    expect(said(net([a, b, end].join("\n")), net([b, "  // other words", a, end].join("\n")))).toEqual([]);
  });

  it("another width: the weight, the block's result, and the weight of who reads it", () => {
    const text = (out: number): string => net(`  let a = Conv(x, out: ${out})\n  output y: f32[B, C = 8, Y, X] = Conv(a, out: 8)`);
    expect(said(text(4), text(6))).toEqual([
      "a: f32[B, out = 4, Y = 16, X = 16] -> f32[B, out = 6, Y = 16, X = 16]",
      expect.stringMatching(/^a\.weight: .*4.* -> .*6/) as string,
      expect.stringMatching(/^a\.bias: .*4.* -> .*6/) as string,
      expect.stringMatching(/^y\.weight: .*4.* -> .*6/) as string,
    ]);
  });

  it("another kernel: the weight alone", () => {
    const text = (kernel: number): string => net(`  output y: f32[B, C, Y, X] = Conv(x, kernel: ${kernel})`);
    expect(said(text(3), text(5)).filter((line) => !line.includes("operator"))).toEqual(expect.arrayContaining([expect.stringMatching(/^y\.weight: .*3.* -> .*5/) as string]));
  });

  it("an option that no shape shows: the operators", () => {
    const text = (activation: string): string => net(`  output y: f32[B, C, Y, X] = ${activation}(x)`);
    expect(said(text("relu"), text("gelu"))).toEqual(["the model - relu × 1", "the model + gelu × 1"]);
    const dilated = (dilation: number): string => net(`  output y: f32[B, C, Y, X] = Conv(x, dilation: ${dilation})`);
    expect(said(dilated(1), dilated(2)).some((line) => line.includes("conv(dilation: [2, 2]"))).toBe(true);
  });

  it("another number: the constant", () => {
    const text = (by: string): string => net(`  output y: f32[B, C, Y, X] = x * ${by}`);
    expect(said(text("2.0"), text("3.0"))).toEqual(["the model - constant 2 × 1", "the model + constant 3 × 1"]);
  });

  it("another value that is read, deep inside a block: said where both stand", () => {
    const text = (input: string): string => net(`  let a = Conv(x)\n  let b = Conv(a)\n  let c = Mlp(${input})\n  output y: f32[B, C, Y, X] = c + b`);
    expect(said(text("a"), text("b"))).toEqual(["the model: c reads b, not a"]);
  });

  it("another output, of the same type", () => {
    const text = (value: string): string => net(`  let a = Conv(x)\n  let b = Conv(a)\n  output p: f32[B, C, Y, X] = ${value}\n  output q: f32[B, C, Y, X] = b`);
    expect(said(text("a"), text("b"))).toEqual(["the model: output p reads b, not a"]);
  });

  it("another name: moved, with all that is in it", () => {
    const text = (name: string): string => net(`  let ${name} = Mlp(x)\n  output y: f32[B, C, Y, X] = ${name}`);
    expect(said(text("mixer"), text("channels"))).toEqual(["moved mixer to channels"]);
  });

  it("put into a block: moved under its old name", () => {
    const wrapper = "block Aggregate(x: f32[B, C, Y, X]) -> f32[B, C, Y, X] {\n  let first = Conv(x)\n  let aggregate = Mlp(first)\n  return aggregate\n}";
    expect(said(net("  let fused = Mlp(x)\n  output y: f32[B, C, Y, X] = fused"), net("  let fused = Aggregate(x)\n  output y: f32[B, C, Y, X] = fused", wrapper))).toEqual(["added fused", "added fused.first", "moved fused to fused.aggregate"]);
  });

  it("of several of the same make, the one with the same result has moved", () => {
    const pyramid = "block Pyramid(x: f32[B, C, Y, X]) -> f32[B, C, Y, X] where Y >= 2, X >= 2 {\n  let small = Conv(pool.max(x, window: (Y: 2, X: 2)))\n  let large = Conv(x)\n  return large + resize(small, to: (Y: Y, X: X), mode: nearest)\n}";
    const found = said(net("  let level = Conv(x)\n  output y: f32[B, C, Y, X] = level"), net("  let level = Pyramid(x)\n  output y: f32[B, C, Y, X] = level", pyramid));
    expect(found).toContain("moved level to level.large");
    expect(found).toContain("added level.small");
  });

  it("another block in its place: replaced, and what both have inside is paired", () => {
    const [one, two] = ["One", "Two"].map((name) => `block ${name}(x: f32[B, C, Y, X]) -> f32[B, C, Y, X] {\n  let norm = LayerNorm(x)\n  let conv = Conv(norm${name === "Two" ? ", kernel: 1" : ""})\n  return conv\n}`);
    const text = (name: string, block: string): string => net(`  let unit = ${name}(x)\n  output y: f32[B, C, Y, X] = unit`, block);
    const found = said(text("One", one), text("Two", two));
    expect(found[0]).toBe("unit: One -> Two");
    expect(found.filter((line) => /added|removed|moved/.test(line))).toEqual([]);
    expect(found.some((line) => line.startsWith("unit.conv.weight: "))).toBe(true);
  });

  it("an input and an output that come and go", () => {
    const old = graphOf(net("  output y: f32[B, C, Y, X] = x"));
    const now = graphOf("model M {\n  input x: f32[B, C = 4, Y = 16, X = 16]\n  input m: f32[B]\n  output z: f32[B, C = 4, Y, X] = x * m\n}");
    const difference = differenceOf(old, now);
    expect(difference.inputs).toEqual([
      { name: "x", before: "f32[B, C = 8, Y = 16, X = 16]", after: "f32[B, C = 4, Y = 16, X = 16]" },
      { name: "m", before: undefined, after: "f32[B]" },
    ]);
    expect(difference.outputs.map(({ name, before, after }) => [name, before !== undefined, after !== undefined])).toEqual([["y", true, false], ["z", false, true]]);
  });
});
