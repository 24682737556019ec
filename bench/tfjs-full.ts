/**
 * Full-size variant g (480 × 480, batch 1, Adam) as a training step: netc's program on the native binding of TensorFlow.js, netc's step on ONNX Runtime,
 * and PyTorch (train_peer.py), each a process of its own that does a step for each line that it reads. They take turns, so ratios of neighbouring steps hold on
 * a machine that others use.
 */
import { stepTensors } from "../runtime/tfjs/entries.ts";
import * as tf from "@tensorflow/tfjs-core";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { buildTfjs, chooseKept } from "../backends/tfjs/index.ts";
import { chooseModel, chooseVariant, loadChecked } from "../cli/select.ts";
import { planTraining } from "../cli/training-program.ts";
import { constantValue } from "../compiler/dims/index.ts";
import type { Node } from "../compiler/ir/graph.ts";
import { stepGraph } from "../compiler/training/step.ts";
import { countOf } from "../runtime/training/shape.ts";
import { createTrainer } from "../runtime/training/trainer.ts";
import { load, useBackend } from "../test/tfjs/program.ts";

interface Step {
  readonly seconds: number;
  /** The largest resident size of the process, in gigabytes. */
  readonly peak: number;
  /** The most bytes of tensors at once, in gigabytes, where they are counted. */
  readonly tensors?: number;
}

const resident = (): number => Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? NaN) / 1e6;
const shapeOf = (node: Node): number[] => node.type.shape.map((size) => constantValue(size)!);

/** What every side is given: a picture, a sentence of a few words, a mask. */
const numbersFor = (name: string, dtype: string, shape: readonly number[]): Float32Array | Int32Array =>
  dtype === "i32"
    ? Int32Array.from({ length: countOf(shape) }, (_, i) => (i < 11 ? 300 + 7 * i : i === 11 ? 49407 : 0))
    : Float32Array.from({ length: countOf(shape) }, (_, i) => (name === "target" ? (i % 10 < 3 ? 1 : 0) : name.startsWith("random/") ? ((i * 7919) % 1000) / 1000 : Math.sin(0.01 * i)));

async function onnx(): Promise<() => Promise<Step>> {
  const compilation = loadChecked(["models/cd2fsan.net"], "human");
  const model = chooseModel(compilation, undefined);
  const { program } = planTraining(compilation, model, chooseVariant(compilation, model, "g", []), { batch: 1 });
  const feeds = Object.fromEntries(program.fields.map(({ name, dtype, shape }) => [name, numbersFor(name, dtype, shape)]));
  const trainer = await createTrainer(program, { batchesPerEpoch: 1000, batch: () => Promise.resolve({ feeds: feeds as never }) }, { seed: 0, steps: 1000 });
  return async () => {
    const from = performance.now();
    await trainer.step();
    return { seconds: (performance.now() - from) / 1000, peak: resident() };
  };
}

async function tfjs(): Promise<() => Promise<Step>> {
  await useBackend("tensorflow");
  const compilation = loadChecked(["models/cd2fsan.net"], "human");
  const model = chooseModel(compilation, undefined);
  const loss = compilation.loss(compilation.trainingOf(model)[0], model, chooseVariant(compilation, model, "g", []), { training: true, fixedSizes: new Map([["B", 1]]) });
  const { graph } = chooseKept(stepGraph(loss.graph, loss.facts, () => false, { makesComposites: true }).graph);
  const built = buildTfjs([{ name: "step", graph }], { backends: ["node"] });
  if ("refused" in built) throw new Error(built.refused.map(({ needs }) => needs).join("; "));
  const run = load(built, "step")["step"];
  const inputs = Object.fromEntries(graph.inputs.map((node) => [node.attributes.name, tf.tensor(numbersFor(node.attributes.name, node.type.dtype, shapeOf(node)), shapeOf(node), node.type.dtype === "i32" ? "int32" : "float32")]));
  const tables = Object.fromEntries([...built.tables].map(([name, { dtype, shape, data }]) => [name, tf.tensor(Float32Array.from(data), [...shape], dtype === "i32" ? "int32" : dtype === "bool" ? "bool" : "float32")]));
  const weights: Record<string, unknown> = {};
  const variables = new Map<string, tf.Variable>();
  for (const node of [...graph.parameters, ...graph.states]) {
    const { path } = node.attributes;
    const shape = shapeOf(node);
    const value = /scale$|running_variance$/.test(path) ? tf.ones(shape) : tf.randomNormal(shape, 0, 1 / Math.sqrt(countOf(shape.slice(1))), "float32", 1);
    const parts = path.split(".");
    const held = node.operator === "parameter" ? tf.variable(value, true, path) : value;
    if (node.operator === "parameter") {
      variables.set(path, held as tf.Variable);
      value.dispose();
    }
    parts.slice(0, -1).reduce((own, name) => (own[name] ??= {}) as Record<string, unknown>, weights)[parts[parts.length - 1]] = held;
  }
  let most = 0;
  for (const kernel of tf.getKernelsForBackend("tensorflow")) {
    tf.unregisterKernel(kernel.kernelName, "tensorflow");
    tf.registerKernel({ ...kernel, kernelFunc(given) {
      const result = kernel.kernelFunc(given);
      most = Math.max(most, tf.memory().numBytes);
      return result;
    } });
  }
  // One weight after another: tf.train.adam makes what it needs for all of them before it drops any, twelve times the weights.
  const moments = new Map<string, readonly [tf.Variable, tf.Variable]>();
  let count = 0;
  const [rate, first, second] = [5e-5, 0.9, 0.999];
  const update = (path: string, weight: tf.Variable, slope: tf.Tensor): void => {
    if (!moments.has(path)) moments.set(path, [tf.variable(tf.zerosLike(weight)), tf.variable(tf.zerosLike(weight))]);
    const [m, v] = moments.get(path)!;
    tf.tidy(() => {
      m.assign(tf.add(tf.mul(m, first), tf.mul(slope, 1 - first)));
      v.assign(tf.add(tf.mul(v, second), tf.mul(tf.square(slope), 1 - second)));
      const step = tf.div(tf.mul(m, rate / (1 - first ** count)), tf.add(tf.sqrt(tf.mul(v, 1 / (1 - second ** count))), 1e-8));
      weight.assign(tf.sub(weight, step));
    });
  };
  return async () => {
    most = 0;
    count++;
    const from = performance.now();
    const results = stepTensors(run(...built.entries.get("step")!.parameters.map((name) => ({ inputs, weights, tables, step: 0 })[name] as never)));
    results.loss.dataSync();
    for (const { attributes: { path } } of graph.parameters) {
      const slope = results.gradients[path];
      if (slope) update(path, variables.get(path)!, slope);
    }
    tf.dispose(results as never);
    return { seconds: (performance.now() - from) / 1000, peak: resident(), tensors: most / 1e9 };
  };
}

/** Does a step for each line of the input, and prints a line of JSON. */
async function child(step: () => Promise<Step>): Promise<void> {
  console.log(JSON.stringify({ ready: true }));
  for await (const _ of createInterface(process.stdin)) console.log(JSON.stringify(await step()));
}

interface Peer {
  readonly name: string;
  step(): Promise<Step>;
  end(): void;
}

async function start(name: string, command: string, args: readonly string[], saysReady: boolean): Promise<Peer> {
  const process_ = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface(process_.stdout)[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error(`${name} ended`);
      if (String(value).startsWith("{")) return JSON.parse(String(value));
    }
  };
  if (saysReady) await next();
  return {
    name,
    async step() {
      process_.stdin.write("step\n");
      return (await next()) as Step;
    },
    end: () => void process_.stdin.end(),
  };
}

/** `[STEPS] [PYTHON]`, or the name of a child. */
export async function full([first = "3", python]: readonly string[]): Promise<void> {
  if (first === "tfjs") return child(await tfjs());
  if (first === "onnx") return child(await onnx());
  const self = ["--max-old-space-size=4096", process.argv[1], "--full"];
  const peers = [
    await start("tfjs", process.execPath, [...self, "tfjs"], true),
    await start("ONNX Runtime", process.execPath, [...self, "onnx"], true),
    ...(python ? [await start("PyTorch", python, ["bench/train_peer.py"], false)] : []),
  ];
  const found: Step[][] = peers.map(() => []);
  for (let i = 0; i < Number(first); i++) {
    for (const [at, peer] of peers.entries()) {
      found[at].push(await peer.step());
      const { seconds, peak, tensors } = found[at][i];
      console.log(`step ${i + 1}, ${peer.name}: ${seconds.toFixed(2)} s, largest resident size ${peak.toFixed(2)} GB${tensors === undefined ? "" : `, tensors ${tensors.toFixed(2)} GB`}`);
    }
  }
  peers.forEach((peer) => peer.end());
  const middle = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1];
  const last = found[0].length - 1;
  // The first step of each pays for pages that the others have.
  for (const [at, peer] of peers.entries()) {
    if (at === 0 || last < 1) continue;
    console.log(`tfjs against ${peer.name}, from the second step on: time ${middle(found[0].slice(1).map((each, i) => each.seconds / found[at][i + 1].seconds)).toFixed(2)}, largest resident size ${(found[0][last].peak / found[at][last].peak).toFixed(2)}`);
  }
}
