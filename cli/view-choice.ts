/**
 * What a person asked to see, in a program without errors: a model, a variant, another to compare with. `--set` makes a further variant beside the rows
 * of the file, so that it is chosen and compared as they are.
 */
import type { Model } from "../grammar/ast.ts";
import type { Compilation, Variant } from "../compiler/compilation.ts";
import type { Diagnostic } from "../compiler/diagnostics/diagnostic.ts";
import type { Choice, Wanted } from "../editor/view/model/messages.ts";
import { chooseModel, chooseVariant } from "./select.ts";
import { errorsOfSettings } from "./settings.ts";
import { requireSizes } from "./sizes.ts";

export interface Shown {
  /** What is shown first. */
  readonly choice: Choice;
  /** What is wrong with the settings; the program itself has no errors. */
  readonly errors: readonly Diagnostic[];
  /** Those of the file itself, and one of an import where it is wanted. */
  readonly models: readonly Model[];
  variantsOf(model: Model): readonly Variant[];
}

/** Finds what is wanted; the first model and its defaults where nothing is said. Throws a `UsageError` or `ProgramError` where the program has it not. */
export function shownOf(compilation: Compilation, wanted: Wanted, sizes: ReadonlyMap<string, number>): Shown {
  const model = wanted.model === undefined && compilation.models.length > 0 ? firstModel(compilation) : chooseModel(compilation, wanted.model);
  const settings = wanted.settings ?? [];
  const variant = chooseVariant(compilation, model, wanted.variant, settings);
  const from = wanted.from === undefined ? undefined : chooseVariant(compilation, model, wanted.from, []);
  const errors = settings.length ? errorsOfSettings(compilation, model, variant) : [];
  if (errors.length === 0) requireSizes(model, compilation.run(model, variant), sizes);
  const own = settings.length ? [{ ...variant, title: "" }] : [];
  return {
    choice: { model: model.name.text, variant: variant.name, ...(from ? { from: from.name } : {}) },
    errors,
    models: compilation.rootModels.includes(model) ? compilation.rootModels : [...compilation.rootModels, model],
    variantsOf: (other) => (other === model ? [...compilation.variantsOf(model), ...own] : compilation.variantsOf(other)),
  };
}

const firstModel = ({ rootModels, models }: Compilation): Model => rootModels[0] ?? models[0];
