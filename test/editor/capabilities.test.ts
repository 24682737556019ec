/** The table of capabilities: what is promised is answered, and nothing else is promised. In one process, over streams. */
import { PassThrough } from "node:stream";
import { createConnection } from "vscode-languageserver/node";
import { createProtocolConnection, StreamMessageReader, StreamMessageWriter, type InitializeResult, type ProtocolConnection } from "vscode-languageserver-protocol/node";
import { describe, expect, it } from "vitest";
import { capabilities } from "../../editor/server/capabilities.ts";
import type { Environment } from "../../editor/server/environment.ts";
import { serve } from "../../editor/server/server.ts";

const uri = "untitled:a";
const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 5 } };
const place = { textDocument: { uri }, position: { line: 0, character: 7 } };

async function connected(environment: Partial<Environment> = {}): Promise<{ readonly client: ProtocolConnection; readonly reply: InitializeResult }> {
  const [toServer, toClient] = [new PassThrough(), new PassThrough()];
  serve(createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient)), { version: "0", read: () => undefined, stamp: () => undefined, list: () => [], ...environment }, () => 0);
  const client = createProtocolConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
  client.listen();
  const reply: InitializeResult = await client.sendRequest("initialize", { processId: null, rootUri: null, capabilities: {}, workspaceFolders: null });
  await client.sendNotification("initialized", {});
  await client.sendNotification("textDocument/didOpen", { textDocument: { uri, languageId: "net", version: 1, text: "block f(x: f32[B]) -> f32[B] = x\n" } });
  return { client, reply };
}

/** For each promise a request of it. */
const requests: Readonly<Record<string, readonly [method: string, parameters: object]>> = {
  hoverProvider: ["textDocument/hover", place], signatureHelpProvider: ["textDocument/signatureHelp", place], definitionProvider: ["textDocument/definition", place],
  referencesProvider: ["textDocument/references", { ...place, context: { includeDeclaration: true } }], documentHighlightProvider: ["textDocument/documentHighlight", place],
  documentSymbolProvider: ["textDocument/documentSymbol", place], workspaceSymbolProvider: ["workspace/symbol", { query: "f" }], documentLinkProvider: ["textDocument/documentLink", place],
  callHierarchyProvider: ["textDocument/prepareCallHierarchy", place], completionProvider: ["textDocument/completion", place], renameProvider: ["textDocument/prepareRename", place],
  codeActionProvider: ["textDocument/codeAction", { textDocument: { uri }, range, context: { diagnostics: [] } }], codeLensProvider: ["textDocument/codeLens", place],
  inlayHintProvider: ["textDocument/inlayHint", { textDocument: { uri }, range }], semanticTokensProvider: ["textDocument/semanticTokens/full", place], foldingRangeProvider: ["textDocument/foldingRange", place],
  selectionRangeProvider: ["textDocument/selectionRange", { textDocument: { uri }, positions: [place.position] }], diagnosticProvider: ["textDocument/diagnostic", place],
  documentFormattingProvider: ["textDocument/formatting", { textDocument: { uri }, options: { tabSize: 2, insertSpaces: true } }],
  documentRangeFormattingProvider: ["textDocument/rangeFormatting", { textDocument: { uri }, range, options: { tabSize: 2, insertSpaces: true } }],
  documentOnTypeFormattingProvider: ["textDocument/onTypeFormatting", { ...place, ch: "\n", options: { tabSize: 2, insertSpaces: true } }],
};
/** Promises that are tested in sessions. */
const elsewhere = ["textDocumentSync", "workspace", "executeCommandProvider", "positionEncoding"];

describe("capabilities", () => {
  it("have names of their own", () => {
    expect(new Set(capabilities.map(({ name }) => name)).size).toBe(capabilities.length);
  });

  it("are promised and kept", async () => {
    const { client, reply } = await connected({ format: () => [] });
    const promised = Object.keys(reply.capabilities);
    expect(promised.filter((name) => !elsewhere.includes(name)).sort()).toEqual(Object.keys(requests).sort());
    for (const [method, parameters] of Object.values(requests)) expect(await client.sendRequest(method, parameters), method).not.toBeUndefined();
    client.dispose();
  });

  it("formatting is promised where there is a formatter, and is what it says", async () => {
    const without = await connected();
    expect(without.reply.capabilities.documentFormattingProvider).toBeUndefined();
    without.client.dispose();
    const { client } = await connected({ format: (text) => [{ start: 0, end: text.indexOf(" "), newText: "BLOCK" }, { start: text.length - 1, end: text.length, newText: "" }] });
    const edit = { range, newText: "BLOCK" };
    expect(await client.sendRequest("textDocument/formatting", requests["documentFormattingProvider"][1])).toEqual([edit, { range: { start: { line: 0, character: 32 }, end: { line: 1, character: 0 } }, newText: "" }]);
    expect(await client.sendRequest("textDocument/rangeFormatting", requests["documentRangeFormattingProvider"][1])).toEqual([edit]);
    client.dispose();
  });
});
