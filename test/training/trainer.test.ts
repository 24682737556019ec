/** A small model learns; what is asked of the optimiser happens; and nothing depends on when it was stopped. */
import { expect, it } from "vitest";
import { createTrainer, type StepReport } from "../../runtime/training/trainer.ts";
import { batches, perceptron, programOf, smallFlagship } from "./programs.ts";
import type { TrainingProgram } from "../../runtime/training/program.ts";

async function steps(program: TrainingProgram, count: number, seed = 1): Promise<readonly StepReport[]> {
  const trainer = await createTrainer(program, batches(program, 10), { seed, steps: count });
  const reports: StepReport[] = [];
  for (let i = 0; i < count; i++) reports.push(await trainer.step());
  await trainer.dispose();
  return reports;
}

const mean = (reports: readonly StepReport[]): number => reports.reduce((sum, { loss }) => sum + loss, 0) / reports.length;

it.each(["adam(lr: 1e-2)", "adamw(lr: 1e-2, decay: 1e-3)", "sgd(lr: 0.3, momentum: 0.9)", "sgd(lr: 0.5, clip: 1.0)"])("a perceptron learns with %s", async (optimizer) => {
  const reports = await steps(programOf(perceptron(`  optimizer ${optimizer}\n  batch 32`)), 200);
  expect(mean(reports.slice(0, 10))).toBeGreaterThan(0.4);
  expect(mean(reports.slice(-10))).toBeLessThan(0.75 * mean(reports.slice(0, 10)));
});

it("the small flagship learns its batches", async () => {
  const reports = await steps(programOf(smallFlagship("  optimizer adam(lr: 2e-3)\n  batch 2"), "g"), 12);
  expect(mean(reports.slice(-3))).toBeLessThan(mean(reports.slice(0, 3)));
});
