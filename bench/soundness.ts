/**
 * `npm run bench -- --programs 10000`, `--recovery`, `--corpus`: soundness and recovery in their large budgets. Also on its own:
 *
 *   node scripts/run-ts.mjs bench/soundness.ts --programs 10000 [--from 0] [--onnx-every 3]
 *   node scripts/run-ts.mjs bench/soundness.ts --recovery [--step 1]
 *   node scripts/run-ts.mjs bench/soundness.ts --corpus
 *
 * The exit status is 1 where something failed.
 */
import { parseArgs } from "node:util";
import { campaign as recoveryCampaign, isNear, shown } from "../test/recovery/campaign.ts";
import { corpusFailures } from "../test/soundness/corpus-run.ts";
import { isAdvice, programCampaign } from "../test/soundness/campaign.ts";

type Table = (rows: readonly (readonly string[])[]) => void;

const share = (part: number, whole: number): string => `${part.toLocaleString("en-US")} (${((100 * part) / Math.max(whole, 1)).toFixed(2)} %)`;

/** Random well-typed programs, run. */
export async function programs(count: number, table: Table, from = 0, onnxEvery = 3): Promise<number> {
  const begin = performance.now();
  const done = await programCampaign({ from, count, onnxEvery, onnxOfBlocksEvery: 10 * onnxEvery, trainingEvery: 10, changes: 1, changesEvery: 2, wraps: 1, progress: (text) => console.error(text) });
  const { tally } = done;
  console.log(`## Soundness: ${count.toLocaleString("en-US")} random well-typed programs, run\n`);
  table([
    ["", ""],
    ["accepted by the checker", share(done.passed + done.failures.length, count)],
    ["refused", share(done.refused.filter(({ codes }) => !isAdvice(codes)).length, count)],
    ["refused for what they mean (NET0811 to NET0829), not for their sizes", share(done.refused.filter(({ codes }) => isAdvice(codes)).length, count)],
    ["refused although nothing contradicts it (NET0310, cannot prove)", String(done.refused.filter(({ codes }) => codes[0] === "NET0310").length)],
    ["the same with one small change: tried, still accepted, and run too", `${done.changed.toLocaleString("en-US")}, ${done.changedAccepted.toLocaleString("en-US")}`],
    ["failed", String(done.failures.length)],
    ["models built (variants, and blocks wrapped in models)", tally.variants.toLocaleString("en-US")],
    ["runs by the interpreter, every node's shape compared", tally.runs.toLocaleString("en-US")],
    ["nodes compared", tally.nodes.toLocaleString("en-US")],
    ["types of bindings compared, as built and as checked", `${tally.bindings.toLocaleString("en-US")} and ${tally.checkedTypes.toLocaleString("en-US")}`],
    ["runs in ONNX Runtime", tally.onnxRuns.toLocaleString("en-US")],
    ["outputs not compared: rounding every step moves them as far", tally.illConditioned.toLocaleString("en-US")],
    ["outputs not compared: not finite", tally.notFinite.toLocaleString("en-US")],
    ["wrapped blocks that the checker refuses at sizes that their facts admit", String(done.refusedWraps.length)],
    ["seconds", ((performance.now() - begin) / 1000).toFixed(0)],
  ]);
  for (const { seed, failure, text } of done.failures) console.log(`seed ${seed}: ${failure.kind} ${failure.where}: ${failure.what}\n${text}\n`);
  for (const { seed, codes, message } of done.refused) console.log(`refused, seed ${seed}: ${codes.join(" ")} ${message}`);
  for (const { seed, text } of done.refusedWraps.slice(0, 20)) console.log(`wrapping refused, seed ${seed}: ${text}`);
  return done.failures.length > 0 ? 1 : 0;
}

/** Every token of the corpus deleted, doubled, exchanged with the next. */
export function recovery(step: number, table: Table): number {
  const begin = performance.now();
  const figures = recoveryCampaign(step, 0, undefined, (name) => console.error(name));
  const broken = figures.mutants - figures.valid;
  const [one, two, three, more] = figures.diagnostics;
  const near = [...figures.distance].reduce((sum, [distance, count]) => sum + (isNear(distance) ? count : 0), 0);
  console.log(`## Recovery: ${figures.mutants.toLocaleString("en-US")} files with one token deleted, doubled or exchanged with the next\n`);
  table([
    ["", ""],
    ["threw", String(figures.threw.length)],
    ["still valid programs", share(figures.valid, figures.mutants)],
    ["one to three diagnostics, of the others", share(one + two + three, broken)],
    ["one, two, three, more", `${one}, ${two}, ${three}, ${more}`],
    ["first diagnostic near the place", share(near, broken)],
    ...[...figures.distance].map(([distance, count]): [string, string] => [`… ${distance}`, share(count, broken)]),
    ["first diagnostic far, a related place near", String(figures.relatedNear)],
    ["an item that does not use the broken one has other types", share(figures.lost.length, broken)],
    ["an item that uses one with a syntax error has other types", share(figures.lostUsers.length, broken)],
    ["slowest check, ms", figures.slowest.toFixed(0)],
    ["seconds", ((performance.now() - begin) / 1000).toFixed(0)],
  ]);
  for (const [title, cases] of [["threw", figures.threw], ["more than three", figures.many], ["far", figures.far], ["lost", figures.lost], ["users lost", figures.lostUsers]] as const) {
    console.log(`### ${title}: ${cases.length}\n`);
    for (const each of cases.slice(0, 400)) console.log(shown(each));
  }
  return figures.threw.length > 0 ? 1 : 0;
}

export async function corpus(table: Table): Promise<number> {
  const { failures, tally, models, blocks } = await corpusFailures({ mostInterpreted: 3e8, mostRun: 3e10, onnx: true, progress: (text) => console.error(text) });
  console.log("## Soundness: the corpus at the smallest sizes of its facts\n");
  table([["", ""], ["models", String(models)], ["blocks of the library, wrapped", String(blocks)], ["failed", String(failures.length)], ...Object.entries(tally).map(([name, count]): [string, string] => [name, String(count)])]);
  for (const failure of failures) console.log(failure);
  return failures.length > 0 ? 1 : 0;
}

/** Called by bench.ts; undefined where the options ask for nothing here. */
export async function soundness(options: { readonly programs?: string; readonly recovery?: boolean; readonly corpus?: boolean; readonly from?: string; readonly step?: string; readonly "onnx-every"?: string }, table: Table): Promise<number | undefined> {
  if (options.programs) return programs(Number(options.programs), table, Number(options.from ?? 0), Number(options["onnx-every"] ?? 3));
  if (options.recovery) return recovery(Number(options.step ?? 1), table);
  if (options.corpus) return corpus(table);
  return undefined;
}

if (/soundness\.mjs$/.test(process.argv[1] ?? "")) {
  const { values } = parseArgs({ options: { programs: { type: "string" }, from: { type: "string" }, "onnx-every": { type: "string" }, recovery: { type: "boolean" }, step: { type: "string" }, corpus: { type: "boolean" } } });
  const plain: Table = (rows) => console.log(rows.map((row) => `| ${row.join(" | ")} |`).join("\n").replace("\n", "\n|---|---:|\n") + "\n");
  process.exit((await soundness(values, plain)) ?? 2);
}
