/**
 * The gradient of softmax needs, of every row, the sum over k of g[k] · y[k]. In attention g = dO Vᵀ and O = y V, so that the sum is that over c of dO[c] · O[c]:
 * over the numbers of a head instead of all positions, and without an array of the scores' size (Dao et al. 2022, FlashAttention, appendix B.2).
 */
import type { Graph, Node, NodeOf } from "../ir/graph.ts";
import { rootsOf, topologicalOrder } from "../ir/graph.ts";
import { rewrite } from "../passes/rewrite.ts";

export function shortenAttentionGradients(graph: Graph): Graph {
  /** Products of softmaxes with values: by the softmax. */
  const mixed = new Map<Node, NodeOf<"dot">[]>();
  for (const node of topologicalOrder(rootsOf(graph))) {
    if (node.operator !== "dot" || node.inputs[0].operator !== "softmax" || !isMixing(node)) continue;
    mixed.set(node.inputs[0], [...(mixed.get(node.inputs[0]) ?? []), node]);
  }
  return rewrite(graph, "attention_gradient", (node, { build }) => {
    if (node.operator !== "reduce" || node.attributes.kind !== "sum" || node.inputs[0].operator !== "mul") return undefined;
    const [product] = node.inputs;
    for (const [slope, weights] of [product.inputs, [product.inputs[1], product.inputs[0]]]) {
      const last = weights.type.shape.length - 1;
      if (slope.operator !== "dot" || node.attributes.axes.length !== 1 || node.attributes.axes[0] !== last || !contractsLast(slope)) continue;
      const result = mixed.get(weights)?.find(({ inputs }) => inputs[1] === slope.inputs[1]);
      if (result) return build.reduce("sum", build.mul(slope.inputs[0], result), [last]);
    }
    return undefined;
  });
}

/** Whether the batch axes of a product are the first ones of both operands, all but two. */
function isBatched({ inputs: [left, right], attributes: { batch } }: NodeOf<"dot">): boolean {
  const rank = left.type.shape.length;
  return right.type.shape.length === rank && batch.length === rank - 2 && batch.every(([a, b], axis) => a === axis && b === axis);
}

/** y[..., q, k] · V[..., k, c] */
const isMixing = (node: NodeOf<"dot">): boolean => isBatched(node) && contracts(node, node.inputs[0].type.shape.length - 1, node.inputs[0].type.shape.length - 2);

/** dO[..., q, c] · V[..., k, c] */
const contractsLast = (node: NodeOf<"dot">): boolean => isBatched(node) && contracts(node, node.inputs[0].type.shape.length - 1, node.inputs[0].type.shape.length - 1);

const contracts = ({ attributes: { contract } }: NodeOf<"dot">, left: number, right: number): boolean => contract.length === 1 && contract[0][0] === left && contract[0][1] === right;
