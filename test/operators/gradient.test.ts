import { describe, expect, it } from "vitest";
import { emptyFacts } from "../../compiler/dims/index.ts";
import { GradientError, gradients } from "../../compiler/gradient.ts";
import { interpret } from "../../compiler/interpreter.ts";
import type { Node, OperatorName, TensorData } from "../../compiler/ir/graph.ts";
import { topologicalOrder } from "../../compiler/ir/graph.ts";
import { verify } from "../../compiler/ir/verify.ts";
import { operatorOf } from "../../compiler/operators/table.ts";
import { isFloat } from "../../compiler/operators/typing.ts";
import { createBuilder } from "../../compiler/ir/builder.ts";
import { difference, graphOf, instances, position, weighted } from "./instance.ts";
import type { Instance } from "./instance.ts";

const STEP = 1e-5;
const hasRule = (name: OperatorName): boolean => operatorOf(name).gradient.kind === "rule";

/** Instances whose result can be summed into a loss. */
const differentiable = (symbolic = false): readonly Instance[] => [...instances(hasRule, symbolic)].filter(({ node }) => isFloat(node.type.dtype));

function centralDifferences(loss: Node, { data }: Instance, name: string): TensorData {
  const x = data.get(name)!;
  const at = (element: number, value: number): number => {
    const moved = Float64Array.from(x.data);
    moved[element] = value;
    return interpret([loss], { inputs: new Map(data).set(name, { ...x, data: moved }), parameters: new Map() })[0].data[0];
  };
  return { ...x, data: x.data.map((value, i) => (at(i, value + STEP) - at(i, value - STEP)) / (2 * STEP)) };
}

describe("gradient rules against central differences", () => {
  it.each(differentiable().map((each) => [each.title, each] as const))("%s", (_, instance) => {
    const { build, inputs, data } = instance;
    const loss = weighted(instance);
    const wanted = inputs.filter((input) => isFloat(input.type.dtype));
    const slopes = gradients(build, loss, wanted);
    if (wanted.length === 0) return expect(slopes).toEqual([]);
    expect(slopes.every((slope) => slope !== undefined)).toBe(true);
    const values = interpret(slopes as Node[], { inputs: data, parameters: new Map() });
    wanted.forEach((input, i) => expect(difference(values[i], centralDifferences(loss, instance, input.attributes.name))).toBeLessThanOrEqual(1e-6));
    expect(verify(graphOf(inputs, slopes as Node[]), emptyFacts())).toEqual([]);
    for (const node of topologicalOrder(slopes as Node[])) expect(node.location.span.file.name).toBe("sample.net");
  });
});

describe("gradient rules with symbolic sizes", () => {
  it.each(differentiable(true).map((each) => [each.title, each] as const))("%s", (_, instance) => {
    const concrete = [...instances((name) => name === instance.operator)].find((each) => each.title === instance.title)!;
    const evaluateSlopes = (each: Instance): readonly TensorData[] => {
      const wanted = each.inputs.filter((input) => isFloat(input.type.dtype));
      const ones = each.build.within(position, () =>
        each.build.reduce(
          "sum",
          each.build.mul(each.node, each.node),
          each.node.type.shape.map((__, axis) => axis),
        ),
      );
      return interpret(gradients(each.build, ones, wanted) as Node[], { inputs: each.data, parameters: new Map(), sizes: each.sizes });
    };
    const [open, closed] = [evaluateSlopes(instance), evaluateSlopes(concrete)];
    open.forEach((value, i) => expect(difference(value, closed[i])).toBeLessThanOrEqual(1e-12));
  });
});

describe("what a rule reads", () => {
  it.each(differentiable().map((each) => [each.title, each] as const))("%s: only what it says", (_, instance) => {
    const { build, inputs, node } = instance;
    const gradient = operatorOf(node.operator).gradient;
    if (gradient.kind !== "rule") throw new Error("has no rule");
    const slopes = gradients(
      build,
      weighted(instance),
      inputs.filter((input) => isFloat(input.type.dtype)),
    );
    const order = topologicalOrder(slopes.filter((slope) => slope !== undefined));
    // The node itself is reached when its result is read; then its operands are reached through it.
    if (order.includes(node)) expect(gradient.reads.result).toBe(true);
    const direct = new Set(order.filter((each) => each !== node).flatMap((each) => each.inputs));
    inputs.forEach((input, operand) => {
      if (direct.has(input)) expect(gradient.reads.operands).toContain(operand);
    });
  });
});

describe("gradients", () => {
  const scalar = (name: string) => {
    const build = createBuilder();
    return build.within(position, () => ({ build, x: build.make("input", [], { name, dtype: "f32", shape: [] }) }));
  };
  const slopeAt = (value: number, make: (build: ReturnType<typeof createBuilder>, x: Node) => Node): number | undefined => {
    const { build, x } = scalar("x");
    const [slope] = gradients(
      build,
      build.within(position, () => make(build, x)),
      [x],
    );
    return (
      slope &&
      interpret([slope], { inputs: new Map([["x", { dtype: "f32", shape: [], data: new Float64Array([value]) }]]), parameters: new Map() })[0].data[0]
    );
  };

  it("adds cotangents where a value is used twice", () => {
    expect(slopeAt(3, (build, x) => build.add(build.mul(x, x), x))).toBe(7);
  });
  it("follows PyTorch at kinks and ties", () => {
    expect(slopeAt(0, (build, x) => build.relu(x))).toBe(0);
    expect(slopeAt(0, (build, x) => build.abs(x))).toBe(0);
    expect(slopeAt(2, (build, x) => build.max(x, 2))).toBe(0.5);
    expect(slopeAt(0, (build, x) => build.pow(x, 0))).toBe(0);
  });
  it("is undefined where nothing depends on the value", () => {
    expect(slopeAt(1, (build, x) => build.mul(build.stop_gradient(x), build.floor(x)))).toBeUndefined();
  });
  it("is 1 for the output itself", () => {
    expect(slopeAt(5, (_, x) => x)).toBe(1);
  });
  it("marks its nodes as derived from the forward node", () => {
    const { build, x } = scalar("x");
    const [slope] = gradients(
      build,
      build.within(position, () => build.sin(x)),
      [x],
    );
    expect(slope!.location).toEqual({ ...position.location, derived: "gradient" });
    expect(slope!.path).toBe("sample");
  });
  it("shares a tie of a reduction equally and survives zeros in a product", () => {
    const build = createBuilder();
    const slopeOf = (kind: "max" | "prod", values: readonly number[]): readonly number[] =>
      build.within(position, () => {
        const x = build.tensor({ dtype: "f32", shape: [values.length], data: Float64Array.from(values) });
        return [...interpret(gradients(build, build.reduce(kind, x, [0]), [x]) as Node[], { inputs: new Map(), parameters: new Map() })[0].data];
      });
    expect(slopeOf("max", [1, 4, 4, 2])).toEqual([0, 0.5, 0.5, 0]);
    expect(slopeOf("prod", [2, 0, 3])).toEqual([0, 6, 0]);
    expect(slopeOf("prod", [0, 0, 3])).toEqual([0, 0, 0]);
  });
  it("sends the gradient of a tie in max pooling to the first", () => {
    const build = createBuilder();
    const values = build.within(position, () => {
      const x = build.tensor({ dtype: "f32", shape: [4], data: Float64Array.of(1, 1, 2, 2) });
      const pooled = build.make("pool", [x], { kind: "max", window: [2], stride: [2], low: [0], high: [0], countPadding: false });
      return interpret(gradients(build, build.reduce("sum", pooled, [0]), [x]) as Node[], { inputs: new Map(), parameters: new Map() })[0].data;
    });
    expect([...values]).toEqual([1, 0, 1, 0]);
  });
  it("refuses what has no gradient, naming the node", () => {
    const build = createBuilder();
    const attempt = (): unknown =>
      build.within(position, () => {
        const x = build.tensor({ dtype: "f32", shape: [2], data: Float64Array.of(1, 2) });
        const pooled = build.make("pool_max_gradient", [x, x], { window: [1], stride: [1], low: [0], high: [0] });
        return gradients(build, build.reduce("sum", pooled, [0]), [x]);
      });
    expect(attempt).toThrow(GradientError);
    expect(attempt).toThrow("second derivative of max pooling");
  });
});
