/**
 * A run in a folder of its own: steps, an evaluation after each epoch, checkpoints, the log, and what is told about it. It goes on from the last checkpoint
 * where there is one.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Loader } from "../data/batch.ts";
import { ExpectedError } from "../errors.ts";
import { isBetter, metricNames, namedFigures, printMetric } from "../metrics/names.ts";
import { createSegmentationMetrics } from "../metrics/segmentation.ts";
import { tensorFileParts } from "../safetensors.ts";
import { writeWhole } from "../whole-file.ts";
import { checkpointAt, restoreCheckpoint, saveCheckpoint, type CheckpointContext, type CheckpointHeader } from "./checkpoint.ts";
import type { EvaluatedSample, Evaluator } from "./evaluation.ts";
import type { StepReport, Trainer, TrainingState } from "./loop.ts";
import { openRecords, type EvaluationResult } from "./run-records.ts";
import type { TensorStore, WeightStores } from "./store.ts";
import type { TrainedModel } from "./trained-model.ts";

export interface Run {
  readonly model: TrainedModel;
  readonly trainer: Trainer;
  readonly loader: Loader;
  /** The samples by which each epoch is judged, where there are any. */
  readonly judge?: Loader;
  readonly evaluator?: Evaluator;
  /** The folder of the run: checkpoints, logs, the best weights. */
  readonly out: string;
  readonly seed: number;
  /** What made the program: it stands in checkpoints. */
  readonly version: string;
  /** The samples of training, as a hash. */
  readonly fingerprint: string;
  readonly counts: { readonly training: number; readonly validation: number };
  readonly listener: RunListener;
  /** Asked between steps: a run that is stopped saves what it has. */
  readonly isStopped: () => boolean;
}

export interface RunListener {
  begun(run: { readonly trainer: Trainer; readonly training: number; readonly validation: number; readonly resumed: number; readonly program: TrainedModel }): void;
  step(report: StepReport): void;
  evaluating(done: number, of: number): void;
  evaluated(result: EvaluationResult): void;
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
export const hasRun = (out: string): boolean => existsSync(weightsOfRun(out));
const lastOf = (out: string): string => join(out, "checkpoints", "last");
const bestOf = (out: string): string => join(out, "checkpoints", "best");

/** Throws an ExpectedError where a run is to go on that is not there, or one is to begin where another is. */
export function requireResumable(out: string, resume: boolean): void {
  const isThere = checkpointAt(lastOf(out)) !== undefined;
  if (resume && !isThere) throw new ExpectedError(`there is no training in ${out} to go on with`, "begin one without --resume");
  if (!resume && isThere) throw new ExpectedError(`there is a training in ${out} already`, "go on with it: --resume; or begin another: --out FOLDER");
}

/** Trains to the end, or until it is stopped. Throws an ExpectedError, with what was done saved. */
export async function trainInFolder(run: Run): Promise<RunOutcome> {
  const { model, trainer, loader, judge, evaluator, out, listener } = run;
  const { section } = model;
  const metric = metricNames(section.metrics)[0] ?? "loss";
  let found: CheckpointHeader["best"];
  const context = (): CheckpointContext => ({ program: model, header: { netc: run.version, seed: run.seed, stepsPerEpoch: trainer.stepsPerEpoch, totalSteps: trainer.totalSteps, data: run.fingerprint, best: found } });
  const from = checkpointAt(lastOf(out));
  if (from) found = restoreCheckpoint(from, trainer.state, context()).best;
  const resumed = trainer.state.counts.steps;
  listener.begun({ trainer, ...run.counts, resumed, program: model });
  const history: EvaluationResult[] = [];
  const losses: number[] = [];
  const begun = performance.now();
  const records = openRecords(out, model, resumed);
  const save = (): void => saveCheckpoint(lastOf(out), trainer.state, context());
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
        const { loss, figures } = await judged(model, evaluator, judge, evaluationWeights(trainer.state), (done, of) => listener.evaluating(done, of));
        const value = metric === "loss" ? loss : (figures.get(metric) ?? NaN);
        const isBest = found === undefined || isBetter(metric, value, found.value);
        if (isBest) found = { metric, value, step: report.step };
        evaluation = { step: report.step, epoch: report.epoch, loss, figures, isBest };
        history.push(evaluation);
        listener.evaluated(evaluation);
        if (isBest) keepBest(out, trainer.state, context());
      } else keepBest(out, trainer.state, context());
    }
    records.step(report, evaluation);
    if (report.step % trainer.stepsPerEpoch === 0 || isEnd) save();
    isFinished = isEnd || (section.patience !== undefined && found !== undefined && report.step - found.step >= section.patience * trainer.stepsPerEpoch);
    if (!isFinished && run.isStopped()) {
      save();
      break;
    }
  }
  records.close();
  return { steps: trainer.state.counts.steps, isFinished, history, loss: losses.reduce((sum, each) => sum + each, 0) / Math.max(1, losses.length), waited: loader.waited, seconds: (performance.now() - begun) / 1000 };
}

/** The weights by which a model is judged and used: the moving average where there is one. */
function evaluationWeights({ parameters, states, average }: TrainingState): WeightStores {
  if (!average) return { parameters, states };
  const averaged = new Set(average.entries.map(({ path }) => path));
  const { entries } = parameters;
  return { states, parameters: { entries, read: (path) => (averaged.has(path) ? average : parameters).read(path), write: (path, values) => (averaged.has(path) ? average : parameters).write(path, values) } };
}

function keepBest(out: string, state: TrainingState, context: CheckpointContext): void {
  saveCheckpoint(bestOf(out), state, context);
  const { parameters, states } = evaluationWeights(state);
  const tensors = (store: TensorStore) => store.entries.map(({ path, shape }) => ({ name: path, shape, data: () => store.read(path) }));
  writeWhole(weightsOfRun(out), tensorFileParts([...tensors(parameters), ...tensors(states)], { model: context.program.model, variant: context.program.variant, step: String(state.counts.steps) }));
}

/** The loss and the section's metrics over the samples of a loader. */
export async function judged(model: TrainedModel, evaluator: Evaluator, loader: Loader, weights: WeightStores, onBatch: (done: number, of: number) => void, each: (sample: EvaluatedSample) => void = () => undefined): Promise<Pick<EvaluationResult, "loss" | "figures"> & { readonly result?: ReturnType<ReturnType<typeof createSegmentationMetrics>["result"]> }> {
  const { section } = model;
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

/** `oIoU 43.10  mIoU 40.22` */
export const figuresText = (figures: ReadonlyMap<string, number>): string => [...figures].map(([name, value]) => `${name} ${printMetric(name, value)}`).join("  ");
