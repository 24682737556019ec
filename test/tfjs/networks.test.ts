/**
 * Every layer of the library, both towers of CLIP and the seven variants of the small CD2FSAN: forward, and netc's gradient for every parameter and input,
 * as one program without the tape, against the reference interpreter in double precision. Nothing may be left behind by any call.
 */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import type { TfjsProgram } from "../../backends/tfjs/index.ts";
import { constantValue, emptyFacts } from "../../compiler/dims/index.ts";
import { gradients } from "../../compiler/gradient.ts";
import { interpret } from "../../compiler/interpreter.ts";
import { createBuilder } from "../../compiler/ir/builder.ts";
import { rootsOf, type Graph, type Node, type NodeOf, type TensorData } from "../../compiler/ir/graph.ts";
import { countOf } from "../../compiler/operators/strides.ts";
import { optimise } from "../../compiler/passes/index.ts";
import { chooseRecomputation } from "../../compiler/training/recompute.ts";
import { gradientName, stepGraph } from "../../compiler/training/step.ts";
import { difference } from "../operators/instance.ts";
import { cases } from "../parity/cases.ts";
import { between, parameterValue } from "../parity/formula.ts";
import { lowerTexts, surroundingsOf, type GoldenCase } from "../parity/golden.ts";
import clipGolden from "../parity/golden/clip.json";
import variantsGolden from "../parity/golden/cd2fsan.json";
import libraryGolden from "../parity/golden/library.json";
import { towers } from "../parity/towers.ts";
import { shrink } from "../parity/shrink.ts";
import { batchOf, smallTraining, variantOf, variants } from "../parity/small-training.ts";
import { program, run, testedBackends, useBackend, type Ran } from "./program.ts";

const FORWARD = 1e-5;
const BACKWARD = 1e-4;

const read = (name: string): string => readFileSync(new URL(`../../models/${name}`, import.meta.url), "utf8");

/** What a program is given, and what the interpreter makes of it. */
interface Case {
  readonly graph: Graph;
  readonly inputs: ReadonlyMap<string, TensorData>;
  readonly parameters: ReadonlyMap<string, TensorData>;
  readonly expected: ReadonlyMap<string, TensorData>;
  /** Built once, for all backends. */
  readonly program: () => TfjsProgram;
}

function caseOf(graph: Graph, inputs: Case["inputs"], parameters: Case["parameters"], sizes: ReadonlyMap<string, number>): Case {
  const values = interpret(rootsOf(graph), { inputs, parameters, sizes });
  const names = [...graph.outputs.map(({ name }) => name), ...graph.updates.map(({ name }) => `next/${name}`)];
  return { graph, inputs, parameters, expected: new Map(names.map((name, i) => [name, values[i]])), program: remembered(() => program(graph)) };
}

/** The outputs and the gradients of their sum, weighted by formula, as one graph; of what has no output of floats, the outputs alone. */
function withGradients(lowered: Graph, golden: GoldenCase): Case {
  const { inputs, parameters, sizes } = surroundingsOf(lowered, golden);
  const build = createBuilder();
  const given = new Map(inputs);
  const cotangents: NodeOf<"input">[] = [];
  const [{ node: first }] = lowered.outputs;
  const wanted: readonly Node[] = [...lowered.parameters, ...lowered.inputs.filter(({ type }) => type.dtype === "f32")];
  const slopes = build.within({ location: first.location, path: "parity" }, () => {
    const parts = lowered.outputs.map(({ name, node }) => {
      const key = `cotangent_${name}`;
      const { shape } = golden.outputs[name];
      given.set(key, { dtype: "f32", shape, data: between(key, shape, -1, 1) });
      const weights = build.make("input", [], { name: key, dtype: "f32", shape: node.type.shape });
      cotangents.push(weights as NodeOf<"input">);
      return build.reduce("sum", build.mul(node, weights), node.type.shape.map((_, axis) => axis));
    });
    return gradients(build, parts.reduce((a, b) => build.add(a, b)), wanted);
  });
  const found = wanted.flatMap((node, i) => (slopes[i] ? [{ name: gradientName(node.operator === "parameter" ? node.attributes.path : `input:${i}`), node: slopes[i] }] : []));
  expect(found.length).toBeGreaterThan(0);
  const joint = optimise({ ...lowered, inputs: [...lowered.inputs, ...cotangents], outputs: [...lowered.outputs, ...found] }, { facts: emptyFacts(), training: true });
  return caseOf(joint, given, parameters, sizes ?? new Map());
}

const norm = (data: Float64Array): number => Math.sqrt(data.reduce((sum, each) => sum + each * each, 0));

/** How far a gradient is from another, as a share of its norm; one that is zero in exact arithmetic (a key's bias, one before a norm) is measured against `floor`. */
const apart = (own: TensorData, wanted: TensorData, floor: number): number => (own.shape.join() === wanted.shape.join() ? norm(own.data.map((each, i) => each - wanted.data[i])) / Math.max(norm(wanted.data), floor) : Infinity);

/** Those further away than allowed, and what is left behind. */
function beyond({ graph, inputs, parameters, expected }: Case, { values, left }: Ran): readonly string[] {
  const isGradient = (name: string): boolean => name.startsWith("gradient/");
  const floor = 1e-3 * Math.max(0, ...[...expected].filter(([name]) => isGradient(name)).map(([, { data }]) => norm(data)));
  expect([...values.keys()].sort()).toEqual([...expected.keys()].sort());
  expect(graph.inputs.every(({ attributes: { name } }) => inputs.has(name)) && graph.parameters.every(({ attributes: { path } }) => parameters.has(path))).toBe(true);
  const far = [...expected].flatMap(([name, wanted]) => {
    const own = values.get(name)!;
    const found = isGradient(name) ? apart(own, wanted, floor) : difference(own, wanted);
    return found <= (isGradient(name) ? BACKWARD : FORWARD) ? [] : [`${name}: ${found}`];
  });
  return [...far, ...left.filter(({ tensors, bytes }) => tensors !== 0 || bytes !== 0).map(({ tensors, bytes }, call) => `call ${call}: ${tensors} tensors and ${bytes} bytes are left`)];
}

const agrees = (of: Case): void => expect(beyond(of, run(of.program(), of.inputs, of.parameters))).toEqual([]);

/** As one function for everything. */
const agreesFlat = (of: Case): void => expect(beyond(of, run(program(of.graph, { functions: "one" }), of.inputs, of.parameters))).toEqual([]);

/** Computed once, for all backends. */
function remembered<Value>(make: () => Value): () => Value {
  let value: Value | undefined;
  return () => (value ??= make());
}

const layers = (libraryGolden as unknown as readonly GoldenCase[]).map((golden) => [golden.name, remembered(() => withGradients(lowerTexts(new Map([["case.net", cases[golden.name].text]]), { training: golden.training }), golden))] as const);
const clip = (clipGolden as unknown as readonly GoldenCase[]).map((golden) => [golden.name, remembered(() => withGradients(lowerTexts(new Map([["tower.net", towers[golden.name]], ["clip.net", read("clip.net")]])), golden))] as const);

const inference = (variantsGolden as unknown as readonly GoldenCase[]).map((golden) => [golden.name, remembered(() => {
  const lowered = lowerTexts(new Map([["cd2fsan.net", shrink(read("cd2fsan.net"))], ["clip.net", read("clip.net")]]), { variant: golden.name });
  const { inputs, parameters, sizes } = surroundingsOf(lowered, golden);
  return caseOf(optimise(lowered, { facts: emptyFacts() }), inputs, parameters, sizes ?? new Map());
})] as const);

const shapeOf = (node: Node): readonly number[] => node.type.shape.map((size) => constantValue(size)!);
const compilation = remembered(() => smallTraining("sgd(lr: 0.1)"));

/** Of a step: plain JavaScript takes seconds for each. */
const samples = 2;

/** Batches of which the first samples are taken: ones at which no kink of an activation lies within the rounding of single precision. */
const kinkless = { a: 1, b: 4, c: 5, d: 0, e: 4, f: 4, g: 12 } as const;

/** The joint graph of a training step, with what is computed again. */
const steps = variants.map((name) => [name, remembered(() => {
  const own = compilation();
  const [model] = own.rootModels;
  const loss = own.loss(own.trainingOf(model)[0], model, variantOf(own, name), { training: true, fixedSizes: new Map([["B", samples]]) });
  const { graph } = chooseRecomputation(stepGraph(loss.graph, loss.facts, () => false, { makesComposites: true }).graph);
  const batch = batchOf(kinkless[name]);
  const valuesOf = (node: NodeOf<"input">): Float64Array => batch[node.attributes.name as keyof typeof batch].subarray(0, countOf(shapeOf(node)));
  const inputs = new Map(graph.inputs.map((node): [string, TensorData] => {
    return [node.attributes.name, { dtype: node.type.dtype, shape: shapeOf(node), data: valuesOf(node) }];
  }));
  const parameters = new Map([...graph.parameters, ...graph.states].map((node): [string, TensorData] => [node.attributes.path, { dtype: "f32", shape: shapeOf(node), data: parameterValue(node.attributes.path, shapeOf(node)) }]));
  return caseOf(graph, inputs, parameters, new Map());
})] as const);

describe.each(testedBackends)("on %s", (backend) => {
  beforeAll(() => useBackend(backend));
  describe("layers of the library", () => void it.each(layers)("%s", (_, of) => agrees(of())));
  describe("towers of CLIP", () => void it.each(clip)("%s", (_, of) => agrees(of())));
  it("one function for all computes the same", () => agreesFlat(inference[inference.length - 1][1]()));
  describe("the small CD2FSAN", () => void it.each(inference)("variant %s", (_, of) => agrees(of())));
  describe("a training step of the small CD2FSAN", () => void it.each(steps)("variant %s", (_, of) => agrees(of())));
});

it("twenty steps of variant g leave what two leave: nothing", async () => {
  await useBackend("wasm");
  const { program: built, inputs, parameters } = steps[steps.length - 1][1]();
  const { left } = run(built(), inputs, parameters, { calls: 20 });
  expect(left).toEqual(Array.from({ length: 20 }, () => ({ tensors: 0, bytes: 0 })));
});
