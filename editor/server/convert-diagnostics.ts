/** Problems as the protocol has them: a code with its page, the other places, and marks for what nothing uses. */
import { DiagnosticSeverity, DiagnosticTag, type Diagnostic } from "vscode-languageserver";
import { isSound, type Problem } from "../service/diagnostics.ts";
import { lasting } from "./lasting.ts";
import type { Workspace } from "./workspace.ts";

const severities = { error: DiagnosticSeverity.Error, warning: DiagnosticSeverity.Warning, info: DiagnosticSeverity.Information } as const;

/** Where the page of a code is to be read: beside the library, where the package is installed. */
function pageOf(workspace: Workspace, code: string): string | undefined {
  const { library } = workspace.environment;
  return library === undefined ? undefined : workspace.addresses.uriOf(`${library.replaceAll("\\", "/")}/diagnostics/explain/${code}.md`);
}

export function protocolDiagnostic(workspace: Workspace, problem: Problem): Diagnostic {
  const page = pageOf(workspace, problem.code);
  return {
    range: workspace.range(problem.file, problem),
    severity: severities[problem.severity],
    code: problem.code,
    ...(page ? { codeDescription: { href: page } } : {}),
    source: "netc",
    message: problem.message,
    ...(problem.unnecessary ? { tags: [DiagnosticTag.Unnecessary] } : {}),
    ...(workspace.features.relatedInformation && problem.related.length ? { relatedInformation: problem.related.map((place) => ({ location: workspace.location(place), message: place.message })) } : {}),
  };
}

/** The arms that the chosen variant does not have, faded, in a file that is shown; nothing before that was asked and answered. */
export function fadedArms(workspace: Workspace, name: string): readonly Diagnostic[] {
  const look = workspace.settings.inactiveArms && workspace.project.isOpen(name) ? workspace.project.glance(name) : undefined;
  return (look ? workspace.graphs.armsOf(look) : []).map(({ variant, ...range }) => ({ range: workspace.range(name, range), severity: DiagnosticSeverity.Hint, source: "netc", message: `not in ${variant}`, tags: [DiagnosticTag.Unnecessary] }));
}

/** Has the chosen variants of a file built and what they cost counted, so that arms, hovers and lenses find it done. */
export async function prepared(workspace: Workspace, name: string): Promise<void> {
  const look = await lasting(workspace, workspace.project.checking(name), {});
  if (!look || look.library || !isSound(look) || look.compilation.models.length === 0) return;
  await workspace.graphs.ask(look, { kind: "preparation", withArms: workspace.settings.inactiveArms }, {});
}
