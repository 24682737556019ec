/** The files of the workspace are read soon after the session begins, behind the first diagnostics, so that whoever asks for symbols, references or completions does not wait for them. */
import { lasting } from "./lasting.ts";
import type { Workspace } from "./workspace.ts";

/** Reads what the folders hold, while nothing else is to be done. A person may cancel it: what was not read is read when it is asked for. */
export function readAhead(workspace: Workspace): void {
  if (workspace.folders.length === 0) return;
  lasting(workspace, workspace.project.reading(), { title: "Reading the workspace", ofTexts: false, isUrgent: false }).catch((error: unknown) => {
    workspace.connection.console.log(`the workspace is not read ahead: ${(error as Error).message}`);
  });
}
