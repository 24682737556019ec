/** One model in a process of its own: `onnx-child MODEL BATCH RUNS` prints the time of each run and the peak memory as JSON. */
import { createEngine, type EngineTensor } from "../runtime/engine.ts";

const [model, batchText, runsText] = process.argv.slice(2);
const [batch, runs] = [Number(batchText), Number(runsText)];
const start = performance.now();
const engine = await createEngine(model);
const load = performance.now() - start;
const image = new Float32Array(batch * 3 * 480 * 480);
for (let i = 0; i < image.length; i++) image[i] = Math.sin(i * 0.37);
const words = new Int32Array(batch * 22);
for (let b = 0; b < batch; b++) words.set([49406, 736 + b, 3083, 2012, 49407], 22 * b);
const wide = BigInt64Array.from(words, BigInt);
const feeds: Record<string, EngineTensor> = {};
// netc's graph takes i32 words under their own names; the exported one may take i64.
for (const name of engine.inputs) {
  if (/image|pixel|^x$/.test(name)) feeds[name] = { dtype: "f32", shape: [batch, 3, 480, 480], data: image };
  else feeds[name] = process.env["NETC_BENCH_I64"] ? { dtype: "i64", shape: [batch, 22], data: wide } : { dtype: "i32", shape: [batch, 22], data: words };
}
const times: number[] = [];
for (let i = 0; i <= runs; i++) {
  const begin = performance.now();
  await engine.run(feeds);
  if (i > 0) times.push(performance.now() - begin);
}
console.log(JSON.stringify({ load, times, peak: process.resourceUsage().maxRSS * 1024 }));
