import { describe, expect, it } from "vitest";
import { add, ceilDivide, constant, floorDivide, modulo, multiply, subtract, variable } from "../../compiler/dims/index.ts";
import type { Size } from "../../compiler/dims/index.ts";
import { positionAt } from "../../grammar/source.ts";
import { gradients } from "../../compiler/gradient.ts";
import { createBuilder } from "../../compiler/ir/builder.ts";
import type { Graph, Node } from "../../compiler/ir/graph.ts";
import { constantsOf, parseGraph, printGraph, TextError } from "../../compiler/ir/text.ts";
import { verify } from "../../compiler/ir/verify.ts";
import { interpret } from "../../compiler/interpreter.ts";
import { streamOf, bitsAt } from "../../compiler/operators/random.ts";
import { operatorOf } from "../../compiler/operators/table.ts";
import { isFloat } from "../../compiler/operators/typing.ts";
import { optimise } from "../../compiler/passes/index.ts";
import { graphOf, instances, position, weighted } from "../operators/instance.ts";
import type { Instance } from "../operators/instance.ts";
import { lower, programNames, valuesOf, surroundingsOf } from "../passes/programs.ts";

/** Text to graph and back, and the graph that was read. */
function roundTrip(graph: Graph): Graph {
  const text = printGraph(graph);
  const read = parseGraph(text, { constants: constantsOf(graph) });
  expect(printGraph(read)).toBe(text);
  return read;
}

/** A sample with what it is made of and its gradients. */
function graphOfInstance(instance: Instance): Graph {
  const { build, node, inputs } = instance;
  const { decompose, gradient } = operatorOf(node.operator);
  const parts = decompose ? [build.within(position, () => (decompose as (b: typeof build, n: Node) => Node)(build, node))] : [];
  const floats = inputs.filter((input) => isFloat(input.type.dtype));
  const slopes = gradient.kind === "rule" && isFloat(node.type.dtype) ? gradients(build, weighted(instance), floats) : [];
  return graphOf(inputs, [node, ...parts, ...slopes.filter((slope) => slope !== undefined)]);
}

describe("round trips", () => {
  for (const symbolic of [false, true])
    it(`every sample of the operator table with its gradients${symbolic ? ", sizes symbolic" : ""}`, () => {
      for (const instance of instances(undefined, symbolic)) {
        const graph = graphOfInstance(instance);
        const read = roundTrip(graph);
        if (symbolic) continue;
        const run = (each: Graph): readonly unknown[] =>
          interpret(each.outputs.map((output) => output.node), { inputs: instance.data, parameters: new Map(), sizes: instance.sizes });
        expect(run(read)).toEqual(run(graph));
      }
    });
  it.each(programNames)("before and after the passes: %s", (name) => {
    const { graph, facts } = lower(name);
    for (const each of [graph, optimise(graph, { facts })]) {
      const read = roundTrip(each);
      expect(verify(read, facts)).toEqual([]);
      expect(valuesOf(read, surroundingsOf(each))).toEqual(valuesOf(each));
      expect([...read.blocks!]).toEqual([...each.blocks!]);
    }
  });
  it("random graphs", () => {
    for (let seed = 0; seed < 60; seed++) roundTrip(randomGraph(seed));
  });
  it("a training graph with states and updates", () => {
    const { graph, facts } = lower("conv and norm", { training: true });
    expect(graph.updates.length).toBeGreaterThan(0);
    const read = roundTrip(graph);
    expect(read.updates.map((update) => update.name)).toEqual(graph.updates.map((update) => update.name));
    expect(verify(read, facts)).toEqual([]);
  });
});

/** Elementwise operators and moves over random earlier nodes. */
function randomGraph(seed: number): Graph {
  const stream = streamOf("graph", seed);
  let drawn = 0;
  const draw = (below: number): number => (bitsAt(stream, drawn++) >>> 1) % below;
  const build = createBuilder();
  const shapes = [[variable("B"), constant(4)], [constant(4), variable("B")]] as const;
  return build.within({ ...position, path: `a[${seed}].b` }, () => {
    const inputs = shapes.map((shape, i) => build.make("input", [], { name: `x${i}`, dtype: "f32", shape }, i === 0 ? ["B", "C"] : ["", "B"]));
    const nodes: Node[] = [...inputs];
    for (let i = 0; i < 25; i++) {
      const x = nodes[draw(nodes.length)];
      const like = nodes.filter((node) => node.type.shape.every((each, axis) => each === x.type.shape[axis]));
      const y = like[draw(like.length)];
      const choices: readonly (() => Node)[] = [
        () => build.add(x, y),
        () => build.select(build.less(x, y), x, [NaN, -0, Infinity, 1 / 3][draw(4)]),
        () => build.transpose(x, [1, 0]),
        () => build.mul(x, build.floatOf(floorDivide(variable("B"), draw(5) + 1), "f32")),
        () => build.sliceAxis(build.concat([x, y], 0), 0, 0, x.type.shape[0]),
        () => build.reshape(build.reshape(x, [multiply(4, variable("B"))]), x.type.shape, ["B 1", "floor"]),
      ];
      nodes.push(choices[draw(choices.length)]());
    }
    return { ...graphOf(inputs, nodes.slice(-3)), name: "random graph" };
  });
}

describe("sizes", () => {
  const [a, b, odd] = [variable("a"), variable("b"), variable("odd name")];
  const sizes: readonly Size[] = [
    constant(0), constant(-7), constant(2n ** 70n), a, odd, add(a, 1), subtract(1, a), multiply(2, a, b), multiply(a, add(b, 3)), floorDivide(a, 16),
    ceilDivide(a, 16), add(ceilDivide(add(a, b), 3), -2), modulo(a, 7), floorDivide(add(a, 5), b), floorDivide(multiply(a, a), add(b, 1)),
    ceilDivide(a, b), multiply(3, floorDivide(add(floorDivide(a, 2), b), 5)), subtract(floorDivide(a, 4), multiply(a, b, b)),
  ];
  it("are read as the same object", () => {
    const build = createBuilder();
    const graph = graphOf([], build.within(position, () => sizes.map((size) => build.make("size", [], { size }))));
    const read = roundTrip(graph);
    read.outputs.forEach(({ node }, i) => expect(node.operator === "size" && node.attributes.size).toBe(sizes[i]));
  });
});

describe("what the text shows", () => {
  it("a layer", () => {
    const { graph } = lower("conv over a sequence and norm");
    expect(printGraph(graph)).toMatchInlineSnapshot(`
      "graph M
      %0 = input name=x : f32[B, C = 4, T]  // m.net:1:11 x
      %1 = parameter path=y.conv.weight init=uniform(0.2886751345948129) : f32[out = 6, C = 4, k = 3]  // std/convolution.net:69:3 y.conv.weight
      %2 = parameter path=y.norm.scale init=constant(1) : f32[over = 6]  // std/normalisation.net:45:3 y.norm.scale
      %3 = parameter path=y.norm.shift init=constant(0) : f32[over = 6]  // std/normalisation.net:46:3 y.norm.shift
      %4 = state path=y.norm.running_mean init=constant(0) : f32[over = 6]  // std/normalisation.net:47:3 y.norm.running_mean
      %5 = state path=y.norm.running_variance init=constant(1) : f32[over = 6]  // std/normalisation.net:48:3 y.norm.running_variance
      %6 = reshape(%0) : f32[_ = B, 1, 4, _ = T]  // std/convolution.net:71:11 y.conv.y
      %7 = reshape(%1) : f32[1, 6, 4, 3]  // std/convolution.net:71:11 y.conv.y
      %8 = conv(%6, %7) stride=[1] dilation=[1] inputDilation=[1] low=[1] high=[1] : f32[_ = B, 1, 6, _ = T]  // std/convolution.net:71:11 y.conv.y
      %9 = reshape(%8) : f32[_ = B, 6, _ = T]  // std/convolution.net:71:11 y.conv.y
      %10 = batch_norm(%9, %4, %5, %2, %3) axis=1 epsilon=0.00001 : f32[B, over = 6, T]  // std/normalisation.net:57:10 y.norm
      %11 = leaky_relu(%10) slope=0.1 : f32[B, out = 6, T]  // std/convolution.net:116:67 y
      output y = %11
      block y = ConvNorm1d
      block y.conv = Conv1d
      block y.norm = BatchNorm
      "
    `);
  });
  it("keeps line, column and path, and the pass that made a node", () => {
    const { graph, facts } = lower("conv over a sequence and norm");
    const optimised = optimise(graph, { facts });
    const [read] = roundTrip(optimised).outputs;
    const [{ node }] = optimised.outputs;
    const place = ({ path, location: { derived, span } }: Node) => [path, derived, span.file.name, positionAt(span.file, span.start)];
    expect(place(read.node)).toEqual(place(node));
  });
  it("large constants by their hash, which must be given", () => {
    const build = createBuilder();
    const data = Float64Array.from({ length: 65 }, (_, i) => i / 3);
    const graph = graphOf([], [build.within(position, () => build.tensor({ dtype: "f32", shape: [65], data }))]);
    const text = printGraph(graph);
    expect(text).toMatch(/%0 = constant value=#[0-9a-f]{16} : f32\[65\] {2}\/\/ sample.net:1:1 sample\n/);
    expect(() => parseGraph(text)).toThrow("no numbers were given for");
    expect(parseGraph(text, { constants: constantsOf(graph) }).outputs[0].node.attributes).toEqual({ value: { dtype: "f32", shape: [65], data } });
  });
});

describe("texts that are no graphs", () => {
  const place = "  // x.net:1:1 a";
  it.each([
    ["graph g\n%0 = sinus : f32[]", "line 2: sinus is no operator"],
    [`graph g\n%0 = input : f32[B]${place}`, "line 2: input needs the attribute name"],
    [
      `graph g\n%0 = input name=x : f32[B]${place}\n%1 = exp(%0) : f32[A = C]${place}`,
      "line 3: the shape rule gives f32[A = B], and f32[A = C] is written",
    ],
    ["graph g\n%1 = size size=3 : i32[]", "line 2: the next node is %0"],
    ["graph g\noutput y = %0", "line 2: no such node was defined above"],
    ["graph g\n%0 = size size=(3 : i32[]", "line 2: ) is expected and : found"],
    ["graph g h", "line 1: h is not expected here"],
    ["%0 = constant value=1 : f31[]", "line 1: f31 is no element type"],
    ["%0 = constant value=1 : f32[]", "line 1: a node's line ends with its place: `// file:line:column path`"],
  ])("%s", (text, message) => {
    expect(() => parseGraph(text)).toThrow(TextError);
    expect(() => parseGraph(text)).toThrow(message);
  });
});
