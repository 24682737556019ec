/** Small programs of the layer library, lowered, with data for their inputs and weights: what the tests of passes and of the text form loop over. */
import { createCompilation } from "../../compiler/compilation.ts";
import type { LowerOptions, Lowered } from "../../compiler/compilation.ts";
import { evaluate } from "../../compiler/dims/index.ts";
import type { Facts, Size } from "../../compiler/dims/index.ts";
import { interpret } from "../../compiler/interpreter.ts";
import type { Surroundings } from "../../compiler/interpreter.ts";
import type { Graph, Node, TensorData } from "../../compiler/ir/graph.ts";
import { rootsOf, topologicalOrder } from "../../compiler/ir/graph.ts";
import { verify } from "../../compiler/ir/verify.ts";
import { difference, randomTensor } from "../operators/instance.ts";

const IMAGE = "input x: f32[B, C = 4, Y = 6, X = 6]";

export const programs = {
  transformer: `model M { input x: f32[B, tok = 5, C = 8]
    output y: f32[B, tok = 5, C = 8] = EncoderLayer(x, heads: 2, causal: true) }`,
  "attention over a longer memory": `model M { input x: f32[B, tok, C = 8]  input m: f32[B, key = 2 * tok, D = 6]
    output y: f32[B, tok, C = 8] = MultiHeadAttention(x, m, heads: 4) }`,
  "conv and norm": `model M { ${IMAGE}  let a = ConvNorm(x, out: 6, stride: 2)  output y: f32[B, C = 6, Y = 3, X = 3] = ConvNorm(a, slope: 0.1) }`,
  "biased conv and norm": `model M { ${IMAGE}  let a = Conv(x, out: 6, kernel: (Y: 1, X: 3))  output y: f32[B, C = 6, Y = 6, X = 6] = BatchNorm(a) }`,
  "grouped conv and norm": `model M { ${IMAGE}  output y: f32[B, C = 6, Y = 6, X = 6] = ConvNorm(x, out: 6, groups: 2) }`,
  "depthwise conv and norm": `model M { ${IMAGE}  let a = DepthwiseConv(x, dilation: 2, biased: true)
    output y: f32[B, C = 4, Y = 6, X = 6] = BatchNorm(a) }`,
  "separable conv and norm": `model M { ${IMAGE}  let a = BatchNorm(DepthwiseConv(x))  let b = Linear(a, out: 5)
    output y: f32[B, C = 5, Y = 6, X = 6] = relu(BatchNorm(b)) }`,
  "one channel": `model M { ${IMAGE}  output y: f32[B, C = 1, Y = 6, X = 6] = BatchNorm(Conv(x, out: 1)) }`,
  "conv over a sequence and norm": `model M { input x: f32[B, C = 4, T]  output y: f32[B, C = 6, T] = ConvNorm1d(x, out: 6, slope: 0.1) }`,
  "linear and norm": `model M { input x: f32[B, C = 4]  let a = BatchNorm(Linear(x, out: 6))
    output y: f32[B, C = 3] = BatchNorm(Linear(a, out: 3, biased: false)) }`,
  "transposed conv and norm": `model M { ${IMAGE}  output y: f32[B, C = 3, Y = 12, X = 12] = BatchNorm(ConvTranspose(x, out: 3)) }`,
  "rotated conv and norm": `model M { ${IMAGE}  output y: f32[B, C = 5, Y = 6, X = 6] = BatchNorm(RotatedConv(x, out: 5, bases: 2)) }`,
  "two readers of a conv": `model M { ${IMAGE}  let a = Conv(x)  output y: f32[B, C = 4, Y = 6, X = 6] = BatchNorm(a) + a }`,
  resizing: `model M { ${IMAGE}  let a = resize(x, to: (Y: 9, X: 4))  let b = resize(a, to: (Y: 4, X: 8), mode: nearest)
    output y: f32[B, C = 1, Y = 8, X = 16] = pixel_shuffle(b, factor: 2) }`,
  positions: `model M { ${IMAGE}  output y: f32[B, C = 4, Y = 6, X = 6] = x + sine_positions(C: C, Y: Y, X: X) }`,
  words: `model M { input w: i32[B, T]  let e = Embedding(w, rows: 7, out: C = 6)  let n = RMSNorm(e)
    output y: f32[B, C = 6] = take(FeedForward(n, activation: silu), argmax(w, over: T), over: T) }`,
  "group norm": `model M { ${IMAGE}  let a = GroupNorm(x, groups: 2)  output y: f32[B, C = 4, Y = 6, X = 6] = straight_through(softsign(a), a) }`,
  loss: `model M { input x: f32[B, Y = 4, X = 4]  input t: f32[B, Y = 4, X = 4]
    output y: f32[] = dice(x, t) + bce_with_logits(x, t) + focal(x, t) }`,
} as const;

export type ProgramName = keyof typeof programs;
export const programNames = Object.keys(programs) as readonly ProgramName[];

/** The graph of a program of the table, or of a text. */
export function lower(name: string, options: LowerOptions = {}): Lowered {
  const text: string = (programs as Readonly<Record<string, string>>)[name] ?? name;
  const compilation = createCompilation({ read: (file) => (file === "m.net" ? text : undefined), resolve: (from) => from }, ["m.net"]);
  const problems = compilation.diagnostics().filter(({ severity }) => severity === "error");
  if (problems.length > 0) throw new Error(problems.map(({ code, message }) => `${code} ${message}`).join("\n"));
  const [model] = compilation.models;
  return compilation.lower(model, compilation.variantsOf(model)[0], options);
}

/** Data for a graph with B = 2 and T = tok = 3, drawn by the name of what they are for: the same for every graph with these names. */
export function surroundingsOf(graph: Graph): Surroundings {
  const sizes = new Map([
    ["B", 2],
    ["T", 3],
    ["tok", 3],
  ]);
  const shapeOf = (shape: readonly Size[]): readonly number[] => shape.map((size) => Number(evaluate(size, sizes)));
  const inputs = new Map<string, TensorData>();
  for (const { attributes, type } of graph.inputs) {
    const drawn = randomTensor(`input ${attributes.name}`, shapeOf(type.shape), type.dtype === "i32" ? 0 : -1.5, type.dtype === "i32" ? 6 : 1.5);
    inputs.set(attributes.name, type.dtype === "i32" ? { ...drawn, dtype: "i32", data: drawn.data.map(Math.floor) } : drawn);
  }
  const parameters = new Map<string, TensorData>();
  for (const { attributes, type } of [...graph.parameters, ...graph.states])
    parameters.set(attributes.path, randomTensor(attributes.path, shapeOf(type.shape), 0.2, 1.2));
  return { inputs, parameters, sizes };
}

/** What a graph computes, with given surroundings or its own. */
export const valuesOf = (graph: Graph, surroundings = surroundingsOf(graph)): readonly TensorData[] => interpret(rootsOf(graph), surroundings);

/** The largest relative difference between what two graphs compute from the same data. */
export function distance(before: Graph, after: Graph): number {
  const surroundings = surroundingsOf(before);
  const [a, b] = [valuesOf(before, surroundings), valuesOf(after, surroundings)];
  return Math.max(0, ...a.map((value, i) => difference(b[i], value)));
}

export const problemsOf = (graph: Graph, facts: Facts): readonly string[] => verify(graph, facts);

export const nodesOf = (graph: Graph): readonly Node[] => topologicalOrder(rootsOf(graph));

/** How many nodes of each operator a graph has. */
export function census(graph: Graph): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { operator } of nodesOf(graph)) counts[operator] = (counts[operator] ?? 0) + 1;
  return counts;
}
