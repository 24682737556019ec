/**
 * Where a training step on the native binding of TensorFlow.js spends its time: `node scripts/run-ts.mjs bench/tfjs-profile.ts small|full [STEPS]`, with
 * NETC_TFJS_NODE. By TensorFlow operation, and by operation with the shapes it had; the bytes that tensors really take (shared ones once) at most.
 */
import * as tf from "@tensorflow/tfjs-core";
import { readFileSync } from "node:fs";
import { libraryFunctions } from "../backends/tfjs/library/index.ts";
import { loadEntries, tableTensors } from "../cli/tfjs-load.ts";
import { currentBackend } from "../cli/tfjs-machine.ts";
import { planTfjs } from "../cli/tfjs-training.ts";
import { chooseModel, chooseVariant, loadChecked } from "../cli/select.ts";
import { createTensorTrainer } from "../runtime/tfjs/learner.ts";
import { countOf } from "../runtime/training/shape.ts";
import { feedsOf, smallTraining, variantOf } from "../test/parity/small-training.ts";

const [size = "small", steps = "3", backend = "node-gpu", detail = "detail"] = process.argv.slice(2);
await currentBackend(backend as never);
const compilation = size === "full" ? loadChecked(["models/cd2fsan.net"], "human") : smallTraining("adam(lr: 5e-5)");
const model = size === "full" ? chooseModel(compilation, undefined) : compilation.rootModels[0];
const variant = size === "full" ? chooseVariant(compilation, model, "g", []) : variantOf(compilation, "g");
let from = performance.now();
const lap = (what: string): void => { console.log(what, ((performance.now() - from) / 1000).toFixed(2), "s, resident", (process.memoryUsage().rss / 1e9).toFixed(2)); from = performance.now(); };
const { trained, files } = planTfjs(compilation, model, variant, { language: "javascript", ...(size === "full" ? { batch: 1 } : {}), backends: [backend === "wasm" ? "wasm" : "node"] });
lap("planned");
const numbersFor = (name: string, dtype: string, shape: readonly number[]): Float32Array | Int32Array =>
  dtype === "i32"
    ? Int32Array.from({ length: countOf(shape) }, (_, i) => (i < 11 ? 300 + 7 * i : i === 11 ? 49407 : 0))
    : Float32Array.from({ length: countOf(shape) }, (_, i) => (name === "target" ? (i % 10 < 3 ? 1 : 0) : Math.sin(0.01 * i)));
const feeds = size === "full" ? Object.fromEntries(trained.fields.map(({ name, dtype, shape }) => [name, numbersFor(name, dtype, shape)])) : feedsOf(0);
const trainer = createTensorTrainer(trained, loadEntries(files), tableTensors(files.tables), { batchesPerEpoch: 1000, batch: () => Promise.resolve({ feeds: feeds as never }) }, { seed: 0, steps: 1000 });
lap("initial values");
const spent = new Map<string, { ms: number; wall: number; count: number; shapes: Map<string, { ms: number; wall: number; count: number }> }>();
let native = 0;
Error.stackTraceLimit = 50;
const byWho: typeof spent = new Map();
const cpu = (): number => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; };
// bytes, shared buffers once
let alive = 0;
let wanted = Infinity;
let snapped = 0;
let snapshot = new Map<string, { ms: number; wall: number; count: number }>();
let where = "";
let most = 0;
const buffers = new Map<number, { bytes: number; handles: number }>();
if (backend !== "wasm" && detail === "detail") {
  const own = tf.backend() as unknown as { binding: Record<string, (...given: never[]) => never> };
  const bound = own.binding;
  const binding: Record<string, unknown> = {};
  for (const name of Object.getOwnPropertyNames(bound)) binding[name] = bound[name];
  (own as { binding: unknown }).binding = binding;
  const shapes = new Map<number, string>();
  const add = (name: string, detail: string, begin: number, beginCpu: number): void => {
    const ms = cpu() - beginCpu;
    const wall = performance.now() - begin;
    native += wall;
    const stack = new Error().stack!;
    const who = /at (?:Object\.)?(adapt|keep|numberOf|batchTensors)/.exec(stack)?.[1] ?? [...stack.matchAll(/at (?:Object\.)?(\w+)/g)].map((each) => each[1]).find((each) => each in libraryFunctions) ?? "plain " + name;
    const of = byWho.get(who) ?? { ms: 0, wall: 0, count: 0, shapes: new Map() };
    byWho.set(who, of);
    of.ms += ms; of.wall += wall; of.count++;
    const line = of.shapes.get(name) ?? { ms: 0, wall: 0, count: 0 };
    of.shapes.set(name, line);
    line.ms += ms; line.wall += wall; line.count++;
    const own = spent.get(name) ?? { ms: 0, wall: 0, count: 0, shapes: new Map() };
    spent.set(name, own);
    own.ms += ms; own.wall += wall; own.count++;
    const part = own.shapes.get(detail) ?? { ms: 0, wall: 0, count: 0 };
    own.shapes.set(detail, part);
    part.ms += ms; part.wall += wall; part.count++;
  };
  const wrap = (name: string, of: (inner: (...given: never[]) => never, given: any[]) => unknown): void => {
    const inner = bound[name].bind(bound) as (...given: never[]) => never;
    binding[name] = ((...given: never[]) => of(inner, given)) as never;
  };
  wrap("executeOp", (inner, given) => {
    const [begin, beginCpu] = [performance.now(), cpu()];
    const results = inner(...(given as never[])) as unknown as { id: number; shape: number[] }[];
    const flags = given[1].filter((each: any) => /transpose|adj_|stride|pad/i.test(each.name)).map((each: any) => `${each.name}=${each.value}`).join(" ");
    add(given[0], `${given[2].map((id: number) => shapes.get(id) ?? "?").join(" ")} -> ${results.map((each) => `[${each.shape}]`).join(" ")} ${flags}`, begin, beginCpu);
    for (const { id, shape } of results) {
      shapes.set(id, `[${shape}]`);
      if (given[0] === "ReadVariableOp") { const bytes = 4 * shape.reduce((a, b) => a * b, 1); buffers.set(id, { bytes, handles: 1 }); alive += bytes; }
      else if (/^(Reshape|ExpandDims|Squeeze|Identity)$/.test(given[0]) && buffers.has(given[2][0])) { const shared = buffers.get(given[2][0])!; shared.handles++; buffers.set(id, shared); }
      else { const bytes = 4 * shape.reduce((a, b) => a * b, 1); buffers.set(id, { bytes, handles: 1 }); alive += bytes; }
    }
    if (alive > most) { most = alive; if (most > 0.998 * wanted && most - snapped > 1e6) { snapped = most; snapshot = new Map(); for (const [id, own] of buffers) { const key = shapes.get(id)!; const each = snapshot.get(key) ?? { ms: 0, wall: 0, count: 0 }; each.ms += own.bytes / own.handles / 1e6; each.count++; snapshot.set(key, each); } where = [...new Error().stack!.matchAll(/at (?:Object\.)?(\w+)/g)].map((each) => each[1]).join(" "); } }
    return results;
  });
  wrap("createTensor", (inner, given) => {
    const [begin, beginCpu] = [performance.now(), cpu()];
    const id = inner(...(given as never[])) as unknown as number;
    add("createTensor", `[${given[0]}]`, begin, beginCpu);
    shapes.set(id, `[${given[0]}]`);
    const bytes = 4 * given[0].reduce((a: number, b: number) => a * b, 1);
    buffers.set(id, { bytes, handles: 1 });
    alive += bytes;
    return id;
  });
  wrap("tensorDataSync", (inner, given) => {
    const [begin, beginCpu] = [performance.now(), cpu()];
    const data = inner(...(given as never[]));
    add("tensorDataSync", shapes.get(given[0]) ?? "?", begin, beginCpu);
    return data;
  });
  wrap("deleteTensor", (inner, given) => {
    const [begin, beginCpu] = [performance.now(), cpu()];
    inner(...(given as never[]));
    add("deleteTensor", shapes.get(given[0]) ?? "?", begin, beginCpu);
    shapes.delete(given[0]);
    const shared = buffers.get(given[0]);
    if (shared && --shared.handles === 0) alive -= shared.bytes;
    buffers.delete(given[0]);
  });
}
for (let i = 0; i < Number(steps); i++) {
  spent.clear();
  byWho.clear();
  wanted = most > 0 ? most : Infinity;
  snapped = 0;
  native = 0;
  most = 0;
  const cpuBefore = process.cpuUsage();
  const begin = performance.now();
  const { loss } = await trainer.step();
  const whole = performance.now() - begin;
  const status = readFileSync("/proc/self/status", "utf8");
  const used = process.cpuUsage(cpuBefore);
  console.log(`step ${i + 1}: ${(whole / 1000).toFixed(3)} s, processor ${(used.user / 1e6).toFixed(2)} + ${(used.system / 1e6).toFixed(2)} s, buffers at most ${(most / 1e9).toFixed(3)} now ${(alive / 1e9).toFixed(3)} GB, resident ${(process.memoryUsage().rss / 1e9).toFixed(2)}, arrays ${(process.memoryUsage().arrayBuffers / 1e9).toFixed(2)}, heap ${(process.memoryUsage().heapTotal / 1e9).toFixed(2)}, in the binding ${(native / 1000).toFixed(3)} s; loss ${loss}; peak ${(Number(/VmHWM:\s+(\d+)/.exec(status)![1]) / 1e6).toFixed(2)} GB; ${JSON.stringify(tf.memory())}`);
}
const largest = (map: Map<string, { ms: number; wall: number; count: number }>, count: number): [string, { ms: number; wall: number; count: number }][] => [...map].sort((a, b) => b[1].ms - a[1].ms).slice(0, count);
console.log("at the most bytes:", where);
for (const [shape, { ms, count }] of largest(snapshot, 30)) console.log(`      ${ms.toFixed(1).padStart(9)} MB ${String(count).padStart(5)}  ${shape}`);
for (const [name, { ms, wall, count, ...rest }] of [...largest(byWho, 40), ...largest(spent, 40)]) {
  console.log(`${name.padEnd(40)} ${ms.toFixed(1).padStart(9)} ms ${wall.toFixed(1).padStart(9)} wall ${String(count).padStart(6)}`);
  for (const [shape, own] of largest((rest as never as { shapes: Map<string, { ms: number; wall: number; count: number }> }).shapes, 12)) if (own.ms > 0.003 * native) console.log(`      ${own.ms.toFixed(1).padStart(9)} ms ${own.wall.toFixed(1).padStart(9)} wall ${String(own.count).padStart(5)}  ${shape}`);
}
process.exit();
