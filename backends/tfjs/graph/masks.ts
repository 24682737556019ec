/**
 * Masks that a block has in one place and not in another, as attention has them that looks back alone. Where a block's softmax is of masked scores in some
 * instances, the others are given a mask that is absent: so the block is one function, whose mask is a tensor or undefined.
 */
import { constantValue, type Size } from "../../../compiler/dims/index.ts";
import type { Builder } from "../../../compiler/ir/builder.ts";
import { rootsOf, topologicalOrder, type Graph, type Node, type NodeOf } from "../../../compiler/ir/graph.ts";
import { rewrite } from "../../../compiler/passes/rewrite.ts";
import { mostWrittenNumbers } from "../forms/sources.ts";
import { relative } from "../functions/paths.ts";
import { aroundOf, blocksOf } from "../functions/places.ts";

/** Masks that functions are given as a tensor or undefined. */
const optional = new WeakSet<Node>();
/** Those that are not there, and the names of the blocks that are given one elsewhere. */
const absent = new WeakMap<Node, ReadonlySet<string>>();

/** Whether a value is a mask that a function may be given or not. */
export const isOptionalMask = (node: Node): boolean => optional.has(node) || absent.has(node);

/** Whether a value is an absent mask which a function of a block is not given but knows to be absent. */
export const isAbsentIn = (node: Node, block: string | undefined): boolean => absent.has(node) && (block === undefined || !absent.get(node)!.has(block));

/** The mask of a choice between a value and a number, if it is optional. */
export function maskOf(node: Node): Node | undefined {
  const mask = node.operator === "select" ? unrepeated(node.inputs[0]) : undefined;
  return mask && isOptionalMask(mask) ? mask : undefined;
}

/** Whether a value is another under an absent mask: the same data. */
export const isUnmasked = (node: Node): boolean => absent.has(maskOf(node) ?? node);

/** How a block masks: the place of the masked scores in it, and what stands for those that are not seen. */
interface Masking {
  readonly path: string;
  readonly otherwise: number;
}

/** The graph in which all instances of a block are masked, if some are. */
export function withAbsentMasks(graph: Graph): Graph {
  const order = topologicalOrder(rootsOf(graph));
  const blocks = blocksOf(graph);
  const around = aroundOf(graph, blocks);
  const blockAt = (node: Node): string => around(node).at(-1) ?? "";
  const softmaxes = order.filter((node): node is Node & NodeOf<"softmax"> => node.operator === "softmax" && node.attributes.axis === node.type.shape.length - 1);
  const masked = new Map<string, Masking>();
  const masks = new Set<Node>();
  const names = new Set<string>();
  for (const softmax of softmaxes) {
    const [scores] = softmax.inputs;
    const mask = tableOf(scores);
    const otherwise = mask && numberOf(scores.inputs[2]);
    if (otherwise === undefined) continue;
    masked.set(blocks.get(blockAt(softmax)) ?? "", { path: relative(scores.path, blockAt(softmax)), otherwise });
    masks.add(mask!);
    for (const path of around(softmax)) names.add(blocks.get(path)!);
  }
  const isOnlyMask = (mask: Node): boolean => order.every((node) => !node.inputs.some((input) => unrepeated(input) === mask) || node.operator === "broadcast" || (tableOf(node) === mask && numberOf(node.inputs[2]) !== undefined));
  const maskingOf = (softmax: Node): Masking | undefined => {
    const size = lastSize(softmax.type.shape);
    return softmax.inputs[0].operator !== "select" && size > mostWrittenNumbers ? masked.get(blocks.get(blockAt(softmax)) ?? "") : undefined;
  };
  const unmasked = new Map(softmaxes.flatMap((softmax) => (maskingOf(softmax) ? [[softmax as Node, maskingOf(softmax)!] as const] : [])));
  if (unmasked.size === 0 || ![...masks].every(isOnlyMask)) return graph;
  masks.forEach((mask) => optional.add(mask));
  const made = new Map<Node, Node>();
  return rewrite(graph, "masks", (node, { build }, original) => {
    const softmax = original.operator === "softmax_gradient" ? original.inputs[0] : original;
    const masking = unmasked.get(softmax);
    if (!masking || node.operator !== original.operator || node.inputs[0].operator === "select") return undefined;
    const within = { location: original.location, path: `${blockAt(softmax)}.${masking.path}` };
    return build.within(within, () => {
      if (node.operator === "softmax_gradient") return withMask(build, node, made.get(softmax)!, 0);
      const mask = absentMask(build, node, names);
      made.set(softmax, mask);
      const scores = withMask(build, node.inputs[0], mask, masking.otherwise);
      const { location, path } = original;
      return build.within({ location, path }, () => build.make("softmax", [scores], (node as Node & NodeOf<"softmax">).attributes, node.type.axes));
    });
  });
}

function absentMask(build: Builder, { type: { shape, axes } }: Node, names: ReadonlySet<string>): Node {
  const size = lastSize(shape);
  const mask = build.tensor({ dtype: "bool", shape: [size], data: new Float64Array(size).fill(1) }, [axes[axes.length - 1]]);
  absent.set(mask, names);
  return mask;
}

const withMask = (build: Builder, x: Node, mask: Node, otherwise: number): Node =>
  build.select(build.broadcast(mask, x.type.shape, [x.type.shape.length - 1], x.type.axes), x, build.constant(otherwise, "f32"));

const lastSize = (shape: readonly Size[]): number => constantValue(shape[shape.length - 1]) ?? 0;

const unrepeated = (node: Node): Node => (node.operator === "broadcast" ? unrepeated(node.inputs[0]) : node);

/** The table by which a value is masked. */
export function tableOf(node: Node): Node | undefined {
  const mask = node.operator === "select" ? unrepeated(node.inputs[0]) : undefined;
  return mask?.operator === "constant" && mask.attributes.value.data.length > mostWrittenNumbers ? mask : undefined;
}

function numberOf(node: Node): number | undefined {
  const value = unrepeated(node);
  return value.operator === "constant" && value.attributes.value.data.length === 1 ? value.attributes.value.data[0] : undefined;
}
