/**
 * Repetition made implicit. The graph repeats every operand in so many words; operators of tfjs on elements repeat by themselves. An operand that is a
 * broadcast is then taken as what is repeated, with axes of 1 where the others need them, provided that some operand has the whole of every axis.
 */
import { constantValue } from "../../../compiler/dims/index.ts";
import { rootsOf, type Graph, type Node, type NodeOf } from "../../../compiler/ir/graph.ts";
import { isFloat } from "../../../compiler/operators/typing.ts";
import { formOf } from "../forms/table.ts";

/** How an operand is written: as it is, as what it repeats, or as a number. */
export type Taken = "whole" | "compact" | "number";

export interface Repetition {
  /** For each operand of a node. */
  readonly taken: (node: Node) => readonly Taken[];
  /** Whether a reduction keeps its axes, with size 1, because all its users repeat it over them. */
  readonly keepsAxes: (node: NodeOf<"reduce">) => boolean;
}

/** `isNumber`: whether a value is known as a number without a tensor. `order`: the nodes of the graph. */
export function planRepetition(graph: Graph, order: readonly Node[], isNumber: (node: Node) => boolean): Repetition {
  const taken = new Map(order.map((node) => [node, takenBy(node, isNumber)]));
  const roots = new Set<Node>(rootsOf(graph));
  const whole = new Set<Node>(roots);
  const users = new Map<Node, Node[]>();
  for (const node of order) {
    node.inputs.forEach((input, at) => {
      if (taken.get(node)![at] === "whole") whole.add(input);
      if (!users.has(input)) users.set(input, []);
      users.get(input)!.push(node);
    });
  }
  return {
    taken: (node) => taken.get(node)!,
    keepsAxes(node) {
      const rank = node.inputs[0].type.shape.length;
      const { axes } = node.attributes;
      const own = node as Node;
      const repeats = (user: Node): boolean =>
        user.operator === "broadcast" && !whole.has(user) && user.type.shape.length === rank && axes.every((axis) => !user.attributes.positions.includes(axis));
      const found = users.get(own) ?? [];
      return axes.length > 0 && !roots.has(own) && found.length > 0 && found.every(repeats);
    },
  };
}

function takenBy(node: Node, isNumber: (node: Node) => boolean): readonly Taken[] {
  const taken = node.inputs.map((): Taken => "whole");
  if (!formOf(node.operator).repeats) return taken;
  node.inputs.forEach((input, at) => {
    // tfjs takes a number for single precision, the library's gradients of activations take none.
    if (isNumber(input) && isFloat(input.type.dtype) && node.operator !== "activation_gradient") taken[at] = "number";
    else if (input.operator === "broadcast") taken[at] = "compact";
  });
  const isWhole = (): boolean => node.type.shape.every((size, axis) => constantValue(size) === 1 || node.inputs.some((input, at) => covers(input, taken[at], axis))) && taken.some((each) => each !== "number");
  for (let at = 0; at < taken.length && !isWhole(); at++) if (taken[at] !== "whole") taken[at] = "whole";
  return taken;
}

const covers = (input: Node, taken: Taken, axis: number): boolean => taken === "whole" || (taken === "compact" && input.operator === "broadcast" && input.attributes.positions.includes(axis));
