/**
 * What a graph costs, per block and in total, as polynomials of its free sizes.
 *
 * Conventions, never mixed: `macs` are multiply-accumulates (what papers, fvcore, thop and ptflops print under "FLOPs"); `flops` are 2 macs
 * plus every other arithmetic operation. Parameters count each trainable number once; states (running statistics) are not parameters.
 */
import { blockTree, type BlockTree } from "./block-tree.ts";
import { add, constant, evaluate, multiply, variablesOf, type Size } from "./dims/index.ts";
import type { Dtype, Graph, Node } from "./ir/graph.ts";
import { operatorOf } from "./operators/table.ts";

export interface BlockCost {
  /** The path of binding names; "" for the whole model. */
  readonly path: string;
  /** The block's name; for the whole, the model's. */
  readonly block: string;
  /** All parameters, frozen ones too. */
  readonly parameters: Size;
  /** The parameters that training changes. */
  readonly trainable: Size;
  readonly macs: Size;
  readonly flops: Size;
  readonly children: readonly BlockCost[];
}

export const bytesOf: { readonly [D in Dtype]: number } = { f32: 4, f64: 8, f16: 2, bf16: 2, i32: 4, bool: 1 };

export function elementsOf(node: Node): Size {
  return multiply(...node.type.shape);
}

/** The tree of blocks with their costs; a parent's figures include its children's. `frozen` says of a parameter's path whether training leaves it. */
export function costOf(graph: Graph, frozen: (path: string) => boolean = () => false): BlockCost {
  return costOfBlock(blockTree(graph), frozen);
}

function costOfBlock(block: BlockTree, frozen: (path: string) => boolean): BlockCost {
  const children = block.children.map((child) => costOfBlock(child, frozen)).filter((child) => child.parameters !== constant(0) || child.flops !== constant(0));
  const own = block.nodes.map(costOfNode);
  const macs = add(...own.map((cost) => cost.macs));
  const parameters = block.weights.filter((node) => node.operator === "parameter");
  const total = (mine: readonly Size[], of: "parameters" | "trainable" | "macs" | "flops"): Size => add(...mine, ...children.map((child) => child[of]));
  return {
    path: block.path,
    block: block.block,
    parameters: total(parameters.map(elementsOf), "parameters"),
    trainable: total(parameters.filter((node) => !frozen(node.attributes.path)).map(elementsOf), "trainable"),
    macs: total([macs], "macs"),
    flops: total([multiply(2, macs), ...own.map((cost) => cost.other)], "flops"),
    children,
  };
}

/** Multiply-accumulates and all other arithmetic of one node. */
export function costOfNode(node: Node): { readonly macs: Size; readonly other: Size } {
  const row = operatorOf(node.operator);
  return row.cost(node.inputs.map((input) => input.type), node.attributes as never, node.type);
}

/** A size with numbers for its free variables; variables without a number count as 1. */
export function sizeAt(size: Size, sizes: ReadonlyMap<string, number>): number {
  const values = new Map(sizes);
  for (const name of variablesOf(size)) if (!values.has(name)) values.set(name, 1);
  return Number(evaluate(size, values) ?? NaN);
}
