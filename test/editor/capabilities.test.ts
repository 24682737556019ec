/** The table of capabilities: what is promised is answered, and nothing else is promised. In one process, over streams. */
import { PassThrough } from "node:stream";
import { createConnection } from "vscode-languageserver/node";
import { createProtocolConnection, StreamMessageReader, StreamMessageWriter, type InitializeResult, type ProtocolConnection } from "vscode-languageserver-protocol/node";
import { describe, expect, it } from "vitest";
import { formatEdits } from "../../grammar/format/edits.ts";
import { capabilities } from "../../editor/server/capabilities.ts";
import type { Environment } from "../../editor/server/environment.ts";
import { serve } from "../../editor/server/server.ts";

const uri = "file:///project/a.net";
const text = "import { g } from \"b.net\"\n\nblock f(x: f32[B, C]) -> f32[B, C] {\n  let  y = g(x)\n  return y + yy\n}\n";
const other = "block g(x: f32[B, C]) -> f32[B, C] = relu(x)\n";
const position = (line: number, character: number) => ({ line, character });
const at = (line: number, character: number) => ({ textDocument: { uri }, position: position(line, character) });
const whole = { start: position(0, 0), end: position(6, 0) };
const range = { start: position(2, 0), end: position(2, 5) };

async function connected(environment: Partial<Environment> = {}): Promise<{ readonly client: ProtocolConnection; readonly reply: InitializeResult }> {
  const [toServer, toClient] = [new PassThrough(), new PassThrough()];
  serve(createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient)), { version: "0", read: (path) => (path === "/project/b.net" ? other : undefined), stamp: () => "1", list: () => ["/project/b.net"], ...environment }, () => 0);
  const client = createProtocolConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
  client.listen();
  const reply: InitializeResult = await client.sendRequest("initialize", { processId: null, rootUri: null, capabilities: {}, workspaceFolders: [{ uri: "file:///work", name: "work" }] });
  await client.sendNotification("initialized", {});
  await client.sendNotification("textDocument/didOpen", { textDocument: { uri, languageId: "net", version: 1, text } });
  return { client, reply };
}

const within = (line: number, start: number, end: number) => ({ start: position(line, start), end: position(line, end) });
const here = (line: number, start: number, end: number) => ({ uri, range: within(line, start, end) });
const there = (start: number, end: number) => ({ uri: "file:///project/b.net", range: within(0, start, end) });
const formatting = { tabSize: 2, insertSpaces: true };

/** For each promise a request of it, and what is in the answer. */
const requests: Readonly<Record<string, readonly [method: string, parameters: object, answer: unknown]>> = {
  hoverProvider: ["textDocument/hover", at(3, 11), { contents: { kind: "markdown", value: expect.stringContaining("block g(x: f32[B, C]) -> f32[B, C]") }, range: within(3, 11, 12) }],
  signatureHelpProvider: ["textDocument/signatureHelp", at(3, 13), { signatures: [{ label: "g(x: f32[B, C]) -> f32[B, C]", parameters: [{ label: [2, 14] }] }], activeParameter: 0 }],
  definitionProvider: ["textDocument/definition", at(3, 11), [there(6, 7)]],
  referencesProvider: ["textDocument/references", { ...at(3, 11), context: { includeDeclaration: true } }, [here(0, 9, 10), here(3, 11, 12), there(6, 7)]],
  documentHighlightProvider: ["textDocument/documentHighlight", at(3, 7), [{ range: within(3, 7, 8), kind: 3 }, { range: within(4, 9, 10), kind: 2 }]],
  documentSymbolProvider: ["textDocument/documentSymbol", { textDocument: { uri } }, [{ name: "f", detail: "f32[B, C]", selectionRange: within(2, 6, 7), children: [{ name: "x" }, { name: "y", detail: "g(x)" }] }]],
  workspaceSymbolProvider: ["workspace/symbol", { query: "g" }, [{ name: "g", containerName: "b.net", location: there(6, 7) }]],
  documentLinkProvider: ["textDocument/documentLink", { textDocument: { uri } }, [{ range: within(0, 18, 25), target: "file:///project/b.net" }]],
  callHierarchyProvider: ["textDocument/prepareCallHierarchy", at(3, 11), [{ name: "g", detail: "block g(x: f32[B, C]) -> f32[B, C]", uri: "file:///project/b.net", selectionRange: within(0, 6, 7) }]],
  completionProvider: ["textDocument/completion", at(4, 9), { isIncomplete: false, items: expect.arrayContaining([expect.objectContaining({ label: "y" }), expect.objectContaining({ label: "g" })]) }],
  renameProvider: ["textDocument/prepareRename", at(3, 7), { range: within(3, 7, 8), placeholder: "y" }],
  codeActionProvider: ["textDocument/codeAction", { textDocument: { uri }, range: within(4, 13, 15), context: { diagnostics: [] } }, [{ title: expect.stringContaining("`y`"), kind: "quickfix", edit: { changes: { [uri]: [{ range: within(4, 13, 15), newText: "y" }] } } }]],
  codeLensProvider: ["textDocument/codeLens", { textDocument: { uri } }, [{ range: within(2, 6, 7), data: { kind: "cost" } }, { range: within(2, 6, 7), data: { kind: "users" } }]],
  inlayHintProvider: ["textDocument/inlayHint", { textDocument: { uri }, range: whole }, [{ position: position(3, 8), label: ": f32[B, C]", kind: 1 }]],
  semanticTokensProvider: ["textDocument/semanticTokens/range", { textDocument: { uri }, range }, { data: [2, 0, 5, 0, 0] }],
  foldingRangeProvider: ["textDocument/foldingRange", { textDocument: { uri } }, [{ startLine: 2, endLine: 5 }, { startLine: 2, endLine: 5 }]],
  selectionRangeProvider: ["textDocument/selectionRange", { textDocument: { uri }, positions: [position(3, 13)] }, [{ range: within(3, 13, 14), parent: { range: within(3, 11, 15), parent: { range: within(3, 2, 15) } } }]],
  diagnosticProvider: ["textDocument/diagnostic", { textDocument: { uri } }, { kind: "full", items: [{ code: "NET0101", severity: 1, range: within(4, 13, 15) }] }],
  documentFormattingProvider: ["textDocument/formatting", { textDocument: { uri }, options: formatting }, [{ range: within(3, 6, 7), newText: "" }]],
  documentRangeFormattingProvider: ["textDocument/rangeFormatting", { textDocument: { uri }, range: { start: position(3, 0), end: position(4, 0) }, options: formatting }, [{ range: within(3, 6, 7), newText: "" }]],
  documentOnTypeFormattingProvider: ["textDocument/onTypeFormatting", { ...at(4, 0), ch: "\n", options: formatting }, [{ range: within(3, 6, 7), newText: "" }]],
};
/** Promises that are tested in sessions. */
const elsewhere = ["textDocumentSync", "workspace", "executeCommandProvider", "positionEncoding"];

describe("capabilities", () => {
  it("have names of their own", () => {
    expect(new Set(capabilities.map(({ name }) => name)).size).toBe(capabilities.length);
  });

  it("are promised and kept", async () => {
    const { client, reply } = await connected({ format: formatEdits });
    const promised = Object.keys(reply.capabilities);
    expect(promised.filter((name) => !elsewhere.includes(name)).sort()).toEqual(Object.keys(requests).sort());
    for (const [method, parameters, answer] of Object.values(requests)) expect(await client.sendRequest(method, parameters), method).toMatchObject(answer as object);
    client.dispose();
  });

  it("formatting is promised where there is a formatter", async () => {
    const without = await connected();
    for (const name of ["documentFormattingProvider", "documentRangeFormattingProvider", "documentOnTypeFormattingProvider"] as const) expect(without.reply.capabilities[name]).toBeUndefined();
    without.client.dispose();
  });
});
