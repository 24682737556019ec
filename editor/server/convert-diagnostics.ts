/** Problems as the protocol has them: a code with its page, the other places, and marks for what nothing uses. */
import { DiagnosticSeverity, DiagnosticTag, type Diagnostic } from "vscode-languageserver";
import type { Problem } from "../service/diagnostics.ts";
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
