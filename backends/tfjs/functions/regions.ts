/**
 * Which lines stand in one function: those of a block of the source, its instance by its path, its phases apart (homes.ts). The functions of the blocks
 * inside are called. A call must be possible: no value may go out of a block and come back into it. Where sharing or a layer that is applied again makes
 * it so, the block is cut into parts, by how often a path has crossed from one block to another; parts always follow each other.
 */
import type { Node } from "../../../compiler/ir/graph.ts";
import { homesOf } from "./homes.ts";
import type { Phase } from "./phase.ts";
import { blocksOf } from "./places.ts";
import type { Plan } from "./plan.ts";

export interface Region {
  /** Path and phase, and the part if it was cut. */
  readonly key: string;
  readonly path: string;
  readonly block: string;
  readonly phase: Phase;
  /** 0 for the first or only part. */
  readonly part: number;
  readonly parent?: Region;
  readonly children: readonly Region[];
  /** What it makes itself and what it calls, in an order in which it can be done. */
  readonly items: readonly (Node | Region)[];
  /** All that is made in it, also by calls. */
  readonly nodes: ReadonlySet<Node>;
}

export const isRegion = (item: Node | Region): item is Region => "items" in item;

/** Blocks with fewer lines are no function of their own, */
const fewestLines = 2;
/** unless they stand in the model as often as this. */
const often = 3;

/** The region of the whole graph. Without `blocks`, it has no others. */
export function regionsOf(plan: Plan, blocks: ReadonlyMap<string, string> = blocksOf(plan.graph)): Region {
  const homes = homesOf(plan, blocks);
  const counts = new Map<string, number>();
  for (const block of blocks.values()) counts.set(block, (counts.get(block) ?? 0) + 1);
  const isOften = (name: string): boolean => counts.get(blocks.get(name.split(" ")[1])!)! >= often;

  function region(key: Omit<Region, "children" | "items" | "nodes">, made: readonly Node[], depth: number): Region {
    const inside = new Set(made);
    const nameOf = (node: Node): string | undefined => {
      const home = homes(node)[depth];
      return home && `${home.phase} ${home.path}`;
    };
    const groups = grouped(plan, made, inside, nameOf, isOften);
    const children: Region[] = [];
    const own: Region = { ...key, children, items: [], nodes: inside };
    const items = groups.map((group) => {
      if (!("name" in group)) return group;
      const [phase, path] = group.name.split(" ") as [Phase, string];
      const child = region({ key: `${group.name} ${group.part}`, path, block: blocks.get(path)!, phase, part: group.part, parent: own }, group.nodes, depth + 1);
      children.push(child);
      return child;
    });
    return Object.assign(own, { items });
  }

  return region({ key: "", path: "", block: plan.graph.name, phase: "forward", part: 0 }, plan.made, 0);
}

interface Group {
  readonly name: string;
  readonly part: number;
  readonly nodes: readonly Node[];
}

/** Nodes gathered by name, those without one alone, in an order in which they can be done. */
function grouped(plan: Plan, made: readonly Node[], inside: ReadonlySet<Node>, nameOf: (node: Node) => string | undefined, isOften: (name: string) => boolean): readonly (Node | Group)[] {
  const names = new Map<Node, string | undefined>(made.map((node) => [node, nameOf(node)]));
  const parts = new Map<Node, number>();
  const dissolve = (): void => {
    const counts = new Map<string, number>();
    const full = (node: Node): string => `${names.get(node)} ${parts.get(node) ?? 0}`;
    for (const node of made) counts.set(full(node), (counts.get(full(node)) ?? 0) + 1);
    const isLittle = (node: Node): boolean => counts.get(full(node))! < (parts.size === 0 && isOften(names.get(node)!) ? 1 : fewestLines);
    for (const node of made) if (names.get(node) !== undefined && isLittle(node)) names.set(node, undefined);
  };
  dissolve();
  for (const node of appliedOften(plan, made, inside, names)) names.set(node, undefined);
  const keyOf = (node: Node): Node | string => (names.get(node) === undefined ? node : `${names.get(node)} ${parts.get(node) ?? 0}`);
  const readsInside = (node: Node): readonly Node[] => plan.reads(node).filter((read) => inside.has(read));
  for (const circle of circles(made, keyOf, readsInside)) {
    const within = new Set(circle);
    // How often a path inside the circle has crossed from one group to another.
    const crossings = new Map<Node, number>();
    for (const node of circle) crossings.set(node, Math.max(0, ...readsInside(node).filter((read) => within.has(read)).map((read) => crossings.get(read)! + (keyOf(read) === keyOf(node) ? 0 : 1))));
    for (const [node, crossed] of crossings) parts.set(node, crossed);
  }
  if (parts.size > 0) dissolve();
  const members = new Map<Node | string, Node[]>();
  for (const node of made) {
    const key = keyOf(node);
    if (!members.has(key)) members.set(key, []);
    members.get(key)!.push(node);
  }
  const order = inOrder(made, keyOf, readsInside);
  const seen = new Map<string, number>();
  return order.map((key) => {
    if (typeof key !== "string") return key;
    const name = nameIn(key);
    const part = seen.get(name) ?? 0;
    seen.set(name, part + 1);
    return { name, part, nodes: members.get(key)! };
  });
}

/** As often as this, a layer is not called but written where it is applied: its lines there are a loop. */
const manyApplications = 3;

/** The values of layers that are applied so often, each time to something else, that their applications have nothing to do with each other. */
function appliedOften(plan: Plan, made: readonly Node[], inside: ReadonlySet<Node>, names: ReadonlyMap<Node, string | undefined>): readonly Node[] {
  const groups = new Map<string, Node[]>();
  for (const node of made) {
    const name = names.get(node);
    if (name !== undefined) groups.set(name, [...(groups.get(name) ?? []), node]);
  }
  return [...groups.values()].filter((group) => {
    const own = new Set(group.filter(({ operator, path }) => operator !== "add" || !plan.graph.parameters.some((parameter) => parameter.path === path)));
    const parts = connected([...own], (node) => plan.reads(node).filter((read) => (own.has(read) || inside.has(read)) && !plan.isGiven(read)));
    const kinds = new Set(parts.map((part) => part.map(({ operator }) => operator).join()));
    return parts.length >= manyApplications && kinds.size === 1;
  }).flat();
}

/** Nodes in parts that have no read in common. */
function connected(nodes: readonly Node[], readsOf: (node: Node) => readonly Node[]): readonly (readonly Node[])[] {
  const leaders = new Map<Node, Node>();
  const leaderOf = (node: Node): Node => {
    let leader = node;
    while (leaders.has(leader)) leader = leaders.get(leader)!;
    return leader;
  };
  for (const node of nodes) {
    for (const read of readsOf(node)) {
      const [own, other] = [leaderOf(node), leaderOf(read)];
      if (own !== other) leaders.set(other, own);
    }
  }
  const parts = new Map<Node, Node[]>();
  for (const node of nodes) parts.set(leaderOf(node), [...(parts.get(leaderOf(node)) ?? []), node]);
  return [...parts.values()];
}

const nameIn = (key: string): string => key.slice(0, key.lastIndexOf(" "));

type Key = Node | string;

function edgesOf(made: readonly Node[], keyOf: (node: Node) => Key, reads: (node: Node) => readonly Node[]): ReadonlyMap<Key, ReadonlySet<Key>> {
  const before = new Map<Key, Set<Key>>();
  for (const node of made) {
    const key = keyOf(node);
    if (!before.has(key)) before.set(key, new Set());
    for (const read of reads(node)) if (keyOf(read) !== key) before.get(key)!.add(keyOf(read));
  }
  return before;
}

/** Keys after those that they read; as early as `made` has the first of their nodes. */
function inOrder(made: readonly Node[], keyOf: (node: Node) => Key, reads: (node: Node) => readonly Node[]): readonly Key[] {
  const before = edgesOf(made, keyOf, reads);
  const order: Key[] = [];
  const state = new Map<Key, "open" | "done">();
  for (const root of before.keys()) {
    const stack: Key[] = [root];
    while (stack.length > 0) {
      const key = stack[stack.length - 1];
      if (state.get(key) === undefined) {
        state.set(key, "open");
        for (const each of [...before.get(key)!].reverse()) if (state.get(each) === undefined) stack.push(each);
      } else {
        stack.pop();
        if (state.get(key) === "open") order.push(key);
        state.set(key, "done");
      }
    }
  }
  return order;
}

/** The nodes of keys that read each other in circles, a list for each circle, in the order of `made`. */
function circles(made: readonly Node[], keyOf: (node: Node) => Key, reads: (node: Node) => readonly Node[]): readonly (readonly Node[])[] {
  const before = edgesOf(made, keyOf, reads);
  const after = new Map<Key, Key[]>([...before.keys()].map((key) => [key, []]));
  for (const [key, sources] of before) for (const source of sources) after.get(source)!.push(key);
  // Kosaraju: in the reverse of the order in which a walk against the arrows leaves keys, a walk along them stays in one circle.
  const left = inOrder(made, keyOf, reads);
  const circleOf = new Map<Key, number>();
  let count = 0;
  for (const root of left.toReversed()) {
    if (circleOf.has(root)) continue;
    const stack = [root];
    circleOf.set(root, count);
    while (stack.length > 0) for (const next of after.get(stack.pop()!)!) if (!circleOf.has(next)) (circleOf.set(next, count), stack.push(next));
    count++;
  }
  const members = Array.from({ length: count }, (): Node[] => []);
  const keys = Array.from({ length: count }, () => new Set<Key>());
  for (const node of made) {
    members[circleOf.get(keyOf(node))!].push(node);
    keys[circleOf.get(keyOf(node))!].add(keyOf(node));
  }
  return members.filter((_, i) => keys[i].size > 1);
}
