/** What slides or resamples: convolution, pooling, resize. All by the library, which works on images with channels last. */
import { everywhere, numbers, type Forms } from "../form.ts";

interface Geometry {
  readonly window: readonly number[];
  readonly stride: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
}

const windows = ({ window, stride, low, high }: Geometry): string => `{ window: ${numbers(window)}, stride: ${numbers(stride)}, low: ${numbers(low)}, high: ${numbers(high)} }`;

export const windowForms = {
  conv: {
    runsOn: everywhere,
    layouts: ["as in the graph", "channels last"],
    write({ attributes: { stride, dilation, inputDilation, low, high } }, [x, w], { sizes, library }) {
      const sliding = `{ stride: ${numbers(stride)}, dilation: ${numbers(dilation)}, inputDilation: ${numbers(inputDilation)}, low: ${sizes(low)}, high: ${sizes(high)} }`;
      return `${library("convolution")}(${x}, ${w}, ${sliding})`;
    },
  },
  pool: {
    runsOn: everywhere,
    layouts: ["as in the graph", "channels last"],
    write: ({ attributes }, [x], { library }) =>
      attributes.kind === "max" ? `${library("maxPool")}(${x}, ${windows(attributes)})` : `${library("averagePool")}(${x}, ${windows(attributes)}, ${attributes.countPadding})`,
  },
  pool_max_gradient: { runsOn: everywhere, write: ({ attributes }, [x, cotangent], { library }) => `${library("maxPoolGradient")}(${x}, ${cotangent}, ${windows(attributes)})` },
  resize: { runsOn: everywhere, write: ({ attributes: { sizes: to, mode } }, [x], { sizes, library }) => `${library("resize")}(${x}, ${sizes(to)}, "${mode}")` },
} satisfies Partial<Forms>;
