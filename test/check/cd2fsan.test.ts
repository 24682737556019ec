/** CD2FSAN has the parameters and multiply-accumulates that its specification counts, in all seven variants and block by block. */
import { describe, expect, it } from "vitest";
import { costOf, sizeAt, type BlockCost } from "../../compiler/cost.ts";
import { compileFiles } from "../programs.ts";

const compilation = compileFiles("models/cd2fsan.net");
const [model] = compilation.models;
const one = new Map([["B", 1]]);
const costs = new Map(compilation.variantsOf(model).map((variant) => [variant.name, costOf(compilation.lower(model, variant).graph)]));

function block(variant: string, path: string): BlockCost {
  let current = costs.get(variant)!;
  for (;;) {
    if (current.path === path) return current;
    current = current.children.find((child) => path === child.path || path.startsWith(`${child.path}.`))!;
  }
}

const parameters = (cost: BlockCost): number => sizeAt(cost.parameters, one);
const macs = (cost: BlockCost): number => sizeAt(cost.macs, one);

describe("totals of table 4", () => {
  it.each([
    ["a", 153_679_105, 139.527],
    ["b", 170_926_849, 142.369],
    ["c", 170_926_849, 142.369],
    ["d", 175_779_849, 142.377],
    ["e", 181_561_353, 147.266],
    ["f", 186_574_345, 149.005],
    ["g", 197_220_381, 149.313],
  ])("variant %s", (name, count, giga) => {
    expect(parameters(costs.get(name)!)).toBe(count);
    expect(macs(costs.get(name)!) / 1e9).toBeCloseTo(giga, 3);
  });
});

describe("blocks of variant g", () => {
  it.each([
    ["vision", 86_338_560, 92_020.1],
    ["vision.layer.3", 7_087_872, 7_624.1],
    ["text", 63_137_792, 836.4],
    ["text.layer.12", 3_152_384, 69.7],
    ["selection", 4_853_000, 7.6],
    ["fused", 17_906_688, 3_196.8],
    ["fused.middle", 5_309_952, 1_194.4],
    ["aligned", 10_794_496, 6_628.1],
    ["aligned.imc", 1_864_192, 1_669.5],
    ["aligned.imc.branch_2", 272_896, 242.8],
    ["aligned.imc.merge", 787_456, 707.8],
    ["aligned.tmc", 3_410_944, 75.0],
    ["aligned.self", 1_579_008, 2_245.0],
    ["mask", 14_189_845, 46_623.7],
    ["mask.unit.0", 4_728_836, 1_108.3],
    ["mask.unit.1", 2_364_676, 554.1],
    ["mask.unit.4", 2_364_676, 34_127.8],
    ["mask.logit", 2_305, 132.7],
  ])("%s", (path, count, mega) => {
    expect(parameters(block("g", path))).toBe(count);
    // The specification rounds each line, and sums rounded lines.
    expect(Math.abs(macs(block("g", path)) / 1e6 - mega)).toBeLessThan(0.07);
  });
});

it("parameters have the paths that the weights plan and papers speak of", () => {
  const { graph } = compilation.lower(model, compilation.variantsOf(model).find((variant) => variant.name === "g")!);
  const paths = graph.parameters.map((node) => node.attributes.path);
  expect(new Set(paths).size).toBe(paths.length);
  expect(paths).toEqual(expect.arrayContaining(["vision.class", "vision.patches.weight", "vision.layer.3.attention.q.weight", "text.token.weight", "mask.unit.0.rotated.weight", "mask.unit.0.rotated.routing.theta.weight"]));
});
