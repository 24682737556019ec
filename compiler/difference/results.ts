/** What leaves each block of a graph: the values of its own, or of blocks in it, that something outside uses or that are outputs of the model. */
import { everyBlock, isWeight, type BlockTree } from "../block-tree.ts";
import type { Graph, Node } from "../ir/graph.ts";
import { typeText } from "./type-text.ts";

/** The types of the results of each block, each type once, in graph order. */
export function resultsOf(graph: Graph, tree: BlockTree): ReadonlyMap<BlockTree, readonly string[]> {
  const owner = new Map<Node, BlockTree>();
  const parent = new Map<BlockTree, BlockTree>();
  const blocks = everyBlock(tree);
  for (const block of blocks) {
    for (const node of block.nodes) owner.set(node, block);
    for (const child of block.children) parent.set(child, block);
  }
  const around = (block: BlockTree | undefined): readonly BlockTree[] => (block ? [block, ...around(parent.get(block))] : []);
  const found = new Map(blocks.map((block) => [block, new Map<number, Node>()]));
  const leave = (node: Node, inside: ReadonlySet<BlockTree>): void => {
    if (isWeight(node) || node.operator === "constant" || node.operator === "size") return;
    for (const block of around(owner.get(node))) {
      if (inside.has(block)) return;
      found.get(block)!.set(node.id, node);
    }
  };
  for (const block of blocks) {
    const inside = new Set(around(block));
    for (const node of block.nodes) for (const input of node.inputs) leave(input, inside);
  }
  for (const { node } of graph.outputs) leave(node, new Set());
  return new Map([...found].map(([block, nodes]) => [block, [...new Set([...nodes.values()].sort((a, b) => a.id - b.id).map((node) => typeText(node.type)))]]));
}
