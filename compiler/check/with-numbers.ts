/**
 * What only numbers decide. Checking for all sizes cannot see whether an index that a table computes from floats lies inside its axis; a program with such a
 * table (`Recall.noteNumbers`) is built in every variant, and the table is looked at.
 */
import { constantValue } from "../dims/index.ts";
import { interpret } from "../interpreter.ts";
import { rootsOf, topologicalOrder, type Graph, type Node, type NodeOf } from "../ir/graph.ts";

/** Elements of the largest index that is looked at. */
const largest = 2 ** 20;

export interface IndexOutside {
  readonly node: NodeOf<"gather">;
  readonly index: number;
  readonly size: number;
}

/** Indices known at build time that lie outside the axis that they choose from. */
export function indicesOutside(graph: Graph): readonly IndexOutside[] {
  const order = topologicalOrder(rootsOf(graph));
  const known = new Set<Node>();
  for (const node of order) {
    const dynamic = node.operator === "input" || node.operator === "parameter" || node.operator === "state" || node.operator === "random";
    if (!dynamic && node.type.shape.every((size) => constantValue(size) !== undefined) && node.inputs.every((input) => known.has(input))) known.add(node);
  }
  const found: IndexOutside[] = [];
  for (const node of order) {
    if (node.operator !== "gather" || !known.has(node.inputs[1])) continue;
    const index = node.inputs[1];
    const size = constantValue(node.inputs[0].type.shape[node.attributes.batch]);
    const count = index.type.shape.reduce((product, extent) => product * constantValue(extent)!, 1);
    if (size === undefined || count > largest) continue;
    const [values] = interpret([index], { inputs: new Map(), parameters: new Map() });
    const wrong = values.data.find((value) => !(value >= 0 && value < size));
    if (wrong !== undefined) found.push({ node, index: wrong, size });
  }
  return found;
}
