/**
 * Which weights of a model training leaves as they are: what its weights plan lists after `freeze`. A model with several plans has the one that
 * its training section names; where none is named, only a plan that is the only one counts.
 */
import type { Model, Weights } from "../grammar/ast.ts";
import { createSink } from "./diagnostics/diagnostic.ts";
import { itemsOfKind, type Program } from "./check/program.ts";
import { pathMatches } from "./training/groups.ts";
import { expandPlan } from "./check/weights-plan.ts";

/** Whether the parameter of a path is frozen. */
export type Frozen = (path: string) => boolean;

export function frozenOf(program: Program, model: Model): Frozen {
  const plan = planOf(program, model);
  const patterns = plan ? expandPlan(plan, { sink: createSink(), users: [] }).frozen.map(({ path }) => path) : [];
  return (path) => patterns.some((pattern) => pathMatches(path, pattern));
}

function planOf(program: Program, model: Model): Weights | undefined {
  const files = program.files.filter((file) => !file.library);
  const of = (item: { readonly model: { readonly text: string }; readonly span: Weights["span"] }): boolean => program.names.get(item.span.file)?.models.get(item.model.text) === model;
  const plans = files.flatMap((file) => itemsOfKind(file.tree, "Weights")).filter(of);
  const named = files
    .flatMap((file) => itemsOfKind(file.tree, "Train"))
    .filter(of)
    .flatMap((train) => train.items.flatMap((item) => (item.kind === "WeightsItem" ? [item.name.text] : [])));
  return plans.find((plan) => named.includes(plan.name.text)) ?? (plans.length === 1 ? plans[0] : undefined);
}
