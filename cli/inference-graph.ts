/** The graph by which a model is used: what `netc build`, `run`, `verify` and the projects without a training begin with. */
import { BuildRefusal } from "../compiler/check/build-refusal.ts";
import type { Compilation, Lowered, Variant } from "../compiler/compilation.ts";
import type { Graph } from "../compiler/ir/graph.ts";
import { optimise } from "../compiler/passes/index.ts";
import type { Model } from "../grammar/ast.ts";
import { positionAt } from "../grammar/source.ts";
import { ProgramError } from "./errors.ts";
import { requireSizes } from "./sizes.ts";

/** The optimised inference graph of a variant, with the sizes that the command line fixes. `keepsNorms`: batch norms are not folded into what precedes them. */
export function inferenceGraph(compilation: Compilation, model: Model, variant: Variant, fixedSizes: ReadonlyMap<string, number>, { keepsNorms = false } = {}): Graph {
  requireSizes(model, compilation.run(model, variant), fixedSizes);
  const { graph, facts } = lowered(compilation, model, variant, fixedSizes);
  return optimise(graph, { facts, training: keepsNorms });
}

/** An assumption that numbers of the command line break is the person's error. */
function lowered(compilation: Compilation, model: Model, variant: Variant, fixedSizes: ReadonlyMap<string, number>): Lowered {
  try {
    return compilation.lower(model, variant, { fixedSizes });
  } catch (error) {
    if (error instanceof BuildRefusal) throw new ProgramError(error.message, `at ${error.span.file.name}:${positionAt(error.span.file, error.span.start).line}`);
    throw error;
  }
}
