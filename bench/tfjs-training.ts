/**
 * Trainings of the small CD2FSAN, variant g, on TensorFlow.js that are too long for a test. `node scripts/run-ts.mjs bench/tfjs-training.ts [BACKEND] [LEAK_STEPS]`:
 * a hundred steps beside ONNX Runtime's and PyTorch's losses; the tensors and bytes that are alive after each of a thousand; and a process that is killed
 * at a random step, whose next hundred losses are those of one that was not. Exit code 1 where one of them does not hold.
 */
import * as tf from "@tensorflow/tfjs-core";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadEntries, tableTensors } from "../cli/tfjs-load.ts";
import { currentBackend } from "../cli/tfjs-machine.ts";
import { planTfjs } from "../cli/tfjs-training.ts";
import { trainingProgram } from "../cli/training-program.ts";
import { openMetricsLog } from "../runtime/reports/csv.ts";
import type { BackendChoice } from "../runtime/tfjs/backend-names.ts";
import { createTensorTrainer } from "../runtime/tfjs/learner.ts";
import { checkpointAt, restoreCheckpoint, saveCheckpoint, type CheckpointContext } from "../runtime/training/checkpoint.ts";
import type { BatchSource } from "../runtime/training/loop.ts";
import { createTrainer } from "../runtime/training/trainer.ts";
import { parameterValue } from "../test/parity/formula.ts";
import { feedsOf, losses as golden, rate, smallTraining, variantOf } from "../test/parity/small-training.ts";

const [backend = "auto", leakSteps = "1000", child, steps] = process.argv.slice(2);
const compilation = smallTraining(`sgd(lr: ${rate})`);
const [model] = compilation.rootModels;
const variant = variantOf(compilation, "g");
const { lines } = await currentBackend(backend as BackendChoice);
const { trained, files } = planTfjs(compilation, model, variant, { language: "javascript" });
const entries = loadEntries(files);
const tables = tableTensors(files.tables);
const feeds = Array.from({ length: 10 }, (_, step) => feedsOf(step));
const source: BatchSource = { batchesPerEpoch: 10, batch: (_, step) => Promise.resolve({ feeds: feeds[step] }) };
const shapes = new Map([...trained.parameters, ...trained.states].map(({ path, shape }) => [path, shape]));
const initial = (path: string): Float32Array => Float32Array.from(parameterValue(path, shapes.get(path)!));
const trainer = (count: number) => createTensorTrainer(trained, entries, tables, source, { seed: 0, steps: count, initial });
const context: CheckpointContext = { program: trained, header: { netc: "bench", seed: 0, stepsPerEpoch: 10, totalSteps: 1000, data: "formula" } };

if (child) await train(child, Number(steps));
else {
  console.log(lines.join("\n"));
  const results = [await hundred(), await leaks(Number(leakSteps)), await killed()];
  process.exitCode = results.every(Boolean) ? 0 : 1;
}

async function hundred(): Promise<boolean> {
  const own = trainer(golden.length);
  const other = await createTrainer(trainingProgram(compilation, model, variant), source, { seed: 0, steps: golden.length, initial });
  let [onnx, torch, ownTime, otherTime] = [0, 0, 0, 0];
  for (const wanted of golden) {
    const from = performance.now();
    const { loss } = await own.step();
    const middle = performance.now();
    const beside = await other.step();
    [ownTime, otherTime] = [ownTime + middle - from, otherTime + performance.now() - middle];
    [onnx, torch] = [Math.max(onnx, Math.abs(loss - beside.loss)), Math.max(torch, Math.abs(loss - wanted))];
  }
  await Promise.all([own.dispose(), other.dispose()]);
  const holds = onnx < 1e-3 && torch < 1e-3;
  console.log(`${golden.length} steps: losses at most ${onnx.toExponential(1)} from ONNX Runtime's and ${torch.toExponential(1)} from PyTorch's, allowed 1e-3: ${holds ? "holds" : "DOES NOT HOLD"}; a step takes ${(ownTime / otherTime).toFixed(2)} times ONNX Runtime's, ${(ownTime / golden.length / 1000).toFixed(2)} s`);
  return holds;
}

async function leaks(count: number): Promise<boolean> {
  const before = tf.memory();
  const own = trainer(count);
  const seen = new Set<string>();
  for (let i = 0; i < count; i++) {
    await own.step();
    seen.add(`${tf.memory().numTensors} tensors, ${tf.memory().numBytes} bytes`);
  }
  await own.dispose();
  const left = tf.memory().numTensors - before.numTensors;
  const holds = seen.size === 1 && left === 0;
  console.log(`${count} steps: after each ${[...seen].slice(0, 3).join("; ")}; ${left} tensors when it is disposed: ${holds ? "holds" : "DOES NOT HOLD"}`);
  return holds;
}

/** What a child does: goes on from the checkpoint in a folder, saves after each step, and logs losses. */
async function train(folder: string, count: number): Promise<void> {
  const own = trainer(1000);
  const last = join(folder, "last");
  const from = checkpointAt(last);
  if (from) restoreCheckpoint(from, own.state, context);
  const after = own.state.counts.steps;
  const log = openMetricsLog(join(folder, "log.csv"), ["loss"], after > 0 ? { after } : {});
  while (own.state.counts.steps < count) {
    const { step, loss } = await own.step();
    log.append({ step, loss });
    saveCheckpoint(last, own.state, context);
  }
}

async function killed(): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), "netc-bench-"));
  const rows = (): readonly string[] => (existsSync(join(folder, "log.csv")) ? readFileSync(join(folder, "log.csv"), "utf8").split("\n").slice(1, -1) : []);
  const run = (count: number, killAt?: number): Promise<number | null> =>
    new Promise((resolve) => {
      const own = spawn(process.execPath, [process.argv[1], backend, "0", folder, String(count)], { stdio: ["ignore", "ignore", "inherit"] });
      const watch = setInterval(() => void (killAt !== undefined && rows().length >= killAt && own.kill("SIGKILL")), 20);
      own.on("exit", (code) => (clearInterval(watch), resolve(code)));
    });
  try {
    const at = 2 + Math.floor(Math.random() * 18);
    await run(1000, at);
    const stopped = Number(rows().at(-1)!.split(",")[0]);
    await run(stopped + 100);
    const found = rows().map((row) => Number(row.split(",")[1]));
    const own = trainer(1000);
    let different = 0;
    for (let i = 0; i < stopped + 100; i++) if ((await own.step()).loss !== found[i]) different++;
    await own.dispose();
    const holds = different === 0 && found.length === stopped + 100;
    console.log(`killed at step ${stopped}, and gone on: ${different} of the ${stopped + 100} losses differ from those of a training that was not killed: ${holds ? "holds" : "DOES NOT HOLD"}`);
    return holds;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
