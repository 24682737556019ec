/**
 * What a line of the table of forms is: one operator of the graph as an expression of tfjs. A form writes text and nothing else; which tensors are named,
 * when each is disposed and which repetition is left to tfjs is the emitter's work, the same for all operators.
 */
import type { Size } from "../../compiler/dims/index.ts";
import type { NodeOf, OperatorName, TensorData } from "../../compiler/ir/graph.ts";
import type { LibraryFunction } from "./library/index.ts";

/** The backends that a program may have to run on: the plain and the WebAssembly one, and the native one (tfjs-node, tfjs-node-gpu: one binding). */
export const tfjsBackends = ["cpu", "wasm", "node"] as const;
export type TfjsBackend = (typeof tfjsBackends)[number];

export interface FormContext {
  /** A size as a JavaScript expression; `hint`: a name for it. */
  readonly size: (size: Size | number, hint?: string) => string;
  /** Sizes as an array; `hint`: what they are, where they are no sizes of the node's axes: instances of a block are then given the whole array. */
  readonly sizes: (sizes: readonly (Size | number)[], hint?: string) => string;
  /** The name of a function of the library, which the program then imports. */
  readonly library: (name: LibraryFunction) => string;
  /** A stream of random numbers, by its key. */
  readonly stream: (key: string) => string;
  /** Whether the node's users want its reduced axes kept with size 1. */
  readonly keepsAxes: boolean;
}

export interface Form<Name extends OperatorName> {
  /** The backends that have the kernels of what is written for this node. */
  readonly runsOn: (node: NodeOf<Name>) => readonly TfjsBackend[];
  /** tfjs repeats the operands by itself, and takes numbers for them: an operand is not repeated before where the others make the whole shape. */
  readonly repeats?: true;
  /** An expression that makes a tensor of its own and leaves nothing else behind. Not asked for values that a program is given. */
  readonly write: (node: NodeOf<Name>, operands: readonly string[], context: FormContext) => string;
}

export type Forms = { readonly [Name in OperatorName]: Form<Name> };

export const everywhere = (): readonly TfjsBackend[] => tfjsBackends;

/** Several operations in one expression: what lies between is disposed with the scope. */
export const scoped = (text: string): string => `tf.tidy(() => ${text})`;

/** Whole numbers as an array. */
export const numbers = (values: readonly number[]): string => `[${values.join(", ")}]`;

export const tfjsDtype = (dtype: TensorData["dtype"]): "float32" | "int32" | "bool" => (dtype === "i32" ? "int32" : dtype === "bool" ? "bool" : "float32");
