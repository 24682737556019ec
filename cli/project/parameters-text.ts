/**
 * parameters.ts of a project: the weights of a model as a person would list them. Rows become a tree by their paths; neighbours that are alike become one row
 * with braces; and what a block of weight-list.ts makes is written as that block. Each text has the weights that it stands for beside it, so what is written
 * is what the model has, number by number.
 */
import type { Initializer } from "../../compiler/ir/initializer.ts";
import type { TrainedModel } from "../../runtime/training/trained-model.ts";
import * as blocks from "../../runtime/parameters/weight-list.ts";
import type { Weight, WeightList } from "../../runtime/parameters/weight-list.ts";

/** A name with one weight, or with what is under it. */
interface Tree {
  readonly name: string;
  readonly weight?: Weight;
  readonly children: Tree[];
}

/** A text, and what it stands for. */
interface Written {
  readonly text: string;
  readonly list: WeightList;
}

type Weighted = Pick<TrainedModel, "parameters" | "states">;

/** What the head of the file says beside the model's name. */
export const aboutTraining = "with shapes and first values. Factors of rate and decay are in settings.ts, under groups";

const json = (value: unknown): string => JSON.stringify(value);
const isSame = (one: WeightList, other: WeightList): boolean => json(one.map(orderedWeight)) === json(other.map(orderedWeight));
const orderedWeight = ({ path, shape, init, kind }: Weight): readonly unknown[] => [path, shape, init, kind];

/** The text of the file. `title` names the model. */
export function parametersText(model: Weighted, title: string, about = aboutTraining): string {
  const written = writtenOf(model);
  const used = ["at", "batchNorm", "biased", "constant", "frozen", "norm", "normal", "state", "truncatedNormal", "uniform", "values", "weight"].filter((name) => written.some(({ text }) => new RegExp(`\\b${name}\\(`).test(text)));
  return `/** The weights of ${title} by their paths, ${about}. */
import { ${[...used, "type WeightList"].join(", ")} } from "./parameters/weight-list.ts";

export const weights: WeightList = [
${written.map(({ text }) => `${text},`).join("\n")}
].flat();
`;
}

/** Everything a model has. States stand in the blocks of their parameters where that keeps the order of both, else after them. */
export function writtenOf({ parameters, states }: Weighted): readonly Written[] {
  const own: WeightList = parameters.map(({ path, shape, init, isTrained }) => ({ path, shape, init, kind: isTrained ? "trained" : "frozen" }));
  const others: WeightList = states.map(({ path, shape, init }) => ({ path, shape, init, kind: "state" }));
  const together = treesOf(own);
  for (const state of others) insert(together, state);
  const isKept = isSame(leavesOf(together).filter(({ kind }) => kind === "state"), others);
  const trees = isKept ? together : [...treesOf(own), ...treesOf(others)];
  const written = blocksOf(trees, false);
  const list = written.flatMap((each) => each.list);
  if (!isSame(list.filter(({ kind }) => kind !== "state"), own) || !isSame(list.filter(({ kind }) => kind === "state"), others)) throw new Error("netc bug: parameters.ts would not have the weights of the model");
  return written;
}

/** Weights as trees, in their order: what has the same first name and stands together is one tree. */
function treesOf(list: WeightList): Tree[] {
  const roots: Tree[] = [];
  for (const own of list) {
    let level = roots;
    const names = own.path.split(".");
    for (const name of names.slice(0, -1)) {
      const last = level.at(-1);
      const tree = last?.name === name && !last.weight ? last : { name, children: [] };
      if (tree !== last) level.push(tree);
      level = tree.children;
    }
    level.push({ name: names.at(-1)!, weight: own, children: [] });
  }
  return roots;
}

/** Puts a weight at the end of the block that it is in. */
function insert(roots: Tree[], own: Weight): void {
  let level = roots;
  const names = own.path.split(".");
  for (const name of names.slice(0, -1)) {
    let tree = level.findLast((each) => each.name === name && !each.weight);
    if (!tree) level.push((tree = { name, children: [] }));
    level = tree.children;
  }
  level.push({ name: names.at(-1)!, weight: own, children: [] });
}

const leavesOf = (trees: readonly Tree[]): WeightList => trees.flatMap(({ weight, children }) => (weight ? [weight] : leavesOf(children)));

/** A tree without its own name: two with the same text have the same weights under their names. */
const contentOf = ({ weight, children }: Tree): string => (weight ? json(orderedWeight({ ...weight, path: "" })) : json(children.map((child) => [child.name, contentOf(child)])));

/** The texts of trees side by side. `isFrozen`: what is written around them says that they are. */
function blocksOf(trees: readonly Tree[], isFrozen: boolean): readonly Written[] {
  const runs: { readonly names: string[]; readonly content: string; readonly tree: Tree }[] = [];
  for (const tree of trees) {
    const content = contentOf(tree);
    const last = runs.at(-1);
    if (last?.content === content) last.names.push(tree.name);
    else runs.push({ names: [tree.name], content, tree });
  }
  return runs.map(({ names, tree }) => blockOf(braced(names), tree, isFrozen));
}

/** `layer`, `{q,k,v}`, `{1..12}`. */
function braced(names: readonly string[]): string {
  if (names.length === 1) return names[0];
  const first = Number(names[0]);
  return names.length > 2 && names.every((name, i) => name === String(first + i)) ? `{${first}..${first + names.length - 1}}` : `{${names.join(",")}}`;
}

/** One block, at paths with braces. */
function blockOf(paths: string, tree: Tree, isFrozen: boolean): Written {
  const freezable = leavesOf([tree]).filter(({ kind }) => kind !== "state");
  if (!isFrozen && freezable.length > 0 && freezable.every(({ kind }) => kind === "frozen")) {
    const inner = blockOf(paths, tree, true);
    return { text: `frozen(${inner.text})`, list: blocks.frozen(inner.list) };
  }
  if (tree.weight) return leafOf(paths, tree.weight, isFrozen);
  const known = templateOf(paths, tree, isFrozen);
  if (known) return known;
  const inner = blocksOf(tree.children, isFrozen);
  const [only] = inner;
  // A block of one thing needs no line of its own: its name goes before that of the thing.
  if (inner.length === 1) return { text: only.text.replace('("', `("${paths}.`), list: blocks.at(paths, [only.list]) };
  return { text: `at(${json(paths)}, [${inner.map(({ text }) => text).join(", ")}])`, list: blocks.at(paths, inner.map(({ list }) => list)) };
}

function leafOf(paths: string, { shape, init, kind }: Weight, isFrozen: boolean): Written {
  if (kind === "state") return { text: `state(${json(paths)}, ${json(shape)}, ${initText(init)})`, list: blocks.state(paths, shape, init) };
  if (kind === "frozen" && !isFrozen) throw new Error("netc bug: a frozen weight without its word");
  const usual = blocks.weight(paths, shape);
  return json(usual[0].init) === json(init) ? { text: `weight(${json(paths)}, ${json(shape)})`, list: usual } : { text: `weight(${json(paths)}, ${json(shape)}, ${initText(init)})`, list: blocks.weight(paths, shape, init) };
}

/** A block of weight-list.ts that makes exactly what is under a name. */
function templateOf(paths: string, { children }: Tree, isFrozen: boolean): Written | undefined {
  const wanted = leavesOf(children).map((own, i) => ({ ...own, path: children[i]?.name ?? "", kind: isFrozen && own.kind === "frozen" ? ("trained" as const) : own.kind }));
  if (children.some(({ weight }) => !weight)) return undefined;
  const { shape } = wanted[0];
  const candidates = [
    { name: "biased", argument: json(shape), make: (at: string) => blocks.biased(at, shape) },
    { name: "norm", argument: String(shape[0]), make: (at: string) => blocks.norm(at, shape[0]) },
    { name: "batchNorm", argument: String(shape[0]), make: (at: string) => blocks.batchNorm(at, shape[0]) },
  ];
  const found = shape.length > 0 ? candidates.find(({ make }) => isSame(make(""), wanted)) : undefined;
  return found && { text: `${found.name}(${json(paths)}, ${found.argument})`, list: found.make(paths) };
}

function initText(init: Initializer): string {
  switch (init.kind) {
    case "constant":
      return `constant(${json(init.value)})`;
    case "uniform":
      return `uniform(${json(init.bound)})`;
    case "normal":
      return `normal(${json(init.std)})`;
    case "truncated_normal":
      return `truncatedNormal(${json(init.std)})`;
    case "values":
      return `values(${json(init.values)})`;
  }
}
