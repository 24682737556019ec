/** `netc train`: trains a model by its training section on a data folder, with ONNX Runtime. */
import { join } from "node:path";
import { requireDevice, type Device } from "../runtime/device.ts";
import type { EngineChoice } from "../runtime/engine.ts";
import { openTrainingData } from "../runtime/data/training-data.ts";
import { openTensors, readFloat32, TensorFileError } from "../runtime/safetensors.ts";
import { metricNames, printMetric } from "../runtime/metrics/names.ts";
import { resultTable } from "../runtime/reports/result-tables.ts";
import { createSmoothedLoss, durationText, progressLine } from "../runtime/reports/progress.ts";
import type { TrainingProgram } from "../runtime/training/program.ts";
import { countOf } from "../runtime/training/shape.ts";
import { ProgramError } from "./errors.ts";
import { endProgress, grouped, progress, short } from "./output.ts";
import { chooseSound } from "./select.ts";
import { writeReport, type WrittenReport } from "./run-report.ts";
import { memoryLine, memoryTable } from "./memory-plan.ts";
import { layOut } from "./table.ts";
import { explained, figuresText, hasRun, run, weightsOfRun, type RunListener, type RunOutcome } from "./training-run.ts";
import { planTraining } from "./training-program.ts";

export interface TrainOptions {
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
  readonly threads?: number;
  readonly device?: Device;
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
    process.stdout.write(memoryTable(planTraining(compilation, model, variant, options).memory));
    return { code: 0 };
  }
  const data = await explained(async () => (requireDevice(options.device ?? "cpu"), openTrainingData(options.data)));
  progress("compiling the training step …");
  const { program, memory } = planTraining(compilation, model, variant, options);
  endProgress();
  if (!options.quiet) process.stderr.write(`${memoryLine(memory)}\n`);
  const out = options.out ?? join("runs", folderName(program));
  const initial = options.weights === undefined ? undefined : initialFrom(program, options.weights);
  const stop = onInterrupt();
  const outcome = await run({ program, data, out, seed: options.seed, resume: options.resume ?? false, steps: options.steps, engine: engineOf(options), workers: options.workers, initial, listener: teller(options.quiet ?? false, options.weights !== undefined), isStopped: stop.isStopped });
  stop.end();
  endProgress();
  const report = outcome.isFinished ? await explained(() => writeReport({ out, program, data, outcome, engine: engineOf(options), seed: options.seed, onBatch: (done, of) => options.quiet || progress(`writing the report: batch ${done} of ${of}`) })) : undefined;
  endProgress();
  if (!options.quiet) process.stdout.write(`${summaryOf(program, out, outcome)}${report ? `${comparisonOf(report)}report: ${report.path}\n` : ""}`);
  if (!outcome.isFinished) process.stderr.write(`stopped after step ${outcome.steps}, and saved; go on with --resume\n`);
  return { code: outcome.isFinished ? 0 : 130, report };
}

/** The engine that a command line asks for. */
export const engineOf = ({ threads, device }: Pick<TrainOptions, "threads" | "device">): EngineChoice => ({ threads, device });

/** The best weights beside what constant predictors reach on the same samples. */
function comparisonOf({ judged }: WrittenReport): string {
  if (!judged) return "";
  const { columns, rows } = resultTable([{ name: "validation, best weights", result: judged.model, baselines: judged.constants }]);
  return `${layOut([columns, ...rows.map(({ cells }) => cells)], false).join("\n")}\n`;
}

/** `CD2FSAN-g`: what a run is called unless it gets a name. */
export const folderName = ({ model, variant }: TrainingProgram): string => (variant === "default" ? model : `${model}-${variant.replace(/[^\w.=-]+/g, "_")}`);

/** First values from a file: every weight that it has under its path; one of another shape is refused. */
export function initialFrom(program: TrainingProgram, path: string): (name: string) => Float32Array | undefined {
  try {
    const file = openTensors(path);
    const wanted = [...program.parameters, ...program.states];
    const unlike = wanted.filter((own) => file.tensors.has(own.path) && file.tensors.get(own.path)!.shape.join() !== own.shape.join());
    if (unlike.length) throw new ProgramError(`the weights of ${path} do not fit the model: ${unlike.slice(0, 3).map((own) => `${own.path} is [${file.tensors.get(own.path)!.shape.join(", ")}] there, but [${own.shape.join(", ")}] in the model`).join("; ")}${unlike.length > 3 ? `; and ${unlike.length - 3} more` : ""}`);
    if (!wanted.some((own) => file.tensors.has(own.path))) throw new ProgramError(`${path} has no weight of ${program.model}`, "bring a checkpoint into the model's names: netc weights");
    return (name) => (file.tensors.has(name) ? readFloat32(file, name) : undefined);
  } catch (error) {
    if (error instanceof TensorFileError) throw new ProgramError(error.message);
    throw error;
  }
}

/** The first interrupt asks the run to stop after its step; the second ends the process. */
export function onInterrupt(): { readonly isStopped: () => boolean; end(): void } {
  let stopped = false;
  const handler = (): void => {
    if (stopped) process.exit(130);
    stopped = true;
    process.stderr.write("\nstopping after this step; once more to end at once\n");
  };
  process.on("SIGINT", handler);
  process.on("SIGTERM", handler);
  return { isStopped: () => stopped, end: () => void (process.off("SIGINT", handler), process.off("SIGTERM", handler)) };
}

/** Tells what happens: what is trained, a line of progress, and a line for each evaluation. */
export function teller(isQuiet: boolean, hasWeights: boolean, label = ""): RunListener {
  const smoothed = createSmoothedLoss(0.9);
  let [begun, first, total, epochs, skipped, loss] = [0, 0, 0, 0, 0, NaN];
  let validation: string | undefined;
  return {
    begun({ trainer, training, validation: judged, resumed, program }) {
      begun = performance.now();
      first = resumed;
      total = trainer.totalSteps;
      epochs = total / trainer.stepsPerEpoch;
      if (isQuiet) return;
      const { section, parameters } = program;
      const count = (some: readonly { readonly shape: readonly number[] }[]): number => some.reduce((sum, { shape }) => sum + countOf(shape), 0);
      const trained = parameters.filter(({ isTrained }) => isTrained);
      process.stderr.write(`${label}${program.model}${program.variant === "default" ? "" : ` (${program.variant})`}: ${short(count(trained))} parameters are trained${trained.length < parameters.length ? ` of ${short(count(parameters))}` : ""}; ${grouped(training)} samples, ${grouped(judged)} to validate; ${grouped(total)} steps of ${section.batch}${section.accumulate > 1 ? ` × ${section.accumulate}` : ""} samples${resumed ? `, from step ${grouped(resumed)} on` : ""}\n`);
      if (section.weightsPlan && !hasWeights && !resumed) process.stderr.write(`note: the weights plan \`${section.weightsPlan}\` is not loaded: every weight begins fresh. \`netc weights\` makes the file for --weights\n`);
    },
    step(report) {
      loss = smoothed.add(report.loss);
      if (report.isSkipped) skipped++;
      if (report.isSkipped && !isQuiet) process.stderr.write(`\nstep ${report.step}: the gradient is not finite; nothing was changed\n`);
      const seconds = (performance.now() - begun) / 1000;
      if (!isQuiet) progress(`${label}${progressLine({ step: report.step, steps: total, epoch: report.epoch, epochs: Number.isInteger(epochs) ? epochs : undefined, loss, rate: report.rate, stepsPerSecond: (report.step - first) / seconds, skipped, validation }, (process.stderr.columns ?? 100) - label.length - 1)}`);
    },
    evaluating: (done, of) => void (isQuiet || progress(`${label}validating: batch ${done} of ${of}`)),
    evaluated({ step, epoch, loss: own, figures, isBest }) {
      endProgress();
      const [[name, value] = []] = figures;
      validation = name === undefined ? undefined : `${name} ${printMetric(name, value!)}`;
      if (!isQuiet) process.stdout.write(`${label}epoch ${epoch.toFixed(1)}, step ${step}: loss ${loss.toFixed(4)}, validation ${own.toFixed(4)}  ${figuresText(figures)}${isBest ? "  best" : ""}\n`);
    },
  };
}

function summaryOf(program: TrainingProgram, out: string, { history, steps, waited, seconds }: RunOutcome): string {
  const best = history.filter(({ isBest }) => isBest).at(-1);
  const [metric] = metricNames(program.section.metrics);
  return `${steps} steps in ${durationText(seconds)} (${((100 * waited) / Math.max(seconds, 1e-9)).toFixed(1)} % waiting for data)${best ? `; best ${metric ?? "loss"} after step ${best.step}: ${figuresText(best.figures) || best.loss.toFixed(4)}` : ""}\n${hasRun(out) ? `weights: ${weightsOfRun(out)}\n` : ""}`; // a run that was stopped in its first epoch has none yet
}
