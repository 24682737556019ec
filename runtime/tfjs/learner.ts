/**
 * Trains with the functions of a generated program: weights, moments and gradients stay in the memory of the backend. After each step as many tensors are
 * alive as before it.
 */
import * as tf from "@tensorflow/tfjs-core";
import { createLoop, fillWeights, type BatchSource, type FirstValues, type Learner, type Trainer } from "../training/loop.ts";
import { drawNumbers, streamStep } from "../training/random-numbers.ts";
import { countOf } from "../training/shape.ts";
import type { TrainedModel } from "../training/trained-model.ts";
import { batchTensors, createBackendStore, type BackendStore } from "./backend-store.ts";
import { nested, type Entries, type Tensors } from "./entries.ts";
import { createTensorOptimiser } from "./optimiser.ts";

export interface TensorTrainerOptions {
  readonly seed: number;
  /** Instead of the section's epochs or steps. */
  readonly steps?: number;
  /** First values; seeded ones unless given. */
  readonly initial?: FirstValues;
}

/** A training on the current backend. `tables`: constants of the program, which stay the caller's. */
export const createTensorTrainer = (model: TrainedModel, entries: Pick<Entries, "trainingStep">, tables: Tensors, source: BatchSource, options: TensorTrainerOptions): Trainer<BackendStore> =>
  createLoop(model, createTensorLearner(model, entries, tables, options), source, options);

export function createTensorLearner(model: TrainedModel, { trainingStep }: Pick<Entries, "trainingStep">, tables: Tensors, { seed, initial }: TensorTrainerOptions): Learner<BackendStore> {
  const { section } = model;
  const trained = model.parameters.filter(({ isTrained }) => isTrained);
  const [parameters, states] = [createBackendStore(model.parameters), createBackendStore(model.states)];
  fillWeights({ parameters, states }, model, seed, initial);
  const { moments, update } = createTensorOptimiser(section.optimizer, trained, parameters);
  const average = section.ema === undefined ? undefined : createBackendStore(trained);
  if (average) for (const { path } of trained) average.replace(path, tf.clone(parameters.tensorOf(path)));
  const isAccumulated = section.accumulate > 1;
  const held = new Map<string, tf.Tensor>();
  let squares = NaN;

  function* weights(): Generator<readonly [string, tf.Tensor]> {
    for (const store of [parameters, states]) for (const { path } of store.entries) yield [path, store.tensorOf(path)];
  }

  function letGo(): void {
    held.forEach((tensor) => tensor.dispose());
    held.clear();
  }

  /** Keeps gradients, those of the batches before added. */
  function keep(gradients: Tensors): void {
    for (const { path } of trained) {
      const before = held.get(path);
      held.set(path, before ? tf.add(before, gradients[path]) : gradients[path]);
      if (before) tf.dispose([before, gradients[path]]);
    }
  }

  return {
    state: { parameters, states, moments, average },
    async gradients(feeds, draw, isAdded) {
      if (!isAdded) letGo();
      const inputs = batchTensors(model.fields, feeds);
      for (const own of model.random) {
        const numbers = new Float32Array(countOf(own.shape));
        drawNumbers(own, numbers, seed, draw);
        inputs[own.name] = tf.tensor(numbers, [...own.shape]);
      }
      const results = trainingStep({ inputs, weights: nested(weights()), tables, step: streamStep(seed, draw) });
      tf.dispose(inputs);
      keep(results.gradients);
      const [loss, squaredNorm] = [await numberOf(results.loss), await numberOf(results.squaredNorm)];
      squares = squaredNorm;
      const isTaken = Number.isFinite(loss) && (isAccumulated || Number.isFinite(squaredNorm));
      for (const [path, value] of Object.entries(results.states)) {
        if (isTaken) states.replace(path, value);
        else value.dispose();
      }
      return loss;
    },
    async squaredNorm() {
      if (!isAccumulated) return squares;
      let sum = 0;
      for (const tensor of held.values()) sum += await numberOf(tf.tidy(() => tf.sum(tf.square(tensor))));
      return sum;
    },
    update(scale, rate, step) {
      update((path) => held.get(path)!, scale, rate, step);
      letGo();
      if (average) for (const { path } of trained) average.replace(path, follow(average.tensorOf(path), parameters.tensorOf(path), section.ema!));
    },
    dispose() {
      letGo();
      for (const store of [parameters, states, ...moments.values(), average]) store?.dispose();
      return Promise.resolve();
    },
  };
}

/** decay average + (1 - decay) value. */
const follow = (average: tf.Tensor, value: tf.Tensor, decay: number): tf.Tensor => tf.tidy(() => tf.add(average, tf.mul(tf.sub(value, average), 1 - decay)));

/** The number in a tensor of one, which is disposed. */
async function numberOf(tensor: tf.Tensor): Promise<number> {
  const [value] = await tensor.data();
  tensor.dispose();
  return value;
}
