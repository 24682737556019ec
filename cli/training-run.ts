/** One training run of a program: its data, its engine, and the folder that it is done in. `train` is one of them, `ablate` many. */
import type { Loader } from "../runtime/data/loader.ts";
import type { TrainingData } from "../runtime/data/training-data.ts";
import { ExpectedError } from "../runtime/errors.ts";
import type { Evaluator } from "../runtime/training/evaluation.ts";
import type { BatchSource, FirstValues, Trainer } from "../runtime/training/loop.ts";
import { requireResumable, trainInFolder, type RunListener, type RunOutcome } from "../runtime/training/run.ts";
import { lockRun } from "../runtime/training/run-lock.ts";
import type { TrainedModel } from "../runtime/training/trained-model.ts";
import { ProgramError } from "./errors.ts";
import { commandProcess, isAbandoned } from "./training-process.ts";
import { version } from "./version.ts";

export { figuresText, judged, weightsOfRun, type RunOutcome } from "../runtime/training/run.ts";

/** A program on what computes it. */
export interface Machine {
  readonly program: TrainedModel;
  trainer(source: BatchSource, options: { readonly seed: number; readonly steps?: number; readonly initial?: FirstValues }): Promise<Trainer>;
  evaluator(): Promise<Evaluator>;
}

export interface RunRequest {
  readonly machine: Machine;
  readonly data: TrainingData;
  /** The folder of the run: checkpoints, logs, the best weights. */
  readonly out: string;
  readonly seed: number;
  readonly resume: boolean;
  readonly steps?: number;
  readonly workers?: number;
  /** First values of weights, by path; those that are not given are seeded. */
  readonly initial?: FirstValues;
  readonly listener: RunListener;
  /** Asked between steps: a run that is stopped saves what it has. */
  readonly isStopped: () => boolean;
}

/** Trains to the end, or until it is stopped. Throws ProgramError, with what was done saved. */
export const run = (request: RunRequest): Promise<RunOutcome> =>
  explained(async () => {
    const { machine: { program }, data, out } = request;
    const split = program.section.data.split ?? "train";
    if (data.count(split) === 0) throw new ProgramError(`${data.folder} has no samples of the split ${split}`, `it has ${data.splits.join(", ")}`);
    if (request.resume) requireResumable(out, true);
    const unlock = lockRun(out, commandProcess);
    try {
      if (!request.resume) requireResumable(out, false);
      return await locked(request, split);
    } finally {
      unlock();
    }
  });

/** A run in a folder that no other process writes to. */
async function locked({ machine, data, out, seed, steps, workers, initial, listener, isStopped }: RunRequest, split: string): Promise<RunOutcome> {
  const { program: model } = machine;
  const loader = loaderOf({ program: model, seed, workers }, data, split, true);
  const judge = data.count("val") ? loaderOf({ program: model, seed, workers }, data, "val", false) : undefined;
  const trainer = await machine.trainer(loader, { seed, steps, initial });
  const evaluator = judge && (await machine.evaluator());
  try {
    return await trainInFolder({ model, trainer, loader, judge, evaluator, out, seed, version, fingerprint: data.fingerprint(split), counts: { training: data.count(split), validation: data.count("val") }, listener, isStopped, isAbandoned });
  } finally {
    await Promise.all([trainer.dispose(), evaluator?.dispose(), loader.close(), judge?.close()]);
  }
}

/** A loader of the section's batches. The split has samples. */
export function loaderOf({ program, seed, workers }: { readonly program: TrainedModel; readonly seed: number; readonly workers?: number }, data: TrainingData, split: string, training: boolean): Loader {
  return data.loader({ split, contract: program.section.data, seed, batch: training ? program.section.batch : Math.min(program.section.batch, data.count(split)), training, workers });
}

/** What goes wrong with data, checkpoints and contracts, as a person is told. */
export async function explained<Result>(action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof ExpectedError) throw new ProgramError(error.message, error.help);
    throw error;
  }
}
