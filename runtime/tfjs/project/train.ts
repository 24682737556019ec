/**
 * Trains the network. Optimiser, groups, schedule, clipping, accumulation and moving average are as settings.ts says; training/loop.ts is the loop,
 * training/run.ts what is done after each epoch. A run leaves checkpoints, the best weights, metrics.csv and TensorBoard's events.
 */
import { join } from "node:path";
import { onInterrupt, summaryOf, teller } from "../../training/telling.ts";
import { runSession } from "../../training/session.ts";
import { firstValuesFrom } from "../../parameters/weights-file.ts";
import { endProgress } from "../../terminal.ts";
import { command } from "./command.ts";
import { openData } from "./data.ts";
import { madeBy, model } from "./settings.ts";
import { givenWeights, setUp } from "./setup.ts";

const usage = `npm start -- --data FOLDER [options]

  --data FOLDER      what to train on
  --out FOLDER       the run: checkpoints, logs, weights; default: runs/train
  --resume           go on with the run in that folder
  --backend NAME     auto, node-gpu, node, wasm or cpu; auto asks for the GPU first
  --weights FILE     first values of weights, by path (.safetensors); default: weights/initial.safetensors
  --fresh            first values by the seed
  --seed N           of order, augmentation and dropout; default: 0
  --steps N          instead of the epochs or steps of settings.ts
  --workers N        threads that read data; default: 1
  --quiet            print nothing when all is well

Ctrl-C stops after the step and saves; --resume goes on with the very next one.`;

await command(
  usage,
  {
    data: { type: "string" }, out: { type: "string" }, resume: { type: "boolean" }, weights: { type: "string" }, fresh: { type: "boolean" },
    seed: { type: "string" }, steps: { type: "string" }, workers: { type: "string" }, quiet: { type: "boolean", short: "q" },
  },
  async (options) => {
    const data = openData(options.text("data"));
    const out = options.optional("out") ?? join("runs", "train");
    const weights = options.isSet("fresh") ? undefined : (options.optional("weights") ?? givenWeights());
    const initial = weights === undefined ? undefined : firstValuesFrom(model, weights);
    const isQuiet = options.isSet("quiet");
    const [seed, steps, workers] = [options.whole("seed", 0) ?? 0, options.whole("steps", 1), options.whole("workers", 0)];
    const machine = await setUp(options.backend());
    const stop = onInterrupt();
    const outcome = await runSession({ machine, data, out, seed, resume: options.isSet("resume"), steps, workers, initial, version: madeBy, listener: teller(isQuiet, true), isStopped: stop.isStopped });
    stop.end();
    endProgress();
    if (!isQuiet) process.stdout.write(summaryOf(model, out, outcome));
    if (!outcome.isFinished) process.stderr.write(`stopped after step ${outcome.steps}, and saved; go on with --resume\n`);
    return outcome.isFinished ? 0 : 130;
  },
);
