/**
 * Nodes that no root reaches are gone by construction, for a graph is its roots; what is left to do is to strike the parameters and states
 * that are reached no longer off the graph's lists. Inputs stay: they are the model's signature.
 */
import type { Graph } from "../ir/graph.ts";
import { rootsOf, topologicalOrder } from "../ir/graph.ts";
import type { Pass } from "./pass.ts";

/** The graph with parameters and states that its roots reach; the graph itself when that is all of them. */
export function withoutDead(graph: Graph): Graph {
  const reached = new Set(topologicalOrder(rootsOf(graph)));
  const parameters = graph.parameters.filter((node) => reached.has(node));
  const states = graph.states.filter((node) => reached.has(node));
  if (parameters.length === graph.parameters.length && states.length === graph.states.length) return graph;
  return { ...graph, parameters, states };
}

export const removeDead: Pass = {
  name: "remove_dead",
  stage: "always",
  run: withoutDead,
  doc: "Strikes parameters and states that no output reaches.",
};
