/**
 * Reverse mode over the graph: one cotangent per value, added where a value is used several times. Only what lies between the wanted values and the
 * output is walked; rules come from the operator table and make graph, symbolic in the sizes. Each new node stands where its forward node stood.
 */
import type { Node, NodeOf, OperatorName } from "./ir/graph.ts";
import { topologicalOrder } from "./ir/graph.ts";
import type { Builder } from "./ir/builder.ts";
import { operatorOf } from "./operators/table.ts";
import { isFloat } from "./operators/typing.ts";

/** Differentiation met an operator that has no gradient. */
export class GradientError extends Error {
  readonly node: Node;
  readonly reason: string;
  constructor(node: Node, reason: string) {
    super(`${node.operator}${node.path ? ` at ${node.path}` : ""} has no gradient: ${reason}`);
    this.name = "GradientError";
    this.node = node;
    this.reason = reason;
  }
}

/** The derivative of a scalar with respect to each of `wrt`; undefined where the output does not depend on it. Throws GradientError. */
export function gradients(build: Builder, output: Node, wrt: readonly Node[]): readonly (Node | undefined)[] {
  if (output.type.shape.length !== 0 || !isFloat(output.type.dtype))
    throw new Error(`netc bug: the gradient of a ${output.type.dtype} of rank ${output.type.shape.length}`);
  const one = at(build, output, () => build.constant(1, output.type.dtype));
  return cotangents(build, [[output, one]], wrt);
}

/** Vector-Jacobian products: the cotangents of `wrt` that follow from cotangents of several outputs. */
export function cotangents(build: Builder, outputs: readonly (readonly [Node, Node])[], wrt: readonly Node[]): readonly (Node | undefined)[] {
  const order = topologicalOrder(outputs.map(([output]) => output));
  const needed = neededNodes(order, new Set(wrt));
  const found = new Map<Node, Node>();
  const addTo = (node: Node, cotangent: Node): void => {
    const before = found.get(node);
    found.set(node, before ? at(build, node, () => build.add(before, cotangent)) : cotangent);
  };
  for (const [output, cotangent] of outputs) if (needed.has(output)) addTo(output, cotangent);
  for (let i = order.length - 1; i >= 0; i--) {
    const node = order[i];
    const cotangent = found.get(node);
    if (!cotangent || !node.inputs.some((input) => needed.has(input))) continue;
    const slopes = at(build, node, () => applyRule(build, node, cotangent, needed));
    node.inputs.forEach((input, operand) => {
      const slope = slopes[operand];
      if (slope && needed.has(input)) addTo(input, slope);
    });
  }
  return wrt.map((node) => found.get(node));
}

/** Values of a float type through which a wanted value reaches an output by operators that have derivatives. */
function neededNodes(order: readonly Node[], wrt: ReadonlySet<Node>): ReadonlySet<Node> {
  const needed = new Set<Node>();
  for (const node of order) {
    if (!isFloat(node.type.dtype)) continue;
    const differentiable = operatorOf(node.operator).gradient.kind !== "zero";
    if (wrt.has(node) || (differentiable && node.inputs.some((input) => needed.has(input)))) needed.add(node);
  }
  return needed;
}

function applyRule<Name extends OperatorName>(
  build: Builder,
  node: NodeOf<Name>,
  cotangent: Node,
  needed: ReadonlySet<Node>,
): readonly (Node | undefined)[] {
  const { gradient } = operatorOf(node.operator);
  switch (gradient.kind) {
    case "zero":
      return [];
    case "none":
      throw new GradientError(node as unknown as Node, gradient.reason);
    case "rule":
      return gradient.rule(
        build,
        node,
        cotangent,
        node.inputs.map((input) => needed.has(input)),
      );
  }
}

const at = <Result>(build: Builder, node: Node, run: () => Result): Result =>
  build.within({ location: { ...node.location, derived: "gradient" }, path: node.path }, run);
