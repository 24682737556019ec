/** layer_norm and batch_norm. Batch norm takes its statistics as operands: in training they are computed from the batch, by nodes of their own. */
import type { Node, NodeOf, ValueType } from "../ir/graph.ts";
import type { Builder } from "../ir/builder.ts";
import { perOperand } from "./costs.ts";
import type { Obligation, OperatorTable, Sample, TypeResult } from "./operator.ts";
import { aroundAxis } from "./strides.ts";
import { accepted, equalSizes, isAxis, isFloat, range, refused, wrongCount } from "./typing.ts";

/** x, then vectors of the size of x along the axis. */
function typeOf(operands: readonly ValueType[], axis: number, count: number): TypeResult {
  const wrong = wrongCount(operands, count);
  if (wrong) return wrong;
  const [x, ...vectors] = operands;
  if (!isFloat(x.dtype) || vectors.some((vector) => vector.dtype !== x.dtype))
    return refused(`needs operands of one float type, has ${operands.map((each) => each.dtype).join(", ")}`);
  if (!isAxis(axis, x.shape.length)) return refused(`normalises along axis ${axis} of ${x.shape.length}`);
  const obligations: Obligation[] = [];
  for (const vector of vectors) {
    if (vector.shape.length !== 1) return refused(`needs vectors beside x, has rank ${vector.shape.length}`);
    obligations.push(...equalSizes(x.shape[axis], vector.shape[0], "scale, shift and statistics are as long as the normalised axis"));
  }
  return accepted(x.dtype, x.shape, x.axes, obligations);
}

const exceptAxis = (x: Node, axis: number): readonly number[] => range(0, x.type.shape.length).filter((each) => each !== axis);

/** (x - mean) and 1 / sqrt(variance + epsilon) along the axis, the variance in two passes. */
function standardised(build: Builder, x: Node, axis: number, epsilon: number): { readonly scaled: Node; readonly inverse: Node } {
  const over = (value: Node): Node => build.repeat(value, x.type, [axis]);
  const centred = build.sub(x, over(build.reduce("mean", x, [axis])));
  const variance = build.reduce("mean", build.mul(centred, centred), [axis]);
  const inverse = over(build.rsqrt(build.add(variance, epsilon)));
  return { scaled: build.mul(centred, inverse), inverse };
}

function layerNormSlopes(build: Builder, node: NodeOf<"layer_norm">, cotangent: Node, needed: readonly boolean[]): readonly (Node | undefined)[] {
  const [x, scale] = node.inputs;
  const { axis, epsilon } = node.attributes;
  const mean = (value: Node): Node => build.repeat(build.reduce("mean", value, [axis]), x.type, [axis]);
  const others = exceptAxis(x, axis);
  if (build.makesComposites)
    return [
      needed[0] ? build.make("layer_norm_gradient", [x, scale, cotangent], node.attributes) : undefined,
      needed[1] ? build.make("layer_norm_scale_gradient", [x, cotangent], node.attributes) : undefined,
      needed[2] ? build.reduce("sum", cotangent, others) : undefined,
    ];
  const parts = needed[0] || needed[1] ? standardised(build, x, axis, epsilon) : undefined;
  let slope: Node | undefined;
  if (needed[0] && parts) {
    const u = build.mul(cotangent, build.along(scale, x.type, axis));
    slope = build.mul(parts.inverse, build.sub(build.sub(u, mean(u)), build.mul(parts.scaled, mean(build.mul(u, parts.scaled)))));
  }
  return [
    slope,
    needed[1] && parts ? build.reduce("sum", build.mul(cotangent, parts.scaled), others) : undefined,
    needed[2] ? build.reduce("sum", cotangent, others) : undefined,
  ];
}

/** Whether statistics are the mean and the variance of x itself over some axes. */
function isOfBatch(x: Node, mean: Node, variance: Node, axes: readonly number[]): boolean {
  const isMean = (node: Node): boolean => node.operator === "reduce" && node.attributes.kind === "mean" && node.attributes.axes.join() === axes.join();
  if (!isMean(mean) || mean.inputs[0] !== x || !isMean(variance)) return false;
  const [square] = variance.inputs;
  const [centred, again] = square.inputs;
  return square.operator === "mul" && centred === again && centred.operator === "sub" && centred.inputs[0] === x && centred.inputs[1].operator === "broadcast" && centred.inputs[1].inputs[0] === mean;
}

function batchNormSlopes(build: Builder, node: NodeOf<"batch_norm">, cotangent: Node, needed: readonly boolean[]): readonly (Node | undefined)[] {
  const [x, mean, variance, scale] = node.inputs;
  const { axis, epsilon } = node.attributes;
  const others = exceptAxis(x, axis);
  if (build.makesComposites && needed[0] && isOfBatch(x, mean, variance, others)) {
    // Through the statistics too, which therefore hand nothing on.
    const shiftSlope = build.reduce("sum", cotangent, others);
    const scaleSlope = build.make("batch_norm_scale_gradient", [x, mean, variance, cotangent], node.attributes);
    const slope = build.make("batch_norm_gradient", [x, mean, variance, scale, cotangent, scaleSlope, shiftSlope], node.attributes);
    return [slope, undefined, undefined, needed[3] ? scaleSlope : undefined, needed[4] ? shiftSlope : undefined];
  }
  const inverse = build.rsqrt(build.add(variance, epsilon));
  const gain = build.mul(scale, inverse);
  // Σ g and Σ g (x - mean) per element of the axis serve all four vectors.
  const total = needed[1] || needed[4] ? build.reduce("sum", cotangent, others) : undefined;
  const moment =
    needed[2] || needed[3] ? build.reduce("sum", build.mul(cotangent, build.sub(x, build.along(mean, x.type, axis))), others) : undefined;
  return [
    needed[0] ? build.mul(cotangent, build.along(gain, x.type, axis)) : undefined,
    needed[1] && total ? build.neg(build.mul(total, gain)) : undefined,
    needed[2] && moment ? build.mul(build.mul(moment, build.mul(gain, -0.5)), build.mul(inverse, inverse)) : undefined,
    needed[3] && moment ? build.mul(moment, inverse) : undefined,
    needed[4] ? total : undefined,
  ];
}

const CASES = [
  ["tokens", [2, 3, 4], 2],
  ["channels of an image", [2, 3, 2, 2], 1],
  ["first axis", [5, 2], 0],
  ["a row", [6], 0],
  ["an axis of 2", [3, 2], 1],
  ["a batch of 1", [1, 4, 3], 1],
] as const;

export const normalisationRows = {
  layer_norm: {
    name: "layer_norm",
    tier: "composite",
    doc: "(x - mean) / sqrt(variance + epsilon) * scale + shift, mean and (biased) variance along one axis.",
    source: "ONNX LayerNormalization-17 (last axis); Ba et al., Layer normalization (2016)",
    operands: [
      { name: "x", doc: "A float tensor." },
      { name: "scale", doc: "A vector along the axis." },
      { name: "shift", doc: "A vector along the axis." },
    ],
    attributes: { axis: "The axis that is normalised.", epsilon: "Added to the variance, under the root." },
    type: (operands, { axis }) => typeOf(operands, axis, 3),
    evaluate([x, scale, shift], { axis, epsilon }) {
      const [before, length, after] = aroundAxis(x.shape, axis);
      const result = new Float64Array(x.data.length);
      for (let b = 0; b < before; b++) {
        for (let a = 0; a < after; a++) {
          const start = b * length * after + a;
          let [mean, variance] = [0, 0];
          for (let i = 0; i < length; i++) mean += x.data[start + i * after];
          mean /= length;
          for (let i = 0; i < length; i++) variance += (x.data[start + i * after] - mean) ** 2;
          const inverse = 1 / Math.sqrt(variance / length + epsilon);
          for (let i = 0; i < length; i++) result[start + i * after] = (x.data[start + i * after] - mean) * inverse * scale.data[i] + shift.data[i];
        }
      }
      return result;
    },
    gradient: { kind: "rule", reads: { operands: [0, 1], result: false }, rule: layerNormSlopes },
    cost: perOperand(8),
    effects: "pure",
    samples: CASES.map(([title, shape, axis]) => {
      const vector = { shape: [shape[axis] as number] };
      return { title, operands: [{ shape }, vector, vector], attributes: { axis, epsilon: 1e-5 } };
    }),
    decompose(build, { inputs: [x, scale, shift], attributes: { axis, epsilon } }) {
      const { scaled } = standardised(build, x, axis, epsilon);
      return build.add(build.mul(scaled, build.along(scale, x.type, axis)), build.along(shift, x.type, axis));
    },
  },
  batch_norm: {
    name: "batch_norm",
    tier: "composite",
    doc: "(x - mean) / sqrt(variance + epsilon) * scale + shift, one number of each vector for every index along an axis. The statistics are operands.",
    source: "ONNX BatchNormalization-15 (axis 1, inference); Ioffe and Szegedy (2015)",
    operands: [
      { name: "x", doc: "A float tensor." },
      { name: "mean", doc: "A vector along the axis." },
      { name: "variance", doc: "A vector along the axis; not negative." },
      { name: "scale", doc: "A vector along the axis." },
      { name: "shift", doc: "A vector along the axis." },
    ],
    attributes: { axis: "The axis of the channels.", epsilon: "Added to the variance, under the root." },
    type: (operands, { axis }) => typeOf(operands, axis, 5),
    evaluate([x, mean, variance, scale, shift], { axis, epsilon }) {
      const [before, length, after] = aroundAxis(x.shape, axis);
      const result = new Float64Array(x.data.length);
      for (let b = 0, at = 0; b < before; b++) {
        for (let i = 0; i < length; i++) {
          const gain = scale.data[i] / Math.sqrt(variance.data[i] + epsilon);
          for (let a = 0; a < after; a++, at++) result[at] = (x.data[at] - mean.data[i]) * gain + shift.data[i];
        }
      }
      return result;
    },
    gradient: { kind: "rule", reads: { operands: [0, 1, 2, 3], result: false }, rule: batchNormSlopes },
    cost: perOperand(2),
    effects: "pure",
    samples: CASES.map(([title, shape, axis]): Sample<"batch_norm"> => {
      const vector = { shape: [shape[axis] as number] };
      return { title, operands: [{ shape }, vector, { ...vector, low: 0.4, high: 2 }, vector, vector], attributes: { axis, epsilon: 1e-5 } };
    }),
    decompose(build, { inputs: [x, mean, variance, scale, shift], attributes: { axis, epsilon } }) {
      const along = (vector: Node): Node => build.along(vector, x.type, axis);
      const gain = build.mul(scale, build.rsqrt(build.add(variance, epsilon)));
      return build.add(build.mul(build.sub(x, along(mean)), along(gain)), along(shift));
    },
  },
} satisfies Partial<OperatorTable>;
