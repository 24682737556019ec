/** Random numbers that a step graph is given, drawn where they are used: a program has a generator of its own, and functions are not handed them through all blocks. */
import type { Graph, NodeOf } from "../../compiler/ir/graph.ts";
import { rewrite } from "../../compiler/passes/rewrite.ts";
import type { RandomInput } from "../../compiler/training/step.ts";

/** The graph with these inputs as random nodes. */
export function drawnInside(graph: Graph, random: readonly RandomInput[]): Graph {
  if (random.length === 0) return graph;
  const drawn = new Map(random.map((each) => [each.name, each]));
  const rewritten = rewrite(graph, "drawn", (node, { build }) => {
    if (node.operator !== "input") return undefined;
    const own = drawn.get(node.attributes.name);
    return own && build.make("random", [], { distribution: own.distribution, key: own.key, shape: node.attributes.shape }, node.type.axes);
  });
  return { ...rewritten, inputs: (rewritten.inputs as readonly NodeOf<"input">[]).filter(({ attributes }) => !drawn.has(attributes.name)) };
}
