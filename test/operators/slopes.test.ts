/** Gradients that are operators of their own say the same as those that are made of primitives, which are compared with central differences. */
import { describe, expect, it } from "vitest";
import { constant } from "../../compiler/dims/index.ts";
import { cotangents } from "../../compiler/gradient.ts";
import { interpret } from "../../compiler/interpreter.ts";
import { createBuilder, type Builder } from "../../compiler/ir/builder.ts";
import { topologicalOrder, type Node, type OperatorName } from "../../compiler/ir/graph.ts";
import { operatorOf } from "../../compiler/operators/table.ts";
import { difference, instances, position, randomTensor } from "./instance.ts";

const withComposites = createBuilder({ makesComposites: true });
const primitives = createBuilder();

const names: readonly OperatorName[] = ["softmax", "layer_norm", "batch_norm", "relu", "leaky_relu", "gelu", "quick_gelu", "silu", "softplus", "conv"];

describe("a gradient with composites", () => {
  it.each(names.flatMap((name) => [...instances((each) => each === name)].map((each) => [each.title, each] as const)))("%s", (_, { node, inputs, data, title }) => {
    const seed = primitives.within(position, () => primitives.make("input", [], { name: "seed", dtype: "f32", shape: node.type.shape }));
    const [composite, plain] = [withComposites, primitives].map((build) => cotangents(build, [[node, seed]], inputs).map((each) => each!));
    const given = { inputs: new Map([...data, ["seed", randomTensor(title, node.type.shape.map((size) => Number(size.terms[0]?.coefficient ?? 0)))]]), parameters: new Map() };
    const [own, expected] = [composite, plain].map((list) => interpret(list, given));
    own.forEach((value, i) => expect(difference(value, expected[i])).toBeLessThanOrEqual(1e-9));
  });

  const shape = [3, 4, 2, 5].map((each) => constant(each));

  /** A batch norm by the statistics of its own batch, as BatchNorm of the library makes it, and something else that reads these. */
  function batchNorm(build: Builder, x: Node, scale: Node, shift: Node): Node {
    const mean = build.reduce("mean", x, [0, 2, 3]);
    const centred = build.sub(x, build.along(mean, x.type, 1));
    const variance = build.reduce("mean", build.mul(centred, centred), [0, 2, 3]);
    const y = build.make("batch_norm", [x, mean, variance, scale, shift], { axis: 1, epsilon: 1e-5 });
    return build.add(y, build.along(build.mul(mean, variance), x.type, 1));
  }

  it("a batch norm through its own statistics, which others read too", () => {
    const given = new Map([["x", randomTensor("x", [3, 4, 2, 5])], ["scale", randomTensor("scale", [4])], ["shift", randomTensor("shift", [4])], ["seed", randomTensor("seed", [3, 4, 2, 5])]]);
    const [inputs, seed, y] = primitives.within(position, () => {
      const own = [shape, [shape[1]], [shape[1]]].map((each, i) => primitives.make("input", [], { name: ["x", "scale", "shift"][i], dtype: "f32", shape: each }));
      return [own, primitives.make("input", [], { name: "seed", dtype: "f32", shape }), batchNorm(primitives, own[0], own[1], own[2])] as const;
    });
    const [composite, plain] = [withComposites, primitives].map((build) => cotangents(build, [[y, seed]], inputs).map((each) => each!));
    expect(topologicalOrder(composite).some(({ operator }) => operator === "batch_norm_gradient")).toBe(true);
    expect(topologicalOrder(plain).some(({ operator }) => operatorOf(operator).name === "batch_norm_gradient")).toBe(false);
    const [own, expected] = [composite, plain].map((list) => interpret(list, { inputs: given, parameters: new Map() }));
    own.forEach((value, i) => expect(difference(value, expected[i])).toBeLessThanOrEqual(1e-9));
  });
});
