/** What slides or resamples: convolution, pooling, resize. All by the library, which works on images with channels last. */
import { everywhere, type FormContext, type Forms } from "../form.ts";

interface Geometry {
  readonly window: readonly number[];
  readonly stride: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
}

const windows = ({ window, stride, low, high }: Geometry, { sizes }: FormContext): string => `{ window: ${sizes(window)}, stride: ${sizes(stride)}, low: ${sizes(low)}, high: ${sizes(high)} }`;

export const windowForms = {
  conv: {
    runsOn: everywhere,
    layouts: ["as in the graph", "channels last"],
    write({ attributes: { stride, dilation, inputDilation, low, high } }, [x, w], { sizes, library }) {
      const sliding = `{ stride: ${sizes(stride)}, dilation: ${sizes(dilation)}, inputDilation: ${sizes(inputDilation)}, low: ${sizes(low)}, high: ${sizes(high)} }`;
      return `${library("convolution")}(${x}, ${w}, ${sliding})`;
    },
  },
  conv_kernel_gradient: {
    runsOn: everywhere,
    write({ attributes: { stride, dilation, inputDilation, low, high, kernel } }, [x, cotangent], { sizes, library }) {
      const sliding = `{ stride: ${sizes(stride)}, dilation: ${sizes(dilation)}, inputDilation: ${sizes(inputDilation)}, low: ${sizes(low)}, high: ${sizes(high)} }`;
      return `${library("kernelGradient")}(${x}, ${cotangent}, ${sizes(kernel)}, ${sliding})`;
    },
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
