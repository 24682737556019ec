/** Many elements into one, or into running sums: reduce, argmax, cumsum. */
import type { Node, NodeOf, ValueType } from "../ir/graph.ts";
import type { Builder } from "../ir/builder.ts";
import { perOperand } from "./costs.ts";
import type { OperatorTable, TypeResult } from "./operator.ts";
import { aroundAxis, countOf, permuted } from "./strides.ts";
import { accepted, areAxes, countAlong, isAxis, isFloat, range, refused, without, wrongCount } from "./typing.ts";

/** Reduces each run of `length` neighbours. */
function reduceRuns(kind: NodeOf<"reduce">["attributes"]["kind"], data: Float64Array, length: number, out: Float64Array): void {
  for (let o = 0, start = 0; o < out.length; o++, start += length) {
    const stop = start + length;
    let value = kind === "max" ? -Infinity : kind === "min" ? Infinity : kind === "prod" ? 1 : 0;
    if (kind === "sum" || kind === "mean") for (let i = start; i < stop; i++) value += data[i];
    else if (kind === "max") for (let i = start; i < stop; i++) value = Math.max(value, data[i]);
    else if (kind === "min") for (let i = start; i < stop; i++) value = Math.min(value, data[i]);
    else for (let i = start; i < stop; i++) value *= data[i];
    out[o] = kind === "mean" ? value / length : value;
  }
}

/** The cotangent of a reduction. Ties of max and min share equally; in a product with one zero only the zero has a slope, the product of the others. */
function reduceSlope(build: Builder, node: NodeOf<"reduce">, cotangent: Node): Node {
  const [x] = node.inputs;
  const { kind, axes } = node.attributes;
  const { dtype } = x.type;
  const over = (value: Node): Node => build.repeat(value, x.type, axes);
  switch (kind) {
    case "sum":
      return over(cotangent);
    case "mean":
      return over(build.div(cotangent, build.floatOf(countAlong(x.type, axes), dtype)));
    case "max":
    case "min": {
      const chosen = build.cast(build.equal(x, over(node)), dtype);
      return build.mul(chosen, over(build.div(cotangent, build.reduce("sum", chosen, axes))));
    }
    case "prod": {
      const isZero = build.equal(x, 0);
      const zeros = build.reduce("sum", build.cast(isZero, dtype), axes);
      const others = build.select(isZero, 1, x);
      const product = build.mul(cotangent, build.reduce("prod", others, axes));
      const atZero = over(build.select(build.equal(zeros, 1), product, 0));
      const elsewhere = over(build.select(build.equal(zeros, 0), product, 0));
      return build.select(isZero, atZero, build.div(elsewhere, others));
    }
  }
}

function alongAxis(operands: readonly ValueType[], axis: number, verb: string): TypeResult | undefined {
  const wrong = wrongCount(operands, 1);
  if (wrong) return wrong;
  if (operands[0].dtype === "bool") return refused("needs numbers, has bool");
  return isAxis(axis, operands[0].shape.length) ? undefined : refused(`${verb} along axis ${axis} of ${operands[0].shape.length}`);
}

export const reductionRows = {
  reduce: {
    name: "reduce",
    tier: "primitive",
    doc: "The sum, mean, largest, smallest or product over some axes, which disappear. Ties of max and min share the gradient equally.",
    source: "ONNX ReduceSum-13, ReduceMean-18, ReduceMax-18, ReduceMin-18, ReduceProd-18, keepdims = 0",
    operands: [{ name: "x", doc: "Numbers; for a mean, of a float type." }],
    attributes: { kind: "`sum`, `mean`, `max`, `min` or `prod`.", axes: "The axes that disappear." },
    type(operands, { kind, axes }) {
      const wrong = wrongCount(operands, 1);
      if (wrong) return wrong;
      const [x] = operands;
      if (x.dtype === "bool" || (kind === "mean" && !isFloat(x.dtype))) return refused(`takes no ${kind} of ${x.dtype}`);
      if (!areAxes(axes, x.shape.length)) return refused(`reduces axes ${axes.join(", ")} of ${x.shape.length}`);
      return accepted(x.dtype, without(x.shape, axes), without(x.axes, axes));
    },
    evaluate([x], { kind, axes }, shape) {
      const kept = range(0, x.shape.length).filter((axis) => !axes.includes(axis));
      const reduced = [...axes].sort((a, b) => a - b);
      const result = new Float64Array(countOf(shape));
      reduceRuns(kind, permuted(x.data, x.shape, [...kept, ...reduced]), countOf(reduced.map((axis) => x.shape[axis])), result);
      return result;
    },
    gradient: { kind: "rule", reads: { operands: [0], result: true }, rule: (build, node, cotangent) => [reduceSlope(build, node, cotangent)] },
    cost: perOperand(1),
    effects: "pure",
    samples: [
      ...(["sum", "mean", "max", "min", "prod"] as const).flatMap((kind) => [
        { title: `${kind} of a row`, operands: [{ shape: [5] }], attributes: { kind, axes: [0] } },
        { title: `${kind} over the last axis`, operands: [{ shape: [2, 3] }], attributes: { kind, axes: [1] } },
        { title: `${kind} over the middle axis`, operands: [{ shape: [2, 3, 2] }], attributes: { kind, axes: [1] } },
        { title: `${kind} over first and last`, operands: [{ shape: [3, 2, 2] }], attributes: { kind, axes: [2, 0] } },
        { title: `${kind} over an axis of 1`, operands: [{ shape: [2, 1] }], attributes: { kind, axes: [1] } },
        { title: `${kind} over nothing`, operands: [{ shape: [2, 2] }], attributes: { kind, axes: [] } },
      ]),
      { title: "sum of whole numbers", operands: [{ shape: [2, 4], dtype: "i32", high: 9 }], attributes: { kind: "sum", axes: [1] } },
    ],
  },
  argmax: {
    name: "argmax",
    tier: "primitive",
    doc: "i32: the index of the largest element along an axis, which disappears; of equals, the first.",
    source: "ONNX ArgMax-13, keepdims = 0, select_last_index = 0",
    operands: [{ name: "x", doc: "Numbers." }],
    attributes: { axis: "The axis that disappears." },
    type: (operands, { axis }) =>
      alongAxis(operands, axis, "looks") ?? accepted("i32", without(operands[0].shape, [axis]), without(operands[0].axes, [axis])),
    evaluate([x], { axis }, shape) {
      const [before, length, after] = aroundAxis(x.shape, axis);
      const result = new Float64Array(countOf(shape));
      for (let b = 0; b < before; b++) {
        for (let a = 0; a < after; a++) {
          const start = b * length * after + a;
          let best = 0;
          for (let i = 1; i < length; i++) if (x.data[start + i * after] > x.data[start + best * after]) best = i;
          result[b * after + a] = best;
        }
      }
      return result;
    },
    gradient: { kind: "zero" },
    cost: perOperand(1),
    effects: "pure",
    samples: [
      { title: "a row", operands: [{ shape: [5] }], attributes: { axis: 0 } },
      { title: "first axis", operands: [{ shape: [4, 3] }], attributes: { axis: 0 } },
      { title: "middle axis", operands: [{ shape: [2, 5, 2] }], attributes: { axis: 1 } },
      { title: "many ties", operands: [{ shape: [3, 7], dtype: "i32", high: 2 }], attributes: { axis: 1 } },
      { title: "an axis of 1", operands: [{ shape: [3, 1] }], attributes: { axis: 1 } },
      { title: "last of three", operands: [{ shape: [2, 1, 6] }], attributes: { axis: 2 } },
    ],
  },
  cumsum: {
    name: "cumsum",
    tier: "primitive",
    doc: "The running sum along an axis, each element included in its own.",
    source: "ONNX CumSum-14",
    operands: [{ name: "x", doc: "Numbers." }],
    attributes: { axis: "The axis that is summed along." },
    type: (operands, { axis }) => alongAxis(operands, axis, "sums") ?? accepted(operands[0].dtype, operands[0].shape, operands[0].axes),
    evaluate([x], { axis }) {
      const [before, length, after] = aroundAxis(x.shape, axis);
      const result = Float64Array.from(x.data);
      for (let b = 0; b < before; b++) {
        const start = b * length * after;
        for (let i = after; i < length * after; i++) result[start + i] += result[start + i - after];
      }
      return result;
    },
    gradient: {
      kind: "rule",
      reads: { operands: [], result: false },
      rule: (build, { attributes: { axis } }, cotangent) => [build.reverse(build.cumsum(build.reverse(cotangent, [axis]), axis), [axis])],
    },
    cost: perOperand(1),
    effects: "pure",
    samples: [
      { title: "a row", operands: [{ shape: [6] }], attributes: { axis: 0 } },
      { title: "first axis", operands: [{ shape: [4, 3] }], attributes: { axis: 0 } },
      { title: "last axis", operands: [{ shape: [3, 4] }], attributes: { axis: 1 } },
      { title: "middle axis", operands: [{ shape: [2, 3, 2] }], attributes: { axis: 1 } },
      { title: "an axis of 1", operands: [{ shape: [2, 1] }], attributes: { axis: 1 } },
      { title: "whole numbers", operands: [{ shape: [5], dtype: "i32", high: 4 }], attributes: { axis: 0 } },
    ],
  },
} satisfies Partial<OperatorTable>;
