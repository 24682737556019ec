/** Computing values again changes nothing but what is kept; and the step in ONNX Runtime gives the interpreter's gradients. */
import { describe, expect, it } from "vitest";
import { emptyFacts } from "../../compiler/dims/index.ts";
import { topologicalOrder, rootsOf, type Node } from "../../compiler/ir/graph.ts";
import { verify } from "../../compiler/ir/verify.ts";
import { createNetwork } from "../../compiler/training/maximum-flow.ts";
import { alikeIn } from "../../backends/tfjs/graph/alike.ts";
import { chooseRecomputation, type Recomputation } from "../../compiler/training/recompute.ts";
import { initialWeights } from "../../runtime/training/trainer.ts";
import { allOf } from "../../runtime/training/gradient.ts";
import { createStepEngine } from "../../runtime/training/step-engine.ts";
import { difference, evaluated, stepOf } from "./steps.ts";
import { batches, perceptron, programOf, smallFlagship } from "./programs.ts";
import type { Compilation } from "../../compiler/compilation.ts";

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
      const apart = Math.sqrt(allOf(result.gradientOf(path)).reduce((total, each, i) => total + (each - wanted[i]) ** 2, 0));
      // A number beside the kink of an activation may lie on its other side in single precision. Some gradients are zero in truth (a bias before a norm), or nearly: they are compared with a hundredth of the whole gradient as well.
      expect(apart / (own + 1e-2 * scale), path).toBeLessThan(2e-3);
    }
    for (const [path, value] of result.states) expect(difference(plain.get(`next/${path}`)!.data, value), path).toBeLessThan(1e-4);
    await engine.dispose();
  });
});

it("decides values with a common name together, at a price", () => {
  const compiled = smallFlagship("  optimizer adam(lr: 1e-3)\n  batch 4");
  const step = stepOf(compiled, "g", 4);
  const alike = alikeIn(step.graph);
  const options = { bytesPerOperation: 2 ** 14 };
  const [apart, together] = [chooseRecomputation(step.graph, options), chooseRecomputation(step.graph, { ...options, alike })];
  // Names of which one value is kept and another that is read is computed again.
  const torn = ({ kept, recomputed }: Recomputation): readonly string[] => {
    const names = (nodes: readonly Node[]): ReadonlySet<string> => new Set(nodes.flatMap((node) => alike(node)));
    const again = names(recomputed);
    return [...names(kept)].filter((name) => again.has(name));
  };
  expect(torn(apart).length).toBeGreaterThan(0);
  expect(torn(together)).toEqual([]);
  expect(together.keptBytes).toBeLessThan(together.readBytes);
  expect(verify(together.graph, emptyFacts())).toEqual([]);
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
