/** A training on TensorFlow.js is that of ONNX Runtime, step by step; it leaves nothing behind; and one that goes on is the one that was not stopped. */
import * as tf from "@tensorflow/tfjs-core";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { tensorMachine } from "../../cli/tfjs-machine.ts";
import type { Compilation } from "../../compiler/compilation.ts";
import { restoreCheckpoint, saveCheckpoint, type CheckpointContext } from "../../runtime/training/checkpoint.ts";
import type { BatchSource, StepReport, Trainer } from "../../runtime/training/loop.ts";
import type { TensorStore } from "../../runtime/training/store.ts";
import { createTrainer } from "../../runtime/training/trainer.ts";
import { parameterValue } from "../parity/formula.ts";
import { feedsOf, losses as golden, rate, smallTraining } from "../parity/small-training.ts";
import { batches, compile, perceptron, programOf } from "../training/programs.ts";
import { testedBackends, useBackend } from "./program.ts";
import { tensorTraining } from "./training.ts";

const seed = 3;

async function take(trainer: Trainer, count: number): Promise<readonly StepReport[]> {
  const reports: StepReport[] = [];
  for (let i = 0; i < count; i++) reports.push(await trainer.step());
  return reports;
}

interface Compared {
  readonly own: readonly StepReport[];
  readonly other: readonly StepReport[];
  /** The largest difference of any number that they keep. */
  readonly apart: number;
}

const storesOf = ({ parameters, states, moments, average }: Trainer["state"]): readonly TensorStore[] => [parameters, states, ...moments.values(), ...(average ? [average] : [])];

/** Both engines for some steps. */
async function both(compilation: Compilation, steps: number, source?: BatchSource, variant = "default", value?: (path: string, shape: readonly number[]) => Float64Array): Promise<Compared> {
  const program = programOf(compilation, variant);
  const shapes = new Map([...program.parameters, ...program.states].map(({ path, shape }) => [path, shape]));
  const initial = value && ((path: string): Float32Array => Float32Array.from(value(path, shapes.get(path)!)));
  const data = source ?? batches(program, 10);
  const [first, second] = [tensorTraining(compilation, variant).trainer(data, { seed, steps, initial }), await createTrainer(program, data, { seed, steps, initial, engine: { threads: 1 } })];
  const [own, other] = [await take(first, steps), await take(second, steps)];
  const [ours, theirs] = [storesOf(first.state), storesOf(second.state)];
  expect(ours.map(({ entries }) => entries.length)).toEqual(theirs.map(({ entries }) => entries.length));
  const apart = Math.max(...ours.flatMap((store, i) => store.entries.map(({ path }) => largest(store.read(path), theirs[i].read(path)))));
  await Promise.all([first.dispose(), second.dispose()]);
  return { own, other, apart };
}

const largest = (a: Float32Array, b: Float32Array): number => a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
const losses = (reports: readonly StepReport[]): readonly number[] => reports.map(({ loss }) => loss);

/** A model without a norm behind a bias, whose gradient would be rounding alone. */
const plain = (items: string): Compilation => compile({ "plain.net": `model Plain {
  input x: f32[B, C = 2]
  let hidden = Linear(x, out: 16)
  let still = Linear(dropout(tanh(hidden), rate: 0.2), out: 8)
  output y: f32[B] = Linear(BatchNorm(tanh(still)), out: C = 1)[C = 0]
}
train Plain {
  data folder(split: train) { x: f32[B, C = 2]  label: f32[B] }
  loss bce_with_logits(y, label)
${items}
}
` });

describe.each(testedBackends)("on %s", (backend) => {
  beforeAll(() => useBackend(backend));

  it.each([
    "sgd(lr: 0.3)", "sgd(lr: 0.1, momentum: 0.9, decay: 1e-2)", "adam(lr: 1e-2, decay: 1e-2)", "adamw(lr: 1e-2, decay: 1e-1)", "adam(lr: 1e-2, clip: 0.05)",
    "adamw(lr: 1e-2) { hidden: lr * 0.1, still: decay * 0 }", "sgd(lr: 0.2)\n  accumulate 2", "adam(lr: 1e-2)\n  ema 0.8", "adam(lr: 2e-2)\n  schedule cosine(warmup: 0.2, floor: 0.1)",
  ])("%s: the losses, weights, moments and averages of ONNX Runtime", async (items) => {
    const { own, other, apart } = await both(plain(`  optimizer ${items}\n  batch 8`), 12);
    own.forEach(({ loss, norm, rate, epoch }, i) => {
      expect(Math.abs(loss - other[i].loss)).toBeLessThan(1e-5);
      expect(Math.abs(norm - other[i].norm)).toBeLessThan(1e-5);
      expect([rate, epoch]).toEqual([other[i].rate, other[i].epoch]);
    });
    expect(apart).toBeLessThan(5e-5);
  });

  it("a batch whose gradient is not finite changes nothing and is counted", async () => {
    const compilation = plain("  optimizer adam(lr: 1e-2)\n  batch 8");
    const source = batches(programOf(compilation), 10);
    const spoilt: BatchSource = { batchesPerEpoch: 10, batch: async (epoch, step) => (step === 1 ? { feeds: { ...(await source.batch(epoch, 1)).feeds, x: new Float32Array(16).fill(NaN) } } : source.batch(epoch, step)) };
    const trainer = tensorTraining(compilation).trainer(spoilt, { seed, steps: 3 });
    await trainer.step();
    const before = storesOf(trainer.state).map((store) => store.entries.map(({ path }) => store.read(path).slice()));
    const report = await trainer.step();
    expect([report.isSkipped, trainer.state.counts]).toEqual([true, { steps: 2, skipped: 1 }]);
    expect(storesOf(trainer.state).map((store) => store.entries.map(({ path }) => store.read(path)))).toEqual(before);
    expect((await trainer.step()).isSkipped).toBe(false);
    await trainer.dispose();
  });

  it("goes on from a checkpoint with the very losses that would have come, also from one of the other engine", async () => {
    const compilation = perceptron("  optimizer adam(lr: 1e-2)\n  batch 8\n  ema 0.9");
    const training = tensorTraining(compilation);
    const source = batches(training.trained, 5);
    const context: CheckpointContext = { program: training.trained, header: { netc: "test", seed, stepsPerEpoch: 5, totalSteps: 16, data: "drawn" } };
    const folder = mkdtempSync(join(tmpdir(), "netc-tfjs-"));
    try {
      const whole = training.trainer(source, { seed, steps: 16 });
      const wanted = await take(whole, 16);
      const stopped = training.trainer(source, { seed, steps: 16 });
      await take(stopped, 6);
      saveCheckpoint(join(folder, "own"), stopped.state, context);
      const resumed = training.trainer(source, { seed: 99, steps: 16 }); // other first values, which the checkpoint replaces
      await resumed.dispose();
      const again = training.trainer(source, { seed, steps: 16 });
      restoreCheckpoint(join(folder, "own"), again.state, context);
      expect(losses(await take(again, 10))).toEqual(losses(wanted.slice(6)));
      const onnx = await createTrainer(programOf(compilation), source, { seed, steps: 16, engine: { threads: 1 } });
      await take(onnx, 6);
      saveCheckpoint(join(folder, "other"), onnx.state, context);
      const third = training.trainer(source, { seed, steps: 16 });
      restoreCheckpoint(join(folder, "other"), third.state, context);
      (await take(third, 10)).forEach(({ loss }, i) => expect(Math.abs(loss - wanted[6 + i].loss)).toBeLessThan(1e-4));
      await Promise.all([whole, stopped, again, onnx, third].map((each) => each.dispose()));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("a thousand steps leave as many tensors and bytes as one", async () => {
    const training = tensorTraining(perceptron("  optimizer adam(lr: 1e-2, clip: 1.0)\n  batch 4\n  ema 0.9"));
    const before = tf.memory();
    const trainer = training.trainer(batches(training.trained, 10), { seed, steps: 1000 });
    const counts = new Set<string>();
    for (let i = 0; i < 1000; i++) {
      await trainer.step();
      const { numTensors, numBytes } = tf.memory();
      counts.add(`${numTensors} ${numBytes}`);
    }
    expect(counts.size).toBe(1);
    await trainer.dispose();
    expect([tf.memory().numTensors, tf.memory().numBytes]).toEqual([before.numTensors, before.numBytes]);
  });
});

it("what computes a model has nothing on the backend before it trains or judges and after it, its tables included", async () => {
  const compilation = compile({ "tables.net": `model Tables {
  input x: f32[B, T = 16, C = 8]
  output y: f32[B] = Linear(mean(x * sine_sequence(T: T, C: C), over: T), out: C = 1)[C = 0]
}
train Tables {
  data folder(split: train) { x: f32[B, T = 16, C = 8]  label: f32[B] }
  loss bce_with_logits(y, label)
  optimizer adam(lr: 1e-2)
  batch 4
}
` });
  const [model] = compilation.rootModels;
  const machine = await tensorMachine(compilation, model, compilation.variantsOf(model)[0], { backend: "cpu" });
  const { numTensors, numBytes } = tf.memory();
  const trainer = await machine.trainer(batches(machine.program, 2), { seed, steps: 2 });
  const tensors = tf.memory().numTensors;
  const forward = await machine.forward();
  expect(tf.memory().numTensors).toBeGreaterThan(tensors); // there are tables
  await trainer.step();
  const letGo = forward.use(trainer.state);
  await forward.run({ x: new Float32Array(4 * 16 * 8), label: new Float32Array(4) }, 4);
  letGo();
  await Promise.all([trainer.dispose(), forward.dispose()]);
  expect([tf.memory().numTensors, tf.memory().numBytes]).toEqual([numTensors, numBytes]);
});

/** All hundred, a thousand without a leak, and a kill at a random step are what bench/tfjs-training.ts does: a step takes a second here. */
it("the small CD2FSAN, variant g: twelve steps have the losses of ONNX Runtime and of PyTorch", async () => {
  await useBackend("wasm");
  const begun = golden.slice(0, 12);
  const { own, other } = await both(smallTraining(`sgd(lr: ${rate})`), begun.length, { batchesPerEpoch: 10, batch: (_, step) => Promise.resolve({ feeds: feedsOf(step) }) }, "g", parameterValue);
  own.forEach(({ loss }, i) => {
    expect(Math.abs(loss - other[i].loss)).toBeLessThan(1e-4);
    expect(Math.abs(loss - begun[i])).toBeLessThan(1e-3);
  });
});
