/** What slides or resamples: convolution, pooling, resize. All by the library. Convolutions are written with channels last alone: the layout has made them so. */
import type { LibraryFunction } from "../library/index.ts";
import type { AttributeTable, Groups, Node, NodeOf } from "../../../compiler/ir/graph.ts";
import { constantValue } from "../../../compiler/dims/index.ts";
import { everywhere, numbers, type FormContext, type Forms } from "../form.ts";
import { phaseOf } from "../functions/phase.ts";

const windows = ({ window, stride, low, high }: AttributeTable["pool_max_gradient"], { sizes }: FormContext, isLast: boolean): string =>
  `{ window: ${sizes(window)}, stride: ${sizes(stride)}, low: ${sizes(low)}, high: ${sizes(high)}${isLast ? ", channelsLast: true" : ""} }`;

/** By the number of axes along which the kernel slides. */
const plain: readonly LibraryFunction[] = ["convolution1d", "convolution", "convolution3d"];
const depthwise: readonly LibraryFunction[] = ["depthwiseConvolution1d", "depthwiseConvolution", "depthwiseConvolution3d"];

/** A convolution as a call. Those with several kernels are given the function of one, along other than two axes. */
function convolutionText(node: NodeOf<"conv_channels_last">, x: string, w: string, context: FormContext): string {
  const { groups, stride: { length } } = node.attributes;
  const given = `${x}, ${w}, ${sliding(node as Node, node.attributes, context)}`;
  if (groups === "one" || groups === "channels") return `${context.library((groups === "one" ? plain : depthwise)[length - 1])}(${given})`;
  return `${context.library(groups === "samples" ? "convolutionPerSample" : "convolutionInGroups")}(${given}${length === 2 ? "" : `, ${context.library(plain[length - 1])}`})`;
}

const kernelGradients: { readonly [Each in Groups]: LibraryFunction } = { one: "kernelGradient", channels: "depthwiseKernelGradient", samples: "kernelGradientPerSample", some: "kernelGradientInGroups" };

const resizes: { readonly [Mode in AttributeTable["resize"]["mode"]]: LibraryFunction } = { nearest: "resizeNearest", bilinear: "resizeBilinear" };

const pool =
  (isLast: boolean): Forms["pool"]["write"] & Forms["pool_channels_last"]["write"] =>
  ({ attributes }, [x], context) =>
    attributes.kind === "max" ? `${context.library("maxPool")}(${x}, ${windows(attributes, context, isLast)})` : `${context.library("averagePool")}(${x}, ${windows(attributes, context, isLast)}, ${attributes.countPadding})`;

const poolGradient =
  (isLast: boolean): Forms["pool_max_gradient"]["write"] & Forms["pool_max_gradient_channels_last"]["write"] =>
  ({ attributes }, [x, cotangent], context) =>
    `${context.library("maxPoolGradient")}(${x}, ${cotangent}, ${windows(attributes, context, isLast)})`;

/** What the layout leaves of none. */
const laidOut = {
  runsOn: everywhere,
  write({ operator }: { readonly operator: string }): string {
    throw new Error(`netc bug: ${operator} is not held with channels last`);
  },
};

/**
 * What a convolution does otherwise than by default; strides, dilations and paddings are always said, and on the way back the distance of its inputs, so
 * that blocks that differ in their numbers alone have one text.
 */
function sliding(node: Node, { stride, dilation, inputDilation, low, high }: AttributeTable["conv"], { sizes }: FormContext): string {
  const isBack = phaseOf(node) === "backward" && node.operator === "conv_channels_last";
  const isPlain = (steps: readonly number[]): boolean => steps.every((step) => step === 1);
  const isAlike = !isBack && low.every((each, axis) => each === high[axis]);
  return `{ ${[
    ...(isBack && isPlain(stride) ? [] : [`stride: ${sizes(stride, "stride")}`]),
    `dilation: ${sizes(dilation, "dilation")}`,
    ...(isBack || !isPlain(inputDilation) ? [`inputDilation: ${sizes(inputDilation, "stride")}`] : []),
    ...(isAlike ? [`padding: ${sizes(low, "padding")}`] : [`low: ${sizes(low, "low")}`, `high: ${sizes(high, "high")}`]),
  ].join(", ")} }`;
}

export const windowForms = {
  conv: laidOut,
  conv_kernel_gradient: laidOut,
  conv_channels_last: {
    runsOn: everywhere,
    write: (node, [x, w], context) => convolutionText(node, x, w, context),
  },
  conv_kernel_gradient_channels_last: {
    runsOn: everywhere,
    write: (node, [x, cotangent], context) => `${context.library(kernelGradients[node.attributes.groups])}(${x}, ${cotangent}, ${context.sizes(node.attributes.kernel, "kernel")}, ${sliding(node as Node, node.attributes, context)})`,
  },
  pool: { runsOn: everywhere, write: pool(false) },
  pool_channels_last: { runsOn: everywhere, write: pool(true) },
  pool_max_gradient: { runsOn: everywhere, write: poolGradient(false) },
  pool_max_gradient_channels_last: { runsOn: everywhere, write: poolGradient(true) },
  resize: {
    runsOn: everywhere,
    write: ({ attributes: { sizes: to, mode } }, [x], { sizes, library }) => `${library(resizes[mode])}(${x}, ${sizes(to)})`,
  },
  resize_channels_last: {
    runsOn: everywhere,
    write({ inputs, attributes: { sizes: to, mode } }, [x], { sizes, library }) {
      const factors = to.map((size, place) => (constantValue(size) ?? NaN) / (constantValue(inputs[0].type.shape[1 + place]) ?? NaN));
      return mode === "nearest" && to.length === 2 && factors.every(Number.isInteger) ? `${library("enlargeNearest")}(${x}, ${numbers(factors)})` : `${library(resizes[mode])}(${x}, ${sizes(to)}, 1)`;
    },
  },
} satisfies Partial<Forms>;
