/**
 * The loop. What happens at a step is a function of (program, seed, weights, optimiser, step): nothing else is carried from one step to the next, so a
 * training that goes on from a checkpoint is the one that was not stopped.
 */
import { initialiseFloat32 } from "../../compiler/initialise.ts";
import { rateFactor } from "../../compiler/training/rate.ts";
import type { EngineChoice } from "../engine.ts";
import { createArena, type Arena } from "./arena.ts";
import { wholeGradient, type Gradient } from "./gradient.ts";
import { createOptimiser } from "./optimiser.ts";
import type { TrainingProgram } from "./program.ts";
import { countOf } from "./shape.ts";
import { createStepEngine, type Feeds, type StepEngine, type StepResult } from "./step-engine.ts";

/** Where batches come from: those of an epoch by their number. */
export interface BatchSource {
  readonly batchesPerEpoch: number;
  batch(epoch: number, step: number): Promise<{ readonly feeds: Feeds }>;
}

/** Everything that changes while training. */
export interface TrainingState {
  readonly parameters: Arena;
  readonly states: Arena;
  readonly moments: ReadonlyMap<string, Arena>;
  /** The moving average of the trained parameters, where the section wants one. */
  readonly average?: Arena;
  readonly counts: Counts;
}

export interface Counts {
  /** Steps of the optimiser, those that were skipped included. */
  steps: number;
  /** Steps whose gradient was not finite, and that changed nothing. */
  skipped: number;
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

export interface Trainer {
  readonly state: TrainingState;
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
  step(): Promise<StepReport>;
  dispose(): Promise<void>;
}

export interface TrainerOptions {
  readonly seed: number;
  /** Of the engine of loss and gradients. The optimiser stays on the processor, where the weights are: moving them would take longer than the update. */
  readonly engine?: EngineChoice;
  /** Instead of the section's epochs or steps. */
  readonly steps?: number;
  /** First values; seeded ones unless given. */
  readonly initial?: (path: string) => Float32Array | undefined;
}

/** First values of every weight. */
export function initialWeights(program: TrainingProgram, seed: number, given: TrainerOptions["initial"] = () => undefined): Pick<TrainingState, "parameters" | "states"> {
  const [parameters, states] = [createArena(program.parameters), createArena(program.states)];
  for (const [arena, tensors] of [[parameters, program.parameters], [states, program.states]] as const) {
    for (const { path, shape, init } of tensors) arena.view(path).set(given(path) ?? initialiseFloat32(path, init, countOf(shape), seed));
  }
  return { parameters, states };
}

export async function createTrainer(program: TrainingProgram, source: BatchSource, options: TrainerOptions): Promise<Trainer> {
  const { section } = program;
  const weights = initialWeights(program, options.seed, options.initial);
  const optimiser = createOptimiser(program, weights.parameters);
  const engine = await createStepEngine(program, weights, options.seed, options.engine);
  const trained = program.parameters.filter(({ isTrained }) => isTrained);
  const average = section.ema === undefined ? undefined : createArena(trained);
  if (average) for (const { path } of trained) average.view(path).set(weights.parameters.view(path));
  const sum = section.accumulate > 1 ? createArena(trained) : undefined;
  const counts: Counts = { steps: 0, skipped: 0 };
  const stepsPerEpoch = Math.max(1, Math.floor(source.batchesPerEpoch / section.accumulate));
  const totalSteps = options.steps ?? section.steps ?? (section.epochs ?? 1) * stepsPerEpoch;
  const state: TrainingState = { ...weights, moments: optimiser.moments, average, counts };

  const adopt = ({ loss, states }: StepResult): void => {
    if (Number.isFinite(loss)) for (const [path, value] of states) weights.states.view(path).set(value);
  };
  const step = async (): Promise<StepReport> => {
    const [epoch, at] = [Math.floor(counts.steps / stepsPerEpoch), counts.steps % stepsPerEpoch];
    const rate = section.optimizer.learningRate * rateFactor(section.schedule, counts.steps, { stepsPerEpoch, totalSteps });
    const { loss, squaredNorm, gradientOf } = await gradients({ engine, source, sum, count: section.accumulate, adopt }, epoch, at * section.accumulate, counts.steps * section.accumulate);
    const norm = Math.sqrt(squaredNorm) / section.accumulate;
    const isSkipped = !Number.isFinite(loss) || !Number.isFinite(norm);
    counts.steps++;
    if (isSkipped) counts.skipped++;
    else {
      const clipping = section.optimizer.clip === undefined ? 1 : Math.min(1, section.optimizer.clip / (norm + 1e-6));
      optimiser.update(gradientOf, clipping / section.accumulate, rate, counts.steps - counts.skipped);
      if (average) follow(average.data, trained.map(({ path }) => weights.parameters.view(path)), section.ema!);
    }
    return { step: counts.steps, epoch: counts.steps / stepsPerEpoch, loss, norm, rate, isSkipped };
  };
  return { state, stepsPerEpoch, totalSteps, step, dispose: () => engine.dispose() };
}

interface Accumulation {
  readonly engine: StepEngine;
  readonly source: BatchSource;
  readonly sum: Arena | undefined;
  readonly count: number;
  /** Takes over the states after each batch, as a step per batch would. */
  readonly adopt: (result: StepResult) => void;
}

/** Loss and gradients of the batches that make one step: those of one batch as they are, those of several added up. */
async function gradients({ engine, source, sum, count, adopt }: Accumulation, epoch: number, first: number, draw: number): Promise<Omit<StepResult, "states">> {
  if (!sum) {
    const result = await engine.run((await source.batch(epoch, first)).feeds, draw);
    if (Number.isFinite(result.squaredNorm)) adopt(result);
    return result;
  }
  sum.data.fill(0);
  const piece = new Float32Array(PIECE);
  let loss = 0;
  for (let i = 0; i < count; i++) {
    const result = await engine.run((await source.batch(epoch, first + i)).feeds, draw + i);
    loss += result.loss / count;
    for (const { path } of sum.entries) addTo(sum.view(path), result.gradientOf(path), piece);
    adopt(result);
  }
  return { loss, squaredNorm: squares(sum.data), gradientOf: (path) => wholeGradient(sum.view(path)) };
}

/** Numbers that are read of a gradient at a time. */
const PIECE = 16 * 1024;

function addTo(into: Float32Array, gradient: Gradient, piece: Float32Array): void {
  for (let from = 0; from < into.length; from += PIECE) {
    const values = piece.subarray(0, Math.min(PIECE, into.length - from));
    gradient.read(from, values);
    for (let i = 0; i < values.length; i++) into[from + i] += values[i];
  }
}

function squares(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] * values[i];
  return sum;
}

/** average = decay average + (1 - decay) value, over views that follow each other in the arena. */
function follow(average: Float32Array, values: readonly Float32Array[], decay: number): void {
  let at = 0;
  for (const view of values) for (let i = 0; i < view.length; i++, at++) average[at] += (1 - decay) * (view[i] - average[at]);
}
