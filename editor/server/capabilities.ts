/** The table of what the server can do. The reply to `initialize` is made of its rows, so nothing is promised that is not wired. */
import type { ServerCapabilities } from "vscode-languageserver";
import type { Capability } from "./capability.ts";
import { changing } from "./changing.ts";
import { commanding } from "./commanding.ts";
import { informing } from "./informing.ts";
import { navigating } from "./navigating.ts";
import { synchronising } from "./synchronising.ts";
import type { Workspace } from "./workspace.ts";

export const capabilities: readonly Capability[] = [...synchronising, ...informing, ...navigating, ...changing, ...commanding];

/** What all rows provide together. */
export function capabilitiesReply(workspace: Workspace): ServerCapabilities {
  const reply: { [key: string]: unknown } = {};
  for (const { provides } of capabilities) {
    for (const [key, value] of Object.entries(provides(workspace))) reply[key] = key === "workspace" ? { ...(reply[key] as object | undefined), ...(value as object) } : value;
  }
  return reply;
}
