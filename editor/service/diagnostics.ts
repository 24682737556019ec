/** What is wrong in a file: as its own root finds it, and as the open files that import it do. */
import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.ts";
import type { Code } from "../../compiler/diagnostics/codes.ts";
import { stretch, type LongWork } from "../../compiler/long-work.ts";
import { baseName } from "./paths.ts";
import type { Project } from "./project.ts";
import { locationOf, type Location } from "./text.ts";

export interface Problem extends Location {
  readonly code: Code;
  readonly severity: Diagnostic["severity"];
  /** The message, the facts that a reader would ask for next, and the help, each on a line of its own. */
  readonly message: string;
  readonly related: readonly (Location & { readonly message: string })[];
  /** Nothing uses what is marked. */
  readonly unnecessary: boolean;
  readonly diagnostic: Diagnostic;
}

const unnecessaryCodes: ReadonlySet<Code> = new Set(["NET0818", "NET0819"]);

/** The problems of each file that a root reaches, the root itself always among them. */
export function* problemsFrom(project: Project, root: string): LongWork<ReadonlyMap<string, readonly Problem[]>> {
  const found = new Map<string, Problem[]>([[root, []]]);
  const look = yield* project.checking(root);
  if (!look || look.library) return found;
  for (const { source, library } of look.compilation.program.files) if (!library) found.set(source.name, []);
  for (const diagnostic of look.compilation.diagnostics()) found.get(diagnostic.span.file.name)?.push(problemOf(diagnostic));
  return found;
}

/** The problems of a file, those that only an open file which imports it can find included: a root after the other. */
export function* problemsOf(project: Project, name: string): LongWork<readonly Problem[]> {
  const found = new Map<string, Problem>();
  const roots = new Set([name, ...project.openNames()]);
  let done = 0;
  for (const root of roots) {
    yield { part: done / roots.size, what: baseName(root) };
    for (const problem of (yield* stretch(problemsFrom(project, root), done / roots.size, ++done / roots.size)).get(name) ?? []) {
      const key = `${problem.code}|${problem.start}|${problem.end}`;
      if (!found.has(key)) found.set(key, problem);
    }
  }
  return [...found.values()].sort((a, b) => a.start - b.start || a.end - b.end);
}

/** What a diagnostic says, for a person. */
export function problemOf(diagnostic: Diagnostic): Problem {
  const { code, severity, message, label, notes, help, usedBy } = diagnostic;
  const users = usedBy.length > 0 && !(usedBy.length === 1 && !usedBy[0].includes("(")) ? [`in ${usedBy.join(", ")}`] : [];
  return {
    ...locationOf(diagnostic.span), code, severity,
    message: [label && label !== message ? `${message}: ${label}` : message, ...notes, ...(help ? [`help: ${help}`] : []), ...users].join("\n"),
    related: diagnostic.related.map((place) => ({ ...locationOf(place.span), message: place.message })),
    unnecessary: unnecessaryCodes.has(code),
    diagnostic,
  };
}

/** Whether a program has no errors, so that it can be built. */
export function isSound(look: { readonly compilation: { diagnostics(): readonly Diagnostic[] } }): boolean {
  return !look.compilation.diagnostics().some(({ severity }) => severity === "error");
}
