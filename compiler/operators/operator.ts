/**
 * What a row of the operator table says. Everything about an operator is in its row: documentation, operands, attributes, shape rule,
 * meaning (float64 reference), gradient, cost, effects, test instances and, for a composite, what it is made of.
 * Verifier, interpreter, gradient, cost, docs and operator tests are loops over the table; a field that is missing does not compile.
 */
import type { Size } from "../dims/index.ts";
import type { AttributeTable, Node, NodeOf, OperatorName, TensorData, ValueType } from "../ir/graph.ts";
import type { Builder } from "../ir/builder.ts";

/** A claim that a shape rule makes about its operands; the verifier proves each under the graph's facts. */
export type Obligation =
  | { readonly kind: "equal"; readonly left: Size; readonly right: Size; readonly rule: string }
  | { readonly kind: "at_least"; readonly left: Size; readonly right: Size; readonly rule: string };

/** The result of a shape rule: a type with its obligations, or the reason why there is none (wrong rank, dtype, attribute). */
export type TypeResult =
  | { readonly type: ValueType; readonly obligations: readonly Obligation[] }
  | { readonly refused: string };

/** Concrete numbers for the symbolic sizes of attributes, during evaluation. */
export interface EvaluationContext {
  size(size: Size): number;
  /** Uniform in [0, 1) or standard normal number of a random node: a function of (key, step, element). */
  random(distribution: "uniform" | "normal", key: string, element: number): number;
}

export type Gradient<Name extends OperatorName> =
  /** Derivative zero everywhere it exists (floor, comparisons, indices), or integer results. */
  | { readonly kind: "zero" }
  /** No gradient is defined; differentiating through it is an error with this reason. */
  | { readonly kind: "none"; readonly reason: string }
  | {
      readonly kind: "rule";
      /** Which values the rule reads: decides what a training step keeps in memory. Operand numbers, and whether the result. */
      readonly reads: { readonly operands: readonly number[]; readonly result: boolean };
      /** Cotangents of the operands; undefined where an operand has none (integers, conditions). `needed[i]` says which are wanted. */
      readonly rule: (build: Builder, node: NodeOf<Name>, cotangent: Node, needed: readonly boolean[]) => readonly (Node | undefined)[];
    };

/** Polynomials in the sizes: multiply-accumulates, and all other arithmetic operations. */
export interface OperationCost {
  readonly macs: Size;
  readonly other: Size;
}

/** A test instance: concrete operand shapes; data are drawn by the test in [low, high] (default -1.5 … 1.5), i32 in [0, high). */
export interface Sample<Name extends OperatorName> {
  readonly title: string;
  readonly operands: readonly { readonly shape: readonly number[]; readonly dtype?: "f32" | "i32" | "bool"; readonly low?: number; readonly high?: number }[];
  readonly attributes: AttributeTable[Name];
}

export interface Operator<Name extends OperatorName> {
  readonly name: Name;
  readonly tier: "primitive" | "composite";
  /** One sentence, then details; Markdown. */
  readonly doc: string;
  /** The ONNX operator(s) and version it corresponds to, or the paper. */
  readonly source: string;
  readonly operands: readonly { readonly name: string; readonly doc: string }[];
  /** The last operand may be repeated. */
  readonly variadic?: boolean;
  /** One line of documentation per attribute; tsc demands every key. */
  readonly attributes: { readonly [Key in keyof AttributeTable[Name]]: string };
  readonly type: (operands: readonly ValueType[], attributes: AttributeTable[Name]) => TypeResult;
  /** float64 reference. Result has the concrete shape given. */
  readonly evaluate: (
    operands: readonly TensorData[],
    attributes: AttributeTable[Name],
    shape: readonly number[],
    context: EvaluationContext,
  ) => Float64Array;
  readonly gradient: Gradient<Name>;
  readonly cost: (operands: readonly ValueType[], attributes: AttributeTable[Name], result: ValueType) => OperationCost;
  readonly effects: "pure" | "random" | "state" | "source";
  /** At least six where a gradient rule exists: odd, strided, dilated, grouped, of size 1 … */
  readonly samples: readonly Sample<Name>[];
  /** For composites: the same value out of primitives. */
  readonly decompose?: (build: Builder, node: NodeOf<Name>) => Node;
}

/** The whole table: one row per operator. */
export type OperatorTable = { readonly [Name in OperatorName]: Operator<Name> };
