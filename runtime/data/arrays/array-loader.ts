/** Batches of arrays: samples in the order of chance or of the files, read by ranges; the batch that follows is read while a step computes. Nothing is augmented. */
import type { DataContract, FieldContract } from "../../../compiler/training/description.ts";
import { DataError } from "../errors.ts";
import type { Batch, Loader } from "../batch.ts";
import { batchesPerEpoch, fewerPerBatch, following, indicesOf, type Order } from "../order.ts";
import { numbersOf, openReader, type ArrayFile, type ArrayReader } from "./array-file.ts";
import { filesFor, valueProblem, type ArraySet } from "./array-set.ts";

export interface ArrayLoaderOptions {
  readonly split: string;
  readonly contract: DataContract;
  readonly seed: number;
  readonly batch: number;
  readonly training: boolean;
}

interface OpenField {
  readonly field: FieldContract;
  readonly file: ArrayFile;
  readonly reader: Promise<ArrayReader>;
}

/** A DataError says which file does not fit the contract, and later which sample has a value that does not. */
export function createArrayLoader(set: ArraySet, { split, contract, seed, batch, training }: ArrayLoaderOptions): Loader {
  const files = filesFor(set, split, contract);
  const count = files[0].file.shape[0];
  const order: Order = { count, batch, seed, sequential: !training };
  const perEpoch = batchesPerEpoch(order);
  if (perEpoch === 0) throw new DataError(set.folder, `${count === 1 ? "1 sample" : `${count} samples`} of ${split} ${count === 1 ? "does" : "do"} not fill a batch of ${batch}`, fewerPerBatch);
  const open: readonly OpenField[] = files.map((own) => ({ ...own, reader: openReader(own.file) }));
  for (const { reader } of open) reader.catch(() => undefined); // said when a batch is asked for
  let ahead: { readonly key: string; readonly batch: Promise<Batch> } | undefined;
  const made = (epoch: number, step: number): Promise<Batch> => batchOf(open, indicesOf(order, epoch, step));
  let [waited, taken] = [0, 0];
  return {
    batchesPerEpoch: perEpoch,
    get waited() {
      return waited;
    },
    get taken() {
      return taken;
    },
    async batch(epoch, step) {
      const from = performance.now();
      const result = await (ahead?.key === `${epoch} ${step}` ? ahead.batch : made(epoch, step));
      const next = following(order, epoch, step);
      ahead = undefined;
      if (training || next.epoch === epoch) {
        ahead = { key: `${next.epoch} ${next.step}`, batch: made(next.epoch, next.step) };
        ahead.batch.catch(() => undefined); // it may fail before anybody waits for it
      }
      taken++;
      waited += (performance.now() - from) / 1000;
      return result;
    },
    async close() {
      await ahead?.batch.catch(() => undefined);
      await Promise.all(open.map(async ({ reader }) => (await reader).close()));
    },
  };
}

async function batchOf(open: readonly OpenField[], indices: readonly number[]): Promise<Batch> {
  const feeds = await Promise.all(open.map(async ({ field, file, reader }) => [field.name, await valuesOf(field, file, await reader, indices)] as const));
  return { feeds: Object.fromEntries(feeds), samples: [], count: indices.length };
}

async function valuesOf(field: FieldContract, file: ArrayFile, reader: ArrayReader, indices: readonly number[]): Promise<Float32Array | Int32Array> {
  const size = file.sampleBytes / file.width;
  const values = field.dtype === "i32" ? new Int32Array(indices.length * size) : new Float32Array(indices.length * size);
  const isBytes = file.width === 1;
  const step = isBytes && field.dtype === "f32" ? (field.high - field.low) / 255 : undefined;
  await Promise.all(indices.map(async (index, place) => {
    const numbers = numbersOf(file, await reader.read(index));
    for (let i = 0; i < size; i++) {
      const problem = valueProblem(field, isBytes, numbers[i]);
      if (problem) throw new DataError(file.path, `sample ${index}: ${problem}`, "netc data FOLDER --model FILE lists all of them");
      values[place * size + i] = step === undefined ? numbers[i] : field.low + step * numbers[i];
    }
  }));
  return values;
}
