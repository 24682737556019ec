import { describe, expect, it } from "vitest";
import { add, constant, emptyFacts, multiply, variable } from "../../compiler/dims/index.ts";
import { initialise, initialiseFloat32 } from "../../compiler/initialise.ts";
import { interpret, InterpretationError } from "../../compiler/interpreter.ts";
import { createBuilder } from "../../compiler/ir/builder.ts";
import type { Builder } from "../../compiler/ir/builder.ts";
import type { Node, NodeOf, TensorData } from "../../compiler/ir/graph.ts";
import { verify } from "../../compiler/ir/verify.ts";
import { erf } from "../../compiler/operators/erf.ts";
import { normalAt, streamOf } from "../../compiler/operators/random.ts";
import { graphOf, position } from "./instance.ts";

const here = <Result>(make: (build: Builder) => Result): Result => {
  const build = createBuilder();
  return build.within(position, () => make(build));
};
const tensor = (shape: readonly number[], ...values: readonly number[]): TensorData => ({ dtype: "f32", shape, data: Float64Array.from(values) });
const [N, C] = [variable("N"), variable("C")];

describe("interpret", () => {
  const graph = here((build) => {
    const x = build.make("input", [], { name: "x", dtype: "f32", shape: [N, C] });
    const w = build.make("parameter", [], { path: "w", init: { kind: "constant", value: 1 }, dtype: "f32", shape: [C] });
    return { x, y: build.mul(build.add(x, build.along(w, x.type, 1)), build.floatOf(multiply(N, 2), "f32")) };
  });
  const run = (x: TensorData, w: TensorData): readonly number[] => [
    ...interpret([graph.y], { inputs: new Map([["x", x]]), parameters: new Map([["w", w]]) })[0].data,
  ];

  it("infers sizes from shapes", () => {
    expect(run(tensor([1, 2], 1, 2), tensor([2], 10, 20))).toEqual([22, 44]);
    expect(run(tensor([2, 1], 1, 2), tensor([1], 3))).toEqual([16, 20]);
  });
  it("refuses values of another shape, naming the node", () => {
    expect(() => run(tensor([1, 2], 1, 2), tensor([3], 1, 2, 3))).toThrow(InterpretationError);
    expect(() => run(tensor([2], 1, 2), tensor([2], 1, 2))).toThrow("has rank 1, and 2 was declared");
    expect(() => interpret([graph.y], { inputs: new Map(), parameters: new Map() })).toThrow("is not known");
  });
  it("finds a prediction that the sizes do not keep", () => {
    const root = here((build) => {
      const x = build.make("input", [], { name: "x", dtype: "f32", shape: [N] });
      return build.add(build.sliceAxis(x, 0, 0, 3), build.reshape(x, [constant(3)]));
    });
    expect(() => interpret([root], { inputs: new Map([["x", tensor([2], 1, 2)]]), parameters: new Map() })).toThrow(
      "a slice stops at the end or earlier: 2 and 3",
    );
  });
  it("refuses an index outside the table", () => {
    const root = here((build) => build.gather(build.tensor(tensor([2], 1, 2)), build.tensor({ dtype: "i32", shape: [1], data: Float64Array.of(2) })));
    expect(() => interpret([root], { inputs: new Map(), parameters: new Map() })).toThrow("gather at sample: index 2 is outside 0 to 1");
  });
  it("gives zeros for a softmax that is masked everywhere, also decomposed", () => {
    const values = here((build) => {
      const x = build.tensor(tensor([2, 2], -Infinity, -Infinity, 0, -Infinity));
      return interpret([build.make("softmax", [x], { axis: 1 })], { inputs: new Map(), parameters: new Map() })[0].data;
    });
    expect([...values]).toEqual([0, 0, 1, 0]);
  });
  it("draws the same random numbers for the same key and step, others for others", () => {
    const draw = (key: string, step: number): readonly number[] =>
      here((build) => [
        ...interpret([build.make("random", [], { distribution: "uniform", key, shape: [constant(4)] })], {
          inputs: new Map(),
          parameters: new Map(),
          step,
        })[0].data,
      ]);
    expect(draw("a", 1)).toEqual(draw("a", 1));
    expect(draw("a", 1)).not.toEqual(draw("a", 2));
    expect(draw("a", 1)).not.toEqual(draw("b", 1));
  });
});

describe("erf", () => {
  // Reference values to 17 digits: Abramowitz and Stegun, table 7.1, extended with mpmath
  it.each([
    [0.1, 0.1124629160182849],
    [0.5, 0.5204998778130465],
    [1, 0.8427007929497149],
    [2, 0.9953222650189527],
    [2.5, 0.999593047982555],
    [3, 0.9999779095030014],
  ])("erf(%d)", (x, expected) => {
    expect(Math.abs(erf(x) - expected)).toBeLessThanOrEqual(3e-16);
    expect(erf(-x)).toBe(-erf(x));
  });
  it("is odd, bounded and continuous where the series meets the fraction", () => {
    expect(erf(0)).toBe(0);
    expect(erf(30)).toBe(1);
    expect(Math.abs(erf(2.5 + 1e-12) - erf(2.5 - 1e-12))).toBeLessThan(1e-14);
  });
});

describe("initialise", () => {
  const moments = (values: Float32Array): { mean: number; deviation: number; largest: number } => {
    let [sum, squares, largest] = [0, 0, 0];
    for (const value of values) {
      sum += value;
      squares += value * value;
      largest = Math.max(largest, Math.abs(value));
    }
    return { mean: sum / values.length, deviation: Math.sqrt(squares / values.length - (sum / values.length) ** 2), largest };
  };
  const count = 200_000;

  it("makes the distributions it says", () => {
    const uniform = moments(initialiseFloat32("a", { kind: "uniform", bound: 0.5 }, count, 1));
    expect(uniform.mean).toBeCloseTo(0, 2);
    expect(uniform.deviation).toBeCloseTo(1 / Math.sqrt(12), 2);
    expect(uniform.largest).toBeLessThanOrEqual(0.5);
    const normal = moments(initialiseFloat32("a", { kind: "normal", std: 2 }, count, 1));
    expect(normal.mean).toBeCloseTo(0, 1);
    expect(normal.deviation).toBeCloseTo(2, 1);
    const truncated = moments(initialiseFloat32("a", { kind: "truncated_normal", std: 1 }, count, 1));
    expect(truncated.largest).toBeLessThanOrEqual(2);
    expect(truncated.deviation).toBeCloseTo(0.8796, 2); // sqrt(1 - 4 φ(2) / (2 Φ(2) - 1))
  });
  it("has neighbours, paths and seeds that are not correlated", () => {
    const values = initialiseFloat32("a", { kind: "uniform", bound: 1 }, count, 1);
    const correlation = (other: Float32Array, shift: number): number => {
      let sum = 0;
      for (let i = 0; i + shift < count; i++) sum += values[i] * other[i + shift];
      return (3 * sum) / count;
    };
    const limit = 5 / Math.sqrt(count);
    for (const shift of [1, 2, 3, 7, 64, 256, 1024]) expect(Math.abs(correlation(values, shift))).toBeLessThan(limit);
    expect(Math.abs(correlation(initialiseFloat32("b", { kind: "uniform", bound: 1 }, count, 1), 0))).toBeLessThan(limit);
    expect(Math.abs(correlation(initialiseFloat32("a", { kind: "uniform", bound: 1 }, count, 2), 0))).toBeLessThan(limit);
  });
  it("gives a parameter the same values whatever stands beside it, and element by element", () => {
    const [a, b] = here((build) =>
      ["a", "b"].map((path) => build.make("parameter", [], { path, init: { kind: "normal", std: 1 }, dtype: "f32", shape: [N, constant(3)] })),
    ) as NodeOf<"parameter">[];
    const sizes = new Map([["N", 5]]);
    expect(initialise([a, b], 7, sizes).get("b")).toEqual(initialise([b], 7, sizes).get("b"));
    const values = initialiseFloat32("a", { kind: "normal", std: 1 }, 15, 7);
    expect([...values]).toEqual([...values].map((_, i) => Math.fround(normalAt(streamOf("a", 7), i))));
    expect(initialise([a], 7, sizes).get("a")!.shape).toEqual([5, 3]);
  });
  it("writes constants and values", () => {
    expect([...initialiseFloat32("a", { kind: "constant", value: 1 }, 2, 0)]).toEqual([1, 1]);
    expect([...initialiseFloat32("a", { kind: "values", values: [1, 2] }, 2, 0)]).toEqual([1, 2]);
    expect(() => initialiseFloat32("a", { kind: "values", values: [1] }, 2, 0)).toThrow("1 written values for 2 numbers");
  });
});

describe("verify", () => {
  const sound = here((build) => {
    const x = build.make("input", [], { name: "x", dtype: "f32", shape: [N, C] }, ["N", "C"]);
    return { x, y: build.exp(x) };
  });
  const problems = (node: Node): readonly string[] => verify(graphOf([sound.x], [node]), emptyFacts());

  it("finds nothing in a sound graph", () => {
    expect(problems(sound.y)).toEqual([]);
  });
  it("finds a wrong type, attribute, order or place", () => {
    expect(problems({ ...sound.y, type: { ...sound.y.type, shape: [N, add(C, 1)] } } as Node)).toEqual(["exp at sample: axis 1 is C and says C + 1"]);
    expect(problems({ ...sound.y, type: { ...sound.y.type, dtype: "i32" } } as Node)).toEqual(["exp at sample: is f32 and says i32"]);
    expect(problems({ ...sound.y, attributes: { axis: 1 } } as unknown as Node)).toEqual(["exp at sample: has the attributes axis, not none"]);
    expect(problems({ ...sound.y, inputs: [{ ...sound.x, id: sound.y.id + 1 }] } as Node)).toContain(
      "exp at sample: an operand is younger than its user",
    );
    const nowhere = { ...position.location, span: { ...position.location.span, end: 99 } };
    expect(problems({ ...sound.y, location: nowhere } as Node)).toEqual(["exp at sample: has no place in the source"]);
  });
  it("finds what is not declared, or not proved", () => {
    expect(verify({ ...graphOf([], [sound.y]) }, emptyFacts())).toEqual(["input at sample: is reached and not declared"]);
    const flat = here((build) => build.reshape(sound.x, [N]));
    expect(problems(flat)[0]).toMatch(/a reshape keeps the number of elements: .* \(sometimes\)/);
  });
});

describe("the builder", () => {
  it("refuses what the shape rule refuses, and what constants contradict", () => {
    expect(() => here((build) => build.transpose(build.tensor(tensor([2], 1, 2)), [1]))).toThrow(
      "netc bug: transpose(f32[:2]) [1] is no permutation of 1 axes",
    );
    expect(() => here((build) => build.add(build.tensor(tensor([2], 1, 2)), build.tensor(tensor([3], 1, 2, 3))))).toThrow(
      "operands have the same shape",
    );
    expect(() => createBuilder().constant(1, "f32")).toThrow("outside any source location");
  });
  it("repeats scalars, and returns x for what changes nothing", () => {
    here((build) => {
      const x = build.make("input", [], { name: "x", dtype: "f32", shape: [N, C] }, ["N", "C"]);
      expect(build.add(2, x).type).toEqual(x.type);
      expect(build.reshape(x, [N, C])).toBe(x);
      expect(build.transpose(x, [0, 1])).toBe(x);
      expect(build.slice(x, [0, 0], [N, C])).toBe(x);
      expect(build.cast(x, "f32")).toBe(x);
      expect(build.sizeOf(constant(3)).operator).toBe("constant");
      expect(build.sizeOf(N).operator).toBe("size");
      expect(build.reduce("sum", x, [0]).type.axes).toEqual(["C"]);
    });
  });
});
