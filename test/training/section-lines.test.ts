/** What lines of a training section do to a step: accumulation, moving average, groups, clipping; and schedules as factors of the rate. */
import { describe, expect, it } from "vitest";
import { rateFactor } from "../../compiler/training/rate.ts";
import type { Schedule } from "../../compiler/training/section.ts";
import type { Arena } from "../../runtime/training/arena.ts";
import { createTrainer, type BatchSource, type TrainingState } from "../../runtime/training/trainer.ts";
import { compile, programOf } from "./programs.ts";

/** Sixteen points, in batches of `batch`. */
const points = (batch: number): BatchSource => ({
  batchesPerEpoch: 16 / batch,
  batch: async (_, step) => ({
    feeds: {
      x: Float32Array.from({ length: 2 * batch }, (_, i) => Math.sin(1 + 2 * step * batch + i)),
      label: Float32Array.from({ length: batch }, (_, i) => (step * batch + i) % 2),
    },
  }),
});

/** The first values, and those after one step, of a model of two layers with these lines in its section. */
async function step(lines: string, batch = 16): Promise<{ readonly before: Float32Array; readonly after: TrainingState<Arena>; readonly change: (path: string) => Float32Array }> {
  const program = programOf(compile({ "points.net": `model Points {
  input x: f32[B, C = 2]
  let hidden = Linear(x, out: 8)
  output y: f32[B] = Linear(tanh(hidden), out: C = 1)[C = 0]
}

train Points {
  data folder(split: train) { x: f32[B, C = 2]  label: f32[B] }
  loss bce_with_logits(y, label)
  batch ${batch}
  ${lines}
}
` }));
  const trainer = await createTrainer(program, points(batch), { seed: 1, steps: 10 });
  const { parameters } = trainer.state;
  const before = parameters.data.slice();
  const views = new Map(parameters.entries.map(({ path }) => [path, parameters.view(path).slice()]));
  await trainer.step();
  await trainer.dispose();
  return { before, after: trainer.state, change: (path) => parameters.view(path).map((value, i) => value - views.get(path)![i]) };
}

const norm = (values: Float32Array): number => Math.hypot(...values);
const expectClose = (actual: Float32Array, expected: Float32Array): void => actual.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 6));

describe("a step", () => {
  it("of four accumulated batches of four is that of one batch of sixteen", async () => {
    const [whole, parts] = [await step("optimizer sgd(lr: 0.5)"), await step("optimizer sgd(lr: 0.5)\n  accumulate 4", 4)];
    expect(norm(whole.after.parameters.data.map((value, i) => value - whole.before[i]))).toBeGreaterThan(0.01);
    expectClose(parts.after.parameters.data, whole.after.parameters.data);
  });

  it("moves the average by its share", async () => {
    const { before, after } = await step("optimizer sgd(lr: 0.5)\n  ema 0.9");
    expectClose(after.average!.data, before.map((value, i) => 0.9 * value + 0.1 * after.parameters.data[i]));
  });

  it("takes the first group that fits, under a path or by its end", async () => {
    const plain = await step("optimizer sgd(lr: 0.5)");
    const grouped = await step("optimizer sgd(lr: 0.5) { *.bias: lr * 0.1, y: lr * 0 }");
    expect(plain.after.parameters.entries.map(({ path }) => path).sort()).toEqual(["hidden.bias", "hidden.weight", "y.bias", "y.weight"]);
    for (const path of ["hidden.bias", "y.bias"]) expectClose(grouped.change(path), plain.change(path).map((value) => 0.1 * value));
    expect(norm(grouped.change("y.weight"))).toBe(0);
    expectClose(grouped.change("hidden.weight"), plain.change("hidden.weight"));
  });

  it("is cut to the largest norm of all gradients together", async () => {
    const { before, after } = await step("optimizer sgd(lr: 1.0, clip: 0.01)");
    expect(norm(after.parameters.data.map((value, i) => value - before[i]))).toBeCloseTo(0.01, 5);
  });
});

describe("a schedule", () => {
  const usual: Schedule = { kind: "constant", at: [], by: 0.1, power: 1, warmup: 0, floor: 0 };
  const factorAt = (schedule: Partial<Schedule>, step: number, stepsPerEpoch: number): number => Number(rateFactor({ ...usual, ...schedule }, step, { stepsPerEpoch, totalSteps: 10 * stepsPerEpoch }).toFixed(4));
  const factors = (schedule: Partial<Schedule>): readonly number[] => [0, 1, 2, 6, 10].map((epoch) => factorAt(schedule, epoch, 1));

  it.each<[Partial<Schedule>, readonly number[]]>([
    [{}, [1, 1, 1, 1, 1]],
    [{ warmup: 2 }, [0.5, 1, 1, 1, 1]],
    [{ kind: "step", at: [2, 6] }, [1, 1, 0.1, 0.01, 0.01]],
    [{ kind: "cosine", warmup: 2, floor: 0.2 }, [0.5, 1, 1, 0.6, 0.2]],
    [{ kind: "polynomial", warmup: 2, power: 2 }, [0.5, 1, 1, 0.25, 0]],
    [{ kind: "polynomial", warmup: 2, floor: 0.5 }, [0.5, 1, 1, 0.75, 0.5]],
  ])("%j", (schedule, expected) => expect(factors(schedule)).toEqual(expected));

  it("warms up by equal shares of its steps, the first of which counts, and reaches the whole rate with the last", () => {
    expect([0, 1, 2, 3, 4, 5].map((step) => factorAt({ warmup: 0.5 }, step, 8))).toEqual([0.25, 0.5, 0.75, 1, 1, 1]);
    expect([0, 1, 2].map((step) => factorAt({ warmup: 0.3 }, step, 8))).toEqual([0.4167, 0.8333, 1]); // 2.4 steps
    expect(factorAt({ warmup: 0.01 }, 0, 8)).toBe(1); // shorter than a step
  });
});
