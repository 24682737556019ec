/**
 * The blocks of a graph as a tree: each with the nodes and weights that are its own, not its children's. Costs, memory and differences are read off it.
 * A node belongs to the innermost block whose path its own path is under; what stands in a plain binding belongs to the block around.
 */
import { rootsOf, topologicalOrder, type Graph, type Node, type NodeOf } from "./ir/graph.ts";

export type Weight = NodeOf<"parameter"> | NodeOf<"state">;

export interface BlockTree {
  /** The path of binding names; "" for the whole model. */
  readonly path: string;
  /** The block's name; for the whole, the model's. */
  readonly block: string;
  /** Nodes of its own in graph order, weights left out. */
  readonly nodes: readonly Node[];
  /** Parameters and states of its own, in graph order. */
  readonly weights: readonly Weight[];
  readonly children: readonly BlockTree[];
}

interface Entry {
  readonly path: string;
  readonly block: string;
  readonly nodes: Node[];
  readonly weights: Weight[];
  readonly children: Entry[];
}

export function isWeight(node: Node): node is Weight {
  return node.operator === "parameter" || node.operator === "state";
}

export function blockTree(graph: Graph): BlockTree {
  const entry = (path: string, block: string): Entry => ({ path, block, nodes: [], weights: [], children: [] });
  const root = entry("", graph.name);
  const entries = new Map<string, Entry>([["", root]]);
  for (const [path, block] of graph.blocks ?? []) entries.set(path, entry(path, block));
  const owner = ownerIn(entries);
  for (const node of topologicalOrder(rootsOf(graph))) {
    if (isWeight(node)) owner(outside(node.attributes.path)).weights.push(node);
    else owner(node.path).nodes.push(node);
  }
  for (const [path, own] of entries) if (path) owner(outside(path)).children.push(own);
  return root;
}

/** Every block of a tree, parents first. */
export function everyBlock(tree: BlockTree): readonly BlockTree[] {
  return [tree, ...tree.children.flatMap(everyBlock)];
}

/** `layer[3]` of `text.layer.3`, `attention` of `text.layer.3.attention`: what a person calls a block that stands in another. */
export function nameUnder(parent: string, path: string): string {
  const name = parent === "" ? path : path.startsWith(`${parent}.`) ? path.slice(parent.length + 1) : path;
  return name.replace(/\.(\d+)(?=\.|$)/g, "[$1]");
}

/** The entry of a path, or of the longest beginning of it that has one. */
function ownerIn<T>(entries: ReadonlyMap<string, T>): (path: string) => T {
  const known = new Map<string, T>();
  const find = (path: string): T => {
    let found = known.get(path);
    if (found === undefined) known.set(path, (found = entries.get(path) ?? find(outside(path))));
    return found;
  };
  return find;
}

function outside(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf(".")));
}
