/**
 * Which block of one graph is which of another. First by name from the top down; then, among what is left, by structure: the same block with the
 * same weights under another path has moved (`fused` -> `fused.aggregate`); what stands at one place as different blocks was replaced.
 * Lines of text play no part. The result depends on the two graphs alone.
 */
import { everyBlock, type BlockTree } from "../block-tree.ts";
import { typeText } from "./type-text.ts";

export interface Matching {
  /** The block of the second graph that a block of the first has become. */
  readonly after: ReadonlyMap<BlockTree, BlockTree>;
  readonly before: ReadonlyMap<BlockTree, BlockTree>;
}

/** `results` tells what leaves a block, as text: of several candidates the one that gives the same is meant. */
export function matchBlocks(first: BlockTree, second: BlockTree, results: (block: BlockTree) => string): Matching {
  const after = new Map<BlockTree, BlockTree>();
  const before = new Map<BlockTree, BlockTree>();
  const replaced: (readonly [BlockTree, BlockTree])[] = [];
  const free = (a: BlockTree, b: BlockTree): boolean => !after.has(a) && !before.has(b);
  const pair = (a: BlockTree, b: BlockTree): void => {
    after.set(a, b);
    before.set(b, a);
    const names = new Map(b.children.map((child) => [nameIn(b, child), child]));
    for (const child of a.children) {
      const other = names.get(nameIn(a, child));
      if (!other || !free(child, other)) continue;
      if (child.block === other.block) pair(child, other);
      else replaced.push([child, other]);
    }
  };
  pair(first, second);
  findMoves(first, second, { after, before }, results, pair);
  for (let next = replaced.shift(); next; next = replaced.shift()) if (free(...next)) pair(...next);
  return { after, before };
}

function findMoves(first: BlockTree, second: BlockTree, { after, before }: Matching, results: (block: BlockTree) => string, pair: (a: BlockTree, b: BlockTree) => void): void {
  const left = everyBlock(first).filter((block) => !after.has(block) && hasWeights(block));
  const right = everyBlock(second).filter((block) => !before.has(block) && hasWeights(block));
  const alike = (blocks: readonly BlockTree[]): ReadonlyMap<string, readonly BlockTree[]> => {
    const found = new Map<string, BlockTree[]>();
    for (const block of blocks) found.set(structure(block), [...(found.get(structure(block)) ?? []), block]);
    return found;
  };
  const [ours, theirs] = [alike(left), alike(right)];
  const parents = new Map([first, second].flatMap((root) => everyBlock(root).flatMap((block) => block.children.map((child) => [child, block] as const))));
  const meant = (block: BlockTree, other: BlockTree): boolean => {
    const alone = ours.get(structure(block))!.length === 1 && theirs.get(structure(block))!.length === 1;
    return alone || after.get(parents.get(block)!) === parents.get(other) || lastName(block) === lastName(other) || isUnder(other.path, block.path) || isUnder(block.path, other.path);
  };
  const candidates = left.flatMap((block) => {
    const size = everyBlock(block).length;
    const near = (other: BlockTree): number => (results(other) === results(block) ? 4 : 0) + (lastName(other) === lastName(block) ? 2 : 0) + sharedSegments(other.path, block.path) / 64;
    return (theirs.get(structure(block)) ?? []).filter((other) => meant(block, other)).map((other) => ({ block, other, size, near: near(other) }));
  });
  // Larger ones first, so that what is inside a moved block moves with it.
  candidates.sort((a, b) => b.size - a.size || b.near - a.near);
  for (const { block, other } of candidates) {
    if (everyBlock(block).some((inner) => after.has(inner)) || everyBlock(other).some((inner) => before.has(inner))) continue;
    pair(block, other);
  }
}

const hasWeights = (block: BlockTree): boolean => block.weights.length > 0 || block.children.some(hasWeights);
const nameIn = (parent: BlockTree, child: BlockTree): string => (parent.path ? child.path.slice(parent.path.length + 1) : child.path);
const lastName = (block: BlockTree): string => block.path.replace(/(\.\d+)+$/, "").split(".").at(-1)!;
const isUnder = (path: string, above: string): boolean => path.startsWith(`${above}.`);

function sharedSegments(a: string, b: string): number {
  const [left, right] = [a.split("."), b.split(".")];
  let count = 0;
  while (count < left.length && left[count] === right[count]) count++;
  return count;
}

const structures = new WeakMap<BlockTree, string>();

/** The block, its weights and what it contains, without the place at which it stands. */
function structure(block: BlockTree): string {
  let text = structures.get(block);
  if (text === undefined) {
    const weights = block.weights.map((node) => `${node.operator} ${node.attributes.path.slice(block.path.length)}: ${typeText(node.type)}`);
    const inside = block.children.map((child) => `${nameIn(block, child)} = ${structure(child)}`);
    structures.set(block, (text = `${block.block}(${[...weights, ...inside].sort().join("; ")})`));
  }
  return text;
}
