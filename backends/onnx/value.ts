/**
 * The small graph between netc's own and the ONNX file. A value *is* the operation that makes it; operands that ONNX wants as shape tensors are
 * still symbolic sizes here (`lists`, or simply the shape of the result), so that the peepholes compare sizes and not tensors of them.
 */
import { constantValue } from "../../compiler/dims/index.ts";
import type { Size } from "../../compiler/dims/index.ts";
import type { Location } from "../../compiler/ir/graph.ts";
import type { ElementType, Numbers } from "./element-types.ts";

export type Attribute =
  | { readonly kind: "int"; readonly value: number }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "ints"; readonly values: readonly number[] }
  | { readonly kind: "text"; readonly value: string };

export const int = (value: number): Attribute => ({ kind: "int", value });
export const float = (value: number): Attribute => ({ kind: "float", value });
export const ints = (values: readonly number[]): Attribute => ({ kind: "ints", values });
export const text = (value: string): Attribute => ({ kind: "text", value });

export interface TensorType {
  readonly dtype: ElementType;
  readonly shape: readonly Size[];
}

/** The block and the place in the source that a value came from. */
export interface Origin {
  readonly path: string;
  readonly location: Location | undefined;
}

interface Common {
  readonly id: number;
  readonly type: TensorType;
  readonly origin: Origin;
}

export interface InputValue extends Common {
  readonly kind: "input";
  readonly name: string;
}

/** Numbers known at build time. They are loaded when the model is written, one constant at a time. */
export interface ConstantValue extends Common {
  readonly kind: "constant";
  /** What the initialiser is called. */
  readonly label: string;
  /** Two constants with one key are one. */
  readonly key: string;
  readonly load: () => Numbers;
  /** The numbers themselves where there are few. */
  readonly few: readonly number[] | undefined;
}

export interface OperationValue extends Common {
  readonly kind: "operation";
  readonly opType: string;
  /** undefined: an optional operand that is left out. */
  readonly inputs: readonly (Value | undefined)[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  /** Sizes that become shape tensors when the graph is made concrete: bounds of a Slice, paddings of a Pad. */
  readonly lists: Readonly<Record<string, readonly Size[]>>;
  /** The types of all results, of which this value is number `result`. */
  readonly results: readonly TensorType[];
  readonly result: number;
}

export type Value = InputValue | ConstantValue | OperationValue;

export const isOperation = (value: Value | undefined, ...opTypes: readonly string[]): value is OperationValue =>
  value !== undefined && value.kind === "operation" && opTypes.includes(value.opType);

export const sameSizes = (a: readonly Size[], b: readonly Size[]): boolean => a.length === b.length && a.every((size, axis) => size === b[axis]);

export const isOne = (size: Size): boolean => constantValue(size) === 1;

/** The numbers of a list of sizes, or undefined when one of them is symbolic. */
export function constantSizes(sizes: readonly Size[]): readonly number[] | undefined {
  const numbers = sizes.map((size) => constantValue(size));
  return numbers.every((each) => each !== undefined) ? (numbers as readonly number[]) : undefined;
}

/**
 * Every value that the roots reach, operands before users, operands from left to right, those that `first` says before the others. Iterative: deep graphs
 * are fine.
 */
export function valuesInOrder(roots: readonly Value[], first: (value: Value) => boolean = () => false): readonly Value[] {
  const order: Value[] = [];
  const state = new Map<number, "open" | "done">();
  for (const root of roots) {
    const stack: Value[] = [root];
    while (stack.length > 0) {
      const value = stack[stack.length - 1];
      const seen = state.get(value.id);
      if (seen !== undefined) {
        stack.pop();
        if (seen === "done") continue;
        state.set(value.id, "done");
        order.push(value);
        continue;
      }
      state.set(value.id, "open");
      if (value.kind !== "operation") continue;
      const waiting = value.inputs.filter((input) => input !== undefined && !state.has(input.id)) as Value[];
      for (let i = waiting.length - 1; i >= 0; i--) if (!first(waiting[i])) stack.push(waiting[i]);
      for (let i = waiting.length - 1; i >= 0; i--) if (first(waiting[i])) stack.push(waiting[i]);
    }
  }
  return order;
}
