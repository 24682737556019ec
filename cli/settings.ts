/** A configuration that `--set` makes is no row of the file, so nothing has checked it yet: its errors are the person's, and are said as such. */
import type { Model } from "../grammar/ast.ts";
import { runModel } from "../compiler/check/model.ts";
import { createSession } from "../compiler/check/session.ts";
import type { Compilation, Variant } from "../compiler/compilation.ts";
import { createSink, type Diagnostic } from "../compiler/diagnostics/diagnostic.ts";
import { ProgramError } from "./errors.ts";
import { printDiagnostics } from "./output.ts";

/** What is wrong with a model in a variant that the command line has changed. The program itself has no errors. */
export function errorsOfSettings(compilation: Compilation, model: Model, variant: Variant): readonly Diagnostic[] {
  const sink = createSink();
  runModel(createSession({ program: compilation.program, sink, users: [`${model.name.text} (${variant.name})`] }), model, variant.configuration);
  return sink.all().filter(({ severity }) => severity === "error");
}

/** Checks a variant that the command line has changed; errors are printed and end the command with exit code 1. */
export function requireSound(compilation: Compilation, model: Model, variant: Variant, settings: readonly string[]): void {
  if (settings.length === 0) return;
  const errors = errorsOfSettings(compilation, model, variant);
  if (errors.length === 0) return;
  printDiagnostics(errors, "human");
  throw new ProgramError(`${model.name.text} cannot be configured like this: ${settings.join(", ")}`);
}
