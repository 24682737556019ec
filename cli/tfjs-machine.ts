/** A training by a program of TensorFlow.js that is compiled and loaded in this process. Loads its core: only where it is asked for. */
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import type { Compilation, Variant } from "../compiler/compilation.ts";
import type { Model } from "../grammar/ast.ts";
import { chooseBackend, type Backend, type PackageSource } from "../runtime/tfjs/backend.ts";
import type { BackendChoice } from "../runtime/tfjs/backend-names.ts";
import type { Tensors } from "../runtime/tfjs/entries.ts";
import { createTensorForward } from "../runtime/tfjs/forward.ts";
import { createTensorTrainer } from "../runtime/tfjs/learner.ts";
import { evaluatorOf } from "../runtime/training/evaluation.ts";
import { maskScores } from "../runtime/training/mask-scores.ts";
import type { EngineOptions, PlannedMachine } from "./machine.ts";
import { disposeTensors, loadEntries, tableTensors } from "./tfjs-load.ts";
import { kernelsOf, planTfjs } from "./tfjs-training.ts";
import type { TrainingChoices } from "./training-program.ts";

export async function tensorMachine(compilation: Compilation, model: Model, variant: Variant, options: EngineOptions & TrainingChoices): Promise<PlannedMachine> {
  const backend = await currentBackend(options.backend);
  const { trained, files } = planTfjs(compilation, model, variant, { ...options, language: "javascript", backends: [kernelsOf(backend.name)] });
  const entries = loadEntries(files);
  // Each has tables of its own, so that a program that is not in use has nothing on the backend: an ablation has several.
  const forward = (): ReturnType<PlannedMachine["forward"]> => {
    const tables = tableTensors(files.tables);
    return Promise.resolve(lettingGo(createTensorForward(trained, entries, tables), tables));
  };
  return {
    program: trained, lines: backend.lines, forward,
    trainer: (source, request) => {
      const tables = tableTensors(files.tables);
      return Promise.resolve(lettingGo(createTensorTrainer(trained, entries, tables, source, request), tables));
    },
    evaluator: async () => evaluatorOf(trained, await forward(), maskScores),
  };
}

/** What also disposes of its tables at its end. */
const lettingGo = <Own extends { dispose(): Promise<void> }>(own: Own, tables: Tensors): Own => ({ ...own, dispose: () => own.dispose().finally(() => disposeTensors(tables)) });

/** Packages that a person installed where they work, or in the folder of NETC_TFJS_NODE, count before those beside netc. */
const sources = (): readonly PackageSource[] => [...(process.env["NETC_TFJS_NODE"] ? [resolve(process.env["NETC_TFJS_NODE"])] : []), process.cwd()].map((folder) => createRequire(join(folder, "package.json"))).concat(createRequire(import.meta.url));

function firstOf<Result>(look: (source: PackageSource) => Result): Result {
  const all = sources();
  for (const [at, source] of all.entries()) {
    try {
      return look(source);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND" || at === all.length - 1) throw error;
    }
  }
  throw new Error("netc bug: no place to look for packages");
}

const packages: PackageSource = Object.assign((name: string): unknown => firstOf((source) => source(name)), { resolve: (name: string): string => firstOf((source) => source.resolve(name)) });

/** Makes the backend that a command line asks for the current one. */
export const currentBackend = (wanted: BackendChoice = "auto"): Promise<Backend> => chooseBackend(wanted, packages);
