/** Weights as objects in objects, by the names of the source: `weights.vision.layer[3].norm_1.scale`. Each block has a type that names its weights. */
import type { Graph } from "../../../compiler/ir/graph.ts";
import { camelCase } from "./names.ts";
import { fieldName } from "../functions/paths.ts";

export interface WeightTypes {
  /** The name of the type of the weights under a path. */
  readonly nameOf: (path: string) => string;
  /** The names of the types that were named, and the types, each after those that it names. */
  readonly names: () => readonly string[];
  readonly declarations: () => readonly string[];
}

interface Tree {
  readonly [name: string]: Tree | "tensor";
}

/** Of the weights of all graphs together. */
export function createWeightTypes(graphs: readonly Graph[]): WeightTypes {
  const root: Record<string, unknown> = {};
  const blocks = new Map(graphs.flatMap((graph) => [...(graph.blocks ?? [])]));
  for (const { attributes: { path } } of graphs.flatMap((graph) => [...graph.parameters, ...graph.states])) {
    const parts = path.split(".");
    let own = root;
    for (const part of parts.slice(0, -1)) own = (own[part] ??= {}) as Record<string, unknown>;
    own[parts[parts.length - 1]] = "tensor";
  }
  const named = new Map<string, string>();
  const texts = new Map<string, string>();
  const used = new Set<string>(["Weights"]);

  const treeAt = (path: string): Tree => (path === "" ? (root as Tree) : path.split(".").reduce<Tree>((tree, part) => tree[part] as Tree, root as Tree));

  function typeOf(path: string, tree: Tree | "tensor"): string {
    if (tree === "tensor") return "Tensor";
    if (path === "" || blocks.has(path)) return nameOf(path);
    const keys = Object.keys(tree);
    const types = keys.map((key) => typeOf(`${path}.${key}`, tree[key]));
    const fields = (wanted: (type: string) => boolean): string => `{ ${keys.flatMap((key, i) => (wanted(types[i]) ? [`${fieldName(key)}: ${types[i]}`] : [])).join("; ")} }`;
    if (!keys.every((key) => /^\d+$/.test(key))) return fields(() => true);
    // A family: the type that most of its members have is that of every number, since a loop counts through them.
    const common = mostFrequent(types);
    return `Record<number, ${common}>${types.every((type) => type === common) ? "" : ` & ${fields((type) => type !== common)}`}`;
  }

  function nameOf(path: string): string {
    const known = named.get(path);
    if (known !== undefined) return known;
    const tree = treeAt(path);
    const body = Object.keys(tree).map((key) => `${fieldName(key)}: ${typeOf(path === "" ? key : `${path}.${key}`, tree[key])}`).join("; ");
    const block = path === "" ? graphs[0].name : blocks.get(path)!;
    const wanted = `${upperCamelCase(block)}Weights`;
    let name = wanted;
    for (let number = 2; used.has(name) && texts.get(name) !== body; number++) name = `${wanted}${number}`;
    used.add(name);
    texts.set(name, body);
    named.set(path, name);
    return name;
  }

  return { nameOf, names: () => [...texts.keys()], declarations: () => [...texts].map(([name, body]) => `export type ${name} = { ${body} };`) };
}

/** The first of those that occur most often. */
function mostFrequent(texts: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].reduce((best, each) => (each[1] > best[1] ? each : best))[0];
}

const upperCamelCase = (name: string): string => {
  const text = camelCase(name);
  return text[0].toUpperCase() + text.slice(1);
};
