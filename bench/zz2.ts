import { readFileSync } from "node:fs";
import * as ort from "onnxruntime-node";
const [level = "all", steps = "3", file = "/tmp/mine/step.onnx", profile] = process.argv.slice(2);
const rss = () => (Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))![1]) / 1e6).toFixed(2) + " now " + (process.memoryUsage().rss / 1e9).toFixed(2);
const t = performance.now();
const s = await ort.InferenceSession.create(file, { graphOptimizationLevel: level as "all", enableMemPattern: false, enableCpuMemArena: !process.env.NOARENA, intraOpNumThreads: 2, executionProviders: ["cpu"], logSeverityLevel: 3, ...(profile ? { enableProfiling: true, profileFilePrefix: "/tmp/mine/ortprof" } : {}), extra: { optimization: { disable_specified_optimizers: "CommonSubexpressionElimination" } } } as never);
console.log("session", ((performance.now() - t) / 1000).toFixed(2), rss());
const meta = (s as unknown as { inputMetadata: readonly { name: string; type: string; shape: readonly number[] }[]; outputMetadata: readonly { name: string; type: string; shape: readonly number[] }[] });
const feeds: Record<string, ort.Tensor> = {}, fetches: Record<string, ort.Tensor | null> = {};
let total = 0; for (const i of meta.inputMetadata) if (i.type === "float32") total += i.shape.reduce((a, b) => a * b, 1);
const arena = new Float32Array(total); let at = 0;
for (const i of meta.inputMetadata) {
  const n = i.shape.reduce((a, b) => a * b, 1);
  if (i.type === "float32") { const v = arena.subarray(at, at + n); at += n; const fan = n / (i.shape[0] || 1); for (let k = 0; k < n; k++) v[k] = i.name.startsWith("random/") ? Math.random() : i.name.endsWith("scale") ? 1 : (Math.random() - 0.5) * 2 / Math.sqrt(Math.max(1, i.shape.length > 1 ? fan : 1e4)); feeds[i.name] = new ort.Tensor("float32", v, i.shape); }
  else feeds[i.name] = new ort.Tensor("int32", Int32Array.from({ length: n }, (_, k) => k % 40), i.shape);
}
let gt = 0; for (const o of meta.outputMetadata) gt += o.shape.reduce((a, b) => a * b, 1);
const garena = new Float32Array(gt); at = 0;
for (const o of meta.outputMetadata) { const n = o.shape.reduce((a, b) => a * b, 1); fetches[o.name] = new ort.Tensor("float32", garena.subarray(at, at + n), o.shape); at += n; }
console.log("params", (total * 4 / 1e9).toFixed(2), "grads", (gt * 4 / 1e9).toFixed(2), rss());
for (let i = 0; i < Number(steps); i++) { const a = performance.now(); const r = await s.run(feeds, fetches as never); console.log("step", ((performance.now() - a) / 1000).toFixed(2), "loss", (r.loss.data as Float32Array)[0], rss()); }
if (profile) (s as unknown as { endProfiling(): void }).endProfiling();
