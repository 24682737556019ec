/**
 * The block in which each value stands. Its path says it, but for three things: arguments of a call have the path of the call and stand outside; the sum of
 * the slopes that come back from several readers stands where these meet, so that a gradient function is given one slope; and so does the sum of what
 * several applications of one layer say to its weights.
 */
import type { Graph, Node } from "../../compiler/ir/graph.ts";
import { phaseOf } from "./phase.ts";
import type { Plan } from "./plan.ts";

/** The paths of the blocks around a value, outermost first. */
export type Around = (node: Node) => readonly string[];

/** `blocks`: those that are functions, by path. */
export function placesOf(plan: Plan, { calls }: Graph, blocks: ReadonlyMap<string, string>): Around {
  const chains = new Map<string, readonly string[]>();
  const known = new Map<Node, readonly string[]>();
  const weights = new Set([...plan.graph.parameters, ...plan.graph.states].map(({ path }) => path));

  function blocksAround(path: string): readonly string[] {
    let own = chains.get(path);
    if (own === undefined) {
      const outer = path === "" ? [] : blocksAround(path.slice(0, Math.max(0, path.lastIndexOf("."))));
      chains.set(path, (own = blocks.has(path) ? [...outer, path] : outer));
    }
    return own;
  }

  /** A call has as many callers around it as it is deep; what has fewer is an argument. */
  const own = (node: Node): readonly string[] => blocksAround(node.path).filter((path) => (calls?.get(path)?.depth ?? 0) <= node.location.callers.length);

  for (const node of plan.made) {
    let around = own(node);
    if (node.operator === "add" && phaseOf(node) === "backward") {
      const reads = plan.reads(node).filter((read) => !plan.isGiven(read));
      const isInside = (read: Node, depth: number): boolean => phaseOf(read) === "backward" && known.get(read)![depth - 1] === around[depth - 1];
      const isMeeting = weights.has(node.path) ? (depth: number): boolean => !reads.every((read) => isInside(read, depth)) : (depth: number): boolean => !reads.some((read) => isInside(read, depth));
      while (around.length > 0 && isMeeting(around.length)) around = around.slice(0, -1);
    }
    known.set(node, around);
  }
  return (node) => known.get(node) ?? own(node);
}
