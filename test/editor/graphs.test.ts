/** What needs a graph is answered by a thread of its own: when that starts, what it is sent, what is given up, and what becomes of the server when it ends. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { createConnection } from "vscode-languageserver/node";
import { createMessageConnection, StreamMessageReader, StreamMessageWriter, type CodeLens } from "vscode-languageserver-protocol/node";
import { beforeAll, describe, expect, it } from "vitest";
import type { GraphThread } from "../../editor/server/environment.ts";
import { serveGraphs, type FromGraphs, type ToGraphs } from "../../editor/server/graph-thread.ts";
import { serve } from "../../editor/server/server.ts";
import { buildIfMissing } from "../cli/netc.ts";
import { repository } from "../programs.ts";
import { startClient, uriOf } from "./client.ts";

const main = "import { Unit } from \"unit.net\"\nmodel M {\n  input x: f32[B, C = 4]\n  output y: f32[B, C] = Unit(x)\n}\n";
const unit = "block Unit(x: f32[B, C]) -> f32[B, C] = Linear(x, out: C)\n";
const uri = "file:///project/main.net";
const onUnit = { textDocument: { uri }, position: { line: 3, character: 25 } };

/** A thread that is none: it answers in this process, when it is not held, and can be made to end. */
class Threads {
  readonly sent: ToGraphs[] = [];
  started = 0;
  isHeld = false;
  private held: (() => void)[] = [];
  onStart = (): void => undefined;
  private end: (reason: string) => void = () => undefined;

  readonly start = (): GraphThread => {
    this.started++;
    this.onStart();
    let [listen, isOver] = [(_: FromGraphs): void => undefined, false];
    const take = serveGraphs((message) => void (isOver || listen(message)), () => performance.now());
    return {
      post: (message) => {
        this.sent.push(message);
        const deliver = (): void => void (isOver || take(message));
        if (this.isHeld) this.held.push(deliver);
        else setImmediate(deliver);
      },
      onMessage: (listener) => (listen = listener),
      onEnd: (listener) => {
        this.end = (reason) => {
          isOver = true;
          listener(reason);
        };
      },
      end: () => (isOver = true),
    };
  };

  hold(): void {
    this.isHeld = true;
  }

  release(): void {
    this.isHeld = false;
    for (const deliver of this.held.splice(0)) deliver();
  }

  crash(): void {
    this.held = [];
    this.end("out of memory");
  }

  get asked(): readonly Extract<ToGraphs, { kind: "ask" }>[] {
    return this.sent.flatMap((message) => (message.kind === "ask" ? [message] : []));
  }
}

async function connected(threads: Threads, text = main) {
  const [toServer, toClient] = [new PassThrough(), new PassThrough()];
  const files = new Map([["/project/main.net", text], ["/project/unit.net", unit]]);
  serve(createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient)), { version: "0", read: (path) => files.get(path), stamp: () => "", list: () => [], graphThread: threads.start }, () => performance.now());
  const client = createMessageConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
  /** What leaves the server, and when threads are started. */
  const order: string[] = [];
  const write = toClient.write.bind(toClient) as (chunk: Uint8Array | string, ...rest: never[]) => boolean;
  toClient.write = ((chunk: Uint8Array | string, ...rest: never[]) => {
    if (chunk.toString().includes("publishDiagnostics")) order.push("diagnostics");
    return write(chunk, ...rest);
  }) as typeof toClient.write;
  threads.onStart = () => void order.push("thread");
  const logged: string[] = [];
  const waiting: (() => void)[] = [];
  client.onNotification("textDocument/publishDiagnostics", () => {
    for (const done of waiting.splice(0)) done();
  });
  client.onNotification("window/logMessage", ({ message }: { message: string }) => void logged.push(message));
  client.listen();
  await client.sendRequest("initialize", { processId: null, rootUri: null, capabilities: {}, workspaceFolders: [] });
  void client.sendNotification("textDocument/didOpen", { textDocument: { uri, languageId: "net", version: 1, text } });
  const change = async (version: number, now: string): Promise<void> => {
    const told = new Promise<void>((done) => waiting.push(done));
    void client.sendNotification("textDocument/didChange", { textDocument: { uri, version }, contentChanges: [{ text: now }] });
    await told;
  };
  const lens = async (): Promise<string> => {
    const lenses = await client.sendRequest<readonly CodeLens[]>("textDocument/codeLens", { textDocument: { uri } });
    return (await client.sendRequest<CodeLens>("codeLens/resolve", lenses.find(({ data }) => (data as { kind: string }).kind === "cost")!)).command!.title;
  };
  const hover = async (): Promise<string> => (await client.sendRequest<{ contents: { value: string } }>("textDocument/hover", onUnit)).contents.value;
  return { client, order, logged, change, lens, hover };
}

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((done) => setTimeout(done, 5));
};

describe("a thread that builds graphs", () => {
  it("starts at the first question, and not before the first diagnostics are out", async () => {
    const threads = new Threads();
    const { client, order, lens } = await connected(threads);
    expect(await lens()).toMatch(/^20 parameters, 16 MACs/);
    expect(order.slice(0, 2)).toEqual(["diagnostics", "thread"]);
    expect(threads.started).toBe(1);
    client.dispose();
  });

  it("is sent texts once, and again what changed of them", async () => {
    const threads = new Threads();
    const { client, lens, change } = await connected(threads);
    await lens();
    const texts = (): readonly (readonly string[])[] => threads.asked.map((own) => own.texts.map(([name]) => name)).filter((names) => names.length > 0);
    expect(texts()).toEqual([["/project/main.net", "/project/unit.net"]]);
    await change(2, main.replace("C = 4", "C = 8"));
    expect(await lens()).toMatch(/^72 parameters, 64 MACs/);
    expect(texts()).toEqual([["/project/main.net", "/project/unit.net"], ["/project/main.net"]]);
    client.dispose();
  });

  it("is not waited for longer than a person would: then a hover has no numbers", async () => {
    const threads = new Threads();
    const { client, lens, hover } = await connected(threads);
    await lens();
    expect(await hover()).toMatch(/block Unit[\s\S]*In `M` \(default\): 20 parameters/);
    threads.hold();
    const from = performance.now();
    const asked = hover();
    const others: number[] = [];
    for (let i = 0; i < 10; i++) others.push((await client.sendRequest<readonly object[]>("textDocument/foldingRange", { textDocument: { uri } })).length);
    expect(others).toHaveLength(10);
    const plain = await asked;
    expect(performance.now() - from).toBeGreaterThan(250);
    expect(plain).toContain("block Unit");
    expect(plain).not.toContain("parameters,");
    threads.release();
    expect(await hover()).toContain("20 parameters");
    client.dispose();
  });

  it("is not asked where no graph is needed", async () => {
    const threads = new Threads();
    const { client, lens } = await connected(threads);
    await lens();
    threads.hold();
    const word = await client.sendRequest<{ contents: { value: string } }>("textDocument/hover", { textDocument: { uri }, position: { line: 1, character: 1 } });
    expect(word.contents.value).toContain("model");
    client.dispose();
  });

  it("gives up what was asked about an older text, and its late answer is not told", async () => {
    const threads = new Threads();
    const { client, lens, change } = await connected(threads);
    await lens();
    threads.hold();
    const asked = lens();
    const before = threads.asked.length;
    await until(() => threads.asked.length > before);
    void change(2, main.replace("C = 4", "C = 8"));
    await expect(asked).rejects.toMatchObject({ code: -32801 });
    expect(threads.sent.filter(({ kind }) => kind === "cancel").length).toBeGreaterThan(0);
    threads.release();
    expect(await lens()).toMatch(/^72 parameters/);
    client.dispose();
  });

  it("that ends is started again once, with the questions that wait; then the server goes on without", async () => {
    const threads = new Threads();
    const { client, lens, hover, logged } = await connected(threads);
    await lens();
    threads.hold();
    const asked = lens();
    const before = threads.asked.length;
    await until(() => threads.asked.length > before);
    threads.isHeld = false;
    threads.crash();
    expect(await asked).toMatch(/^20 parameters/);
    expect(threads.started).toBe(2);
    threads.crash();
    expect(await lens()).toBe("");
    expect(await hover()).not.toContain("parameters,");
    expect(threads.started).toBe(2);
    expect(logged.filter((text) => text.includes("out of memory"))).toEqual([expect.stringContaining("it is started again"), expect.stringContaining("no costs")]);
    client.dispose();
  });

  it("that cannot be started leaves the server as it is", async () => {
    const threads = new Threads();
    const failing = Object.assign(threads, { start: (): GraphThread => { throw new Error("there are no threads"); } });
    const { client, lens, logged } = await connected(failing);
    expect(await lens()).toBe("");
    expect(logged.some((text) => text.includes("there are no threads"))).toBe(true);
    client.dispose();
  });
});

describe("the other side", () => {
  const choices = { variants: {}, settings: {} };
  const ask = (id: number, name: string, text: string | undefined, isUrgent = false): ToGraphs => ({ kind: "ask", id, name, texts: text === undefined ? [] : [[name, text]], choices, question: { kind: "cost", item: "M" }, isUrgent });
  const small = (size: number): string => `model M {\n  input x: f32[B, C = ${size}]\n  output y: f32[B, C] = Linear(x, out: C)\n}\n`;
  /** A thread whose clock goes on by a slice at each look, and what it sends but for how far it is. */
  const served = (): { readonly take: (message: ToGraphs) => void; readonly told: FromGraphs[] } => {
    const told: FromGraphs[] = [];
    let clock = 0;
    return { take: serveGraphs((message) => void (message.kind === "progress" || told.push(message)), () => (clock += 50)), told };
  };

  it("answers what is urgent first, and what is cancelled not at all", async () => {
    const { take, told } = served();
    take(ask(1, "a.net", small(4)));
    take(ask(2, "b.net", small(5)));
    take(ask(3, "c.net", small(6), true));
    take({ kind: "cancel", id: 2 });
    await until(() => told.length === 2);
    expect(told.map(({ id }) => id)).toEqual([3, 1]);
    expect(told[0]).toMatchObject({ kind: "answer", answer: expect.stringMatching(/^42 parameters/) });
  });

  it("gives up questions about a text that was replaced, and goes on with those about others", async () => {
    const { take, told } = served();
    take(ask(1, "a.net", small(4)));
    take(ask(2, "b.net", small(5)));
    await new Promise((done) => setImmediate(done));
    take(ask(3, "a.net", small(6)));
    await until(() => told.length === 3);
    expect(told.find(({ id }) => id === 1)).toEqual({ kind: "superseded", id: 1 });
    expect(told.filter(({ kind }) => kind === "answer").map(({ id }) => id)).toEqual([2, 3]);
  });
});

describe("a session with the bundled server", () => {
  beforeAll(buildIfMissing);

  it("answers others while graphs are built, and ends in the middle of it", async () => {
    const client = await startClient();
    const flagship = uriOf(repository, "models", "cd2fsan.net");
    client.open(flagship, readFileSync(join(repository, "models", "cd2fsan.net"), "utf8"));
    await client.diagnostics(flagship, 1);
    let isOver = false;
    const begun = performance.now();
    const built = client.connection.sendRequest<string>("workspace/executeCommand", { command: "netc.checkAllVariants", arguments: [flagship, "CD2FSAN"] }).finally(() => (isOver = true));
    let [longest, answered] = [0, 0];
    while (!isOver) {
      const from = performance.now();
      await client.connection.sendRequest("textDocument/foldingRange", { textDocument: { uri: flagship } });
      longest = Math.max(longest, performance.now() - from);
      answered++;
    }
    expect(await built).toMatch(/8 variants: default: .*MACs/);
    expect(answered).toBeGreaterThan(20);
    expect(longest).toBeLessThan((performance.now() - begun) / 4);
    void client.connection.sendRequest("workspace/executeCommand", { command: "netc.checkAllVariants", arguments: [flagship, "CD2FSAN"] }).catch(() => undefined);
    expect(await client.close()).toBe(0);
  });
});
