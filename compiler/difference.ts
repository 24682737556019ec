/**
 * What differs between two graphs: a tree of blocks in the order of the second, in which every block and every weight of either graph stands once.
 *
 * A block that moved stands where it is now, and so do its figures before: the figures of a block are its own and those of the blocks listed in it,
 * before and after, so differences add up along the tree, and at the top they are the difference of the two totals.
 */
import { blockTree, everyBlock, nameUnder, type BlockTree, type Weight } from "./block-tree.ts";
import { costOfNode, elementsOf } from "./cost.ts";
import { add, constant, type Size } from "./dims/index.ts";
import type { Graph, Node } from "./ir/graph.ts";
import { matchBlocks, type Matching } from "./difference/match.ts";
import { alignNodes, signature, type OperatorChanges } from "./difference/operators.ts";
import { changedReads, type ReadChange } from "./difference/reads.ts";
import { resultsOf } from "./difference/results.ts";
import { typeText } from "./difference/type-text.ts";

export type ChangeKind = "same" | "changed" | "added" | "removed" | "moved";

/** One thing with its text before and after; undefined on the side that lacks it. */
export interface Change {
  readonly name: string;
  readonly before?: string;
  readonly after?: string;
}

export interface WeightChange {
  readonly kind: "parameter" | "state";
  /** Its whole path in each graph. */
  readonly path: { readonly before?: string; readonly after?: string };
  readonly type: { readonly before?: string; readonly after?: string };
}

export interface Figures {
  readonly parameters: Size;
  readonly macs: Size;
}

export interface BlockSide {
  readonly path: string;
  readonly block: string;
  /** The types of what leaves the block, each once. */
  readonly results: readonly string[];
}

export interface BlockDifference {
  /** What it is called in the block around it. */
  readonly name: string;
  /** `changed` also where only a block inside it is. A moved block may have changed as well. */
  readonly kind: ChangeKind;
  /** Whether the change is of the block itself and not only of a block inside it. */
  readonly itself: boolean;
  readonly before?: BlockSide;
  readonly after?: BlockSide;
  /** Every weight of its own, changed or not. */
  readonly weights: readonly WeightChange[];
  readonly operators: OperatorChanges;
  readonly reads: readonly ReadChange[];
  /** Of the block and of the blocks listed in it. */
  readonly figures: { readonly before: Figures; readonly after: Figures };
  readonly children: readonly BlockDifference[];
}

export interface Difference {
  readonly inputs: readonly Change[];
  readonly outputs: readonly Change[];
  readonly tree: BlockDifference;
  /** What a node of the first graph has become in the second, for those that are there still. */
  readonly nodes: ReadonlyMap<Node, Node>;
}

export function differenceOf(first: Graph, second: Graph): Difference {
  const [before, after] = [first, second].map((graph) => {
    const tree = blockTree(graph);
    return { tree, results: resultsOf(graph, tree) };
  });
  const results = new Map([...before.results, ...after.results]);
  const matching = matchBlocks(before.tree, after.tree, (block) => results.get(block)!.join(", "));
  const meaning = new Map<Node, Node>();
  for (const input of first.inputs) {
    const partner = second.inputs.find((other) => other.attributes.name === input.attributes.name);
    if (partner) meaning.set(input, partner);
  }
  const operators = new Map<BlockTree, OperatorChanges>();
  const weights = new Map<BlockTree, readonly WeightChange[]>();
  for (const block of everyBlock(before.tree)) {
    const partner = matching.after.get(block);
    if (!partner) continue;
    weights.set(block, pairWeights(block, partner, meaning));
    operators.set(block, alignNodes(block, partner, meaning));
  }
  const types = (graph: Graph): { readonly inputs: Map<string, string>; readonly outputs: Map<string, string> } => ({
    inputs: new Map(graph.inputs.map((input) => [input.attributes.name, typeText(input.type)])),
    outputs: new Map(graph.outputs.map(({ name, node }) => [name, typeText(node.type)])),
  });
  const [old, now] = [types(first), types(second)];
  // Where operators came or went, which of those alike is which is a guess: what they read says nothing more.
  const comparable = [...operators].flatMap(([block, { removed, added }]) => {
    const doubtful = new Set([...removed, ...added].map(({ operator }) => operator));
    return [...block.nodes, ...block.weights].filter((node) => !doubtful.has(signature(node)));
  });
  const reads = changedReads({ graph: first, tree: before.tree }, { graph: second, tree: after.tree }, comparable, meaning);
  const context: Context = { matching, results, operators, weights, reads };
  return { inputs: changesOf(old.inputs, now.inputs), outputs: changesOf(old.outputs, now.outputs), tree: describeBlock(context, undefined, after.tree), nodes: meaning };
}

interface Context {
  readonly matching: Matching;
  readonly results: ReadonlyMap<BlockTree, readonly string[]>;
  readonly operators: ReadonlyMap<BlockTree, OperatorChanges>;
  readonly weights: ReadonlyMap<BlockTree, readonly WeightChange[]>;
  readonly reads: ReadonlyMap<BlockTree, readonly ReadChange[]>;
}

/** Every entry of either side; those alike have the same text before and after. */
function changesOf(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): readonly Change[] {
  return [...new Set([...before.keys(), ...after.keys()])].map((name) => ({ name, before: before.get(name), after: after.get(name) }));
}

const unchanged: OperatorChanges = { removed: [], added: [] };

/** A block of the second graph, with what of the first it was. */
function describeBlock(context: Context, parent: BlockTree | undefined, block: BlockTree): BlockDifference {
  const old = context.matching.before.get(block);
  const children = [
    ...block.children.map((child) => describeBlock(context, block, child)),
    ...(old?.children ?? []).filter((child) => !context.matching.after.has(child)).map((child) => describeRemoved(context, old!, child)),
  ];
  const after = sideOf(context, block);
  const name = nameUnder(parent?.path ?? "", block.path);
  if (!old) {
    const weights = block.weights.map((node) => weightChange(undefined, node));
    return { name, kind: "added", itself: true, after, weights, operators: unchanged, reads: [], figures: figuresOf(undefined, block, children), children };
  }
  const before = sideOf(context, old);
  const weights = context.weights.get(old)!;
  const operators = context.operators.get(old)!;
  const reads = context.reads.get(block) ?? [];
  const moved = parent !== undefined && old.path !== block.path && !isBelow(context, parent, old, block);
  const itself = moved || before.block !== after.block || otherResults(before, after) || weights.some(({ type }) => type.before !== type.after) || operators.added.length + operators.removed.length + reads.length > 0;
  const kind = moved ? "moved" : itself || children.some((child) => child.kind !== "same") ? "changed" : "same";
  return { name, kind, itself, before, after, weights, operators, reads, figures: figuresOf(old, block, children), children };
}

/** Whether each side has a result that the other has not. That one more or one fewer is used outside is no change of the block. */
export function otherResults(before: BlockSide, after: BlockSide): boolean {
  return before.results.some((type) => !after.results.includes(type)) && after.results.some((type) => !before.results.includes(type));
}

/** Whether a block stands in what its parent was under the same name: then it went with the parent, if that moved. */
function isBelow(context: Context, parent: BlockTree, old: BlockTree, block: BlockTree): boolean {
  const home = context.matching.before.get(parent);
  return home !== undefined && home.children.includes(old) && nameUnder(home.path, old.path) === nameUnder(parent.path, block.path);
}

function describeRemoved(context: Context, parent: BlockTree, block: BlockTree): BlockDifference {
  const children = block.children.filter((child) => !context.matching.after.has(child)).map((child) => describeRemoved(context, block, child));
  const weights = block.weights.map((node) => weightChange(node, undefined));
  return { name: nameUnder(parent.path, block.path), kind: "removed", itself: true, before: sideOf(context, block), weights, operators: unchanged, reads: [], figures: figuresOf(block, undefined, children), children };
}

function sideOf(context: Context, block: BlockTree): BlockSide {
  return { path: block.path, block: block.block, results: context.results.get(block)! };
}

/** The weights of two versions of a block by name: those of both, of the second alone, of the first alone. */
function pairWeights(first: BlockTree, second: BlockTree, meaning: Map<Node, Node>): readonly WeightChange[] {
  const key = (block: BlockTree, node: Weight): string => `${node.operator} ${node.attributes.path.slice(block.path.length)}`;
  const old = new Map(first.weights.map((node) => [key(first, node), node]));
  const both = second.weights.map((node) => {
    const partner = old.get(key(second, node));
    old.delete(key(second, node));
    if (partner) meaning.set(partner, node);
    return weightChange(partner, node);
  });
  return [...both, ...[...old.values()].map((node) => weightChange(node, undefined))];
}

function weightChange(before: Weight | undefined, after: Weight | undefined): WeightChange {
  return {
    kind: (after ?? before)!.operator,
    path: { before: before?.attributes.path, after: after?.attributes.path },
    type: { before: before && typeText(before.type), after: after && typeText(after.type) },
  };
}

function figuresOf(before: BlockTree | undefined, after: BlockTree | undefined, children: readonly BlockDifference[]): { readonly before: Figures; readonly after: Figures } {
  const own = (block: BlockTree | undefined, side: "before" | "after"): Figures => ({
    parameters: add(constant(0), ...(block?.weights ?? []).filter((node) => node.operator === "parameter").map(elementsOf), ...children.map((child) => child.figures[side].parameters)),
    macs: add(constant(0), ...(block?.nodes ?? []).map((node) => costOfNode(node).macs), ...children.map((child) => child.figures[side].macs)),
  });
  return { before: own(before, "before"), after: own(after, "after") };
}
