/**
 * The TensorFlow.js target against peers. `node scripts/run-ts.mjs bench/tfjs.ts [STEPS]`: a training step (loss and all gradients, no optimiser) of a part
 * of the small CD2FSAN (bench/tfjs-peer.ts) against the same part written by hand, on the same backend and in the same run, in turn; time, and the most bytes
 * of tensors that are alive at any kernel call. WebAssembly, and the native binding where NETC_TFJS_NODE names a folder with one.
 *
 * With `--full [STEPS] [PYTHON]` instead: full-size variant g, batch 1, on the native binding beside ONNX Runtime and, with a Python that has PyTorch, PyTorch
 * (bench/tfjs-full.ts).
 */
import { stepTensors } from "../runtime/tfjs/entries.ts";
import * as tf from "@tensorflow/tfjs-core";
import { build } from "esbuild";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { buildTfjs, chooseKept, layOut } from "../backends/tfjs/index.ts";
import { chooseModel, chooseVariant, loadChecked } from "../cli/select.ts";
import { createCompilation } from "../compiler/compilation.ts";
import { constantValue, emptyFacts } from "../compiler/dims/index.ts";
import type { Graph, Node } from "../compiler/ir/graph.ts";
import { optimise } from "../compiler/passes/index.ts";
import { stepGraph } from "../compiler/training/step.ts";
import { load, useBackend } from "../test/tfjs/program.ts";
import { full } from "./tfjs-full.ts";
import { byHand, models, sizes, stepByHand, type Part } from "./tfjs-peer.ts";

if (process.argv[2] === "--full") {
  await full(process.argv.slice(3));
  process.exit();
}

/** The core for Node leaves the tape's gradients out, which only the by-hand side needs: they register themselves in what all copies of the core share. */
async function registerGradients(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "netc-bench-"));
  try {
    const outfile = join(folder, "gradients.mjs");
    await build({ stdin: { contents: 'import "@tensorflow/tfjs-core/dist/register_all_gradients.js";', resolveDir: process.cwd() }, bundle: true, format: "esm", platform: "node", outfile, logLevel: "error" });
    await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await registerGradients();
const steps = Number(process.argv[2] ?? 20);
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1];
const shapeOf = (node: Node): number[] => node.type.shape.map((size) => constantValue(size)!);

/** The step of a part as netc compiles it. */
function stepOf(part: Part): Graph {
  const texts: Readonly<Record<string, string>> = { "part.net": models[part], "clip.net": readFileSync("models/clip.net", "utf8") };
  const compilation = createCompilation({ read: (name) => texts[name], resolve: (from) => from.replace("./", "") }, ["part.net"]);
  const errors = compilation.diagnostics().filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join("; "));
  const [model] = compilation.rootModels;
  const { graph, facts } = compilation.loss(compilation.trainingOf(model)[0], model, compilation.variantsOf(model)[0], { training: true, fixedSizes: new Map([["B", sizes.batch]]) });
  return chooseKept(stepGraph(graph, facts, () => false, { makesComposites: true }).graph).graph;
}

/** Transposes of variant g at full size (a free batch counts as 8) against every convolution and pooling converting by itself. */
function layouts(): void {
  const compilation = loadChecked(["models/cd2fsan.net"], "human");
  const model = chooseModel(compilation, undefined);
  const variant = chooseVariant(compilation, model, "g", []);
  const loss = compilation.loss(compilation.trainingOf(model)[0], model, variant, { training: true, fixedSizes: new Map([["B", 1]]) });
  const graphs: readonly (readonly [string, Graph])[] = [
    ["prediction (batch 8)", optimise(compilation.lower(model, variant).graph, { facts: emptyFacts() })],
    ["training step (batch 1)", chooseKept(stepGraph(loss.graph, loss.facts, () => false, { makesComposites: true }).graph).graph],
  ];
  const all = [["variant g at full size", "transposes", "MB", "each by itself", "MB", "ratio of bytes"]];
  for (const [name, graph] of graphs) {
    const { transposes, apart } = layOut(graph);
    all.push([name, String(transposes.count), (transposes.bytes / 1e6).toFixed(0), String(apart.count), (apart.bytes / 1e6).toFixed(0), (transposes.bytes / apart.bytes).toFixed(2)]);
  }
  print(all);
}

function print(rows: readonly (readonly string[])[]): void {
  console.log(`| ${rows[0].join(" | ")} |\n|---|${rows[0].slice(1).map(() => "---:").join("|")}|`);
  for (const row of rows.slice(1)) console.log(`| ${row.join(" | ")} |`);
  console.log();
}

/** Numbers by formula, the same on both sides. */
const numbers = (shape: readonly number[], seed: number, scale: number): Float32Array => Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => scale * Math.sin(1.3 * i + seed + (i % 7)));

let peak = 0;

/** Counts the bytes of all tensors after every kernel of a backend. */
function watch(backend: string): void {
  for (const kernel of tf.getKernelsForBackend(backend)) {
    tf.unregisterKernel(kernel.kernelName, backend);
    tf.registerKernel({ ...kernel, kernelFunc(given) {
      const result = kernel.kernelFunc(given);
      peak = Math.max(peak, tf.memory().numBytes);
      return result;
    } });
  }
}

interface Side {
  /** Runs a step and gives its loss and the sum of the squares of its gradients. */
  readonly step: () => { readonly loss: number; readonly norm: number };
}

function sidesOf(part: Part): readonly [netc: Side, hand: Side] {
  const graph = stepOf(part);
  const built = buildTfjs([{ name: "step", graph }]);
  if ("refused" in built) throw new Error(built.refused.map(({ needs }) => needs).join("; "));
  const run = load(built, "step")["step"];
  const weights: Record<string, unknown> = {};
  const variables = new Map<string, tf.Variable>();
  for (const [at, node] of [...graph.parameters, ...graph.states].entries()) {
    const { path } = node.attributes;
    const shape = shapeOf(node);
    const isScale = path.endsWith("scale") || path.endsWith("running_variance");
    const value = isScale ? tf.ones(shape) : tf.tensor(numbers(shape, at, 0.7 / Math.sqrt(shape.slice(1).reduce((a, b) => a * b, 1))), shape);
    const parts = path.split(".");
    (parts.slice(0, -1).reduce((own, name) => (own[name] ??= {}) as Record<string, unknown>, weights))[parts[parts.length - 1]] = value;
    if (node.operator === "parameter") variables.set(path, tf.variable(byHand(path, value), true));
  }
  const { side, batch } = sizes;
  const image = tf.tensor(numbers([batch, 3, side, side], 1, 1), [batch, 3, side, side]);
  const target = tf.tensor(numbers([batch, side / 2, side / 2], 2, 1).map((x) => Number(x > 0.3)), [batch, side / 2, side / 2]);
  const inputs = { image, target, words: tf.zeros([batch, 12], "int32") };
  const tables = Object.fromEntries([...built.tables].map(([name, { dtype, shape, data }]) => [name, tf.tensor(Float32Array.from(data), [...shape], dtype === "i32" ? "int32" : dtype === "bool" ? "bool" : "float32")]));
  const given = { inputs, weights, tables, step: 0 };
  const last = tf.tidy(() => tf.transpose(image, [0, 2, 3, 1]));
  const squares = (gradients: readonly tf.Tensor[]): number => tf.tidy(() => tf.addN(gradients.map((each) => tf.sum(tf.square(each)))).dataSync()[0]);
  return [
    {
      step() {
        const results = stepTensors(run(...built.entries.get("step")!.parameters.map((name) => given[name] as never)));
        const found = { loss: results.loss.dataSync()[0], norm: results.squaredNorm.dataSync()[0] };
        tf.dispose(results as never);
        return found;
      },
    },
    {
      step() {
        const { loss, gradients } = stepByHand(part, variables, last, target);
        const found = { loss: loss.dataSync()[0], norm: squares(gradients) };
        tf.dispose([loss, ...gradients]);
        return found;
      },
    },
  ];
}

function compare(part: Part, backend: string): readonly string[] {
  const sides = sidesOf(part);
  const begin = tf.memory().numBytes;
  const times = sides.map((): number[] => []);
  const peaks = sides.map(() => 0);
  const found = sides.map(({ step }) => step()); // the first step compiles and allocates
  for (const key of ["loss", "norm"] as const) if (!(Math.abs(found[0][key] / found[1][key] - 1) < 1e-3)) throw new Error(`${part} on ${backend}: the sides have ${key} ${found[0][key]} and ${found[1][key]}`);
  for (let i = 0; i < steps; i++) {
    sides.forEach(({ step }, at) => {
      peak = 0;
      const from = performance.now();
      step();
      times[at].push(performance.now() - from);
      peaks[at] = Math.max(peaks[at], peak - begin);
    });
  }
  const ratio = median(times[0].map((each, i) => each / times[1][i]));
  return [`${part} on ${backend}`, median(times[0]).toFixed(0), median(times[1]).toFixed(0), ratio.toFixed(2), (peaks[0] / 1e6).toFixed(1), (peaks[1] / 1e6).toFixed(1), (peaks[0] / peaks[1]).toFixed(2)];
}

console.log("## Layouts of the TensorFlow.js target\n");
layouts();
console.log(`## A training step on TensorFlow.js: netc's program against the same model by hand, with tf.variableGrads (${steps} steps in turn)\n`);
const rows = [["part", "netc ms", "by hand ms", "ratio", "netc peak MB", "by hand peak MB", "ratio"]];
const cases: readonly (readonly [Part, string])[] = [["tower", "wasm"], ...(process.env["NETC_TFJS_NODE"] ? ([["tower", "tensorflow"], ["decoder", "tensorflow"]] as const) : [])];
const watched = new Set<string>();
for (const [part, backend] of cases) {
  await useBackend(backend);
  if (!watched.has(backend)) watch(backend);
  watched.add(backend);
  rows.push([...compare(part, backend)]);
}
print(rows);
console.log("(bytes of tensors beyond weights and inputs, at the worst kernel call; the ratio of time is the median of the ratios of neighbouring steps)\n");
process.exit();
