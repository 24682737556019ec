/** One thing that the server can do: what `initialize` says of it, and how it is wired. */
import type { ServerCapabilities } from "vscode-languageserver";
import type { Schedule } from "./schedule.ts";
import type { Workspace } from "./workspace.ts";

export interface Capability {
  readonly name: string;
  readonly provides: (workspace: Workspace) => Partial<ServerCapabilities>;
  readonly wire: (workspace: Workspace, schedule: Schedule) => void;
}
