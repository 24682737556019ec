/**
 * What a function returns: one tensor, or a record. In it stand the values that are read outside, under their names; the records of calls under theirs;
 * and, nested like the weights, the gradients of the block's weights and the next values of its states.
 */
import type { Graph, Node } from "../../../compiler/ir/graph.ts";
import type { Body } from "./body.ts";
import { leavesOf, type Flow, type Leaf } from "../functions/flow.ts";
import type { Plan } from "../functions/plan.ts";
import type { Region } from "../functions/regions.ts";
import { fieldName, isUnder, weightAccess } from "../functions/paths.ts";

export interface Records {
  /** Results that are no leaves of a tree. */
  readonly fields: (region: Region) => readonly Node[];
  /** Whether a region gives its one result as it is. */
  readonly isPlain: (region: Region) => boolean;
  /** Regions of which the function that calls them keeps one tensor alone; those that write functions add to it. */
  readonly picked: Set<Region>;
  /** Whether the result of a call is a tensor where it stands. */
  readonly isTensor: (region: Region) => boolean;
  /** The names of the slopes that a gradient function gives. */
  readonly slopeName: (region: Region, slope: Node) => string | undefined;
  readonly nameSlopes: (region: Region, names: ReadonlyMap<Node, string>) => void;
  /** What follows the text of a region's result to reach a value in it. */
  readonly within: (region: Region, node: Node) => string;
  /** The same for the result of a region inside. */
  readonly recordWithin: (region: Region, inner: Region) => string;
  /** The trees of a region as fields of a record. */
  readonly trees: (region: Region, body: Body) => readonly string[];
  /** The path of the weight of which a value is the gradient. */
  readonly weightOf: (node: Node) => string | undefined;
  readonly hasLeaves: (region: Region) => boolean;
}

/** `localNames`: what values and results of calls are called in the function in which they are made. */
export function createRecords(graph: Graph, plan: Plan, flow: Flow, localNames: ReadonlyMap<Node | Region, string>, library: (name: "weightsOf" | "statesOf") => string): Records {
  const leaves = leavesOf(graph).map((leaf) => ({ ...leaf, node: plan.behind(leaf.node) }));
  const known = new Map<Region, readonly Leaf[]>();
  const fieldsOf = new WeakMap<readonly Node[], readonly Node[]>();
  const isOwnLeaf = (region: Region, leaf: Leaf): boolean => region.nodes.has(leaf.node) && isUnder(leaf.path, region.path);

  function leavesIn(region: Region): readonly Leaf[] {
    let own = known.get(region);
    if (own === undefined) known.set(region, (own = region.parent ? leaves.filter((leaf) => isOwnLeaf(region, leaf)) : leaves));
    return own;
  }

  function fields(region: Region): readonly Node[] {
    const results = flow.results(region);
    let own = fieldsOf.get(results);
    if (own === undefined) {
      const inTrees = new Set(leavesIn(region).map(({ node }) => node));
      fieldsOf.set(results, (own = results.filter((node) => !inTrees.has(node))));
    }
    return own;
  }

  const isPlain = (region: Region): boolean => fields(region).length === 1 && leavesIn(region).length === 0;
  const picked = new Set<Region>();
  const isTensor = (region: Region): boolean => isPlain(region) || picked.has(region);
  const slopeNames = new Map<Region, ReadonlyMap<Node, string>>();
  const childOf = (region: Region, node: Node): Region | undefined => region.children.find((each) => each.nodes.has(node));

  function within(region: Region, node: Node): string {
    if (isPlain(region)) return "";
    const leaf = leavesIn(region).find((each) => each.node === node);
    if (leaf) return `.${leaf.tree}${weightAccess(leaf.path, region.path)}`;
    if (region.phase === "backward") return `.${slopeNames.get(region)!.get(node)}`;
    const child = childOf(region, node);
    return child ? `.${localNames.get(child)}${isTensor(child) ? "" : within(child, node)}` : `.${localNames.get(node)}`;
  }

  function recordWithin(region: Region, inner: Region): string {
    if (region === inner || isPlain(region)) return "";
    const child = region.children.find((each) => each === inner || isInside(inner, each))!;
    return `.${localNames.get(child)}${recordWithin(child, inner)}`;
  }

  /** A tensor that has its place in two trees is a tensor of its own in the second; so is one that the function of the whole is given. */
  function leafText(region: Region, leaf: Leaf, body: Body): string {
    const same = leaves.filter(({ node }) => node === leaf.node);
    const homes = same.map((each) => depthOf(homeOf(region, each)));
    const first = same[homes.indexOf(Math.max(...homes))];
    const text = body.kept(leaf.node);
    return first.path === leaf.path && first.tree === leaf.tree && !plan.isGiven(leaf.node) ? text : `tf.clone(${text})`;
  }

  /** The innermost region that holds a leaf. */
  function homeOf(region: Region, leaf: Leaf): Region {
    const child = region.children.find((each) => isOwnLeaf(each, leaf));
    return child ? homeOf(child, leaf) : region;
  }

  function treeText(region: Region, under: readonly Leaf[], path: string, body: Body): string {
    const child = region.children.find((each) => under.every((leaf) => isOwnLeaf(each, leaf)) && (each.path === path || isUnder(path, each.path)));
    if (child) return `${localNames.get(child)}.${under[0].tree}${weightAccess(path, child.path)}`;
    if (under.length === 1 && under[0].path === path) return leafText(region, under[0], body);
    const parts = new Map<string, Leaf[]>();
    for (const leaf of under) {
      const [part] = leaf.path.slice(path === "" ? 0 : path.length + 1).split(".");
      parts.set(part, [...(parts.get(part) ?? []), leaf]);
    }
    const entries = [...parts].map(([part, own]): readonly [string, string] => [fieldName(part), treeText(region, own, path === "" ? part : `${path}.${part}`, body)]);
    return recordText(entries, under[0].tree);
  }

  /** The trees of several calls are gathered by the library. */
  function recordText(entries: readonly (readonly [name: string, text: string])[], tree: Leaf["tree"]): string {
    const field = ([name, text]: readonly [string, string]): string => (name === text ? name : `${name}: ${text}`);
    const end = `.${tree}`;
    const isWhole = (text: string): boolean => new RegExp(`^\\w+\\${end}$`).test(text);
    const whole = entries.filter(([, text]) => isWhole(text));
    if (whole.length < 2) return `{ ${entries.map(field).join(", ")} }`;
    const others = entries.filter(([, text]) => !isWhole(text));
    const gathered = `${library(`${tree}Of`)}({ ${whole.map(([name, text]) => field([name, text.slice(0, -end.length)])).join(", ")} })`;
    return others.length === 0 ? gathered : `{ ...${gathered}, ${others.map(field).join(", ")} }`;
  }

  return {
    fields, isPlain, picked, isTensor, within, recordWithin,
    slopeName: (region, slope) => slopeNames.get(region)?.get(slope),
    nameSlopes: (region, names) => void slopeNames.set(region, names),
    weightOf: (node) => leaves.find((leaf) => leaf.tree === "weights" && leaf.node === node)?.path,
    hasLeaves: (region) => leavesIn(region).length > 0,
    trees: (region, body) =>
      (["weights", "states"] as const).flatMap((tree) => {
        const own = leavesIn(region).filter((leaf) => leaf.tree === tree);
        return own.length === 0 ? [] : [`${region.parent ? tree : tree === "weights" ? "gradients" : "states"}: ${treeText(region, own, region.path, body)}`];
      }),
  };
}

const depthOf = (region: Region): number => (region.parent ? 1 + depthOf(region.parent) : 0);
const isInside = (inner: Region, outer: Region): boolean => inner.parent !== undefined && (inner.parent === outer || isInside(inner.parent, outer));
