/** Weights as objects in objects, by the names of the source: `weights.vision.layer[3].norm_1.scale`. Each block has a type that names its weights. */
import type { Graph } from "../../compiler/ir/graph.ts";
import { camelCase } from "./names.ts";

export interface WeightTypes {
  /** The name of the type of the weights under a path. */
  readonly nameOf: (path: string) => string;
  /** The types that were named, each after those that it names. */
  readonly declarations: () => readonly string[];
}

interface Tree {
  readonly [name: string]: Tree | "tensor";
}

/** `.q`, `[3]`, `["my-name"]` for each part of a path under another. */
export function weightAccess(path: string, under: string): string {
  const relative = under === "" ? path : path.slice(under.length + 1);
  return relative === "" ? "" : relative.split(".").map((part) => (/^\d+$/.test(part) ? `[${part}]` : /^[A-Za-z_$][\w$]*$/.test(part) ? `.${part}` : `[${JSON.stringify(part)}]`)).join("");
}

export function createWeightTypes(graph: Graph): WeightTypes {
  const root: Record<string, unknown> = {};
  for (const { attributes: { path } } of [...graph.parameters, ...graph.states]) {
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
    if (tree === "tensor") return "tf.Tensor";
    if (path === "" || graph.blocks?.has(path)) return nameOf(path);
    const keys = Object.keys(tree);
    const types = keys.map((key) => typeOf(`${path}.${key}`, tree[key]));
    // A family: one type for all of its numbers.
    if (keys.every((key) => /^\d+$/.test(key)) && new Set(types).size === 1) return `Readonly<Record<number, ${types[0]}>>`;
    return `{ ${keys.map((key, i) => `readonly ${fieldName(key)}: ${types[i]}`).join("; ")} }`;
  }

  function nameOf(path: string): string {
    const known = named.get(path);
    if (known !== undefined) return known;
    const tree = treeAt(path);
    const fields = Object.keys(tree).map((key) => `  readonly ${fieldName(key)}: ${typeOf(path === "" ? key : `${path}.${key}`, tree[key])};`);
    const block = path === "" ? graph.name : graph.blocks!.get(path)!;
    const body = fields.join("\n");
    const wanted = `${upperCamelCase(block)}Weights`;
    let name = wanted;
    for (let number = 2; used.has(name) && texts.get(name) !== body; number++) name = `${wanted}${number}`;
    used.add(name);
    texts.set(name, body);
    named.set(path, name);
    return name;
  }

  return { nameOf, declarations: () => [...texts].map(([name, body]) => `export interface ${name} {\n${body}\n}`) };
}

const fieldName = (key: string): string => (/^([A-Za-z_$][\w$]*|\d+)$/.test(key) ? key : JSON.stringify(key));

const upperCamelCase = (name: string): string => {
  const text = camelCase(name);
  return text[0].toUpperCase() + text.slice(1);
};
