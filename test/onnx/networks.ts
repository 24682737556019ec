/** Small networks made with the builder, in the forms in which the language's library lowers: what the ONNX tests look at beyond single operators. */
import { add, constant, multiply, variable } from "../../compiler/dims/index.ts";
import type { Size } from "../../compiler/dims/index.ts";
import { createBuilder } from "../../compiler/ir/builder.ts";
import type { Builder } from "../../compiler/ir/builder.ts";
import { topologicalOrder } from "../../compiler/ir/graph.ts";
import type { Graph, Node, NodeOf } from "../../compiler/ir/graph.ts";
import { initialiseFloat32 } from "../../compiler/initialise.ts";
import { position } from "../operators/instance.ts";

export const sizes = (list: readonly (Size | number)[]): readonly Size[] => list.map((each) => (typeof each === "number" ? constant(each) : each));

export interface Maker {
  readonly build: Builder;
  input(name: string, shape: readonly (Size | number)[], dtype?: "f32" | "i32"): Node;
  parameter(path: string, shape: readonly number[], std?: number): Node;
  state(path: string, shape: readonly number[], value: number): Node;
  linear(path: string, x: Node, out: number): Node;
  layerNorm(path: string, x: Node): Node;
  at<Result>(path: string, run: () => Result): Result;
}

/** A graph out of what `make` gives; inputs, parameters and states are gathered from it. */
export function network(make: (maker: Maker) => Readonly<Record<string, Node>>): Graph {
  const build = createBuilder();
  const inputs: NodeOf<"input">[] = [];
  const lastSize = (x: Node): number => Number(x.type.shape.at(-1)!.terms[0].coefficient);
  const maker: Maker = {
    build,
    input(name, shape, dtype = "f32") {
      const node = build.make("input", [], { name, shape: sizes(shape), dtype });
      inputs.push(node);
      return node;
    },
    parameter: (path, shape, std = 0.5) => build.make("parameter", [], { path, shape: sizes(shape), dtype: "f32", init: { kind: "normal", std } }),
    state: (path, shape, value) => build.make("state", [], { path, shape: sizes(shape), dtype: "f32", init: { kind: "constant", value } }),
    linear: (path, x, out) =>
      maker.at(path, () => {
        const weight = maker.parameter(`${path}.weight`, [out, lastSize(x)], 1 / Math.sqrt(lastSize(x)));
        const bias = maker.parameter(`${path}.bias`, [out]);
        const y = build.dot(x, weight, { batch: [], contract: [[x.type.shape.length - 1, 1]] });
        return build.add(y, build.along(bias, y.type, y.type.shape.length - 1));
      }),
    layerNorm: (path, x) =>
      maker.at(path, () => {
        const [scale, shift] = [maker.parameter(`${path}.scale`, [lastSize(x)]), maker.parameter(`${path}.shift`, [lastSize(x)])];
        return build.make("layer_norm", [x, scale, shift], { axis: x.type.shape.length - 1, epsilon: 1e-5 });
      }),
    at: (path, run) => build.within({ ...position, path }, run),
  };
  const outputs = maker.at("net", () => make(maker));
  const order = topologicalOrder(Object.values(outputs));
  return {
    name: "network",
    inputs,
    outputs: Object.entries(outputs).map(([name, node]) => ({ name, node })),
    parameters: order.filter((node): node is NodeOf<"parameter"> => node.operator === "parameter"),
    states: order.filter((node): node is NodeOf<"state"> => node.operator === "state"),
    updates: [],
  };
}

/** First values of a parameter or state. */
export function weightsOf(node: NodeOf<"parameter"> | NodeOf<"state">): Float32Array {
  const count = node.type.shape.reduce((product, size) => multiply(product, size), constant(1));
  return initialiseFloat32(node.attributes.path, node.attributes.init, Number(count.terms[0].coefficient), 7);
}

/** A pre-norm transformer layer as std/attention.net has it. */
export function transformerLayer({ build, linear, layerNorm, at }: Maker, path: string, x: Node, heads: number): Node {
  const [B, T, C] = x.type.shape;
  const width = Number(C.terms[0].coefficient);
  const d = width / heads;
  const split = (v: Node): Node => build.transpose(build.reshape(v, sizes([B, T, heads, d])), [0, 2, 1, 3]);
  const attended = at(`${path}.attention`, () => {
    const norm = layerNorm(`${path}.norm_1`, x);
    const query = build.div(linear(`${path}.attention.q`, norm, width), Math.sqrt(d));
    const [q, k, v] = [split(query), split(linear(`${path}.attention.k`, norm, width)), split(linear(`${path}.attention.v`, norm, width))];
    const pairs = [
      [0, 0],
      [1, 1],
    ] as const;
    const score = build.dot(q, k, { batch: pairs, contract: [[3, 3]] });
    const weights = build.make("softmax", [score], { axis: 3 });
    const mixed = build.dot(weights, v, { batch: pairs, contract: [[3, 2]] });
    return linear(`${path}.attention.out`, build.reshape(build.transpose(mixed, [0, 2, 1, 3]), [B, T, C]), width);
  });
  const h = at(path, () => build.add(x, attended));
  const hidden = at(`${path}.mlp`, () => build.quick_gelu(linear(`${path}.mlp.up`, layerNorm(`${path}.norm_2`, h), 4 * width)));
  const y = linear(`${path}.mlp.down`, hidden, width);
  return at(path, () => build.add(h, y));
}

/** A 2-D convolution of x[N, C, Y, X] with bias or none, as std/convolution.net has it. */
export function convolution(
  maker: Maker,
  path: string,
  x: Node,
  out: number,
  kernel: number,
  options: { groups?: number; stride?: number; biased?: boolean } = {},
): Node {
  const { build, parameter, at } = maker;
  const { groups = 1, stride = 1, biased = false } = options;
  return at(path, () => {
    const [N, C, Y, X] = x.type.shape;
    const channels = Number(C.terms[0].coefficient);
    const weight = parameter(`${path}.weight`, [groups, out / groups, channels / groups, kernel, kernel], 0.3);
    const parts = build.reshape(x, sizes([N, groups, channels / groups, Y, X]));
    const padding = sizes([(kernel - 1) / 2, (kernel - 1) / 2]);
    const y = build.make("conv", [parts, weight], { stride: [stride, stride], dilation: [1, 1], inputDilation: [1, 1], low: padding, high: padding });
    const [, , , rows, columns] = y.type.shape;
    const z = build.reshape(y, sizes([N, out, rows, columns]));
    return biased ? build.add(z, build.along(parameter(`${path}.bias`, [out]), z.type, 1)) : z;
  });
}

/** Batch norm over the running statistics. */
export function batchNorm({ build, parameter, state, at }: Maker, path: string, x: Node, axis = 1): Node {
  return at(path, () => {
    const count = Number(x.type.shape[axis].terms[0].coefficient);
    const vectors = [
      state(`${path}.running_mean`, [count], 0.1),
      state(`${path}.running_variance`, [count], 0.8),
      parameter(`${path}.scale`, [count]),
      parameter(`${path}.shift`, [count]),
    ];
    return build.make("batch_norm", [x, ...vectors], { axis, epsilon: 1e-5 });
  });
}

/** One kernel for each sample: x[B, C, Y, X], kernels[B, O, C, k, k] -> [B, O, Y, X], "same" padding. */
export function perSampleConvolution({ build }: Maker, x: Node, kernels: Node): Node {
  const [B, C, Y, X] = x.type.shape;
  const [, O, , k] = kernels.type.shape;
  const half = sizes([(Number(k.terms[0].coefficient) - 1) / 2, (Number(k.terms[0].coefficient) - 1) / 2]);
  const y = build.make("conv", [build.reshape(x, [constant(1), B, C, Y, X]), kernels], {
    stride: [1, 1],
    dilation: [1, 1],
    inputDilation: [1, 1],
    low: half,
    high: half,
  });
  return build.reshape(y, [B, O, Y, X]);
}

export const batch = variable("B");
export const oneMore = (size: Size): Size => add(size, 1);
