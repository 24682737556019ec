/**
 * `npm run bench`: prints the tables of docs/performance.md. Figures that have a peer are ratios against it, measured in the same run.
 *
 *   npm run bench                        everything that needs no Python
 *   npm run bench -- --pairs 100000      the solver on this many random pairs
 *   npm run bench -- --mutations 2000    instead of all that: the checker on this many faults put into the corpus (minutes)
 *   npm run bench -- --editing 2000      instead of all that: an editing session of this many random edits, compared with fresh checks (--step N: every Nth)
 *   npm run bench -- --peer FOLDER       instead of all that: ONNX Runtime on netc's graph against the graph that PyTorch exported into FOLDER
 *                                        (made by: python bench/onnx_peer.py FOLDER; minutes, some 6 GB of memory)
 *   npm run bench -- --tfjs 20           instead of all that: the TensorFlow.js target: transposes left by its layout, and steps against the same model
 *                                        written by hand; with NETC_TFJS_NODE=FOLDER on the native binding too (bench/tfjs.ts, which also has --full)
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, normalize } from "node:path";
import { parseArgs } from "node:util";
import { createCompilation } from "../compiler/compilation.ts";
import { costOf, sizeAt } from "../compiler/cost.ts";
import { formatEdits } from "../grammar/format/edits.ts";
import { format } from "../grammar/format/format.ts";
import { parse } from "../grammar/parse.ts";
import { createSourceFile } from "../grammar/source.ts";
import { scaling, writePlot } from "./scaling.ts";
import { fuzzPairs } from "../test/dims/fuzz/pairs.ts";

const { values: options } = parseArgs({
  options: { pairs: { type: "string", default: "20000" }, peer: { type: "string" }, runs: { type: "string", default: "5" }, mutations: { type: "string" }, programs: { type: "string" }, editing: { type: "string" }, tfjs: { type: "string" }, recovery: { type: "boolean" }, corpus: { type: "boolean" }, step: { type: "string" }, from: { type: "string" }, "onnx-every": { type: "string" } },
});
const model = "models/cd2fsan.net";
const host = { read: (name: string) => (existsSync(name) ? readFileSync(name, "utf8") : undefined), resolve: (from: string, importer: string) => normalize(join(importer, "..", from)) };
const median = (list: readonly number[]): number => [...list].sort((a, b) => a - b)[list.length >> 1];
const table = (rows: readonly (readonly string[])[]): void => {
  console.log(`| ${rows[0].join(" | ")} |\n|${rows[0].map((_, i) => (i === 0 ? "---" : "---:")).join("|")}|`);
  for (const row of rows.slice(1)) console.log(`| ${row.join(" | ")} |`);
  console.log();
};

/** A command of Node as a process of its own. */
function command(args: readonly string[]): { seconds: number; output: string } {
  const begin = performance.now();
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`node ${args.join(" ")} failed:\n${stderr}`);
  return { seconds: (performance.now() - begin) / 1000, output: stdout };
}

function costs(): void {
  console.log("## CD2FSAN: parameters and multiply-accumulates, 480 × 480, 22 words, batch 1\n");
  const compilation = createCompilation(host, [model]);
  const rows = [["variant", "parameters", "GMACs", "paper"]];
  for (const variant of compilation.variantsOf(compilation.models[0]).slice(1)) {
    const cost = costOf(compilation.lower(compilation.models[0], variant).graph);
    const one = new Map([["B", 1]]);
    const [parameters, macs] = [sizeAt(cost.parameters, one), sizeAt(cost.macs, one) / 1e9];
    const paper = variant.name === "g" ? `197.54 M (${((parameters / 197.54e6 - 1) * 100).toFixed(2)} %), 148.20 G (${((macs / 148.2 - 1) * 100).toFixed(2)} %)` : "";
    rows.push([`${variant.name} ${variant.title}`, parameters.toLocaleString("en-US"), macs.toFixed(3), paper]);
  }
  table(rows);
}

function checking(): void {
  console.log("## Checking models/cd2fsan.net, all variants\n");
  const times: number[] = [];
  for (let i = 0; i < 240; i++) {
    const begin = performance.now();
    createCompilation(host, [model]).diagnostics();
    times.push(performance.now() - begin);
  }
  const cold = Array.from({ length: 5 }, () => command(["bin/netc.mjs", "check", model, "--quiet"]).seconds * 1000);
  const empty = Array.from({ length: 5 }, () => command(["-e", "0"]).seconds * 1000);
  table([
    ["", "median ms", "target"],
    ["warm, in one process (last 60 of 240)", median(times.slice(180)).toFixed(1), "50"],
    ["cold, `netc check` as a command (5 runs)", median(cold).toFixed(0), "500"],
    ["node itself, doing nothing (5 runs)", median(empty).toFixed(0), ""],
  ]);
}

function formatting(): void {
  console.log("## Formatting models/cd2fsan.net\n");
  const text = readFileSync(model, "utf8");
  const timed = (run: () => void): number => {
    const times = Array.from({ length: 240 }, () => {
      const begin = performance.now();
      run();
      return performance.now() - begin;
    });
    return median(times.slice(180));
  };
  table([
    ["", "median ms", "target"],
    ["warm, in one process (last 60 of 240)", timed(() => format(text)).toFixed(1), "20"],
    ["of which parsing", timed(() => parse(createSourceFile(model, text))).toFixed(1), ""],
    ["as edits, of a text that is indented otherwise", timed(() => formatEdits(text.replaceAll("\n  ", "\n    "))).toFixed(1), ""],
  ]);
}

/** The examples, the zoo and the models: each warm, and all of them as one command. */
function corpus(): void {
  console.log("## Checking the corpus\n");
  const files = ["models", "examples", "examples/zoo"].flatMap((folder) => readdirSync(folder).filter((name) => name.endsWith(".net")).map((name) => `${folder}/${name}`));
  const warm = files.map((file) => {
    const times = Array.from({ length: 12 }, () => {
      const begin = performance.now();
      createCompilation(host, [file]).diagnostics();
      return performance.now() - begin;
    });
    return { file, lines: readFileSync(file, "utf8").split("\n").length, time: median(times.slice(4)) };
  });
  const largest = warm.reduce((a, b) => (b.lines > a.lines ? b : a));
  const slowest = warm.reduce((a, b) => (b.time > a.time ? b : a));
  const cold = Array.from({ length: 5 }, () => command(["bin/netc.mjs", "check", ...files, "--quiet"]).seconds);
  table([
    ["", "measured", "target"],
    [`warm, the largest file (${largest.file}, ${largest.lines} lines)`, `${largest.time.toFixed(1)} ms`, "50 ms"],
    [`warm, the slowest file (${slowest.file}, ${slowest.lines} lines)`, `${slowest.time.toFixed(1)} ms`, ""],
    [`all ${files.length} files, one cold command`, `${median(cold).toFixed(2)} s`, "2 s"],
  ]);
  const points = scaling();
  writePlot(points, "docs/scaling.svg");
  table([["lines", "ms", "ms for 1,000 lines"], ...points.map(({ lines, milliseconds }) => [String(lines), milliseconds.toFixed(1), ((milliseconds / lines) * 1000).toFixed(1)])]);
}

function building(): void {
  console.log("## Building variant g for ONNX\n");
  const folder = mkdtempSync(join(tmpdir(), "netc-bench-"));
  try {
    const measure = (args: readonly string[]): { seconds: number; peak: number } => {
      const { seconds, output } = command(["--input-type=module", "-e", childSource, ...args]);
      return { seconds, peak: Number(JSON.parse(output.trim().split("\n").pop()!).peak) };
    };
    const build = (extra: readonly string[], name: string): { seconds: number; peak: number } => measure(["build", model, "--variant", "g", "-q", "-o", join(folder, name), ...extra]);
    const without = build(["--no-weights"], "bare.onnx");
    const seeded = build([], "g.onnx");
    const weights = statSync(join(folder, "g.onnx.data")).size;
    table([
      ["", "seconds", "peak memory", "target"],
      ["without weights (a whole command)", without.seconds.toFixed(2), `${(without.peak / 2 ** 20).toFixed(0)} MiB`, "1 s"],
      ["with seeded weights", seeded.seconds.toFixed(2), `${(seeded.peak / 2 ** 20).toFixed(0)} MiB = ${(seeded.peak / weights).toFixed(2)} × the weights`, "15 s, 2.5 ×"],
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs the command line in this process and prints its peak memory at the end. */
const childSource = `process.argv.splice(1, 0, "netc"); process.on("exit", () => console.log(JSON.stringify({ peak: process.resourceUsage().maxRSS * 1024 }))); await import("${join(process.cwd(), "bin", "netc.mjs")}");`;

function solver(count: number): void {
  console.log(`## The solver: ${count.toLocaleString("en-US")} random pairs of sizes against plain evaluation\n`);
  const begin = performance.now();
  const report = fuzzPairs(12345, count);
  const seconds = (performance.now() - begin) / 1000;
  const rows = [["", ""]];
  for (const [name, value] of Object.entries(report)) {
    if (value instanceof Map) for (const [truthAndVerdict, cases] of value) rows.push([`${name}: ${truthAndVerdict}`, String(cases)]);
    else rows.push([name, Array.isArray(value) ? String(value.length) : typeof value === "number" ? String(Math.round(value * 10) / 10) : String(value)]);
  }
  rows.push(["seconds, oracle included", seconds.toFixed(1)]);
  table(rows);
}

function peers(folder: string): void {
  console.log("## ONNX Runtime: netc's graph of variant g against PyTorch's export of the same model\n");
  const own = mkdtempSync(join(tmpdir(), "netc-bench-"));
  try {
    command(["bin/netc.mjs", "build", model, "--variant", "g", "-q", "-o", join(own, "free.onnx")]);
    command(["bin/netc.mjs", "build", model, "--variant", "g", "--batch", "1", "-q", "-o", join(own, "fixed.onnx")]);
    const rows = [["case", "netc s", "PyTorch export s", "ratio", "netc peak GiB", "peer peak GiB", "ratio"]];
    for (const [label, netc, peer, batch] of [
      ["batch 1 fixed", "fixed.onnx", "fixed.onnx", 1],
      ["free batch at 1", "free.onnx", "free.onnx", 1],
      ["free batch at 2", "free.onnx", "free.onnx", 2],
      ["free batch at 3", "free.onnx", "free.onnx", 3],
    ] as const) {
      // In turn, A B A B, so that a drift of the machine meets both.
      const runs = Number(options.runs);
      const one = (path: string, i64: boolean): { times: number[]; peak: number } =>
        JSON.parse(spawnSync(process.execPath, ["scripts/run-ts.mjs", "bench/onnx-child.ts", path, String(batch), String(runs)], { encoding: "utf8", env: { ...process.env, ...(i64 ? { NETC_BENCH_I64: "1" } : {}) } }).stdout);
      const results = [0, 1].map(() => [one(join(own, netc), false), one(join(folder, peer), true)] as const);
      const a = median(results.flatMap(([mine]) => mine.times)) / 1000;
      const b = median(results.flatMap(([, theirs]) => theirs.times)) / 1000;
      const [pa, pb] = [Math.max(...results.map(([mine]) => mine.peak)) / 2 ** 30, Math.max(...results.map(([, theirs]) => theirs.peak)) / 2 ** 30];
      rows.push([label, a.toFixed(2), b.toFixed(2), (a / b).toFixed(2), pa.toFixed(2), pb.toFixed(2), (pa / pb).toFixed(2)]);
    }
    table(rows);
    console.log(`(peer files from ${basename(folder)}; each case twice in turn, ${options.runs} runs after a warm-up; memory is the whole process)\n`);
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

const asked = await (await import("./soundness.ts")).soundness(options, table);
if (asked !== undefined) process.exit(asked);
if (options.tfjs) process.exit(spawnSync(process.execPath, ["scripts/run-ts.mjs", "bench/tfjs.ts", options.tfjs], { stdio: "inherit" }).status ?? 1);
if (options.mutations) process.exit(await import("./mutation.ts").then(({ mutations }) => mutations(Number(options.mutations), table)));
if (options.editing) process.exit(await import("./editing.ts").then(({ editing }) => editing(Number(options.editing), Number(options.step ?? 1), table)));
if (options.peer) {
  peers(options.peer);
  process.exit(0);
}
checking();
formatting();
corpus();
costs();
building();
solver(Number(options.pairs));
console.log("(no --peer FOLDER: ONNX Runtime was not compared with PyTorch's export)");
