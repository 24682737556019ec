/**
 * What an expression can be: a tensor, or one of the compile-time values (ints, floats, bools, alternatives, axes, lists, records, layers).
 *
 * One evaluator gives both the types (mode "check": ints are symbolic sizes, tensors have no node) and the graph (mode "build": every
 * choice is decided and each tensor carries its node). So what is checked and what is built cannot drift apart.
 */
import type { Block, Choice, Expression } from "../../grammar/ast.ts";
import type { Span } from "../../grammar/source.ts";
import type { Claim, Size } from "../dims/index.ts";
import type { Initializer, Node } from "../ir/graph.ts";
import type { Axis, Label, SizeUse, TensorType } from "../types/types.ts";
import { showType } from "../types/show.ts";
import { showSize } from "../dims/index.ts";
import type { Ratio } from "./ratios.ts";
import type { Scope } from "./scope.ts";

export type Value =
  | TensorValue
  | IntValue
  | FloatValue
  | BoolValue
  | ChoiceValue
  | AxisValue
  | InitValue
  | ListValue
  | PerAxisValue
  | RecordValue
  | RangeValue
  | LayerValue
  | ElementValue
  | BlockValue
  | BuiltinValue
  | NamespaceValue
  | UnknownValue;

/** Where a layer added a bias that nobody asked for. */
export interface Bias {
  readonly axis: Label;
  readonly call: Span;
}

export interface TensorValue {
  readonly kind: "tensor";
  readonly type: TensorType;
  /** Present in build mode. */
  readonly node?: Node;
  /** A bias was just added along this axis by a layer that was not asked for one. */
  readonly bias?: Bias;
  /** Of a table of ints: the formula of its elements, for the bounds of an index. */
  readonly element?: ElementValue;
}

/** A compile-time whole number, symbolic while a block is checked. */
export interface IntValue {
  readonly kind: "int";
  readonly use: SizeUse;
}

/** A compile-time real number: known, unknown (an option, while a block is checked), or a scalar node where it depends on a free size. */
export interface FloatValue {
  readonly kind: "float";
  readonly value?: number;
  /** What it is in sizes, exactly, where that is known. */
  readonly ratio?: Ratio;
  readonly node?: Node;
}

/** A compile-time truth value. `whenTrue` are claims that hold where it is true. An unknown one may be a symbol: an option or `training`. */
export interface BoolValue {
  readonly kind: "bool";
  readonly value?: boolean;
  readonly symbol?: string;
  readonly whenTrue?: Assumption;
  readonly whenFalse?: Assumption;
}

/** What may be assumed in an arm. */
export interface Assumption {
  readonly claims: readonly Claim[];
  readonly known: readonly (readonly [symbol: string, value: boolean | string])[];
}

export interface ChoiceValue {
  readonly kind: "choice";
  readonly choice: ChoiceType;
  readonly value?: string;
  /** The option or config key that holds it; arms are checked under an assumption about it. */
  readonly symbol?: string;
}

export interface ChoiceType {
  /** Undefined for alternatives written inline. */
  readonly declaration?: Choice;
  readonly name: string;
  readonly alternatives: readonly string[];
}

export interface AxisValue {
  readonly kind: "axis";
  readonly axis: Axis;
}

export interface InitValue {
  readonly kind: "init";
  /** Undefined while its numbers are symbolic. */
  readonly init?: Initializer;
}

/** A list; `elements` is undefined while the length is symbolic, and then `element` stands for each. Indices begin at `first`. */
export interface ListValue {
  readonly kind: "list";
  readonly elements?: readonly Value[];
  readonly element?: Value;
  readonly length: SizeUse;
  readonly first: number;
}

/** `(Y: 1, X: 3)` of kind `int[Y, X]`. */
export interface PerAxisValue {
  readonly kind: "per_axis";
  readonly values: ReadonlyMap<string, Value>;
}

export interface RecordValue {
  readonly kind: "record";
  readonly fields: ReadonlyMap<string, Value>;
}

export interface RangeValue {
  readonly kind: "range";
  readonly from?: SizeUse;
  /** Exclusive. */
  readonly to?: SizeUse;
  readonly span: Span;
}

/** A block with its options given, whose weights are shared by all its applications. */
export interface LayerValue {
  readonly kind: "layer";
  readonly block: Block;
  readonly call: Expression;
  readonly scope: Scope;
  readonly path: string;
  readonly order: readonly number[];
  /** Sizes of earlier applications, by name; all must agree where weights depend on them. */
  readonly applied: Map<string, SizeUse>;
}

/** A scalar of a table `[… for i in tok]`: an element-by-element value over the table's axes. */
export interface ElementValue {
  readonly kind: "element";
  readonly scalar: "int" | "float" | "bool";
  readonly table: TableAxes;
  /** The axes of the table that it depends on, increasing; the node has just these. */
  readonly axes: readonly number[];
  readonly node?: Node;
  /** Of an int: its formula in the table's indices, where it has one. */
  readonly exact?: Size;
  /** Of a bool: what it says of the indices. */
  readonly whenTrue?: Assumption;
  readonly whenFalse?: Assumption;
}

export interface TableAxes {
  readonly sizes: readonly Size[];
  readonly names: readonly string[];
  /** The solver's variable for each index, which lies in 0..size. */
  readonly indices: readonly string[];
}

export interface BlockValue {
  readonly kind: "block";
  readonly block: Block;
}

export interface BuiltinValue {
  readonly kind: "builtin";
  readonly name: string;
}

/** `pool`, `random`: only members of it mean something. */
export interface NamespaceValue {
  readonly kind: "namespace";
  readonly name: string;
}

/** The result of something already reported: it agrees with everything, so that one cause gives one error. */
export interface UnknownValue {
  readonly kind: "unknown";
}

export const unknown: UnknownValue = { kind: "unknown" };

/** A value's kind in words, with its type where it has one. */
export function describe(value: Value): string {
  switch (value.kind) {
    case "tensor":
      return showType(value.type);
    case "int":
      return `the int ${showSize(value.use.size)}`;
    case "float":
      return value.value === undefined ? "a float" : `the float ${value.value}`;
    case "bool":
      return value.value === undefined ? "a bool" : `${value.value}`;
    case "choice":
      return value.value === undefined ? `an alternative of ${value.choice.name}` : `\`${value.value}\``;
    case "axis":
      return `the axis ${value.axis.label?.name ?? ""}`;
    case "init":
      return "an initialiser";
    case "list":
      return `a list of ${showSize(value.length.size)}`;
    case "per_axis":
      return `one number for each of ${[...value.values.keys()].join(", ")}`;
    case "record":
      return `a record (${[...value.fields.keys()].join(", ")})`;
    case "range":
      return "a range";
    case "layer":
      return `a layer \`${value.block.name.text}\``;
    case "element":
      return `${value.scalar === "int" ? "an int" : `a ${value.scalar}`} of a table`;
    case "block":
      return `the block \`${value.block.name.text}\``;
    case "builtin":
      return `the operator \`${value.name}\``;
    case "namespace":
      return `the group \`${value.name}\``;
    case "unknown":
      return "unknown";
  }
}
