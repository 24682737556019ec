/**
 * Full-size variant g (480 × 480, batch 1, Adam) as a training step: netc's program on the native binding of TensorFlow.js, netc's step on ONNX Runtime,
 * and PyTorch (train_peer.py), each a process of its own that does a step for each line that it reads. They take turns, so ratios of neighbouring steps hold on
 * a machine that others use.
 */
import * as tf from "@tensorflow/tfjs-core";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { chooseModel, chooseVariant, loadChecked } from "../cli/select.ts";
import { loadEntries, tableTensors } from "../cli/tfjs-load.ts";
import { currentBackend } from "../cli/tfjs-machine.ts";
import { planTfjs } from "../cli/tfjs-training.ts";
import { planTraining } from "../cli/training-program.ts";
import { createTensorTrainer } from "../runtime/tfjs/learner.ts";
import type { BatchSource, Trainer } from "../runtime/training/loop.ts";
import { countOf } from "../runtime/training/shape.ts";
import type { TrainedModel } from "../runtime/training/trained-model.ts";
import { createTrainer } from "../runtime/training/trainer.ts";

interface Step {
  readonly seconds: number;
  /** Seconds of all its threads: what a machine that others use tells best. */
  readonly processor: number;
  /** Of netc's two, which begin with the same weights. */
  readonly loss?: number;
  /** The largest resident size of the process, in gigabytes. */
  readonly peak: number;
  /** The most bytes of tensors at once, in gigabytes, where they are counted. */
  readonly tensors?: number;
}

const resident = (): number => Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? NaN) / 1e6;

/** What every side is given: a picture, a sentence of a few words, a mask. */
export const numbersFor = (name: string, dtype: string, shape: readonly number[]): Float32Array | Int32Array =>
  dtype === "i32"
    ? Int32Array.from({ length: countOf(shape) }, (_, i) => (i < 11 ? 300 + 7 * i : i === 11 ? 49407 : 0))
    : Float32Array.from({ length: countOf(shape) }, (_, i) => (name === "target" ? (i % 10 < 3 ? 1 : 0) : name.startsWith("random/") ? ((i * 7919) % 1000) / 1000 : Math.sin(0.01 * i)));

/** A training that takes the same batch at every step. */
async function training(of: "tfjs" | "onnx"): Promise<Trainer> {
  const compilation = loadChecked(["models/cd2fsan.net"], "human");
  const model = chooseModel(compilation, undefined);
  const variant = chooseVariant(compilation, model, "g", []);
  const source = (program: TrainedModel): BatchSource => {
    const feeds = Object.fromEntries(program.fields.map(({ name, dtype, shape }) => [name, numbersFor(name, dtype, shape)]));
    return { batchesPerEpoch: 1000, batch: () => Promise.resolve({ feeds }) };
  };
  if (of === "onnx") {
    const { program } = planTraining(compilation, model, variant, { batch: 1 });
    return createTrainer(program, source(program), { seed: 0, steps: 1000 });
  }
  await currentBackend("node-gpu");
  const { trained, files } = planTfjs(compilation, model, variant, { batch: 1, language: "javascript", backends: ["node"] });
  return createTensorTrainer(trained, loadEntries(files), tableTensors(files.tables), source(trained), { seed: 0, steps: 1000 });
}

/** The most bytes of tensors at once: those that share their data are counted each. */
function watchTensors(): () => number {
  let most = 0;
  for (const kernel of tf.getKernelsForBackend("tensorflow")) {
    tf.unregisterKernel(kernel.kernelName, "tensorflow");
    tf.registerKernel({ ...kernel, kernelFunc(given) {
      const result = kernel.kernelFunc(given);
      most = Math.max(most, tf.memory().numBytes);
      return result;
    } });
  }
  return () => most;
}

async function stepsOf(of: "tfjs" | "onnx"): Promise<() => Promise<Step>> {
  const trainer = await training(of);
  const tensors = of === "tfjs" ? watchTensors() : undefined;
  return async () => {
    const [from, before] = [performance.now(), process.cpuUsage()];
    const { loss } = await trainer.step();
    const { user, system } = process.cpuUsage(before);
    return { seconds: (performance.now() - from) / 1000, processor: (user + system) / 1e6, peak: resident(), loss, tensors: tensors && tensors() / 1e9 };
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
  if (first === "tfjs" || first === "onnx") return child(await stepsOf(first));
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
      const { seconds, processor, peak, tensors, loss } = found[at][i];
      console.log(`step ${i + 1}, ${peer.name}: ${seconds.toFixed(2)} s, of processors ${processor.toFixed(2)} s${loss === undefined ? "" : `, loss ${loss.toFixed(6)}`}, largest resident size ${peak.toFixed(2)} GB${tensors === undefined ? "" : `, tensors ${tensors.toFixed(2)} GB`}`);
    }
  }
  peers.forEach((peer) => peer.end());
  const middle = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1];
  const ratio = (at: number, of: "seconds" | "processor"): string => middle(found[0].slice(1).map((each, i) => each[of] / found[at][i + 1][of])).toFixed(2);
  const last = found[0].length - 1;
  // The first step of each pays for pages that the others have.
  for (const [at, peer] of peers.entries()) {
    if (at === 0 || last < 1) continue;
    console.log(`tfjs against ${peer.name}, from the second step on: time ${ratio(at, "seconds")}, of processors ${ratio(at, "processor")}, largest resident size ${(found[0][last].peak / found[at][last].peak).toFixed(2)}`);
  }
}
