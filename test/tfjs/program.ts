/** Loads generated programs and runs them: the text as a module beside its library, on a backend of tfjs, with the tensors counted. */
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { transformSync } from "esbuild";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { buildTfjs, type TfjsEntry, type TfjsOptions, type TfjsProgram } from "../../backends/tfjs/index.ts";
import type { Graph, TensorData } from "../../compiler/ir/graph.ts";

export type Run = (...values: readonly (Tensors | Nested | number)[]) => Nested;
type Tensors = Readonly<Record<string, tf.Tensor>>;
interface Nested {
  readonly [name: string]: tf.Tensor | Nested;
}

/** Weights by path as objects in objects. */
function nested(weights: Tensors): Nested {
  const root: Record<string, unknown> = {};
  for (const [path, tensor] of Object.entries(weights)) {
    const parts = path.split(".");
    const inner = parts.slice(0, -1).reduce((own, part) => (own[part] ??= {}) as Record<string, unknown>, root);
    inner[parts[parts.length - 1]] = tensor;
  }
  return root as Nested;
}

/** A folder in which `@tensorflow/tfjs-node-gpu` is installed with its binding: where there is one, the native backend is tested as well. */
const nativeFolder = process.env["NETC_TFJS_NODE"];

export const testedBackends: readonly string[] = ["cpu", "wasm", ...(nativeFolder ? ["tensorflow"] : [])];

const require = createRequire(import.meta.url);
const compiled = new Map<string, string>();

/** TypeScript as a CommonJS module. */
function commonJs(text: string): string {
  let code = compiled.get(text);
  if (code === undefined) compiled.set(text, (code = transformSync(text, { loader: "ts", format: "cjs" }).code));
  return code;
}

/** The program of one graph, whose function is `run`, or of several under their names. */
export function program(graphs: Graph | readonly TfjsEntry[], options: TfjsOptions = {}): TfjsProgram {
  const built = buildTfjs(Array.isArray(graphs) ? graphs : [{ name: "run", graph: graphs as Graph }], options);
  if ("refused" in built) throw new Error(built.refused.map(({ operator, needs, place }) => `${place}: ${operator} needs ${needs}`).join("; "));
  return built;
}

/** The text of the file in which the function of a graph stands. */
export const textOf = (of: TfjsProgram, entry = "run"): string => of.files.get(of.entries.get(entry)!.file)!;

/** The exports of the file of an entry. */
export function load({ files, entries }: TfjsProgram, entry = "run"): Readonly<Record<string, Run>> {
  const loaded = new Map<string, object>();
  const evaluated = (name: string, code: string): object => {
    const module = { exports: {} };
    loaded.set(name, module.exports);
    new Function("require", "module", "exports", code)(required, module, module.exports);
    loaded.set(name, module.exports);
    return module.exports;
  };
  const required = (name: string): unknown => {
    const file = /^\.\/(?:library\/)?([\w-]+)\.(?:ts|js)$/.exec(name)?.[1];
    if (file === undefined) return require(name);
    return loaded.get(file) ?? evaluated(file, commonJs((files.get(`library/${file}.ts`) ?? files.get(`${file}.ts`) ?? files.get(`${file}.js`))!));
  };
  return evaluated("", commonJs(files.get(entries.get(entry)!.file)!)) as Readonly<Record<string, Run>>;
}

/** What a program gives, under the names that the graph has for it. */
function flattened(results: Nested): Tensors {
  const flat = (each: tf.Tensor | Nested, path: string, prefix: string): readonly (readonly [string, tf.Tensor])[] =>
    each instanceof tf.Tensor ? [[`${prefix}${path}`, each]] : Object.entries(each).flatMap(([name, own]) => flat(own, path === "" ? name : `${path}.${name}`, prefix));
  const { gradients = {}, states = {}, ...others } = results;
  return Object.fromEntries([...flat(others, "", ""), ...flat(gradients, "", "gradient/"), ...flat(states, "", "next/")]);
}

let isReady = false;

/** Makes a backend the current one. WebAssembly runs on one thread, so that no worker outlives a test. */
export async function useBackend(name: string): Promise<void> {
  if (!isReady) {
    setWasmPaths(`${join(dirname(require.resolve("@tensorflow/tfjs-backend-wasm/package.json")), "dist")}/`);
    tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
    tf.env().set("IS_NODE", true);
    isReady = true;
  }
  // All copies of the core share one engine, so the binding's own copy registers its kernels for ours.
  if (name === "tensorflow") createRequire(join(nativeFolder!, "package.json"))("@tensorflow/tfjs-node-gpu");
  if (!(await tf.setBackend(name))) throw new Error(`no backend ${name}`);
  await tf.ready();
}

export function toTensor({ dtype, shape, data }: TensorData): tf.Tensor {
  const own = dtype === "i32" ? "int32" : dtype === "bool" ? "bool" : "float32";
  return tf.tensor(own === "float32" ? Float32Array.from(data) : own === "int32" ? Int32Array.from(data) : Uint8Array.from(data), [...shape], own);
}

const fromTensor = (x: tf.Tensor): TensorData => ({ dtype: x.dtype === "int32" ? "i32" : x.dtype === "bool" ? "bool" : "f32", shape: x.shape, data: Float64Array.from(x.dataSync()) });

export interface Ran {
  readonly values: ReadonlyMap<string, TensorData>;
  /** Tensors and bytes that are alive after each call and the disposal of its results, less those before the first. */
  readonly left: readonly { readonly tensors: number; readonly bytes: number }[];
}

/** Runs a program `calls` times. */
export function run(of: TfjsProgram, inputs: ReadonlyMap<string, TensorData>, weights: ReadonlyMap<string, TensorData>, { step = 0, calls = 1, entry = "run" } = {}): Ran {
  const own = load(of, entry)[entry];
  const tensors = (values: ReadonlyMap<string, TensorData>): Tensors => Object.fromEntries([...values].map(([name, value]) => [name, toTensor(value)]));
  const given = { inputs: tensors(inputs), weights: tensors(weights), tables: tensors(of.tables) };
  const before = tf.memory();
  let values: ReadonlyMap<string, TensorData> = new Map();
  const left = Array.from({ length: calls }, () => {
    const results = flattened(own(...of.entries.get(entry)!.parameters.map((name) => (name === "step" ? step : name === "weights" ? nested(given.weights) : given[name]))));
    values = new Map(Object.entries(results).map(([name, x]) => [name, fromTensor(x)]));
    Object.values(results).forEach((x) => x.dispose());
    const { numTensors, numBytes } = tf.memory();
    return { tensors: numTensors - before.numTensors, bytes: numBytes - before.numBytes };
  });
  for (const group of Object.values(given)) for (const x of Object.values(group)) x.dispose();
  return { values, left };
}
