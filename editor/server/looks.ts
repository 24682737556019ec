/** A document as it is now, for an answer: parsed, or checked too where the answer tells types. Both may last when it was just opened, so others are served meanwhile. */
import type { CancellationToken } from "vscode-languageserver";
import type { Look } from "../service/project.ts";
import { lasting } from "./lasting.ts";
import type { Workspace } from "./workspace.ts";

/** Undefined where there is no such file. Throws an error of the protocol where nobody waits any more, or the text was edited meanwhile. */
export function parsed(workspace: Workspace, uri: string, token: CancellationToken): Promise<Look | undefined> {
  return lasting(workspace, workspace.project.looking(workspace.addresses.nameOf(uri)), { token });
}

/** The same, and its program is checked. */
export function checked(workspace: Workspace, uri: string, token: CancellationToken): Promise<Look | undefined> {
  return lasting(workspace, workspace.project.checking(workspace.addresses.nameOf(uri)), { token });
}
