/** What lasts: told how far it is, cut into slices, and given up when nobody waits for it any more. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { createConnection } from "vscode-languageserver/node";
import { CancellationTokenSource, createMessageConnection, StreamMessageReader, StreamMessageWriter, type WorkspaceEdit } from "vscode-languageserver-protocol/node";
import { beforeAll, describe, expect, it } from "vitest";
import { serve } from "../../editor/server/server.ts";
import { buildIfMissing, temporaryFolder } from "../cli/netc.ts";
import { startClient, uriOf } from "./client.ts";

const count = 40;
const blocks = "block doubled(x: f32[B, C]) -> f32[B, C] = x + x\n";
const texts = new Map([["/project/blocks.net", blocks], ...Array.from({ length: count }, (_, i) => [`/project/user_${i}.net`, `import { doubled } from "blocks.net"\nmodel M${i} {\n  input x: f32[B, C = ${i + 1}]\n  output y: f32[B, C] = doubled(x)\n}\n`] as const)]);
const uri = "file:///project/blocks.net";
const place = { textDocument: { uri }, position: { line: 0, character: 8 } };

interface Told {
  readonly token: unknown;
  readonly kind: "begin" | "report" | "end";
  readonly title?: string;
  readonly percentage?: number;
  readonly message?: string;
}

/** A server in this process whose clock goes on by 20 ms whenever it is looked at, so that each step is a slice of its own. */
async function connected(capabilities: object = {}) {
  const [toServer, toClient] = [new PassThrough(), new PassThrough()];
  let clock = 0;
  serve(createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient)), { version: "0", read: (path) => texts.get(path), stamp: (path) => texts.get(path), list: () => [...texts.keys()] }, () => (clock += 20));
  const client = createMessageConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
  const told: Told[] = [];
  const created: unknown[] = [];
  let isBegun = (_: unknown): void => undefined;
  client.onUnhandledProgress(({ token, value }) => {
    told.push({ token, ...(value as Omit<Told, "token">) });
    if (created.includes(token)) isBegun(token);
  });
  client.onRequest("window/workDoneProgress/create", ({ token }: { token: unknown }) => {
    created.push(token);
    return null;
  });
  client.listen();
  await client.sendRequest("initialize", { processId: null, rootUri: null, capabilities, workspaceFolders: [{ uri: "file:///work", name: "work" }] });
  await client.sendNotification("textDocument/didOpen", { textDocument: { uri, languageId: "net", version: 1, text: blocks } });
  return { client, told, created, whenBegun: new Promise<unknown>((done) => (isBegun = done)) };
}

const requests: readonly (readonly [method: string, parameters: object])[] = [
  ["textDocument/references", { ...place, context: { includeDeclaration: true } }],
  ["textDocument/rename", { ...place, newName: "twofold" }],
  ["workspace/symbol", { query: "doub" }],
  ["callHierarchy/incomingCalls", { item: { name: "doubled", kind: 12, uri, range: { start: place.position, end: place.position }, selectionRange: { start: place.position, end: place.position }, data: { file: "/project/blocks.net", name: "doubled" } } }],
  ["workspace/executeCommand", { command: "netc.checkAllVariants", arguments: ["file:///project/user_3.net", "M3"] }],
  ["textDocument/diagnostic", { textDocument: { uri } }],
];

describe("work that lasts", () => {
  it.each(requests)("%s tells a client that gave a token how far it is", async (method, parameters) => {
    const { client, told, created } = await connected();
    expect(await client.sendRequest(method, { ...parameters, workDoneToken: "mine" })).toBeTruthy();
    expect(told.every(({ token }) => token === "mine")).toBe(true);
    expect(told[0]).toMatchObject({ kind: "begin", title: expect.stringMatching(/^[A-Z]/), percentage: 0, cancellable: true });
    expect(told.filter(({ kind }) => kind !== "report").map(({ kind }) => kind)).toEqual(["begin", "end"]);
    expect(told.at(-1)!.kind).toBe("end");
    const parts = told.flatMap(({ percentage }) => percentage ?? []);
    expect(parts).toEqual([...parts].sort((a, b) => a - b));
    expect(Math.max(...parts)).toBeLessThanOrEqual(100);
    expect(created).toEqual([]);
    client.dispose();
  });

  it.each(requests.slice(0, 4))("%s is cancelled", async (method, parameters) => {
    const { client, told } = await connected();
    const source = new CancellationTokenSource();
    client.onUnhandledProgress(({ value }) => {
      told.push(value as Told);
      source.cancel();
    });
    await expect(client.sendRequest(method, { ...parameters, workDoneToken: 7 }, source.token)).rejects.toMatchObject({ code: -32800 });
    expect(told.at(-1)!.kind).toBe("end");
    expect(await client.sendRequest(...requests[2])).toMatchObject([{ name: "doubled" }]);
    client.dispose();
  });

  it.each(requests.slice(0, 2))("%s is given up when a text is edited", async (method, parameters) => {
    const { client } = await connected();
    const asked = client.sendRequest(method, parameters);
    void client.sendNotification("textDocument/didChange", { textDocument: { uri, version: 2 }, contentChanges: [{ text: `// above\n${blocks}` }] });
    await expect(asked).rejects.toMatchObject({ code: -32801 });
    const found = (await client.sendRequest("textDocument/references", { textDocument: { uri }, position: { line: 1, character: 8 }, context: { includeDeclaration: true } })) as readonly object[];
    expect(found).toHaveLength(1 + 2 * count);
    client.dispose();
  });

  it("shows itself to a client that can show it, and is cancelled there", async () => {
    const { client, told, created, whenBegun } = await connected({ window: { workDoneProgress: true } });
    const asked = client.sendRequest("textDocument/rename", { ...place, newName: "twofold" });
    const token = await whenBegun;
    void client.sendNotification("window/workDoneProgress/cancel", { token });
    await expect(asked).rejects.toMatchObject({ code: -32800 });
    expect(created).toEqual([token]);
    const found = (await client.sendRequest("textDocument/references", { ...place, context: { includeDeclaration: false } })) as readonly object[];
    expect(found).toHaveLength(2 * count);
    for (const own of created) expect(told.filter((step) => step.token === own && step.kind !== "report").map(({ kind }) => kind)).toEqual(["begin", "end"]);
    client.dispose();
  });

  it("reads the workspace when a session begins, and shows it", async () => {
    const { client, told, whenBegun } = await connected({ window: { workDoneProgress: true } });
    await client.sendNotification("initialized", {});
    const token = await whenBegun;
    while (told.at(-1)?.kind !== "end") await new Promise((done) => setTimeout(done, 20));
    expect(told.filter((step) => step.token === token)[0]).toMatchObject({ kind: "begin", title: "Reading the workspace" });
    client.dispose();
  });
});

describe("a session with the bundled server", () => {
  beforeAll(buildIfMissing);

  it("answers others while it renames across many files", async () => {
    const folder = temporaryFolder();
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of texts) writeFileSync(join(folder, name.slice("/project/".length)), text);
    const client = await startClient({ folders: [folder] });
    const main = uriOf(folder, "blocks.net");
    client.open(main, blocks);
    await client.diagnostics(main, 1);
    let isOver = false;
    let [longest, answered] = [0, 0];
    const begun = performance.now();
    const renamed = client.connection.sendRequest<WorkspaceEdit>("textDocument/rename", { textDocument: { uri: main }, position: place.position, newName: "twofold" }).finally(() => (isOver = true));
    while (!isOver) {
      const from = performance.now();
      expect(await client.connection.sendRequest("textDocument/hover", { textDocument: { uri: uriOf(folder, "nowhere.net") }, position: place.position })).toBeNull();
      longest = Math.max(longest, performance.now() - from);
      answered++;
    }
    const whole = performance.now() - begun;
    expect(Object.keys((await renamed).changes!)).toHaveLength(1 + count);
    expect(answered).toBeGreaterThan(5);
    expect(longest).toBeLessThan(whole / 2);
    expect(await client.close()).toBe(0);
  });
});
