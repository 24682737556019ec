/** Convolution and pooling once more, from their definitions: padded arrays, and a kernel that is moved until it no longer fits. */
import { describe, expect, it } from "vitest";
import { assume, constant, constantValue, declare, emptyFacts, showSize, variable } from "../../compiler/dims/index.ts";
import type { Facts, Size } from "../../compiler/dims/index.ts";
import { gradients } from "../../compiler/gradient.ts";
import { interpret } from "../../compiler/interpreter.ts";
import { createBuilder } from "../../compiler/ir/builder.ts";
import type { Builder } from "../../compiler/ir/builder.ts";
import type { Node, NodeOf, TensorData } from "../../compiler/ir/graph.ts";
import { verify } from "../../compiler/ir/verify.ts";
import { convolutionSize } from "../../compiler/operators/convolution-size.ts";
import { difference, graphOf, instances, position } from "./instance.ts";

/** A row of elements with its dilation and padding written out; `undefined` marks padding. */
function laidOut(values: readonly number[], inputDilation: number, low: number, high: number): readonly (number | undefined)[] {
  const spaced = values.flatMap((value, i) => (i === 0 ? [value] : [...new Array<number>(inputDilation - 1).fill(0), value]));
  return [...new Array<undefined>(low).fill(undefined), ...spaced, ...new Array<undefined>(high).fill(undefined)];
}

/** The starts at which a kernel lies inside a row. */
function starts(length: number, span: number, stride: number): readonly number[] {
  const found: number[] = [];
  for (let start = 0; start + span <= length; start += stride) found.push(start);
  return found;
}

const indices = (shape: readonly number[]): readonly number[][] =>
  shape.reduce<number[][]>((all, size) => all.flatMap((index) => Array.from({ length: size }, (_, i) => [...index, i])), [[]]);
const offset = (shape: readonly number[], index: readonly number[]): number => index.reduce((place, i, axis) => place * shape[axis] + i, 0);

function convolve({ attributes }: NodeOf<"conv">, x: TensorData, w: TensorData): TensorData {
  const { stride, dilation, inputDilation } = attributes;
  const [low, high] = [attributes.low.map((size) => constantValue(size)!), attributes.high.map((size) => constantValue(size)!)];
  const rows = x.shape
    .slice(3)
    .map((size, axis) =>
      laidOut([...Array(size).keys()], inputDilation[axis], low[axis], high[axis]).map((value, place) =>
        (place - low[axis]) % inputDilation[axis] === 0 ? value : undefined,
      ),
    );
  const places = rows.map((row, axis) => starts(row.length, dilation[axis] * (w.shape[3 + axis] - 1) + 1, stride[axis]));
  const shape = [x.shape[0], x.shape[1], w.shape[1], ...places.map((each) => each.length)];
  const data = indices(shape).map(([n, g, o, ...t]) => {
    let sum = 0;
    for (const [c, ...k] of indices(w.shape.slice(2))) {
      const at = k.map((tap, axis) => rows[axis][places[axis][t[axis]] + tap * dilation[axis]]);
      if (at.every((i): i is number => i !== undefined)) sum += x.data[offset(x.shape, [n, g, c, ...at])] * w.data[offset(w.shape, [g, o, c, ...k])];
    }
    return sum;
  });
  return { dtype: "f32", shape, data: Float64Array.from(data) };
}

function pool({ attributes }: NodeOf<"pool">, x: TensorData): TensorData {
  const { kind, window, stride, low, high, countPadding } = attributes;
  const lead = x.shape.length - window.length;
  const rows = window.map((_, axis) => laidOut([...Array(x.shape[lead + axis]).keys()], 1, low[axis], high[axis]));
  const places = rows.map((row, axis) => starts(row.length, window[axis], stride[axis]));
  const shape = [...x.shape.slice(0, lead), ...places.map((each) => each.length)];
  const data = indices(shape).map((index) => {
    const [front, t] = [index.slice(0, lead), index.slice(lead)];
    const inside = indices(window)
      .map((k) => k.map((tap, axis) => rows[axis][places[axis][t[axis]] + tap]))
      .filter((at): at is number[] => at.every((i) => i !== undefined))
      .map((at) => x.data[offset(x.shape, [...front, ...at])]);
    if (kind === "max") return Math.max(...inside);
    return inside.reduce((sum, value) => sum + value, 0) / (countPadding ? window.reduce((product, each) => product * each, 1) : inside.length);
  });
  return { dtype: "f32", shape, data: Float64Array.from(data) };
}

describe("by definition", () => {
  const all = [...instances((name) => name === "conv" || name === "pool")];
  it.each(all.map((each) => [each.title, each] as const))("%s: the same shape and values", (_, { node, inputs, data }) => {
    const [value] = interpret([node], { inputs: data, parameters: new Map() });
    const operands = inputs.map((input) => data.get(input.attributes.name)!);
    const expected =
      node.operator === "conv" ? convolve(node, operands[0], operands[1]) : node.operator === "pool" ? pool(node, operands[0]) : undefined;
    expect(value.shape).toEqual(expected!.shape);
    expect(difference(value, expected!)).toBeLessThanOrEqual(1e-14);
  });
});

// ------------------------------------------------------------------------------------- symbolic sizes, proved by the facts

function slopesAreProved(
  facts: Facts,
  make: (build: Builder, input: (name: string, shape: readonly (Size | number)[]) => Node) => Node,
): readonly string[] {
  const build = createBuilder();
  const inputs: NodeOf<"input">[] = [];
  return build.within(position, () => {
    const input = (name: string, shape: readonly (Size | number)[]): Node => {
      const node = build.make("input", [], { name, dtype: "f32", shape: shape.map((size) => (typeof size === "number" ? constant(size) : size)) });
      inputs.push(node);
      return node;
    };
    const y = make(build, input);
    const loss = build.reduce(
      "sum",
      build.mul(y, y),
      y.type.shape.map((_, axis) => axis),
    );
    const slopes = gradients(build, loss, inputs);
    expect(slopes.every((slope) => slope !== undefined)).toBe(true);
    return verify(graphOf(inputs, [loss, ...(slopes as Node[])]), facts);
  });
}

const conv = (build: Builder, x: Node, w: Node, stride: number, dilation: number, padding: number, inputDilation = 1): Node => {
  const pair = <Item>(item: Item): readonly Item[] => [item, item];
  return build.make("conv", [x, w], {
    stride: pair(stride),
    dilation: pair(dilation),
    inputDilation: pair(inputDilation),
    low: pair(constant(padding)),
    high: pair(constant(padding)),
  });
};

describe("backward shapes with free sizes", () => {
  const [N, H, W] = [variable("N"), variable("H"), variable("W")];
  const free = declare(declare(declare(emptyFacts(), "N"), "H"), "W");
  const atLeast = (size: number): Facts =>
    [H, W].reduce((facts, each) => assume(facts, { kind: "at_least", left: each, right: constant(size) }).facts, free);

  it.each([
    ["3 x 3, padding 1", 3, 1, 1, 1],
    ["stride 2, padding 1", 3, 2, 1, 1],
    ["stride 2, no padding", 3, 2, 1, 0],
    ["dilation 2", 3, 1, 2, 2],
    ["stride 3, dilation 2", 3, 3, 2, 1],
    ["kernel of 1, stride 2", 1, 2, 1, 0],
    ["patches", 16, 16, 1, 0],
  ])("conv, %s", (_, kernel, stride, dilation, padding) => {
    const least = Math.max(dilation * (kernel - 1) + 1 - 2 * padding, 1);
    expect(
      slopesAreProved(atLeast(least), (build, input) =>
        conv(build, input("x", [N, 1, 3, H, W]), input("w", [1, 4, 3, kernel, kernel]), stride, dilation, padding),
      ),
    ).toEqual([]);
  });
  it("transposed convolution", () => {
    expect(slopesAreProved(free, (build, input) => conv(build, input("x", [N, 1, 3, H, W]), input("w", [1, 4, 3, 2, 2]), 1, 1, 1, 2))).toEqual([]);
  });
  it("one kernel per sample", () => {
    expect(slopesAreProved(free, (build, input) => conv(build, input("x", [1, N, 3, H, W]), input("w", [N, 4, 3, 3, 3]), 1, 1, 1))).toEqual([]);
  });
  it.each(["max", "average"] as const)("%s pooling", (kind) => {
    const make = (build: Builder, input: (name: string, shape: readonly Size[]) => Node): Node =>
      build.make("pool", [input("x", [N, H, W])], { kind, window: [3, 3], stride: [2, 2], low: [1, 1], high: [1, 1], countPadding: false });
    expect(slopesAreProved(free, make)).toEqual([]);
  });
  it("every second element, concatenation, padding, bilinear resize", () => {
    const make = (build: Builder, input: (name: string, shape: readonly Size[]) => Node): Node => {
      const x = input("x", [N, H, W]);
      const half = build.sliceAxis(x, 1, 0, H, 2);
      const both = build.concat([half, build.make("resize", [x], { sizes: [half.type.shape[1], W], mode: "bilinear" })], 1);
      return build.pad(both, [0, 1, 0], [0, 2, 3]);
    };
    expect(slopesAreProved(free, make)).toEqual([]);
  });
});

describe("convolutionSize", () => {
  it("keeps H for a kernel of 3 with padding 1, and halves it with stride 2", () => {
    const H = variable("H");
    const plain = { kernel: 3, stride: 1, dilation: 1, low: 1, high: 1, inputDilation: 1 };
    expect(convolutionSize(H, plain)).toBe(H);
    expect(showSize(convolutionSize(H, { ...plain, stride: 2 }))).toMatch(/floor|ceil/);
    expect(constantValue(convolutionSize(constant(7), { ...plain, stride: 2 }))).toBe(4);
    expect(showSize(convolutionSize(H, { kernel: 2, stride: 1, dilation: 1, low: 1, high: 1, inputDilation: 2 }))).toBe("2 * H");
  });
});
