/**
 * Layouts: what is rewritten means the same, every operator is tried in its other layout, the choice is the best of all that there are (found by trying
 * them on small graphs), and what convolutions read and make is converted once or not at all.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { chooseLayouts, type Settle } from "../../backends/tfjs/layout/choice.ts";
import { layOut } from "../../backends/tfjs/layout/index.ts";
import { constant, constantValue, emptyFacts } from "../../compiler/dims/index.ts";
import { interpret } from "../../compiler/interpreter.ts";
import { createBuilder, type Builder } from "../../compiler/ir/builder.ts";
import { rootsOf, topologicalOrder, type Graph, type Node, type NodeOf, type OperatorName, type TensorData } from "../../compiler/ir/graph.ts";
import { verify } from "../../compiler/ir/verify.ts";
import { streamOf, uniformAt } from "../../compiler/operators/random.ts";
import { difference, graphOf, position, randomTensor } from "../operators/instance.ts";
import { program, run, testedBackends, useBackend } from "./program.ts";

const shapeOf = (node: Node): readonly number[] => node.type.shape.map((size) => constantValue(size)!);
const sizes = (...shape: readonly number[]) => shape.map((each) => constant(each));

/** A stream of random choices. */
function chance(seed: number): { below(count: number): number; of<Item>(items: readonly Item[]): Item } {
  const stream = streamOf(`layout ${seed}`, 0);
  let drawn = 0;
  const below = (count: number): number => Math.floor(uniformAt(stream, drawn++) * count);
  return { below, of: (items) => items[below(items.length)] };
}

/** Numbers for every input. */
const dataFor = (graph: Graph): ReadonlyMap<string, TensorData> => new Map(graph.inputs.map((node) => [node.attributes.name, randomTensor(node.attributes.name, shapeOf(node), 0.2, 1.5)]));

class Maker {
  readonly build: Builder = createBuilder();
  readonly inputs: NodeOf<"input">[] = [];
  input(...shape: readonly number[]): Node {
    const node = this.build.make("input", [], { name: `x${this.inputs.length}`, dtype: "f32", shape: sizes(...shape) });
    this.inputs.push(node as NodeOf<"input">);
    return node;
  }
  /** A convolution of a map [N, C, Y, X] by a kernel of 3 or 1, to as many channels as are asked for; `C`: depthwise. */
  convolved(x: Node, out: number | "depthwise" | "samples", kernel = 3): Node {
    const { build } = this;
    const [samples, channels, rows, columns] = shapeOf(x);
    const low = sizes(...[0, 0].map(() => (kernel - 1) / 2));
    const sliding = { stride: [1, 1], dilation: [1, 1], inputDilation: [1, 1], low, high: low };
    if (out === "depthwise") {
      const y = build.make("conv", [build.reshape(x, sizes(samples, channels, 1, rows, columns)), this.input(channels, 1, 1, kernel, kernel)], sliding);
      return build.reshape(y, x.type.shape);
    }
    if (out === "samples") {
      const y = build.make("conv", [build.reshape(x, sizes(1, samples, channels, rows, columns)), this.input(samples, channels, channels, kernel, kernel)], sliding);
      return build.reshape(y, x.type.shape);
    }
    const y = build.make("conv", [build.reshape(x, sizes(samples, 1, channels, rows, columns)), build.reshape(this.input(out, channels, kernel, kernel), sizes(1, out, channels, kernel, kernel))], sliding);
    return build.reshape(y, sizes(samples, out, rows, columns));
  }
}

/** A map [2, 4, 6, 6] from another, or undefined where it is not one: each name stands for an operator of the table. */
type Step = (maker: Maker, x: Node, other: Node) => Node;

const along = (maker: Maker, x: Node): Node => maker.build.along(maker.input(shapeOf(x)[1]), x.type, 1);

const steps: Readonly<Record<string, Step>> = {
  conv: (maker, x) => maker.convolved(x, 4),
  "conv, depthwise": (maker, x) => maker.convolved(x, "depthwise"),
  "conv, a kernel for each sample": (maker, x) => maker.convolved(x, "samples"),
  ...Object.fromEntries((["neg", "abs", "sigmoid", "relu", "gelu", "silu", "tanh", "exp"] as const).map((name): [string, Step] => [name, ({ build }, x) => build[name](x)])),
  leaky_relu: ({ build }, x) => build.make("leaky_relu", [x], { slope: 0.1 }),
  ...Object.fromEntries((["add", "sub", "mul", "max"] as const).map((name): [string, Step] => [name, ({ build }, x, other) => build[name](x, other)])),
  "add, a vector along the channels": (maker, x) => maker.build.add(x, along(maker, x)),
  "mul, a map for all channels": (maker, x) => maker.build.mul(x, maker.build.broadcast(maker.input(...[0, 2, 3].map((axis) => shapeOf(x)[axis])), x.type.shape, [0, 2, 3])),
  select: ({ build }, x, other) => build.select(build.less(x, other), x, other),
  batch_norm: (maker, x) => maker.build.make("batch_norm", [x, ...[0, 1, 2, 3].map(() => maker.input(shapeOf(x)[1]))], { axis: 1, epsilon: 1e-5 }),
  layer_norm: (maker, x) => maker.build.make("layer_norm", [x, ...[0, 1].map(() => maker.input(shapeOf(x)[1]))], { axis: 1, epsilon: 1e-5 }),
  softmax_gradient: ({ build }, x, other) => build.make("softmax_gradient", [x, other], { axis: 1 }),
  activation_gradient: ({ build }, x, other) => build.make("activation_gradient", [x, other], { of: "silu", slope: 0 }),
  layer_norm_gradient: (maker, x, other) => maker.build.make("layer_norm_gradient", [x, maker.input(4), other], { axis: 1, epsilon: 1e-5 }),
  layer_norm_scale_gradient: ({ build }, x, other) => build.add(x, build.along(build.make("layer_norm_scale_gradient", [x, other], { axis: 1, epsilon: 1e-5 }), x.type, 1)),
  batch_norm_gradient: (maker, x, other) => maker.build.make("batch_norm_gradient", [x, maker.input(4), maker.input(4), maker.input(4), other, maker.input(4), maker.input(4)], { axis: 1, epsilon: 1e-5 }),
  batch_norm_scale_gradient: (maker, x, other) => maker.build.add(x, maker.build.along(maker.build.make("batch_norm_scale_gradient", [x, maker.input(4), maker.input(4), other], { axis: 1, epsilon: 1e-5 }), x.type, 1)),
  softmax: ({ build }, x) => build.make("softmax", [x], { axis: 1 }),
  log_softmax: ({ build }, x) => build.make("log_softmax", [x], { axis: 3 }),
  cumsum: ({ build }, x) => build.cumsum(x, 1),
  reduce: ({ build }, x) => build.sub(x, build.repeat(build.reduce("mean", x, [2, 3]), x.type, [2, 3])),
  "reduce, over the channels": ({ build }, x) => build.mul(x, build.repeat(build.reduce("max", x, [1]), x.type, [1])),
  argmax: ({ build }, x) => build.add(x, build.repeat(build.cast(build.make("argmax", [x], { axis: 1 }), "f32"), x.type, [1])),
  concat: ({ build }, x, other) => build.sliceAxis(build.concat([x, other], 1), 1, 2, 6),
  slice: ({ build }, x) => build.pad(build.sliceAxis(x, 1, 1, 3), [0, 1, 0, 0], [0, 1, 0, 0]),
  pad: ({ build }, x) => build.slice(build.pad(x, [0, 0, 1, 0], [0, 0, 0, 2]), [0, 0, 0, 1], sizes(2, 4, 6, 7)),
  reverse: ({ build }, x) => build.reverse(x, [3]),
  iota: ({ build }, x) => build.add(x, build.cast(build.iota(x.type.shape, 1), "f32")),
  constant: ({ build }, x) => build.mul(x, build.tensor(randomTensor("table", shapeOf(x)))),
  pool: ({ build }, x) => build.make("pool", [x], { kind: "max", window: [3, 3], stride: [1, 1], low: [1, 1], high: [1, 1], countPadding: false }),
  pool_max_gradient: ({ build }, x, other) => build.make("pool_max_gradient", [x, other], { window: [3, 3], stride: [1, 1], low: [1, 1], high: [1, 1] }),
  resize: ({ build }, x) => build.make("resize", [build.sliceAxis(x, 2, 0, 3)], { sizes: sizes(6, 6), mode: "bilinear" }),
  "reshape, places joined and split": ({ build }, x) => build.reshape(build.neg(build.reshape(x, sizes(2, 4, 36))), sizes(2, 4, 6, 6)),
  "reshape, channels split": ({ build }, x) => build.reshape(build.exp(build.reshape(x, sizes(2, 2, 2, 6, 6))), x.type.shape),
  "transpose to tokens and back": ({ build }, x) => build.reshape(build.transpose(build.tanh(build.transpose(build.reshape(x, sizes(2, 4, 36)), [0, 2, 1])), [0, 2, 1]), x.type.shape),
  dot: (maker, x) => maker.build.transpose(maker.build.dot(x, maker.input(4, 4), { batch: [], contract: [[1, 0]] }), [0, 3, 1, 2]),
};

/** A graph of some steps, of which each reads what came before. */
function randomGraph(seed: number, count: number, names: readonly string[]): Graph {
  const { of, below } = chance(seed);
  const maker = new Maker();
  return maker.build.within(position, () => {
    const values = [maker.input(2, 4, 6, 6)];
    while (values.length <= count) values.push(steps[of(names)](maker, values[Math.max(0, values.length - 1 - below(3))], of(values)));
    const read = new Set(values.flatMap(({ inputs }) => inputs));
    return graphOf(maker.inputs, [...values.slice(1).filter((node) => !read.has(node)), of(values.slice(1))]);
  });
}

/** A step between two convolutions. */
function between(name: string): Graph {
  const maker = new Maker();
  return maker.build.within(position, () => {
    const image = maker.input(2, 4, 6, 6);
    const y = steps[name](maker, maker.convolved(image, 4), maker.convolved(image, 4, 1));
    return graphOf(maker.inputs, [maker.convolved(y, 3)]);
  });
}

/** How far the rewritten graph is from the graph. */
function apart(graph: Graph, settle?: Settle): number {
  const laid = layOut(graph, settle).graph;
  expect(verify(laid, emptyFacts())).toEqual([]);
  const given = { inputs: dataFor(graph), parameters: new Map() };
  const expected = interpret(rootsOf(graph), given);
  return Math.max(...interpret(rootsOf(laid), given).map((each, i) => difference(each, expected[i])));
}

describe("a rewritten graph", () => {
  it.each(Object.keys(steps))("means the same: %s", (name) => expect(apart(between(name))).toBeLessThan(1e-12));

  it("means the same whatever is chosen", () => {
    for (let seed = 0; seed < 60; seed++) {
      const graph = randomGraph(seed, 8, Object.keys(steps));
      expect(apart(graph), `seed ${seed}`).toBeLessThan(1e-12);
      const { of } = chance(1000 + seed);
      expect(apart(graph, (open) => open.map(() => of(["first", "last"] as const))), `seed ${seed}, at random`).toBeLessThan(1e-12);
    }
  });

  it.each(Object.keys(steps))("converts nothing between convolutions but kernels: %s", (name) => {
    const laid = layOut(between(name)).graph;
    const moved = topologicalOrder(rootsOf(laid)).filter((node) => node.operator === "transpose");
    // The image, the result, and the kernels, which are given.
    expect(moved.filter(({ inputs: [x] }) => x.operator !== "input" && !x.inputs.every((each) => each.operator === "input")).length).toBeLessThanOrEqual(1);
  });

  it("tries every operator in its other layout", () => {
    const found = new Set<OperatorName>();
    for (const name of Object.keys(steps)) {
      const roots = rootsOf(between(name));
      const order = topologicalOrder(roots);
      const wayOf = chooseLayouts(order, roots);
      for (const node of order) if (wayOf(node).kind !== "as in the graph") found.add(node.operator);
    }
    // The numbers of a constant are put into another order when the program is made.
    for (const name of Object.keys(steps).map((each) => each.split(/[, ]/)[0]).filter((each) => each !== "constant")) expect([...found], name).toContain(name);
  });

  it("is the graph itself where nothing slides", () => {
    const maker = new Maker();
    const graph = maker.build.within(position, () => graphOf(maker.inputs, [maker.build.relu(maker.input(2, 3))]));
    expect(layOut(graph).graph).toBe(graph);
  });
});

describe("the choice", () => {
  // Every operator whose layout is open doubles the choices.
  const names = Object.keys(steps).filter((name) => !["dot", "constant"].includes(name));
  it("is the best of all", () => {
    let compared = 0;
    let better = 0;
    for (let seed = 0; seed < 220; seed++) {
      const graph = randomGraph(seed, 5, names);
      const { transposes } = layOut(graph);
      let open = 0;
      layOut(graph, (vertices) => ((open = vertices.length), vertices.map(() => "first")));
      if (open > 9) continue;
      let least = Infinity;
      for (let mask = 0; mask < 2 ** open; mask++) least = Math.min(least, layOut(graph, (vertices) => vertices.map((_, i) => (mask & (1 << i) ? "last" : "first"))).transposes.bytes);
      expect(transposes.bytes, `seed ${seed}`).toBe(least);
      compared++;
      if (transposes.bytes < layOut(graph).apart.bytes) better++;
    }
    expect(compared).toBeGreaterThan(40);
    expect(better).toBeGreaterThan(20);
  });

  it("transposes once what many read", () => {
    const maker = new Maker();
    const graph = maker.build.within(position, () => {
      const image = maker.input(2, 4, 6, 6);
      return graphOf(maker.inputs, [1, 2, 3].map(() => maker.build.reduce("sum", maker.convolved(image, 4), [0, 1, 2, 3])));
    });
    const laid = layOut(graph);
    const ofImage = topologicalOrder(rootsOf(laid.graph)).filter((node) => node.operator === "transpose" && node.inputs[0] === graph.inputs[0]);
    expect(ofImage).toHaveLength(1);
    expect(laid.transposes.count).toBe(4);
    expect(laid.apart.count).toBe(9);
  });
});

describe.each(testedBackends)("on %s", (backend) => {
  beforeAll(() => useBackend(backend));
  it.each(Object.keys(steps))("%s between convolutions", (name) => {
    const graph = between(name);
    const given = dataFor(graph);
    const [expected] = interpret(rootsOf(graph), { inputs: given, parameters: new Map() });
    const { values, left } = run(program(graph), given, new Map());
    expect(difference(values.get("y0")!, expected)).toBeLessThan(1e-5);
    expect(left).toEqual([{ tensors: 0, bytes: 0 }]);
  });
});
