/** softmax and its logarithm. A row that is masked everywhere (minus infinity) gives zeros, not NaN (graph.md §2, numerics). */
import type { Node, ValueType } from "../ir/graph.ts";
import type { Builder } from "../ir/builder.ts";
import { perOperand } from "./costs.ts";
import type { OperatorTable, TypeResult } from "./operator.ts";
import { aroundAxis } from "./strides.ts";
import { floatLike, isAxis, refused } from "./typing.ts";

/** Below every sum of exponentials that holds a largest element, which adds 1; above zero in single precision. */
const LEAST_SUM = 1e-30;

const typeOf = (operands: readonly ValueType[], { axis }: { readonly axis: number }): TypeResult => {
  const like = floatLike(operands);
  return "refused" in like || isAxis(axis, like.type.shape.length) ? like : refused(`normalises along axis ${axis} of ${like.type.shape.length}`);
};

/** Both functions: x - peak where the peak is finite, and the sum of exponentials. */
function evaluateRows(data: Float64Array, shape: readonly number[], axis: number, logarithm: boolean): Float64Array {
  const [before, length, after] = aroundAxis(shape, axis);
  const result = new Float64Array(data.length);
  for (let b = 0; b < before; b++) {
    for (let a = 0; a < after; a++) {
      const start = b * length * after + a;
      let peak = -Infinity;
      for (let i = 0; i < length; i++) peak = Math.max(peak, data[start + i * after]);
      if (!Number.isFinite(peak)) peak = 0;
      let total = 0;
      for (let i = 0; i < length; i++) total += result[start + i * after] = Math.exp(data[start + i * after] - peak);
      total = Math.max(total, LEAST_SUM);
      for (let i = 0; i < length; i++) {
        const at = start + i * after;
        result[at] = logarithm ? data[at] - peak - Math.log(total) : result[at] / total;
      }
    }
  }
  return result;
}

/** x less its largest element along the axis, and the sum of its exponentials repeated to x. */
function shifted(build: Builder, x: Node, axis: number): { readonly centred: Node; readonly exponential: Node; readonly total: Node } {
  const peak = build.stop_gradient(build.reduce("max", x, [axis]));
  const finite = build.select(build.is_finite(peak), peak, 0);
  const centred = build.sub(x, build.repeat(finite, x.type, [axis]));
  const exponential = build.exp(centred);
  return { centred, exponential, total: build.max(build.reduce("sum", exponential, [axis]), LEAST_SUM) };
}

const samples = (
  [
    ["a row", [5], 0],
    ["last axis", [2, 3], 1],
    ["first axis", [4, 2], 0],
    ["middle axis", [2, 3, 2], 1],
    ["an axis of 1", [3, 1], 1],
    ["heads of an attention", [2, 2, 3, 4], 3],
    ["far apart", [2, 6], 1],
  ] as const
).map(([title, shape, axis]) => ({ title, operands: [{ shape, ...(title === "far apart" ? { low: -20, high: 20 } : {}) }], attributes: { axis } }));

export const softmaxRows = {
  softmax: {
    name: "softmax",
    tier: "composite",
    doc: "exp(x) divided by its sum along an axis, the largest element subtracted first. A row of minus infinities gives zeros.",
    source: "ONNX Softmax-13",
    operands: [{ name: "x", doc: "A float tensor." }],
    attributes: { axis: "The axis along which the result sums to 1." },
    type: typeOf,
    evaluate: ([x], { axis }) => evaluateRows(x.data, x.shape, axis, false),
    gradient: {
      kind: "rule",
      reads: { operands: [], result: true },
      rule(build, node, cotangent) {
        if (build.makesComposites) return [build.make("softmax_gradient", [node as Node, cotangent], node.attributes)];
        const inner = build.reduce("sum", build.mul(cotangent, node), [node.attributes.axis]);
        return [build.mul(node, build.sub(cotangent, build.repeat(inner, node.type, [node.attributes.axis])))];
      },
    },
    cost: perOperand(5),
    effects: "pure",
    samples,
    decompose(build, { inputs: [x], attributes: { axis } }) {
      const { exponential, total } = shifted(build, x, axis);
      return build.div(exponential, build.repeat(total, x.type, [axis]));
    },
  },
  log_softmax: {
    name: "log_softmax",
    tier: "composite",
    doc: "The logarithm of softmax, computed without it: x less the logarithm of the sum of its exponentials.",
    source: "ONNX LogSoftmax-13",
    operands: [{ name: "x", doc: "A float tensor." }],
    attributes: { axis: "The axis along which the exponentials of the result sum to 1." },
    type: typeOf,
    evaluate: ([x], { axis }) => evaluateRows(x.data, x.shape, axis, true),
    gradient: {
      kind: "rule",
      reads: { operands: [], result: true },
      rule(build, node, cotangent) {
        const total = build.reduce("sum", cotangent, [node.attributes.axis]);
        return [build.sub(cotangent, build.mul(build.exp(node), build.repeat(total, node.type, [node.attributes.axis])))];
      },
    },
    cost: perOperand(5),
    effects: "pure",
    samples,
    decompose(build, { inputs: [x], attributes: { axis } }) {
      const { centred, total } = shifted(build, x, axis);
      return build.sub(centred, build.repeat(build.log(total), x.type, [axis]));
    },
  },
} satisfies Partial<OperatorTable>;
