/**
 * What a person waits for in an editor: `node scripts/run-ts.mjs bench/editor.ts [FILE.net] [EDITS]` starts the bundled server as an editor does, types into a
 * file (unless named: the flagship with all its variants), and prints the time from a key to the diagnostics of the text with it, the time of completion,
 * hover and other answers, and of the start.
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { createProtocolConnection, StreamMessageReader, StreamMessageWriter, type PublishDiagnosticsParams } from "vscode-languageserver-protocol/node";

const [file = "models/cd2fsan.net", count = "60"] = process.argv.slice(2);
const edits = Number(count);
const text = readFileSync(file, "utf8");
const uri = pathToFileURL(resolve(file)).href;

const started = performance.now();
const child = spawn(process.execPath, [join("bin", "netc.mjs"), "lsp", "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
const connection = createProtocolConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
let waiting: { readonly version: number; readonly done: (at: number) => void } | undefined;
connection.onNotification("textDocument/publishDiagnostics", (told: PublishDiagnosticsParams) => {
  if (waiting && told.uri === uri && (told.version ?? 0) >= waiting.version) {
    waiting.done(performance.now());
    waiting = undefined;
  }
});
connection.listen();

const diagnosticsOf = (version: number): Promise<number> => new Promise((done) => (waiting = { version, done }));
const pause = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds));

/** The value that a part of the values does not exceed. */
function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
}

function told(what: string, values: readonly number[]): void {
  console.log(`${what.padEnd(34)} p50 ${quantile(values, 0.5).toFixed(1).padStart(7)} ms   p95 ${quantile(values, 0.95).toFixed(1).padStart(7)} ms   largest ${Math.max(...values).toFixed(1).padStart(7)} ms   (${values.length})`);
}

await connection.sendRequest("initialize", { processId: process.pid, rootUri: null, capabilities: {}, workspaceFolders: null });
await connection.sendNotification("initialized", {});
let version = 1;
const first = diagnosticsOf(version);
await connection.sendNotification("textDocument/didOpen", { textDocument: { uri, languageId: "net", version, text } });
console.log(`${basename(file)}, ${text.split("\n").length} lines; start to first diagnostics ${((await first) - started).toFixed(0)} ms`);

// Numbers all over the file are typed anew and put back: every edit is one key, and half of the texts are as before.
const lines = text.split("\n");
const places = lines.flatMap((line, i) => {
  const found = line.startsWith("//") ? null : /(?<=: )\d+\b/.exec(line);
  return found ? [{ line: i, character: found.index + found[0].length }] : [];
});
const keys: number[] = [];
for (let i = 0; i < edits; i++) {
  const place = places[Math.floor(i / 2) % places.length];
  const added = i % 2 === 0;
  const range = { start: place, end: added ? place : { ...place, character: place.character + 1 } };
  const done = diagnosticsOf(++version);
  const from = performance.now();
  await connection.sendNotification("textDocument/didChange", { textDocument: { uri, version }, contentChanges: [{ range, text: added ? "1" : "" }] });
  keys.push((await done) - from);
  await pause(20);
}
told("a key to its diagnostics", keys);
await pause(1_500); // what is built when nothing else is to be done

const asked = async (method: string, parameters: (place: { readonly line: number; readonly character: number }) => object): Promise<void> => {
  const times: number[] = [];
  for (let i = 0; i < edits; i++) {
    const place = places[(i * 7) % places.length];
    const from = performance.now();
    await connection.sendRequest(method, parameters(place));
    times.push(performance.now() - from);
  }
  told(method.replace("textDocument/", ""), times);
};
const at = (position: object): object => ({ textDocument: { uri }, position });
await asked("textDocument/completion", at);
await asked("textDocument/hover", ({ line }) => at({ line, character: Math.max(0, lines[line].search(/\w+\(/)) }));
await asked("textDocument/definition", ({ line }) => at({ line, character: Math.max(0, lines[line].search(/\w+\(/)) }));
await asked("textDocument/signatureHelp", at);
await asked("textDocument/inlayHint", () => ({ textDocument: { uri }, range: { start: { line: 0, character: 0 }, end: { line: lines.length, character: 0 } } }));
await asked("textDocument/semanticTokens/full", () => ({ textDocument: { uri } }));
await connection.sendRequest("shutdown");
await connection.sendNotification("exit");
