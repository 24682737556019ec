import { describe, expect, it } from "vitest";
import { constantValue, emptyFacts, evaluate } from "../../compiler/dims/index.ts";
import { cotangents } from "../../compiler/gradient.ts";
import { interpret } from "../../compiler/interpreter.ts";
import { topologicalOrder } from "../../compiler/ir/graph.ts";
import type { Node, NodeOf, OperatorName } from "../../compiler/ir/graph.ts";
import { verify } from "../../compiler/ir/verify.ts";
import type { Builder } from "../../compiler/ir/builder.ts";
import { operatorOf } from "../../compiler/operators/table.ts";
import { difference, graphOf, instances, position, randomTensor } from "./instance.ts";

const decompositionOf = <Name extends OperatorName>(build: Builder, node: NodeOf<Name>): Node =>
  build.within(position, () => operatorOf(node.operator).decompose!(build, node));
const isComposite = (name: OperatorName): boolean => operatorOf(name).tier === "composite";

describe("every sample", () => {
  it.each([...instances()].map((instance) => [instance.title, instance] as const))(
    "%s: has the predicted shape, costs, and verifies",
    (_, instance) => {
      const { node, data } = instance;
      const [value] = interpret([node], { inputs: data, parameters: new Map() });
      expect(value.shape).toEqual(node.type.shape.map((size) => constantValue(size)));
      expect(value.data).toHaveLength(value.shape.reduce((product, size) => product * size, 1));
      if (node.type.dtype === "bool") expect(value.data.every((x) => x === 0 || x === 1)).toBe(true);
      if (node.type.dtype === "i32") expect(value.data.every(Number.isInteger)).toBe(true);
      expect(verify(graphOf(instance.inputs, [node]), emptyFacts())).toEqual([]);
      const cost = costOf(node);
      expect(Number(evaluate(cost.macs, new Map()))).toBeGreaterThanOrEqual(0);
      expect(Number(evaluate(cost.other, new Map()))).toBeGreaterThanOrEqual(0);
    },
  );
});

const costOf = <Name extends OperatorName>(node: NodeOf<Name>) =>
  operatorOf(node.operator).cost(
    node.inputs.map((input) => input.type),
    node.attributes,
    node.type,
  );

describe("every sample with symbolic sizes", () => {
  it.each([...instances(undefined, true)].map((instance) => [instance.title, instance] as const))("%s: is the same", (_, instance) => {
    const concrete = [...instances((name) => name === instance.operator)].find((each) => each.title === instance.title)!;
    const [value] = interpret([instance.node], { inputs: instance.data, parameters: new Map(), sizes: instance.sizes });
    const [expected] = interpret([concrete.node], { inputs: concrete.data, parameters: new Map() });
    expect(difference(value, expected)).toBe(0);
  });
});

describe("composites", () => {
  const all = [...instances(isComposite), ...instances(isComposite, true)];
  it.each(all.map((each) => [`${each.title}${each.sizes.size > 0 ? ", symbolic" : ""}`, each] as const))(
    "%s: equal to their decomposition, values and gradients",
    (_, instance) => {
      const { build, node, inputs, data, sizes, title } = instance;
      const parts = decompositionOf(build, node);
      expect(topologicalOrder([parts]).every((each) => operatorOf(each.operator).tier === "primitive")).toBe(true);
      expect(parts.type.shape).toEqual(node.type.shape);
      const shape = node.type.shape.map((size) => Number(evaluate(size, sizes)));
      const seed = build.within(position, () => build.make("input", [], { name: "seed", dtype: "f32", shape: node.type.shape }));
      const hasSlopes = operatorOf(node.operator).gradient.kind !== "none";
      const slopes = [node, parts].map((output) => !hasSlopes ? [] : cotangents(build, [[output, seed]], inputs).map((each) => each!));
      const surroundings = { inputs: new Map([...data, ["seed", randomTensor(title, shape)]]), parameters: new Map(), sizes };
      const [whole, decomposed] = interpret([node, parts], surroundings);
      expect(difference(whole, decomposed)).toBeLessThanOrEqual(1e-12);
      const values = slopes.map((list) => interpret(list, surroundings));
      values[0].forEach((value, operand) => expect(difference(value, values[1][operand])).toBeLessThanOrEqual(1e-9));
      if (sizes.size === 0) expect(verify(graphOf([...inputs, seed] as NodeOf<"input">[], [parts, ...slopes.flat()]), emptyFacts())).toEqual([]);
    },
  );
});
