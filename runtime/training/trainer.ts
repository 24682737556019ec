/** A training on ONNX Runtime: weights and moments in arenas, loss and gradients by a session over them, the optimiser as a kernel. */
import type { EngineChoice } from "../engine.ts";
import { createArena, type Arena } from "./arena.ts";
import { createLoop, fillWeights, type BatchSource, type FirstValues, type Learner, type Trainer } from "./loop.ts";
import { wholeGradient, type Gradient } from "./gradient.ts";
import { createOptimiser } from "./optimiser.ts";
import type { TrainingProgram } from "./program.ts";
import { createStepEngine, type StepResult, type WeightArenas } from "./step-engine.ts";
import type { TrainedModel } from "./trained-model.ts";

export type { BatchSource, StepReport, Trainer, TrainingState } from "./loop.ts";

export interface TrainerOptions {
  readonly seed: number;
  /** Of the engine of loss and gradients. The optimiser stays on the processor, where the weights are: moving them would take longer than the update. */
  readonly engine?: EngineChoice;
  /** Instead of the section's epochs or steps. */
  readonly steps?: number;
  /** First values; seeded ones unless given. */
  readonly initial?: FirstValues;
}

/** First values of every weight. */
export function initialWeights(model: Pick<TrainedModel, "parameters" | "states">, seed: number, given?: FirstValues): WeightArenas {
  const weights = { parameters: createArena(model.parameters), states: createArena(model.states) };
  fillWeights(weights, model, seed, given);
  return weights;
}

export async function createTrainer(program: TrainingProgram, source: BatchSource, options: TrainerOptions): Promise<Trainer<Arena>> {
  return createLoop(program, await createLearner(program, options), source, options);
}

async function createLearner(program: TrainingProgram, { seed, engine: on, initial }: TrainerOptions): Promise<Learner<Arena>> {
  const { section } = program;
  const weights = initialWeights(program, seed, initial);
  const optimiser = createOptimiser(program, weights.parameters);
  const engine = await createStepEngine(program, weights, seed, on);
  const trained = program.parameters.filter(({ isTrained }) => isTrained);
  const average = section.ema === undefined ? undefined : createArena(trained);
  if (average) for (const { path } of trained) average.view(path).set(weights.parameters.view(path));
  // The gradients of one batch are used where the engine left them.
  const sum = section.accumulate > 1 ? createArena(trained) : undefined;
  const piece = new Float32Array(PIECE);
  let last: StepResult | undefined;
  return {
    state: { ...weights, moments: optimiser.moments, average },
    async gradients(feeds, draw, isAdded) {
      last = undefined; // its memory is free for this step
      last = await engine.run(feeds, draw);
      if (sum) {
        if (!isAdded) sum.data.fill(0);
        for (const { path } of sum.entries) addTo(sum.view(path), last.gradientOf(path), piece);
      }
      if (Number.isFinite(last.loss) && (sum || Number.isFinite(last.squaredNorm))) for (const [path, value] of last.states) weights.states.view(path).set(value);
      return last.loss;
    },
    squaredNorm: () => Promise.resolve(sum ? squares(sum.data) : last!.squaredNorm),
    update(scale, rate, step) {
      optimiser.update(sum ? (path) => wholeGradient(sum.view(path)) : last!.gradientOf, scale, rate, step);
      if (average) follow(average.data, trained.map(({ path }) => weights.parameters.view(path)), section.ema!);
    },
    dispose: () => engine.dispose(),
  };
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
