/**
 * What a graph costs, per block and in total, as polynomials of its free sizes.
 *
 * Conventions, never mixed: `macs` are multiply-accumulates (what papers, fvcore, thop and ptflops print under "FLOPs"); `flops` are 2 macs
 * plus every other arithmetic operation. Parameters count each trainable number once; states (running statistics) are not parameters.
 */
import { add, constant, evaluate, multiply, variablesOf, type Size } from "./dims/index.ts";
import { rootsOf, topologicalOrder, type Dtype, type Graph, type Node } from "./ir/graph.ts";
import { operatorOf } from "./operators/table.ts";

export interface BlockCost {
  /** The path of binding names; "" for the whole model. */
  readonly path: string;
  /** The block's name; for the whole, the model's. */
  readonly block: string;
  readonly parameters: Size;
  readonly macs: Size;
  readonly flops: Size;
  readonly children: readonly BlockCost[];
}

export const bytesOf: { readonly [D in Dtype]: number } = { f32: 4, f64: 8, f16: 2, bf16: 2, i32: 4, bool: 1 };

export function elementsOf(node: Node): Size {
  return multiply(...node.type.shape);
}

interface Entry {
  readonly path: string;
  readonly block: string;
  parameters: Size;
  macs: Size;
  other: Size;
  readonly children: Entry[];
}

/** The tree of blocks with their costs; a parent's figures include its children's. */
export function costOf(graph: Graph): BlockCost {
  const root: Entry = emptyEntry("", graph.name);
  const entries = new Map<string, Entry>([["", root]]);
  for (const [path, block] of graph.blocks ?? []) entries.set(path, emptyEntry(path, block));
  const parentOf = (path: string): Entry => {
    for (let at = path.lastIndexOf("."); at >= 0; at = path.lastIndexOf(".", at - 1)) {
      const found = entries.get(path.slice(0, at));
      if (found) return found;
      if (at === 0) break;
    }
    return root;
  };
  const entryOf = (path: string): Entry => entries.get(path) ?? parentOf(path);
  const order = topologicalOrder(rootsOf(graph));
  for (const node of order) {
    const cost = costOfNode(node);
    const entry = entryOf(node.path);
    entry.macs = add(entry.macs, cost.macs);
    entry.other = add(entry.other, cost.other);
    if (node.operator === "parameter") {
      const owner = parentOf(node.attributes.path);
      owner.parameters = add(owner.parameters, elementsOf(node));
    }
  }
  for (const [path, entry] of entries) if (path) parentOf(path).children.push(entry);
  return finish(root);
}

function emptyEntry(path: string, block: string): Entry {
  const zero = constant(0);
  return { path, block, parameters: zero, macs: zero, other: zero, children: [] };
}

function finish(entry: Entry): BlockCost {
  const children = entry.children.map(finish).filter((child) => child.parameters !== constant(0) || child.flops !== constant(0));
  const macs = add(entry.macs, ...children.map((child) => child.macs));
  return {
    path: entry.path,
    block: entry.block,
    parameters: add(entry.parameters, ...children.map((child) => child.parameters)),
    macs,
    flops: add(multiply(2, entry.macs), entry.other, ...children.map((child) => child.flops)),
    children,
  };
}

function costOfNode(node: Node): { macs: Size; other: Size } {
  const row = operatorOf(node.operator);
  return row.cost(node.inputs.map((input) => input.type), node.attributes as never, node.type);
}

/** A size with numbers for its free variables; variables without a number count as 1. */
export function sizeAt(size: Size, sizes: ReadonlyMap<string, number>): number {
  const values = new Map(sizes);
  for (const name of variablesOf(size)) if (!values.has(name)) values.set(name, 1);
  return Number(evaluate(size, values) ?? NaN);
}

export interface MemoryCost {
  /** Largest sum of live values when every value is dropped after its last use, in graph order; weights not counted. */
  readonly activationBytes: number;
  /** Weights, gradients, two moments of Adam, and every value that a gradient rule reads. */
  readonly trainingBytes: number;
}

/** Memory in bytes at given sizes. */
export function memoryOf(graph: Graph, sizes: ReadonlyMap<string, number>): MemoryCost {
  const order = topologicalOrder(rootsOf(graph));
  const bytes = new Map<Node, number>();
  for (const node of order) bytes.set(node, sizeAt(elementsOf(node), sizes) * bytesOf[node.type.dtype]);
  const owned = (node: Node): boolean => node.operator === "parameter" || node.operator === "state" || node.operator === "constant";
  const lastUse = new Map<Node, number>();
  order.forEach((node, at) => node.inputs.forEach((input) => lastUse.set(input, at)));
  for (const { node } of graph.outputs) lastUse.set(node, order.length);
  let live = 0;
  let peak = 0;
  const dying = new Map<number, Node[]>();
  for (const [node, at] of lastUse) if (!owned(node)) dying.set(at, [...(dying.get(at) ?? []), node]);
  order.forEach((node, at) => {
    if (!owned(node)) live += bytes.get(node)!;
    peak = Math.max(peak, live);
    for (const dead of dying.get(at) ?? []) live -= bytes.get(dead)!;
  });
  const kept = new Set<Node>();
  for (const node of order) {
    const { gradient } = operatorOf(node.operator);
    if (gradient.kind !== "rule") continue;
    for (const at of gradient.reads.operands) if (node.inputs[at] && !owned(node.inputs[at])) kept.add(node.inputs[at]);
    if (gradient.reads.result) kept.add(node);
  }
  let saved = 0;
  for (const node of kept) saved += bytes.get(node)!;
  const weights = graph.parameters.reduce((sum, node) => sum + sizeAt(elementsOf(node), sizes) * 4, 0);
  return { activationBytes: peak, trainingBytes: 4 * weights + saved };
}
