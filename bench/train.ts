/**
 * One training step of the flagship at full size: variant g, 480 × 480, batch 1, Adam. `node scripts/run-ts.mjs bench/train.ts [STEPS] [PYTHON]`: prints the
 * seconds of each step, the largest resident size of its process, and beside PyTorch's (bench/train_peer.py) where a Python with it is named. With
 * `--growth [STEPS]` instead: whether the process grows over a longer training of the small model (train-growth.ts).
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { inOwnProcess, keepsFreedMemory, wantsOwnProcess } from "../cli/training-process.ts";
import { planTraining } from "../cli/training-program.ts";
import { chooseModel, chooseVariant, loadChecked } from "../cli/select.ts";
import { createTrainer } from "../runtime/training/trainer.ts";
import { growth } from "./train-growth.ts";
import { countOf } from "../runtime/training/shape.ts";

// As `netc train` runs it.
if (wantsOwnProcess()) process.exit(await inOwnProcess(process.argv.slice(2)));
if (process.argv[2] === "--growth") {
  await growth(process.argv[3] === undefined ? undefined : Number(process.argv[3]));
  process.exit();
}

const [steps = "3", python] = process.argv.slice(2);
const peak = (): number => Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? NaN) / 1e6;
const begun = performance.now();
const seconds = (): number => (performance.now() - begun) / 1000;
const compilation = loadChecked(["models/cd2fsan.net"], "human");
const model = chooseModel(compilation, undefined);
const { program, memory } = planTraining(compilation, model, chooseVariant(compilation, model, "g", []), { batch: 1 });
const compiled = seconds();
const feeds = Object.fromEntries(program.fields.map(({ name, dtype, shape }) => [name, dtype === "i32" ? Int32Array.from({ length: countOf(shape) }, (_, i) => (i < 11 ? 300 + 7 * i : i === 11 ? 49407 : 0)) : Float32Array.from({ length: countOf(shape) }, (_, i) => (name === "target" ? (i % 10 < 3 ? 1 : 0) : Math.sin(0.01 * i)))]));
const trainer = await createTrainer(program, { batchesPerEpoch: 1000, batch: () => Promise.resolve({ feeds }) }, { seed: 0, steps: Number(steps) });
console.log(`predicted ${(memory.peak / 1e9).toFixed(2)} GB, values ${(memory.values / 1e9).toFixed(2)} GB; step graph ${compiled.toFixed(1)} s, with first weights and loading ${seconds().toFixed(1)} s; resident ${(process.memoryUsage().rss / 1e9).toFixed(2)} GB`);
const times: number[] = [];
for (let i = 0; i < Number(steps); i++) {
  const from = performance.now();
  const { loss, norm } = await trainer.step();
  times.push((performance.now() - from) / 1000);
  console.log(`step ${i + 1}: ${times[i].toFixed(2)} s, loss ${loss.toFixed(4)}, norm ${norm.toFixed(3)}, largest resident size ${peak().toFixed(2)} GB`);
}
await trainer.dispose();
if (python) {
  const peer = JSON.parse(execFileSync(python, ["bench/train_peer.py", steps], { encoding: "utf8", env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !(name in keepsFreedMemory))) })) as { readonly seconds: readonly number[]; readonly peak: number };
  const [own, other] = [Math.min(...times), Math.min(...peer.seconds)];
  console.log(`PyTorch: ${peer.seconds.map((each) => each.toFixed(2)).join(", ")} s, ${peer.peak.toFixed(2)} GB; ratios: time ${(own / other).toFixed(2)}, memory ${(peak() / peer.peak).toFixed(2)}`);
}
