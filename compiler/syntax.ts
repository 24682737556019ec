/** What the parser found wrong, as diagnostics: the grammar knows no codes. */
import type { SyntaxProblem } from "../grammar/parse.ts";
import { positionAt, textOf, type SourceFile } from "../grammar/source.ts";
import { reportTo } from "./check/scope.ts";
import { createSink, type Diagnostic } from "./diagnostics/diagnostic.ts";
import { nearestWord } from "./diagnostics/nearest.ts";
import { syntaxFixes } from "./diagnostics/remedies/syntax.ts";

/** The diagnostics of a file's syntax, in the order of the text. */
export function syntaxDiagnostics(source: SourceFile, problems: readonly SyntaxProblem[]): readonly Diagnostic[] {
  const sink = createSink();
  const target = { sink, users: [] };
  const lineOf = (problem: SyntaxProblem): number => positionAt(source, problem.span.start).line;
  for (const [i, problem] of problems.entries()) {
    // What follows a character that means nothing, on its line, is a consequence of it.
    if (problem.kind !== "lexical" && problems.slice(0, i).some((before) => before.kind === "lexical" && lineOf(before) === lineOf(problem))) continue;
    const extras = { related: problem.related ? [{ span: problem.related, message: "opened here" }] : [], ...(problem.kind === "expected" || problem.kind === "unexpected" ? { fixes: syntaxFixes(problem) } : {}) };
    if (problem.kind === "lexical") reportTo(target, "NET0001", problem.span, { text: problem.found }, extras);
    else if (problem.kind === "nesting") reportTo(target, "NET0003", problem.span, { message: problem.message }, extras);
    else reportTo(target, "NET0002", problem.span, { message: problem.message, near: problem.words && nearestWord(textOf(problem.span), problem.words) }, extras);
  }
  return sink.all();
}
