/** A model as a program of TensorFlow.js with two entries, `evaluate` and `trainingStep`: modules of their own, and the library functions that they call. */
import { buildTfjs, type Refusal, type TfjsBackend } from "../backends/tfjs/index.ts";
import type { Graph, TensorData } from "../compiler/ir/graph.ts";

export interface TfjsEntry {
  /** The module that exports the function of the entry's name, without ending. */
  readonly file: string;
  /** What the function is given, in order. */
  readonly parameters: readonly string[];
  readonly outputs: readonly string[];
}

export interface TfjsFiles {
  /** By path: `model.ts`, `gradient.ts`, `library/NAME.ts`. */
  readonly files: ReadonlyMap<string, string>;
  readonly entries: ReadonlyMap<string, TfjsEntry>;
  readonly tables: ReadonlyMap<string, TensorData>;
}

export interface TfjsFilesOptions {
  readonly language?: "typescript" | "javascript";
  readonly backends?: readonly TfjsBackend[];
}

/** Whether a step draws its random numbers itself; they are inputs otherwise, which it is given. */
export const drawsItself = false;

const fileOf: Readonly<Record<string, string>> = { evaluate: "model", trainingStep: "gradient" };

export function buildTfjsFiles(entries: readonly { readonly name: string; readonly graph: Graph }[], { language = "typescript", backends }: TfjsFilesOptions = {}): TfjsFiles | { readonly refused: readonly Refusal[] } {
  const files = new Map<string, string>();
  const found = new Map<string, TfjsEntry>();
  const tables = new Map<string, TensorData>();
  const refused: Refusal[] = [];
  for (const { name, graph } of entries) {
    const built = buildTfjs(graph, { name, language, backends });
    if ("refused" in built) {
      refused.push(...built.refused);
      continue;
    }
    const file = fileOf[name];
    files.set(`${file}.${language === "typescript" ? "ts" : "js"}`, built.text);
    if (language === "typescript") for (const [own, text] of built.library) files.set(`library/${own}.ts`, text);
    for (const [own, table] of built.tables) {
      const other = tables.get(own);
      if (other && (other.shape.join() !== table.shape.join() || other.data.some((value, i) => value !== table.data[i]))) throw new Error(`netc bug: two tables are called ${own}`);
      tables.set(own, table);
    }
    found.set(name, { file, parameters: built.parameters, outputs: [...graph.outputs.map((output) => output.name), ...graph.updates.map((update) => `next/${update.name}`)] });
  }
  return refused.length ? { refused } : { files, entries: found, tables };
}
