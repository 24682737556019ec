/** The page of a finished run: its best weights beside constant predictors, curves, pictures. */
import { join } from "node:path";
import type { TrainingData } from "../runtime/data/training-data.ts";
import { readMask, readPixels } from "../runtime/data/decode.ts";
import type { Sample } from "../runtime/data/sample.ts";
import { createBaselineMetrics, type Baselines } from "../runtime/metrics/baseline.ts";
import { createMeanMask } from "../runtime/metrics/constant-mask.ts";
import type { SegmentationResult } from "../runtime/metrics/segmentation.ts";
import { chartsOf } from "../runtime/reports/curves.ts";
import { readMetricsLog } from "../runtime/reports/csv.ts";
import { reportPage } from "../runtime/reports/report.ts";
import { detailTables, resultTable } from "../runtime/reports/result-tables.ts";
import { samplePicture, type SamplePicture } from "../runtime/reports/sample-picture.ts";
import { openTensors, readFloat32 } from "../runtime/safetensors.ts";
import { initialWeights } from "../runtime/training/trainer.ts";
import { grouped, writeWhole } from "./output.ts";
import { logOfRun } from "../runtime/training/run-records.ts";
import { judged, loaderOf, weightsOfRun, type Machine, type RunOutcome } from "./training-run.ts";
import { version } from "./version.ts";

export interface ReportRequest {
  readonly out: string;
  readonly machine: Machine;
  readonly data: TrainingData;
  readonly outcome: RunOutcome;
  readonly seed: number;
  readonly onBatch: (done: number, of: number) => void;
}

export interface WrittenReport {
  readonly path: string;
  /** What the best weights reach on the validation split, and what constant predictors reach there; undefined where nothing was judged. */
  readonly judged?: { readonly model: SegmentationResult; readonly constants: Baselines };
}

/** Pictures on a report. */
const mostPictures = 12;
/** Masks of the training set that the constant predictor is made of. */
const mostMasks = 2_000;

/** Writes `report.html`: results of the best weights beside constant predictors, curves, pictures. */
export async function writeReport({ out, machine, data, outcome, seed, onBatch }: ReportRequest): Promise<WrittenReport> {
  const { program } = machine;
  const { section } = program;
  const split = section.data.split ?? "train";
  const [training, validation] = [data.samples(split), data.samples("val")]; // none in arrays, of which the page has curves alone
  const path = join(out, "report.html");
  const pictures: SamplePicture[] = [];
  let found: WrittenReport["judged"];
  let tables: { readonly results: Parameters<typeof reportPage>[0]["results"]; readonly details: Parameters<typeof reportPage>[0]["details"] } = { results: [], details: [] };
  if (validation.length) {
    const options = { precisions: section.metrics.flatMap(({ name, at }) => (name === "precision" ? at : [])), threshold: section.threshold };
    const mean = createMeanMask();
    for (const sample of training.slice(0, mostMasks)) mean.add(await readMask(sample.mask));
    const baselines = createBaselineMetrics(options, mean);
    const file = openTensors(weightsOfRun(out));
    const weights = initialWeights(program, seed, (name) => readFloat32(file, name));
    const evaluator = await machine.evaluator();
    const loader = loaderOf({ program, seed }, data, "val", false);
    const shown: { readonly sample: Sample; readonly sentence: string; readonly score: Float32Array }[] = [];
    const every = Math.max(1, Math.floor(validation.length / mostPictures));
    try {
      const { result } = await judged(program, evaluator, loader, weights, onBatch, ({ loaded, score, mask }) => {
        baselines.add({ mask, category: loaded.sample.category });
        if (section.atOriginal && loaded.index % every === 0 && shown.length < mostPictures) shown.push({ sample: loaded.sample, sentence: loaded.sentence, score });
      });
      if (result) {
        found = { model: result, constants: baselines.result() };
        tables = { results: [resultTable([{ name: "validation, best weights", result, baselines: found.constants }])], details: detailTables(result) };
      }
      for (const { sample, sentence, score } of shown) {
        pictures.push(await samplePicture({ pixels: await readPixels(sample.image), mask: await readMask(sample.mask), prediction: score, threshold: section.threshold, sentence, id: sample.id, category: sample.category }));
      }
    } finally {
      await Promise.all([loader.close(), evaluator.dispose()]);
    }
  }
  const name = `${program.model}${program.variant === "default" ? "" : `, ${program.variant}`}`;
  writeWhole(path, [reportPage({
    title: name,
    summary: `${grouped(outcome.steps)} steps of ${section.batch} samples on ${grouped(data.count(split))} of ${data.folder}.`,
    facts: [
      { name: "Data", value: data.folder }, { name: "Samples", value: `${grouped(data.count(split))} to train, ${grouped(data.count("val"))} to validate` },
      { name: "Optimiser", value: `${section.optimizer.kind}, rate ${section.optimizer.learningRate}` }, { name: "Seed", value: String(seed) },
    ],
    ...tables, charts: chartsOf(readMetricsLog(logOfRun(out))), pictures, footer: `netc ${version}`,
  })]);
  return { path, judged: found };
}
