/**
 * Runs a model's graph on the values of a golden case and says how far it is from PyTorch. A distance is relative to the largest magnitude of the
 * tensor, over the stored elements, the sum and the sum of squares (those divided by what the largest magnitude everywhere would make of them).
 */
import { expect } from "vitest";
import { createCompilation, type Variant } from "../../compiler/compilation.ts";
import { constantValue } from "../../compiler/dims/index.ts";
import { gradients } from "../../compiler/gradient.ts";
import { inferSizes, interpret, type Surroundings } from "../../compiler/interpreter.ts";
import { createBuilder } from "../../compiler/ir/builder.ts";
import type { Graph, Node, TensorData } from "../../compiler/ir/graph.ts";
import { textOf } from "../../grammar/source.ts";
import { between, inputValue, parameterValue, type InputSpec } from "./formula.ts";

/** What is kept of a tensor. */
export interface Summary {
  readonly shape: readonly number[];
  readonly largest: number;
  readonly sum: number;
  readonly squares: number;
  readonly samples: readonly number[];
}
type Summaries = Readonly<Record<string, Summary>>;

export interface GoldenCase {
  readonly name: string;
  readonly inputs: Readonly<Record<string, InputSpec>>;
  readonly outputs: Summaries;
  readonly training?: boolean;
  /** New values of states after a step in training. */
  readonly updates?: Summaries;
  /** By parameter path, or `input:` and the name: the gradient of the sum over outputs of output * weights. */
  readonly gradients?: Summaries;
  /** How many trained numbers the model has. */
  readonly parameters?: number;
}

/** Forward: 1e-12. Gradients: 1e-10, the ladder of the design. */
export const FORWARD = 1e-12;
export const BACKWARD = 1e-10;

/** The graph of a model of a program given as texts by name; the first file is the root. Fails on any diagnostic. */
export function lowerTexts(files: ReadonlyMap<string, string>, options: { readonly variant?: string; readonly training?: boolean } = {}): Graph {
  const [root] = files.keys();
  const host = { read: (name: string) => files.get(name), resolve: (from: string) => from.replace(/^\.\//, "") };
  const compilation = createCompilation(host, [root]);
  expect(compilation.diagnostics().filter(({ severity }) => severity === "error").map(({ code, message, span }) => `${code} ${message} (${textOf(span)})`)).toEqual([]);
  const [model] = compilation.models;
  const variant = compilation.variantsOf(model).find(({ name }) => name === (options.variant ?? "default"));
  if (!variant) throw new Error(`no variant ${options.variant}`);
  return compilation.lower(model, variant satisfies Variant, { training: options.training ?? false }).graph;
}

const shapeOf = (node: Node): readonly number[] =>
  node.type.shape.map((size) => {
    const value = constantValue(size);
    if (value === undefined) throw new Error(`${node.path} has a free size`);
    return Number(value);
  });

/** The inputs, weights and sizes of a case. */
export function surroundingsOf(graph: Graph, golden: GoldenCase): Surroundings {
  const inputs = new Map(graph.inputs.map(({ attributes: { name }, type: { dtype } }): [string, TensorData] => {
    const spec = golden.inputs[name];
    return [name, { dtype, shape: spec.shape, data: inputValue(name, spec) }];
  }));
  const parameters = new Map([...graph.parameters, ...graph.states].map((node): [string, TensorData] => {
    const { path } = node.attributes;
    const shape = shapeOf(node);
    return [path, { dtype: node.type.dtype, shape, data: parameterValue(path, shape) }];
  }));
  // a gradient may need a size, but not the input that shows it
  return { inputs, parameters, sizes: inferSizes(graph.inputs, { inputs, parameters }) };
}

/** The distance of a tensor from what is kept of PyTorch's, relative to `scale`. Not a number, and other shapes, are infinitely far. */
export function distance({ shape, data }: TensorData, kept: Summary, scale = kept.largest): number {
  if (shape.join() !== kept.shape.join()) return Infinity;
  const total = (of: (x: number) => number): number => data.reduce((sum, x) => sum + of(x), 0);
  const errors = [
    ...kept.samples.map((sample, i) => Math.abs(data[Math.floor((i * data.length) / kept.samples.length)] - sample)),
    Math.abs(total((x) => x) - kept.sum) / data.length,
    Math.abs(total((x) => x * x) - kept.squares) / (data.length * (scale || 1)),
  ];
  const worst = errors.reduce((a, b) => (b > a || Number.isNaN(b) ? b : a), 0);
  return Number.isNaN(worst) ? Infinity : scale === 0 ? worst : worst / scale;
}

/** The distance of every output, and of every state after a step, by name. */
export function forwardDistances(graph: Graph, golden: GoldenCase): ReadonlyMap<string, number> {
  const kept = { ...golden.outputs, ...golden.updates };
  const roots = [...graph.outputs, ...(golden.updates ? graph.updates : [])];
  expect(roots.map(({ name }) => name).sort()).toEqual(Object.keys(kept).sort());
  const values = interpret(roots.map(({ node }) => node), surroundingsOf(graph, golden));
  return new Map(roots.map(({ name }, i) => [name, distance(values[i], kept[name])]));
}

/**
 * The distance of every gradient, by parameter path. A gradient is measured against its own largest element, but against no less than 1e-4 of the
 * largest of all: some are zero in exact arithmetic (the bias of a key, which softmax takes away), and rounding decides what stands there.
 */
export function gradientDistances(graph: Graph, golden: GoldenCase): ReadonlyMap<string, number> {
  const kept = golden.gradients ?? {};
  const build = createBuilder();
  const [{ node: first }] = graph.outputs;
  const { inputs, parameters, sizes } = surroundingsOf(graph, golden);
  const extended = new Map(inputs);
  const wrt = new Map<string, Node>([
    ...graph.parameters.map((node): [string, Node] => [node.attributes.path, node]),
    ...graph.inputs.filter(({ type }) => type.dtype === "f32").map((node): [string, Node] => [`input:${node.attributes.name}`, node]),
  ]);
  const slopes = build.within({ location: first.location, path: "parity" }, () => {
    const parts = graph.outputs.map(({ name, node }) => {
      const key = `cotangent:${name}`;
      const { shape } = golden.outputs[name];
      extended.set(key, { dtype: "f32", shape, data: between(key, shape, -1, 1) });
      const weights = build.make("input", [], { name: key, dtype: "f32", shape: node.type.shape });
      return build.reduce("sum", build.mul(node, weights), node.type.shape.map((_, axis) => axis));
    });
    return gradients(build, parts.reduce((a, b) => build.add(a, b)), [...wrt.values()]);
  });
  const found = [...wrt.keys()].flatMap((path, i) => (slopes[i] ? [{ path, node: slopes[i] }] : []));
  expect(found.map(({ path }) => path).sort()).toEqual(Object.keys(kept).sort());
  const values = interpret(found.map(({ node }) => node), { inputs: extended, parameters, sizes });
  const floor = 1e-4 * Math.max(...Object.values(kept).map(({ largest }) => largest));
  return new Map(found.map(({ path }, i) => [path, distance(values[i], kept[path], Math.max(kept[path].largest, floor))]));
}

/** Those further away than allowed, worst first: empty in a test that passes. */
export const beyond = (distances: ReadonlyMap<string, number>, tolerance: number): readonly string[] =>
  [...distances].filter(([, far]) => !(far <= tolerance)).sort(([, a], [, b]) => b - a).map(([name, far]) => `${name}: ${far}`);
