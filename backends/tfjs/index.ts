/**
 * Graphs to a program of TensorFlow.js: readable TypeScript on the core API, which runs on any of its backends. What is written for an operator says its
 * row in forms/; a function for each block of the source, or one for all, is gathered by emit.ts; the library functions that are called stand beside it as
 * texts. The gradient is netc's, part of the graph; the tape of tfjs is not used. Pure: the same graphs give the same texts.
 */
import type { Graph, TensorData } from "../../compiler/ir/graph.ts";
import { chooseRecomputation, type Recomputation } from "../../compiler/training/recompute.ts";
import type { RandomInput } from "../../compiler/training/step.ts";
import { alikeIn } from "./graph/alike.ts";
import { emit, type Entry } from "./emit.ts";
import { tfjsBackends, type TfjsBackend } from "./form.ts";
import { libraryTexts, type LibraryFile } from "./library/index.ts";
import { fileOf, filesOf } from "./text/program-text.ts";
import { prepared } from "./graph/prepare.ts";
import type { Refusal } from "./refusals.ts";

export { tfjsBackends, type TfjsBackend } from "./form.ts";
/**
 * Bytes that computing a value again must save in a program of TensorFlow.js: starting an operation takes it tens of microseconds, in which some hundred
 * kilobytes are read. Below that, a small model takes twice the time for a tenth less memory; a large one hardly keeps more.
 */
const bytesPerOperation = 2 ** 18;

/** What a step keeps for its way back, and what it computes again: for all instances of a block the same, which therefore are one function. */
export const chooseKept = (step: Graph): Recomputation => chooseRecomputation(step, { bytesPerOperation, alike: alikeIn(step) });

export { layOut, type LaidOut, type Transposes } from "./layout/index.ts";
export type { Refusal } from "./refusals.ts";

export interface TfjsEntry extends Entry {
  /** Inputs that are random numbers: the program draws them itself, from their keys and the training step. */
  readonly random?: readonly RandomInput[];
}

export interface TfjsOptions {
  /** The backends that it must run on; all by default. */
  readonly backends?: readonly TfjsBackend[];
  /** JavaScript is the same text without types; it imports the library as `./library/NAME.js`. */
  readonly language?: "typescript" | "javascript";
  /** One function per block of the source (the default), or a single one. */
  readonly functions?: "by block" | "one";
}

/** What a function of a whole is given, in this order, as far as it uses it: tensors by input name, weights in the nesting of their paths, tables by name, the training step. */
export type Parameter = "inputs" | "weights" | "tables" | "step";

export interface EntryPlace {
  readonly file: string;
  readonly parameters: readonly Parameter[];
  /**
   * The names of what it gives, as the graph has them. It returns a record: `gradient/a.b` of a weight stands in it at `gradients.a.b`, `next/a.b` of a state at
   * `states.a.b`, all others under their names.
   */
  readonly outputs: readonly string[];
}

export interface TfjsProgram {
  /** Texts by file name, the library's in its folder. Not formatted. */
  readonly files: ReadonlyMap<string, string>;
  readonly entries: ReadonlyMap<string, EntryPlace>;
  /** Tensors of many numbers that functions are given as `tables`. */
  readonly tables: ReadonlyMap<string, TensorData>;
}

/** The program of some graphs, or all the reasons why there is none. Weights are parameters and states. */
export function buildTfjs(entries: readonly TfjsEntry[], options: TfjsOptions = {}): TfjsProgram | { readonly refused: readonly Refusal[] } {
  const { backends = tfjsBackends, language = "typescript", functions = "by block" } = options;
  const drawn = entries.map(({ name, graph, random = [] }): Entry => ({ name, graph: prepared(graph, random) }));
  const emitted = emit(drawn, { backends, byBlocks: functions === "by block" });
  if (emitted.refusals.length > 0) return { refused: emitted.refusals };
  const ending = language === "typescript" ? "ts" : "js";
  const texts = filesOf(drawn, emitted, language === "typescript");
  const library = libraryTexts(importedFrom([...texts.values()]));
  return {
    files: new Map([...[...texts].map(([name, text]) => [name.replace(/ts$/, ending), text] as const), ...[...library].map(([name, text]) => [`library/${name}.ts`, text] as const)]),
    tables: emitted.tables,
    entries: new Map(drawn.map((entry) => {
      const { parameters } = emitted.functions.find(({ isEntry, name }) => isEntry && name === entry.name)!;
      const outputs = [...entry.graph.outputs.map(({ name }) => name), ...entry.graph.updates.map(({ name }) => `next/${name}`)];
      return [entry.name, { file: fileOf(entry, drawn).replace(/ts$/, ending), parameters: parameters.map(({ name }) => name as Parameter), outputs }];
    })),
  };
}

/** The names that texts import of the library, by its files. */
function importedFrom(texts: readonly string[]): ReadonlyMap<LibraryFile, readonly string[]> {
  const imported = new Map<LibraryFile, string[]>();
  for (const [, names, file] of texts.flatMap((text) => [...text.matchAll(/^import \{ (.*) \} from "\.\/library\/([\w-]+)\./gm)])) {
    imported.set(file as LibraryFile, [...(imported.get(file as LibraryFile) ?? []), ...names.split(", ").map((name) => name.replace("type ", ""))]);
  }
  return imported;
}
