/**
 * The block in which each value stands. Its path says it, but for three things: arguments of a call have the path of the call and stand outside; the sum of
 * the slopes that come back from several readers stands where these meet, so that a gradient function is given one slope; and so does the sum of what
 * several applications of one layer say to its weights.
 */
import type { Graph, Node } from "../../../compiler/ir/graph.ts";
import { phaseOf } from "./phase.ts";
import type { Plan } from "./plan.ts";

/** The paths of the blocks around a value, outermost first. */
export type Around = (node: Node) => readonly string[];

/** The blocks that are functions, by path: all that the source calls, as far as that is known. */
export const blocksOf = ({ blocks, calls }: Graph): ReadonlyMap<string, string> => new Map([...(blocks ?? []), ...[...(calls ?? [])].map(([path, { block }]) => [path, block] as const)]);

/** By path and callers alone. */
export function aroundOf({ calls }: Graph, blocks: ReadonlyMap<string, string>): Around {
  const chains = new Map<string, readonly string[]>();

  function blocksAround(path: string): readonly string[] {
    let own = chains.get(path);
    if (own === undefined) {
      const outer = path === "" ? [] : blocksAround(path.slice(0, Math.max(0, path.lastIndexOf("."))));
      chains.set(path, (own = blocks.has(path) ? [...outer, path] : outer));
    }
    return own;
  }

  /** What a block makes has the call of it among its callers; arguments of the call have not. */
  function isMadeIn(path: string, { location: { callers } }: Node): boolean {
    const call = calls?.get(path);
    if (!call) return true;
    const span = callers[callers.length - call.depth];
    return span !== undefined && call.spans.some(({ file, start, end }) => file.name === span.file.name && start === span.start && end === span.end);
  }

  return (node) => {
    const around = blocksAround(node.path);
    const outside = around.findIndex((path) => !isMadeIn(path, node));
    return outside < 0 ? around : around.slice(0, outside);
  };
}

/** `blocks`: those that are functions, by path. */
export function placesOf(plan: Plan, blocks: ReadonlyMap<string, string>): Around {
  const own = aroundOf(plan.graph, blocks);
  const known = new Map<Node, readonly string[]>();
  const weights = new Set([...plan.graph.parameters, ...plan.graph.states].map(({ path }) => path));

  const users = new Map<Node, Node[]>();
  for (const node of plan.made) for (const read of plan.reads(node)) users.set(read, [...(users.get(read) ?? []), node]);
  for (const node of plan.made) known.set(node, node.operator === "add" && phaseOf(node) === "backward" ? meeting(node) : own(node));

  /** Where the slopes meet that a node adds: out of blocks from which none of them comes, and into the block from which all of them come. */
  function meeting(node: Node): readonly string[] {
    const reads = plan.reads(node);
    let around = own(node);
    if (reads.length < 2 || !reads.every((read) => !plan.isGiven(read) && phaseOf(read) === "backward")) return around;
    const places = reads.map((read) => known.get(read)!);
    const isInside = (place: readonly string[]): boolean => place[around.length - 1] === around[around.length - 1];
    // Slopes that the block has nothing to do with but that they come back to a value which it reads too are added outside.
    const isReadInside = (value: Node): boolean => (users.get(value) ?? []).some((user) => user !== node && own(user)[around.length - 1] === around[around.length - 1]);
    const isOfOthers = (): boolean => !isReadInside(node) && reads.some((_, at) => !isInside(places[at])) && reads.every((read, at) => isInside(places[at]) || !isReadInside(read));
    while (around.length > 0 && (weights.has(node.path) ? !places.every(isInside) : !places.some(isInside) || isOfOthers())) around = around.slice(0, -1);
    const inside = places[0].filter((path, depth) => places.every((place) => place[depth] === path));
    const common = inside.slice(0, inside.findIndex((path) => plan.aliases.isGivenTwice(path, node.path)) >>> 0);
    return common.length > around.length ? common : around;
  }
  return (node) => known.get(node) ?? own(node);
}
