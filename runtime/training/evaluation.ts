/** A model over a data set, as it is used and not as it learns: batches of the loader in their order, the loss, and each sample's score at the size of its picture. */
import { DataError } from "../data/errors.ts";
import type { Loader, LoadedSample } from "../data/batch.ts";
import type { Mask } from "../data/sample.ts";
import { createAccuracy, type Accuracy } from "../metrics/classification.ts";
import type { WeightStores } from "./store.ts";
import type { Feeds, TrainedModel } from "./trained-model.ts";

export interface EvaluatedSample {
  readonly loaded: LoadedSample;
  /** What the metrics are of, such as a probability: of the picture's size, or of the score's own where the section does not say `at original`. */
  readonly score: Float32Array;
  /** Of the same size. */
  readonly mask: Mask;
}

export interface Evaluation {
  /** Mean over the samples. */
  readonly loss: number;
  readonly samples: number;
  /** The share of right answers, where the section asks for it. */
  readonly accuracy?: number;
}

export interface Evaluator {
  /** `each` is told every sample. */
  run(loader: Loader, weights: WeightStores, each: (sample: EvaluatedSample) => void, onBatch?: (done: number, of: number) => void): Promise<Evaluation>;
  dispose(): Promise<void>;
}

/** What a model gives for a batch, by name: the loss, the score and its outputs. */
export type Results = Readonly<Record<string, { readonly shape: readonly number[]; readonly data: ArrayLike<number> | ArrayLike<bigint> }>>;

/** Runs a model in evaluation. */
export interface Forward {
  /** Takes the weights, until the result is called. */
  use(weights: WeightStores): () => void;
  /** `count`: the samples of the batch, whose feeds have as many. The results are the caller's until the next call. */
  run(feeds: Feeds, count: number): Promise<Results>;
  dispose(): Promise<void>;
}

/** Tells each sample of a batch with its score and its mask. */
export type ScoreReader = (model: TrainedModel, results: Results, loaded: readonly LoadedSample[], each: (sample: EvaluatedSample) => void) => Promise<void>;

export function evaluatorOf(model: TrainedModel, forward: Forward, scoresOf: ScoreReader): Evaluator {
  return {
    async run(loader, weights, each, onBatch = () => undefined) {
      const letGo = forward.use(weights);
      try {
        return await over(model, forward, scoresOf, loader, each, onBatch);
      } finally {
        letGo();
      }
    },
    dispose: () => forward.dispose(),
  };
}

async function over(model: TrainedModel, forward: Forward, scoresOf: ScoreReader, loader: Loader, each: (sample: EvaluatedSample) => void, onBatch: (done: number, of: number) => void): Promise<Evaluation> {
  let [loss, samples] = [0, 0];
  const accuracy = createAccuracy();
  for (let step = 0; step < loader.batchesPerEpoch; step++) {
    const batch = await loader.batch(0, step);
    const { count } = batch;
    const results = await forward.run(partOf(batch.feeds, model, count), count);
    loss += count * (results["loss"].data as Float32Array)[0];
    samples += count;
    if (model.classAxis !== undefined) addAnswers(accuracy, results, model.classAxis);
    await scoresOf(model, results, batch.samples, each);
    onBatch(step + 1, loader.batchesPerEpoch);
  }
  return { loss: loss / Math.max(1, samples), samples, ...(model.classAxis === undefined ? {} : { accuracy: accuracy.result().accuracy }) };
}

/** The first samples of a batch: the last one of an evaluation may be short while its arrays are not. */
function partOf(feeds: Readonly<Record<string, Float32Array | Int32Array>>, model: TrainedModel, count: number): Readonly<Record<string, Float32Array | Int32Array>> {
  return Object.fromEntries(model.fields.map(({ name, shape }) => [name, feeds[name].subarray(0, count * perSample(shape))]));
}

const perSample = (shape: readonly number[]): number => shape.slice(1).reduce((product, size) => product * size, 1);

/** Counts the answers of a batch. Scores [outer, classes, inner] become rows of classes, and the labels are [outer, inner]. */
function addAnswers(accuracy: Accuracy, results: Results, axis: number): void {
  const { shape, data } = results["accuracy/scores"];
  const labels = results["accuracy/labels"].data as Int32Array;
  const [classes, inner] = [shape[axis], shape.slice(axis + 1).reduce((product, size) => product * size, 1)];
  const scores = data as Float32Array;
  const rows = inner === 1 ? scores : scores.map((_, i) => scores[(Math.floor(i / (inner * classes)) * classes + (i % classes)) * inner + (Math.floor(i / classes) % inner)]);
  try {
    accuracy.add(rows, labels, classes);
  } catch (error) {
    if (error instanceof RangeError) throw new DataError("the labels", error.message, `say their range in the data, \`label: i32[B] in [0, ${classes - 1}]\`; then \`netc data FOLDER --model FILE\` names the samples`);
    throw error;
  }
}
