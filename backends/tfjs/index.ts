/**
 * Graph to a program of TensorFlow.js: readable TypeScript on the core API, which runs on any of its backends. What is written for an operator says its
 * row in forms/; a function for each block of the source, or one for all, is gathered by emit.ts; the library functions that are called stand beside it as
 * texts. The gradient is netc's, part of the graph; the tape of tfjs is not used. Pure: the same graph gives the same texts.
 */
import { showSize } from "../../compiler/dims/index.ts";
import type { Graph, TensorData, ValueType } from "../../compiler/ir/graph.ts";
import { layOut } from "./layout.ts";
import { emit, remarkText, type Emitted, type FunctionText, type Refusal } from "./emit.ts";
import { tfjsBackends, type TfjsBackend } from "./form.ts";
import { libraryFunctions, libraryTexts, type LibraryFile, type LibraryFunction } from "./library/index.ts";

export { tfjsBackends, type TfjsBackend } from "./form.ts";
export type { Refusal } from "./emit.ts";
/**
 * Bytes that computing a value again must save in a program of TensorFlow.js: starting an operation takes it tens of microseconds, in which some hundred
 * kilobytes are read. Below that, a small model takes twice the time for a tenth less memory; a large one hardly keeps more. For `chooseRecomputation`.
 */
export const bytesPerOperation = 2 ** 18;

export { layOut, type LaidOut, type Transposes } from "./layout.ts";

export interface TfjsOptions {
  /** The name of the function of the whole. */
  readonly name: string;
  /** The backends that it must run on; all by default. */
  readonly backends?: readonly TfjsBackend[];
  /** JavaScript is the same text without types; it imports the library as `./library/NAME.js`. */
  readonly language?: "typescript" | "javascript";
  /** One function per block of the source (the default), or a single one. */
  readonly functions?: "by block" | "one";
}

/** What the function is given, in this order, as far as it uses it: tensors by input name, weights in the nesting of their paths, tables by name, the training step. */
export type Parameter = "inputs" | "weights" | "tables" | "step";

export interface TfjsProgram {
  /** The module: it exports the function, which gives an object of tensors by output name. */
  readonly text: string;
  readonly parameters: readonly Parameter[];
  /** Library files that it imports, by name without ending, and their TypeScript. */
  readonly library: ReadonlyMap<LibraryFile, string>;
  /** Tensors of many numbers that the function is given as `tables`. */
  readonly tables: ReadonlyMap<string, TensorData>;
}

/** The program of a graph, or all the reasons why there is none. Weights are parameters and states. */
export function buildTfjs(graph: Graph, options: TfjsOptions): TfjsProgram | { readonly refused: readonly Refusal[] } {
  const { name, backends = tfjsBackends, language = "typescript", functions = "by block" } = options;
  const laid = layOut(graph);
  const emitted = emit(laid.graph, { name, backends, byBlocks: functions === "by block" });
  if (emitted.refusals.length > 0) return { refused: emitted.refusals };
  const files = filesOf(emitted.library);
  const isTyped = language === "typescript";
  const whole = emitted.functions[emitted.functions.length - 1];
  const text = [
    'import * as tf from "@tensorflow/tfjs-core";',
    ...[...files].map(([file, used]) => `import { ${used.join(", ")} } from "./library/${file}.${isTyped ? "ts" : "js"}";`),
    ...(isTyped ? ["", ...typeLines(graph, emitted)] : []),
    ...emitted.functions.flatMap((each) => ["", ...functionLines(each, isTyped, each === whole)]),
    "",
  ].join("\n");
  return { text, parameters: whole.parameters.map((each) => each.name as Parameter), library: libraryTexts(files.keys()), tables: emitted.tables };
}

function functionLines({ name, block, path, phase, parameters, lines }: FunctionText, isTyped: boolean, isWhole: boolean): readonly string[] {
  const list = parameters.map((each) => (isTyped ? `${each.name}: ${each.type}` : each.name)).join(", ");
  return [
    ...(isWhole ? [] : [`/** ${phase === "backward" ? "The gradient of " : phase === "again" ? "Once more, for the gradient: " : ""}${block}, as of ${path}. */`]),
    `${isWhole ? "export " : ""}function ${name}(${list})${isTyped && isWhole ? ": Outputs" : ""} {`,
    ...lines.map(({ text, remark }) => `  ${text}${remark ? remarkText(remark) : ""}`),
    "}",
  ];
}

/** The functions of each library file that are used, in order of the names. */
function filesOf(used: ReadonlySet<LibraryFunction>): ReadonlyMap<LibraryFile, readonly LibraryFunction[]> {
  const files = new Map<LibraryFile, LibraryFunction[]>();
  for (const own of [...used].sort()) files.set(libraryFunctions[own], [...(files.get(libraryFunctions[own]) ?? []), own]);
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function typeLines(graph: Graph, { tables, weightTypes }: Emitted): readonly string[] {
  const fieldName = (own: string): string => (/^[A-Za-z_$][\w$]*$/.test(own) ? own : JSON.stringify(own));
  const field = (own: string, { dtype, shape }: Pick<ValueType, "dtype"> & { readonly shape: readonly string[] }): string => `  readonly ${fieldName(own)}: tf.Tensor; // ${dtype}[${shape.join(", ")}]`;
  const shown = ({ dtype, shape }: ValueType): { readonly dtype: ValueType["dtype"]; readonly shape: readonly string[] } => ({ dtype, shape: shape.map((size) => showSize(size)) });
  const outputs = [...graph.outputs, ...graph.updates.map(({ name, node }) => ({ name: `next/${name}`, node }))];
  return [
    "export interface Inputs {", ...graph.inputs.map((node) => field(node.attributes.name, shown(node.type))), "}", "",
    "export interface Outputs {", ...outputs.map(({ name, node }) => field(name, shown(node.type))), "}",
    ...(tables.size > 0 ? ["", "export interface Tables {", ...[...tables].map(([name, { dtype, shape }]) => field(name, { dtype, shape: shape.map(String) })), "}"] : []),
    ...weightTypes.declarations().flatMap((text) => ["", text]),
  ];
}
