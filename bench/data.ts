/**
 * The data loader and the generator, timed: samples a second at 480 × 480 with one and two threads, how long a step waits, memory over many batches,
 * and the making of data sets. `node scripts/run-ts.mjs bench/data.ts`
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DataContract } from "../compiler/training/data-contract.ts";
import { openDataSet, samplesOf } from "../runtime/data/formats/recognise.ts";
import { generateDataSet } from "../runtime/data/generate/generate.ts";
import { createLoader } from "../runtime/data/loader.ts";

const contract: DataContract = {
  source: "folder",
  fields: [
    { name: "image", dtype: "f32", axes: [undefined, 3, 480, 480].map((size) => ({ name: "", size })), low: 0, high: 1, normalisedBy: "clip" },
    { name: "words", dtype: "i32", axes: [undefined, 22].map((size) => ({ name: "", size })), low: 0, high: 1 },
    { name: "target", dtype: "f32", axes: [undefined, 240, 240].map((size) => ({ name: "", size })), low: 0, high: 1 },
  ],
};

const folder = mkdtempSync(join(tmpdir(), "netc-bench-data-"));
const seconds = (from: number): number => (performance.now() - from) / 1000;
try {
  for (const size of [128, 480]) {
    const from = performance.now();
    await generateDataSet(join(folder, String(size)), { layout: "folder", count: 200, size, seed: 1 });
    console.log(`generate 200 of ${size} × ${size}: ${seconds(from).toFixed(2)} s`);
  }
  await generateDataSet(join(folder, "800"), { layout: "rrsisd", count: 40, size: 800, seed: 1 });
  for (const [name, size] of [["PNG 480", "480"], ["JPEG 800", "800"]]) {
    const samples = samplesOf(openDataSet(join(folder, size)), "train");
    for (const workers of [1, 2]) {
      const loader = createLoader({ samples, contract, seed: 1, batch: 2, training: true, workers });
      for (let step = 0; step < 3; step++) await loader.batch(0, step);
      const [from, busy] = [performance.now(), process.cpuUsage()];
      for (let step = 3; step < loader.batchesPerEpoch; step++) await loader.batch(0, step);
      for (let step = 0; step < loader.batchesPerEpoch; step++) await loader.batch(1, step);
      const count = 2 * (2 * loader.batchesPerEpoch - 3);
      const cpu = process.cpuUsage(busy);
      console.log(`${name}, ${workers} thread(s): ${(count / seconds(from)).toFixed(1)} samples/s, ${((cpu.user + cpu.system) / 1000 / count).toFixed(1)} ms of processor each`);
      await loader.close();
    }
  }
  // A step of half a second on batches of two: far shorter than any of the full model.
  const loader = createLoader({ samples: samplesOf(openDataSet(join(folder, "480")), "train"), contract, seed: 1, batch: 2, training: true, workers: 1 });
  await loader.batch(0, 0);
  const [waited, from] = [loader.waited, performance.now()];
  for (let step = 1; step < 21; step++) {
    await loader.batch(0, step);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  console.log(`steps of 0.5 s: waited ${((100 * (loader.waited - waited)) / seconds(from)).toFixed(2)} % of the time`);
  const resident: number[] = [];
  for (let i = 0; i < 200; i++) {
    await loader.batch(Math.floor(i / loader.batchesPerEpoch), i % loader.batchesPerEpoch);
    if (i === 9 || i === 199) resident.push(process.memoryUsage().rss / 2 ** 20);
  }
  console.log(`resident memory after 10 batches ${resident[0].toFixed(0)} MiB, after 200 ${resident[1].toFixed(0)} MiB`);
  await loader.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
