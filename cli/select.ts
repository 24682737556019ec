/** Which model and which variant a command is about: `--model`, `--variant`, `--set key=value`. */
import type { Expression, Model } from "../grammar/ast.ts";
import { createCompilation, type Compilation, type Variant } from "../compiler/compilation.ts";
import { nearestName } from "../compiler/diagnostics/nearest.ts";
import { settingOf } from "../compiler/setting.ts";
import { ProgramError, UsageError } from "./errors.ts";
import { fileHost, sourceNames } from "./host.ts";
import { printDiagnostics, type Format } from "./output.ts";
import { requireSound } from "./settings.ts";

/** Loads a file; errors are printed and end the command with exit code 1. */
export function loadChecked(files: readonly string[], format: Format): Compilation {
  const compilation = createCompilation(fileHost, sourceNames(files));
  const diagnostics = compilation.diagnostics();
  printDiagnostics(diagnostics.filter((diagnostic) => diagnostic.severity === "error"), format);
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error").length;
  if (errors) throw new ProgramError(`${errors} error${errors === 1 ? "" : "s"}`);
  return compilation;
}

export function chooseModel(compilation: Compilation, name: string | undefined): Model {
  const { models } = compilation;
  const names = models.map((model) => model.name.text);
  if (name === undefined) {
    if (models.length === 1) return models[0];
    if (compilation.rootModels.length === 1) return compilation.rootModels[0];
    throw new UsageError(models.length ? `the file has several models: ${names.join(", ")}` : "the file has no model", models.length ? "choose one with --model NAME" : undefined);
  }
  const found = models.find((model) => model.name.text === name);
  if (found) return found;
  const near = nearestName(name, names);
  throw new UsageError(`there is no model ${name}; there is ${names.join(", ") || "none"}`, near && `did you mean ${near}?`);
}

export function chooseVariant(compilation: Compilation, model: Model, name: string | undefined, settings: readonly string[]): Variant {
  const variants = compilation.variantsOf(model);
  let chosen = variants[0];
  if (name !== undefined) {
    const found = variants.find((variant) => variant.name === name);
    if (!found) {
      const names = variants.map((variant) => variant.name);
      const near = nearestName(name, names);
      throw new UsageError(`${model.name.text} has no variant ${name}; it has ${names.join(", ")}`, near && `did you mean ${near}?`);
    }
    chosen = found;
  }
  if (settings.length === 0) return chosen;
  const configuration = new Map(chosen.configuration);
  for (const setting of settings) {
    const [key, value] = parseSetting(model, setting);
    configuration.set(key, value);
  }
  return { ...chosen, name: `${chosen.name} with ${settings.join(", ")}`, configuration };
}

/** `--model`, `--variant` and `--set` of a command. */
export interface ModelChoice {
  readonly model?: string;
  readonly variant?: string;
  readonly set: readonly string[];
}

/** What most commands begin with: the model and variant that a command line means, in a program without errors. Throws UsageError and ProgramError. */
export function chooseSound(file: string, { model: name, variant: row, set }: ModelChoice): { readonly compilation: Compilation; readonly model: Model; readonly variant: Variant } {
  const compilation = loadChecked([file], "human");
  const model = chooseModel(compilation, name);
  const variant = chooseVariant(compilation, model, row, set);
  requireSound(compilation, model, variant, set);
  return { compilation, model, variant };
}

/** `align=transformer`: the same expression as in an ablation row. */
function parseSetting(model: Model, setting: string): readonly [string, Expression] {
  const at = setting.indexOf("=");
  if (at <= 0) throw new UsageError(`--set takes key=value, not \`${setting}\``, "for example: --set align=transformer");
  const key = setting.slice(0, at).trim();
  const keys = model.config.map((option) => option.name.text);
  if (!keys.includes(key)) {
    const near = nearestName(key, keys);
    throw new UsageError(`the config of ${model.name.text} has no key \`${key}\`; it has ${keys.join(", ") || "none"}`, near && `did you mean ${near}?`);
  }
  const text = setting.slice(at + 1);
  const value = settingOf(model, key, text);
  if (!value) throw new UsageError(`\`${text}\` is not a value for \`${key}\``);
  return [key, value];
}
