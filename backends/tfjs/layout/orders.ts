/**
 * The layouts that are open to each value: the order of its axes in the graph, and at most one other, with channels last (or, where they are last in the
 * graph, first). What has to be held in the other order says so (`demandOf`); from there it spreads along operators whose operands and results have the
 * same axes. The first order that reaches a value stays.
 */
import type { Node } from "../../../compiler/ir/graph.ts";
import { groupsOf, heldByConvolution, heldByWindows } from "../../../compiler/operators/channels-last.ts";
import { frameOf, gathered, isSameOrder, isSingle, orderInGraph, spread, type Frame, type Order, type Places } from "./frames.ts";

/** Whether channels stand before the places of an image or behind them. */
export type Side = "first" | "last";
export const opposite = (side: Side): Side => (side === "first" ? "last" : "first");

export interface Alternative {
  readonly order: Order;
  /** What the order in the graph is; the other order is the opposite. */
  readonly inGraph: Side;
}

/** All axes, singles included, of the operands and the result of an operator that wants them so. */
export interface Demand {
  readonly operands: readonly (readonly number[])[];
  readonly result: readonly number[];
}

/** What a convolution and a pooling need; undefined for other operators. */
export function demandOf(node: Node): Demand | undefined {
  switch (node.operator) {
    case "conv": {
      const [x, w] = node.inputs;
      const { map, kernel } = heldByConvolution(groupsOf(x.type, w.type), node.attributes.stride.length);
      return { operands: [map, kernel], result: map };
    }
    case "conv_kernel_gradient": {
      const { map, kernel } = heldByConvolution(groupsOf(node.inputs[0].type, node.type), node.attributes.stride.length);
      return { operands: [map, map], result: kernel };
    }
    case "pool": {
      const rank = node.type.shape.length;
      const space = node.attributes.window.length;
      const channels = node.type.shape[rank - space - 1];
      // Without channels there is nothing to hold last, without samples before them nothing is gained.
      if (rank < space + 2 || isSingle(channels)) return undefined;
      const list = heldByWindows(rank, space);
      return { operands: [list], result: list };
    }
    default:
      return undefined;
  }
}

/** The order of a list of axes without those of size 1. */
export const orderOf = (node: Node, list: readonly number[]): Order => list.filter((axis) => axis >= 0 && !isSingle(node.type.shape[axis]));

/** `order`: the nodes of the graph, operands first. */
export function alternativesOf(order: readonly Node[]): ReadonlyMap<Node, Alternative> {
  const found = new Map<Node, Alternative>();
  const waiting: Node[] = [];
  const users = new Map<Node, Node[]>();
  for (const node of order) for (const input of node.inputs) users.set(input, [...(users.get(input) ?? []), node]);

  function set(node: Node, own: Order, inGraph: Side): void {
    if (found.has(node) || isSameOrder(own, orderInGraph(node))) return;
    found.set(node, { order: own, inGraph });
    waiting.push(node);
  }

  for (const node of order) {
    const demand = demandOf(node);
    if (!demand) continue;
    demand.operands.forEach((list, i) => set(node.inputs[i], orderOf(node.inputs[i], list), "first"));
    set(node, orderOf(node, demand.result), "first");
  }
  for (let at = 0; at < waiting.length; at++) {
    const node = waiting[at];
    spreadAlong(node, node);
    for (const user of new Set(users.get(node))) spreadAlong(user, node);
  }
  return found;

  /** From a value of an operator to the others. */
  function spreadAlong(operator: Node, from: Node): void {
    const frame = frameOf(operator);
    if (!frame) return;
    const { order: own, inGraph } = found.get(from)!;
    const covered = from === operator ? frame.result : frame.operands[operator.inputs.indexOf(from)];
    if (!covered || !coversAll(covered, frame)) return;
    const [lying, other] = [spread(orderInGraph(from), covered), spread(own, covered)];
    const values: readonly (readonly [Node, Places | undefined])[] = [[operator, frame.result], ...operator.inputs.map((input, i) => [input, frame.operands[i]] as const)];
    for (const [value, places] of values) {
      if (value === from || !places) continue;
      const [before, after] = [gathered(lying, places), gathered(other, places)];
      if (!before || !after) continue;
      const graph = orderInGraph(value);
      if (isSameOrder(before, graph)) set(value, after, inGraph);
      else if (isSameOrder(after, graph)) set(value, before, opposite(inGraph));
    }
  }
}

export function coversAll(covered: Places, frame: Frame): boolean {
  const own = new Set(covered.flat());
  return [frame.result, ...frame.operands].every((places) => !places || places.flat().every((axis) => own.has(axis)));
}

/** What a product of two tensors makes of an operand's order: bytes that it has to move are those of the operand, or none. */
export function standsForProduct(node: Node & { readonly operator: "dot" }, side: 0 | 1, order: Order): boolean {
  const { batch, contract } = node.attributes;
  const [batched, summed] = [batch, contract].map((pairs) => pairs.map((pair) => pair[side]).filter((axis) => order.includes(axis)));
  if (!batched.every((axis, i) => order[i] === axis)) return false;
  const rest = order.slice(batched.length).map((axis) => summed.includes(axis));
  return rest.every((isSummed, i) => i === 0 || isSummed === rest[i - 1] || rest.slice(i).every((each) => each === isSummed));
}

/** The order of a product's result when its operands change places; undefined where the graph's order is not the natural one. */
export function swappedResult(node: Node & { readonly operator: "dot" }): Order {
  const { batch, contract } = node.attributes;
  const left = node.inputs[0].type.shape.length - batch.length - contract.length;
  const axes = node.type.shape.map((_, axis) => axis);
  return orderOf(node, [...axes.slice(0, batch.length), ...axes.slice(batch.length + left), ...axes.slice(batch.length, batch.length + left)]);
}

