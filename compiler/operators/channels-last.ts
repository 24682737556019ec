/**
 * Convolution, pooling and resizing between tensors whose channels come last, as TensorFlow.js wants them. Each row is another row with its operands and
 * its result held in another order of axes: shape rule, meaning, cost and decomposition are that row's, with the axes moved. A list says which axis of
 * the other row each axis is; axes that no list names have size 1 there.
 */
import { constant as size, constantValue, type Size } from "../dims/index.ts";
import type { AttributeTable, Groups, Node, OperatorName, TensorData, ValueType } from "../ir/graph.ts";
import type { Builder } from "../ir/builder.ts";
import { convolutionRows } from "./convolution.ts";
import type { Operator, Sample, TypeResult } from "./operator.ts";
import { poolingRows } from "./pooling.ts";
import { resizeRows } from "./resize.ts";
import { countOf, permuted } from "./strides.ts";
import { equalSizes, range, refused } from "./typing.ts";

/** How the operands and the result of a row are held; `ranks`: how many axes they have in the other row, the result's last. */
export interface Held {
  readonly operands: readonly (readonly number[])[];
  readonly result: readonly number[];
  readonly ranks: readonly number[];
}

/**
 * The axes of a convolution along `space` axes, x[N, G, C, s…] and w[G, O, C, k…] to [N, G, O, t…]. One group: x[N, s…, C], w[k…, C, O] to [N, t…, O].
 * A group for each channel: x[N, s…, G], w[k…, G] to [N, t…, G]. For each sample: x[G, s…, C], w[G, k…, C, O] to [G, t…, O]. Otherwise: x[N, s…, G, C],
 * w[G, k…, C, O] to [N, t…, G, O].
 */
export function heldByConvolution(groups: Groups, space: number): { readonly map: readonly number[]; readonly kernel: readonly number[] } {
  const along = range(3, 3 + space);
  switch (groups) {
    case "one":
      return { map: [0, ...along, 2], kernel: [...along, 2, 1] };
    case "channels":
      return { map: [0, ...along, 1], kernel: [...along, 0] };
    case "samples":
      return { map: [1, ...along, 2], kernel: [0, ...along, 2, 1] };
    case "some":
      return { map: [0, ...along, 1, 2], kernel: [0, ...along, 2, 1] };
  }
}

/** Which groups a convolution has. */
export function groupsOf(x: ValueType, w: ValueType): Groups {
  const isOne = (each: Size): boolean => constantValue(each) === 1;
  if (isOne(x.shape[1])) return "one";
  if (isOne(w.shape[1]) && isOne(w.shape[2])) return "channels";
  return isOne(x.shape[0]) ? "samples" : "some";
}

/** The order of a map of any rank: the axes before the last `space` and one more, these, and that one. */
export const heldByWindows = (rank: number, space: number): readonly number[] => {
  const lead = rank - space - 1;
  return [...range(0, lead), ...range(lead + 1, rank), lead];
};

const one = size(1);
const asBase = ({ dtype, shape, axes }: ValueType, held: readonly number[], rank: number): ValueType => {
  const at = range(0, rank).map((axis) => held.indexOf(axis));
  return { dtype, shape: at.map((place) => (place < 0 ? one : shape[place])), axes: at.map((place) => (place < 0 ? "" : axes[place])) };
};

/** The data of a held tensor in the order of the other row, and back. */
const dataAsBase = (x: TensorData, held: readonly number[], rank: number): TensorData => {
  const order = range(0, rank).filter((axis) => held.includes(axis)).map((axis) => held.indexOf(axis));
  return { dtype: x.dtype, shape: range(0, rank).map((axis) => (held.includes(axis) ? x.shape[held.indexOf(axis)] : 1)), data: permuted(x.data, x.shape, order) };
};
const dataAsHeld = (data: Float64Array, shape: readonly number[], held: readonly number[]): Float64Array =>
  countOf(shape) === 0 ? data : permuted(data, shape.filter((_, axis) => held.includes(axis)), held.map((axis) => held.filter((each) => each < axis).length));

const nodeAsBase = (build: Builder, x: Node, held: readonly number[], rank: number): Node => {
  const moved = build.transpose(x, range(0, rank).filter((axis) => held.includes(axis)).map((axis) => held.indexOf(axis)));
  return build.reshape(moved, asBase(x.type, held, rank).shape);
};

const nodeAsHeld = (build: Builder, x: Node, held: readonly number[], shape: readonly Size[]): Node => {
  const kept = build.reshape(x, x.type.shape.filter((_, axis) => held.includes(axis)));
  return build.reshape(build.transpose(kept, held.map((axis) => held.filter((each) => each < axis).length)), shape);
};

type Base = "conv" | "conv_kernel_gradient" | "pool" | "pool_max_gradient" | "resize";
type Name = `${Base}_channels_last`;

interface Settings<Own extends Name> {
  readonly name: Own;
  readonly base: Operator<never>;
  readonly baseName: Base;
  readonly doc: string;
  readonly attributes: Operator<Own>["attributes"];
  readonly held: (attributes: AttributeTable[Own], operands: readonly ValueType[]) => Held;
  readonly baseAttributes: (attributes: AttributeTable[Own]) => object;
  readonly samples: readonly Sample<Own>[];
}

function row<Own extends Name>({ name, base, baseName, doc, attributes, held, baseAttributes, samples }: Settings<Own>): Operator<Own> {
  const baseType = (operands: readonly ValueType[], own: AttributeTable[Own]): TypeResult => {
    const { operands: lists, ranks } = held(own, operands);
    if (operands.length !== lists.length) return refused(`needs ${lists.length} operands, has ${operands.length}`);
    if (operands.some((each, i) => each.shape.length !== lists[i].length)) return refused(`needs operands of rank ${lists.map((list) => list.length).join(" and ")}, has ${operands.map((each) => each.shape.length).join(" and ")}`);
    return base.type(operands.map((each, i) => asBase(each, lists[i], ranks[i])), baseAttributes(own) as never);
  };
  const baseNode = (build: Builder, inputs: readonly Node[], own: AttributeTable[Own], { operands: lists, ranks }: Held): Node =>
    build.make<OperatorName>(baseName, inputs.map((input, i) => nodeAsBase(build, input, lists[i], ranks[i])), baseAttributes(own) as never);
  const gradientOf = (): Operator<Own>["gradient"] => {
    const { gradient } = base as unknown as Operator<OperatorName>;
    if (gradient.kind !== "rule") return gradient as Operator<Own>["gradient"];
    return {
      kind: "rule",
      reads: gradient.reads,
      rule(build, { inputs, attributes: own }, cotangent, needed) {
        const lists = held(own, inputs.map((input) => input.type));
        const slopes = gradient.rule(build, baseNode(build, inputs, own, lists) as never, nodeAsBase(build, cotangent, lists.result, lists.ranks[lists.ranks.length - 1]), needed);
        return slopes.map((slope, i) => slope && nodeAsHeld(build, slope, lists.operands[i], inputs[i].type.shape));
      },
    };
  };
  return {
    name,
    tier: "composite",
    doc,
    source: base.source,
    operands: base.operands,
    attributes,
    type(operands, own) {
      const result = baseType(operands, own);
      if ("refused" in result) return result;
      const { result: list } = held(own, operands);
      const { dtype, shape, axes } = result.type;
      const left = range(0, shape.length).filter((axis) => !list.includes(axis)).flatMap((axis) => equalSizes(shape[axis], one, "an axis that is not there has size 1"));
      return { type: { dtype, shape: list.map((axis) => shape[axis]), axes: list.map((axis) => axes[axis]) }, obligations: [...result.obligations, ...left] };
    },
    evaluate(operands, own, shape, context) {
      const types = operands.map((each): ValueType => ({ dtype: each.dtype, shape: each.shape.map((whole) => size(whole)), axes: each.shape.map(() => "") }));
      const { operands: lists, result, ranks } = held(own, types);
      const full = range(0, ranks[ranks.length - 1]).map((axis) => (result.includes(axis) ? shape[result.indexOf(axis)] : 1));
      return dataAsHeld(base.evaluate(operands.map((each, i) => dataAsBase(each, lists[i], ranks[i])), baseAttributes(own) as never, full, context), full, result);
    },
    gradient: gradientOf(),
    cost(operands, own, type) {
      const { operands: lists, result, ranks } = held(own, operands);
      return base.cost(operands.map((each, i) => asBase(each, lists[i], ranks[i])), baseAttributes(own) as never, asBase(type, result, ranks[ranks.length - 1]));
    },
    effects: "pure",
    samples,
    decompose(build, { inputs, type, attributes: own }) {
      const lists = held(own, inputs.map((input) => input.type));
      const whole = baseNode(build, inputs, own, lists);
      return nodeAsHeld(build, base.decompose ? base.decompose(build, whole as never) : whole, lists.result, type.shape);
    },
  };
}

const heldShape = (shape: readonly number[], list: readonly number[]): readonly number[] => list.map((axis) => shape[axis]);
const fixedType = (shape: readonly number[]): ValueType => ({ dtype: "f32", shape: shape.map((each) => size(each)), axes: shape.map(() => "") });

function convolutionSamples<Own extends "conv" | "conv_kernel_gradient">(samples: readonly Sample<Own>[], kernelOf: (sample: Sample<Own>) => readonly number[], secondIsKernel: boolean): readonly Sample<`${Own}_channels_last`>[] {
  return samples.map((sample) => {
    const { title, operands: [x, second], attributes } = sample;
    const groups = groupsOf(fixedType(x.shape), fixedType(kernelOf(sample)));
    const { map, kernel } = heldByConvolution(groups, x.shape.length - 3);
    return { title, operands: [{ shape: heldShape(x.shape, map) }, { shape: heldShape(second.shape, secondIsKernel ? kernel : map) }], attributes: { ...attributes, groups } } as unknown as Sample<`${Own}_channels_last`>;
  });
}

/** Samples of a row that slides along the last axes, where another axis stands before these. */
function windowSamples<Own extends "pool" | "pool_max_gradient" | "resize">(samples: readonly Sample<Own>[], spaceOf: (attributes: AttributeTable[Own]) => number): readonly Sample<`${Own}_channels_last`>[] {
  return samples
    .filter(({ operands: [x], attributes }) => x.shape.length > spaceOf(attributes))
    .map(({ title, operands, attributes }) => ({ title, operands: operands.map(({ shape }) => ({ shape: heldShape(shape, heldByWindows(shape.length, spaceOf(attributes))) })), attributes }) as unknown as Sample<`${Own}_channels_last`>);
}

const windowsHeld = (operands: readonly ValueType[], space: number): Held => {
  const lists = operands.map(({ shape }) => heldByWindows(shape.length, space));
  return { operands: lists, result: lists[0], ranks: [...operands, operands[0]].map(({ shape }) => shape.length) };
};

const withoutGroups = ({ groups: _, ...rest }: { readonly groups: Groups }): object => rest;
const groupsDoc = "`one`; `channels`: one for each, depthwise; `samples`: a kernel for each; `some`. They say which axes there are.";

export const channelsLastRows = {
  conv_channels_last: row<"conv_channels_last">({
    name: "conv_channels_last",
    baseName: "conv",
    base: convolutionRows.conv as unknown as Operator<never>,
    doc: "`conv` between tensors whose channels come last: x[N, s…, C], w[k…, C, O] -> [N, t…, O] with one group; depthwise x[N, s…, G], w[k…, G]; a kernel for each sample x[G, s…, C], w[G, k…, C, O]; else x[N, s…, G, C], w[G, k…, C, O].",
    attributes: { ...convolutionRows.conv.attributes, groups: groupsDoc },
    held({ groups, stride }) {
      const { map, kernel } = heldByConvolution(groups, stride.length);
      return { operands: [map, kernel], result: map, ranks: [stride.length + 3, stride.length + 3, stride.length + 3] };
    },
    baseAttributes: withoutGroups,
    samples: convolutionSamples<"conv">(convolutionRows.conv.samples, ({ operands }) => operands[1].shape, true),
  }),
  conv_kernel_gradient_channels_last: row<"conv_kernel_gradient_channels_last">({
    name: "conv_kernel_gradient_channels_last",
    baseName: "conv_kernel_gradient",
    base: convolutionRows.conv_kernel_gradient as unknown as Operator<never>,
    doc: "`conv_kernel_gradient` between tensors whose channels come last, held as `conv_channels_last` has them.",
    attributes: { ...convolutionRows.conv_kernel_gradient.attributes, groups: groupsDoc },
    held({ groups, stride }) {
      const { map, kernel } = heldByConvolution(groups, stride.length);
      return { operands: [map, map], result: kernel, ranks: [stride.length + 3, stride.length + 3, stride.length + 3] };
    },
    baseAttributes: withoutGroups,
    samples: convolutionSamples<"conv_kernel_gradient">(convolutionRows.conv_kernel_gradient.samples, ({ operands: [x, slope], attributes: { kernel } }) => [x.shape[1], slope.shape[2], x.shape[2], ...kernel], false),
  }),
  pool_channels_last: row<"pool_channels_last">({
    name: "pool_channels_last",
    baseName: "pool",
    base: poolingRows.pool as unknown as Operator<never>,
    doc: "`pool` along the axes before the last one.",
    attributes: poolingRows.pool.attributes,
    held: ({ window }, operands) => windowsHeld(operands, window.length),
    baseAttributes: (own) => own,
    samples: windowSamples<"pool">(poolingRows.pool.samples, ({ window }) => window.length),
  }),
  pool_max_gradient_channels_last: row<"pool_max_gradient_channels_last">({
    name: "pool_max_gradient_channels_last",
    baseName: "pool_max_gradient",
    base: poolingRows.pool_max_gradient as unknown as Operator<never>,
    doc: "`pool_max_gradient` along the axes before the last one.",
    attributes: poolingRows.pool_max_gradient.attributes,
    held: ({ window }, operands) => windowsHeld(operands, window.length),
    baseAttributes: (own) => own,
    samples: windowSamples<"pool_max_gradient">(poolingRows.pool_max_gradient.samples, ({ window }) => window.length),
  }),
  resize_channels_last: row<"resize_channels_last">({
    name: "resize_channels_last",
    baseName: "resize",
    base: resizeRows.resize as unknown as Operator<never>,
    doc: "`resize` of the axes before the last one.",
    attributes: resizeRows.resize.attributes,
    held: ({ sizes }, operands) => windowsHeld(operands, sizes.length),
    baseAttributes: (own) => own,
    samples: windowSamples<"resize">(resizeRows.resize.samples, ({ sizes }) => sizes.length),
  }),
};

