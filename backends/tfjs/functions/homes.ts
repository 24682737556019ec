/**
 * The functions around each value, outermost first. What the model computes and its way back stand in the functions of their blocks. What is computed once
 * more for the way back stands where it is needed: in the gradient function of the innermost block that has all its readers, so that it is made there, just
 * before, and gone behind it. Below that block it is in functions of its own.
 */
import type { Node } from "../../../compiler/ir/graph.ts";
import { phaseOf, type Phase } from "./phase.ts";
import { placesOf } from "./places.ts";
import type { Plan } from "./plan.ts";

export interface Home {
  readonly phase: Phase;
  /** Of the block. */
  readonly path: string;
}

/** `blocks`: those that are functions, by path. */
export function homesOf(plan: Plan, blocks: ReadonlyMap<string, string>): (node: Node) => readonly Home[] {
  const around = placesOf(plan, blocks);
  const users = new Map<Node, Node[]>();
  for (const node of plan.made) for (const read of plan.reads(node)) users.set(read, [...(users.get(read) ?? []), node]);
  const homes = new Map<Node, readonly Home[]>();
  // Readers come first in this order.
  for (const node of plan.made.toReversed()) {
    const phase = phaseOf(node);
    const own = around(node);
    const depth = phase === "again" ? Math.min(own.length, ...(users.get(node) ?? []).map((user) => commonGradients(own, homes.get(user)!))) : 0;
    homes.set(node, own.map((path, at): Home => ({ phase: at < depth ? "backward" : phase, path })));
  }
  return (node) => homes.get(node)!;
}

/** In how many gradient functions of the blocks around a value a reader stands. */
function commonGradients(around: readonly string[], reader: readonly Home[]): number {
  const end = reader.findIndex(({ phase, path }, at) => phase !== "backward" || path !== around[at]);
  return end < 0 ? reader.length : end;
}
