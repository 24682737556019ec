/**
 * Wiring: where both graphs have an operator but it reads something else. Said by the block that holds reader and source, in the names that stand
 * there: `mask` reads `aligned` in place of `fused`, however deep inside `mask` the operator is.
 */
import type { BlockTree } from "../block-tree.ts";
import type { Graph, Node } from "../ir/graph.ts";

export interface ReadChange {
  /** The block or binding that reads, or an output. */
  readonly at: string;
  readonly before: string;
  readonly after: string;
}

/** One of the two graphs with its blocks. */
export interface Version {
  readonly graph: Graph;
  readonly tree: BlockTree;
}

/** By block of the second graph. `comparable` are nodes of the first; `meaning` is what each node has become. */
export function changedReads(first: Version, second: Version, comparable: readonly Node[], meaning: ReadonlyMap<Node, Node>): ReadonlyMap<BlockTree, readonly ReadChange[]> {
  const [old, now] = [placesIn(first.tree), placesIn(second.tree)];
  const found = new Map<BlockTree, Map<string, ReadChange>>();
  const note = (block: BlockTree, at: string, before: Source, became: Source, after: Source): void => {
    const names = [[before.block, after.block], [before.exact, after.exact], [became.exact, after.exact]];
    const [from, to] = names.find(([old, now]) => old !== now) ?? names[0];
    const own = found.get(block) ?? new Map<string, ReadChange>();
    found.set(block, own.set(`${at} ${from} ${to}`, { at, before: from, after: from === to ? `another value of ${to}` : to }));
  };
  const sure = new Set<Node>([...first.graph.inputs, ...comparable]);
  for (const node of [...comparable].sort((a, b) => a.id - b.id)) {
    const partner = meaning.get(node);
    node.inputs.forEach((before, operand) => {
      const [became, after] = [meaning.get(before), partner?.inputs[operand]];
      if (!partner || !after || !became || became === after || !sure.has(before)) return;
      const { block, reader, source } = now(partner, after);
      note(block, reader, old(node, before).source, now(partner, became).source, source);
    });
  }
  for (const { name, node } of first.graph.outputs) {
    const [became, after] = [meaning.get(node), second.graph.outputs.find((output) => output.name === name)?.node];
    if (!after || !became || became === after || !sure.has(node)) continue;
    note(second.tree, `output ${name}`, old(undefined, node).source, now(undefined, became).source, now(undefined, after).source);
  }
  return new Map([...found].map(([block, changes]) => [block, [...changes.values()]]));
}

/** What a value is called from outside: the block that it comes from, and its own path. */
interface Source {
  readonly block: string;
  readonly exact: string;
}

/** The innermost block that holds two nodes, and what each is called in it; without a reader, in the whole model. */
function placesIn(tree: BlockTree): (reader: Node | undefined, source: Node) => { readonly block: BlockTree; readonly reader: string; readonly source: Source } {
  const chains = new Map<Node, readonly BlockTree[]>();
  const walk = (block: BlockTree, around: readonly BlockTree[]): void => {
    const chain = [...around, block];
    for (const node of [...block.nodes, ...block.weights]) chains.set(node, chain);
    for (const child of block.children) walk(child, chain);
  };
  walk(tree, []);
  return (reader, source) => {
    const [left, right] = [reader ? (chains.get(reader) ?? [tree]) : [tree], chains.get(source) ?? [tree]];
    let depth = 0;
    while (depth + 1 < left.length && left[depth + 1] === right[depth + 1]) depth++;
    const called = (chain: readonly BlockTree[], node: Node | undefined): string => chain[depth + 1]?.path ?? (node ? node.path || node.operator : "");
    return { block: left[depth], reader: called(left, reader), source: { block: called(right, source), exact: source.path || source.operator } };
  };
}
