/**
 * The order in which slopes are added that come back from several readers of a value: those of one block first. So a block gives one slope, whoever else reads
 * the value, and its gradient function is the same wherever the block stands.
 */
import { topologicalOrder, rootsOf, type Graph, type Node } from "../../../compiler/ir/graph.ts";
import type { Builder } from "../../../compiler/ir/builder.ts";
import { rewrite } from "../../../compiler/passes/rewrite.ts";
import { phaseOf } from "../functions/phase.ts";
import type { Around } from "../functions/places.ts";

const isSum = (node: Node): boolean => node.operator === "add" && phaseOf(node) === "backward";

/** The graph with its sums of slopes in that order. */
export function slopesByBlocks(graph: Graph, around: Around): Graph {
  const users = new Map<Node, Node[]>();
  const order = topologicalOrder(rootsOf(graph));
  for (const node of order) for (const input of node.inputs) users.set(input, [...(users.get(input) ?? []), node]);
  const roots = new Set(rootsOf(graph));
  const isPart = (node: Node): boolean => isSum(node) && !roots.has(node) && users.get(node)!.length === 1 && isSum(users.get(node)![0]) && users.get(node)![0].path === node.path;
  const termsOf = (node: Node): readonly Node[] => node.inputs.flatMap((input) => (isPart(input) ? termsOf(input) : [input]));
  // What a whole sum adds, as nodes of the graph as it is given; by then all of them have been walked.
  const made = new Map<Node, Node>();
  return rewrite(graph, "slopes", (node, { build }, original) => {
    made.set(original, node);
    if (!isSum(original) || isPart(original) || node.operator !== "add") return undefined;
    const terms = termsOf(original);
    if (terms.length < 3 || done.has(node)) return undefined;
    const sum = added(build, terms.map((term) => ({ node: made.get(term)!, around: around(term) })), 0);
    done.add(sum);
    made.set(original, sum);
    return sum;
  });
}

const done = new WeakSet<Node>();

interface Term {
  readonly node: Node;
  readonly around: readonly string[];
}

function added(build: Builder, terms: readonly Term[], depth: number): Node {
  const groups = new Map<string, Term[]>();
  for (const [at, term] of terms.entries()) {
    const key = term.around[depth] ?? ` ${at}`;
    groups.set(key, [...(groups.get(key) ?? []), term]);
  }
  const parts = [...groups.values()].map((group) => (group.length === 1 ? group[0].node : added(build, group, depth + 1)));
  return parts.reduce((sum, part) => build.add(sum, part));
}
