/**
 * Sums of many slopes of one kind, as a layer has them that is applied often: they are added at once, so that what makes the terms can be a loop. The terms
 * wait for the sum, so it is for small ones.
 */
import { rootsOf, type Graph, type Node } from "../../../compiler/ir/graph.ts";
import { phaseOf } from "./phase.ts";
import { aroundOf, blocksOf } from "./places.ts";
import { bytesOf } from "./bytes.ts";

/** Fewer terms are added one by one. */
const fewestTerms = 4;

/** Bytes of all terms, with free sizes at 1, above which they do not wait for each other. */
const mostBytes = 2 ** 24;

/** The terms of each sum that is made at once, and the sums inside that are then not made. `order`: the nodes of the graph, operands first. */
export function sumsOf(graph: Graph, order: readonly Node[]): { readonly terms: ReadonlyMap<Node, readonly Node[]>; readonly inner: ReadonlySet<Node> } {
  const around = aroundOf(graph, blocksOf(graph));
  const roots = new Set(rootsOf(graph));
  const users = new Map<Node, Node[]>();
  for (const node of order) for (const input of node.inputs) users.set(input, [...(users.get(input) ?? []), node]);
  const isSum = (node: Node): boolean => node.operator === "add" && phaseOf(node) === "backward" && node.inputs.every((input) => input.operator !== "broadcast" && input.operator !== "constant");
  const isInner = (node: Node): boolean => isSum(node) && !roots.has(node) && users.get(node)!.length === 1 && isSum(users.get(node)![0]) && users.get(node)![0].path === node.path;
  const termsOf = (node: Node): readonly Node[] => node.inputs.flatMap((input) => (isInner(input) ? termsOf(input) : [input]));
  const innerOf = (node: Node): readonly Node[] => node.inputs.flatMap((input) => (isInner(input) ? [input, ...innerOf(input)] : []));
  const terms = new Map<Node, readonly Node[]>();
  const inner = new Set<Node>();
  // Whole sums before those inside them: what is not all of one block may hold a sum that is.
  for (const node of order.toReversed()) {
    if (!isSum(node) || inner.has(node)) continue;
    const own = termsOf(node);
    const isOfOneBlock = new Set(own.map((term) => around(term).join(" "))).size === 1;
    if (own.length < fewestTerms || !isOfOneBlock || own.length * bytesOf(node.type.shape) > mostBytes) continue;
    terms.set(node, own);
    for (const each of innerOf(node)) inner.add(each);
  }
  return { terms, inner };
}
