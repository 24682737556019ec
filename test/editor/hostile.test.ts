/** A client that says what makes no sense: it is answered as the protocol says or ignored, and every open document stays what it is. */
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { buildIfMissing, netc, temporaryFolder } from "../cli/netc.ts";
import { startClient, uriOf, type Client } from "./client.ts";

const folder = temporaryFolder();
const uri = uriOf(folder, "main.net");
const text = "block f(x: f32[B, C]) -> f32[B, C] = x + y\n";
const position = { line: 0, character: 41 };

async function stillRight(client: Client, version: number): Promise<void> {
  client.change(uri, version, { text });
  expect(await client.diagnostics(uri, version)).toMatchObject([{ code: "NET0101", range: { start: position } }]);
}

describe("the server", () => {
  beforeAll(buildIfMissing);

  it("wants to be spoken to over stdio", () => {
    const { code, err } = netc(folder, "lsp");
    expect(code).toBe(2);
    expect(err).toContain("netc lsp --stdio");
  });

  it("answers what it does not know, and outlives what is no message", async () => {
    const client = await startClient();
    client.open(uri, text);
    await expect(client.connection.sendRequest("textDocument/nonsense", {})).rejects.toThrow(/Unhandled method/);
    await client.connection.sendNotification("textDocument/nonsense", {});
    const raw = (body: string): void => void client.process.stdin!.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    raw("{ this is no JSON");
    raw("[]");
    raw("null");
    raw("{\"jsonrpc\":\"2.0\",\"method\":\"textDocument/didChange\",\"params\":{}}");
    raw("{\"jsonrpc\":\"2.0\",\"method\":\"textDocument/didOpen\"}");
    await expect(client.connection.sendRequest("textDocument/hover", {})).rejects.toThrow();
    await expect(client.connection.sendRequest("textDocument/hover", { textDocument: { uri: "file:///nowhere.net" }, position })).resolves.toBeNull();
    await stillRight(client, 2);
    expect(await client.close()).toBe(0);
  });

  it("moves edits that lie outside into the text, and ignores those of documents that are not open", async () => {
    const client = await startClient();
    client.open(uri, text);
    await client.diagnostics(uri, 1);
    client.change(uri, 2, { range: { start: { line: 90, character: 7 }, end: { line: 99, character: 0 } }, text: "// the end\n" });
    client.change(uri, 3, { range: { start: { line: 0, character: 9_999 }, end: { line: 0, character: 10_000 } }, text: " // here" });
    client.change(uri, 4, { range: { start: { line: -1, character: -3 }, end: { line: 0, character: 0 } }, text: "// first\n" });
    client.change(uriOf(folder, "closed.net"), 2, { text: "nonsense" });
    expect(await client.diagnostics(uri, 4)).toMatchObject([{ code: "NET0101", range: { start: { line: 1, character: 41 } } }]);
    const found = await client.connection.sendRequest("textDocument/foldingRange", { textDocument: { uri } });
    expect(found).toEqual([]);
    await stillRight(client, 5);
    expect(await client.close()).toBe(0);
  });

  it("reads neither huge files nor closed folders", async () => {
    const locked = join(folder, "locked");
    mkdirSync(locked);
    writeFileSync(join(locked, "secret.net"), "block g(x: f32[B]) -> f32[B] = x\n");
    chmodSync(locked, 0);
    const client = await startClient({ folders: [folder, locked] });
    const huge = uriOf(folder, "huge.net");
    client.open(huge, "block g(x: f32[B]) -> f32[B] = x\n".repeat(150_000));
    const found = await client.diagnostics(huge, 1);
    expect(found.length).toBeGreaterThan(0);
    client.open(uri, `import { g } from "../../outside/../nowhere.net"\n${text}`);
    expect((await client.diagnostics(uri, 1)).map(({ code }) => code)).toContain("NET0106");
    expect(await client.close()).toBe(0);
    chmodSync(locked, 0o700);
  });

  it("gives up what is cancelled", async () => {
    const client = await startClient();
    client.open(uri, text);
    const { CancellationTokenSource } = await import("vscode-languageserver-protocol/node");
    const source = new CancellationTokenSource();
    const asked = client.connection.sendRequest("textDocument/codeAction", { textDocument: { uri }, range: { start: position, end: position }, context: { diagnostics: [] } }, source.token);
    source.cancel();
    await expect(asked).rejects.toThrow(/cancel/i);
    await stillRight(client, 2);
    expect(await client.close()).toBe(0);
  });

  it("ends when the client goes without a word", async () => {
    const client = await startClient();
    const ended = new Promise((done) => client.process.on("exit", done));
    client.process.stdin!.end();
    expect(await ended).not.toBeNull();
  });
});
