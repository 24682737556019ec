/**
 * Where a training step on the native binding of TensorFlow.js spends its time. `NETC_TFJS_NODE=FOLDER node scripts/run-ts.mjs bench/tfjs-profile.ts small|full [STEPS]`:
 * the small CD2FSAN or variant g at full size, with Adam. Of the last step, by the function of netc's library that asked for it and by TensorFlow's operation with
 * its shapes: milliseconds of all processors, milliseconds that passed, and how often; and the buffers that were alive when they were most. Names of callers
 * cost a small step several times its own time: with `plain` as a third argument only the whole steps are measured.
 */
import * as tf from "@tensorflow/tfjs-core";
import { readFileSync } from "node:fs";
import { libraryFunctions } from "../backends/tfjs/library/index.ts";
import { chooseModel, chooseVariant, loadChecked } from "../cli/select.ts";
import { loadEntries, tableTensors } from "../cli/tfjs-load.ts";
import { currentBackend } from "../cli/tfjs-machine.ts";
import { planTfjs } from "../cli/tfjs-training.ts";
import { createTensorTrainer } from "../runtime/tfjs/learner.ts";
import type { Feeds } from "../runtime/training/step-engine.ts";
import { feedsOf, smallTraining, variantOf } from "../test/parity/small-training.ts";
import { numbersFor } from "./tfjs-full.ts";

const [size = "small", steps = "3", detail = "callers"] = process.argv.slice(2);
const isFull = size === "full";
await currentBackend("node-gpu");
const compilation = isFull ? loadChecked(["models/cd2fsan.net"], "human") : smallTraining("adam(lr: 5e-5)");
const model = isFull ? chooseModel(compilation, undefined) : compilation.rootModels[0];
const variant = isFull ? chooseVariant(compilation, model, "g", []) : variantOf(compilation, "g");
const { trained, files } = planTfjs(compilation, model, variant, { language: "javascript", backends: ["node"], ...(isFull ? { batch: 1 } : {}) });
const feeds: Feeds = isFull ? Object.fromEntries(trained.fields.map(({ name, dtype, shape }) => [name, numbersFor(name, dtype, shape)])) : feedsOf(0);
const trainer = createTensorTrainer(trained, loadEntries(files), tableTensors(files.tables), { batchesPerEpoch: 1000, batch: () => Promise.resolve({ feeds }) }, { seed: 0, steps: 1000 });

/** Milliseconds of processors and on the clock. */
interface Spent {
  processors: number;
  clock: number;
  count: number;
}

const [callers, operations, shapes] = [new Map<string, Spent>(), new Map<string, Spent>(), new Map<string, Spent>()];

function add(table: Map<string, Spent>, name: string, { processors, clock }: Omit<Spent, "count">): void {
  const own = table.get(name) ?? { processors: 0, clock: 0, count: 0 };
  table.set(name, { processors: own.processors + processors, clock: own.clock + clock, count: own.count + 1 });
}

/** Buffers by the handles that share them, and what was alive when it was most. */
const handles = new Map<number, { readonly buffer: { readonly bytes: number; readonly shape: string; handles: number } }>();
let [alive, most, before] = [0, 0, Infinity];
let atMost: readonly string[] = [];

function hold(id: number, shape: readonly number[], shared?: number): void {
  const buffer = (shared === undefined ? undefined : handles.get(shared)?.buffer) ?? { bytes: 4 * shape.reduce((product, each) => product * each, 1), shape: `[${shape}]`, handles: 0 };
  if (buffer.handles++ === 0) alive += buffer.bytes;
  handles.set(id, { buffer });
  if (alive <= most) return;
  most = alive;
  // Only where the step before had its most: a list of all buffers takes time.
  if (most < 0.998 * before) return;
  const bytes = new Map<string, number>();
  for (const each of new Set([...handles.values()].map((own) => own.buffer))) bytes.set(each.shape, (bytes.get(each.shape) ?? 0) + each.bytes);
  atMost = [...bytes].sort(([, a], [, b]) => b - a).slice(0, 15).map(([name, own]) => `${(own / 1e6).toFixed(1).padStart(10)} MB ${name}`);
}

function letGo(id: number): void {
  const buffer = handles.get(id)?.buffer;
  if (buffer && --buffer.handles === 0) alive -= buffer.bytes;
  handles.delete(id);
}

/** The function of the library, or of the optimiser, that an operation belongs to. */
const callerOf = (operation: string): string => [...new Error().stack!.matchAll(/at (?:Object\.)?(\w+)/g)].map((each) => each[1]).find((each) => each in libraryFunctions || each === "adapt" || each === "descend") ?? `(${operation})`;

const shapeOf = (id: number): string => handles.get(id)?.buffer.shape ?? "?";
const sharing = new Set(["Reshape", "ExpandDims", "Squeeze", "Identity"]);

interface Binding {
  executeOp(name: string, attributes: unknown, inputs: readonly number[], outputs: number): readonly { readonly id: number; readonly shape: readonly number[] }[];
  createTensor(shape: readonly number[], ...rest: readonly unknown[]): number;
  deleteTensor(id: number): void;
}

/** Puts clocks around what the backend asks of TensorFlow. */
function watch(): void {
  Error.stackTraceLimit = 50;
  const backend = tf.backend() as unknown as { binding: Binding };
  const { binding } = backend;
  const timed = <Result>(name: string, act: () => Result, shapesOf: (result: Result) => string): Result => {
    const [clock, processors] = [performance.now(), process.cpuUsage()];
    const result = act();
    const { user, system } = process.cpuUsage(processors);
    const spent = { processors: (user + system) / 1000, clock: performance.now() - clock };
    add(operations, name, spent);
    add(shapes, `${name} ${shapesOf(result)}`, spent);
    add(callers, callerOf(name), spent);
    return result;
  };
  const all = Object.fromEntries(Object.getOwnPropertyNames(binding).map((name) => [name, binding[name as keyof Binding]])) as unknown as Binding;
  backend.binding = {
    ...all,
    executeOp(name, attributes, inputs, outputs) {
      const results = timed(name, () => binding.executeOp(name, attributes, inputs, outputs), (own) => `${inputs.map(shapeOf).join(" ")} -> ${own.map(({ shape }) => `[${shape}]`).join(" ")}`);
      for (const { id, shape } of results) hold(id, shape, sharing.has(name) ? inputs[0] : undefined);
      return results;
    },
    createTensor(shape, ...rest) {
      const id = timed("createTensor", () => binding.createTensor(shape, ...rest), () => `[${shape}]`);
      hold(id, shape);
      return id;
    },
    deleteTensor(id) {
      timed("deleteTensor", () => binding.deleteTensor(id), () => shapeOf(id));
      letGo(id);
    },
  };
}

if (detail !== "plain") watch();
for (let i = 1; i <= Number(steps); i++) {
  for (const table of [callers, operations, shapes]) table.clear();
  [before, most] = [most || Infinity, 0];
  const [clock, processors] = [performance.now(), process.cpuUsage()];
  const { loss } = await trainer.step();
  const { user, system } = process.cpuUsage(processors);
  const resident = Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))![1]) / 1e6;
  console.log(`step ${i}: ${((performance.now() - clock) / 1000).toFixed(2)} s, of processors ${(user / 1e6).toFixed(2)} s and ${(system / 1e6).toFixed(2)} s of the system's; loss ${loss.toFixed(6)}; largest resident size ${resident.toFixed(2)} GB${detail === "plain" ? "" : `, buffers at most ${(most / 1e9).toFixed(2)} GB`}`);
}
if (atMost.length > 0) console.log(`\nalive at the most\n${atMost.join("\n")}`);
for (const [title, table, count] of [["by function", callers, 25], ["by operation", operations, 25], ["by shapes", shapes, 40]] as const) {
  if (table.size === 0) continue;
  console.log(`\n${title}: milliseconds of processors, on the clock, and how often`);
  for (const [name, own] of [...table].sort(([, a], [, b]) => b.processors - a.processors).slice(0, count)) console.log(`${own.processors.toFixed(1).padStart(10)} ${own.clock.toFixed(1).padStart(10)} ${String(own.count).padStart(7)}  ${name}`);
}
process.exit();
