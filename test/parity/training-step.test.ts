/**
 * A training step of the small CD2FSAN, all seven variants, against PyTorch's autograd: two derivations of every gradient that share nothing. The
 * reference interpreter in double precision, ONNX Runtime in single precision, and 100 steps of SGD.
 */
import { describe, expect, it } from "vitest";
import { trainingProgram } from "../../cli/training-program.ts";
import { constantValue } from "../../compiler/dims/index.ts";
import { interpret } from "../../compiler/interpreter.ts";
import type { Node, TensorData } from "../../compiler/ir/graph.ts";
import { gradientName, stepGraph } from "../../compiler/training/step.ts";
import type { TrainingProgram } from "../../runtime/training/program.ts";
import { allOf } from "../../runtime/training/gradient.ts";
import { createStepEngine } from "../../runtime/training/step-engine.ts";
import { createTrainer, initialWeights } from "../../runtime/training/trainer.ts";
import { parameterValue } from "./formula.ts";
import { inDouble } from "./in-double.ts";
import { batchOf, distanceOf, feedsOf, goldenStep, losses, rate, smallTraining, variantOf, variants, type GoldenStep } from "./small-training.ts";

const compilation = smallTraining(`sgd(lr: ${rate})`);
const [model] = compilation.rootModels;

/** Compiled once for all tests of a variant. */
const programs = new Map<string, TrainingProgram>();
function programOf(name: (typeof variants)[number]): TrainingProgram {
  if (!programs.has(name)) programs.set(name, trainingProgram(compilation, model, variantOf(compilation, name)));
  return programs.get(name)!;
}

const shapeOf = (node: Node): readonly number[] => node.type.shape.map((size) => constantValue(size)!);

/** Tensors further away than allowed. A gradient that is zero in exact arithmetic (a key's bias, one before a norm) is measured against this share of the largest. */
function beyond(found: ReadonlyMap<string, ArrayLike<number>>, kept: GoldenStep["gradients"], tolerance: number, share: number): readonly string[] {
  expect([...found.keys()].sort()).toEqual([...kept.keys()].sort());
  const floor = share * Math.max(...[...kept.values()].map(([norm]) => norm));
  return [...found].map(([path, data]) => [path, distanceOf(path, data, kept.get(path)!, floor)] as const).filter(([, far]) => !(far <= tolerance)).sort((a, b) => b[1] - a[1]).map(([path, far]) => `${path}: ${far}`);
}

describe("gradients in double precision are PyTorch's", () => {
  it.each(variants)("variant %s", (name) => {
    const train = compilation.trainingOf(model)[0];
    const loss = compilation.loss(train, model, variantOf(compilation, name), { training: true, fixedSizes: new Map([["B", 4]]) });
    const { graph, random, trainable } = stepGraph(inDouble(loss.graph), loss.facts, () => false);
    expect(random).toEqual([]);
    const golden = goldenStep(name);
    expect(trainable.map(({ attributes }) => attributes.path).sort()).toEqual([...golden.gradients.keys()].sort());
    const batch = batchOf(golden.batch);
    const inputs = new Map(graph.inputs.map((node): [string, TensorData] => [node.attributes.name, { dtype: node.type.dtype, shape: shapeOf(node), data: batch[node.attributes.name as keyof typeof batch] }]));
    const parameters = new Map([...graph.parameters, ...graph.states].map((node): [string, TensorData] => [node.attributes.path, { dtype: "f32", shape: shapeOf(node), data: parameterValue(node.attributes.path, shapeOf(node)) }]));
    const roots = [...graph.outputs, ...graph.updates];
    const values = interpret(roots.map(({ node }) => node), { inputs, parameters, sizes: new Map() });
    const byName = new Map(roots.map(({ name: own }, i) => [own, values[i].data]));
    expect(Math.abs(byName.get("loss")![0] - golden.loss)).toBeLessThan(1e-12);
    expect(beyond(new Map([...golden.gradients.keys()].map((path) => [path, byName.get(gradientName(path))!])), golden.gradients, 1e-10, 1e-4)).toEqual([]);
    expect(beyond(new Map(graph.updates.map(({ name: own }) => [own, byName.get(own)!])), golden.states, 1e-12, 0)).toEqual([]);
  });
});

describe("gradients on ONNX Runtime are PyTorch's", () => {
  it.each(variants)("variant %s", async (name) => {
    const program = programOf(name);
    const shapes = new Map([...program.parameters, ...program.states].map(({ path, shape }) => [path, shape]));
    const engine = await createStepEngine(program, initialWeights(program, 0, (path) => Float32Array.from(parameterValue(path, shapes.get(path)!))), 0);
    const golden = goldenStep(name);
    const result = await engine.run(feedsOf(golden.batch), 0);
    expect(Math.abs(result.loss - golden.loss)).toBeLessThan(1e-5);
    expect(beyond(new Map([...golden.gradients.keys()].map((path) => [path, allOf(result.gradientOf(path))])), golden.gradients, 1e-4, 1e-3)).toEqual([]);
    expect(beyond(result.states, golden.states, 1e-5, 0)).toEqual([]);
    const squares = [...golden.gradients.values()].reduce((sum, [norm]) => sum + norm * norm, 0);
    expect(Math.abs(Math.sqrt(result.squaredNorm / squares) - 1)).toBeLessThan(1e-5);
    await engine.dispose();
  });
});

it("100 steps of SGD lose what PyTorch loses", async () => {
  const program = programOf("g");
  const shapes = new Map([...program.parameters, ...program.states].map(({ path, shape }) => [path, shape]));
  const initial = (path: string): Float32Array => Float32Array.from(parameterValue(path, shapes.get(path)!));
  const feeds = Array.from({ length: 10 }, (_, step) => feedsOf(step));
  const trainer = await createTrainer(program, { batchesPerEpoch: 10, batch: (_, step) => Promise.resolve({ feeds: feeds[step] }) }, { seed: 0, steps: losses.length, initial, engine: { threads: 1 } }); // another test file has the other core
  const apart: number[] = [];
  for (const loss of losses) apart.push(Math.abs((await trainer.step()).loss - loss));
  await trainer.dispose();
  const mean = (some: readonly number[]): number => some.reduce((sum, loss) => sum + loss, 0) / some.length;
  expect(mean(losses.slice(-10))).toBeLessThan(mean(losses.slice(0, 10)) - 0.04); // over the same ten batches
  expect(Math.max(...apart)).toBeLessThan(1e-3);
});
