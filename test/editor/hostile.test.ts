/** A client that says what makes no sense: it is answered as the protocol says or ignored, and every open document stays what it is. */
import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { Framing } from "../../editor/server/framing.ts";
import { buildIfMissing, netc, temporaryFolder } from "../cli/netc.ts";
import { repository } from "../programs.ts";
import { startClient, uriOf, type Client } from "./client.ts";

const folder = temporaryFolder();
const uri = uriOf(folder, "main.net");
const text = "block f(x: f32[B, C]) -> f32[B, C] = x + y\n";
const position = { line: 0, character: 41 };

async function stillRight(client: Client, version: number): Promise<void> {
  client.change(uri, version, { text });
  expect(await client.diagnostics(uri, version)).toMatchObject([{ code: "NET0101", range: { start: position } }]);
}

interface Heard {
  readonly id?: unknown;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly error?: object;
}

function framed(content: string): Buffer {
  return Buffer.concat([Buffer.from(`Content-Length: ${Buffer.byteLength(content)}\r\n\r\n`), Buffer.from(content)]);
}

/** The server without a client library: bytes go in, messages come out. */
function startRaw() {
  const child = spawn(process.execPath, [join(repository, "bin/netc.mjs"), "lsp", "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
  const framing = new Framing();
  const all: Heard[] = [];
  let look = (): void => undefined;
  child.stdout.on("data", (bytes: Uint8Array) => {
    for (const frame of framing.take(bytes)) if (frame.kind === "content") all.push(JSON.parse(frame.text) as Heard);
    look();
  });
  const send = (bytes: Uint8Array): void => void child.stdin.write(bytes);
  return {
    process: child, send,
    ended: new Promise<number | null>((done) => child.on("exit", done)),
    tell: (message: object): void => send(framed(JSON.stringify({ jsonrpc: "2.0", ...message }))),
    all: (): readonly Heard[] => all,
    heard: (which: (message: Heard) => boolean): Promise<Heard> => new Promise((done) => {
      look = () => {
        const found = all.find(which);
        if (found) done(found);
      };
      look();
    }),
  };
}

describe("the server", () => {
  beforeAll(buildIfMissing);

  it("wants to be spoken to over stdio", () => {
    const { code, err } = netc(folder, "lsp");
    expect(code).toBe(2);
    expect(err).toContain("netc lsp --stdio");
  });

  it("answers what it does not know with an error, and passes over notifications", async () => {
    const client = await startClient();
    client.open(uri, text);
    await expect(client.connection.sendRequest("textDocument/nonsense", {})).rejects.toMatchObject({ code: -32601 });
    await client.connection.sendNotification("textDocument/nonsense", {});
    await client.connection.sendNotification("textDocument/didChange", {});
    await client.connection.sendNotification("textDocument/didChange", { textDocument: { uri, version: 9 }, contentChanges: [{ text: "nothing" }, { range: null, text: "x" }] });
    await client.connection.sendNotification("textDocument/didOpen");
    await client.connection.sendNotification("$/cancelRequest");
    for (const [method, given] of [["textDocument/hover", {}], ["textDocument/hover", { textDocument: { uri } }], ["workspace/executeCommand", undefined], ["callHierarchy/incomingCalls", { item: { name: "f" } }], ["codeLens/resolve", {}]] as const) {
      await expect(client.connection.sendRequest(method, given), method).rejects.toMatchObject({ code: -32602, message: expect.stringContaining(`${method} needs`) });
    }
    await expect(client.connection.sendRequest("textDocument/hover", { textDocument: { uri: "file:///nowhere.net" }, position })).resolves.toBeNull();
    await expect(client.connection.sendRequest("textDocument/hover", { textDocument: { uri }, position: { line: 1e9, character: -7 } })).resolves.toBeNull();
    await stillRight(client, 2);
    expect(await client.close()).toBe(0);
  });

  describe("spoken to in bytes", () => {
    it.each([
      ["content that is no JSON", framed("{ this is no JSON"), -32700],
      ["content without anything", framed(""), -32700],
      ["a batch", framed(`[${JSON.stringify({ jsonrpc: "2.0", id: 7, method: "textDocument/hover" })}]`), -32600],
      ["an empty batch", framed("[]"), -32600],
      ["content that is no object", framed("null"), -32600],
      ["a message without a method", framed(JSON.stringify({ jsonrpc: "2.0", id: 7 })), -32600],
      ["a method that is no text", framed(JSON.stringify({ jsonrpc: "2.0", id: 7, method: 3 })), -32600],
      ["an id that is none", framed(JSON.stringify({ jsonrpc: "2.0", id: {}, method: "textDocument/hover" })), -32600],
      ["headers that are none", Buffer.from("GET / HTTP/1.1\r\nHost: here\r\n\r\n"), -32700],
      ["headers without a length", Buffer.from("Content-Type: text/plain\r\n\r\n{}"), -32700],
      ["a length that is no number", Buffer.from("Content-Length: many\r\n\r\n{}"), -32700],
      ["a length below zero", Buffer.from("Content-Length: -5\r\n\r\n{}"), -32700],
      ["a length that no message has", Buffer.from("Content-Length: 99999999999999\r\n\r\n{}"), -32700],
      ["a length that is too small", Buffer.from("Content-Length: 5\r\n\r\n{\"jsonrpc\":\"2.0\"}"), -32700],
      ["a length that is too large", Buffer.from("Content-Length: 60\r\n\r\n{\"jsonrpc\":\"2.0\",\"method\":\"x\"}"), -32700],
      ["bytes that are no text", Buffer.from([0xff, 0xfe, 0, 1, 2, 0x80, 13, 10, 13, 10]), -32700],
      ["headers without an end", Buffer.from("x".repeat(20_000)), -32700],
    ] as const)("%s are answered, and the session goes on", async (_, bytes, code) => {
      const client = startRaw();
      client.tell({ id: 1, method: "initialize", params: { processId: null, rootUri: null, capabilities: {} } });
      client.tell({ method: "textDocument/didOpen", params: { textDocument: { uri, languageId: "net", version: 1, text } } });
      client.send(bytes);
      client.tell({ method: "textDocument/didChange", params: { textDocument: { uri, version: 2 }, contentChanges: [{ range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, text: "// é\n" }] } });
      const told = await client.heard((message) => message.method === "textDocument/publishDiagnostics" && message.params!["version"] === 2);
      expect(told.params!["diagnostics"]).toMatchObject([{ code: "NET0101", range: { start: { line: 1, character: 41 } } }]);
      const refused = client.all().filter(({ error }) => error);
      expect(refused.length).toBeGreaterThan(0);
      for (const answer of refused) expect(answer).toMatchObject({ jsonrpc: "2.0", error: { code } });
      client.tell({ id: 2, method: "shutdown" });
      await client.heard(({ id }) => id === 2);
      client.tell({ id: 3, method: "textDocument/hover", params: { textDocument: { uri }, position } });
      expect(await client.heard(({ id }) => id === 3)).toMatchObject({ error: { code: -32600 } });
      client.tell({ method: "exit" });
      expect(await client.ended).toBe(0);
    });

    it("a message may come byte by byte, and before the session begins nothing is served", async () => {
      const client = startRaw();
      for (const byte of framed(JSON.stringify({ jsonrpc: "2.0", id: "first", method: "textDocument/hover", params: { textDocument: { uri }, position } }))) client.send(Buffer.from([byte]));
      expect(await client.heard(({ id }) => id === "first")).toMatchObject({ error: { code: -32002 } });
      client.process.kill("SIGKILL");
      await client.ended;
    });

    it("a client that is killed in the middle of a message takes the server with it, and the next one starts from what it is told", async () => {
      const client = startRaw();
      client.tell({ id: 1, method: "initialize", params: { processId: null, rootUri: null, capabilities: {} } });
      await client.heard(({ id }) => id === 1);
      client.send(framed(JSON.stringify({ jsonrpc: "2.0", method: "textDocument/didOpen", params: { textDocument: { uri, languageId: "net", version: 1, text } } })).subarray(0, 60));
      client.process.stdin!.end();
      expect(await client.ended).toBe(1);
      const next = await startClient();
      next.open(uri, text);
      await stillRight(next, 2);
      expect(await next.close()).toBe(0);
    });
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
    const lines = 10_000_000 / 50;
    client.open(huge, `${`// ${"a".repeat(46)}\n`.repeat(lines)}${text}`);
    expect(await client.diagnostics(huge, 1)).toMatchObject([{ code: "NET0003", range: { start: { line: 0, character: 0 } } }]);
    client.change(huge, 2, { range: { start: { line: 10, character: 0 }, end: { line: lines, character: 0 } }, text: "" });
    expect(await client.diagnostics(huge, 2)).toMatchObject([{ code: "NET0101", range: { start: { line: 10, character: 41 } } }]);
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
