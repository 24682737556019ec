/**
 * `resize`: bilinear is a product with one matrix per axis, so that its gradient is the transposed product and exact for the convention; nearest
 * chooses elements by index. The matrices are made in the graph out of iota, so that sizes may stay symbolic.
 */
import { constant as size, multiply } from "../dims/index.ts";
import type { Size } from "../dims/index.ts";
import type { Dtype, Node, NodeOf, ValueType } from "../ir/graph.ts";
import type { Builder } from "../ir/builder.ts";
import { other } from "./costs.ts";
import type { OperatorTable, Sample, TypeResult } from "./operator.ts";
import { aroundAxis, countOf } from "./strides.ts";
import { accepted, elementCount, isFloat, range, refused, replaced, wrongCount } from "./typing.ts";

type Resize = NodeOf<"resize">;

/** Where new element i lies among the old ones: half-pixel centres, held at the border (PyTorch `align_corners=False`). */
const centre = (i: number, from: number, to: number): number => Math.min(Math.max(((i + 0.5) * from) / to - 0.5, 0), from - 1);

/** matrix[to, from]: max(0, 1 - |centre(i) - j|). Every row sums to 1. */
function bilinearMatrix(build: Builder, from: Size, to: Size, dtype: Dtype): Node {
  const shape = [to, from];
  const [row, column] = [build.cast(build.iota(shape, 0), dtype), build.cast(build.iota(shape, 1), dtype)];
  const [old, young] = [build.floatOf(from, dtype), build.floatOf(to, dtype)];
  const place = build.sub(build.div(build.mul(build.add(row, 0.5), old), young), 0.5);
  const held = build.min(build.max(place, 0), build.sub(old, 1));
  return build.max(build.sub(1, build.abs(build.sub(held, column))), 0);
}

/** floor(i · old / new) for every new index i. */
const nearestIndex = (build: Builder, from: Size, to: Size): Node => build.div(build.mul(build.iota([to], 0), build.sizeOf(from)), build.sizeOf(to));

const toFront = (rank: number, axis: number): readonly number[] => [axis, ...range(0, rank).filter((each) => each !== axis)];
const fromFront = (rank: number, axis: number): readonly number[] =>
  range(0, rank).map((each) => (each === axis ? 0 : each < axis ? each + 1 : each));

/** Whole factors of enlarging that are looked for. */
const mostRepeats = 16;

/** Resamples one axis, or (transposed) takes the cotangent of the new axis back to the old one. */
function alongAxis(build: Builder, x: Node, axis: number, mode: Resize["attributes"]["mode"], from: Size, to: Size, transposed: boolean): Node {
  if (from === to) return x;
  const rank = x.type.shape.length;
  if (mode === "nearest") {
    const repeats = transposed ? range(2, mostRepeats + 1).find((count) => multiply(from, count) === to) : undefined;
    // Each old element was repeated so many times, side by side: their cotangents are summed.
    if (repeats !== undefined) {
      const { shape } = x.type;
      return build.reduce("sum", build.reshape(x, [...shape.slice(0, axis), from, size(repeats), ...shape.slice(axis + 1)]), [axis + 1]);
    }
    const rows = build.transpose(x, toFront(rank, axis));
    const index = nearestIndex(build, from, to);
    return build.transpose(transposed ? build.scatterAdd(rows, index, from) : build.gather(rows, index), fromFront(rank, axis));
  }
  const matrix = bilinearMatrix(build, from, to, x.type.dtype);
  const product = build.dot(x, matrix, { batch: [], contract: [[axis, transposed ? 0 : 1]] }); // the new axis is last
  const order = range(0, rank).map((each) => (each === axis ? rank - 1 : each < axis ? each : each - 1));
  return build.transpose(product, order);
}

function resample(build: Builder, x: Node, from: readonly Size[], { sizes, mode }: Resize["attributes"], transposed: boolean): Node {
  const lead = x.type.shape.length - sizes.length;
  return sizes.reduce<Node>((value, to, axis) => alongAxis(build, value, lead + axis, mode, from[lead + axis], to, transposed), x);
}

function typeOf(operands: readonly ValueType[], { sizes }: Resize["attributes"]): TypeResult {
  const wrong = wrongCount(operands, 1);
  if (wrong) return wrong;
  const [x] = operands;
  const lead = x.shape.length - sizes.length;
  if (!isFloat(x.dtype)) return refused(`needs a float operand, has ${x.dtype}`);
  if (sizes.length < 1 || lead < 0) return refused(`resizes ${sizes.length} axes of a tensor of rank ${x.shape.length}`);
  return accepted(x.dtype, [...x.shape.slice(0, lead), ...sizes], x.axes);
}

function evaluateAxis(data: Float64Array, shape: readonly number[], axis: number, to: number, mode: Resize["attributes"]["mode"]): Float64Array {
  const [before, from, after] = aroundAxis(shape, axis);
  const result = new Float64Array(before * to * after);
  for (let b = 0, at = 0; b < before; b++) {
    for (let i = 0; i < to; i++) {
      const place = mode === "nearest" ? Math.floor((i * from) / to) : centre(i, from, to);
      const first = Math.floor(place);
      const share = place - first;
      const start = (b * from + first) * after;
      const next = share > 0 ? start + after : start;
      for (let a = 0; a < after; a++, at++) result[at] = (1 - share) * data[start + a] + share * data[next + a];
    }
  }
  return result;
}

function sample(title: string, shape: readonly number[], sizes: readonly number[]): readonly Sample<"resize">[] {
  const to = sizes.map((each) => size(each));
  return (["nearest", "bilinear"] as const).map((mode) => ({ title: `${mode}, ${title}`, operands: [{ shape }], attributes: { sizes: to, mode } }));
}

export const resizeRows = {
  resize: {
    name: "resize",
    tier: "composite",
    doc: [
      "The last axes at other sizes. `nearest` takes element floor(i old / new); `bilinear` interpolates between half-pixel centres,",
      "held at the border, and does not average when it shrinks.",
    ].join(" "),
    source: "ONNX Resize-19: asymmetric with nearest_mode floor, or half_pixel linear; PyTorch interpolate, align_corners=False",
    operands: [{ name: "x", doc: "A float tensor; any number of axes before the resized ones." }],
    attributes: { sizes: "The new sizes of the last axes.", mode: "`nearest` or `bilinear`." },
    type: typeOf,
    evaluate([x], { sizes, mode }, shape) {
      const lead = x.shape.length - sizes.length;
      let [data, current] = [x.data, x.shape];
      for (let axis = lead; axis < shape.length; axis++) {
        if (current[axis] === shape[axis]) continue;
        data = evaluateAxis(data, current, axis, shape[axis], mode);
        current = replaced(current, axis, shape[axis]);
      }
      if (data.length !== countOf(shape)) throw new Error("netc bug: resize made another number of elements");
      return data;
    },
    gradient: {
      kind: "rule",
      reads: { operands: [], result: false },
      rule: (build, { inputs: [x], attributes }, cotangent) => [resample(build, cotangent, x.type.shape, attributes, true)],
    },
    // bilinear from the neighbours: a product and a sum for each of the two along each axis
    cost: (_, { sizes, mode }, result) => other(mode === "nearest" ? size(0) : multiply(elementCount(result.shape), 2 ** (sizes.length + 1))),
    effects: "pure",
    samples: [
      ...sample("twice as large", [2, 3, 4], [6, 8]),
      ...sample("odd sizes", [1, 3, 5], [5, 4]),
      ...sample("smaller", [2, 7, 6], [3, 2]),
      ...sample("one axis", [2, 4], [7]),
      ...sample("from 1", [3, 1, 1], [2, 3]),
      ...sample("to 1", [2, 3, 4], [1, 1]),
      ...sample("one axis stays", [2, 3, 4], [3, 6]),
      ...sample("three axes", [2, 3, 2], [3, 2, 4]),
    ],
    decompose: (build, { inputs: [x], attributes }) => resample(build, x, x.type.shape, attributes, false),
  },
} satisfies Partial<OperatorTable>;
