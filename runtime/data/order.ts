/**
 * The order in which samples are seen: a permutation of each epoch, as a function of (seed, epoch) alone. So a resumed training goes on with the very
 * sample that would have come next, and needs nothing from before but its step.
 *
 * In training the last samples of an epoch that do not fill a batch are left out: every batch has the same size, and each epoch leaves out others. In
 * evaluation the order is that of the files, and the last batch is short.
 */
import { streamOf, uniformAt } from "../../compiler/operators/random.ts";

export interface Order {
  /** How many samples there are. */
  readonly count: number;
  /** Samples in a batch. Gradients that are accumulated over several batches are batches that follow each other. */
  readonly batch: number;
  readonly seed: number;
  /** Evaluation: the order of the files, and every sample once. */
  readonly sequential?: boolean;
}

/** Batches in an epoch. */
export const batchesPerEpoch = ({ count, batch, sequential }: Order): number => (sequential ? Math.ceil(count / batch) : Math.floor(count / batch));

/** What helps where the samples do not fill one batch. */
export const fewerPerBatch = "add samples, or take a smaller `batch` in the training section (a written project then has to be written again)";

/** A permutation of 0 … count - 1 (Fisher and Yates), a function of seed and epoch. */
export function permutation(count: number, seed: number, epoch: number): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  const stream = streamOf(`order ${seed}`, epoch);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(uniformAt(stream, i) * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

let latest: { readonly key: string; readonly order: Int32Array } | undefined;

function remembered(count: number, seed: number, epoch: number): Int32Array {
  const key = `${count} ${seed} ${epoch}`;
  if (latest?.key !== key) latest = { key, order: permutation(count, seed, epoch) };
  return latest.order;
}

/** The samples of a batch, by their places in the data set; `step` counts from 0 in each epoch. A step that the epoch does not have is an error. */
export function indicesOf(order: Order, epoch: number, step: number): readonly number[] {
  const steps = batchesPerEpoch(order);
  if (!(step >= 0 && step < steps)) throw new RangeError(`epoch ${epoch} has the steps 0 to ${steps - 1}, not ${step}`);
  const [from, to] = [step * order.batch, Math.min((step + 1) * order.batch, order.count)];
  if (order.sequential) return Array.from({ length: to - from }, (_, i) => from + i);
  return [...remembered(order.count, order.seed, epoch).subarray(from, to)];
}

/** The batch after this one, in the next epoch where this is the last. */
export const following = (order: Order, epoch: number, step: number): { readonly epoch: number; readonly step: number } => (step + 1 < batchesPerEpoch(order) ? { epoch, step: step + 1 } : { epoch: epoch + 1, step: 0 });
