/** `conv`: ordinary, grouped, depthwise, per-sample and transposed convolution in one row. */
import { constant as size, constantValue, multiply } from "../dims/index.ts";
import type { Size } from "../dims/index.ts";
import type { Node, NodeOf, TensorData, ValueType } from "../ir/graph.ts";
import { evaluateConvolution } from "./convolution-evaluation.ts";
import { byTaps, inputCotangent, kernelCotangent } from "./convolution-gradient.ts";
import { convolutionSize, convolutionSlack } from "./convolution-size.ts";
import type { Window } from "./convolution-size.ts";
import { macs } from "./costs.ts";
import type { OperatorTable, Sample } from "./operator.ts";
import { countOf, permuted } from "./strides.ts";
import { accepted, atLeast, equalSizes, isFloat, range, refused, unnamed, wrongCount } from "./typing.ts";

type Attributes = NodeOf<"conv">["attributes"];

const positive = (values: readonly number[]): boolean => values.every((value) => Number.isInteger(value) && value >= 1);

const windowOf = (w: ValueType, attributes: Attributes, axis: number): Window => ({
  kernel: w.shape[3 + axis],
  stride: attributes.stride[axis],
  dilation: attributes.dilation[axis],
  inputDilation: attributes.inputDilation[axis],
  low: attributes.low[axis],
  high: attributes.high[axis],
});

function typeOf(operands: readonly ValueType[], attributes: Attributes) {
  const wrong = wrongCount(operands, 2);
  if (wrong) return wrong;
  const [x, w] = operands;
  const space = attributes.stride.length;
  if (x.shape.length !== space + 3 || w.shape.length !== space + 3)
    return refused(`slides along ${space} axes: needs operands of rank ${space + 3}, has ${x.shape.length} and ${w.shape.length}`);
  if (space < 1 || space > 3) return refused(`slides along ${space} axes; 1 to 3 are supported`);
  if (x.dtype !== w.dtype || !isFloat(x.dtype)) return refused(`needs operands of one float type, has ${x.dtype} and ${w.dtype}`);
  const { stride, dilation, inputDilation, low, high } = attributes;
  if (![dilation, inputDilation, low, high].every((list) => list.length === space)) return refused(`needs ${space} of every attribute`);
  if (!positive(stride) || !positive(dilation) || !positive(inputDilation)) return refused("needs positive strides and dilations");
  const zero = size(0);
  const obligations = [
    ...equalSizes(x.shape[1], w.shape[0], "image and kernel have the same groups"),
    ...equalSizes(x.shape[2], w.shape[2], "a kernel has as many input channels as the image"),
    ...[...low, ...high].flatMap((padding) => atLeast(padding, zero, "a padding is not negative")),
    ...stride.flatMap((_, axis) =>
      atLeast(convolutionSlack(x.shape[3 + axis], windowOf(w, attributes, axis)), zero, "the kernel fits into the padded image"),
    ),
  ];
  const moved = stride.map((_, axis) => convolutionSize(x.shape[3 + axis], windowOf(w, attributes, axis)));
  return accepted(
    x.dtype,
    [x.shape[0], x.shape[1], w.shape[1], ...moved],
    [x.axes[0], x.axes[1] || w.axes[0], w.axes[1], ...x.axes.slice(3)],
    obligations,
  );
}

/**
 * Every output element takes C times the taps. Along an axis with input dilation most taps meet zeros, so there each *input* element is counted with
 * every tap instead: what a transposed convolution really does.
 */
function costOf([x, w]: readonly ValueType[], { inputDilation }: Attributes, result: ValueType) {
  const along = inputDilation.map((dilation, axis) => (dilation === 1 ? result.shape[3 + axis] : x.shape[3 + axis]));
  return macs(multiply(...result.shape.slice(0, 3), x.shape[2], ...along, ...w.shape.slice(3)));
}

interface SampleSettings {
  readonly stride?: readonly number[];
  readonly dilation?: readonly number[];
  readonly inputDilation?: readonly number[];
  readonly low?: readonly number[];
  readonly high?: readonly number[];
}

function sample(title: string, x: readonly number[], w: readonly number[], settings: SampleSettings = {}): Sample<"conv"> {
  const ones = x.slice(3).map(() => 1);
  const sizes = (values: readonly number[] | undefined): readonly Size[] => (values ?? ones.map(() => 0)).map((value) => size(value));
  const { stride = ones, dilation = ones, inputDilation = ones, low, high } = settings;
  return { title, operands: [{ shape: x }, { shape: w }], attributes: { stride, dilation, inputDilation, low: sizes(low), high: sizes(high) } };
}

/** The shape rule of `conv_kernel_gradient`: that of the kernel, where the cotangent is of the shape that the convolution gives. */
function kernelTypeOf(operands: readonly ValueType[], { kernel, ...attributes }: NodeOf<"conv_kernel_gradient">["attributes"]) {
  const wrong = wrongCount(operands, 2);
  if (wrong) return wrong;
  const [x, cotangent] = operands;
  if (x.shape.length !== kernel.length + 3 || cotangent.shape.length !== kernel.length + 3) return refused(`has a kernel along ${kernel.length} axes: needs operands of rank ${kernel.length + 3}, has ${x.shape.length} and ${cotangent.shape.length}`);
  const shape = [x.shape[1], cotangent.shape[2], x.shape[2], ...kernel.map((each) => size(each))];
  const forward = typeOf([x, { dtype: cotangent.dtype, shape, axes: unnamed(shape.length) }], attributes);
  if ("refused" in forward) return forward;
  const same = forward.type.shape.flatMap((each, axis) => equalSizes(each, cotangent.shape[axis], "the cotangent is of the shape that the convolution gives"));
  return accepted(x.dtype, shape, [x.axes[1], cotangent.axes[2], x.axes[2], ...unnamed(kernel.length)], [...forward.obligations, ...same]);
}

/** The convolutions whose kernel gradient is asked for in tests: samples of `conv`, with what they give in the kernel's place. */
function kernelSample({ title, operands: [x, w], attributes }: Sample<"conv">): Sample<"conv_kernel_gradient"> {
  const moved = x.shape.slice(3).map((each, axis) => constantValue(convolutionSize(size(each), windowOf({ dtype: "f32", shape: w.shape.map((every) => size(every)), axes: [] }, attributes, axis)))!);
  return { title, operands: [x, { shape: [x.shape[0], x.shape[1], w.shape[1], ...moved] }], attributes: { ...attributes, kernel: w.shape.slice(3) } };
}

const rows = {
  conv: {
    name: "conv",
    tier: "primitive",
    doc: [
      "Slides a kernel: x[N, G, C, s…], w[G, O, C, k…] -> [N, G, O, t…].",
      "G is the group: with G = 1 an ordinary convolution, with C = O = 1 a depthwise one, with the batch as G one kernel per sample;",
      "input dilation makes the transposed convolution.",
    ].join(" "),
    source: "ONNX Conv-11, ConvTranspose-11",
    operands: [
      { name: "x", doc: "Samples, groups, channels, then one to three spatial axes." },
      { name: "w", doc: "Groups, output channels, input channels, then the taps. The gradient needs a constant number of taps." },
    ],
    attributes: {
      stride: "How far the kernel moves from one output to the next.",
      dilation: "Distance between taps.",
      inputDilation: "Distance between elements of x; the places between hold zeros.",
      low: "Padding before the first element.",
      high: "Padding after the last.",
    },
    type: typeOf,
    evaluate: ([x, w], { stride, dilation, inputDilation, low }, shape, context) =>
      evaluateConvolution(x, w, shape, { stride, dilation, inputDilation, low: low.map((each) => constantValue(each) ?? context.size(each)) }),
    gradient: {
      kind: "rule",
      reads: { operands: [0, 1], result: false },
      rule: (build, node, cotangent, needed) => [
        needed[0] ? inputCotangent(build, node, cotangent) : undefined,
        needed[1] ? kernelCotangent(build, node, cotangent) : undefined,
      ],
    },
    cost: costOf,
    effects: "pure",
    samples: [
      sample("3 x 3, padding 1", [2, 1, 2, 4, 5], [1, 3, 2, 3, 3], { low: [1, 1], high: [1, 1] }),
      sample("no padding", [1, 1, 2, 5, 4], [1, 2, 2, 3, 2]),
      sample("stride 2 on odd and even sizes", [1, 1, 2, 5, 6], [1, 2, 2, 3, 3], { stride: [2, 2], low: [1, 1], high: [1, 1] }),
      sample("dilation 2", [1, 1, 1, 7, 6], [1, 2, 1, 3, 3], { dilation: [2, 2], low: [2, 2], high: [2, 2] }),
      sample("stride 2 and dilation 3", [2, 1, 1, 8, 9], [1, 1, 1, 2, 3], { stride: [2, 2], dilation: [3, 3], low: [1, 2], high: [0, 3] }),
      sample("two groups", [2, 2, 2, 4, 4], [2, 3, 2, 3, 3], { low: [1, 1], high: [1, 1] }),
      sample("depthwise", [1, 4, 1, 5, 5], [4, 1, 1, 3, 3], { low: [1, 1], high: [1, 1] }),
      sample("one kernel per sample", [1, 3, 2, 4, 4], [3, 2, 2, 3, 3], { low: [1, 1], high: [1, 1] }),
      sample("kernel of 1", [2, 1, 3, 3, 4], [1, 2, 3, 1, 1]),
      sample("kernel of 1, stride 2", [1, 1, 2, 5, 4], [1, 2, 2, 1, 1], { stride: [2, 2] }),
      sample("patches", [2, 1, 3, 6, 9], [1, 4, 3, 3, 3], { stride: [3, 3] }),
      sample("patches that leave a border", [1, 1, 2, 7, 5], [1, 2, 2, 2, 2], { stride: [2, 2] }),
      sample("one axis", [2, 1, 2, 9], [1, 3, 2, 3], { stride: [2], low: [1], high: [0] }),
      sample("three axes", [1, 1, 2, 3, 4, 3], [1, 2, 2, 2, 2, 2], { low: [1, 0, 0], high: [0, 0, 1] }),
      sample("input dilation: transposed", [1, 1, 2, 3, 4], [1, 2, 2, 2, 2], { inputDilation: [2, 2], low: [1, 1], high: [1, 1] }),
      sample("input dilation, stride and dilation", [2, 1, 1, 4, 5], [1, 2, 1, 3, 2], {
        inputDilation: [2, 3],
        stride: [3, 2],
        dilation: [1, 2],
        low: [1, 0],
        high: [2, 1],
      }),
      sample("padding wider than the kernel", [1, 1, 1, 4, 3], [1, 2, 1, 2, 1], { low: [3, 2], high: [2, 1] }),
      sample("padding wider than the kernel, input dilation", [1, 1, 1, 3], [1, 1, 1, 2], { low: [4], high: [5], inputDilation: [2], stride: [3] }),
      sample("size 1", [1, 1, 1, 1, 1], [1, 1, 1, 3, 3], { low: [1, 1], high: [1, 1] }),
      sample("a large kernel", [1, 1, 1, 12, 3], [1, 1, 1, 11, 9], { low: [5, 4], high: [5, 4] }),
    ],
  },
} satisfies Partial<OperatorTable>;

export const convolutionRows = {
  ...rows,
  conv_kernel_gradient: {
    name: "conv_kernel_gradient",
    tier: "composite",
    doc: "The cotangent of a convolution's kernel: for every tap, the products of the cotangent of the result with what the tap read, summed over samples and places.",
    source: "TensorFlow Conv2DBackpropFilter; in ONNX built from Pad-18, Slice-13 and MatMul-13",
    operands: [
      { name: "x", doc: "What was convolved." },
      { name: "cotangent", doc: "One number for each element of the result." },
    ],
    attributes: { ...rows.conv.attributes, kernel: "How many taps the kernel has along each axis." },
    type: kernelTypeOf,
    evaluate([x, cotangent], { stride, dilation, inputDilation, low, kernel }, shape, context) {
      // A convolution with the roles exchanged: samples are summed over, channels are the samples, places the taps.
      const rank = x.shape.length;
      const exchanged = (data: TensorData, permutation: readonly number[]): TensorData => ({ ...data, shape: permutation.map((axis) => data.shape[axis]), data: permuted(data.data, data.shape, permutation) });
      const spatial = range(3, rank);
      const swapped = { stride: dilation, dilation: stride, inputDilation, low: low.map((each) => constantValue(each) ?? context.size(each)) };
      const result = [x.shape[2], x.shape[1], cotangent.shape[2], ...kernel];
      const data = evaluateConvolution(exchanged(x, [2, 1, 0, ...spatial]), exchanged(cotangent, [1, 2, 0, ...spatial]), result, swapped);
      return countOf(shape) === 0 ? new Float64Array(0) : permuted(data, result, [1, 2, 0, ...spatial]);
    },
    gradient: {
      kind: "rule",
      reads: { operands: [0, 1], result: false },
      rule(build, { inputs: [x, slope], attributes: { kernel: _, ...attributes } }, cotangent, needed) {
        // It is a product of both operands, as the convolution with the cotangent as its kernel is.
        const forward = build.make("conv", [x, cotangent], attributes);
        return [needed[0] ? inputCotangent(build, forward, slope) : undefined, needed[1] ? (forward as Node) : undefined];
      },
    },
    cost: ([x, cotangent], { kernel }) => macs(multiply(...cotangent.shape, x.shape[2], ...kernel)),
    effects: "pure",
    samples: rows.conv.samples.filter(({ attributes }) => attributes.inputDilation.every((each) => each === 1)).map(kernelSample),
    decompose: (build, node) => byTaps(build, node.inputs[0], node.type, node.inputs[1], node.attributes),
  },
} satisfies Partial<OperatorTable>;
