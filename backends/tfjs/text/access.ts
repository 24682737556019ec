/** How a function reaches what it does not make: results of its calls, weights, what was saved, parameters; and what it must therefore be given. */
import type { Node, NodeOf } from "../../../compiler/ir/graph.ts";
import { earlier, type Earlier } from "../functions/flow.ts";
import { keyHole } from "./holes.ts";
import { isAbsentIn } from "../graph/masks.ts";
import { camelCase, member, nameOfGiven } from "./names.ts";
import type { Region } from "../functions/regions.ts";
import { isUnder, relative, weightAccess } from "../functions/paths.ts";
import type { Writing } from "./writing.ts";

/** What a function calls the results of the phases before its own. */
const partnerNames: { readonly [Each in Earlier]: string } = { forward: "saved", again: "again" };

/** Names of parameters. */
export const parameterNames: readonly string[] = ["inputs", "weights", "tables", "step", "seed", ...Object.values(partnerNames)];

export interface Partner {
  readonly phase: Earlier;
  readonly partner: Region;
  readonly name: string;
}

export interface Access {
  readonly reach: (node: Node) => string;
  /** The results of the region of an earlier phase of a block that is called. */
  readonly recordFor: (item: Region, phase: Earlier) => string;
  readonly weights: (path: string) => string;
  /** The random numbers of a part of the model, or those of a key. */
  readonly stream: (path: string) => string;
  /** How a call reads a value that the function is given under several names. */
  readonly alias: (item: Region, node: Node) => string | undefined;
  /** Values that were reached as parameters, with their names, and what else was. */
  readonly given: readonly (readonly [Node, string])[];
  readonly uses: { readonly weights: boolean; readonly step: boolean; readonly tables: boolean; readonly stream: boolean };
  /** Weights that were reached, by their texts. */
  readonly reached: ReadonlyMap<string, Node>;
  readonly partners: readonly Partner[];
  readonly usedPartners: () => readonly Partner[];
}

type Source = NodeOf<"input"> | NodeOf<"parameter"> | NodeOf<"state">;

export function createAccess({ graph, plan, flow, records, localNames, tableName, library }: Writing, region: Region, unique: (wanted: string) => string): Access {
  const isRoot = region.parent === undefined;
  const partners = earlier.flatMap((phase): readonly Partner[] => {
    const partner = flow.partner(region, phase);
    // What is computed again and is one tensor is what the block gives.
    return partner ? [{ phase, partner, name: phase === "again" && records.isPlain(partner) ? unique("y") : partnerNames[phase] }] : [];
  });
  const given: (readonly [Node, string])[] = [];
  const aliases = new Map<string, string>();
  const uses = { weights: false, step: false, tables: false, stream: false };
  const used = new Set<Earlier>();
  const reached = new Map<string, Node>();
  const giveName = nameOfGiven(region, flow.reads(region), graph.calls, plan.isGiven, unique);
  const weights = (path: string): string => ((uses.weights = true), `weights${weightAccess(path, region.path)}`);

  function stream(path: string): string {
    if (isRoot) return (uses.step = true), `{ path: ${JSON.stringify(path)}, step }`;
    uses.stream = true;
    if (!isUnder(path, region.path)) return `{ ...seed, path: ${keyHole(path)} }`;
    library.add("within");
    const [, name, index] = /^(.*?)(?:\.(\d+))?$/.exec(relative(path, region.path))!;
    return `within(seed, ${JSON.stringify(name)}${index === undefined ? "" : `, ${index}`})`;
  }

  function outside(node: Node): string {
    if (isAbsentIn(node, isRoot ? undefined : region.block)) return "undefined";
    if (isRoot && node.operator === "input") return `inputs${member(node.attributes.name)}`;
    if (isRoot) return (uses.tables = true), `tables.${tableName(node as NodeOf<"constant">)}`;
    const saved = partners.find(({ partner }) => partner.nodes.has(node));
    if (saved) return used.add(saved.phase), `${saved.name}${records.within(saved.partner, node)}`;
    const known = given.find(([each]) => each === node)?.[1];
    if (known !== undefined) return known;
    const own = giveName(node);
    given.push([node, own]);
    return own;
  }

  function alias(item: Region, node: Node): string | undefined {
    const name = isRoot || region.nodes.has(node) || partners.some(({ partner }) => partner.nodes.has(node)) ? undefined : plan.aliases.nameFor(region.path, node, item.path);
    if (name === undefined) return undefined;
    const own = aliases.get(name) ?? unique(camelCase(name));
    if (!aliases.has(name)) given.push([node, own]);
    aliases.set(name, own);
    return own;
  }

  return {
    alias, given, uses, reached, partners, weights, stream,
    usedPartners: () => partners.filter(({ phase }) => used.has(phase)),
    reach(node) {
      const child = region.children.find((each) => each.nodes.has(node));
      if (child) return `${localNames.get(child)}${records.within(child, node)}`;
      if (region.nodes.has(node)) throw new Error(`netc bug: ${node.operator} at ${node.path} is read before it is made`);
      const source = node as Source;
      const isWeight = (source.operator === "parameter" || source.operator === "state") && isUnder(source.attributes.path, region.path);
      if (!isWeight) return outside(node);
      const text = weights(source.attributes.path);
      reached.set(text, node);
      return text;
    },
    recordFor(item, phase) {
      const inner = flow.partner(item, phase)!;
      if (region.children.includes(inner)) return localNames.get(inner)!;
      const { name, partner } = partners.find((each) => each.phase === phase)!;
      used.add(phase);
      return `${name}${records.recordWithin(partner, inner)}`;
    },
  };
}
