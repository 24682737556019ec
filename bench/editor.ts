/**
 * What a person waits for in an editor, measured with the bundled server over stdio, as an editor starts it:
 *
 *   node scripts/run-ts.mjs bench/editor.ts [FILE.net] [EDITS]     unless named: the flagship, and beside it a generated file of some 5,000 lines
 *   node scripts/run-ts.mjs bench/editor.ts --memory [EDITS]       what the server holds after so many edits (10,000), against the start
 *   node scripts/run-ts.mjs bench/editor.ts --pieces               the longest pieces of what lasts, and the formatter, within this process
 *
 * The first types into the file and prints the time from a key to the diagnostics of the text with it, of the start, of completion, hover and other answers,
 * and for how long the server leaves another request waiting while it checks for the first time, finds references and renames. Wrong diagnostics are not looked for here but in tests.
 */
import { spawn, type ChildProcessByStdio } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import type { Readable, Writable } from "node:stream";
import { basename, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { createProtocolConnection, StreamMessageReader, StreamMessageWriter, type ProtocolConnection, type PublishDiagnosticsParams } from "vscode-languageserver-protocol/node";
import { printPieces } from "./pieces.ts";
import { copiesOf } from "./scaling.ts";

/** The server answers one signal with what it holds once the garbage is collected, another one with the longest time that its event loop stood still since the last one. */
const onSignal = "import{monitorEventLoopDelay as m}from'node:perf_hooks';const h=m({resolution:1});h.enable();const say=x=>process.stderr.write(JSON.stringify(x)+'\\n');process.on('SIGUSR2',()=>{gc();gc();say(process.memoryUsage())});process.on('SIGWINCH',()=>{say({stood:h.max/1e6});h.reset()})";

interface Place {
  readonly line: number;
  readonly character: number;
}

const pause = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds));

/** The value that a part of the values does not exceed. */
function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
}

function told(what: string, values: readonly number[]): void {
  console.log(`${what.padEnd(36)} p50 ${quantile(values, 0.5).toFixed(1).padStart(7)} ms   p95 ${quantile(values, 0.95).toFixed(1).padStart(7)} ms   largest ${Math.max(...values).toFixed(1).padStart(7)} ms   (${values.length})`);
}

/** An editor with one file open. */
class Session {
  readonly text: string;
  readonly lines: readonly string[];
  /** Behind numbers of options all over the file. */
  readonly places: readonly Place[];
  private readonly uri: string;
  private readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  private readonly connection: ProtocolConnection;
  private waiting: { readonly version: number; readonly done: () => void } | undefined;
  private version = 1;

  /** Only a server that is watched answers signals; watching costs some time of its start. */
  constructor(private readonly file: string, private readonly isWatched = true, flags: readonly string[] = []) {
    const watching = isWatched ? ["--expose-gc", "--import", `data:text/javascript,${onSignal}`] : [];
    this.child = spawn(process.execPath, [...flags, ...watching, join("bin", "netc.mjs"), "lsp", "--stdio"], { stdio: ["pipe", "pipe", "pipe"] });
    this.connection = createProtocolConnection(new StreamMessageReader(this.child.stdout), new StreamMessageWriter(this.child.stdin));
    this.text = readFileSync(file, "utf8");
    this.lines = this.text.split("\n");
    this.uri = pathToFileURL(resolve(file)).href;
    this.places = this.lines.flatMap((line, i) => {
      const found = line.startsWith("//") ? null : /(?<=: )\d+\b/.exec(line);
      return found ? [{ line: i, character: found.index + found[0].length }] : [];
    });
    this.connection.onNotification("textDocument/publishDiagnostics", ({ uri, version }: PublishDiagnosticsParams) => {
      if (uri === this.uri && this.waiting && (version ?? 0) >= this.waiting.version) this.waiting.done();
    });
    this.connection.listen();
  }

  /** Milliseconds until the first diagnostics, from the start of the process, and for how long another request waited meanwhile at most. */
  async start(): Promise<{ readonly first: number; readonly longest: number; readonly stood: number }> {
    const started = performance.now();
    const folder = { uri: pathToFileURL(resolve(dirname(this.file))).href, name: "folder" };
    await this.connection.sendRequest("initialize", { processId: process.pid, rootUri: null, capabilities: {}, workspaceFolders: [folder] });
    await this.connection.sendNotification("initialized", {});
    if (this.isWatched) await this.stoodStill(); // its own beginning is no pause of anybody
    const first = this.diagnostics();
    await this.connection.sendNotification("textDocument/didOpen", { textDocument: { uri: this.uri, languageId: "net", version: 1, text: this.text } });
    if (!this.isWatched) {
      await first;
      return { first: performance.now() - started, longest: NaN, stood: NaN };
    }
    const { longest } = await this.waitedDuring(first);
    return { first: performance.now() - started, longest, stood: await this.stoodStill() };
  }

  private diagnostics(): Promise<void> {
    return new Promise((done) => (this.waiting = { version: this.version, done }));
  }

  /** A character that is typed, or what stands before a place taken away. Milliseconds until its diagnostics; 0 where nobody waits for them. */
  async type(place: Place, character: string, waits = true): Promise<number> {
    this.version++;
    const done = waits ? this.diagnostics() : undefined;
    const range = { start: place, end: character ? place : { ...place, character: place.character + 1 } };
    const from = performance.now();
    await this.connection.sendNotification("textDocument/didChange", { textDocument: { uri: this.uri, version: this.version }, contentChanges: [{ range, text: character }] });
    await done;
    return waits ? performance.now() - from : 0;
  }

  async ask(method: string, parameters: object): Promise<number> {
    const from = performance.now();
    await this.connection.sendRequest(method, { textDocument: { uri: this.uri }, ...parameters });
    return performance.now() - from;
  }

  /** The longest time that a request which asks for next to nothing waits while another is answered, and how long that one takes. */
  async blocked(method: string, parameters: object): Promise<{ readonly longest: number; readonly whole: number }> {
    const { longest, result } = await this.waitedDuring(this.ask(method, parameters));
    return { longest, whole: result };
  }

  private async waitedDuring<Result>(other: Promise<Result>): Promise<{ readonly longest: number; readonly result: Result }> {
    let isOver = false;
    const watched = other.finally(() => (isOver = true));
    let longest = 0;
    while (!isOver) longest = Math.max(longest, await this.ask("textDocument/hover", { textDocument: { uri: "untitled:nothing" }, position: { line: 0, character: 0 } }));
    return { longest, result: await watched };
  }

  /** Bytes that the server holds: of its heap, and of the system. */
  memory(): Promise<{ readonly heapUsed: number; readonly rss: number }> {
    return this.answerTo("SIGUSR2");
  }

  /** For how long the server's event loop stood still at most since this was asked the last time, in milliseconds. */
  async stoodStill(): Promise<number> {
    return (await this.answerTo<{ readonly stood: number }>("SIGWINCH")).stood;
  }

  private answerTo<Answer>(signal: NodeJS.Signals): Promise<Answer> {
    return new Promise((done) => {
      let heard = "";
      const listen = (bytes: Buffer): void => {
        heard += bytes.toString();
        if (!heard.includes("\n")) return;
        this.child.stderr.off("data", listen);
        done(JSON.parse(heard) as Answer);
      };
      this.child.stderr.on("data", listen);
      this.child.kill(signal);
    });
  }

  async end(): Promise<void> {
    await this.connection.sendRequest("shutdown");
    await this.connection.sendNotification("exit");
  }
}

/** Times of one file; those of keys are given back. */
async function measured(file: string, edits: number): Promise<readonly number[]> {
  const starts: number[] = [];
  for (let i = 0; i < 7; i++) {
    const alone = new Session(file, false);
    starts.push((await alone.start()).first);
    await alone.end();
  }
  console.log();
  told(`${basename(file)}: start to first diagnostics`, starts);
  const session = new Session(file);
  const { first, longest, stood } = await session.start();
  console.log(`${basename(file)}, ${session.lines.length} lines, watched and asked all the time: start to first diagnostics ${first.toFixed(0)} ms, during which another request waited for at most ${longest.toFixed(0)} ms, and the event loop stood still for at most ${stood.toFixed(0)} ms`);
  const { places, lines } = session;
  // Numbers all over the file are typed anew and put back: every edit is one key, and half of the texts are as before.
  const keys: number[] = [];
  for (let i = 0; i < edits; i++) {
    keys.push(await session.type(places[(Math.floor(i / 2) * 7) % places.length], i % 2 === 0 ? "1" : ""));
    await pause(20);
  }
  told("a key to its diagnostics", keys);
  console.log(`meanwhile the event loop stood still for at most ${(await session.stoodStill()).toFixed(0)} ms`);
  await pause(1_500); // what is built when nothing else is to be done
  const callAt = ({ line }: Place): object => ({ position: { line, character: Math.max(0, lines[line].search(/\w+\(/)) } });
  const all = { range: { start: { line: 0, character: 0 }, end: { line: lines.length, character: 0 } } };
  const questions: readonly (readonly [method: string, parameters: (place: Place) => object])[] = [
    ["completion", (position) => ({ position })], ["hover", callAt], ["definition", callAt], ["documentHighlight", callAt], ["signatureHelp", (position) => ({ position })], ["inlayHint", () => all], ["semanticTokens/full", () => ({})],
  ];
  for (const [method, parameters] of questions) {
    const times: number[] = [];
    for (let i = 0; i < edits; i++) times.push(await session.ask(`textDocument/${method}`, parameters(places[(i * 7) % places.length])));
    told(method, times);
  }
  const line = lines.findIndex((own) => /^block \w/.test(own));
  const position = { line, character: 7 };
  for (const [method, parameters] of [["references", { position, context: { includeDeclaration: true } }], ["rename", { position, newName: "Renamed_block" }], ["rename", { position, newName: "Renamed_again" }]] as const) {
    await session.stoodStill();
    const { longest, whole } = await session.blocked(`textDocument/${method}`, parameters);
    const stood = await session.stoodStill();
    console.log(`${method.padEnd(36)} ${whole.toFixed(0)} ms, during which another request waited for at most ${longest.toFixed(0)} ms, and the event loop stood still for at most ${stood.toFixed(0)} ms`);
  }
  await session.end();
  return keys;
}

/** Without V8's compilers: what is left of the heap is what the server itself holds, no machine code of what runs often. */
const interpreted = ["--no-opt", "--no-maglev", "--no-sparkplug"];

/** What the server holds after edits: digits typed anywhere and taken away again, so that the text is at the end what it was. */
async function memoryAfter(file: string, edits: number, flags: readonly string[] = []): Promise<void> {
  const session = new Session(file, true, flags);
  await session.start();
  const { places } = session;
  const edit = async (i: number): Promise<void> => {
    const place = places[(Math.floor(i / 2) * 7) % places.length];
    // A person types faster than is checked now and then: every fourth text is waited for.
    await session.type(place, i % 2 === 0 ? String(1 + (Math.floor(i / 2) % 9)) : "", i % 4 === 3);
  };
  for (let i = 0; i < 40; i++) await edit(i);
  await pause(2_000);
  const start = await session.memory();
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
  console.log(`at the start: heap ${megabytes(start.heapUsed)} MB, process ${megabytes(start.rss)} MB`);
  for (let i = 0; i < edits; i++) {
    await edit(i);
    if ((i + 1) % Math.ceil(edits / 4) !== 0) continue;
    await pause(2_000);
    const now = await session.memory();
    console.log(`after ${i + 1} edits: heap ${megabytes(now.heapUsed)} MB (${(now.heapUsed / start.heapUsed).toFixed(2)} ×), process ${megabytes(now.rss)} MB (${(now.rss / start.rss).toFixed(2)} ×)`);
  }
  await session.end();
}

const given = process.argv.slice(2);
if (given[0] === "--memory") {
  await memoryAfter("models/cd2fsan.net", Number(given[1] ?? 10_000));
  console.log("without V8's compilers, so without the machine code of what runs often:");
  await memoryAfter("models/cd2fsan.net", Number(given[1] ?? 10_000), interpreted);
} else if (given[0] === "--pieces") printPieces();
else {
  const [file, edits = 60] = [given[0], Number(given[1] ?? 60)];
  const own = await measured(file ?? "models/cd2fsan.net", edits);
  if (file === undefined) {
    const folder = mkdtempSync(join(tmpdir(), "netc-bench-"));
    writeFileSync(join(folder, "long.net"), copiesOf(32));
    const long = await measured(join(folder, "long.net"), edits);
    rmSync(folder, { recursive: true });
    for (const [name, part] of [["p50", 0.5], ["p95", 0.95]] as const) console.log(`a key to its diagnostics, the long file against the flagship: ${name} ${(quantile(long, part) / quantile(own, part)).toFixed(2)} ×`);
  }
}
