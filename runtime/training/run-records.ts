/** What a run writes down while it goes: a log of every step, and TensorBoard's events. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { metricNames } from "../metrics/names.ts";
import { openMetricsLog } from "../reports/csv.ts";
import { openEventLog } from "../reports/events.ts";
import type { StepReport } from "./loop.ts";
import type { TrainedModel } from "./trained-model.ts";

/** What an evaluation found. */
export interface EvaluationResult {
  readonly step: number;
  readonly epoch: number;
  readonly loss: number;
  /** By the names of the section's metrics. */
  readonly figures: ReadonlyMap<string, number>;
  readonly isBest: boolean;
}

export interface RunRecords {
  step(report: StepReport, evaluation?: EvaluationResult): void;
  close(): void;
}

export const logOfRun = (out: string): string => join(out, "metrics.csv");

/** `after`: the step from which the run goes on; 0 for a new one. */
export function openRecords(out: string, { section }: Pick<TrainedModel, "section">, after: number): RunRecords {
  const names = metricNames(section.metrics);
  mkdirSync(out, { recursive: true });
  const options = after > 0 ? { after } : {};
  const log = openMetricsLog(logOfRun(out), ["epoch", "loss", "rate", "norm", "validation loss", ...names], options);
  const events = openEventLog(join(out, "events"), options);
  return {
    step({ step, epoch, loss, rate, norm }, evaluation) {
      const figures = evaluation ? { "validation loss": evaluation.loss, ...Object.fromEntries(names.map((name) => [name, evaluation.figures.get(name)])) } : {};
      log.append({ step, epoch: Number(epoch.toFixed(4)), loss, rate, norm, ...figures });
      events.scalars(step, { "loss/train": loss, rate, norm });
      if (evaluation) events.scalars(step, { "loss/validation": evaluation.loss, ...Object.fromEntries([...evaluation.figures].map(([name, value]) => [`validation/${name}`, value])) });
    },
    close() {
      log.close();
      events.close();
    },
  };
}
