/** A program of TensorFlow.js as functions of this process: its JavaScript is evaluated, with the library of netc and the core of TensorFlow.js for its imports. */
import * as tf from "@tensorflow/tfjs-core";
import { libraryModules } from "../backends/tfjs/library/modules.ts";
import type { LibraryFile } from "../backends/tfjs/library/index.ts";
import type { TensorData } from "../compiler/ir/graph.ts";
import { stepTensors, type Entries, type Given, type Tensors } from "../runtime/tfjs/entries.ts";
import type { TfjsFiles } from "./tfjs-program.ts";

type Exports = Readonly<Record<string, unknown>>;

type Run = (given: Given) => Tensors;

/** The functions of a program in JavaScript, by the names of its entries. */
function functionsOf({ files, entries }: TfjsFiles): (name: string) => Run {
  const loaded = new Map<string, Exports>();
  const moduleOf = (from: string): Exports => {
    if (from === "@tensorflow/tfjs-core") return tf as unknown as Exports;
    const [, library, own] = /^\.\/(?:library\/([\w-]+)|([\w-]+))\.js$/.exec(from) ?? [];
    if (library) return libraryModules[library as LibraryFile] as Exports;
    if (!own) throw new Error(`netc bug: a program imports ${from}`);
    const known = loaded.get(own) ?? evaluated(files.get(`${own}.js`)!, moduleOf);
    loaded.set(own, known);
    return known;
  };
  return (name) => {
    const { file, parameters } = entries.get(name)!;
    const run = moduleOf(`./${file}.js`)[name] as (...values: readonly unknown[]) => Tensors;
    return (given) => run(...parameters.map((parameter) => given[parameter as keyof Given]));
  };
}

/** Of a program that planInference makes. */
export const loadPredict = (program: TfjsFiles): Run => functionsOf(program)("predict");

/** Of a program whose only entry is `evaluate`. */
export const loadEvaluate = (program: TfjsFiles): Run => functionsOf(program)("evaluate");

export function loadEntries(program: TfjsFiles): Entries {
  const functionOf = functionsOf(program);
  const step = functionOf("trainingStep");
  return { evaluate: functionOf("evaluate"), trainingStep: (given) => stepTensors(step(given)) };
}

/** The exports of a module's text: its imports become constants, and what it exports is returned. netc writes the text, so their forms are known. */
function evaluated(text: string, moduleOf: (from: string) => Exports): Exports {
  const exported: string[] = [];
  const body = text
    .replace(/^import \* as (\w+) from "([^"]+)";$/gm, (_, name: string, from: string) => `const ${name} = moduleOf(${JSON.stringify(from)});`)
    .replace(/^import \{([^}]*)\} from "([^"]+)";$/gm, (_, names: string, from: string) => `const {${names.replace(/(\w+) as (\w+)/g, "$1: $2")}} = moduleOf(${JSON.stringify(from)});`)
    .replace(/^export (async function|function|const|class) (\w+)/gm, (_, kind: string, name: string) => (exported.push(name), `${kind} ${name}`));
  return new Function("moduleOf", `"use strict";\n${body}\nreturn { ${exported.join(", ")} };`)(moduleOf) as Exports;
}

/** Tables as tensors of the current backend, which are the caller's (disposeTensors). */
export const tableTensors = (tables: ReadonlyMap<string, TensorData>): Tensors => Object.fromEntries([...tables].map(([name, table]) => [name, tensorOf(table)]));

export const disposeTensors = (tensors: Tensors): void => tf.dispose(tensors);

/** Numbers as a tensor of the current backend. */
export function tensorOf({ dtype, shape, data }: TensorData): tf.Tensor {
  if (dtype === "i32") return tf.tensor(Int32Array.from(data), [...shape], "int32");
  return dtype === "bool" ? tf.tensor(Uint8Array.from(data), [...shape], "bool") : tf.tensor(Float32Array.from(data), [...shape], "float32");
}
