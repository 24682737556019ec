/** A model over a data set, as it is used and not as it learns: batches of the loader in their order, the loss, and each sample's score at the size of its picture. */
import { readMask } from "../data/decode.ts";
import { toOriginal } from "../data/letterbox.ts";
import { DataError } from "../data/errors.ts";
import type { Loader, LoadedSample } from "../data/loader.ts";
import type { Mask } from "../data/sample.ts";
import { createEngine, type Engine, type EngineChoice } from "../engine.ts";
import { createAccuracy, type Accuracy } from "../metrics/classification.ts";
import type { TrainingProgram } from "./program.ts";
import { batchFeeds, weightFeeds, type WeightArenas } from "./step-engine.ts";
import { countResults, freeResults } from "./free-results.ts";

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
  run(loader: Loader, weights: WeightArenas, each: (sample: EvaluatedSample) => void, onBatch?: (done: number, of: number) => void): Promise<Evaluation>;
  dispose(): Promise<void>;
}

export async function createEvaluator(program: TrainingProgram, on: EngineChoice = {}): Promise<Evaluator> {
  const engine = await createEngine(program.evaluation, on);
  return {
    async run(loader, weights, each, onBatch = () => undefined) {
      const fixed = weightFeeds(engine, program, weights);
      let [loss, samples] = [0, 0];
      const accuracy = createAccuracy();
      for (let step = 0; step < loader.batchesPerEpoch; step++) {
        const batch = await loader.batch(0, step);
        const { count } = batch;
        const results = await engine.run({ ...fixed, ...batchFeeds(program, partOf(batch.feeds, program, count), count) });
        loss += count * (results["loss"].data as Float32Array)[0];
        samples += count;
        if (program.classAxis !== undefined) addAnswers(accuracy, results, program.classAxis);
        await scoresOf(program, results, batch.samples, each);
        countResults(results);
        freeResults();
        onBatch(step + 1, loader.batchesPerEpoch);
      }
      return { loss: loss / Math.max(1, samples), samples, ...(program.classAxis === undefined ? {} : { accuracy: accuracy.result().accuracy }) };
    },
    dispose: () => engine.dispose(),
  };
}

/** The first samples of a batch: the last one of an evaluation may be short while its arrays are not. */
function partOf(feeds: Readonly<Record<string, Float32Array | Int32Array>>, program: TrainingProgram, count: number): Readonly<Record<string, Float32Array | Int32Array>> {
  return Object.fromEntries(program.fields.map(({ name, shape }) => [name, feeds[name].subarray(0, count * perSample(shape))]));
}

const perSample = (shape: readonly number[]): number => shape.slice(1).reduce((product, size) => product * size, 1);

/** Counts the answers of a batch. Scores [outer, classes, inner] become rows of classes, and the labels are [outer, inner]. */
function addAnswers(accuracy: Accuracy, results: Awaited<ReturnType<Engine["run"]>>, axis: number): void {
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

async function scoresOf(program: TrainingProgram, results: Awaited<ReturnType<Engine["run"]>>, loaded: readonly LoadedSample[], each: (sample: EvaluatedSample) => void): Promise<void> {
  const score = results["score"];
  if (!score || score.dtype !== "f32" || score.shape.length !== 3) return;
  const [, height, width] = score.shape;
  for (const [i, own] of loaded.entries()) {
    const map = score.data.subarray(i * height * width, (i + 1) * height * width);
    const original = await readMask(own.sample.mask);
    if (program.section.atOriginal) each({ loaded: own, score: toOriginal(map, height, width, own.letterbox), mask: original });
    else each({ loaded: own, score: map, mask: reduced(original, height, width) });
  }
}

/** A mask at another size, each pixel the nearest. */
function reduced({ height, width, data }: Mask, newHeight: number, newWidth: number): Mask {
  const result = new Uint8Array(newHeight * newWidth);
  for (let y = 0; y < newHeight; y++) for (let x = 0; x < newWidth; x++) result[y * newWidth + x] = data[Math.floor((y * height) / newHeight) * width + Math.floor((x * width) / newWidth)];
  return { height: newHeight, width: newWidth, data: result };
}
