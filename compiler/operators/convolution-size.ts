/** The size of a window's result along one axis: the formula that the checker, the shape rules and the gradients share. */
import { add, constantValue, floorDivide, multiply, negate } from "../dims/index.ts";
import type { Size } from "../dims/index.ts";

/** How a kernel moves along one axis. */
export interface Window {
  /** Taps of the kernel. */
  readonly kernel: Size | number;
  readonly stride: Size | number;
  /** Distance between taps. */
  readonly dilation: Size | number;
  /** Padding before the first and after the last element. */
  readonly low: Size | number;
  readonly high: Size | number;
  /** Distance between elements of the operand: n becomes (n - 1) inputDilation + 1, with zeros between. */
  readonly inputDilation?: number;
}

/** floor((dilated(size) + low + high - dilation (kernel - 1) - 1) / stride) + 1 */
export function convolutionSize(size: Size, window: Window): Size {
  return add(floorDivide(convolutionSlack(size, window), window.stride), 1);
}

/** How far the kernel can move: dilated(size) + low + high - dilation (kernel - 1) - 1. Not negative where the kernel fits. */
export function convolutionSlack(size: Size, { kernel, dilation, low, high, inputDilation = 1 }: Window): Size {
  return add(dilated(size, inputDilation), low, high, negate(spanOf(kernel, dilation)), -1);
}

/** (size - 1) dilation + 1 */
export const dilated = (size: Size, dilation: number): Size => (dilation === 1 ? size : add(multiply(size, dilation), 1 - dilation));

/** Distance from the first to the last tap: dilation (kernel - 1). */
export const spanOf = (kernel: Size | number, dilation: Size | number): Size => multiply(add(kernel, -1), dilation);

/** The taps of a kernel, which gradient rules may take to be constant. */
export function constantKernel(sizes: readonly Size[]): readonly number[] {
  return sizes.map((size) => {
    const value = constantValue(size);
    if (value === undefined) throw new Error("netc bug: the gradient of a convolution needs a kernel of constant size");
    return value;
  });
}
