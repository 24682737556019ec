/** A real client: the protocol's own client library, which starts the bundled server and speaks with it over stdio. */
import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createProtocolConnection, StreamMessageReader, StreamMessageWriter, type Diagnostic, type InitializeResult, type ProtocolConnection, type PublishDiagnosticsParams } from "vscode-languageserver-protocol/node";
import { repository } from "../programs.ts";

export interface Client {
  readonly connection: ProtocolConnection;
  readonly process: ChildProcess;
  readonly initialized: InitializeResult;
  /** The diagnostics that the server sent last for a document, once it speaks of this version. */
  diagnostics(uri: string, version: number): Promise<readonly Diagnostic[]>;
  /** What is sent next for a document. */
  told(uri: string): Promise<readonly Diagnostic[]>;
  open(uri: string, text: string): void;
  /** Replaces the whole text, or the parts that are given. */
  change(uri: string, version: number, ...changes: readonly ({ readonly range: object; readonly text: string } | { readonly text: string })[]): void;
  close(): Promise<number | null>;
}

export interface ClientOptions {
  readonly folders?: readonly string[];
  readonly capabilities?: object;
  readonly initializationOptions?: object;
}

export const uriOf = (...path: readonly string[]): string => pathToFileURL(join(...path)).href;

export async function startClient({ folders = [], capabilities = {}, initializationOptions }: ClientOptions = {}): Promise<Client> {
  const process_ = spawn(process.execPath, [join(repository, "bin/netc.mjs"), "lsp", "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
  const connection = createProtocolConnection(new StreamMessageReader(process_.stdout!), new StreamMessageWriter(process_.stdin!));
  const received = new Map<string, PublishDiagnosticsParams>();
  const next: { readonly uri: string; readonly done: (found: readonly Diagnostic[]) => void }[] = [];
  const waiting: { readonly uri: string; readonly version: number; readonly done: (found: readonly Diagnostic[]) => void }[] = [];
  connection.onNotification("textDocument/publishDiagnostics", (told: PublishDiagnosticsParams) => {
    received.set(told.uri, told);
    for (const wait of next.filter(({ uri }) => uri === told.uri)) {
      next.splice(next.indexOf(wait), 1);
      wait.done(told.diagnostics);
    }
    for (const wait of waiting.filter(({ uri, version }) => uri === told.uri && (told.version ?? version) >= version)) {
      waiting.splice(waiting.indexOf(wait), 1);
      wait.done(told.diagnostics);
    }
  });
  connection.onRequest("client/registerCapability", () => null);
  connection.listen();
  const initialized: InitializeResult = await connection.sendRequest("initialize", {
    processId: process.pid, rootUri: null, capabilities: { ...capabilities },
    workspaceFolders: folders.map((folder) => ({ uri: uriOf(folder), name: folder })),
    ...(initializationOptions ? { initializationOptions } : {}),
  });
  await connection.sendNotification("initialized", {});
  return {
    connection, process: process_, initialized,
    diagnostics(uri, version) {
      const known = received.get(uri);
      if (known && (known.version ?? -1) >= version) return Promise.resolve(known.diagnostics);
      return new Promise((done) => waiting.push({ uri, version, done }));
    },
    told: (uri) => new Promise((done) => next.push({ uri, done })),
    open: (uri, text) => void connection.sendNotification("textDocument/didOpen", { textDocument: { uri, languageId: "net", version: 1, text } }),
    change: (uri, version, ...contentChanges) => void connection.sendNotification("textDocument/didChange", { textDocument: { uri, version }, contentChanges }),
    async close() {
      const ended = new Promise<number | null>((done) => process_.on("exit", done));
      await connection.sendRequest("shutdown");
      await connection.sendNotification("exit");
      const code = await ended;
      connection.dispose();
      return code;
    },
  };
}
