/** Training graphs: forward and backward of whole blocks in one model, with weights as inputs, against the interpreter. */
import type { onnx } from "onnx-proto";
import { describe, expect, it } from "vitest";
import { constantValue } from "../../compiler/dims/index.ts";
import { gradients } from "../../compiler/gradient.ts";
import { interpret } from "../../compiler/interpreter.ts";
import type { Graph, Node, TensorData } from "../../compiler/ir/graph.ts";
import { topologicalOrder } from "../../compiler/ir/graph.ts";
import { difference, randomTensor } from "../operators/instance.ts";
import { built, decode, flaws, run } from "./artefact.ts";
import { batch, batchNorm, convolution, network, perSampleConvolution, sizes, transformerLayer, weightsOf } from "./networks.ts";
import type { Maker } from "./networks.ts";

const indices: TensorData = { dtype: "i32", shape: [3], data: new Float64Array([1, 4, 1]) };

/** The mean of squares of what `make` gives, and its gradients for every parameter and input of floats. */
const training = (make: (maker: Maker) => Node): Graph =>
  network((maker) => {
    const y = make(maker);
    const { build } = maker;
    const axes = y.type.shape.map((_, axis) => axis);
    const loss = build.reduce("mean", build.mul(y, y), axes);
    const wanted = topologicalOrder([loss]).filter(({ operator, type }) => ["parameter", "input"].includes(operator) && type.dtype === "f32");
    const slopes = gradients(build, loss, wanted);
    return { loss, ...Object.fromEntries(slopes.map((slope, i) => [`slope_${i}`, slope!])) };
  });

async function agrees(graph: Graph, shapes: Readonly<Record<string, readonly number[]>>): Promise<readonly onnx.INodeProto[]> {
  const inputs = new Map(Object.entries(shapes).map(([name, shape]) => [name, name === "index" ? indices : randomTensor(name, shape)]));
  const parameters = new Map<string, TensorData>();
  for (const node of [...graph.parameters, ...graph.states]) {
    const shape = node.type.shape.map((size) => constantValue(size)!);
    parameters.set(node.attributes.path, { dtype: "f32", shape, data: Float64Array.from(weightsOf(node)) });
  }
  const artefact = built(graph);
  expect(flaws(artefact)).toEqual([]);
  const results = await run(artefact.model, new Map([...inputs, ...parameters]));
  const roots = graph.outputs.map(({ node }) => node);
  const expected = interpret(roots, { inputs, parameters });
  graph.outputs.forEach(({ name }, i) => expect(difference(results.get(name)!, expected[i]), name).toBeLessThan(1e-4));
  return decode(artefact).graph!.node!;
}

describe("gradients", () => {
  it("of a transformer layer", async () => {
    await agrees(
      training((maker) => transformerLayer(maker, "layer", maker.input("x", [batch, 5, 8]), 2)),
      { x: [2, 5, 8] },
    );
  });

  it("of convolutions with stride, groups, bias and norm: a transposed convolution reads the kernel as it lies", async () => {
    const graph = training((maker) => {
      const x = maker.input("x", [batch, 4, 7, 6]);
      const down = convolution(maker, "down", x, 6, 3, { stride: 2, biased: true });
      const grouped = convolution(maker, "grouped", maker.build.relu(batchNorm(maker, "norm", down)), 4, 3, { groups: 2 });
      return maker.build.make("leaky_relu", [grouped], { slope: 0.1 });
    });
    // The gradient turns the kernel round and exchanges its channels, the lowering does so again: what is left is a reshape of the weight.
    const nodes = await agrees(graph, { x: [2, 4, 7, 6] });
    const spreading = nodes.filter(({ opType }) => opType === "ConvTranspose");
    expect(spreading).toHaveLength(1);
    expect(nodes.find(({ output }) => output![0] === spreading[0].input![1])).toMatchObject({
      opType: "Reshape",
      input: ["down.weight", expect.anything()],
    });
  });

  it("of a convolution with one kernel per sample", async () => {
    const graph = training((maker) => perSampleConvolution(maker, maker.input("x", [batch, 2, 4, 5]), maker.input("w", [batch, 3, 2, 3, 3])));
    await agrees(graph, { x: [3, 2, 4, 5], w: [3, 3, 2, 3, 3] });
  });

  it("of an embedding, pooling and resize", async () => {
    const graph = training((maker) => {
      const { build } = maker;
      const rows = build.gather(maker.parameter("table", [5, 16]), maker.input("index", [batch], "i32"));
      const image = build.mul(build.reshape(rows, sizes([batch, 1, 4, 4])), maker.input("x", [batch, 1, 4, 4]));
      const pooled = build.make("pool", [image], { kind: "max", window: [2, 2], stride: [1, 1], low: [0, 0], high: [1, 1], countPadding: false });
      return build.make("resize", [pooled], { sizes: sizes([7, 5]), mode: "bilinear" });
    });
    await agrees(graph, { x: [3, 1, 4, 4], index: [3] });
  });
});
