/** What a line of the lowering table is: one operator of the graph, given its lowered operands, as values of ONNX. */
import type { Builder } from "../../compiler/ir/builder.ts";
import type { Node, NodeOf, OperatorName } from "../../compiler/ir/graph.ts";
import type { Emitter } from "./emitter.ts";
import type { Value } from "./value.ts";

/** What ONNX, or this version of it, cannot say. */
export interface Refused {
  readonly refused: string;
}

export interface LoweringContext {
  readonly emit: Emitter;
  /** Lowers other nodes of the graph's own kind: decompositions, made with a builder that stands where the node does. */
  readonly lower: (make: (build: Builder) => Node) => Value;
  /** The value of a node that was lowered before. */
  readonly valueOf: (node: Node) => Value;
  /** How many nodes and outputs read a node. */
  readonly usesOf: (node: Node) => number;
  readonly weight: (node: NodeOf<"parameter"> | NodeOf<"state">) => Value;
  readonly input: (node: NodeOf<"input">) => Value;
}

export type Lowering<Name extends OperatorName> = (context: LoweringContext, node: NodeOf<Name>, operands: readonly Value[]) => Value | Refused;

export type Lowerings = { readonly [Name in OperatorName]: Lowering<Name> };
