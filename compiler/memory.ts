/**
 * Memory of a graph, per block and in total, in bytes.
 *
 * Inference: the largest set of values alive at once when nodes run in graph order and each value is dropped after its last use; weights not counted.
 * Training with Adam: every weight once, for the trainable ones a gradient and two moments as well, and each value that a gradient rule reads and
 * that trainable weights make necessary: at least what the gradient graph reads, and up to a quarter more (test/check/memory.test.ts). Nothing is
 * recomputed; cotangents and what the loss itself keeps are not counted.
 */
import { blockTree, everyBlock, isWeight, type BlockTree } from "./block-tree.ts";
import { bytesOf, elementsOf, sizeAt } from "./cost.ts";
import { add, constant, multiply, type Size } from "./dims/index.ts";
import { rootsOf, topologicalOrder, type Graph, type Node } from "./ir/graph.ts";
import { lastUses } from "./lifetimes.ts";
import { operatorOf } from "./operators/table.ts";
import { isFloat } from "./operators/typing.ts";

export interface InferenceMemory {
  /** Bytes of all parameters and states. */
  readonly weights: number;
  /** Bytes of the largest live set. */
  readonly peak: number;
  /** The formula of that live set: it is the largest at the given sizes, and may not be at others. */
  readonly formula: Size;
  /** What is alive then, largest first. */
  readonly live: readonly { readonly node: Node; readonly bytes: number }[];
  /** By block path: bytes of the largest set alive while the block runs, values of others included. */
  readonly peaks: ReadonlyMap<string, number>;
  /** Bytes alive while a node runs, its own result included; weights and constants run never. */
  readonly during: ReadonlyMap<Node, number>;
}

const isOwned = (node: Node): boolean => isWeight(node) || node.operator === "constant";
const bytes = (node: Node): Size => multiply(elementsOf(node), bytesOf[node.type.dtype]);

export function inferenceMemory(graph: Graph, sizes: ReadonlyMap<string, number>): InferenceMemory {
  const order = topologicalOrder(rootsOf(graph));
  const known = new Map<Size, number>(); // equal sizes are one object, and nodes are many
  const sized = new Map<Node, number>();
  for (const node of order) {
    const size = bytes(node);
    if (!known.has(size)) known.set(size, sizeAt(size, sizes));
    sized.set(node, known.get(size)!);
  }
  const lastUse = lastUses(order, ({ inputs }) => inputs, graph.outputs.map(({ node }) => node));
  const alive = new Set<Node>();
  const during = new Map<Node, number>();
  let [now, peak, peakAt]: [number, number, number] = [0, 0, -1];
  order.forEach((node, at) => {
    if (isOwned(node)) return;
    alive.add(node);
    now += sized.get(node)!;
    during.set(node, now);
    if (now > peak) [peak, peakAt] = [now, at];
    for (const used of new Set([...node.inputs, node])) {
      if (!alive.has(used) || (lastUse.get(used) ?? at) > at) continue;
      alive.delete(used);
      now -= sized.get(used)!;
    }
  });
  // A copy of the live set at each new peak would cost more than all the rest: it is made once, from where the largest was.
  const live = order.filter((node, at) => at <= peakAt && !isOwned(node) && (at === peakAt || (lastUse.get(node) ?? -1) >= peakAt));
  const peaks = new Map<string, number>();
  const largest = (block: BlockTree): number => {
    const own = Math.max(0, ...block.children.map(largest), ...block.nodes.map((node) => during.get(node) ?? 0));
    peaks.set(block.path, own);
    return own;
  };
  largest(blockTree(graph));
  return {
    weights: [...graph.parameters, ...graph.states].reduce((sum, node) => sum + sizeAt(bytes(node), sizes), 0),
    peak,
    formula: add(...live.map(bytes)),
    live: live.map((node) => ({ node, bytes: sized.get(node)! })).sort((a, b) => b.bytes - a.bytes || a.node.id - b.node.id),
    peaks,
    during,
  };
}

export interface TrainingMemory {
  /** All parameters once; three times more for the trainable ones: gradient and two moments. Running statistics are left out. */
  readonly weights: Size;
  /** What gradient rules read. */
  readonly kept: Size;
  /** The sum of the two. */
  readonly total: Size;
  /** By block path, children included. */
  readonly blocks: ReadonlyMap<string, { readonly weights: Size; readonly kept: Size }>;
}

/** Memory of a training step; `graph` is the graph in training. */
export function trainingMemory(graph: Graph, frozen: (path: string) => boolean = () => false): TrainingMemory {
  const kept = readByGradients(graph, frozen);
  const blocks = new Map<string, { weights: Size; kept: Size }>();
  const tree = blockTree(graph);
  for (const block of everyBlock(tree).toReversed()) {
    const below = block.children.map((child) => blocks.get(child.path)!);
    const owned = block.weights.filter((node) => node.operator === "parameter").map((node) => multiply(bytes(node), frozen(node.attributes.path) ? 1 : 4));
    blocks.set(block.path, {
      weights: add(constant(0), ...owned, ...below.map((child) => child.weights)),
      kept: add(constant(0), ...block.nodes.filter((node) => kept.has(node)).map(bytes), ...below.map((child) => child.kept)),
    });
  }
  const all = blocks.get("")!;
  return { ...all, total: add(all.weights, all.kept), blocks };
}

/** Values that the rules of differentiated nodes read: a rule runs where a trainable weight reaches the node through operators with derivatives. */
export function readByGradients(graph: Graph, frozen: (path: string) => boolean): ReadonlySet<Node> {
  const reached = new Set<Node>();
  const kept = new Set<Node>();
  for (const node of topologicalOrder(graph.outputs.map((output) => output.node))) {
    if (node.operator === "parameter" && !frozen(node.attributes.path)) reached.add(node);
    const { gradient } = operatorOf(node.operator);
    if (gradient.kind !== "rule" || !isFloat(node.type.dtype) || !node.inputs.some((input) => reached.has(input))) continue;
    reached.add(node);
    for (const at of gradient.reads.operands) if (node.inputs[at] && !isOwned(node.inputs[at])) kept.add(node.inputs[at]);
    if (gradient.reads.result) kept.add(node);
  }
  return kept;
}
