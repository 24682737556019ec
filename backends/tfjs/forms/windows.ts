/** What slides or resamples: convolution, pooling, resize. All by the library, which works on images with channels last. */
import type { AttributeTable } from "../../../compiler/ir/graph.ts";
import { everywhere, type FormContext, type Forms } from "../form.ts";

interface Geometry {
  readonly window: readonly number[];
  readonly stride: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
}

const windows = ({ window, stride, low, high }: Geometry, { sizes }: FormContext): string => `{ window: ${sizes(window)}, stride: ${sizes(stride)}, low: ${sizes(low)}, high: ${sizes(high)} }`;

/** What a convolution does otherwise than by default; strides, dilations and paddings are always said, so that blocks that differ in their numbers alone have one text. */
function sliding({ stride, dilation, inputDilation, low, high }: AttributeTable["conv"], { sizes }: FormContext): string {
  const padding = low.every((each, axis) => each === high[axis]) ? `padding: ${sizes(low)}` : `low: ${sizes(low)}, high: ${sizes(high)}`;
  return `{ stride: ${sizes(stride)}, dilation: ${sizes(dilation)}, ${inputDilation.some((each) => each > 1) ? `inputDilation: ${sizes(inputDilation)}, ` : ""}${padding} }`;
}

export const windowForms = {
  conv: {
    runsOn: everywhere,
    layouts: ["as in the graph", "channels last"],
    write: ({ attributes }, [x, w], context) => `${context.library("convolution")}(${x}, ${w}, ${sliding(attributes, context)})`,
  },
  conv_kernel_gradient: {
    runsOn: everywhere,
    write: ({ attributes }, [x, cotangent], context) => `${context.library("kernelGradient")}(${x}, ${cotangent}, ${context.sizes(attributes.kernel)}, ${sliding(attributes, context)})`,
  },
  pool: {
    runsOn: everywhere,
    layouts: ["as in the graph", "channels last"],
    write: ({ attributes }, [x], context) =>
      attributes.kind === "max" ? `${context.library("maxPool")}(${x}, ${windows(attributes, context)})` : `${context.library("averagePool")}(${x}, ${windows(attributes, context)}, ${attributes.countPadding})`,
  },
  pool_max_gradient: { runsOn: everywhere, write: ({ attributes }, [x, cotangent], context) => `${context.library("maxPoolGradient")}(${x}, ${cotangent}, ${windows(attributes, context)})` },
  resize: { runsOn: everywhere, write: ({ attributes: { sizes: to, mode } }, [x], { sizes, library }) => `${library("resize")}(${x}, ${sizes(to)}, "${mode}")` },
} satisfies Partial<Forms>;
