/** `netc predict`: a mask for a picture and a sentence, with trained weights. */
import { predictMask, writeMask } from "../runtime/training/prediction.ts";
import { initialWeights } from "../runtime/training/trainer.ts";
import { ProgramError } from "./errors.ts";
import { machineOf, type EngineOptions } from "./machine.ts";
import { endProgress, progress } from "./output.ts";
import { chooseSound } from "./select.ts";
import { completeWeights } from "./trained-weights.ts";
import { explained } from "./training-run.ts";

export interface PredictOptions extends EngineOptions {
  readonly model?: string;
  readonly variant?: string;
  readonly set: readonly string[];
  readonly image: string;
  readonly text: string;
  readonly weights: string;
  readonly output: string;
  readonly threshold?: number;
  readonly quiet?: boolean;
}

export async function predict(file: string, options: PredictOptions): Promise<number> {
  if (options.text.trim() === "") throw new ProgramError("the sentence is empty", "--text \"the red ship in the upper left\"");
  const { compilation, model, variant } = chooseSound(file, options);
  return explained(async () => {
    progress("compiling …");
    const machine = await machineOf(compilation, model, variant, { ...options, batch: 1 });
    const weights = initialWeights(machine.program, 0, completeWeights(machine.program, options.weights));
    progress("predicting …");
    const forward = await machine.forward();
    const predicted = await predictMask(machine.program, forward, weights, options).finally(() => forward.dispose());
    endProgress();
    const { paths, share } = await writeMask(predicted, options.image, options.threshold ?? machine.program.section.threshold, options.output);
    if (!options.quiet) process.stdout.write(`${(100 * share).toFixed(2)} % of the picture → ${paths.join(", ")}\n`);
    return 0;
  });
}
