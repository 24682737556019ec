/**
 * One training step of the flagship at full size: variant g, 480 × 480, batch 1, Adam. `node scripts/run-ts.mjs bench/train.ts [STEPS] [PYTHON]`: prints the
 * seconds of each step, the largest resident size of its process, and a step of PyTorch (bench/train_peer.py) after each where a Python with it is named: on a machine that others use, only steps side by side compare. With
 * `--growth [STEPS]` instead: whether the process grows over a longer training of the small model (train-growth.ts).
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { planTraining } from "../cli/training-program.ts";
import { chooseModel, chooseVariant, loadChecked } from "../cli/select.ts";
import { createTrainer } from "../runtime/training/trainer.ts";
import { growth } from "./train-growth.ts";
import { countOf } from "../runtime/training/shape.ts";

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
const peer = python === undefined ? undefined : startPeer(python);
const [own, other]: [number[], number[]] = [[], []];
for (let i = 0; i < Number(steps); i++) {
  const from = performance.now();
  const { loss } = await trainer.step();
  own.push((performance.now() - from) / 1000);
  const beside = await peer?.step();
  if (beside) other.push(beside.seconds);
  console.log(`step ${i + 1}: ${own[i].toFixed(2)} s, loss ${loss.toFixed(4)}, largest resident size ${peak().toFixed(2)} GB${beside ? `; PyTorch ${beside.torch}: ${beside.seconds.toFixed(2)} s, ${beside.peak.toFixed(2)} GB; ratios: ${(own[i] / beside.seconds).toFixed(2)}, ${(peak() / beside.peak).toFixed(2)}` : ""}`);
}
await trainer.dispose();
peer?.end();
const middle = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
// The first step of each pays for pages that the others have.
if (other.length > 1) console.log(`from the second step on: median of the ratios of time ${middle(own.map((each, i) => each / other[i]).slice(1)).toFixed(2)}, of the shortest steps ${(Math.min(...own.slice(1)) / Math.min(...other.slice(1))).toFixed(2)}`);

interface PeerStep {
  readonly seconds: number;
  /** Gigabytes. */
  readonly peak: number;
  readonly torch: string;
}

/** PyTorch in a process of its own; it does a step for each line that it is sent. */
function startPeer(interpreter: string): { step(): Promise<PeerStep>; end(): void } {
  const child = spawn(interpreter, ["bench/train_peer.py"], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    async step() {
      child.stdin.write("step\n");
      const { value, done } = await lines.next();
      if (done) throw new Error("the peer ended");
      return JSON.parse(value) as PeerStep;
    },
    end: () => void child.stdin.end(),
  };
}
