/** Where the files of netc stand in a written project, and which of them it has: those that its entries reach by their imports. */
import { dirname, join, relative } from "node:path/posix";
import { sources } from "./sources.ts";

export type DataKind = "pictures" | "arrays";

const room = "runtime/tfjs/project";

/** Files that a person meets first stand beside the model; the others in folders by what they are for. */
const places: readonly (readonly [from: RegExp, to: string])[] = [
  [/^runtime\/tfjs\/project\/data-\w+\.ts$/, "data.ts"],
  [/^runtime\/tfjs\/project\/worker-address\.ts$/, "data/worker-address.ts"],
  [/^runtime\/tfjs\/(?:project\/(?=tables))?(backend|backend-names|entries|tables)\.ts$/, "backend/$1.ts"],
  [/^runtime\/tfjs\/project\/(?:plain\/)?(.*)$/, "$1"],
  [/^runtime\/tfjs\/(.*)$/, "training/$1"],
  [/^runtime\/(training|data|metrics|reports|inputs|parameters)\/(.*)$/, "$1/$2"],
  [/^runtime\/(tokenizer|clean-text|pictures|resize-plane)\.ts$/, "data/$1.ts"],
  [/^runtime\/terminal\.ts$/, "reports/terminal.ts"],
  [/^runtime\/errors\.ts$/, "errors.ts"],
  [/^runtime\/([\w-]+)\.ts$/, "files/$1.ts"],
  [/^compiler\/ir\/initializer\.ts$/, "parameters/initializer.ts"],
  [/^compiler\/.*\/([\w-]+)\.ts$|^compiler\/([\w-]+)\.ts$/, "training/$1$2.ts"],
];

/** The place of a file of the repository in a project. */
export function placeOf(path: string): string {
  const [from, to] = places.find(([pattern]) => pattern.test(path)) ?? [];
  if (!from) throw new Error(`netc bug: ${path} has no place in a project`);
  return path.replace(from, to!);
}

/** Files that netc writes for the model: they are imported, and have no text here. */
const written = new Set(["network.ts", "settings.ts", "plain/network.ts", "plain/parameters.ts", "plain/signature.ts"].map((name) => `${room}/${name}`));

/** What those files of a model that trains import and no other file does. */
const usedByWritten = ["runtime/training/listed-weights.ts", "runtime/parameters/weight-list.ts"];

/** How an input of a model without a training section may be given: a reader each, in runtime/inputs, in the order in which they are asked. */
export const readerNames = ["picture", "array", "words"] as const;
export type ReaderName = (typeof readerNames)[number];

export interface ProjectFiles {
  /** By place in the project. */
  readonly files: ReadonlyMap<string, string>;
  /** The programs, which nobody imports. */
  readonly entries: readonly string[];
  /** Packages that they import. */
  readonly packages: ReadonlySet<string>;
}

/** Of a model with a training section. `predicts`: whether it is asked by a picture and a sentence. */
export function projectFiles(kind: DataKind, predicts: boolean): ProjectFiles {
  const replaced = new Map([[`${room}/data.ts`, `${room}/data-${kind}.ts`], ["runtime/data/worker-address.ts", `${room}/worker-address.ts`]]);
  const roots = [`${room}/train.ts`, `${room}/evaluate.ts`, ...(predicts ? [`${room}/predict.ts`] : []), ...(kind === "pictures" ? ["runtime/data/loader-worker.ts"] : [])];
  return reachedFrom(roots, [`${room}/metrics.ts`, ...usedByWritten], replaced);
}

/** Of a model without one. `readers`: those that its inputs need. */
export const plainFiles = (readers: readonly ReaderName[]): ProjectFiles =>
  reachedFrom([`${room}/plain/predict.ts`], ["runtime/parameters/weight-list.ts", ...readers.map((name) => `runtime/inputs/${name}-input.ts`)], new Map());

/** The files that `roots`, the programs, and `others` reach. */
function reachedFrom(roots: readonly string[], others: readonly string[], replaced: ReadonlyMap<string, string>): ProjectFiles {
  const texts = new Map<string, string>();
  const packages = new Set<string>();
  const add = (path: string): void => {
    const own = replaced.get(path) ?? path;
    if (written.has(own) || texts.has(own)) return;
    const text = sources[own];
    if (text === undefined) throw new Error(`netc bug: a project needs ${own}, whose text is not in sources.ts`);
    texts.set(own, text);
    for (const from of importsOf(text)) {
      if (from.startsWith(".")) add(join(dirname(own), from));
      else if (!from.startsWith("node:")) packages.add(from.split("/").slice(0, from.startsWith("@") ? 2 : 1).join("/"));
    }
  };
  for (const root of [...roots, ...others]) add(root);
  const files = new Map([...texts].map(([path, text]) => [placeOf(path), withPlaces(path, text, replaced)]));
  if (files.size !== texts.size) throw new Error("netc bug: two files of a project have one place");
  return { files: new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1))), entries: roots.map(placeOf), packages };
}

const importPattern = /(\bfrom |\bimport\(|^import |createRequire\(import\.meta\.url\)\()"([^"\n]+)"/gm;

/** What a text imports, types and packages that it loads later included. */
export const importsOf = (text: string): readonly string[] => [...text.matchAll(importPattern)].map(([, , from]) => from);

/** A text with its imports as they are in the project. */
function withPlaces(path: string, text: string, replaced: ReadonlyMap<string, string>): string {
  const here = dirname(placeOf(path));
  return text.replace(importPattern, (whole, before: string, from: string) => {
    if (!from.startsWith(".")) return whole;
    const target = join(dirname(path), from);
    const to = relative(here, placeOf(replaced.get(target) ?? target));
    return `${before}"${to.startsWith(".") ? to : `./${to}`}"`;
  });
}
