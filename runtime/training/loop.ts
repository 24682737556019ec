/**
 * The loop. What happens at a step is a function of (model, seed, weights, optimiser, step): nothing else is carried from one step to the next, so a
 * training that goes on from a checkpoint is the one that was not stopped. What computes is a `Learner`; rates, clipping, accumulation and what is skipped
 * are decided here, the same for all of them.
 */
import { initialiseFloat32 } from "../../compiler/first-values.ts";
import { rateFactor } from "../../compiler/training/rate.ts";
import type { FirstValues } from "../parameters/weights-file.ts";
import { countOf } from "./shape.ts";
import type { TensorStore, WeightStores } from "./store.ts";
import type { Feeds, TrainedModel } from "./trained-model.ts";

export type { FirstValues } from "../parameters/weights-file.ts";

/** Where batches come from: those of an epoch by their number. */
export interface BatchSource {
  readonly batchesPerEpoch: number;
  batch(epoch: number, step: number): Promise<{ readonly feeds: Feeds }>;
}

/** What a learner keeps. */
export interface LearnedState<Store extends TensorStore = TensorStore> {
  readonly parameters: Store;
  readonly states: Store;
  readonly moments: ReadonlyMap<string, Store>;
  /** The moving average of the trained parameters, where the section wants one. */
  readonly average?: Store;
}

/** Everything that changes while training. */
export interface TrainingState<Store extends TensorStore = TensorStore> extends LearnedState<Store> {
  readonly counts: Counts;
}

export interface Counts {
  /** Steps of the optimiser, those that were skipped included. */
  steps: number;
  /** Steps whose gradient was not finite, and that changed nothing. */
  skipped: number;
}

/** Computes gradients and changes weights. */
export interface Learner<Store extends TensorStore = TensorStore> {
  readonly state: LearnedState<Store>;
  /**
   * The loss of a batch, and its gradients, which are kept until the next step: added to those before where `isAdded`. New values of the states are taken
   * over where the batch has a finite loss (and, where it makes a step by itself, finite gradients). `draw` counts batches since the beginning.
   */
  gradients(feeds: Feeds, draw: number, isAdded: boolean): Promise<number>;
  /** The sum of the squares of the gradients that are kept. */
  squaredNorm(): Promise<number>;
  /** One step of the optimiser with the gradients that are kept, times `scale`. `step` counts from 1. Then the average follows. */
  update(scale: number, rate: number, step: number): void;
  dispose(): Promise<void>;
}

export interface StepReport {
  /** Counted from 1. */
  readonly step: number;
  /** Epochs seen when it ends, fractions included. */
  readonly epoch: number;
  /** Mean over its batches. */
  readonly loss: number;
  /** Of the gradient, before clipping. */
  readonly norm: number;
  readonly rate: number;
  readonly isSkipped: boolean;
}

export interface Trainer<Store extends TensorStore = TensorStore> {
  readonly state: TrainingState<Store>;
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
  step(): Promise<StepReport>;
  dispose(): Promise<void>;
}

/** Puts first values of every weight, seeded where none are given, into the stores. */
export function fillWeights({ parameters, states }: WeightStores, model: Pick<TrainedModel, "parameters" | "states">, seed: number, given: FirstValues = () => undefined): void {
  for (const [store, tensors] of [[parameters, model.parameters], [states, model.states]] as const) {
    for (const { path, shape, init } of tensors) store.write(path, given(path) ?? initialiseFloat32(path, init, countOf(shape), seed));
  }
}

/** `steps`: instead of the section's epochs or steps. */
export function createLoop<Store extends TensorStore>({ section }: Pick<TrainedModel, "section">, learner: Learner<Store>, source: BatchSource, { steps }: { readonly steps?: number } = {}): Trainer<Store> {
  const counts: Counts = { steps: 0, skipped: 0 };
  const { accumulate, optimizer, schedule } = section;
  const stepsPerEpoch = Math.max(1, Math.floor(source.batchesPerEpoch / accumulate));
  const totalSteps = steps ?? section.steps ?? (section.epochs ?? 1) * stepsPerEpoch;
  return {
    state: { ...learner.state, counts }, stepsPerEpoch, totalSteps,
    async step() {
      const [epoch, at] = [Math.floor(counts.steps / stepsPerEpoch), counts.steps % stepsPerEpoch];
      const rate = optimizer.learningRate * rateFactor(schedule, counts.steps, { stepsPerEpoch, totalSteps });
      let loss = 0;
      for (let i = 0; i < accumulate; i++) {
        const { feeds } = await source.batch(epoch, at * accumulate + i);
        loss += (await learner.gradients(feeds, counts.steps * accumulate + i, i > 0)) / accumulate;
      }
      const norm = Math.sqrt(await learner.squaredNorm()) / accumulate;
      const isSkipped = !Number.isFinite(loss) || !Number.isFinite(norm);
      counts.steps++;
      if (isSkipped) counts.skipped++;
      else {
        const clipping = optimizer.clip === undefined ? 1 : Math.min(1, optimizer.clip / (norm + 1e-6));
        learner.update(clipping / accumulate, rate, counts.steps - counts.skipped);
      }
      return { step: counts.steps, epoch: counts.steps / stepsPerEpoch, loss, norm, rate, isSkipped };
    },
    dispose: () => learner.dispose(),
  };
}
