/** Functions of a program are the blocks of the source: shared by their instances, with the numbers in which these differ as parameters, and well typed as a whole. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { planOf } from "../../backends/tfjs/functions/plan.ts";
import { isRegion, regionsOf, type Region } from "../../backends/tfjs/functions/regions.ts";
import { emptyFacts } from "../../compiler/dims/index.ts";
import type { Graph, Node } from "../../compiler/ir/graph.ts";
import { optimise } from "../../compiler/passes/index.ts";
import { chooseRecomputation } from "../../compiler/training/recompute.ts";
import { stepGraph } from "../../compiler/training/step.ts";
import { lowerTexts } from "../parity/golden.ts";
import { shrink } from "../parity/shrink.ts";
import { smallTraining, variantOf } from "../parity/small-training.ts";
import { complaints } from "./complaints.ts";
import { program, textOf } from "./program.ts";

const read = (name: string): string => readFileSync(new URL(`../../models/${name}`, import.meta.url), "utf8");
const inference = (variant: string): Graph => optimise(lowerTexts(new Map([["cd2fsan.net", shrink(read("cd2fsan.net"))], ["clip.net", read("clip.net")]]), { variant }), { facts: emptyFacts() });

function step(variant: string): Graph {
  const compilation = smallTraining("sgd(lr: 0.1)");
  const [model] = compilation.rootModels;
  const loss = compilation.loss(compilation.trainingOf(model)[0], model, variantOf(compilation, variant), { training: true, fixedSizes: new Map([["B", 4]]) });
  return chooseRecomputation(stepGraph(loss.graph, loss.facts, () => false, { makesComposites: true }).graph).graph;
}

/** The text of a function. */
const functionOf = (text: string, name: string): string => new RegExp(`^(?:export )?function ${name}\\([\\s\\S]*?^}`, "m").exec(text)![0];
const bodyOf = (text: string, name: string): readonly string[] => functionOf(text, name).split("\n").slice(1, -1).map((line) => line.trim());

describe("the blocks of CD2FSAN", () => {
  const text = textOf(program(inference("g")));

  it("twelve layers of each tower are a loop, and all of them one function, which is given the mask of the text tower or none", () => {
    expect(functionOf(text, "ViT").match(/EncoderLayer\(/g)!.length).toBeLessThan(5);
    expect(functionOf(text, "ViT")).toMatch(/for \(let i = \d+; i <= 12; i\+\+\) \{\n\s*layer\[i\] = EncoderLayer\(layer\[i - 1\], undefined, weights\.layer\[i\]\);/);
    expect(functionOf(text, "TextTransformer")).toMatch(/layer\[i\] = EncoderLayer\(layer\[i - 1\], mask, weights\.layer\[i\]\);/);
    expect(text.match(/^function EncoderLayer\d*\(/gm)).toHaveLength(1);
    expect(functionOf(text, "EncoderLayer")).toContain("MultiHeadAttention(LayerNorm(x, weights.norm_1), mask, weights.attention");
  });

  it("a function has the names of its block and its signature, and the shapes in words", () => {
    expect(functionOf(text, "MultiHeadAttention").split("\n")[0]).toBe("function MultiHeadAttention(query: Tensor, mask: Tensor | undefined, weights: MultiHeadAttentionWeights) {");
    expect(bodyOf(text, "attend")[0]).toMatch(/^const [QK] = .*; \/\/ \[B, .*\]$/);
    expect(bodyOf(text, "EncoderLayer")).toContainEqual(expect.stringMatching(/^const h = tf\.tidy\(\(\) => tf\.add\(x, MultiHeadAttention\(.*; \/\/ \[B, tok, C\]$/));
  });

  it("above a function stands what the source says of its block, with its place; behind a line what the source says there", () => {
    expect(text).toMatch(/\* A pre-norm transformer layer\. `rate` drops elements[\s\S]*?attention\.net:\d+[\s\S]*?eps: 0\.00001/);
    expect(functionOf(text, "FeatureSelection")).toContain("eq. 3");
  });

  it("what instances differ in is a parameter, everything else a number", () => {
    expect(functionOf(text, "DepthwiseConv").split("\n")[0]).toMatch(/, \w+: number/);
    expect(text).not.toMatch(/[\uE000-\uE00A]/);
  });

  it("the whole is short", () => expect(text.split("\n").length).toBeLessThan(800));
});

describe("a training step", () => {
  const graph = step("g");

  it("is well typed in strict mode", () => expect(complaints(program(graph))).toEqual([]));

  it("calls nothing before what it reads, with no value going out of a block and back", () => {
    const plan = planOf(graph);
    const check = (region: Region): void => {
      const done = new Set<Node>();
      for (const item of region.items) {
        const own = isRegion(item) ? item.nodes : new Set([item]);
        for (const node of own) for (const operand of plan.reads(node)) if (region.nodes.has(operand) && !own.has(operand)) expect(done.has(operand), `${node.operator} ${node.path}`).toBe(true);
        for (const node of own) done.add(node);
        if (isRegion(item)) check(item);
      }
      expect(done.size).toBe(region.nodes.size);
    };
    check(regionsOf(plan));
    expect(regionsOf(plan).nodes.size).toBe(plan.made.length);
  });
});
