/** Operators that take, add or join regions: slice, pad, concat. */
import { add, ceilDivide, constant as size, multiply, subtract } from "../dims/index.ts";
import type { Size } from "../dims/index.ts";
import type { Node } from "../ir/graph.ts";
import type { Builder } from "../ir/builder.ts";
import { free } from "./costs.ts";
import type { Obligation, OperatorTable } from "./operator.ts";
import { aroundAxis, copyStrided, countOf, readStrided, stridesOf } from "./strides.ts";
import { accepted, atLeast, isAxis, mergedAxes, refused, replaced, sameShape, sum, wrongCount } from "./typing.ts";

const sizes = (...values: readonly number[]) => values.map((value) => size(value));
const zero = size(0);

/** The transpose of a slice: every element of the cotangent back at its place, zeros elsewhere. */
function spread(build: Builder, cotangent: Node, full: readonly Size[], starts: readonly Size[], steps: readonly number[]): Node {
  let spaced = cotangent;
  // A step s along an axis of n: [n] -> [n, 1] -> zeros to [n, s] -> [n s], of which (n - 1) s + 1 elements reach from the first to the last.
  steps.forEach((step, axis) => {
    if (step === 1) return;
    const shape = spaced.type.shape;
    const [before, after] = [shape.slice(0, axis + 1), shape.slice(axis + 1)];
    const apart = build.reshape(spaced, [...before, size(1), ...after]);
    const padded = build.pad(
      apart,
      apart.type.shape.map(() => 0),
      apart.type.shape.map((_, at) => (at === axis + 1 ? step - 1 : 0)),
    );
    const joined = build.reshape(padded, replaced(shape, axis, multiply(shape[axis], step)));
    spaced = build.sliceAxis(joined, axis, 0, subtract(joined.type.shape[axis], step - 1));
  });
  const covered = spaced.type.shape;
  return build.pad(
    spaced,
    starts,
    full.map((whole, axis) => subtract(whole, add(starts[axis], covered[axis]))),
  );
}

export const windowRows = {
  slice: {
    name: "slice",
    tier: "primitive",
    doc: "The elements start, start + step, … below stop, along every axis.",
    source: "ONNX Slice-13",
    operands: [{ name: "x", doc: "Any tensor." }],
    attributes: { starts: "First index of each axis.", stops: "One past the last index of each axis.", steps: "Positive step of each axis." },
    type(operands, { starts, stops, steps }) {
      const wrong = wrongCount(operands, 1);
      if (wrong) return wrong;
      const [x] = operands;
      const rank = x.shape.length;
      if (starts.length !== rank || stops.length !== rank || steps.length !== rank)
        return refused(`needs a start, stop and step for each of ${rank} axes`);
      if (!steps.every((step) => Number.isInteger(step) && step >= 1)) return refused(`steps are ${steps.join(", ")}`);
      const obligations = x.shape.flatMap((whole, axis) => [
        ...atLeast(starts[axis], zero, "a slice starts at 0 or later"),
        ...atLeast(stops[axis], starts[axis], "a slice stops at its start or later"),
        ...atLeast(whole, stops[axis], "a slice stops at the end or earlier"),
      ]);
      return accepted(
        x.dtype,
        steps.map((step, axis) => ceilDivide(subtract(stops[axis], starts[axis]), step)),
        x.axes,
        obligations,
      );
    },
    evaluate([x], { starts, steps }, shape, context) {
      const strides = stridesOf(x.shape);
      const start = starts.reduce((offset, each, axis) => offset + context.size(each) * strides[axis], 0);
      return readStrided(
        shape,
        x.data,
        start,
        strides.map((stride, axis) => stride * steps[axis]),
      );
    },
    gradient: {
      kind: "rule",
      reads: { operands: [], result: false },
      rule: (build, { inputs: [x], attributes: { starts, steps } }, cotangent) => [spread(build, cotangent, x.type.shape, starts, steps)],
    },
    cost: free,
    effects: "pure",
    samples: [
      { title: "a middle part", operands: [{ shape: [7] }], attributes: { starts: sizes(2), stops: sizes(5), steps: [1] } },
      { title: "every second of an odd axis", operands: [{ shape: [7] }], attributes: { starts: sizes(0), stops: sizes(7), steps: [2] } },
      { title: "every second from 1", operands: [{ shape: [2, 8] }], attributes: { starts: sizes(0, 1), stops: sizes(2, 8), steps: [1, 2] } },
      { title: "steps 2 and 3", operands: [{ shape: [5, 9] }], attributes: { starts: sizes(1, 2), stops: sizes(4, 8), steps: [2, 3] } },
      { title: "one element", operands: [{ shape: [3, 4] }], attributes: { starts: sizes(2, 3), stops: sizes(3, 4), steps: [1, 1] } },
      { title: "a step beyond the end", operands: [{ shape: [3] }], attributes: { starts: sizes(1), stops: sizes(3), steps: [5] } },
      { title: "everything", operands: [{ shape: [2, 3] }], attributes: { starts: sizes(0, 0), stops: sizes(2, 3), steps: [1, 1] } },
      { title: "nothing", operands: [{ shape: [3] }], attributes: { starts: sizes(2), stops: sizes(2), steps: [1] } },
    ],
  },
  pad: {
    name: "pad",
    tier: "primitive",
    doc: "Adds elements of one value at the ends of each axis.",
    source: "ONNX Pad-18, mode constant",
    operands: [{ name: "x", doc: "Any tensor." }],
    attributes: {
      low: "How many before the first element of each axis.",
      high: "How many after the last.",
      value: "What is added; not differentiated.",
    },
    type(operands, { low, high }) {
      const wrong = wrongCount(operands, 1);
      if (wrong) return wrong;
      const [x] = operands;
      if (low.length !== x.shape.length || high.length !== x.shape.length)
        return refused(`needs a low and a high padding for each of ${x.shape.length} axes`);
      const obligations = [...low, ...high].flatMap((each) => atLeast(each, zero, "a padding is not negative"));
      return accepted(
        x.dtype,
        x.shape.map((each, axis) => add(low[axis], each, high[axis])),
        x.axes,
        obligations,
      );
    },
    evaluate([x], { low, value }, shape, context) {
      const result = new Float64Array(countOf(shape)).fill(value);
      const strides = stridesOf(shape);
      const start = low.reduce((offset, each, axis) => offset + context.size(each) * strides[axis], 0);
      copyStrided(x.shape, { data: x.data, start: 0, strides: stridesOf(x.shape) }, { data: result, start, strides });
      return result;
    },
    gradient: {
      kind: "rule",
      reads: { operands: [], result: false },
      rule: (build, { inputs: [x], attributes: { low } }, cotangent) => [
        build.slice(
          cotangent,
          low,
          x.type.shape.map((each, axis) => add(low[axis], each)),
        ),
      ],
    },
    cost: free,
    effects: "pure",
    samples: [
      { title: "both ends", operands: [{ shape: [4] }], attributes: { low: sizes(2), high: sizes(1), value: 0 } },
      { title: "below only", operands: [{ shape: [2, 3] }], attributes: { low: sizes(1, 0), high: sizes(0, 0), value: 0 } },
      { title: "above only, with a value", operands: [{ shape: [2, 3] }], attributes: { low: sizes(0, 0), high: sizes(0, 3), value: -7.5 } },
      { title: "an image", operands: [{ shape: [1, 2, 3, 3] }], attributes: { low: sizes(0, 0, 1, 1), high: sizes(0, 0, 1, 2), value: 0 } },
      { title: "nothing", operands: [{ shape: [3] }], attributes: { low: sizes(0), high: sizes(0), value: 1 } },
      { title: "scalar", operands: [{ shape: [] }], attributes: { low: [], high: [], value: 0 } },
    ],
  },
  concat: {
    name: "concat",
    tier: "primitive",
    doc: "Tensors one after another along an axis; their other sizes are equal.",
    source: "ONNX Concat-13",
    operands: [{ name: "x", doc: "Tensors of one element type." }],
    variadic: true,
    attributes: { axis: "The axis that becomes longer." },
    type(operands, { axis }) {
      if (operands.length === 0) return refused("needs at least one operand");
      const [first, ...others] = operands;
      if (!isAxis(axis, first.shape.length)) return refused(`joins along axis ${axis} of ${first.shape.length}`);
      const obligations: Obligation[] = [];
      for (const operand of others) {
        const same = sameShape(first, operand, "concatenated tensors agree in their other sizes", axis);
        if (same === undefined || operand.dtype !== first.dtype) return refused("joins tensors of different ranks or element types");
        obligations.push(...same);
      }
      return accepted(
        first.dtype,
        replaced(first.shape, axis, sum(operands.map((operand) => operand.shape[axis]))),
        mergedAxes(operands),
        obligations,
      );
    },
    evaluate(operands, { axis }, shape) {
      const result = new Float64Array(countOf(shape));
      const [before, whole, after] = aroundAxis(shape, axis);
      let start = 0;
      for (const { data, shape: own } of operands) {
        const block = own[axis] * after;
        for (let i = 0; i < before; i++) result.set(data.subarray(i * block, (i + 1) * block), i * whole * after + start);
        start += block;
      }
      return result;
    },
    gradient: {
      kind: "rule",
      reads: { operands: [], result: false },
      rule(build, { inputs, attributes: { axis } }, cotangent, needed) {
        let start: Size = zero;
        return inputs.map((input, i) => {
          const from = start;
          start = add(start, input.type.shape[axis]);
          return needed[i] ? build.sliceAxis(cotangent, axis, from, start) : undefined;
        });
      },
    },
    cost: free,
    effects: "pure",
    samples: [
      { title: "two rows", operands: [{ shape: [2] }, { shape: [3] }], attributes: { axis: 0 } },
      { title: "first axis", operands: [{ shape: [1, 3] }, { shape: [2, 3] }], attributes: { axis: 0 } },
      {
        title: "middle axis of three tensors",
        operands: [{ shape: [2, 1, 3] }, { shape: [2, 2, 3] }, { shape: [2, 3, 3] }],
        attributes: { axis: 1 },
      },
      { title: "last axis", operands: [{ shape: [2, 3] }, { shape: [2, 1] }], attributes: { axis: 1 } },
      { title: "a single tensor", operands: [{ shape: [2, 2] }], attributes: { axis: 1 } },
      { title: "four of size 1", operands: [{ shape: [1, 1] }, { shape: [1, 1] }, { shape: [1, 1] }, { shape: [1, 1] }], attributes: { axis: 1 } },
    ],
  },
} satisfies Partial<OperatorTable>;
