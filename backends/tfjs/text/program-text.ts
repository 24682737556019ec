/**
 * The files of a program: in `model.ts` the functions that evaluation calls, the types and the function of the whole; in `gradient.ts` the functions that
 * training alone calls. A program of one graph is one file. Comments say what the source says; a formatter breaks the lines.
 */
import { constantValue, showSize } from "../../../compiler/dims/index.ts";
import type { Graph, TensorData, ValueType } from "../../../compiler/ir/graph.ts";
import type { Line } from "./body.ts";
import type { Emitted, Entry } from "../emit.ts";
import { plainOutputs, trains } from "../functions/flow.ts";
import { libraryFunctions, type LibraryFile, type LibraryFunction } from "../library/index.ts";
import { placeText } from "./source-text.ts";
import { trainingEnding, type FunctionText } from "./templates.ts";
import { fieldName } from "../functions/paths.ts";

export type FileName = "model.ts" | "gradient.ts";

/** The names of an entry's types. */
const typeName = (entry: string, what: "Inputs" | "Result"): string => `${entry[0].toUpperCase()}${entry.slice(1)}${what}`;

/** Where the function of a whole stands, and the functions that it alone calls: what trains beside others has a file of its own. */
export const fileOf = ({ graph }: Entry, entries: readonly Entry[]): FileName => (entries.length > 1 && trains(graph) ? "gradient.ts" : "model.ts");

export function filesOf(entries: readonly Entry[], emitted: Emitted, isTyped: boolean): ReadonlyMap<string, string> {
  const files = new Map<FileName, FunctionText[]>([["model.ts", []]]);
  for (const each of emitted.functions) {
    const names = entries.filter(({ name }) => each.entries.has(name)).map((entry) => fileOf(entry, entries));
    const file = names.includes("model.ts") ? "model.ts" : "gradient.ts";
    files.set(file, [...(files.get(file) ?? []), each]);
  }
  return new Map([...files].map(([file, functions]) => [file, fileText(file, functions, files.get("model.ts")!, entries, emitted, isTyped)]));
}

function fileText(file: FileName, functions: readonly FunctionText[], models: readonly FunctionText[], entries: readonly Entry[], emitted: Emitted, isTyped: boolean): string {
  const ending = isTyped ? "ts" : "js";
  const own = entries.filter((entry) => fileOf(entry, entries) === file);
  const shared = file === "gradient.ts" ? [...models.map(({ name }) => name), ...emitted.weightTypes.names(), "Inputs", "Tables"] : [];
  const names = namesInFile(functions);
  const body = functions.flatMap((each) => ["", ...functionLines(renamed(withPrefix(each, shared), names), entries, isTyped, entries.length > 1 && file === "model.ts")]);
  const types = isTyped ? [...own.flatMap((entry) => entryTypes(entry, entries)), ...(file === "model.ts" ? commonTypes(emitted) : [])] : [];
  const text = [...types, ...body].join("\n");
  // Functions by their calls (also `...weightsOf(`, which is no method), types where they stand behind a colon.
  const used = (name: string): boolean => new RegExp(/^[a-z]/.test(name) ? `(?<!\\w|(?<!\\.\\.)\\.)${name}\\(` : `: (?:readonly )?${name}[\\[<;,)\\s]`).test(text);
  const imports = [...libraryImports(used, isTyped)].map(([from, names]) => `import { ${names.join(", ")} } from "./library/${from}.${ending}";`);
  return [
    'import * as tf from "@tensorflow/tfjs-core";',
    ...(isTyped && used("Tensor") ? ['import type { Tensor } from "@tensorflow/tfjs-core";'] : []),
    ...imports,
    ...(file === "gradient.ts" ? [`import * as model from "./model.${ending}";`] : []),
    ...(types.length > 0 ? ["", ...types] : []),
    ...body,
    "",
  ].join("\n");
}

/** The function with what stands in the other file reached by the name of its module. */
const withPrefix = (each: FunctionText, shared: readonly string[]): FunctionText => withNames(each, shared, (name) => `model.${name}`);

/** What computes a block in training has the block's name in its file: that of evaluation is reached by its module there. */
function namesInFile(functions: readonly FunctionText[]): ReadonlyMap<string, string> {
  const taken = new Set(functions.map(({ name }) => name));
  const short = functions.flatMap(({ name }): readonly (readonly [string, string])[] => (inTraining.test(name) ? [[name, name.replace(inTraining, "$1")]] : []));
  return new Map(short.filter(([, name]) => !taken.has(name)));
}

const inTraining = new RegExp(`${trainingEnding}(\\d*)$`);

function renamed(each: FunctionText, names: ReadonlyMap<string, string>): FunctionText {
  const own = withNames(each, [...names.keys()], (name) => names.get(name)!);
  return { ...own, name: names.get(each.name) ?? each.name };
}

/** The function with other names for some of those that it writes. */
function withNames(each: FunctionText, names: readonly string[], nameOf: (name: string) => string): FunctionText {
  if (names.length === 0) return each;
  const written = new RegExp(`(?<![.\\w"])(${names.join("|")})(?![\\w"])`, "g");
  const changed = (text: string): string => text.replace(written, nameOf);
  return { ...each, lines: each.lines.map((line) => ({ ...line, text: changed(line.text), ...(line.declares ? { declares: { ...line.declares, type: changed(line.declares.type) } } : {}) })), parameters: each.parameters.map(({ name, type }) => ({ name, type: changed(type) })) };
}

/** Types of the library, and their files. */
const libraryTypes = [["Saved", "records"], ["Tensors", "records"], ["Seed", "random"]] as const;

/** The functions of each library file that a text uses, in order of the names. */
function libraryImports(used: (name: string) => boolean, isTyped: boolean): ReadonlyMap<LibraryFile, readonly string[]> {
  const files = new Map<LibraryFile, string[]>();
  for (const own of (Object.keys(libraryFunctions) as LibraryFunction[]).sort()) if (used(own)) files.set(libraryFunctions[own], [...(files.get(libraryFunctions[own]) ?? []), own]);
  for (const [name, file] of libraryTypes) if (isTyped && used(name)) files.set(file, [...(files.get(file) ?? []), `type ${name}`]);
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function functionLines(each: FunctionText, entries: readonly Entry[], isTyped: boolean, isShared: boolean): readonly string[] {
  const entry = each.isEntry ? entries.find(({ name }) => name === each.name) : undefined;
  const typeOf = (type: string): string => (entry && type === "Inputs" && !hasCommonInputs(entry, entries) ? typeName(entry.name, "Inputs") : type);
  const list = each.parameters.map(({ name, type }) => (isTyped ? `${name}: ${typeOf(type)}` : name)).join(", ");
  return [
    ...(entry ? entryDoc(entry) : docOf(each, each.name === each.block)),
    `${entry || isShared ? "export " : ""}function ${each.name}(${list})${isTyped && entry ? `: ${typeName(entry.name, "Result")}` : ""} {`,
    ...each.lines.flatMap((line) => lineTexts(line, isTyped)),
    "}",
  ];
}

const lineTexts = ({ text, remark, declares }: Line, isTyped: boolean): readonly string[] => [
  ...(declares ? [`  const ${declares.name}${isTyped ? `: ${declares.type}` : ""} = [];`] : []),
  ...(text === "" ? [] : [`  ${text}${remark ? ` // ${remark}` : ""}`]),
];

const entryDoc = ({ graph }: Entry): readonly string[] => [`/** ${graph.name} as a whole. */`];

/** What the source says of a block; options where all instances have them alike. */
function docOf({ phase, block, instances, isInTraining }: FunctionText, isFirst: boolean): readonly string[] {
  const [{ path, call }] = instances;
  if (phase === "forward" && isInTraining) return [`/** ${block} in training, as of ${path}. */`];
  if (phase === "forward" && !isFirst) return [`/** ${block}, as of ${path}. */`];
  if (phase !== "forward") return [`/** ${phase === "backward" ? "The gradient of" : "Once more, for the gradient:"} ${block}. */`];
  const place = call ? placeText(call.declaration) : `as of ${path}`;
  const same = (call?.options ?? []).filter(([name, value]) => instances.every((each) => each.call?.options.some(([own, other]) => own === name && other === value)));
  const options = same.map(([name, value]) => `${name}: ${value}`).join(", ");
  const said = (call?.doc ?? "").split("\n").map((line) => line.trim().replace(/\s{3,}/g, "  "));
  const text = [...said, `(${place}${options ? `; ${options}` : ""})`].filter(Boolean).join(" ");
  const lines = wrapped(text, 114);
  return lines.length === 1 && lines[0].length < 112 ? [`/** ${lines[0]} */`] : ["/**", ...lines.map((line) => ` * ${line}`), " */"];
}

function wrapped(text: string, width: number): readonly string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines[lines.length - 1];
    if (last !== "" && last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
  }
  return lines;
}

interface Field {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly string[];
}

const fieldLine = ({ name, dtype, shape }: Field): string => `  readonly ${fieldName(name)}: Tensor; // ${dtype}[${shape.join(", ")}]`;
/** An input whose free sizes are read off its shape has its rank in its type: of other tensors TypeScript knows the first size alone. */
const inputLine = ({ attributes: { name }, type }: Graph["inputs"][number]): string => {
  const isRead = type.shape.some((size, axis) => axis > 0 && constantValue(size) === undefined);
  return isRead ? fieldLine(shown(name, type)).replace(": Tensor;", `: tf.Tensor${type.shape.length}D;`) : fieldLine(shown(name, type));
};
const shown = (name: string, { dtype, shape }: ValueType): Field => ({ name, dtype, shape: shape.map((size) => showSize(size)) });

/** Whether all graphs are given the same. */
function hasCommonInputs(entry: Entry, entries: readonly Entry[]): boolean {
  const names = ({ graph }: Entry): string => graph.inputs.map(({ attributes }) => attributes.name).sort().join();
  return entries.every((each) => names(each) === names(entry));
}

function entryTypes(entry: Entry, entries: readonly Entry[]): readonly string[] {
  const { name, graph } = entry;
  const inputs = hasCommonInputs(entry, entries) ? (entry === entries[0] ? "Inputs" : undefined) : typeName(name, "Inputs");
  return [
    ...(inputs === undefined ? [] : [`export interface ${inputs} {`, ...graph.inputs.map(inputLine), "}", ""]),
    `export interface ${typeName(name, "Result")} {`, ...resultFields(graph), "}",
  ];
}

function resultFields(graph: Graph): readonly string[] {
  const outputs = plainOutputs(graph);
  const hasGradients = outputs.length < graph.outputs.length;
  return [
    ...outputs.map(({ name, node }) => fieldLine(shown(name, node.type))),
    ...(hasGradients ? ["  /** Of each trained weight, nested like the weights. */", "  readonly gradients: Tensors;"] : []),
    ...(graph.updates.length > 0 ? ["  /** What states of the weights become, nested like these. */", "  readonly states: Tensors;"] : []),
  ];
}

function commonTypes({ tables, weightTypes }: Emitted): readonly string[] {
  const table = ([name, { dtype, shape }]: readonly [string, TensorData]): string => fieldLine({ name, dtype, shape: shape.map(String) });
  return [...(tables.size > 0 ? ["", "export interface Tables {", ...[...tables].map(table), "}"] : []), ...(weightTypes.names().length > 0 ? ["", ...weightTypes.declarations()] : [])];
}
