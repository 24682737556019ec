/** Blocks that cannot be one call are cut into parts that can; holes of texts become parameters where instances differ, and only there. */
import { beforeAll, describe, expect, it } from "vitest";
import { filled, fillingOf, givenHole, hole, holesOf, withoutNumbers } from "../../backends/tfjs/text/holes.ts";
import { camelCase, createNames } from "../../backends/tfjs/text/names.ts";
import { planOf } from "../../backends/tfjs/functions/plan.ts";
import { isRegion, regionsOf } from "../../backends/tfjs/functions/regions.ts";
import { interpret } from "../../compiler/interpreter.ts";
import type { Graph } from "../../compiler/ir/graph.ts";
import { batch, network } from "../onnx/networks.ts";
import { difference, randomTensor } from "../operators/instance.ts";
import { program, run, textOf, useBackend } from "./program.ts";

/** A block `a` whose second half reads what `b` makes of its first half; and a value of `b` that stands in `a`, as sharing may leave it. */
function entangled(): Graph {
  const graph = network(({ build, input, at }) => {
    const x = input("x", [batch, 3]);
    const first = at("a", () => build.exp(build.tanh(x)));
    const between = at("b", () => build.sin(build.mul(first, build.cos(first))));
    const second = at("a", () => build.tanh(build.mul(between, first)));
    return { y: at("b", () => build.sigmoid(build.add(second, build.exp(second)))) };
  });
  return { ...graph, blocks: new Map([["a", "Outer"], ["b", "Inner"]]) };
}

describe("blocks that go out and come back", () => {
  beforeAll(() => useBackend("cpu"));

  it("are cut, each part after what it reads", () => {
    const names = regionsOf(planOf(entangled())).items.map((item) => (isRegion(item) ? `${item.path} ${item.part}` : item.operator));
    expect(names).toEqual(["a 0", "b 0", "a 1", "b 1"]);
  });

  it("compute what they are to compute, and leave nothing", () => {
    const graph = entangled();
    const x = new Map([["x", randomTensor("x", [2, 3])]]);
    const { values, left } = run(program(graph), x, new Map(), { calls: 3 });
    expect(difference(values.get("y")!, interpret([graph.outputs[0].node], { inputs: x, parameters: new Map() })[0])).toBeLessThan(1e-6);
    expect(left.every(({ tensors, bytes }) => tensors === 0 && bytes === 0)).toBe(true);
  });

  it("of a single line are no functions", () => {
    const graph = network(({ build, input, at }) => ({ y: at("a", () => build.exp(input("x", [batch]))) }));
    expect(textOf(program({ ...graph, blocks: new Map([["a", "Alone"]]) })).match(/^(export )?function/gm)).toHaveLength(1);
  });
});

describe("numbers of a text", () => {
  const shape = (rows: string, columns: string): string => `tf.reshape(x, [${hole("2")}, ${hole(rows, "Y")}, ${hole(columns, "X")}])`;
  const name = (): ((wanted: string) => string) => createNames([]);

  it("are no part of what makes texts the same", () => {
    expect(withoutNumbers(shape("3", "4"))).toBe(withoutNumbers(shape("5", "6")));
    expect(withoutNumbers(shape("3", "4"))).not.toBe(withoutNumbers(`${shape("3", "4")} `));
  });

  const nothing = { name: () => "f", filling: () => ({ parameters: [], read: [], variables: [] }) };
  const fill = (...texts: readonly string[]): ReturnType<typeof fillingOf> => fillingOf(texts[0], texts.map(holesOf), texts.map(() => new Map()), ["B"], () => nothing.filling(), name());

  it("become parameters where they differ, one for those that differ alike", () => {
    const square = fill(shape("3", "3"), shape("5", "5"));
    expect(square.parameters).toEqual([{ name: "Y", type: "number", places: [1, 2] }]);
    expect(filled(shape("3", "3"), 0, square, nothing)).toBe("tf.reshape(x, [2, Y, Y])");
    expect(filled(shape("3", "4"), 0, fill(shape("3", "4")), nothing)).toBe("tf.reshape(x, [2, 3, 4])");
  });

  it("variables are given by name: where they are written, and as the parameter where another instance has a number", () => {
    expect(fill(shape("B", "4"), shape("B", "4"))).toEqual({ parameters: [], read: [], variables: ["B"] });
    expect(fill(shape("B", "4"), shape("1", "4"))).toEqual({ parameters: [{ name: "B", type: "number", places: [1] }], read: [], variables: [] });
  });

  it("are read off a tensor of the function where all instances have them there", () => {
    const texts = [shape("3", "12"), shape("5", "35")];
    const sizes = [[2, 3, 4], [2, 5, 7]].map((each) => new Map([["x", each]]));
    const filling = fillingOf(texts[0], texts.map(holesOf), sizes, ["B"], () => nothing.filling(), name());
    expect(filling.parameters).toEqual([]);
    expect(filled(texts[0], 0, filling, nothing)).toBe("tf.reshape(x, [2, sizeAlong(x, 1), sizeAlong(x, 1, 2)])");
    const other = fillingOf(texts[0], texts.map(holesOf), [sizes[0], new Map([["x", [2, 5, 6]]])], ["B"], () => nothing.filling(), name());
    expect(other.parameters.map(({ places }) => places)).toEqual([[2]]);
  });

  it("are handed on by a call where the function has a parameter for them", () => {
    const inner = fill(shape("3", "3"), shape("5", "5"));
    const call = `f(${["2", "3", "3"].map((value, place) => givenHole(0, place, value, "")).join("")})`;
    const outer = fillingOf(call, [holesOf(call)], [new Map()], [], () => inner, name());
    expect(filled(call, 0, outer, { name: () => "f", filling: () => inner })).toBe("f(3)");
  });
});

describe("names", () => {
  it("are camel case, once each, and no words of the language", () => {
    const name = createNames(["taken"]);
    expect([camelCase("vision.layer.3.norm_pre"), camelCase("3.x"), name("x"), name("x"), name("new"), name("taken"), name("layer1"), name("layer1")]).toEqual(["visionLayer3NormPre", "value3X", "x", "x2", "new2", "taken2", "layer1", "layer1_2"]);
  });
});
