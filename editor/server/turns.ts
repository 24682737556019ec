/** Long work in turns: between two steps others are served, and who gave up waiting is not served any more. */
import { LSPErrorCodes, ResponseError, type CancellationToken } from "vscode-languageserver";
import type { Project } from "../service/project.ts";

/** Lets what waits be read and answered. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export function throwIfCancelled(token: CancellationToken): void {
  if (token.isCancellationRequested) throw new ResponseError(LSPErrorCodes.RequestCancelled, "the request was cancelled");
}

/** What was found out of texts that were edited since may not be told. */
export function throwIfEdited(project: Project, revision: number): void {
  if (project.revision !== revision) throw new ResponseError(LSPErrorCodes.ContentModified, "the text was edited meanwhile");
}

/** Runs a generator over the texts of a project to its end, a turn after each step. What it gave and what it returns. */
export async function inTurns<Step, Result>(work: Generator<Step, Result>, token: CancellationToken, project: Project): Promise<{ readonly steps: readonly Exclude<Step, undefined>[]; readonly result: Result }> {
  const { revision } = project;
  const steps: Exclude<Step, undefined>[] = [];
  for (;;) {
    throwIfCancelled(token);
    throwIfEdited(project, revision);
    const step = work.next();
    if (step.done) return { steps, result: step.value };
    if (step.value !== undefined) steps.push(step.value as Exclude<Step, undefined>);
    await turn();
  }
}
