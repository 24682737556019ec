/**
 * The optimiser, in tensors of the backend.
 *
 * Adam (Kingma and Ba 2015) and AdamW (Loshchilov and Hutter 2019): p - rate m' / (sqrt(v') + epsilon root), where root is sqrt(1 - beta2^t) and rate
 * lr root / (1 - beta1^t). SGD with momentum: p - lr b', b' = momentum b + g. Weight decay is added to the gradient, or, by AdamW, taken from the
 * parameter itself.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Optimizer } from "../../compiler/training/description.ts";
import { momentsOf } from "../../compiler/training/moments.ts";
import type { Parameter } from "../training/trained-model.ts";
import { createBackendStore, type BackendStore } from "./backend-store.ts";
import { createNativeAdam, type NativeAdam } from "./native-adam.ts";

export interface TensorOptimiser {
  /** What is kept for each trained parameter, by name. */
  readonly moments: ReadonlyMap<string, BackendStore>;
  /** One step: `scale` multiplies the gradients, `rate` is the learning rate now, `step` counts from 1. Gradients stay the caller's. */
  update(gradientOf: (path: string) => tf.Tensor, scale: number, rate: number, step: number): void;
}

export function createTensorOptimiser(optimizer: Optimizer, trained: readonly Parameter[], parameters: BackendStore): TensorOptimiser {
  const moments = new Map(momentsOf(optimizer).map((name) => [name, createBackendStore(trained)]));
  const times = (x: tf.Tensor, factor: number): tf.Tensor => (factor === 1 ? x : tf.mul(x, factor));

  /** The gradient with the decay that belongs to it. */
  const slopeOf = (gradient: tf.Tensor, parameter: tf.Tensor, scale: number, decay: number): tf.Tensor => (decay === 0 ? times(gradient, scale) : tf.add(times(gradient, scale), tf.mul(parameter, decay)));

  function descend(path: string, gradient: tf.Tensor, scale: number, rate: number, decay: number): void {
    const before = parameters.tensorOf(path);
    const velocities = moments.get("velocity");
    const [next, velocity] = tf.tidy((): tf.Tensor[] => {
      const slope = slopeOf(gradient, before, scale, decay);
      const own = velocities ? tf.add(tf.mul(velocities.tensorOf(path), optimizer.momentum), slope) : slope;
      return velocities ? [tf.sub(before, tf.mul(own, rate)), own] : [tf.sub(before, tf.mul(own, rate))];
    });
    parameters.replace(path, next);
    velocities?.replace(path, velocity);
  }

  function adapt(path: string, gradient: tf.Tensor, scale: number, rate: number, decay: number, step: number, native: NativeAdam | undefined): void {
    const [beta1, beta2] = optimizer.betas;
    const [firsts, seconds] = [moments.get("first")!, moments.get("second")!];
    /** What a tensor becomes. One after another, so that few temporary ones are alive at once. */
    const change = (store: BackendStore, next: (before: tf.Tensor) => tf.Tensor): void => store.replace(path, tf.tidy(() => next(store.tensorOf(path))));
    const isWeightDecay = optimizer.kind === "adamw" && decay !== 0;
    const slope = tf.tidy(() => tf.clone(slopeOf(gradient, parameters.tensorOf(path), scale, isWeightDecay ? 0 : decay)));
    if (isWeightDecay) change(parameters, (before) => tf.mul(before, 1 - rate * decay));
    if (native) native.apply(path, slope, rate);
    else {
      const root = Math.sqrt(1 - beta2 ** step);
      change(firsts, (before) => tf.add(tf.mul(before, beta1), tf.mul(slope, 1 - beta1)));
      change(seconds, (before) => tf.add(tf.mul(before, beta2), tf.mul(tf.square(slope), 1 - beta2)));
      change(parameters, (before) => tf.sub(before, tf.mul(tf.div(firsts.tensorOf(path), tf.add(tf.sqrt(seconds.tensorOf(path)), optimizer.epsilon * root)), (rate * root) / (1 - beta1 ** step))));
    }
    slope.dispose();
  }

  return {
    moments,
    update(gradientOf, scale, rate, step) {
      const native = optimizer.kind === "sgd" ? undefined : createNativeAdam([parameters, moments.get("first")!, moments.get("second")!], optimizer, step);
      for (const { path, rateFactor, decayFactor } of trained) {
        const [own, decay] = [rate * rateFactor, optimizer.decay * decayFactor];
        if (optimizer.kind === "sgd") descend(path, gradientOf(path), scale, own, decay);
        else adapt(path, gradientOf(path), scale, own, decay, step, native);
      }
      native?.dispose();
    },
  };
}
