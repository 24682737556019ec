/**
 * The two transposes of a convolution (graph.md §2). Output t and tap k read element i of the operand where S t + d k - low = D i, with stride S,
 * dilation d, input dilation D. Exchanging the roles of t, k and i gives both rules; what does not fit exactly is cut with a slice, so that no
 * padding is negative. Kernel sizes are taken to be constant; every other size may be symbolic.
 */
import { add, constant as size, constantValue, multiply, negate, subtract } from "../dims/index.ts";
import type { Size } from "../dims/index.ts";
import type { Node, NodeOf, ValueType } from "../ir/graph.ts";
import type { Builder } from "../ir/builder.ts";
import { constantKernel, dilated, spanOf } from "./convolution-size.ts";
import { range, sum } from "./typing.ts";

type Conv = NodeOf<"conv">;
const SPACE = 3; // axes before the spatial ones, in x, w and y

const swapped = (rank: number, a: number, b: number): readonly number[] => range(0, rank).map((axis) => (axis === a ? b : axis === b ? a : axis));

/** Every `whole` outputs that lie before the operand begins are cut: the number that makes a negative constant padding positive again. */
function excess(padding: Size, step: number): number {
  const value = constantValue(padding);
  return value === undefined || value >= 0 ? 0 : Math.ceil(-value / step);
}

/**
 * dx: the cotangent, with S - 1 zeros between its elements, convolved with the flipped kernel of which in and out are exchanged. Padding below is
 * d (K - 1) - low; above it is what makes the result as long as x.
 */
export function inputCotangent(build: Builder, node: Conv, cotangent: Node): Node {
  const [x, w] = node.inputs;
  const { stride, dilation, inputDilation, low } = node.attributes;
  const spatial = range(0, stride.length);
  const flipped = build.transpose(
    build.reverse(
      w,
      spatial.map((axis) => SPACE + axis),
    ),
    swapped(w.type.shape.length, 1, 2),
  );
  const below: Size[] = [];
  const above: Size[] = [];
  const starts: number[] = [0, 0, 0];
  for (const axis of spatial) {
    const [whole, moved] = [x.type.shape[SPACE + axis], cotangent.type.shape[SPACE + axis]];
    const first = subtract(spanOf(w.type.shape[SPACE + axis], dilation[axis]), low[axis]);
    const last = add(dilated(whole, inputDilation[axis]), negate(dilated(moved, stride[axis])), low[axis]);
    const cut = excess(first, inputDilation[axis]);
    starts.push(cut);
    below.push(add(first, cut * inputDilation[axis]));
    // The same above: a high padding beyond the kernel's span makes `last` negative; by how much depends on nothing but constants.
    const over = excess(subtract(spanOf(w.type.shape[SPACE + axis], dilation[axis]), node.attributes.high[axis]), inputDilation[axis]);
    above.push(add(last, over * inputDilation[axis]));
  }
  const full = build.make("conv", [cotangent, flipped], { stride: inputDilation, dilation, inputDilation: stride, low: below, high: above });
  return build.slice(
    full,
    starts,
    x.type.shape.map((each, axis) => add(each, starts[axis])),
  );
}

/** dw, by the form that suits the kernel. */
export function kernelCotangent(build: Builder, node: Conv, cotangent: Node): Node {
  const { inputDilation, stride, dilation } = node.attributes;
  const kernel = node.inputs[1].type.shape.slice(SPACE).map((each) => constantValue(each));
  const taps = kernel.reduce<number>((product, each) => product * (each ?? Infinity), 1);
  if (inputDilation.some((each) => each !== 1)) return byExchangedRoles(build, node, cotangent);
  // A composite of one tap is the product that a patch of one element is.
  if (!(build.makesComposites && taps === 1) && kernel.every((each, axis) => each === stride[axis] && (dilation[axis] === 1 || each === 1))) return byPatches(build, node, cotangent);
  if (taps > MOST_TAPS) return byExchangedRoles(build, node, cotangent);
  if (!build.makesComposites) return byTaps(build, node.inputs[0], node.inputs[1].type, cotangent, node.attributes);
  const whole = build.make("conv_kernel_gradient", [node.inputs[0], cotangent], { ...node.attributes, kernel: constantKernel(node.inputs[1].type.shape.slice(SPACE)) });
  return build.reshape(whole, node.inputs[1].type.shape, node.inputs[1].type.axes);
}

/** Above this many taps, slices cost more than the exchanged convolution. */
const MOST_TAPS = 81;

/** A convolution of x with the cotangent as kernel: samples are the contracted channel, channels the samples, stride and dilation exchanged. */
function byExchangedRoles(build: Builder, node: Conv, cotangent: Node): Node {
  const [x, w] = node.inputs;
  const { stride, dilation, inputDilation, low, high } = node.attributes;
  const rank = x.type.shape.length;
  const images = build.transpose(x, [2, 1, 0, ...range(SPACE, rank)]); // [C, G, N, s…]
  const kernels = build.transpose(cotangent, [1, 2, 0, ...range(SPACE, rank)]); // [G, O, N, t…]
  const full = build.make("conv", [images, kernels], { stride: dilation, dilation: stride, inputDilation, low, high }); // [C, G, O, k…]
  const kept = build.slice(
    full,
    range(0, rank).map(() => 0),
    [...full.type.shape.slice(0, SPACE), ...w.type.shape.slice(SPACE)],
  );
  return build.transpose(kept, [1, 2, 0, ...range(SPACE, rank)]);
}

const padded = (build: Builder, x: Node, { low, high }: Conv["attributes"]): Node => build.pad(x, [0, 0, 0, ...low], [0, 0, 0, ...high]);

/** Windows that touch and do not overlap (patches; also a kernel of 1): a reshape lays the taps out, one contraction does the rest. */
function byPatches(build: Builder, node: Conv, cotangent: Node): Node {
  const kernel = constantKernel(node.inputs[1].type.shape.slice(SPACE));
  const moved = cotangent.type.shape.slice(SPACE);
  const field = padded(build, node.inputs[0], node.attributes);
  const [samples, groups, channels] = field.type.shape;
  const covered = build.slice(
    field,
    field.type.shape.map(() => 0),
    [samples, groups, channels, ...moved.map((each, axis) => multiply(each, kernel[axis]))],
  );
  // [N, G, C, t1, k1, t2, k2, …]; axes of kernel 1 stay single
  const split = build.reshape(covered, [
    samples,
    groups,
    channels,
    ...moved.flatMap((each, axis) => (kernel[axis] === 1 ? [each] : [each, size(kernel[axis])])),
  ]);
  const contract: (readonly [number, number])[] = [[0, 0]];
  let at = SPACE;
  moved.forEach((_, axis) => {
    contract.push([SPACE + axis, at]);
    at += kernel[axis] === 1 ? 1 : 2;
  });
  const product = build.dot(cotangent, split, { batch: [[1, 1]], contract }); // [G, O, C, k…] without the axes of 1
  return build.reshape(product, node.inputs[1].type.shape, node.inputs[1].type.axes);
}

/** Numbers in the columns of one contraction: 64 MiB in single precision. */
const MOST_COLUMNS = 16 * 1024 * 1024;

/**
 * For some taps of a line along the last axis at once: the slices of padded x that they read stand one after another along the channels, and one product
 * per sample with the cotangent sums over the positions; then the samples are summed. Everything lies as it lay. Columns for a line rather than for the
 * whole kernel take K maps of memory instead of K²; where the maps are large, fewer.
 */
export function byTaps(build: Builder, x: Node, w: ValueType, cotangent: Node, attributes: Conv["attributes"]): Node {
  const { stride, dilation } = attributes;
  const rank = w.shape.length;
  const kernel = constantKernel(w.shape.slice(SPACE));
  const moved = cotangent.type.shape.slice(SPACE);
  const field = padded(build, x, attributes); // [N, G, C, s…]
  const [samples, groups, channels] = field.type.shape;
  const positions = multiply(...moved);
  const slopes = build.reshape(cotangent, [...cotangent.type.shape.slice(0, SPACE), positions]); // [N, G, O, t]
  const taps = range(0, kernel.reduce((product, each) => product * each, 1)).map((place) => indexOf(place, kernel));
  const last = kernel[kernel.length - 1];
  const map = constantValue(multiply(samples, groups, channels, positions));
  const together = map === undefined ? last : Math.max(1, Math.min(last, Math.floor(MOST_COLUMNS / map)));
  const columnOf = (tap: readonly number[]): Node => {
    const starts = tap.map((each, axis) => size(each * dilation[axis]));
    const stops = starts.map((start, axis) => sum([start, dilated(moved[axis], stride[axis])]));
    const read = build.slice(field, [size(0), size(0), size(0), ...starts], [samples, groups, channels, ...stops], [1, 1, 1, ...stride]);
    return build.reshape(read, [samples, groups, channels, positions]);
  };
  const isDepthwise = constantValue(channels) === 1 && constantValue(w.shape[1]) === 1;
  const parts: Node[] = isDepthwise ? taps.map((tap) => build.reshape(build.reduce("sum", build.mul(slopes, columnOf(tap)), [0, 3]), [groups, size(1), size(1), channels])) : [];
  for (let line = 0; !isDepthwise && line < taps.length; line += last) {
    for (let from = 0; from < last; from += together) {
      const some = taps.slice(line + from, line + Math.min(from + together, last));
      const columns = build.concat(some.map(columnOf), 2); // [N, G, k C, t]
      const product = build.dot(slopes, columns, { batch: [[0, 0], [1, 1]], contract: [[3, 3]] }); // [N, G, O, k C]
      parts.push(build.reshape(build.reduce("sum", product, [0]), [groups, w.shape[1], size(some.length), channels]));
    }
  }
  const all = build.reshape(build.concat(parts, 2), [groups, w.shape[1], ...kernel.map((each) => size(each)), channels]);
  return build.reshape(build.transpose(all, [0, 1, rank - 1, ...range(2, rank - 1)]), w.shape, w.axes);
}

/** The index of element `place` of a shape in row-major order. */
function indexOf(place: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  for (let axis = shape.length - 1, rest = place; axis >= 0; axis--) {
    index.unshift(rest % shape[axis]);
    rest = Math.floor(rest / shape[axis]);
  }
  return index;
}
