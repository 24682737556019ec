/** `netc evaluate`: the metrics of the training section over a split of a data folder. */
import { DataError } from "../runtime/data/errors.ts";
import { openTrainingData } from "../runtime/data/training-data.ts";
import { evaluationText } from "../runtime/training/telling.ts";
import { initialWeights } from "../runtime/training/trainer.ts";
import { ProgramError } from "./errors.ts";
import { machineOf, requireEngine, type EngineOptions } from "./machine.ts";
import { endProgress, progress } from "./output.ts";
import { chooseSound } from "./select.ts";
import { completeWeights } from "./trained-weights.ts";
import { explained, judged, loaderOf } from "./training-run.ts";

export interface EvaluateOptions extends EngineOptions {
  readonly model?: string;
  readonly variant?: string;
  readonly set: readonly string[];
  readonly data: string;
  readonly weights: string;
  readonly split: string;
  readonly format: "human" | "json";
}

export async function evaluate(file: string, options: EvaluateOptions): Promise<number> {
  const { compilation, model, variant } = chooseSound(file, options);
  return explained(async () => {
    requireEngine(options);
    const data = openTrainingData(options.data);
    const samples = data.count(options.split);
    if (samples === 0) throw new DataError(options.data, `there is no split ${JSON.stringify(options.split)}; it has ${data.splits.join(", ")}`);
    progress("compiling …");
    const machine = await machineOf(compilation, model, variant, options);
    const { program } = machine;
    const weights = initialWeights(program, 0, completeWeights(program, options.weights));
    const evaluator = await machine.evaluator();
    const loader = loaderOf({ program, seed: 0 }, data, options.split, false);
    try {
      const { loss, figures, result } = await judged(program, evaluator, loader, weights, (done, of) => progress(`evaluating: batch ${done} of ${of}`));
      endProgress();
      if (!result && data.samples(options.split).length > 0) throw new ProgramError(`${program.model}: the training section asks for no metrics of a map`, "write `metrics oIoU, mIoU of sigmoid(mask) > 0.5 at original`");
      const named = Object.fromEntries(figures);
      if (options.format === "json") process.stdout.write(`${JSON.stringify({ version: 1, model: program.model, variant: program.variant, split: options.split, samples, loss, metrics: named, result })}\n`);
      else process.stdout.write(evaluationText(samples, { loss, figures, result }));
      return 0;
    } finally {
      await Promise.all([loader.close(), evaluator.dispose()]);
    }
  });
}
