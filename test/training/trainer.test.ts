/** A small model learns; what is asked of the optimiser happens; and nothing depends on when it was stopped. */
import { expect, it } from "vitest";
import { createTrainer, type BatchSource, type StepReport } from "../../runtime/training/trainer.ts";
import { batches, compile, perceptron, programOf, smallFlagship } from "./programs.ts";
import type { EngineChoice } from "../../runtime/engine.ts";
import type { TrainingProgram } from "../../runtime/training/program.ts";

async function steps(program: TrainingProgram, count: number, engine?: EngineChoice, seed = 1): Promise<readonly StepReport[]> {
  const trainer = await createTrainer(program, batches(program, 10), { seed, steps: count, engine });
  const reports: StepReport[] = [];
  for (let i = 0; i < count; i++) reports.push(await trainer.step());
  await trainer.dispose();
  return reports;
}

const mean = (reports: readonly StepReport[]): number => reports.reduce((sum, { loss }) => sum + loss, 0) / reports.length;

it.each(["adam(lr: 1e-2)", "adamw(lr: 1e-2, decay: 1e-3)", "sgd(lr: 0.3, momentum: 0.9)", "sgd(lr: 0.5, clip: 1.0)"])("a perceptron learns with %s", async (optimizer) => {
  const reports = await steps(programOf(perceptron(`  optimizer ${optimizer}\n  batch 32`)), 200, { threads: 1 }); // a second thread would wait longer than it helps
  expect(mean(reports.slice(0, 10))).toBeGreaterThan(0.4);
  expect(mean(reports.slice(-10))).toBeLessThan(0.75 * mean(reports.slice(0, 10)));
});

it("the small flagship learns its batches", async () => {
  const reports = await steps(programOf(smallFlagship("  optimizer adam(lr: 2e-3)\n  batch 2"), "g"), 12, { threads: 1 });
  expect(mean(reports.slice(-3))).toBeLessThan(mean(reports.slice(0, 3)));
});

/** A model without norm and dropout, whose gradient of a batch is the mean of those of its parts. */
const plain = (items: string, plan = "") => compile({ "plain.net": `model Plain {
  input x: f32[B, C = 2]
  let hidden = Linear(x, out: 16)
  let still = Linear(tanh(hidden), out: 8)
  output y: f32[B] = Linear(tanh(still), out: C = 1)[C = 0]
}
train Plain {
  data folder(split: train) { x: f32[B, C = 2]  label: f32[B] }
  loss bce_with_logits(y, label)
${items}
}
${plan}` });

it("two batches of four, accumulated, make the step of one batch of eight", async () => {
  const whole = programOf(plain("  optimizer adam(lr: 1e-2, clip: 0.05)\n  batch 8"));
  const parts = programOf(plain("  optimizer adam(lr: 1e-2, clip: 0.05)\n  batch 4\n  accumulate 2"));
  const source = batches(whole, 10);
  const halves: BatchSource = {
    batchesPerEpoch: 20,
    async batch(epoch, step) {
      const { feeds } = await source.batch(epoch, Math.floor(step / 2));
      const half = (data: Float32Array | Int32Array): Float32Array | Int32Array => data.subarray(((step % 2) * data.length) / 2, ((step % 2 + 1) * data.length) / 2);
      return { feeds: Object.fromEntries(Object.entries(feeds).map(([name, data]) => [name, half(data)])) };
    },
  };
  const [one, two] = [await createTrainer(whole, source, { seed: 2, steps: 12 }), await createTrainer(parts, halves, { seed: 2, steps: 12 })];
  for (let i = 0; i < 12; i++) {
    const [a, b] = [await one.step(), await two.step()];
    expect(Math.abs(a.loss - b.loss)).toBeLessThan(1e-5);
    expect(Math.abs(a.norm - b.norm)).toBeLessThan(1e-5);
    expect(b.epoch).toBeCloseTo(a.epoch);
  }
  one.state.parameters.data.forEach((value, i) => expect(Math.abs(value - two.state.parameters.data[i])).toBeLessThan(1e-4));
  await Promise.all([one.dispose(), two.dispose()]);
});

it("what is frozen keeps its values and costs nothing", async () => {
  const program = programOf(plain("  weights start\n  optimizer sgd(lr: 0.5)\n  batch 8", 'weights start of Plain from "start.safetensors" {\n  "hidden.{weight, bias}" -> hidden.{weight, bias}\n  freeze hidden\n  fresh still, y\n}\n'));
  const free = programOf(plain("  optimizer sgd(lr: 0.5)\n  batch 8"));
  expect(program.parameters.filter(({ isTrained }) => isTrained).map(({ path }) => path)).toEqual(["still.weight", "still.bias", "y.weight", "y.bias"]);
  expect(free.parameters.every(({ isTrained }) => isTrained)).toBe(true);
  expect(program.step.length).toBeLessThan(free.step.length);
  const trainer = await createTrainer(program, batches(program, 10), { seed: 2, steps: 3 });
  const before = Float32Array.from(trainer.state.parameters.view("hidden.weight"));
  for (let i = 0; i < 3; i++) await trainer.step();
  expect(trainer.state.parameters.view("hidden.weight")).toEqual(before);
  await trainer.dispose();
});

it("the moving average is the mean of the weights, newer ones counting more", async () => {
  const program = programOf(plain("  optimizer sgd(lr: 0.5)\n  batch 8\n  ema 0.75"));
  const trainer = await createTrainer(program, batches(program, 10), { seed: 2, steps: 4 });
  let wanted = Float64Array.from(trainer.state.parameters.view("y.weight"));
  for (let i = 0; i < 4; i++) {
    await trainer.step();
    const now = trainer.state.parameters.view("y.weight");
    wanted = wanted.map((value, at) => 0.75 * value + 0.25 * now[at]);
  }
  trainer.state.average!.view("y.weight").forEach((value, i) => expect(value).toBeCloseTo(wanted[i], 5));
  await trainer.dispose();
});

it("a batch whose gradient is not finite changes nothing, and the next one goes on as if it had not been", async () => {
  const program = programOf(plain("  optimizer adam(lr: 1e-2)\n  batch 8"));
  const source = batches(program, 10);
  const spoilt: BatchSource = { batchesPerEpoch: 10, batch: async (epoch, step) => (step === 1 ? { feeds: { ...(await source.batch(epoch, 1)).feeds, x: new Float32Array(16).fill(NaN) } } : source.batch(epoch, step === 0 ? 0 : step - 1)) };
  const [own, clean] = [await createTrainer(program, spoilt, { seed: 2, steps: 4 }), await createTrainer(program, source, { seed: 2, steps: 3 })];
  const reports: StepReport[] = [];
  for (let i = 0; i < 4; i++) reports.push(await own.step());
  for (let i = 0; i < 3; i++) await clean.step();
  expect(reports.map(({ isSkipped }) => isSkipped)).toEqual([false, true, false, false]);
  expect(own.state.counts).toEqual({ steps: 4, skipped: 1 });
  expect(own.state.parameters.data).toEqual(clean.state.parameters.data);
  await Promise.all([own.dispose(), clean.dispose()]);
});
