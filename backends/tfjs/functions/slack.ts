/**
 * How much more than it must a function may hold for a moment without the most that the program ever holds growing. Counted along the order in which the
 * program computes, with the free sizes at 1: the largest set of live values of the whole, less the largest while a line or a call of the function runs, for
 * the worst of its instances. So little is put off where the program holds most, and much where it holds little.
 */
import type { Node } from "../../../compiler/ir/graph.ts";
import { lastUses } from "../../../compiler/lifetimes.ts";
import { isUnmasked } from "../graph/masks.ts";
import { bytesOf } from "./bytes.ts";
import type { Plan } from "./plan.ts";
import { isRegion, type Region } from "./regions.ts";
import { isUnder, relative } from "./paths.ts";

/** The functions that instances of a block share, if their texts agree. */
export const slackKey = ({ block, phase, items }: Region): string => `${phase} ${block} ${items.length}`;

/** How many functions call each other at most, that of a region included. */
export const nestingOf = ({ children }: Region): number => 1 + Math.max(0, ...children.map(nestingOf));

/** In bytes, for each line and call of the functions. */
export type Slack = ReadonlyMap<string, readonly number[]>;

/** What of two graphs is less. */
export const lessSlack = (a: Slack, b: Slack): Slack => new Map([...a, ...[...b].map(([key, own]) => [key, a.has(key) ? own.map((bytes, at) => Math.min(bytes, a.get(key)![at])) : own] as const)]);

/** `root`: the region of a whole graph. */
export function slackOf(plan: Plan, root: Region): Slack {
  const { held, bounds } = heldOf(plan, root);
  const most = Math.max(0, ...held);
  return [...bounds].reduce<Slack>((slack, [region, own]) => lessSlack(slack, new Map([[slackKey(region), region.items.map((_, at) => most - Math.max(0, ...held.slice(own[at], own[at + 1])))]])), new Map());
}

/** The most bytes of values alive at once, with the free sizes at 1. */
export const mostHeld = (plan: Plan, root: Region): number => Math.max(0, ...heldOf(plan, root).held);

/** Bytes alive while each value is made, in the order in which the program makes them; and where in it the items of each region begin and the last ends. */
function heldOf(plan: Plan, root: Region): { readonly held: readonly number[]; readonly bounds: ReadonlyMap<Region, readonly number[]> } {
  const order: Node[] = [];
  const bounds = new Map<Region, readonly number[]>();
  const walk = (region: Region): void => {
    const starts = region.items.map((item) => {
      const from = order.length;
      if (isRegion(item)) walk(item);
      else order.push(item);
      return from;
    });
    bounds.set(region, [...starts, order.length]);
  };
  walk(root);
  // A reshape has no data of its own: what it is of lives as long as it does.
  const dataOf = (node: Node): Node => {
    const of = node.operator === "reshape" ? node.inputs[0] : isUnmasked(node) ? node.inputs[1] : undefined;
    return of && plan.placeOf.has(plan.behind(of)) ? dataOf(plan.behind(of)) : node;
  };
  const last = lastUses(order, (node) => [...plan.reads(node).map(dataOf), node], plan.roots.map((node) => dataOf(plan.behind(node))));
  const change = new Float64Array(order.length + 2);
  order.forEach((node, at) => {
    if (dataOf(node) !== node) return;
    const bytes = bytesOf(node.type.shape);
    change[at] += bytes;
    change[last.get(node)! + 1] -= bytes;
  });
  let live = 0;
  return { held: order.map((_, at) => (live += change[at])), bounds };
}

/**
 * Bytes of values, each as in the largest instance of its block: so all instances decide alike what may wait and what is written in one line, and are one
 * function.
 */
export function bytesByBlocks(roots: readonly Region[]): (node: Node) => number | undefined {
  const keys = new Map<Node, string>();
  const most = new Map<string, number>();
  const walk = (region: Region): void => {
    const counts = new Map<string, number>();
    for (const item of region.items) {
      if (isRegion(item)) {
        walk(item);
        continue;
      }
      const name = `${region.phase} ${region.block} ${isUnder(item.path, region.path) ? relative(item.path, region.path) : ""} ${item.operator}`;
      counts.set(name, (counts.get(name) ?? 0) + 1);
      const key = region.parent ? `${name} ${counts.get(name)}` : `${item.id}`;
      keys.set(item, key);
      most.set(key, Math.max(most.get(key) ?? 0, bytesOf(item.type.shape)));
    }
  };
  roots.forEach(walk);
  return (node) => most.get(keys.get(node) ?? "");
}
