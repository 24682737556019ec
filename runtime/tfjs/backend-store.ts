/** Tensors by path in the memory of a backend. What trains replaces them; what saves a training reads them, and what restores one writes them. */
import * as tf from "@tensorflow/tfjs-core";
import type { StoredEntry, TensorStore } from "../training/store.ts";

export interface BackendStore extends TensorStore {
  tensorOf(path: string): tf.Tensor;
  /** Takes a tensor over, and disposes the one before. */
  replace(path: string, tensor: tf.Tensor): void;
  dispose(): void;
}

/** Of zeros, which are made where the backend computes: `tf.zeros` makes them in JavaScript's memory. */
export function createBackendStore(entries: readonly StoredEntry[]): BackendStore {
  const tensors = new Map<string, tf.Tensor>(entries.map(({ path, shape }) => [path, tf.fill([...shape], 0)]));
  const shapes = new Map(entries.map(({ path, shape }) => [path, shape]));
  const tensorOf = (path: string): tf.Tensor => {
    const own = tensors.get(path);
    if (!own) throw new Error(`a fault of this program: there is no tensor ${path}`);
    return own;
  };
  const replace = (path: string, tensor: tf.Tensor): void => {
    tensorOf(path).dispose();
    tensors.set(path, tensor);
  };
  return {
    entries, tensorOf, replace,
    read: (path) => tensorOf(path).dataSync<"float32">(),
    write: (path, values) => replace(path, tf.tensor(Float32Array.from(values), [...shapes.get(path)!], "float32")),
    dispose: () => tensors.forEach((tensor) => tensor.dispose()),
  };
}

/** Whether tensors of a store are on the backend already. */
export const isOnBackend = (store: TensorStore): store is BackendStore => "tensorOf" in store;

/** The batch as tensors: those fields that the model has, of `count` samples. */
export function batchTensors(fields: readonly { readonly name: string; readonly dtype: "f32" | "i32"; readonly shape: readonly number[] }[], feeds: Readonly<Record<string, Float32Array | Int32Array>>, count?: number): Record<string, tf.Tensor> {
  return Object.fromEntries(fields.map(({ name, dtype, shape }) => {
    const own = count === undefined ? [...shape] : [count, ...shape.slice(1)];
    const data = feeds[name];
    if (data?.length !== own.reduce((product, size) => product * size, 1)) throw new Error(`a fault of this program: the field ${name} of a batch has ${data?.length ?? "no"} numbers for the shape [${own.join(", ")}]`);
    return [name, tf.tensor(data, own, dtype === "i32" ? "int32" : "float32")];
  }));
}
