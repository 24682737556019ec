/** Computing values again changes nothing but what is kept; and the step in ONNX Runtime gives the interpreter's gradients. */
import { describe, expect, it } from "vitest";
import { constantValue, emptyFacts } from "../../compiler/dims/index.ts";
import { initialise } from "../../compiler/initialise.ts";
import { interpret } from "../../compiler/interpreter.ts";
import { topologicalOrder, rootsOf, type TensorData } from "../../compiler/ir/graph.ts";
import { verify } from "../../compiler/ir/verify.ts";
import { normalAt, streamOf, uniformAt } from "../../compiler/operators/random.ts";
import { createNetwork } from "../../compiler/training/maximum-flow.ts";
import { chooseRecomputation } from "../../compiler/training/recompute.ts";
import { stepGraph, type StepGraph } from "../../compiler/training/step.ts";
import { initialWeights } from "../../runtime/training/trainer.ts";
import { createStepEngine } from "../../runtime/training/step-engine.ts";
import { batches, perceptron, programOf, smallFlagship } from "./programs.ts";
import type { Compilation } from "../../compiler/compilation.ts";

function stepOf(compilation: Compilation, variant: string, batch: number): StepGraph {
  const [model] = compilation.rootModels;
  const loss = compilation.loss(compilation.trainingOf(model)[0], model, compilation.variantsOf(model).find(({ name }) => name === variant)!, { training: true, fixedSizes: new Map([["B", batch]]) });
  return stepGraph(loss.graph, loss.facts, () => false, { verify: true });
}

const shapeOf = (node: { readonly type: { readonly shape: readonly Parameters<typeof constantValue>[0][] } }): number[] => node.type.shape.map((size) => constantValue(size)!);

/** What the graph of a step gives in double precision, by output. */
function evaluated({ graph, random }: StepGraph, feeds: Readonly<Record<string, Float32Array | Int32Array>>, seed: number, draw: number): ReadonlyMap<string, TensorData> {
  const inputs = new Map<string, TensorData>();
  for (const node of graph.inputs) if (feeds[node.attributes.name]) inputs.set(node.attributes.name, { dtype: node.type.dtype, shape: shapeOf(node), data: Float64Array.from(feeds[node.attributes.name]) });
  for (const { name, key, distribution, node } of random) {
    const stream = streamOf(key, seed * 2 ** 32 + draw);
    const shape = shapeOf(node);
    inputs.set(name, { dtype: "f32", shape, data: Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => (distribution === "uniform" ? uniformAt(stream, i) : normalAt(stream, i))) });
  }
  const roots = [...graph.outputs, ...graph.updates.map(({ name, node }) => ({ name: `next/${name}`, node }))];
  const values = interpret(roots.map(({ node }) => node), { inputs, parameters: initialise([...graph.parameters, ...graph.states], seed) });
  return new Map(roots.map(({ name }, i) => [name, values[i]]));
}

/** The largest difference of an output, relative to the largest number of the first. */
const difference = (a: TensorData["data"] | Float32Array, b: TensorData["data"] | Float32Array): number => {
  let [most, largest] = [0, 0];
  for (let i = 0; i < a.length; i++) [most, largest] = [Math.max(most, Math.abs(a[i] - b[i])), Math.max(largest, Math.abs(a[i]))];
  return most / Math.max(largest, 1e-6);
};

const programs: readonly (readonly [string, () => Compilation, string])[] = [
  ["a perceptron", () => perceptron("  optimizer adam(lr: 1e-2)\n  batch 8"), "default"],
  ...["a", "g"].map((variant) => [`the small flagship, variant ${variant}`, () => smallFlagship("  optimizer adam(lr: 1e-3)\n  batch 4"), variant] as const),
];

describe.each(programs)("%s", (_, compilation, variant) => {
  const compiled = compilation();
  const program = programOf(compiled, variant);
  const step = stepOf(compiled, variant, program.section.batch);
  const chosen = chooseRecomputation(step.graph);

  it("keeps less than the backward part reads, and is sound", () => {
    expect(chosen.keptBytes).toBeLessThan(chosen.readBytes);
    expect(verify(chosen.graph, emptyFacts())).toEqual([]);
    const forward = new Set(topologicalOrder([step.graph.outputs[0], ...step.graph.updates].map(({ node }) => node)));
    const backward = topologicalOrder(rootsOf(chosen.graph)).filter((node) => !forward.has(node));
    const read = new Set(backward.flatMap((node) => node.inputs).filter((node) => forward.has(node) && !["parameter", "state", "input", "constant", "size"].includes(node.operator)));
    const kept = new Set(chosen.kept);
    for (const node of read) expect(kept.has(node), `${node.operator} ${node.path}`).toBe(true);
  });

  it("gives the same loss, gradients and states with and without, and in ONNX Runtime", async () => {
    const { feeds } = await batches(program, 4).batch(0, 1);
    const [plain, again] = [evaluated(step, feeds, 3, 7), evaluated({ ...step, graph: chosen.graph }, feeds, 3, 7)];
    for (const [name, value] of plain) expect(difference(value.data, again.get(name)!.data), name).toBeLessThan(1e-13);
    const engine = await createStepEngine(program, initialWeights(program, 3), 3);
    const result = await engine.run(feeds, 7);
    expect(Math.abs(result.loss - plain.get("loss")!.data[0])).toBeLessThan(1e-5);
    let largest = 0;
    for (const [, value] of plain) for (const number of value.data) largest = Math.max(largest, Math.abs(number));
    const scale = Math.sqrt(result.squaredNorm);
    for (const { path } of step.trainable.map(({ attributes }) => attributes)) {
      const wanted = plain.get(`gradient/${path}`)!.data;
      const own = Math.sqrt(wanted.reduce((total, each) => total + each * each, 0));
      const apart = Math.sqrt(result.gradientOf(path).reduce((total, each, i) => total + (each - wanted[i]) ** 2, 0));
      // A number beside the kink of an activation may lie on its other side in single precision. Some gradients are zero in truth (a bias before a norm), or nearly: they are compared with a hundredth of the whole gradient as well.
      expect(apart / (own + 1e-2 * scale), path).toBeLessThan(2e-3);
    }
    for (const [path, value] of result.states) expect(difference(plain.get(`next/${path}`)!.data, value), path).toBeLessThan(1e-4);
    await engine.dispose();
  });
});

describe("the minimum cut", () => {
  it("is the smallest of all cuts, on random networks", () => {
    let state = 5;
    const pick = (below: number): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) % below;
    for (let round = 0; round < 200; round++) {
      const vertices = 4 + pick(5);
      const edges = Array.from({ length: 3 * vertices }, () => [pick(vertices), pick(vertices), pick(9)] as const).filter(([a, b]) => a !== b);
      const network = createNetwork(vertices);
      for (const [a, b, capacity] of edges) network.edge(a, b, capacity);
      const side = network.sinkSide(0, 1);
      const cost = (isSink: (vertex: number) => boolean): number => edges.reduce((total, [a, b, capacity]) => total + (!isSink(a) && isSink(b) ? capacity : 0), 0);
      let best = Infinity;
      for (let bits = 0; bits < 2 ** (vertices - 2); bits++) best = Math.min(best, cost((vertex) => vertex === 1 || (vertex > 1 && ((bits >> (vertex - 2)) & 1) === 1)));
      expect(cost((vertex) => side[vertex] === 1)).toBe(best);
    }
  });
});
