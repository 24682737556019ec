/** What slides or resamples: convolution, pooling, resize. All by the library. Convolutions are written with channels last alone: layout.ts has made them so. */
import type { LibraryFunction } from "../library/index.ts";
import type { AttributeTable, Groups } from "../../../compiler/ir/graph.ts";
import { everywhere, type FormContext, type Forms } from "../form.ts";

const windows = ({ window, stride, low, high }: AttributeTable["pool_max_gradient"], { sizes }: FormContext, isLast: boolean): string =>
  `{ window: ${sizes(window)}, stride: ${sizes(stride)}, low: ${sizes(low)}, high: ${sizes(high)}${isLast ? ", channelsLast: true" : ""} }`;

const convolutions: { readonly [Each in Groups]: LibraryFunction } = { one: "convolution", channels: "depthwiseConvolution", samples: "convolutionPerSample", some: "convolutionInGroups" };
const kernelGradients: { readonly [Each in Groups]: LibraryFunction } = { one: "kernelGradient", channels: "depthwiseKernelGradient", samples: "kernelGradientPerSample", some: "kernelGradientInGroups" };

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

/** What a convolution does otherwise than by default; strides, dilations and paddings are always said, so that blocks that differ in their numbers alone have one text. */
function sliding({ stride, dilation, inputDilation, low, high }: AttributeTable["conv"], { sizes }: FormContext): string {
  const padding = low.every((each, axis) => each === high[axis]) ? `padding: ${sizes(low)}` : `low: ${sizes(low)}, high: ${sizes(high)}`;
  return `{ stride: ${sizes(stride)}, dilation: ${sizes(dilation)}, ${inputDilation.some((each) => each > 1) ? `inputDilation: ${sizes(inputDilation)}, ` : ""}${padding} }`;
}

export const windowForms = {
  conv: laidOut,
  conv_kernel_gradient: laidOut,
  conv_channels_last: {
    runsOn: everywhere,
    write: ({ attributes }, [x, w], context) => `${context.library(convolutions[attributes.groups])}(${x}, ${w}, ${sliding(attributes, context)})`,
  },
  conv_kernel_gradient_channels_last: {
    runsOn: everywhere,
    write: ({ attributes }, [x, cotangent], context) => `${context.library(kernelGradients[attributes.groups])}(${x}, ${cotangent}, ${context.sizes(attributes.kernel)}, ${sliding(attributes, context)})`,
  },
  pool: { runsOn: everywhere, write: pool(false) },
  pool_channels_last: { runsOn: everywhere, write: pool(true) },
  pool_max_gradient: { runsOn: everywhere, write: poolGradient(false) },
  pool_max_gradient_channels_last: { runsOn: everywhere, write: poolGradient(true) },
  resize: {
    runsOn: everywhere,
    write: ({ attributes: { sizes: to, mode } }, [x], { sizes, library }) => `${library("resize")}(${x}, ${sizes(to)}, "${mode}")`,
  },
  resize_channels_last: {
    runsOn: everywhere,
    write: ({ attributes: { sizes: to, mode } }, [x], { sizes, library }) => `${library("resize")}(${x}, ${sizes(to)}, "${mode}", 1)`,
  },
} satisfies Partial<Forms>;
