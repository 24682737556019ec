/** `conv`: ordinary, grouped, depthwise, per-sample and transposed convolution in one row. */
import { constant as size, constantValue, multiply } from "../dims/index.ts";
import type { Size } from "../dims/index.ts";
import type { NodeOf, ValueType } from "../ir/graph.ts";
import { evaluateConvolution } from "./convolution-evaluation.ts";
import { inputCotangent, kernelCotangent } from "./convolution-gradient.ts";
import { convolutionSize, convolutionSlack } from "./convolution-size.ts";
import type { Window } from "./convolution-size.ts";
import { macs } from "./costs.ts";
import type { OperatorTable, Sample } from "./operator.ts";
import { accepted, atLeast, equalSizes, isFloat, refused, wrongCount } from "./typing.ts";

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

export const convolutionRows = {
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
