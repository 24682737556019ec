/** Documents, files, folders and configuration, as they change, and the diagnostics that follow. */
import { DidChangeConfigurationNotification, DidChangeWatchedFilesNotification, TextDocumentSyncKind, DiagnosticRefreshRequest } from "vscode-languageserver";
import { problemsOf } from "../service/diagnostics.ts";
import type { Capability } from "./capability.ts";
import { fadedArms, protocolDiagnostic } from "./convert-diagnostics.ts";
import { lasting } from "./lasting.ts";
import { settingsFrom } from "./settings.ts";
import type { Workspace } from "./workspace.ts";

/** Takes over what was configured. */
export function configure(workspace: Workspace, value: unknown): void {
  workspace.settings = settingsFrom(value);
  workspace.project.choices = { variants: workspace.settings.variants, settings: workspace.settings.set };
  workspace.project.touch();
  refresh(workspace);
}

/** Asks the client to ask again for what it shows. */
export function refresh(workspace: Workspace): void {
  const { connection, features } = workspace;
  const ignored = (): void => undefined; // a client that is about to end answers no more
  if (features.refreshDiagnostics && features.pullDiagnostics) connection.sendRequest(DiagnosticRefreshRequest.type).catch(ignored);
  if (features.refreshHints) connection.languages.inlayHint.refresh().catch(ignored);
  if (features.refreshLenses) connection.sendRequest("workspace/codeLens/refresh").catch(ignored);
}

async function askConfiguration(workspace: Workspace): Promise<void> {
  if (!workspace.features.configuration) return;
  const value: unknown = await workspace.connection.workspace.getConfiguration("netc");
  if (value !== null && value !== undefined) configure(workspace, value); // a client without such a section has said all when it started
}

export const synchronising: readonly Capability[] = [
  {
    name: "documents",
    provides: () => ({ textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true } }),
    wire(workspace, schedule) {
      const { connection, addresses } = workspace;
      connection.onDidOpenTextDocument(({ textDocument: { uri, version, text } }) => {
        workspace.open(uri, version, text);
        schedule.changed(addresses.nameOf(uri));
      });
      connection.onDidChangeTextDocument(({ textDocument: { uri, version }, contentChanges }) => {
        workspace.change(uri, version, contentChanges);
        schedule.changed(addresses.nameOf(uri));
      });
      connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
        workspace.close(uri);
        schedule.closed(addresses.nameOf(uri));
      });
      connection.onDidSaveTextDocument(({ textDocument: { uri } }) => {
        if (workspace.features.watchFiles) return;
        workspace.forget([]);
        schedule.changed(addresses.nameOf(uri));
      });
    },
  },
  {
    name: "files and folders",
    provides: () => ({ workspace: { workspaceFolders: { supported: true, changeNotifications: true } } }),
    wire(workspace, schedule) {
      const { connection, addresses } = workspace;
      connection.onDidChangeWatchedFiles(({ changes }) => {
        workspace.forget(changes.map(({ uri }) => uri));
        schedule.changed();
        refresh(workspace);
      });
      connection.onNotification("workspace/didChangeWorkspaceFolders", ({ event }: { event: { added: readonly { uri: string }[]; removed: readonly { uri: string }[] } }) => {
        const removed = new Set(event.removed.map(({ uri }) => addresses.nameOf(uri)));
        workspace.folders = [...workspace.folders.filter((folder) => !removed.has(folder)), ...event.added.map(({ uri }) => addresses.nameOf(uri))];
        workspace.forget();
        schedule.changed();
        schedule.readWorkspace();
      });
      connection.onInitialized(() => {
        if (workspace.features.watchFiles) void connection.client.register(DidChangeWatchedFilesNotification.type, { watchers: [{ globPattern: "**/*.net" }] }).catch(() => undefined);
        if (workspace.features.registerConfiguration) void connection.client.register(DidChangeConfigurationNotification.type, { section: "netc" }).catch(() => undefined);
        void askConfiguration(workspace).catch(() => undefined);
        schedule.readWorkspace();
      });
    },
  },
  {
    name: "configuration",
    provides: () => ({}),
    wire(workspace, schedule) {
      workspace.connection.onDidChangeConfiguration(({ settings }) => {
        const own = (settings as { readonly netc?: unknown } | undefined)?.netc;
        if (own !== undefined) configure(workspace, own);
        else void askConfiguration(workspace).catch(() => undefined);
        schedule.changed();
      });
    },
  },
  {
    name: "diagnostics",
    provides: () => ({ diagnosticProvider: { identifier: "netc", interFileDependencies: true, workspaceDiagnostics: false, workDoneProgress: true } }),
    wire(workspace) {
      const { connection, addresses, project } = workspace;
      connection.languages.diagnostics.on(async ({ textDocument: { uri }, previousResultId }, token, progress) => {
        const problems = await lasting(workspace, problemsOf(project, addresses.nameOf(uri)), { title: "Checking", token, progress });
        const items = problems.map((problem) => protocolDiagnostic(workspace, problem));
        items.push(...fadedArms(workspace, addresses.nameOf(uri)));
        const resultId = fingerprint(JSON.stringify(items));
        return resultId === previousResultId ? { kind: "unchanged", resultId } : { kind: "full", resultId, items };
      });
    },
  },
];

/** A short text that differs where two texts differ: 53 bits of two multiplicative hashes. */
function fingerprint(text: string): string {
  let [a, b] = [0x811c9dc5, 0x1000193];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b + code, 0x5bd1e995) ^ (b >>> 13);
  }
  return `${(a >>> 0).toString(36)}-${(b >>> 0).toString(36)}-${text.length.toString(36)}`;
}
