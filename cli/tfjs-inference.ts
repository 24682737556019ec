/** Using a model as a program of TensorFlow.js with one entry, `predict`. */
import type { TfjsBackend } from "../backends/tfjs/index.ts";
import { constantValue, showSize } from "../compiler/dims/index.ts";
import type { Compilation, Variant } from "../compiler/compilation.ts";
import type { Graph } from "../compiler/ir/graph.ts";
import type { Model } from "../grammar/ast.ts";
import { inferenceGraph } from "./inference-graph.ts";
import { ProgramError } from "./errors.ts";
import { buildTfjsFiles, type TfjsFiles, type TfjsFilesOptions } from "./tfjs-program.ts";
import { refusalError } from "./tfjs-training.ts";

export interface InferenceChoices extends TfjsFilesOptions {
  /** Numbers for free sizes. */
  readonly fixed: ReadonlyMap<string, number>;
  readonly backends?: readonly TfjsBackend[];
}

/** Throws ProgramError when an operator has no kernel, or a weight no size. */
export function planInference(compilation: Compilation, model: Model, variant: Variant, { fixed, ...choices }: InferenceChoices): { readonly graph: Graph; readonly files: TfjsFiles } {
  // Norms stay as they are written, so that weights keep their names and meaning.
  const graph = inferenceGraph(compilation, model, variant, fixed, { keepsNorms: true });
  for (const { attributes, type } of [...graph.parameters, ...graph.states]) {
    if (type.shape.some((size) => constantValue(size) === undefined)) throw new ProgramError(`the weight ${attributes.path} has a size that is not a number: ${type.shape.map((size) => showSize(size)).join(" × ")}`, "fix the size with --size NAME=NUMBER");
  }
  const files = buildTfjsFiles([{ name: "predict", graph }], choices);
  if ("refused" in files) throw refusalError(files.refused, choices.backends);
  return { graph, files };
}
