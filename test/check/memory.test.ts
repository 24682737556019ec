/**
 * Memory figures against independent derivations: live sets by hand, training memory by its formula, and what gradients read against the gradient
 * graph itself, whose new nodes show which forward values they take.
 */
import { describe, expect, it } from "vitest";
import { bytesOf, costOf, elementsOf, sizeAt } from "../../compiler/cost.ts";
import { frozenOf } from "../../compiler/frozen.ts";
import { cotangents } from "../../compiler/gradient.ts";
import { createBuilder } from "../../compiler/ir/builder.ts";
import { rootsOf, topologicalOrder, type Graph, type Node } from "../../compiler/ir/graph.ts";
import { inferenceMemory, readByGradients, trainingMemory } from "../../compiler/memory.ts";
import { isFloat } from "../../compiler/operators/typing.ts";
import { compileFiles, compileText } from "../programs.ts";

const at = (B: number): ReadonlyMap<string, number> => new Map([["B", B]]);

function load(text: string): { readonly graph: Graph; readonly trained: Graph; readonly frozen: (path: string) => boolean } {
  const compilation = compileText(text);
  expect(compilation.diagnostics().filter(({ severity }) => severity === "error")).toEqual([]);
  const [model] = compilation.models;
  const [variant] = compilation.variantsOf(model);
  return { graph: compilation.lower(model, variant).graph, trained: compilation.lower(model, variant, { training: true }).graph, frozen: frozenOf(compilation.program, model) };
}

const perceptron = `model P {
  input x: f32[B, C = 100]
  let up = Linear(x, out: 50)
  output y: f32[B, C = 10] = Linear(relu(up), out: 10)
}`;

const plan = (rules: string): string => `${perceptron}\nweights w of P from "p.safetensors" {\n  fresh up, y\n  ${rules}\n}`;

/** Forward values that the nodes of the gradient graph take. */
function readByTheGradientGraph(graph: Graph, frozen: (path: string) => boolean): ReadonlySet<Node> {
  const forward = new Set(topologicalOrder(rootsOf(graph)));
  const build = createBuilder();
  const outputs = graph.outputs.filter(({ node }) => isFloat(node.type.dtype));
  const seeds = outputs.map(({ name, node }) => [node, build.within({ location: node.location, path: "" }, () => build.make("input", [], { name: `d_${name}`, shape: node.type.shape, dtype: node.type.dtype }))] as const);
  const wanted = graph.parameters.filter((node) => !frozen(node.attributes.path));
  const found = cotangents(build, seeds, wanted);
  const read = new Set<Node>();
  for (const node of topologicalOrder(found.flatMap((one) => one ?? []))) {
    if (forward.has(node)) continue;
    for (const input of node.inputs) if (forward.has(input)) read.add(input);
  }
  return read;
}

describe("inference", () => {
  it("is the largest set of values alive at once", () => {
    const { graph } = load(perceptron);
    const memory = inferenceMemory(graph, at(2));
    expect(memory.weights).toBe(4 * (100 * 50 + 50 + 50 * 10 + 10));
    // x [2, 100] and the product [2, 50], before the bias is added.
    expect(memory.peak).toBe(4 * (2 * 100 + 2 * 50));
    expect(sizeAt(memory.formula, at(2))).toBe(memory.peak);
    expect(sizeAt(memory.formula, at(7))).toBe(inferenceMemory(graph, at(7)).peak);
    expect(memory.live.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(memory.peak);
    expect(memory.peaks.get("")).toBe(memory.peak);
    expect(memory.peaks.get("y")!).toBeLessThan(memory.peak);
  });

  it("keeps what is used again later", () => {
    const text = (last: string): string => `model K {\n  input x: f32[B, C = 64]\n  let a = exp(x)\n  let b = exp(a)\n  let c = exp(b)\n  output y: f32[B, C] = ${last}\n}`;
    expect(inferenceMemory(load(text("c")).graph, at(1)).peak).toBe(4 * 64 * 2);
    expect(inferenceMemory(load(text("c + a")).graph, at(1)).peak).toBe(4 * 64 * 3);
  });
});

describe("training", () => {
  it("is four numbers for each parameter, and what gradients read", () => {
    const { trained } = load(perceptron);
    const memory = trainingMemory(trained);
    const parameters = 100 * 50 + 50 + 50 * 10 + 10;
    expect(sizeAt(memory.weights, at(1))).toBe(16 * parameters);
    expect(sizeAt(memory.total, at(8))).toBe(16 * parameters + sizeAt(memory.kept, at(8)));
    // x, and around relu its operand or its result, or both.
    expect(sizeAt(memory.kept, at(1))).toBeGreaterThanOrEqual(4 * (100 + 50));
    expect(sizeAt(memory.kept, at(1))).toBeLessThanOrEqual(4 * (100 + 50 + 50));
    expect(sizeAt(memory.kept, at(8))).toBe(8 * sizeAt(memory.kept, at(1)));
  });

  it("counts frozen weights once, and keeps nothing for them", () => {
    const all = load(plan(""));
    const { trained, graph, frozen } = load(plan("freeze up"));
    expect([frozen("up.weight"), frozen("y.weight"), frozen("upper.weight")]).toEqual([true, false, false]);
    const cost = costOf(graph, frozen);
    expect([sizeAt(cost.parameters, at(1)), sizeAt(cost.trainable, at(1))]).toEqual([5560, 510]);
    const [free, half] = [trainingMemory(all.trained, all.frozen), trainingMemory(trained, frozen)];
    expect(sizeAt(free.weights, at(1)) - sizeAt(half.weights, at(1))).toBe(3 * 4 * 5050);
    expect(sizeAt(half.kept, at(1))).toBe(4 * 50); // what y's product reads; not x
    expect(sizeAt(trainingMemory(trained, () => true).total, at(1))).toBe(4 * 5560);
  });

  it("of two plans, the one that training names decides", () => {
    const two = `${plan("freeze up")}\nweights v of P from "v.safetensors" {\n  fresh up, y\n  freeze y\n}`;
    expect(load(two).frozen("up.weight")).toBe(false);
    const train = "\ntrain P {\n  weights v\n  data folder(split: train) { x: f32[B, C = 100]  target: f32[B, C = 10] }\n  loss squared_error(y, target)\n  optimizer adam(lr: 1e-3)\n  epochs 1\n  batch 2\n}";
    const named = load(two + train);
    expect([named.frozen("up.weight"), named.frozen("y.weight")]).toEqual([false, true]);
  });

  const programs = ["models/cd2fsan.net", "examples/unet.net", "examples/gpt.net", "examples/resnet.net", "examples/swin_block.net", "examples/recurrent.net", "examples/squeeze_excite.net"];
  it.each(programs)("keeps every value that the gradient graph of %s reads", (file) => {
    const compilation = compileFiles(file);
    const [model] = compilation.models;
    const { graph } = compilation.lower(model, compilation.variantsOf(model)[0], { training: true });
    const isOwned = (node: Node): boolean => ["parameter", "state", "constant"].includes(node.operator);
    const isMade = (node: Node): boolean => ["size", "iota"].includes(node.operator); // made again at no cost
    const first = graph.parameters[0].attributes.path.split(".")[0];
    for (const frozen of [(): boolean => false, (path: string): boolean => path.split(".")[0] === first && graph.parameters.some((node) => node.attributes.path.split(".")[0] !== first)]) {
      const kept = readByGradients(graph, frozen);
      const read = [...readByTheGradientGraph(graph, frozen)].filter((node) => !isOwned(node) && !isMade(node) );
      expect(read.filter((node) => !kept.has(node)).map((node) => `${node.operator} ${node.path}`)).toEqual([]);
      const bytes = (nodes: Iterable<Node>): number => [...nodes].reduce((sum, node) => sum + sizeAt(elementsOf(node), new Map()) * bytesOf[node.type.dtype], 0);
      // The table says by operand what a rule may read, so some values are kept of which this derivative needs the other side alone.
      expect(bytes(kept) / bytes(read)).toBeLessThan(1.3);
    }
  });

  it("of the flagship's blocks adds up to the whole", () => {
    const compilation = compileFiles("models/cd2fsan.net");
    const [model] = compilation.models;
    const { graph } = compilation.lower(model, compilation.variantsOf(model)[0], { training: true });
    const memory = trainingMemory(graph);
    const parameters = sizeAt(costOf(graph).parameters, at(1));
    expect(sizeAt(memory.weights, at(1))).toBe(16 * parameters);
    const top = [...memory.blocks].filter(([path]) => path !== "" && !path.includes("."));
    expect(top.reduce((sum, [, own]) => sum + sizeAt(own.weights, at(1)), 0)).toBe(16 * parameters);
    expect(top.reduce((sum, [, own]) => sum + sizeAt(own.kept, at(8)), 0)).toBeLessThanOrEqual(sizeAt(memory.kept, at(8)));
  });
});
