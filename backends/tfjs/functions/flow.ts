/** Where values go: what a region reads from outside, what of it is read outside, and which region disposes a value: the one in which it is read last. */
import type { Graph, Node } from "../../../compiler/ir/graph.ts";
import { phases, type Phase } from "./phase.ts";
import type { Plan } from "./plan.ts";
import { isRegion, type Region } from "./regions.ts";

/** The phases before the last, whose results a region of the same block is given as one. */
export type Earlier = Exclude<Phase, "backward">;
export const earlier: readonly Earlier[] = ["forward", "again"];

export interface Flow {
  /** What a region makes and gives, in the order in which it is made. */
  readonly results: (region: Region) => readonly Node[];
  /** What of it is read outside or is a result of the whole. */
  readonly needed: (region: Region) => ReadonlySet<Node>;
  /** What it reads and does not make. */
  readonly reads: (region: Region) => ReadonlySet<Node>;
  /** The region of the same block in an earlier phase. */
  readonly partner: (region: Region, phase: Phase) => Region | undefined;
  /** Nobody disposes what is given and the results of the whole. */
  readonly users: (node: Node) => readonly Node[];
  readonly disposer: (node: Node) => Region | undefined;
  /** Lets a region give more than what is read: what another graph's function for the same block gives. */
  readonly extend: (region: Region, results: ReadonlySet<Node> | undefined) => void;
}

export function flowOf(plan: Plan, root: Region): Flow {
  const users = new Map<Node, Node[]>();
  for (const node of plan.made) {
    for (const read of plan.reads(node)) {
      if (!users.has(read)) users.set(read, []);
      users.get(read)!.push(node);
    }
  }
  const roots = new Set(plan.roots.map((node) => plan.behind(node)));
  const found = new Map<Region, ReadonlySet<Node>>();
  const taken = new Map<Region, ReadonlySet<Node>>();
  const extended = new Map<Region, ReadonlySet<Node>>();
  const given = new Map<Region, readonly Node[]>();
  const disposers = new Map<Node, Region>();
  const innermost = new Map<Node, Region>();
  const enter = (region: Region): void => region.items.forEach((item) => (isRegion(item) ? enter(item) : innermost.set(item, region)));
  enter(root);

  function needed(region: Region): ReadonlySet<Node> {
    let own = found.get(region);
    if (own === undefined) {
      const isNeeded = (node: Node): boolean => roots.has(node) || (users.get(node) ?? []).some((user) => !region.nodes.has(user));
      found.set(region, (own = new Set([...region.nodes].filter(isNeeded))));
    }
    return own;
  }

  const isResult = (region: Region, node: Node): boolean => needed(region).has(node) || (extended.get(region)?.has(node) ?? false);

  function reads(region: Region): ReadonlySet<Node> {
    let own = taken.get(region);
    if (own === undefined) taken.set(region, (own = new Set([...region.nodes].flatMap((node) => plan.reads(node).filter((read) => !region.nodes.has(read))))));
    return own;
  }

  function partner(region: Region, phase: Phase): Region | undefined {
    if (region.part > 0 || !region.parent || phases.indexOf(phase) >= phases.indexOf(region.phase)) return undefined;
    const { parent } = region;
    const within = (outer: Region | undefined): Region | undefined => outer?.children.find((each) => each.path === region.path && each.phase === phase && each.part === 0);
    return within(parent) ?? (parent.parent && within(partner(parent, phase)));
  }

  /** Whether a region is given a value in the results of an earlier phase, which it then disposes if it is the last to read it. */
  const isGivenSaved = (region: Region, node: Node): boolean => earlier.some((phase) => partner(region, phase)?.nodes.has(node));

  function disposer(node: Node): Region | undefined {
    if (plan.isGiven(node) || roots.has(node)) return undefined;
    let own = disposers.get(node);
    if (own !== undefined) return own;
    own = innermost.get(node)!;
    while (own.parent && isResult(own, node)) own = own.parent;
    for (;;) {
      const last: Node | Region | undefined = own.items.findLast((item) => (isRegion(item) ? reads(item).has(node) : plan.reads(item).includes(node)));
      if (!last || !isRegion(last) || !isGivenSaved(last, node)) break;
      own = last;
    }
    disposers.set(node, own);
    return own;
  }

  return {
    needed, reads, partner, disposer,
    users: (node) => users.get(node) ?? [],
    results(region) {
      let own = given.get(region);
      if (own === undefined) given.set(region, (own = [...region.nodes].filter((node) => isResult(region, node))));
      return own;
    },
    extend(region, results) {
      if (results) extended.set(region, results);
      else extended.delete(region);
      disposers.clear();
      given.delete(region);
    },
  };
}

/** A result of the whole that has its place among the weights: a gradient, or the next value of a state. */
export interface Leaf {
  readonly tree: "weights" | "states";
  readonly path: string;
  readonly node: Node;
}

const gradientPrefix = "gradient/";

export function leavesOf(graph: Graph): readonly Leaf[] {
  const weights = new Set(graph.parameters.map(({ attributes }) => attributes.path));
  const gradients = graph.outputs.filter(({ name }) => name.startsWith(gradientPrefix) && weights.has(name.slice(gradientPrefix.length)));
  return [
    ...gradients.map(({ name, node }): Leaf => ({ tree: "weights", path: name.slice(gradientPrefix.length), node })),
    ...graph.updates.map(({ name, node }): Leaf => ({ tree: "states", path: name, node })),
  ];
}

/** Whether a graph gives gradients. */
export const trains = (graph: Graph): boolean => leavesOf(graph).some(({ tree }) => tree === "weights");

/** Results of the whole that are no leaves. */
export function plainOutputs(graph: Graph): Graph["outputs"] {
  const leaves = new Set(leavesOf(graph).map(({ path }) => `${gradientPrefix}${path}`));
  return graph.outputs.filter(({ name }) => !leaves.has(name));
}
