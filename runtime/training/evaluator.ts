/** An evaluation on ONNX Runtime. */
import { createEngine, type Engine, type EngineChoice, type EngineTensor } from "../engine.ts";
import { evaluatorOf, type Evaluator, type Forward } from "./evaluation.ts";
import { countArrays, freeArrays } from "./free-arrays.ts";
import { maskScores } from "./mask-scores.ts";
import type { TrainingProgram } from "./program.ts";
import { batchFeeds, weightFeeds } from "./step-engine.ts";

export type { EvaluatedSample, Evaluation, Evaluator } from "./evaluation.ts";

export const createEvaluator = async (program: TrainingProgram, on: EngineChoice = {}): Promise<Evaluator> => evaluatorOf(program, await createForward(program, on), maskScores);

export async function createForward(program: TrainingProgram, on: EngineChoice = {}): Promise<Forward> {
  const engine: Engine = await createEngine(program.evaluation, on);
  let fixed: Readonly<Record<string, EngineTensor>> = {};
  return {
    use(weights) {
      fixed = weightFeeds(engine, program, weights);
      return () => void (fixed = {});
    },
    async run(feeds, count) {
      freeArrays(); // those of the batch before, which nobody holds any more
      const results = await engine.run({ ...fixed, ...batchFeeds(program, feeds, count) });
      countArrays(results);
      return results;
    },
    dispose: () => engine.dispose(),
  };
}
