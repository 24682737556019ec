/**
 * What the backward part of a step reads and what it computes again. Keeping a value costs its bytes for as long as the rest of the step takes; computing
 * it again costs time, and needs the values that it is made of. Which values to keep, so that everything that the backward part reads is kept or can be
 * made of what is kept by operations that are cheap, at the fewest bytes, is a minimum cut of the forward graph (Chen et al. 2016 pose the question;
 * the cut is that of torch.compile's partitioner). Convolutions and large contractions are computed again only for a price (memory-budget.ts).
 */
import { bytesOf, elementsOf, sizeAt } from "../cost.ts";
import { multiply } from "../dims/index.ts";
import { createBuilder } from "../ir/builder.ts";
import type { Graph, NamedNode, Node, OperatorName } from "../ir/graph.ts";
import { rootsOf, topologicalOrder } from "../ir/graph.ts";
import { operatorOf } from "../operators/table.ts";
import { remade } from "../passes/rewrite.ts";
import { createNetwork } from "./maximum-flow.ts";

export interface Recomputation {
  readonly graph: Graph;
  /** Bytes that are kept for the backward part, and what keeping everything that it reads would take. */
  readonly keptBytes: number;
  readonly readBytes: number;
  readonly kept: readonly Node[];
  /** Nodes of the forward part that are computed again, and their multiply-accumulates. */
  readonly recomputed: readonly Node[];
  readonly recomputedMacs: number;
}

/** Never computed again: searches, and what is as slow as its result is small. */
const never: ReadonlySet<OperatorName> = new Set(["top_k", "argmax", "cumsum", "scatter_add", "random", "pool_max_gradient"]);

/** Contractions of so many multiply-accumulates per byte of their result are worth keeping: a score of attention has 16 (heads of 64), a linear layer of 768 has 192. */
const mostMacsPerByte = 32;

const isSource = ({ operator }: Node): boolean => operator === "parameter" || operator === "state" || operator === "input" || operator === "constant" || operator === "size";

export interface RecomputationOptions {
  /** Numbers for sizes that are free. */
  readonly sizes?: ReadonlyMap<string, number>;
  /** Bytes that must be saved for each multiply-accumulate of a convolution or large contraction that is computed again; Infinity, the default, lets none be. */
  readonly bytesPerMac?: number;
  /** Bytes that must be saved for each operation that is computed again, where starting one takes time whatever its size; 0, the default, counts none. */
  readonly bytesPerOperation?: number;
  /** Names that a value of the forward part shares with others: of those with a common name all are kept or none. By default, each is decided by itself. */
  readonly alike?: (node: Node) => readonly string[];
  /** Values of the forward part that are kept when something needs them: computing again begins at them, whatever it costs. */
  readonly boundaries?: ReadonlySet<Node>;
}

/** `loss` is the name of the output that ends the forward part. */
export function chooseRecomputation(graph: Graph, options: RecomputationOptions = {}): Recomputation {
  const { sizes = new Map<string, number>(), bytesPerMac = Infinity, bytesPerOperation = 0, boundaries, alike = () => [] } = options;
  const forward = new Set(topologicalOrder([graph.outputs.find(({ name }) => name === "loss")!.node, ...graph.updates.map(({ node }) => node)]));
  const order = topologicalOrder(rootsOf(graph));
  const backward = order.filter((node) => !forward.has(node));
  const read = new Set(backward.flatMap((node) => node.inputs.filter((input) => forward.has(input))));
  const bytes = new Map<Node, number>();
  const bytesFor = (node: Node): number => {
    let own = bytes.get(node);
    if (own === undefined) bytes.set(node, (own = isSource(node) ? 0 : sizeAt(multiply(elementsOf(node), bytesOf[node.type.dtype]), sizes)));
    return own;
  };
  const chosen = cut(order.filter((node) => forward.has(node)), read, bytesFor, (node) => (boundaries?.has(node) ? Infinity : priceOf(node, bytesFor(node), sizes, { bytesPerMac, bytesPerOperation })), alike);
  const rewritten = withClones(graph, order, forward, chosen);
  // Where one of several that are decided together is needed, another may not be.
  const kept = [...chosen].filter((node) => rewritten.wanted.has(node));
  const recomputed = [...rewritten.clones];
  return {
    graph: rewritten.graph,
    kept, keptBytes: sum(kept.map(bytesFor)), readBytes: sum([...read].map(bytesFor)),
    recomputed, recomputedMacs: sum(recomputed.map((node) => macsOf(node, sizes))),
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

const macsOf = (node: Node, sizes: ReadonlyMap<string, number>): number => sizeAt(operatorOf(node.operator).cost(node.inputs.map(({ type }) => type), node.attributes as never, node.type).macs, sizes);

/** What gives another shape to a value is no operation. */
const isView: ReadonlySet<OperatorName> = new Set(["reshape", "broadcast", "stop_gradient"]);

/** Bytes that computing a value again is set equal to: that of one operation for what is cheap, Infinity for what is never done. */
function priceOf(node: Node, bytes: number, sizes: ReadonlyMap<string, number>, { bytesPerMac, bytesPerOperation }: Required<Pick<RecomputationOptions, "bytesPerMac" | "bytesPerOperation">>): number {
  if (isSource(node) || never.has(node.operator)) return Infinity;
  if (isView.has(node.operator)) return 0;
  if (node.operator !== "conv" && node.operator !== "dot") return bytesPerOperation;
  const macs = macsOf(node, sizes);
  if (node.operator === "dot" && macs <= mostMacsPerByte * bytes) return bytesPerOperation;
  return bytesPerMac === Infinity ? Infinity : bytesPerMac * macs;
}

/** The values to keep. `order`: the forward part, operands first. */
function cut(order: readonly Node[], read: ReadonlySet<Node>, bytesFor: (node: Node) => number, priceOf: (node: Node) => number, alike: (node: Node) => readonly string[]): ReadonlySet<Node> {
  const numbers = new Map(order.map((node, i) => [node, i]));
  const [source, sink] = [2 * order.length, 2 * order.length + 1];
  const network = createNetwork(2 * order.length + 2);
  // A node is an edge from 2i to 2i + 1, which keeping the value cuts. Who can be made again hangs on its operands, and on the source by its price.
  for (const [node, i] of numbers) {
    network.edge(2 * i, 2 * i + 1, bytesFor(node));
    if (read.has(node)) network.edge(2 * i + 1, sink, Infinity);
    const price = priceOf(node);
    if (price !== Infinity) for (const input of new Set(node.inputs)) network.edge(2 * numbers.get(input)! + 1, 2 * i, Infinity);
    if (price > 0) network.edge(source, 2 * i, price);
  }
  const first = new Map<string, number>();
  for (const [node, i] of numbers) {
    for (const name of alike(node)) {
      const other = first.get(name);
      if (other === undefined) first.set(name, i);
      else for (const side of [0, 1]) (network.edge(2 * i + side, 2 * other + side, Infinity), network.edge(2 * other + side, 2 * i + side, Infinity));
    }
  }
  const side = network.sinkSide(source, sink);
  return new Set(order.filter((_, i) => !side[2 * i] && side[2 * i + 1]));
}

/** The backward part over what is kept, everything else of the forward part that it reads made once more. */
function withClones(graph: Graph, order: readonly Node[], forward: ReadonlySet<Node>, kept: ReadonlySet<Node>): { readonly graph: Graph; readonly clones: ReadonlySet<Node>; readonly wanted: ReadonlySet<Node> } {
  const build = createBuilder();
  const wanted = new Set<Node>();
  for (const node of order.toReversed()) {
    const isRead = forward.has(node) ? wanted.has(node) && !kept.has(node) && !isSource(node) : true;
    if (isRead) for (const input of node.inputs) if (forward.has(input)) wanted.add(input);
  }
  const replaced = new Map<Node, Node>();
  const clones = new Set<Node>();
  const again = (node: Node, derived: string | undefined): Node =>
    build.within({ location: derived ? { ...node.location, derived: [node.location.derived, derived].filter(Boolean).join(", ") } : node.location, path: node.path }, () => remade(build, node, node.inputs.map((input) => replaced.get(input) ?? input)));
  for (const node of order) {
    if (!forward.has(node)) {
      if (node.inputs.some((input) => replaced.has(input))) replaced.set(node, again(node, undefined));
    } else if (wanted.has(node) && !kept.has(node) && !isSource(node)) {
      replaced.set(node, again(node, "recompute"));
      clones.add(node);
    }
  }
  const outside = new Set([...graph.outputs.filter(({ node }) => forward.has(node)), ...graph.updates].map(({ node }) => node));
  const output = ({ name, node }: NamedNode): NamedNode => ({ name, node: outside.has(node) ? node : (replaced.get(node) ?? node) });
  return { graph: { ...graph, outputs: graph.outputs.map(output) }, clones, wanted };
}
