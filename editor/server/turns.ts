/** Between two slices of work: others are served, and who gave up waiting, or edited the text, is not served any more. */
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
