/** One training run of a model on a machine: its data, its folder, and that nobody else trains there. */
import type { Loader } from "../data/batch.ts";
import type { TrainingData } from "../data/source.ts";
import { ExpectedError } from "../errors.ts";
import type { Evaluator } from "./evaluation.ts";
import type { BatchSource, FirstValues, Trainer } from "./loop.ts";
import { requireResumable, trainInFolder, type Run, type RunListener, type RunOutcome } from "./run.ts";
import { lockRun } from "./run-lock.ts";
import type { TrainedModel } from "./trained-model.ts";

/** A model on what computes it. */
export interface Machine {
  readonly program: TrainedModel;
  trainer(source: BatchSource, options: { readonly seed: number; readonly steps?: number; readonly initial?: FirstValues }): Promise<Trainer>;
  evaluator(): Promise<Evaluator>;
}

export interface RunRequest extends Pick<Run, "isStopped" | "version"> {
  readonly machine: Machine;
  readonly data: TrainingData;
  /** The folder of the run: checkpoints, logs, the best weights. */
  readonly out: string;
  readonly seed: number;
  readonly resume: boolean;
  /** Instead of the section's epochs or steps. */
  readonly steps?: number;
  readonly workers?: number;
  readonly initial?: FirstValues;
  readonly listener: RunListener;
}

/** Trains to the end, or until it is stopped. Throws an ExpectedError, with what was done saved. */
export async function runSession(request: RunRequest): Promise<RunOutcome> {
  const { machine: { program }, data, out, resume } = request;
  const split = program.section.data.split ?? "train";
  if (data.count(split) === 0) throw new ExpectedError(`${data.folder} has no samples of the split ${split}`, `it has ${data.splits.join(", ")}`);
  if (resume) requireResumable(out, true);
  const unlock = lockRun(out);
  try {
    if (!resume) requireResumable(out, false);
    return await locked(request, split);
  } finally {
    unlock();
  }
}

/** A run in a folder that no other process writes to. */
async function locked({ machine, data, out, seed, steps, workers, initial, ...rest }: RunRequest, split: string): Promise<RunOutcome> {
  const { program: model } = machine;
  const loader = loaderOf({ program: model, seed, workers }, data, split, true);
  const judge = data.count("val") ? loaderOf({ program: model, seed, workers }, data, "val", false) : undefined;
  const trainer = await machine.trainer(loader, { seed, steps, initial });
  const evaluator = judge && (await machine.evaluator());
  try {
    return await trainInFolder({ ...rest, model, trainer, loader, judge, evaluator, out, seed, fingerprint: data.fingerprint(split), counts: { training: data.count(split), validation: data.count("val") } });
  } finally {
    await Promise.all([trainer.dispose(), evaluator?.dispose(), loader.close(), judge?.close()]);
  }
}

/** A loader of the section's batches. The split has samples. */
export function loaderOf({ program, seed, workers }: { readonly program: TrainedModel; readonly seed: number; readonly workers?: number }, data: TrainingData, split: string, training: boolean): Loader {
  return data.loader({ split, contract: program.section.data, seed, batch: training ? program.section.batch : Math.min(program.section.batch, data.count(split)), training, workers });
}
