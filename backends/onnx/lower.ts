/** The first step: every node of the graph through its line of the lowering table, operands first. Refusals are gathered, not thrown. */
import { createBuilder } from "../../compiler/ir/builder.ts";
import type { Graph, Node, NodeOf, OperatorName } from "../../compiler/ir/graph.ts";
import { rootsOf, topologicalOrder } from "../../compiler/ir/graph.ts";
import type { Emitter } from "./emitter.ts";
import type { Lowering, LoweringContext } from "./lowering.ts";
import { lowerings } from "./lowerings/table.ts";
import type { Refusal, Weights } from "./options.ts";
import { createStaticNodes, evaluateStatic } from "./static-values.ts";
import { constantSizes } from "./value.ts";
import type { InputValue, Value } from "./value.ts";

export interface Lowered {
  readonly inputs: readonly InputValue[];
  readonly roots: readonly Value[];
  readonly refusals: readonly Refusal[];
}

export function lowerGraph(graph: Graph, emit: Emitter, weights: Weights): Lowered {
  const values = new Map<Node, Value>();
  const refusals: Refusal[] = [];
  const builder = createBuilder();
  const known = createStaticNodes(weights.kind === "values");
  const roots = rootsOf(graph);
  const uses = countUses(roots);
  const inputs = new Map<Node, InputValue>();
  for (const node of graph.inputs)
    inputs.set(
      node,
      emit.within(originOf(node), () => emit.input(node.attributes.name, node.type)),
    );
  if (weights.kind === "inputs")
    for (const node of [...graph.parameters, ...graph.states])
      inputs.set(
        node,
        emit.within(originOf(node), () => emit.input(node.attributes.path, node.type)),
      );

  const inputOf = (node: Node): InputValue => {
    const value = inputs.get(node);
    if (!value) throw new Error(`netc bug: ${node.operator} at ${node.path} is not listed in its graph`);
    return value;
  };

  const context: LoweringContext = {
    emit,
    input: inputOf,
    weight(node) {
      if (weights.kind === "inputs") return inputOf(node);
      const shape = constantSizes(node.type.shape);
      if (!shape) throw new Error(`netc bug: the parameter ${node.attributes.path} has no known shape`);
      return emit.weight(`weight ${node.attributes.path}`, node.attributes.path, node.type.dtype, shape, () => weights.of(node));
    },
    lower(make) {
      const node = standing;
      if (!node) throw new Error("netc bug: a decomposition outside any node");
      const made = builder.within({ location: node.location, path: node.path }, () => make(builder));
      return lowerAll([made]);
    },
    valueOf: (node) => values.get(node)!,
    usesOf: (node) => uses.get(node) ?? 1,
  };

  let standing: Node | undefined;

  function lowerAll(wanted: readonly Node[]): Value {
    const before = standing;
    for (const node of topologicalOrder(wanted)) {
      if (values.has(node)) continue;
      standing = node;
      values.set(
        node,
        emit.within(originOf(node), () => lowerNode(node)),
      );
    }
    standing = before;
    return values.get(wanted[wanted.length - 1])!;
  }

  function lowerNode(node: Node): Value {
    if (known.isFolded(node)) return constantOf(node, weights.kind === "values" ? weights.of : withoutWeights);
    const lowering = lowerings[node.operator] as Lowering<OperatorName>;
    const result = lowering(
      context,
      node as NodeOf<OperatorName>,
      node.inputs.map((input) => values.get(input)!),
    );
    if (!("refused" in result)) return result;
    refusals.push({ operator: node.operator, needs: result.refused, path: node.path, node });
    return emit.operation("Refused", [], node.type);
  }

  function constantOf(node: Node, weightsOf: Parameters<typeof evaluateStatic>[1]): Value {
    const shape = constantSizes(node.type.shape)!;
    const count = shape.reduce((product, size) => product * size, 1);
    const touchesWeights = topologicalOrder([node]).some((each) => each.operator === "parameter" || each.operator === "state");
    // Few numbers that depend on no weight are evaluated at once, so that equal ones become one.
    if (!touchesWeights && count <= 64) return emit.constant(node.type.dtype, shape, Array.from(evaluateStatic(node, weightsOf)));
    const label = `${node.path || graph.name}/${node.operator}`;
    return emit.weight(`node ${node.id}`, label, node.type.dtype, shape, () => evaluateStatic(node, weightsOf));
  }

  for (const root of roots) lowerAll([root]);
  return { inputs: [...inputs.values()], roots: roots.map((root) => values.get(root)!), refusals };
}

const withoutWeights = (): never => {
  throw new Error("netc bug: a weight that is an input was asked for its numbers");
};

const originOf = (node: Node) => ({ path: node.path, location: node.location });

function countUses(roots: readonly Node[]): ReadonlyMap<Node, number> {
  const uses = new Map<Node, number>();
  const count = (node: Node): void => void uses.set(node, (uses.get(node) ?? 0) + 1);
  for (const node of topologicalOrder(roots)) node.inputs.forEach(count);
  roots.forEach(count);
  return uses;
}
