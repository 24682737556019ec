/**
 * Graph to a program of TensorFlow.js: readable TypeScript on the core API, which runs on any of its backends. In two steps: one function out of the
 * graph, line by line (forms/: a row per operator says how it is written), and the library functions that it calls, as texts beside it. The gradient is
 * netc's, part of the graph; the tape of tfjs is not used. Pure: the same graph gives the same texts.
 */
import { showSize } from "../../compiler/dims/index.ts";
import type { Graph, TensorData, ValueType } from "../../compiler/ir/graph.ts";
import { emitFunction, type Refusal } from "./emit.ts";
import { tfjsBackends, type TfjsBackend } from "./form.ts";
import { libraryFunctions, libraryTexts, type LibraryFile, type LibraryFunction } from "./library/index.ts";

export { tfjsBackends, type TfjsBackend } from "./form.ts";
export type { Refusal } from "./emit.ts";

export interface TfjsOptions {
  /** The function's name. */
  readonly name: string;
  /** The backends that it must run on; all by default. */
  readonly backends?: readonly TfjsBackend[];
  /** JavaScript is the same text without types; it imports the library as `./library/NAME.js`. */
  readonly language?: "typescript" | "javascript";
}

export interface TfjsProgram {
  /** The module: it exports the function, which gives an object of tensors by output name. */
  readonly text: string;
  /** What the function takes, in this order: all of them or those that it uses. */
  readonly parameters: readonly Parameter[];
  /** Library files that it imports, by name without ending, and their TypeScript. */
  readonly library: ReadonlyMap<LibraryFile, string>;
  /** Tensors of many numbers that the function is given as `tables`. */
  readonly tables: ReadonlyMap<string, TensorData>;
}

/** Tensors by input name, by weight path, by table name; and the training step, of which random numbers are a function. */
export type Parameter = "inputs" | "weights" | "tables" | "step";

const types: { readonly [Each in Parameter]: string } = { inputs: "Inputs", weights: "Tensors", tables: "Tensors", step: "number" };

/** The program of a graph, or all the reasons why there is none. Weights (parameters and states) are given to the function by their paths. */
export function buildTfjs(graph: Graph, options: TfjsOptions): TfjsProgram | { readonly refused: readonly Refusal[] } {
  const { name, backends = tfjsBackends, language = "typescript" } = options;
  const emitted = emitFunction(graph, backends);
  if (emitted.refusals.length > 0) return { refused: emitted.refusals };
  const files = filesOf(emitted.library);
  const isTyped = language === "typescript";
  const isUsed = { inputs: true, weights: graph.parameters.length + graph.states.length > 0, tables: emitted.tables.size > 0, step: emitted.usesStep };
  const parameters = (Object.keys(types) as readonly Parameter[]).filter((each) => isUsed[each]);
  const list = parameters.map((each) => (isTyped ? `${each}: ${types[each]}` : each));
  const text = [
    'import * as tf from "@tensorflow/tfjs-core";',
    ...[...files].map(([file, functions]) => `import { ${functions.join(", ")} } from "./library/${file}.${isTyped ? "ts" : "js"}";`),
    "",
    ...(isTyped ? typeLines(graph, isUsed.weights || isUsed.tables) : []),
    `export function ${name}(${list.join(", ")})${isTyped ? ": Outputs" : ""} {`,
    ...emitted.lines.map((line) => `  ${line}`),
    "}",
    "",
  ].join("\n");
  return { text, parameters, library: libraryTexts(files.keys()), tables: emitted.tables };
}

/** The functions of each library file that are used, in order of the names. */
function filesOf(used: ReadonlySet<LibraryFunction>): ReadonlyMap<LibraryFile, readonly LibraryFunction[]> {
  const files = new Map<LibraryFile, LibraryFunction[]>();
  for (const own of [...used].sort()) files.set(libraryFunctions[own], [...(files.get(libraryFunctions[own]) ?? []), own]);
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function typeLines(graph: Graph, hasTensors: boolean): readonly string[] {
  const field = (own: string, type: ValueType): string => `  readonly ${/^[A-Za-z_$][\w$]*$/.test(own) ? own : JSON.stringify(own)}: tf.Tensor; // ${type.dtype}[${type.shape.map((size) => showSize(size)).join(", ")}]`;
  const outputs = [...graph.outputs, ...graph.updates.map(({ name, node }) => ({ name: `next/${name}`, node }))];
  return [
    ...(hasTensors ? ["/** Tensors by name; of weights, their paths. */", "export type Tensors = Readonly<Record<string, tf.Tensor>>;", ""] : []),
    "export interface Inputs {",
    ...graph.inputs.map((node) => field(node.attributes.name, node.type)),
    "}",
    "",
    "export interface Outputs {",
    ...outputs.map(({ name, node }) => field(name, node.type)),
    "}",
    "",
  ];
}
