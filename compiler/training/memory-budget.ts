/**
 * A step within a budget of bytes. A chain of values that are all computed again is alive at once when it is computed from far away; so computing again
 * begins at the boundaries of blocks, whose values are kept (checkpoints, Chen et al. 2016), and what is kept between them is a minimum cut in which a
 * multiply-accumulate has a price. At which depth blocks are taken, and the price, are searched for: the fewest multiply-accumulates that meet the budget.
 */
import type { Graph, Node } from "../ir/graph.ts";
import { topologicalOrder } from "../ir/graph.ts";
import { largestLiveSet } from "./live-set.ts";
import { chooseRecomputation, type Recomputation } from "./recompute.ts";

export interface BudgetedStep extends Recomputation {
  /** Bytes of the largest live set, as estimated. */
  readonly liveBytes: number;
  /** How deep the blocks are that begin anew from their boundaries; 0: no block does. */
  readonly depth: number;
}

/**
 * Bytes that must be saved for a multiply-accumulate that is done again. A linear layer of width n saves 4 / n, a 3 × 3 convolution of n channels 4 / 9n: so
 * these tell layers of all usual widths apart. The smallest live set is not always that of the lowest price: what is computed again is alive, too.
 */
const PRICES = [0, ...[11, 10, 9, 8, 7, 6, 5].map((power) => 2 ** -power)];

/**
 * The step with the fewest repeated multiply-accumulates whose largest live set is at most `budget` bytes; where none is, the one with the smallest.
 * `sizes`: numbers for sizes that are free.
 */
export function chooseWithinBudget(graph: Graph, budget: number, sizes: ReadonlyMap<string, number> = new Map(), onTry: () => void = () => undefined): BudgetedStep {
  const attempt = (depth: number, bytesPerMac: number, boundaries?: ReadonlySet<Node>): BudgetedStep => {
    onTry();
    const chosen = chooseRecomputation(graph, { sizes, bytesPerMac, boundaries });
    return { ...chosen, depth, liveBytes: largestLiveSet(chosen.graph, sizes).bytes };
  };
  const plain = attempt(0, Infinity);
  if (plain.liveBytes <= budget) return plain;
  let [best, smallest]: [BudgetedStep | undefined, BudgetedStep] = [undefined, plain];
  const consider = (step: BudgetedStep): void => {
    if (step.liveBytes < smallest.liveBytes) smallest = step;
    if (step.liveBytes <= budget && (!best || step.recomputedMacs < best.recomputedMacs)) best = step;
  };
  for (let depth = 1; depth <= depthOf(graph); depth++) {
    const boundaries = boundariesAt(graph, depth);
    for (const price of PRICES) consider(attempt(depth, price, boundaries));
  }
  return best ?? smallest;
}

const depthsOf = (graph: Graph): ReadonlyMap<string, number> => {
  const depths = new Map<string, number>();
  const parts = (path: string): readonly string[] => path.split(".");
  for (const path of [...(graph.blocks?.keys() ?? [])].sort((a, b) => parts(a).length - parts(b).length)) depths.set(path, 1 + (depths.get(prefixIn(depths, path)) ?? 0));
  return depths;
};

const depthOf = (graph: Graph): number => Math.max(0, ...depthsOf(graph).values());

/** The longest path of the map that a path lies under, itself not counted; "" where there is none. */
function prefixIn(known: ReadonlyMap<string, unknown>, path: string): string {
  for (let end = path.lastIndexOf("."); end > 0; end = path.lastIndexOf(".", end - 1)) if (known.has(path.slice(0, end))) return path.slice(0, end);
  return "";
}

/** Values of the forward part that another block reads, where blocks are those of a depth, and of smaller depths what lies in none of them. */
function boundariesAt(graph: Graph, depth: number): ReadonlySet<Node> {
  const depths = depthsOf(graph);
  const blocks = new Map<string, string>();
  const blockOf = ({ path }: Node): string => {
    let own = blocks.get(path);
    if (own === undefined) {
      own = depths.has(path) ? path : prefixIn(depths, path);
      while (own !== "" && depths.get(own)! > depth) own = prefixIn(depths, own);
      blocks.set(path, own);
    }
    return own;
  };
  const boundaries = new Set<Node>();
  for (const node of topologicalOrder([graph.outputs.find(({ name }) => name === "loss")!.node, ...graph.updates.map((update) => update.node)])) {
    for (const input of node.inputs) if (blockOf(input) !== blockOf(node)) boundaries.add(input);
  }
  return boundaries;
}
