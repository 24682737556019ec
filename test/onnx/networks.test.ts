/** Layers and blocks: the same numbers as the interpreter, and the ONNX operators that were meant. */
import { describe, expect, it } from "vitest";
import { constant, constantValue, variable } from "../../compiler/dims/index.ts";
import { interpret } from "../../compiler/interpreter.ts";
import type { Graph, Node, TensorData } from "../../compiler/ir/graph.ts";
import type { OnnxOptions } from "../../backends/onnx/index.ts";
import { difference, randomTensor } from "../operators/instance.ts";
import { built, decode, flaws, run } from "./artefact.ts";
import { batch, batchNorm, convolution, network, oneMore, perSampleConvolution, sizes, transformerLayer, weightsOf } from "./networks.ts";

const values = { kind: "values", of: weightsOf } as const;

const operatorsOf = (graph: Graph, options: Partial<OnnxOptions> = { weights: values }): readonly string[] =>
  decode(built(graph, options)).graph!.node!.map(({ opType }) => opType!);

/** The graph on data of the given shapes, with weights inside and with weights as inputs, against the interpreter. */
async function agrees(graph: Graph, shapes: Readonly<Record<string, readonly number[]>>, known = new Map<string, number>()): Promise<void> {
  const inputs = new Map(Object.entries(shapes).map(([name, shape]) => [name, randomTensor(name, shape)]));
  const parameters = new Map<string, TensorData>();
  for (const node of [...graph.parameters, ...graph.states]) {
    const shape = node.type.shape.map((size) => constantValue(size)!);
    parameters.set(node.attributes.path, { dtype: "f32", shape, data: Float64Array.from(weightsOf(node)) });
  }
  const expected = interpret(
    graph.outputs.map(({ node }) => node),
    { inputs, parameters, sizes: known },
  );
  for (const weights of [values, { kind: "inputs" } as const]) {
    const artefact = built(graph, { weights });
    expect(flaws(artefact)).toEqual([]);
    const results = await run(artefact.model, weights.kind === "inputs" ? new Map([...inputs, ...parameters]) : inputs);
    graph.outputs.forEach(({ name }, i) => expect(difference(results.get(name)!, expected[i]), `${weights.kind} ${name}`).toBeLessThan(1e-5));
  }
}

describe("a transformer layer", () => {
  const graph = network((maker) => ({ y: transformerLayer(maker, "layer.0", maker.input("x", [batch, variable("T"), 8]), 2) }));

  it.each([1, 3])("agrees for %d samples", (count) => agrees(graph, { x: [count, 5, 8] }));

  it("has no transposed weight, no superfluous transpose and no computed shape where one size is free", () => {
    const tokens = network((maker) => ({ y: transformerLayer(maker, "layer.0", maker.input("x", [batch, 5, 8]), 2) }));
    const operators = operatorsOf(tokens);
    expect(operators.filter((each) => each === "Transpose")).toHaveLength(4);
    expect(operators.filter((each) => each === "MatMul")).toHaveLength(8);
    expect(operators).not.toContain("Shape");
    expect(operators).not.toContain("Expand");
    expect(operators).toContain("LayerNormalization");
  });

  it("names nodes by their paths", () => {
    const names = decode(built(graph)).graph!.node!.map(({ name }) => name);
    expect(names).toContain("layer.0.attention.q/MatMul");
    expect(names).toContain("layer.0.attention/Transpose_2");
  });
});

describe("convolutions", () => {
  it.each([
    ["plain with bias", { biased: true }],
    ["two groups with bias", { groups: 2, biased: true }],
    ["stride 2", { stride: 2 }],
    ["depthwise", { groups: 4 }],
  ])("%s: one Conv for any batch, joined to its norm", async (_, options) => {
    const graph = network((maker) => {
      const y = batchNorm(maker, "norm", convolution(maker, "conv", maker.input("x", [batch, 4, 5, 6]), 8, 3, options));
      return { y: maker.build.relu(y) };
    });
    expect(operatorsOf(graph)).toEqual(["Conv", "BatchNormalization", "Relu"]);
    await agrees(graph, { x: [2, 4, 5, 6] });
  });

  it.each([1, 2, 3])("one kernel per sample, %d samples", async (count) => {
    const graph = network((maker) => {
      const kernels = maker.input("w", [batch, 3, 2, 3, 3]);
      return { y: perSampleConvolution(maker, maker.input("x", [batch, 2, 5, variable("X")]), kernels) };
    });
    expect(operatorsOf(graph).filter((each) => each === "MatMul")).toHaveLength(1);
    await agrees(graph, { x: [count, 2, 5, 4], w: [count, 3, 2, 3, 3] });
  });

  it("works in bands of rows where the columns would be large", async () => {
    const graph = network((maker) => {
      const kernels = maker.input("w", [batch, 1, 90, 3, 3]);
      return { y: perSampleConvolution(maker, maker.input("x", [batch, 90, 151, 151]), kernels) };
    });
    expect(operatorsOf(graph).filter((each) => each === "MatMul")).toHaveLength(2);
    const results = await run(built(graph).model, new Map(Object.entries({ x: ones([1, 90, 151, 151]), w: ones([1, 1, 90, 3, 3]) })));
    const { data } = results.get("y")!;
    for (const row of [0, 1, 75, 76, 77, 149, 150]) expect(data[row * 151 + 70]).toBe(90 * 3 * (row === 0 || row === 150 ? 2 : 3));
  });

  it("a matrix along the channels is a convolution with a kernel of 1, in front of its norm", async () => {
    const graph = network((maker) => {
      const x = maker.input("x", [batch, 4, 3, 5]);
      const y = maker.build.dot(x, maker.parameter("point.weight", [6, 4]), { batch: [], contract: [[1, 1]] });
      return { y: batchNorm(maker, "norm", maker.build.transpose(y, [0, 3, 1, 2])) };
    });
    expect(operatorsOf(graph)).toEqual(["Conv", "BatchNormalization"]);
    await agrees(graph, { x: [2, 4, 3, 5] });
  });
});

const ones = (shape: readonly number[]): TensorData => ({ dtype: "f32", shape, data: new Float64Array(shape.reduce((a, b) => a * b, 1)).fill(1) });

describe("peepholes", () => {
  const x = (make: (x: Node, maker: Parameters<Parameters<typeof network>[0]>[0]) => Node): Graph =>
    network((maker) => ({ y: make(maker.input("x", [batch, 4, 6]), maker) }));

  it("reshapes join, and identical ones disappear", () => {
    expect(operatorsOf(x((each, { build }) => build.reshape(build.reshape(each, sizes([batch, 24])), sizes([batch, 6, 4]))))).toEqual(["Reshape"]);
    expect(operatorsOf(x((each, { build }) => build.reshape(build.reshape(build.neg(each), sizes([batch, 24])), each.type.shape)))).toEqual(["Neg"]);
  });

  it("transposes join, and those that move only axes of 1 are reshapes", () => {
    expect(operatorsOf(x((each, { build }) => build.transpose(build.transpose(build.neg(each), [2, 0, 1]), [1, 2, 0])))).toEqual(["Neg"]);
    const wide = x((each, { build }) => build.transpose(build.reshape(each, sizes([batch, 1, 4, 6])), [0, 2, 1, 3]));
    expect(operatorsOf(wide)).toEqual(["Reshape"]);
  });

  it("repetition is left to the operators", async () => {
    const graph = x((each, { build, parameter }) => build.add(build.mul(each, 2), build.along(parameter("p", [4]), each.type, 1)));
    expect(operatorsOf(graph)).toEqual(["Mul", "Add"]);
    await agrees(graph, { x: [3, 4, 6] });
  });

  it("what is repeated on all sides is computed before", async () => {
    const graph = x((each, { build, parameter }) => {
      const along = build.along(parameter("p", [6]), each.type, 2);
      return build.add(each, build.exp(build.mul(along, along)));
    });
    expect(operatorsOf(graph, {})).toEqual(["Mul", "Exp", "Add"]);
    await agrees(graph, { x: [3, 4, 6] });
  });

  it("a mean that comes back keeps its axis", async () => {
    const graph = x((each, { build }) => build.sub(each, build.repeat(build.reduce("mean", each, [1]), each.type, [1])));
    expect(operatorsOf(graph)).toEqual(["ReduceMean", "Sub"]);
    await agrees(graph, { x: [3, 4, 6] });
  });

  it("what is made of weights is computed when the model is written", async () => {
    const graph = x((each, maker) => batchNorm(maker, "norm", each, 2));
    expect(operatorsOf(graph)).toEqual(["Mul", "Add"]);
    await agrees(graph, { x: [3, 4, 6] });
  });
});

describe("symbolic sizes", () => {
  it("are computed from the shapes of inputs, also inside an axis", async () => {
    const graph = network(({ build, input }) => {
      const [a, b] = [variable("a"), variable("b")];
      const x = input("x", [oneMore(oneMore(a)), b]);
      const body = build.slice(x, [1, 0], [oneMore(a), b]);
      return { y: build.reshape(build.mul(body, build.broadcast(build.floatOf(a, "f32"), body.type.shape, [])), sizes([b, a])), z: build.sizeOf(a) };
    });
    await agrees(graph, { x: [6, 3] }, new Map([["a", 4]]));
  });
});

describe("many additions at one place", () => {
  it("lose nothing, with several threads", async () => {
    const graph = network(({ build, input }) => ({ y: build.scatterAdd(input("u", [60000, 4]), input("i", [60000], "i32"), constant(3)) }));
    const index: TensorData = { dtype: "i32", shape: [60000], data: Float64Array.from({ length: 60000 }, (_, i) => i % 3) };
    const results = await run(
      built(graph).model,
      new Map([
        ["u", ones([60000, 4])],
        ["i", index],
      ]),
      4,
    );
    expect([...results.get("y")!.data]).toEqual(new Array(12).fill(20000));
  });
});
