/** Judges weights by the metrics of settings.ts over a split of a data folder. */
import { ExpectedError } from "../../errors.ts";
import { createArena } from "../../training/arena.ts";
import { fillWeights } from "../../training/loop.ts";
import { evaluationText } from "../../training/telling.ts";
import { completeWeights } from "../../parameters/weights-file.ts";
import { endProgress, progress } from "../../terminal.ts";
import { command } from "./command.ts";
import { loaderOf, openData } from "./data.ts";
import { judged } from "./metrics.ts";
import { model } from "./settings.ts";
import { setUp } from "./setup.ts";

const usage = `npm run evaluate -- --data FOLDER --weights FILE [options]

  --data FOLDER      what to judge by
  --weights FILE     the weights, by path (.safetensors), such as runs/train/weights.safetensors
  --split NAME       train, val or test; default: test
  --backend NAME     auto, node-gpu, node, wasm or cpu; auto asks for the GPU first`;

await command(usage, { data: { type: "string" }, weights: { type: "string" }, split: { type: "string" } }, async (options) => {
  const data = openData(options.text("data"));
  const split = options.optional("split") ?? "test";
  const samples = data.count(split);
  if (samples === 0) throw new ExpectedError(`${data.folder} has no split ${split}`, `it has ${data.splits.join(", ")}`);
  const weights = { parameters: createArena(model.parameters), states: createArena(model.states) };
  fillWeights(weights, model, 0, completeWeights(model, options.text("weights")));
  const evaluator = await (await setUp(options.backend())).evaluator();
  const loader = loaderOf({ program: model, seed: 0 }, data, split, false);
  try {
    const found = await judged(model, evaluator, loader, weights, (done, of) => progress(`evaluating: batch ${done} of ${of}`));
    endProgress();
    process.stdout.write(evaluationText(samples, found));
    return 0;
  } finally {
    await loader.close();
  }
});
