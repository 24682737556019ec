/** Records of tensors: what a function holds beside its result, and the gradients of all weights, nested as these are. */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";

/** Tensors under names, nested. */
export interface Tensors {
  readonly [name: string]: Tensor | Tensors;
}

/** What the function of a block gives: its result, and what its gradient reads. */
export type Saved<Block extends (...given: never[]) => unknown> = ReturnType<Block>;

/** One tensor of a record. All others are disposed. */
export function pick<Fields extends object, Name extends keyof Fields>(record: Fields, name: Name): Fields[Name] {
  for (const [other, own] of Object.entries(record)) if (other !== name) tf.dispose(own);
  return record[name];
}

/** Disposes all tensors of a record but some. */
export function disposeOthers(record: object, kept: readonly Tensor[]): void {
  for (const each of Object.values(record)) {
    if (!(each instanceof tf.Tensor)) disposeOthers(each, kept);
    else if (!kept.includes(each)) each.dispose();
  }
}

/** One field of the elements of a list, as a record by their index. Places without an element are left out. */
export function numbered<Name extends string>(list: readonly { readonly [Each in Name]: Tensor | Tensors }[], name: Name): Tensors {
  return Object.fromEntries(Object.entries(list).map(([index, each]) => [index, each[name]]));
}

/** The gradients of the weights of several blocks, under the blocks' names. */
export function weightsOf(blocks: { readonly [name: string]: { readonly weights: Tensors } }): Tensors {
  return Object.fromEntries(Object.entries(blocks).map(([name, { weights }]) => [name, weights]));
}

/** What the states of several blocks become, under the blocks' names. */
export function statesOf(blocks: { readonly [name: string]: { readonly states: Tensors } }): Tensors {
  return Object.fromEntries(Object.entries(blocks).map(([name, { states }]) => [name, states]));
}

/** The sum of the squares of all elements of all tensors. */
export function squaredNorm(tensors: Tensors): Tensor {
  return tf.tidy(() => tf.addN(tensorsIn(tensors).map((x) => tf.tidy(() => tf.sum(tf.square(x))))));
}

function tensorsIn(tensors: Tensors): readonly Tensor[] {
  return Object.values(tensors).flatMap((each) => (each instanceof tf.Tensor ? [each] : tensorsIn(each)));
}
