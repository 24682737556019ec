/** What a pass is: a function from graph to graph that keeps the meaning and leaves a graph that verifies. */
import type { Facts } from "../dims/index.ts";
import type { Graph } from "../ir/graph.ts";

export interface Pass {
  /** In words with underscores: what `derived` of a new node's location says. */
  readonly name: string;
  /** `inference`: not for a graph that is to be trained, whose gradient it would change or whose statistics it would freeze. */
  readonly stage: "always" | "inference";
  readonly run: (graph: Graph, facts: Facts) => Graph;
  /** One sentence. */
  readonly doc: string;
}
