/** Functions of a program are the blocks of the source: shared by their instances, with the numbers in which these differ as parameters, and well typed as a whole. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { planOf } from "../../backends/tfjs/plan.ts";
import { isRegion, regionsOf, type Region } from "../../backends/tfjs/regions.ts";
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
const functionOf = (text: string, name: string): string => new RegExp(`^function ${name}\\([\\s\\S]*?^}`, "m").exec(text)![0];

describe("the blocks of CD2FSAN", () => {
  const text = textOf(program(inference("g")));

  it("twelve layers of the image tower are one function, and those of the text tower another: they have a mask", () => {
    expect(functionOf(text, "viT").match(/= encoderLayer\(/g)).toHaveLength(12);
    expect(functionOf(text, "textTransformer").match(/= encoderLayer2\(/g)).toHaveLength(3);
    expect(text.match(/^function encoderLayer\d*\(/gm)).toHaveLength(2);
    expect(functionOf(text, "encoderLayer")).toContain("attention(norm1, weights.attention".replace("attention(", "multiHeadAttention("));
  });

  it("a function has the names of its block, and the shapes in words", () => {
    expect(functionOf(text, "encoderLayer").split("\n").slice(1, -1).map((line) => line.trim().replace(/ = .*?(?=;|$)/, ""))).toEqual([
      "const norm1; // [B, tok, over]", "const attention;", "norm1.dispose();", "const h; // [B, tok, C]", "attention.dispose();", "const norm2; // [B, tok, over]", "const mlp2;", "norm2.dispose();",
      "const y; // [B, tok, C]", "tf.dispose([h, mlp2]);", "return y;",
    ]);
  });

  it("what instances differ in is a parameter, everything else a number", () => {
    const units = text.match(/= unit\(.*\);/g)!;
    expect(new Set(units.map((call) => call.replace(/^= unit\([^,]+, weights\.unit\[\d\]/, ""))).size).toBeGreaterThan(1);
    expect(functionOf(text, "unit").split("\n")[0]).toMatch(/, (?:size|Y)\w*: number/);
    expect(text).not.toMatch(/[\uE000-\uE004]/);
  });

  it("the whole is short", () => expect(text.split("\n").length).toBeLessThan(1400));
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
