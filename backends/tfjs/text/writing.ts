/** What the functions of a graph are written from, and what is known of each when it is called. */
import type { Graph, Node, NodeOf } from "../../../compiler/ir/graph.ts";
import type { Earlier, Flow } from "../functions/flow.ts";
import type { Hole } from "./holes.ts";
import type { LibraryFunction } from "../library/index.ts";
import type { Plan } from "../functions/plan.ts";
import type { Records } from "./records.ts";
import type { Region } from "../functions/regions.ts";
import type { Slack } from "../functions/slack.ts";
import type { Templates } from "./templates.ts";
import type { WeightTypes } from "./weights.ts";

/** How a region is called. */
export interface Called {
  /** The number of its function, and what stands in its holes. */
  readonly template: number;
  readonly holes: readonly Hole[];
  /** Values that it is given one by one, with their names in it. */
  readonly given: readonly (readonly [Node, string])[];
  /** The phases whose results of the same block it is given. */
  readonly partners: readonly Earlier[];
  readonly takesWeights: boolean;
  readonly takesStream: boolean;
}

/** What all functions of a graph are written from. */
export interface Writing {
  readonly graph: Graph;
  /** The function of the whole gives the squared norm of its gradients too. */
  readonly hasSquaredNorm: boolean;
  readonly plan: Plan;
  readonly flow: Flow;
  readonly records: Records;
  readonly localNames: Map<Node | Region, string>;
  readonly called: Map<Region, Called>;
  readonly templates: Templates;
  readonly weightTypes: WeightTypes;
  readonly library: Set<LibraryFunction>;
  readonly tableName: (node: NodeOf<"constant">) => string;
  readonly variableName: (variable: string) => string;
  readonly blocks: readonly string[];
  /** How many functions call each other at most. */
  readonly nesting: number;
  /** What functions may hold a moment longer than they must, by slackKey. */
  readonly slack: Slack;
  readonly bytesFor: (node: Node) => number | undefined;
}
