/** A training as a program of TensorFlow.js: the graphs of its two entries, and their files. */
import { chooseKept, type Refusal, type TfjsBackend } from "../backends/tfjs/index.ts";
import type { Compilation, Variant } from "../compiler/compilation.ts";
import { optimise } from "../compiler/passes/index.ts";
import { stepGraph } from "../compiler/training/step.ts";
import type { Model } from "../grammar/ast.ts";
import type { BackendName } from "../runtime/tfjs/backend-names.ts";
import type { TrainedModel } from "../runtime/training/trained-model.ts";
import { ProgramError } from "./errors.ts";
import { buildTfjsFiles, type TfjsFiles, type TfjsFilesOptions } from "./tfjs-program.ts";
import { trainingGraphs, type TrainingChoices } from "./training-program.ts";

export interface TfjsTraining {
  readonly trained: TrainedModel;
  readonly files: TfjsFiles;
}

/** Throws ProgramError when the model cannot be trained so. */
export function planTfjs(compilation: Compilation, model: Model, variant: Variant, choices: Omit<TrainingChoices, "memory"> & TfjsFilesOptions = {}): TfjsTraining {
  const { trained, evaluation, loss, isFrozen } = trainingGraphs(compilation, model, variant, choices);
  // The gradient in the larger operators that TensorFlow.js has.
  const { graph, random } = stepGraph(loss.graph, loss.facts, isFrozen, { makesComposites: true });
  const step = chooseKept(graph);
  // Evaluation keeps its batch norms apart from what precedes them, as training does: so the two share the functions of their blocks.
  const files = buildTfjsFiles([{ name: "evaluate", graph: optimise(evaluation.graph, { facts: evaluation.facts, training: true }) }, { name: "trainingStep", graph: step.graph, random }], choices);
  if ("refused" in files) throw refusalError(files.refused, choices.backends);
  // The program draws its random numbers itself.
  return { trained: { ...trained, random: [] }, files };
}

/** The backends of a program by the name that a person gives one; all for `auto`, where it is not known yet. */
export const kernelsOf = (name: BackendName): TfjsBackend => (name === "node-gpu" ? "node" : name);

/** Operators that cannot run, each with its line and the backends that can. */
export function refusalError(refused: readonly Refusal[], backends?: readonly TfjsBackend[]): ProgramError {
  const lines = [...new Set(refused.map(({ operator, place, path, runsOn, needs }) => `${place}: ${operator}${path ? ` at ${path}` : ""} ${runsOn.length ? `runs on ${runsOn.join(" and ")} alone` : `needs ${needs}`}`))];
  const common = backends && backends.filter((backend) => refused.every(({ runsOn }) => runsOn.includes(backend)));
  const others = refused.reduce<readonly TfjsBackend[]>((left, { runsOn }) => left.filter((backend) => runsOn.includes(backend)), ["node", "wasm", "cpu"]);
  return new ProgramError(`TensorFlow.js cannot run this${backends && backends.length === 1 ? ` on ${backends[0]}` : ""}:\n  ${lines.slice(0, 8).join("\n  ")}${lines.length > 8 ? `\n  and ${lines.length - 8} more` : ""}`, others.length && !common?.length ? `take a backend that can: --backend ${others.join(" or ")}` : undefined);
}
