/**
 * A diagnostic as data: what is wrong, where, why, and what to do. Wording comes from `codes.ts`; looks from `render.ts`.
 */
import type { Span } from "../../grammar/source.ts";
import type { Code } from "./codes.ts";

export type Severity = "error" | "warning" | "info";

export interface RelatedPlace {
  readonly span: Span;
  readonly message: string;
}

export interface Edit {
  readonly span: Span;
  readonly newText: string;
}

/** A change that can be applied as it stands. */
export interface Fix {
  readonly title: string;
  readonly edits: readonly Edit[];
  /** The mistake goes, but the program says something that its author did not: shown to a person, never applied unasked. */
  readonly isGuess?: boolean;
}

export interface Diagnostic {
  readonly code: Code;
  readonly severity: Severity;
  /** One sentence; never ends in a point. */
  readonly message: string;
  readonly span: Span;
  /** What is written under the primary span. */
  readonly label?: string;
  readonly related: readonly RelatedPlace[];
  /** Facts that the reader would ask for next; the first states the rule. */
  readonly notes: readonly string[];
  readonly help?: string;
  readonly fixes: readonly Fix[];
  /** Models and variants that meet the problem: `CD2FSAN (variants f, g)`. */
  readonly usedBy: readonly string[];
}

/** Collects diagnostics; one problem at one place (met in another variant, with other numbers) is kept once, as it was met first, and its users are joined. */
export interface DiagnosticSink {
  add(diagnostic: Diagnostic): void;
  all(): readonly Diagnostic[];
  hasErrors(): boolean;
}

export function createSink(): DiagnosticSink {
  const found = new Map<string, Diagnostic>();
  return {
    add(diagnostic) {
      const { span, code } = diagnostic;
      const key = `${code}|${span.file.name}|${span.start}|${span.end}`;
      const earlier = found.get(key);
      if (!earlier) found.set(key, diagnostic);
      else if (diagnostic.usedBy.some((user) => !earlier.usedBy.includes(user))) {
        found.set(key, { ...earlier, usedBy: [...new Set([...earlier.usedBy, ...diagnostic.usedBy])] });
      }
    },
    all: () => [...found.values()],
    hasErrors: () => [...found.values()].some((diagnostic) => diagnostic.severity === "error"),
  };
}

/** In the order of the text: by file name, then by place. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...diagnostics].sort(
    (a, b) =>
      (a.span.file.name < b.span.file.name ? -1 : a.span.file.name > b.span.file.name ? 1 : 0) ||
      a.span.start - b.span.start ||
      a.span.end - b.span.end ||
      (a.code < b.code ? -1 : 1),
  );
}
