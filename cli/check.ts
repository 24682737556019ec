/** `netc check`: all diagnostics of files, in all variants or one; then, per model, the sizes that its inputs may have. */
import { watch } from "node:fs";
import { createCompilation, type Compilation } from "../compiler/compilation.ts";
import type { Diagnostic } from "../compiler/diagnostics/diagnostic.ts";
import { createSink } from "../compiler/diagnostics/diagnostic.ts";
import { createSession } from "../compiler/check/session.ts";
import { runModel } from "../compiler/check/model.ts";
import { fixesOf } from "../compiler/fixes.ts";
import { fix } from "./fix.ts";
import { fileHost, sourceNames } from "./host.ts";
import { printDiagnostics, type Format } from "./output.ts";
import { chooseModel, chooseVariant } from "./select.ts";
import { admissibleSizes, parseSizes, requireSizes } from "./sizes.ts";

/** Candidates that one command tries. */
const mostTrials = 24;

export interface CheckOptions {
  readonly format: Format;
  readonly quiet?: boolean;
  readonly strict?: boolean;
  readonly watch?: boolean;
  readonly fix?: boolean;
  readonly dryRun?: boolean;
  readonly variant?: string;
  readonly model?: string;
  readonly set: readonly string[];
  readonly size: readonly string[];
}

export function check(files: readonly string[], options: CheckOptions): number {
  const names = sourceNames(files);
  if (options.fix || options.dryRun) fix(names, options.dryRun === true);
  const code = checkOnce(names, options);
  if (!options.watch) return code;
  let waiting: NodeJS.Timeout | undefined;
  for (const name of names) {
    watch(name, () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => checkOnce(names, options), 50);
    });
  }
  process.stderr.write("watching for changes; end with Ctrl-C\n");
  return code;
}

function checkOnce(names: readonly string[], options: CheckOptions): number {
  const start = performance.now();
  const compilation = createCompilation(fileHost, names);
  const diagnostics = [...compilation.diagnostics(), ...diagnosticsOfSettings(compilation, options)];
  printDiagnostics(withHelpfulFixes(names, diagnostics), options.format);
  const sizes = parseSizes(options.size);
  if (sizes.size > 0 && !diagnostics.some((diagnostic) => diagnostic.severity === "error")) {
    const model = chooseModel(compilation, options.model);
    requireSizes(model, compilation.run(model, chooseVariant(compilation, model, options.variant === "all" ? undefined : options.variant, options.set)), sizes);
  }
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error").length;
  const warnings = diagnostics.filter((diagnostic) => diagnostic.severity === "warning").length;
  if (options.format === "human" && !options.quiet) {
    if (errors === 0) printModels(compilation);
    const time = `${(performance.now() - start).toFixed(0)} ms`;
    const found = errors + warnings === 0 ? "no errors" : [errors && `${errors} error${errors > 1 ? "s" : ""}`, warnings && `${warnings} warning${warnings > 1 ? "s" : ""}`].filter(Boolean).join(", ");
    process.stdout.write(`${names.join(", ")}: ${found} (${time})\n`);
  }
  return errors > 0 || (options.strict && (warnings > 0 || diagnostics.some(({ code }) => code === "NET0323"))) ? 1 : 0;
}

/** Fixes are offered when they help. Trying one is a check of its own, so only the first mistakes of a long list are tried. */
function withHelpfulFixes(names: readonly string[], diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  let left = mostTrials;
  return diagnostics.map((diagnostic) => {
    const tried = diagnostic.fixes.slice(0, Math.max(0, left));
    left -= tried.length;
    return { ...diagnostic, fixes: tried.length ? fixesOf(fileHost, names, diagnostics, { ...diagnostic, fixes: tried }) : [] };
  });
}

/** `--set` and `--variant` name a configuration to check beside the declared ones. */
function diagnosticsOfSettings(compilation: Compilation, options: CheckOptions): readonly Diagnostic[] {
  const named = options.variant !== undefined && options.variant !== "all";
  if (!named && options.set.length === 0 && options.model === undefined) return [];
  const model = chooseModel(compilation, options.model);
  const variant = chooseVariant(compilation, model, named ? options.variant : undefined, options.set);
  if (options.set.length === 0) return [];
  const sink = createSink();
  runModel(createSession({ program: compilation.program, sink, users: [`${model.name.text} (${variant.name})`] }), model, variant.configuration);
  const sound = !sink.hasErrors() && !compilation.diagnostics().some((diagnostic) => diagnostic.severity === "error" && diagnostic.code !== "NET0506");
  if (sound) for (const diagnostic of compilation.budgets(model, variant)) sink.add(diagnostic);
  const before = new Set(compilation.diagnostics().map((diagnostic) => `${diagnostic.code}${diagnostic.span.start}${diagnostic.message}`));
  return sink.all().filter((diagnostic) => !before.has(`${diagnostic.code}${diagnostic.span.start}${diagnostic.message}`));
}

function printModels(compilation: Compilation): void {
  for (const model of compilation.rootModels) {
    const variants = compilation.variantsOf(model);
    const rows = variants.slice(1).map((variant) => variant.name);
    process.stdout.write(`model ${model.name.text}${rows.length ? ` (variants ${rows.join(", ")})` : ""}\n`);
    for (const line of admissibleSizes(model, compilation.run(model, variants[0]))) process.stdout.write(`  ${line}\n`);
  }
}
