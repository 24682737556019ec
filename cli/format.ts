/** `netc fmt`: files in the one layout. A file with a syntax error is left alone, and so is one that is formatted already. */
import { accessSync, constants, readFileSync, realpathSync, statSync } from "node:fs";
import { syntaxDiagnostics } from "../compiler/syntax.ts";
import { format } from "../grammar/format/format.ts";
import { ProgramError, UsageError } from "./errors.ts";
import { sourcesUnder } from "./host.ts";
import { printDiagnostics, writeWhole } from "./output.ts";

export interface FormatOptions {
  readonly check?: boolean;
  readonly stdin?: boolean;
  readonly quiet?: boolean;
}

/** What became of a text. */
type Outcome = { readonly kind: "same" | "refused" } | { readonly kind: "changed"; readonly text: string };

/** Exit codes: 0, all is formatted; 1, `--check` found a file that is not; 2, a file could not be formatted. */
export function formatFiles(paths: readonly string[], options: FormatOptions): number {
  if (options.stdin) {
    if (paths.length > 0) throw new UsageError("--stdin reads standard input and takes no files");
    return formatInput(options.check === true);
  }
  if (paths.length === 0) throw new UsageError("which files? name .net files or folders", "`netc fmt .` formats all in this folder; `netc fmt --stdin` reads standard input");
  const names = sourcesUnder(paths);
  const outcomes = names.map((name) => formatFile(name, options));
  const count = (kind: Outcome["kind"]): number => outcomes.filter((outcome) => outcome.kind === kind).length;
  const [changed, refused] = [count("changed"), count("refused")];
  if (!options.check && !options.quiet) {
    const rest = refused > 0 ? `, ${refused} left alone` : "";
    process.stdout.write(`${names.length} file${names.length === 1 ? "" : "s"}: ${changed === 0 ? "none changed" : `${changed} changed`}${rest}\n`);
  }
  return refused > 0 ? 2 : options.check && changed > 0 ? 1 : 0;
}

function formatFile(name: string, { check, quiet }: FormatOptions): Outcome {
  try {
    const outcome = outcomeOf(name, readFileSync(name));
    if (outcome.kind === "changed") {
      if (!check) replace(name, outcome.text);
      if (!quiet) process.stdout.write(`${name}\n`);
    }
    return outcome;
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    process.stderr.write(`netc: ${error.message}\n`);
    return { kind: "refused" };
  }
}

function formatInput(check: boolean): number {
  const bytes = readFileSync(0);
  const outcome = outcomeOf("standard input", bytes);
  if (!check && outcome.kind !== "refused") process.stdout.write(outcome.kind === "changed" ? outcome.text : bytes);
  return outcome.kind === "refused" ? 2 : check && outcome.kind === "changed" ? 1 : 0;
}

/** Formats a text; what is wrong with it is said on standard error. */
function outcomeOf(name: string, bytes: Uint8Array): Outcome {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    process.stderr.write(`netc: ${name} is not UTF-8 text and was left alone\n`);
    return { kind: "refused" };
  }
  const result = format(text, name);
  if (result.kind === "formatted") return result.text === text ? { kind: "same" } : { kind: "changed", text: result.text };
  printDiagnostics(syntaxDiagnostics(result.source, result.problems), "human");
  return { kind: "refused" };
}

/** The new text under the old name and permissions; a link still leads to its file. */
function replace(name: string, text: string): void {
  const path = realpathSync(name);
  try {
    accessSync(path, constants.W_OK);
  } catch {
    throw new ProgramError(`cannot write ${name}: no permission`);
  }
  writeWhole(path, [text], statSync(path).mode & 0o7777);
}
