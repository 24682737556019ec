/**
 * One training run in a folder of its own: batches from the data, steps, an evaluation after each epoch, checkpoints, and what is told about it. `train` is
 * one of them, `ablate` many.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Loader } from "../runtime/data/loader.ts";
import { ContractError } from "../runtime/data/roles.ts";
import { DataError } from "../runtime/data/errors.ts";
import type { TrainingData } from "../runtime/data/training-data.ts";
import { isBetter, metricNames, namedFigures, printMetric } from "../runtime/metrics/names.ts";
import { createSegmentationMetrics } from "../runtime/metrics/segmentation.ts";
import { DeviceError } from "../runtime/device.ts";
import type { EngineChoice } from "../runtime/engine.ts";
import type { Arena } from "../runtime/training/arena.ts";
import { checkpointAt, CheckpointError, restoreCheckpoint, saveCheckpoint, type CheckpointContext, type CheckpointHeader } from "../runtime/training/checkpoint.ts";
import { createEvaluator, type EvaluatedSample, type Evaluator } from "../runtime/training/evaluator.ts";
import type { TrainingProgram } from "../runtime/training/program.ts";
import type { WeightArenas } from "../runtime/training/step-engine.ts";
import { createTrainer, type StepReport, type Trainer, type TrainingState } from "../runtime/training/trainer.ts";
import { tensorFileParts } from "../runtime/safetensors.ts";
import { ReportError } from "../runtime/reports/errors.ts";
import { ProgramError } from "./errors.ts";
import { writeWhole } from "./output.ts";
import { lockRun } from "./run-lock.ts";
import { openRecords } from "./run-records.ts";
import { isAbandoned } from "./training-process.ts";
import { version } from "./version.ts";

export interface RunRequest {
  readonly program: TrainingProgram;
  readonly data: TrainingData;
  /** The folder of the run: checkpoints, logs, the best weights. */
  readonly out: string;
  readonly seed: number;
  readonly resume: boolean;
  readonly steps?: number;
  readonly engine: EngineChoice;
  readonly workers?: number;
  /** First values of weights, by path; those that are not given are seeded. */
  readonly initial?: (path: string) => Float32Array | undefined;
  readonly listener: RunListener;
  /** Asked between steps: a run that is stopped saves what it has. */
  readonly isStopped: () => boolean;
}

export interface RunListener {
  begun(run: { readonly trainer: Trainer; readonly training: number; readonly validation: number; readonly resumed: number; readonly program: TrainingProgram }): void;
  step(report: StepReport): void;
  evaluating(done: number, of: number): void;
  evaluated(result: EvaluationResult): void;
}

export interface EvaluationResult {
  readonly step: number;
  readonly epoch: number;
  readonly loss: number;
  /** By the names of the section's metrics. */
  readonly figures: ReadonlyMap<string, number>;
  readonly isBest: boolean;
}

export interface RunOutcome {
  readonly steps: number;
  readonly isFinished: boolean;
  readonly history: readonly EvaluationResult[];
  /** Of the last steps, by the mean. */
  readonly loss: number;
  /** Seconds that the steps waited for batches, and all of them. */
  readonly waited: number;
  readonly seconds: number;
}

export const weightsOfRun = (out: string): string => join(out, "weights.safetensors");

/** Trains to the end, or until it is stopped. Throws ProgramError, with what was done saved. */
export async function run(request: RunRequest): Promise<RunOutcome> {
  const { program, data, out } = request;
  const { section } = program;
  const split = section.data.split ?? "train";
  if (data.count(split) === 0) throw new ProgramError(`${data.folder} has no samples of the split ${split}`, `it has ${data.splits.join(", ")}`);
  const [last, best] = [join(out, "checkpoints", "last"), join(out, "checkpoints", "best")];
  if (request.resume && !checkpointAt(last)) throw new ProgramError(`there is no training in ${out} to go on with`, "begin one without --resume");
  const unlock = lockRun(out);
  try {
    return await locked(request, split, last, best);
  } finally {
    unlock();
  }
}

/** A run in a folder that no other process writes to. */
async function locked(request: RunRequest, split: string, last: string, best: string): Promise<RunOutcome> {
  const { program, data, out } = request;
  if (!request.resume && checkpointAt(last)) throw new ProgramError(`there is a training in ${out} already`, "go on with it: --resume; or begin another: --out FOLDER");
  return explained(async () => {
    const loader = loaderOf(request, data, split, true);
    const judge = data.count("val") ? loaderOf(request, data, "val", false) : undefined;
    const trainer = await createTrainer(program, loader, { seed: request.seed, steps: request.steps, engine: request.engine, initial: request.initial });
    const evaluator = judge && (await createEvaluator(program, request.engine));
    try {
      return await loop({ request, trainer, loader, judge, evaluator, last, best, fingerprint: data.fingerprint(split), counts: { training: data.count(split), validation: data.count("val") } });
    } finally {
      await Promise.all([trainer.dispose(), evaluator?.dispose(), loader.close(), judge?.close()]);
    }
  });
}

interface LoopContext {
  readonly request: RunRequest;
  readonly trainer: Trainer;
  readonly loader: Loader;
  readonly judge?: Loader;
  readonly evaluator?: Evaluator;
  readonly last: string;
  readonly best: string;
  readonly fingerprint: string;
  readonly counts: { readonly training: number; readonly validation: number };
}

async function loop({ request, trainer, loader, judge, evaluator, last, best, fingerprint, counts }: LoopContext): Promise<RunOutcome> {
  const { program, listener } = request;
  const { section } = program;
  const metric = metricNames(section.metrics)[0] ?? "loss";
  let found: CheckpointHeader["best"];
  const context = (): CheckpointContext => ({ program, header: { netc: version, seed: request.seed, stepsPerEpoch: trainer.stepsPerEpoch, totalSteps: trainer.totalSteps, data: fingerprint, best: found } });
  const from = checkpointAt(last);
  if (from) found = restoreCheckpoint(from, trainer.state, context()).best;
  const resumed = trainer.state.counts.steps;
  listener.begun({ trainer, training: counts.training, validation: counts.validation, resumed, program });
  const history: EvaluationResult[] = [];
  const losses: number[] = [];
  const begun = performance.now();
  const records = openRecords(request.out, program, resumed);
  const save = (): void => saveCheckpoint(last, trainer.state, context());
  let isFinished = trainer.state.counts.steps >= trainer.totalSteps;
  while (!isFinished) {
    const report = await trainer.step();
    losses.push(report.loss);
    if (losses.length > 50) losses.shift();
    listener.step(report);
    let evaluation: EvaluationResult | undefined;
    const isEnd = report.step >= trainer.totalSteps;
    if (report.step % trainer.stepsPerEpoch === 0 || isEnd) {
      if (judge && evaluator) {
        const { loss, figures } = await judged(program, evaluator, judge, evaluationWeights(trainer.state), (done, of) => listener.evaluating(done, of));
        const value = metric === "loss" ? loss : (figures.get(metric) ?? NaN);
        const isBest = found === undefined || isBetter(metric, value, found.value);
        if (isBest) found = { metric, value, step: report.step };
        evaluation = { step: report.step, epoch: report.epoch, loss, figures, isBest };
        history.push(evaluation);
        listener.evaluated(evaluation);
        if (isBest && !isAbandoned()) keepBest(request.out, best, trainer.state, context());
      } else keepBest(request.out, best, trainer.state, context());
    }
    if (isAbandoned()) throw new ProgramError("the process that began this training was killed");
    records.step(report, evaluation);
    if (report.step % trainer.stepsPerEpoch === 0 || isEnd) save();
    isFinished = isEnd || (section.patience !== undefined && found !== undefined && report.step - found.step >= section.patience * trainer.stepsPerEpoch);
    if (!isFinished && request.isStopped()) {
      save();
      break;
    }
  }
  records.close();
  return { steps: trainer.state.counts.steps, isFinished, history, loss: losses.reduce((sum, each) => sum + each, 0) / Math.max(1, losses.length), waited: loader.waited, seconds: (performance.now() - begun) / 1000 };
}

/** The weights by which a model is judged and used: the moving average where there is one. */
function evaluationWeights({ parameters, states, average }: TrainingState): WeightArenas {
  if (!average) return { parameters, states };
  const averaged = new Set(average.entries.map(({ path }) => path));
  return { states, parameters: { ...parameters, view: (path) => (averaged.has(path) ? average.view(path) : parameters.view(path)) } };
}

function keepBest(out: string, best: string, state: TrainingState, context: CheckpointContext): void {
  saveCheckpoint(best, state, context);
  const { parameters, states } = evaluationWeights(state);
  const tensors = (arena: Arena) => arena.entries.map(({ path, shape }) => ({ name: path, shape, data: () => arena.view(path) }));
  writeWhole(weightsOfRun(out), tensorFileParts([...tensors(parameters), ...tensors(states)], { model: context.program.model, variant: context.program.variant, step: String(state.counts.steps) }));
}

/** The loss and the section's metrics over the samples of a loader. */
export async function judged(program: TrainingProgram, evaluator: Evaluator, loader: Loader, weights: WeightArenas, onBatch: (done: number, of: number) => void, each: (sample: EvaluatedSample) => void = () => undefined): Promise<Pick<EvaluationResult, "loss" | "figures"> & { readonly result?: ReturnType<ReturnType<typeof createSegmentationMetrics>["result"]> }> {
  const { section } = program;
  const metrics = createSegmentationMetrics({ precisions: section.metrics.flatMap(({ name, at }) => (name === "precision" ? at : [])), threshold: section.threshold });
  let counted = 0;
  const { loss, accuracy } = await evaluator.run(loader, weights, (sample) => {
    counted++;
    metrics.add({ prediction: sample.score, mask: sample.mask, category: sample.loaded.sample.category });
    each(sample);
  }, onBatch);
  const result = counted ? metrics.result() : undefined;
  const all = new Map([...(result ? namedFigures(result) : []), ...(accuracy === undefined ? [] : [["accuracy", accuracy] as const]), ["perplexity", Math.exp(loss)] as const]);
  const wanted = metricNames(section.metrics).filter((name) => all.has(name));
  return { loss, result, figures: new Map(wanted.map((name) => [name, all.get(name)!])) };
}

/** A loader of the section's batches. The split has samples. */
export function loaderOf({ program, seed, workers }: Pick<RunRequest, "program" | "seed" | "workers">, data: TrainingData, split: string, training: boolean): Loader {
  return data.loader({ split, contract: program.section.data, seed, batch: training ? program.section.batch : Math.min(program.section.batch, data.count(split)), training, workers });
}

/** What goes wrong with data, checkpoints and contracts, as a person is told. */
export async function explained<Result>(action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof DataError || error instanceof CheckpointError || error instanceof DeviceError || error instanceof ReportError) throw new ProgramError(error.message, error.help);
    if (error instanceof ContractError) throw new ProgramError(error.message);
    throw error;
  }
}

/** `oIoU 43.10  mIoU 40.22` */
export const figuresText = (figures: ReadonlyMap<string, number>): string => [...figures].map(([name, value]) => `${name} ${printMetric(name, value)}`).join("  ");

export const hasRun = (out: string): boolean => existsSync(weightsOfRun(out));
