/** What a generated program is to those that run it: two functions of tensors, one for a step of training and one for using the model. */
import * as tf from "@tensorflow/tfjs-core";
import type { EngineTensor } from "../engine-tensor.ts";

export type Tensors = Readonly<Record<string, tf.Tensor>>;

/** Weights in the nesting of their paths: `weights.vision.layer[3].norm.scale`. */
export interface NestedWeights {
  readonly [name: string]: tf.Tensor | NestedWeights;
}

/** What the functions are given. They dispose none of it. */
export interface Given {
  /** By name: the fields of a batch, and the numbers that a step draws. */
  readonly inputs: Tensors;
  readonly weights: NestedWeights;
  /** Constants of many numbers, by name. */
  readonly tables: Tensors;
  /** Counts batches, with the seed in the upper half: random numbers are a function of it. */
  readonly step: number;
}

/** Tensors that are the caller's to dispose. */
export interface StepTensors {
  readonly loss: tf.Tensor;
  /** The sum of the squares of all gradients. */
  readonly squaredNorm: tf.Tensor;
  /** By path. */
  readonly gradients: Tensors;
  /** New values of the states, by path. */
  readonly states: Tensors;
}

export interface Entries {
  readonly trainingStep: (given: Given) => StepTensors;
  /** The loss, the score where the metrics have one, and the outputs, by name: the caller's to dispose. */
  readonly evaluate: (given: Given) => Tensors;
}

/** Weights by path as objects in objects. */
export function nested(weights: Iterable<readonly [path: string, tensor: tf.Tensor]>): NestedWeights {
  const root: Record<string, unknown> = {};
  for (const [path, tensor] of weights) {
    const parts = path.split(".");
    const last = parts.pop()!;
    parts.reduce((own, part) => (own[part] ??= {}) as Record<string, unknown>, root)[last] = tensor;
  }
  return root as NestedWeights;
}

/** What a step gives, by path: of a record in which gradients and states stand in the nesting of their paths, or under `gradient/PATH` and `next/PATH`. */
export function stepTensors(results: Readonly<Record<string, tf.Tensor | object>>): StepTensors {
  const { loss, squared_norm: squaredNorm, gradients = {}, states = {}, ...others } = results;
  const under = (begin: string): Tensors => Object.fromEntries(Object.entries(others).flatMap(([name, tensor]) => (name.startsWith(begin) ? [[name.slice(begin.length), tensor as tf.Tensor]] : [])));
  return { loss: loss as tf.Tensor, squaredNorm: squaredNorm as tf.Tensor, gradients: { ...byPath(gradients), ...under("gradient/") }, states: { ...byPath(states), ...under("next/") } };
}

/** Tensors of objects in objects by their paths. */
function byPath(nest: object, outer = ""): Tensors {
  return Object.fromEntries(Object.entries(nest).flatMap(([name, own]: [string, tf.Tensor | object]) => {
    const path = outer === "" ? name : `${outer}.${name}`;
    return own instanceof tf.Tensor ? [[path, own]] : Object.entries(byPath(own, path));
  }));
}

/** An array as a tensor, which is the caller's. */
export function toBackend({ dtype, shape, data }: EngineTensor): tf.Tensor {
  return tf.tensor(data as Float32Array | Int32Array | Uint8Array, [...shape], dtype === "i32" ? "int32" : dtype === "bool" ? "bool" : "float32");
}

/** The numbers of a tensor. */
export async function fromBackend(tensor: tf.Tensor): Promise<EngineTensor> {
  return { dtype: tensor.dtype === "int32" ? "i32" : tensor.dtype === "bool" ? "bool" : "f32", shape: tensor.shape, data: await tensor.data() } as EngineTensor;
}
