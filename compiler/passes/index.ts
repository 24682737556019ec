/**
 * The passes over a graph, in their order, and the function that runs them. ADD A PASS HERE. Folding runs twice: what it computes makes masks
 * and factors plain, and simplifying by these leaves new constants.
 */
import type { Facts } from "../dims/index.ts";
import type { Graph } from "../ir/graph.ts";
import { verify } from "../ir/verify.ts";
import { dropStopGradient } from "./drop-stop-gradient.ts";
import { foldBatchNorm } from "./fold-batch-norm.ts";
import { fold } from "./fold.ts";
import type { Pass } from "./pass.ts";
import { removeDead } from "./remove-dead.ts";
import { share } from "./share.ts";
import { simplify } from "./simplify.ts";

export type { Pass } from "./pass.ts";
export { dropStopGradient, fold, foldBatchNorm, removeDead, share, simplify };

export const passes: readonly Pass[] = [dropStopGradient, simplify, fold, simplify, fold, foldBatchNorm, share, removeDead];

export interface OptimiseOptions {
  /** The graph will be differentiated or is a training step: passes of inference are left out. */
  readonly training?: boolean;
  /** Verifies before the first pass and after each; an unsound graph is thrown as a bug of netc. */
  readonly verify?: boolean;
  readonly facts: Facts;
}

/** A graph of the same meaning with less to do. */
export function optimise(graph: Graph, options: OptimiseOptions): Graph {
  const { training = false, facts } = options;
  const check = (current: Graph, when: string): void => {
    const problems = options.verify ? verify(current, facts) : [];
    if (problems.length > 0) throw new Error(`netc bug: ${when} the graph is unsound:\n${problems.join("\n")}`);
  };
  check(graph, "before the first pass");
  let current = graph;
  for (const pass of passes) {
    if (training && pass.stage === "inference") continue;
    current = pass.run(current, facts);
    check(current, `after ${pass.name}`);
  }
  return current;
}
