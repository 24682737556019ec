/**
 * Gradients of composites as operators of their own, for a target that has a function for each: what would be five to twenty nodes for every norm, softmax
 * and activation of a step is one line of its program. The rules of the composites make them where the builder is asked to (`makesComposites`). Each is made
 * of the same primitives elsewhere, and has no derivative itself.
 */
import type { Node, OperatorName, TensorData, ValueType } from "../ir/graph.ts";
import type { Builder } from "../ir/builder.ts";
import { multiply } from "../dims/index.ts";
import { activationRows } from "./activations.ts";
import { perOperand } from "./costs.ts";
import { erf } from "./erf.ts";
import type { Obligation, Operator, OperatorTable, Sample, TypeResult } from "./operator.ts";
import { aroundAxis } from "./strides.ts";
import { accepted, elementwise, equalSizes, isAxis, isFloat, range, refused, sameShape, wrongCount } from "./typing.ts";

type NormName = "layer_norm_gradient" | "layer_norm_scale_gradient" | "batch_norm_gradient" | "batch_norm_scale_gradient";

const none = { kind: "none", reason: "the second derivative is not provided" } as const;

const cases = [
  ["tokens", [2, 3, 4], 2],
  ["channels of an image", [2, 3, 2, 2], 1],
  ["channels last", [2, 2, 3, 5], 3],
  ["first axis", [5, 2], 0],
  ["a row", [6], 0],
  ["a batch of 1", [1, 4, 3], 1],
] as const;

/** The maps among the operands have the shape of the first, the others are vectors along the axis. */
function normType(operands: readonly ValueType[], axis: number, maps: readonly number[], count: number, isVector: boolean): TypeResult {
  const wrong = wrongCount(operands, count);
  if (wrong) return wrong;
  const [x] = operands;
  if (operands.some(({ dtype }) => dtype !== x.dtype) || !isFloat(x.dtype)) return refused(`needs operands of one float type, has ${operands.map((each) => each.dtype).join(", ")}`);
  if (!isAxis(axis, x.shape.length)) return refused(`normalises along axis ${axis} of ${x.shape.length}`);
  const obligations: Obligation[] = [];
  for (const [i, operand] of operands.entries()) {
    const own = maps.includes(i) ? sameShape(x, operand, "a cotangent has the shape of what was normalised") : operand.shape.length === 1 ? equalSizes(x.shape[axis], operand.shape[0], "a vector is as long as the normalised axis") : undefined;
    if (own === undefined) return refused(`operand ${i} has rank ${operand.shape.length}`);
    obligations.push(...own);
  }
  return isVector ? accepted(x.dtype, [x.shape[axis]], [x.axes[axis]], obligations) : accepted(x.dtype, x.shape, x.axes, obligations);
}

const others = (x: Node, axis: number): readonly number[] => range(0, x.type.shape.length).filter((each) => each !== axis);

/** (x - mean) / deviation along the axis, and 1 / deviation. */
function standardised(build: Builder, x: Node, axis: number, epsilon: number): { readonly scaled: Node; readonly inverse: Node } {
  const over = (value: Node): Node => build.repeat(value, x.type, [axis]);
  const centred = build.sub(x, over(build.reduce("mean", x, [axis])));
  const inverse = over(build.rsqrt(build.add(build.reduce("mean", build.mul(centred, centred), [axis]), epsilon)));
  return { scaled: build.mul(centred, inverse), inverse };
}

/** Calls `each` for every row along an axis with the places of its elements. */
function rowsAlong(shape: readonly number[], axis: number, each: (places: readonly number[]) => void): void {
  const [before, length, after] = aroundAxis(shape, axis);
  for (let b = 0; b < before; b++) for (let a = 0; a < after; a++) each(Array.from({ length }, (_, i) => (b * length + i) * after + a));
}

/** The elements of a row less their mean over their deviation, and 1 / deviation. */
function standardisedRow({ data }: TensorData, places: readonly number[], epsilon: number): { readonly scaled: readonly number[]; readonly inverse: number } {
  const mean = places.reduce((sum, at) => sum + data[at], 0) / places.length;
  const inverse = 1 / Math.sqrt(places.reduce((sum, at) => sum + (data[at] - mean) ** 2, 0) / places.length + epsilon);
  return { scaled: places.map((at) => (data[at] - mean) * inverse), inverse };
}

const attributeDocs = { axis: "The axis that was normalised, or has a number of each statistic.", epsilon: "Added to the variance, under the root." };
const map = { name: "x", doc: "What was normalised." };
const slope = { name: "cotangent", doc: "One number for each element of the result." };
const vector = (name: string, doc: string): { readonly name: string; readonly doc: string } => ({ name, doc });

/** `maps`: the operands of the shape of x, of `count`. */
const normSamples = <Name extends NormName>(count: number, maps: readonly number[], positive = -1): readonly Sample<Name>[] =>
  cases.map(([title, shape, axis]) => {
    const operands = range(0, count).map((i) => (maps.includes(i) ? { shape } : { shape: [shape[axis] as number], ...(i === positive ? { low: 0.4, high: 2 } : {}) }));
    return { title, operands, attributes: { axis, epsilon: 1e-5 } } as unknown as Sample<Name>;
  });

/** The activations that have a gradient of this form. */
export type ActivationName = "relu" | "leaky_relu" | "gelu" | "quick_gelu" | "silu" | "softplus";

const activationOf = (name: ActivationName): Operator<OperatorName> => activationRows[name] as unknown as Operator<OperatorName>;

export const slopeRows = {
  softmax_gradient: {
    name: "softmax_gradient",
    tier: "composite",
    doc: "The cotangent of softmax's operand out of its result: y (g - Σ g y along the axis).",
    source: "TensorFlow SoftmaxGrad; in ONNX Mul-14, ReduceSum-13, Sub-14",
    operands: [{ name: "y", doc: "What softmax gave." }, slope],
    attributes: { axis: "The axis along which y sums to 1." },
    type(operands, { axis }) {
      const wrong = wrongCount(operands, 2);
      if (wrong) return wrong;
      if (!isFloat(operands[0].dtype) || operands[1].dtype !== operands[0].dtype) return refused("needs operands of one float type");
      return isAxis(axis, operands[0].shape.length) ? elementwise(operands, operands[0].dtype) : refused(`normalises along axis ${axis} of ${operands[0].shape.length}`);
    },
    evaluate([y, g], { axis }) {
      const result = new Float64Array(y.data.length);
      rowsAlong(y.shape, axis, (places) => {
        const inner = places.reduce((sum, at) => sum + g.data[at] * y.data[at], 0);
        for (const at of places) result[at] = y.data[at] * (g.data[at] - inner);
      });
      return result;
    },
    gradient: none,
    cost: perOperand(4),
    effects: "pure",
    samples: cases.map(([title, shape, axis]) => ({ title, operands: [{ shape, low: 0, high: 1 }, { shape }], attributes: { axis } })),
    decompose: (build, { inputs: [y, g], attributes: { axis }, type }) => build.mul(y, build.sub(g, build.repeat(build.reduce("sum", build.mul(g, y), [axis]), type, [axis]))),
  },
  layer_norm_gradient: {
    name: "layer_norm_gradient",
    tier: "composite",
    doc: "The cotangent of what a layer norm normalised: with h the normalised rows and u = g scale, (u - mean u - h mean(u h)) / deviation.",
    source: "Ba et al., Layer normalization (2016)",
    operands: [map, vector("scale", "A vector along the axis."), slope],
    attributes: attributeDocs,
    type: (operands, { axis }) => normType(operands, axis, [0, 2], 3, false),
    evaluate([x, scale, g], { axis, epsilon }) {
      const result = new Float64Array(x.data.length);
      rowsAlong(x.shape, axis, (places) => {
        const { scaled, inverse } = standardisedRow(x, places, epsilon);
        const u = places.map((at, i) => g.data[at] * scale.data[i]);
        const mean = u.reduce((sum, each) => sum + each, 0) / u.length;
        const moment = u.reduce((sum, each, i) => sum + each * scaled[i], 0) / u.length;
        places.forEach((at, i) => (result[at] = inverse * (u[i] - mean - scaled[i] * moment)));
      });
      return result;
    },
    gradient: none,
    cost: perOperand(16),
    effects: "pure",
    samples: normSamples<"layer_norm_gradient">(3, [0, 2]),
    decompose(build, { inputs: [x, scale, g], attributes: { axis, epsilon } }) {
      const { scaled, inverse } = standardised(build, x, axis, epsilon);
      const mean = (value: Node): Node => build.repeat(build.reduce("mean", value, [axis]), x.type, [axis]);
      const u = build.mul(g, build.along(scale, x.type, axis));
      return build.mul(inverse, build.sub(build.sub(u, mean(u)), build.mul(scaled, mean(build.mul(u, scaled)))));
    },
  },
  layer_norm_scale_gradient: {
    name: "layer_norm_scale_gradient",
    tier: "composite",
    doc: "The cotangent of a layer norm's scale: the cotangent times the normalised rows, summed over these.",
    source: "Ba et al., Layer normalization (2016)",
    operands: [map, slope],
    attributes: attributeDocs,
    type: (operands, { axis }) => normType(operands, axis, [0, 1], 2, true),
    evaluate([x, g], { axis, epsilon }) {
      const result = new Float64Array(x.shape[axis]);
      rowsAlong(x.shape, axis, (places) => {
        const { scaled } = standardisedRow(x, places, epsilon);
        places.forEach((at, i) => (result[i] += g.data[at] * scaled[i]));
      });
      return result;
    },
    gradient: none,
    cost: perOperand(9),
    effects: "pure",
    samples: normSamples<"layer_norm_scale_gradient">(2, [0, 1]),
    decompose: (build, { inputs: [x, g], attributes: { axis, epsilon } }) => build.reduce("sum", build.mul(g, standardised(build, x, axis, epsilon).scaled), others(x, axis)),
  },
  batch_norm_gradient: {
    name: "batch_norm_gradient",
    tier: "composite",
    doc: "The cotangent of what a batch norm normalised by the statistics of the batch itself, through these too: with h = (x - mean) / deviation, (g - (Σ g + h Σ g h) / count) scale / deviation. Both sums are operands: they are the cotangents of shift and scale.",
    source: "Ioffe and Szegedy (2015)",
    operands: [map, vector("mean", "Of x, along the axis."), vector("variance", "Of x, along the axis."), vector("scale", "A vector along the axis."), slope, vector("scale_slope", "Σ g h."), vector("shift_slope", "Σ g.")],
    attributes: attributeDocs,
    type: (operands, { axis }) => normType(operands, axis, [0, 4], 7, false),
    evaluate([x, mean, variance, scale, g, scaleSlope, shiftSlope], { axis, epsilon }) {
      const result = new Float64Array(x.data.length);
      const [before, length, after] = aroundAxis(x.shape, axis);
      for (let b = 0, at = 0; b < before; b++) {
        for (let i = 0; i < length; i++) {
          const inverse = 1 / Math.sqrt(variance.data[i] + epsilon);
          for (let a = 0; a < after; a++, at++) {
            const h = (x.data[at] - mean.data[i]) * inverse;
            result[at] = (g.data[at] - (shiftSlope.data[i] + h * scaleSlope.data[i]) / (before * after)) * scale.data[i] * inverse;
          }
        }
      }
      return result;
    },
    gradient: none,
    cost: perOperand(5),
    effects: "pure",
    samples: normSamples<"batch_norm_gradient">(7, [0, 4], 2),
    decompose(build, { inputs: [x, mean, variance, scale, g, scaleSlope, shiftSlope], attributes: { axis, epsilon } }) {
      const along = (value: Node): Node => build.along(value, x.type, axis);
      const inverse = build.rsqrt(build.add(variance, epsilon));
      const count = build.floatOf(multiply(...others(x, axis).map((each) => x.type.shape[each])), x.type.dtype);
      const h = build.mul(build.sub(x, along(mean)), along(inverse));
      const shared = build.div(build.add(along(shiftSlope), build.mul(h, along(scaleSlope))), count);
      return build.mul(build.sub(g, shared), along(build.mul(scale, inverse)));
    },
  },
  batch_norm_scale_gradient: {
    name: "batch_norm_scale_gradient",
    tier: "composite",
    doc: "The cotangent of a batch norm's scale: Σ g (x - mean) / deviation, for each index of the axis.",
    source: "Ioffe and Szegedy (2015)",
    operands: [map, vector("mean", "Along the axis."), vector("variance", "Along the axis."), slope],
    attributes: attributeDocs,
    type: (operands, { axis }) => normType(operands, axis, [0, 3], 4, true),
    evaluate([x, mean, variance, g], { axis, epsilon }) {
      const result = new Float64Array(x.shape[axis]);
      const [before, length, after] = aroundAxis(x.shape, axis);
      for (let b = 0, at = 0; b < before; b++) for (let i = 0; i < length; i++) for (let a = 0; a < after; a++, at++) result[i] += g.data[at] * (x.data[at] - mean.data[i]);
      return result.map((sum, i) => sum / Math.sqrt(variance.data[i] + epsilon));
    },
    gradient: none,
    cost: perOperand(3),
    effects: "pure",
    samples: normSamples<"batch_norm_scale_gradient">(4, [0, 3], 2),
    decompose(build, { inputs: [x, mean, variance, g], attributes: { axis, epsilon } }) {
      const moment = build.reduce("sum", build.mul(g, build.sub(x, build.along(mean, x.type, axis))), others(x, axis));
      return build.mul(moment, build.rsqrt(build.add(variance, epsilon)));
    },
  },
  activation_gradient: {
    name: "activation_gradient",
    tier: "composite",
    doc: "The cotangent of an activation's operand: the cotangent of its result times its derivative at x.",
    source: "each activation's own",
    operands: [{ name: "x", doc: "What the activation was of; for `relu`, and `leaky_relu` with a slope that is not negative, also its result, whose sign is the same." }, slope],
    attributes: { of: "`relu`, `leaky_relu`, `gelu`, `quick_gelu`, `silu` or `softplus`.", slope: "That of `leaky_relu`; 0 for the others." },
    type(operands) {
      const wrong = wrongCount(operands, 2);
      if (wrong) return wrong;
      return isFloat(operands[0].dtype) && operands[1].dtype === operands[0].dtype ? elementwise(operands, operands[0].dtype) : refused("needs operands of one float type");
    },
    evaluate: ([x, g], { of, slope: fraction }) => x.data.map((value, i) => g.data[i] * derivatives[of](value, fraction)),
    gradient: none,
    cost: perOperand(6),
    effects: "pure",
    samples: (["relu", "leaky_relu", "gelu", "quick_gelu", "silu", "softplus"] as const).flatMap((of) =>
      [[7], [2, 1, 2, 3]].map((shape) => ({ title: `${of}, [${shape.join(", ")}]`, operands: [{ shape, low: -3, high: 3 }, { shape }], attributes: { of, slope: of === "leaky_relu" ? 0.2 : 0 } })),
    ),
    decompose(build, { inputs: [x, g], attributes: { of, slope: fraction } }) {
      const activation = activationOf(of);
      const node = build.make<OperatorName>(of, [x], of === "leaky_relu" ? { slope: fraction } : {});
      if (activation.gradient.kind !== "rule") throw new Error(`netc bug: ${of} has no gradient`);
      return activation.gradient.rule(primitive(build), node as never, g, [true])[0]!;
    },
  },
} satisfies Partial<OperatorTable>;

/** The same builder, for rules that shall make what composites are made of. */
const primitive = (build: Builder): Builder => ({ ...build, makesComposites: false });

const sigmoid = (x: number): number => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));
const swish = (x: number, factor: number): number => sigmoid(factor * x) * (1 + factor * x * (1 - sigmoid(factor * x)));

/** Each activation's derivative at a number. */
const derivatives: { readonly [Name in ActivationName]: (x: number, fraction: number) => number } = {
  relu: (x) => (x <= 0 ? 0 : 1),
  leaky_relu: (x, fraction) => (x <= 0 ? fraction : 1),
  gelu: (x) => 0.5 * (1 + erf(x * Math.SQRT1_2)) + x * Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI),
  quick_gelu: (x) => swish(x, 1.702),
  silu: (x) => swish(x, 1),
  softplus: sigmoid,
};

