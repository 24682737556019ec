/**
 * conv: grouped Conv where the number of groups is known, ConvTranspose where the input is dilated, and an unfolding with one batched product
 * where every sample has a kernel of its own and their number is free (design/engines.md: 55 ms against 66 for a product per tap).
 */
import { add, constant as size, constantValue, multiply, subtract } from "../../../compiler/dims/index.ts";
import type { NodeOf } from "../../../compiler/ir/graph.ts";
import { operatorOf } from "../../../compiler/operators/table.ts";
import type { Emitter } from "../emitter.ts";
import type { Lowering, Lowerings } from "../lowering.ts";
import { constantSizes, int, ints } from "../value.ts";
import type { Value } from "../value.ts";
import { axesOf } from "./axes.ts";
import { unfoldedProduct } from "./unfold.ts";

/** A convolution with what all its forms need at hand. */
export interface Convolution {
  readonly node: NodeOf<"conv">;
  readonly x: Value;
  readonly w: Value;
  readonly kernel: readonly number[];
}

const ZERO = size(0);

/** Zeros between the elements: [s] -> [s, 1] -> [s, d] -> [s d] -> the first (s - 1) d + 1. */
function spaced(emit: Emitter, x: Value, lead: number, dilation: readonly number[]): Value {
  return dilation.reduce((value, step, at) => {
    if (step === 1) return value;
    const axis = lead + at;
    const { shape } = value.type;
    const apart = emit.reshape(value, [...shape.slice(0, axis + 1), size(1), ...shape.slice(axis + 1)]);
    const zeros = apart.type.shape.map(() => 0);
    const filled = emit.pad(
      apart,
      zeros,
      zeros.map((_, each) => (each === axis + 1 ? step - 1 : 0)),
    );
    const joined = emit.reshape(
      filled,
      shape.map((each, i) => (i === axis ? multiply(each, step) : each)),
    );
    const stops = joined.type.shape.map((each, i) => (i === axis ? subtract(each, step - 1) : each));
    return emit.slice(
      joined,
      stops.map(() => 0),
      stops,
    );
  }, x);
}

/** x and w with groups and channels as one axis, the way ONNX has them. */
function joined(emit: Emitter, x: Value, w: Value): readonly [Value, Value] {
  const [n, g, c, ...along] = x.type.shape;
  const [, o, , ...taps] = w.type.shape;
  return [emit.reshape(x, [n, multiply(g, c), ...along]), emit.reshape(w, [multiply(g, o), w.type.shape[2], ...taps])];
}

function groupedConvolution(emit: Emitter, { node, x, w }: Convolution, groups: number): Value {
  const { stride, dilation, low, high } = node.attributes;
  const [before, after] = [constantSizes(low), constantSizes(high)];
  const isKnown = before !== undefined && after !== undefined;
  const padded = isKnown ? x : emit.pad(x, [ZERO, ZERO, ZERO, ...low], [ZERO, ZERO, ZERO, ...high]);
  const [maps, kernels] = joined(emit, padded, w);
  const taps = constantSizes(w.type.shape.slice(3));
  const attributes = {
    ...(taps ? { kernel_shape: ints(taps) } : {}),
    strides: ints(stride),
    dilations: ints(dilation),
    pads: ints(isKnown ? [...before, ...after] : [...low, ...high].map(() => 0)),
    group: int(groups),
  };
  const [n, g, o, ...moved] = node.type.shape;
  const result = emit.operation("Conv", [maps, kernels], { dtype: x.type.dtype, shape: [n, multiply(g, o), ...moved] }, { attributes });
  return emit.reshape(result, node.type.shape);
}

/**
 * A dilated input is a transposed convolution with the kernel turned round. Paddings become what is cut off the full result, d (k - 1) - padding;
 * what a padding is wider than that is zeros. A stride beside it picks from the result.
 */
function transposedConvolution(
  emit: Emitter,
  { node, x, w, kernel }: Convolution,
  groups: number,
  low: readonly number[],
  high: readonly number[],
): Value {
  const { stride, dilation, inputDilation } = node.attributes;
  const rank = kernel.length;
  const [n, g, c, ...along] = x.type.shape;
  const o = w.type.shape[1];
  const reach = kernel.map((taps, axis) => dilation[axis] * (taps - 1));
  const cut = (padding: readonly number[]): readonly number[] => padding.map((each, axis) => Math.max(0, reach[axis] - each));
  const extra = (padding: readonly number[]): readonly number[] => padding.map((each, axis) => Math.max(0, each - reach[axis]));
  const spatial = axesOf(rank).map((axis) => axis + 3);
  const turned = emit.transpose(emit.reverse(w, spatial), [0, 2, 1, ...spatial]);
  const kernels = emit.reshape(turned, [multiply(g, c), o, ...w.type.shape.slice(3)]);
  const maps = emit.reshape(x, [n, multiply(g, c), ...along]);
  const attributes = {
    kernel_shape: ints(kernel),
    strides: ints(inputDilation),
    dilations: ints(dilation),
    pads: ints([...cut(low), ...cut(high)]),
    group: int(groups),
  };
  const full = along.map((each, axis) => add(multiply(subtract(each, 1), inputDilation[axis]), reach[axis] + 1 - cut(low)[axis] - cut(high)[axis]));
  const spread = emit.operation("ConvTranspose", [maps, kernels], { dtype: x.type.dtype, shape: [n, multiply(g, o), ...full] }, { attributes });
  const padded = emit.pad(spread, [0, 0, ...extra(low)], [0, 0, ...extra(high)]);
  const steps = [1, 1, ...stride];
  const picked = steps.every((step) => step === 1)
    ? padded
    : emit.slice(
        padded,
        steps.map(() => 0),
        padded.type.shape,
        steps,
      );
  return emit.reshape(picked, node.type.shape);
}

const conv: Lowering<"conv"> = ({ emit }, node, [x, w]) => {
  const { inputDilation, low, high } = node.attributes;
  const groups = constantValue(x.type.shape[1]);
  const kernel = constantSizes(w.type.shape.slice(3));
  const isDilated = inputDilation.some((step) => step > 1);
  const [before, after] = [constantSizes(low), constantSizes(high)];
  if (isDilated && groups !== undefined && kernel && before && after)
    return transposedConvolution(emit, { node, x, w, kernel }, groups, before, after);
  const dense = isDilated ? spaced(emit, x, 3, inputDilation) : x;
  if (groups !== undefined) return groupedConvolution(emit, { node, x: dense, w, kernel: kernel ?? [] }, groups);
  if (!kernel) return { refused: "a kernel of a known number of taps, where every sample has a kernel of its own" };
  return unfoldedProduct(emit, { node, x: dense, w, kernel });
};

export const convolutionLowerings = {
  conv,
  conv_kernel_gradient: ({ lower }, node) => lower((build) => operatorOf("conv_kernel_gradient").decompose!(build, node)),
} satisfies Partial<Lowerings>;
