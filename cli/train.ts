/** `netc train`: trains a model by its training section on a data folder, with ONNX Runtime or TensorFlow.js. */
import { join } from "node:path";
import { openTrainingData } from "../runtime/data/training-data.ts";
import { resultTable } from "../runtime/reports/result-tables.ts";
import type { TrainedModel } from "../runtime/training/trained-model.ts";
import { onInterrupt, summaryOf, teller } from "../runtime/training/telling.ts";
import { firstValuesFrom } from "../runtime/parameters/weights-file.ts";
import { endProgress, progress } from "./output.ts";
import { chooseSound } from "./select.ts";
import { machineOf, requireEngine, type EngineOptions } from "./machine.ts";
import { writeReport, type WrittenReport } from "./run-report.ts";
import { memoryTable } from "./memory-plan.ts";
import { layOut } from "../runtime/reports/columns.ts";
import { explained, run } from "./training-run.ts";
import { planTraining } from "./training-program.ts";

export interface TrainOptions extends EngineOptions {
  readonly model?: string;
  readonly variant?: string;
  readonly set: readonly string[];
  readonly data: string;
  readonly out?: string;
  readonly resume?: boolean;
  readonly weights?: string;
  readonly seed: number;
  readonly steps?: number;
  readonly batch?: number;
  /** Bytes. */
  readonly memory?: number;
  /** Only the plan of a step's memory; nothing is trained, and no data are needed. */
  readonly plan?: boolean;
  readonly workers?: number;
  readonly quiet?: boolean;
}

export interface TrainResult {
  /** 0, or 130 for a run that was stopped. */
  readonly code: number;
  /** Of a run that came to its end. */
  readonly report?: WrittenReport;
}

export const train = async (file: string, options: TrainOptions): Promise<number> => (await trainAndReport(file, options)).code;

/** Trains, says what happens, and writes the page when it has come to the end. */
export async function trainAndReport(file: string, options: TrainOptions): Promise<TrainResult> {
  const { compilation, model, variant } = chooseSound(file, options);
  if (options.plan) {
    if (options.engine === "tfjs") requireEngine(options);
    process.stdout.write(memoryTable(planTraining(compilation, model, variant, options).memory));
    return { code: 0 };
  }
  const data = await explained(async () => (requireEngine(options), openTrainingData(options.data)));
  progress("compiling the training step …");
  const machine = await explained(() => machineOf(compilation, model, variant, options));
  const { program } = machine;
  endProgress();
  if (!options.quiet) process.stderr.write(`${machine.lines.join("\n")}\n`);
  const out = options.out ?? join("runs", folderName(program));
  const initial = options.weights === undefined ? undefined : await explained(async () => firstValuesFrom(program, options.weights!));
  const stop = onInterrupt();
  const outcome = await run({ machine, data, out, seed: options.seed, resume: options.resume ?? false, steps: options.steps, workers: options.workers, initial, listener: teller(options.quiet ?? false, options.weights !== undefined), isStopped: stop.isStopped });
  stop.end();
  endProgress();
  const report = outcome.isFinished ? await explained(() => writeReport({ out, machine, data, outcome, seed: options.seed, onBatch: (done, of) => options.quiet || progress(`writing the report: batch ${done} of ${of}`) })) : undefined;
  endProgress();
  if (!options.quiet) process.stdout.write(`${summaryOf(program, out, outcome)}${report ? `${comparisonOf(report)}report: ${report.path}\n` : ""}`);
  if (!outcome.isFinished) process.stderr.write(`stopped after step ${outcome.steps}, and saved; go on with --resume\n`);
  return { code: outcome.isFinished ? 0 : 130, report };
}

/** The best weights beside what constant predictors reach on the same samples. */
function comparisonOf({ judged }: WrittenReport): string {
  if (!judged) return "";
  const { columns, rows } = resultTable([{ name: "validation, best weights", result: judged.model, baselines: judged.constants }]);
  return `${layOut([columns, ...rows.map(({ cells }) => cells)], false).join("\n")}\n`;
}

/** `CD2FSAN-g`: what a run is called unless it gets a name. */
export const folderName = ({ model, variant }: TrainedModel): string => (variant === "default" ? model : `${model}-${variant.replace(/[^\w.=-]+/g, "_")}`);
