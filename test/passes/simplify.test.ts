/** Identities one by one: what goes, and what must stay because some float would change. */
import { describe, expect, it } from "vitest";
import { constant, emptyFacts, floorDivide, variable } from "../../compiler/dims/index.ts";
import { createBuilder } from "../../compiler/ir/builder.ts";
import { interpret } from "../../compiler/interpreter.ts";
import type { Builder } from "../../compiler/ir/builder.ts";
import type { Graph, Node, NodeOf, TensorData } from "../../compiler/ir/graph.ts";
import { lower, nodesOf } from "./programs.ts";
import { fold, optimise, share, simplify } from "../../compiler/passes/index.ts";
import { graphOf, position } from "../operators/instance.ts";

const B = variable("B");
const size = (...values: readonly number[]) => values.map((value) => constant(value));

function graphWith(make: (build: Builder, x: Node, condition: Node) => Node, dtype: "f32" | "i32" = "f32"): { graph: Graph; x: Node } {
  const build = createBuilder();
  return build.within(position, () => {
    const x = build.make("input", [], { name: "x", dtype, shape: [B, constant(3)] });
    const condition = build.make("input", [], { name: "c", dtype: "bool", shape: [B, constant(3)] });
    return { x, graph: graphOf([x, condition] as unknown as readonly NodeOf<"input">[], [make(build, x, condition)]) };
  });
}

const result = (graph: Graph): Node => simplify.run(graph, emptyFacts()).outputs[0].node;

describe("gone", () => {
  const cases: Readonly<Record<string, (build: Builder, x: Node, condition: Node) => Node>> = {
    "x * 1": (b, x) => b.mul(x, 1),
    "1 * x": (b, x) => b.mul(1, x),
    "x / 1": (b, x) => b.div(x, 1),
    "x - 0": (b, x) => b.sub(x, 0),
    "x + -0": (b, x) => b.add(x, -0),
    "x ^ 1": (b, x) => b.pow(x, 1),
    "max(x, x)": (b, x) => b.max(x, x),
    "--x": (b, x) => b.neg(b.neg(x)),
    "x * 1 by a tensor of ones": (b, x) =>
      b.mul(x, b.broadcast(b.tensor({ dtype: "f32", shape: [3], data: Float64Array.of(1, 1, 1) }), x.type.shape, [1])),
    "select(true)": (b, x) => b.select(b.broadcast(b.broadcast(b.constant(1, "bool"), size(3), []), x.type.shape, [1]), x, -1e30),
    "select(false)": (b, x) => b.select(b.broadcast(b.constant(0, "bool"), x.type.shape, []), -1e30, x),
    "select(c, x, x)": (b, x, c) => b.select(c, x, x),
    "select(c or true)": (b, x, c) => b.select(b.or(c, b.broadcast(b.constant(1, "bool"), x.type.shape, [])), x, 0),
    "two transposes": (b, x) => b.transpose(b.transpose(x, [1, 0]), [1, 0]),
    "two reshapes": (b, x) => b.reshape(b.reshape(x, [constant(3), B]), x.type.shape),
    "cast there and back": (b, x) => b.cast(b.cast(x, "f64"), "f32"),
    "a whole slice": (b, x) => b.make("slice", [x], { starts: size(0, 0), stops: x.type.shape, steps: [1, 1] }),
    "two reverses": (b, x) => b.reverse(b.reverse(x, [1]), [1]),
    "x * (2 * 0.5)": (b, x) => b.mul(x, b.mul(b.broadcast(b.constant(2, "f32"), x.type.shape, []), 0.5)),
  };
  it.each(Object.entries(cases))("%s", (_, make) => {
    const { graph, x } = graphWith(make);
    expect(optimise(graph, { facts: emptyFacts(), verify: true }).outputs[0].node).toBe(x);
    const floats: TensorData = { dtype: "f32", shape: [2, 3], data: Float64Array.of(NaN, Infinity, -Infinity, -0, 0, -1.5) };
    const inputs = new Map<string, TensorData>([
      ["x", floats],
      ["c", { ...floats, dtype: "bool", data: Float64Array.of(0, 1, 1, 0, 1, 0) }],
    ]);
    const [value] = interpret([graph.outputs[0].node], { inputs, parameters: new Map() });
    floats.data.forEach((each, i) => expect(value.data[i]).toBe(each)); // by Object.is
  });
  it("x + 0 of whole numbers, and of a float that is never -0", () => {
    const whole = graphWith((b, x) => b.add(x, 0), "i32");
    expect(result(whole.graph)).toBe(whole.x);
    expect(result(graphWith((b, x) => b.add(b.exp(x), 0)).graph).operator).toBe("exp");
  });
});

describe("stays, for some float", () => {
  const cases: Readonly<Record<string, (build: Builder, x: Node, condition: Node) => Node>> = {
    "x * 0 (NaN)": (b, x) => b.mul(x, 0),
    "x + 0 (-0)": (b, x) => b.add(x, 0),
    "0 - x (0)": (b, x) => b.sub(0, x),
    "1 / x": (b, x) => b.div(1, x),
    "x - x (infinity)": (b, x) => b.sub(x, x),
    "x == x (NaN)": (b, x) => b.cast(b.equal(x, x), "f32"),
    "there and back through i32": (b, x) => b.cast(b.cast(x, "i32"), "f32"),
  };
  it.each(Object.entries(cases))("%s", (_, make) => {
    const { graph } = graphWith(make);
    expect(result(graph)).toBe(graph.outputs[0].node);
  });
});

describe("rewritten", () => {
  it("moves a broadcast behind the work", () => {
    const { graph } = graphWith((b, x) => b.exp(b.mul(b.along(b.sliceAxis(b.reduce("sum", x, [0]), 0, 0, 3), x.type, 1), 2)));
    const node = result(graph);
    expect([node.operator, node.inputs[0].operator, node.inputs[0].type.shape.length]).toEqual(["broadcast", "exp", 1]);
  });
  it("lets operands on different axes meet on their union", () => {
    const { graph } = graphWith((b, x) => {
      const shape = [B, constant(3), constant(4), constant(5)];
      return b.add(b.broadcast(x, shape, [0, 1]), b.broadcast(b.reduce("sum", x, [0]), shape, [1]));
    });
    const node = result(graph);
    expect([node.operator, node.inputs[0].operator, node.inputs[0].type.shape.length]).toEqual(["broadcast", "add", 2]);
  });
  it("takes the not out of a condition, and joins casts that lose nothing", () => {
    const { graph, x } = graphWith((b, own, c) => b.select(b.not(c), own, b.cast(b.cast(c, "i32"), "f32")));
    const node = result(graph);
    const [condition, then, otherwise] = node.inputs;
    expect([condition.operator, then.operator, then.inputs[0].operator, otherwise]).toEqual(["input", "cast", "input", x]);
  });
  it("computes with sizes", () => {
    const { graph } = graphWith((b, x) => {
      const half = b.div(b.sizeOf(B), 2);
      const rest = b.sub(b.sub(b.sizeOf(B), b.mul(half, 2)), b.rem(b.sizeOf(B), 2));
      return b.add(b.cast(b.broadcast(b.add(rest, b.sizeOf(floorDivide(B, 2))), x.type.shape, []), "f32"), x);
    });
    const sizes = nodesOf(simplify.run(graph, emptyFacts())).flatMap((node) => (node.operator === "size" ? [node.attributes.size] : []));
    expect(sizes).toEqual([floorDivide(B, 2)]);
  });
});

describe("fold", () => {
  it("rounds to single precision, keeps repetition, and leaves giants alone", () => {
    const build = createBuilder();
    const roots = build.within(position, () => {
      const third = build.div(build.constant(1, "f32"), 3);
      const table = build.cast(build.iota(size(2, 3), 1), "f32");
      const giant = build.exp(build.cast(build.iota(size(5000, 5000), 0), "f32"));
      return [third, build.add(table, third), build.broadcast(build.sin(table), size(2, 3, 4), [0, 1]), giant];
    });
    const [third, table, repeated, giant] = fold.run(graphOf([], roots), emptyFacts()).outputs.map((output) => output.node);
    expect(third.operator === "constant" && [...third.attributes.value.data]).toEqual([Math.fround(1 / 3)]);
    expect(table.operator === "constant" && [...table.attributes.value.data.slice(0, 3)]).toEqual([1 / 3, 4 / 3, 7 / 3].map(Math.fround));
    expect([repeated.operator, repeated.inputs[0].operator]).toEqual(["broadcast", "constant"]);
    expect(giant).toBe(roots[3]);
  });
  it("writes a table of equal numbers as one number repeated", () => {
    const build = createBuilder();
    const root = build.within(position, () => build.less_equal(build.iota(size(4, 4), 1), build.add(build.iota(size(4, 4), 0), 9)));
    const [{ node }] = fold.run(graphOf([], [root]), emptyFacts()).outputs;
    expect([node.operator, node.inputs[0]?.operator]).toEqual(["broadcast", "constant"]);
  });
  it("folds the sine positions of 512 x 30 x 30 to one constant", () => {
    const text = `model M { input x: f32[B, C = 512, Y = 30, X = 30]
      output y: f32[B, C = 512, Y = 30, X = 30] = x + sine_positions(C: C, Y: Y, X: X) }`;
    const { graph, facts } = lower(text);
    expect(nodesOf(optimise(graph, { facts })).map((node) => node.operator)).toEqual(["input", "constant", "broadcast", "add"]);
  });
});

describe("share", () => {
  it("merges by operator, operands, attributes and content, whatever the order of a sum", () => {
    const { graph } = graphWith((b, x) => {
      const table = (last: number): Node => b.tensor({ dtype: "f32", shape: [3], data: Float64Array.of(1, 2, last) });
      const sum = (value: Node): Node => b.add(b.mul(x, b.along(table(3), x.type, 1)), b.add(value, b.exp(x)));
      const noise = (key: string): Node => b.make("random", [], { distribution: "normal", key, shape: x.type.shape });
      const twin = b.add(b.add(b.exp(x), b.sin(x)), b.mul(b.along(table(3), x.type, 1), x));
      return b.concat([sum(b.sin(x)), twin, b.along(table(-3), x.type, 1), noise("a"), noise("a"), noise("b")], 1);
    });
    const after = share.run(graph, emptyFacts());
    const [{ node }] = after.outputs;
    expect(node.inputs[0]).toBe(node.inputs[1]);
    expect(node.inputs[3]).toBe(node.inputs[4]);
    expect(node.inputs[3]).not.toBe(node.inputs[5]);
    expect(nodesOf(after).filter((each) => each.operator === "constant").length).toBe(2);
    expect(share.run(after, emptyFacts())).toBe(after);
  });
  it("merges a chain of 20 000 nodes of twins (quadratic work would not end in time)", () => {
    const { graph } = graphWith((b, x) => {
      let node = x;
      for (let i = 0; i < 5000; i++) node = b.add(b.sin(node), b.mul(b.sin(node), node));
      return node;
    });
    expect(nodesOf(share.run(graph, emptyFacts())).length).toBe(15_001);
  });
});
