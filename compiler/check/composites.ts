/**
 * `composite block softmax(...)`: the block is the definition, and the operator table has an operator of the same meaning (a test compares
 * them). Lowering takes the operator whole, so that a backend can use its own.
 */
import type { Block } from "../../grammar/ast.ts";
import type { Size } from "../dims/index.ts";
import type { AttributeTable, Node, OperatorName } from "../ir/graph.ts";
import { findAxis, type TensorType } from "../types/types.ts";
import { axisNames } from "./elementwise.ts";
import { numberOf } from "./arithmetic.ts";
import { inGraph, type Scope } from "./scope.ts";
import { unknown, type TensorValue, type Value } from "./values.ts";

/** What a composite reads of the block that it is called as. */
interface CompositeCall {
  readonly inputs: readonly TensorValue[];
  /** The position of an axis option in the first input. */
  axis(option: string): number;
  number(option: string): number;
  choice(option: string): string;
  sizes(option: string): readonly Size[];
}

type CompositeName = Extract<OperatorName, "softmax" | "log_softmax" | "layer_norm" | "batch_norm" | "relu" | "gelu" | "quick_gelu" | "silu" | "softplus" | "leaky_relu" | "resize">;

const none = (): Record<string, never> => ({});

const attributes: { readonly [Name in CompositeName]: (call: CompositeCall) => AttributeTable[Name] } = {
  softmax: (call) => ({ axis: call.axis("over") }),
  log_softmax: (call) => ({ axis: call.axis("over") }),
  layer_norm: (call) => ({ axis: call.axis("over"), epsilon: call.number("eps") }),
  batch_norm: (call) => ({ axis: call.axis("over"), epsilon: call.number("eps") }),
  relu: none,
  gelu: none,
  quick_gelu: none,
  silu: none,
  softplus: none,
  leaky_relu: (call) => ({ slope: call.number("slope") }),
  resize: (call) => ({ sizes: call.sizes("to"), mode: call.choice("mode") === "nearest" ? "nearest" : "bilinear" }),
};

export function isComposite(name: string): name is CompositeName {
  return name in attributes;
}

export const compositeNames = Object.keys(attributes) as readonly CompositeName[];

/** The composite operator for a call whose signature is bound in `callee` (build mode). */
export function makeComposite(callee: Scope, block: Block): Value {
  const name = block.name.text;
  if (!isComposite(name)) throw new Error(`netc bug: no composite operator ${name}`);
  const value = (option: string): Value => {
    const binding = callee.bindings.get(option);
    return binding?.kind === "value" ? binding.value : unknown;
  };
  const inputs = block.inputs.map((input) => value(input.name.text)).filter((input): input is TensorValue => input.kind === "tensor");
  const first: TensorType = inputs[0].type;
  const call: CompositeCall = {
    inputs,
    axis: (option) => findAxis(first, callee.frame.axes.get(option)!.label),
    number: (option) => {
      const own = value(option);
      return own.kind === "float" || own.kind === "int" ? (numberOf(own) ?? NaN) : NaN;
    },
    choice: (option) => {
      const own = value(option);
      return own.kind === "choice" ? (own.value ?? "") : "";
    },
    sizes: (option) => {
      const own = value(option);
      return own.kind === "per_axis" ? [...own.values.values()].map((part) => (part.kind === "int" ? part.use.size : 0 as never)) : [];
    },
  };
  const own = attributes[name](call);
  const node = inGraph(callee, callee.frame.callers[0], (build) => build.make(name, inputs.map((input) => input.node as Node), own as never, axisNames(first.axes)));
  return { kind: "tensor", type: first, node };
}
