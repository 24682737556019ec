/** The server: a connection, the state, and the table of capabilities wired to both. */
import type { Connection, InitializeParams } from "vscode-languageserver";
import { capabilities, capabilitiesReply } from "./capabilities.ts";
import type { Environment } from "./environment.ts";
import { createSchedule } from "./schedule.ts";
import { configure } from "./synchronising.ts";
import { createWorkspace, type ClientFeatures, type Workspace } from "./workspace.ts";

/** Serves a client until the connection ends. `now` is a clock in milliseconds. */
export function serve(connection: Connection, environment: Environment, now: () => number): void {
  const workspace = createWorkspace(connection, environment, now);
  const schedule = createSchedule(workspace);
  connection.onInitialize((parameters) => {
    prepare(workspace, parameters);
    return { capabilities: { ...capabilitiesReply(workspace), positionEncoding: workspace.encoding }, serverInfo: { name: "netc", version: environment.version } };
  });
  for (const { wire } of capabilities) wire(workspace, schedule);
  connection.onShutdown(() => {
    schedule.stop();
    workspace.graphs.end();
  });
  connection.listen();
}

function prepare(workspace: Workspace, parameters: InitializeParams): void {
  const { capabilities: client } = parameters;
  const options = (parameters.initializationOptions ?? {}) as { readonly commands?: readonly string[] };
  // UTF-16 is what offsets are; UTF-8 is taken where the client has nothing else, or names it first.
  const [wanted] = (client.general?.positionEncodings ?? []).filter((encoding) => encoding === "utf-8" || encoding === "utf-16");
  workspace.encoding = wanted === "utf-8" ? "utf-8" : "utf-16";
  workspace.features = featuresOf(parameters, Array.isArray(options.commands) ? options.commands : []);
  const folders = parameters.workspaceFolders?.map(({ uri }) => uri) ?? (parameters.rootUri ? [parameters.rootUri] : []);
  workspace.folders = folders.map((uri) => workspace.addresses.nameOf(uri));
  configure(workspace, parameters.initializationOptions);
}

function featuresOf({ capabilities: client }: InitializeParams, commands: readonly string[]): ClientFeatures {
  return {
    pullDiagnostics: client.textDocument?.diagnostic !== undefined,
    relatedInformation: client.textDocument?.publishDiagnostics?.relatedInformation === true || client.textDocument?.diagnostic?.relatedInformation === true,
    documentChanges: client.workspace?.workspaceEdit?.documentChanges === true,
    refreshDiagnostics: client.workspace?.diagnostics?.refreshSupport === true,
    refreshLenses: client.workspace?.codeLens?.refreshSupport === true,
    refreshHints: client.workspace?.inlayHint?.refreshSupport === true,
    configuration: client.workspace?.configuration === true,
    registerConfiguration: client.workspace?.didChangeConfiguration?.dynamicRegistration === true,
    workDoneProgress: client.window?.workDoneProgress === true,
    watchFiles: client.workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    commands,
  };
}
