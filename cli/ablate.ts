/** `netc ablate`: every row of an ablation, checked and costed before the first one starts, then trained, judged and tabulated. What is done already is not done again. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Ablation as AblationItem, Model } from "../grammar/ast.ts";
import { itemsOfKind } from "../compiler/check/program.ts";
import type { Compilation, Variant } from "../compiler/compilation.ts";
import { costOf, sizeAt } from "../compiler/cost.ts";
import { nearestName } from "../compiler/diagnostics/nearest.ts";
import { openTrainingData, type TrainingData } from "../runtime/data/training-data.ts";
import { metricNames } from "../runtime/metrics/names.ts";
import type { Ablation } from "../runtime/reports/ablation.ts";
import { chartFile } from "../runtime/reports/chart-style.ts";
import { comparisonChart } from "../runtime/reports/curves.ts";
import { readMetricsLog } from "../runtime/reports/csv.ts";
import { csvTable, latexTable, markdownTable } from "../runtime/reports/table.ts";
import { checkpointAt } from "../runtime/training/checkpoint.ts";
import { countOf } from "../runtime/training/shape.ts";
import { onInterrupt, teller } from "../runtime/training/telling.ts";
import { initialWeights } from "../runtime/training/trainer.ts";
import { firstValuesFrom } from "../runtime/parameters/weights-file.ts";
import { ProgramError, UsageError } from "./errors.ts";
import { endProgress, progress, short, writeWhole } from "./output.ts";
import { logOfRun } from "../runtime/training/run-records.ts";
import { chooseModel, loadChecked } from "./select.ts";
import { layOut } from "../runtime/reports/columns.ts";
import { machineOf, requireEngine, type EngineOptions, type PlannedMachine } from "./machine.ts";
import { completeWeights } from "./trained-weights.ts";
import { explained, judged, loaderOf, run, weightsOfRun, type Machine } from "./training-run.ts";

export interface AblateOptions extends EngineOptions {
  readonly model?: string;
  readonly data: string;
  readonly out?: string;
  readonly seeds: number;
  readonly rows?: string;
  readonly resume?: boolean;
  readonly weights?: string;
  readonly steps?: number;
  readonly batch?: number;
  readonly workers?: number;
  readonly quiet?: boolean;
}

interface Row {
  readonly variant: Variant;
  readonly base?: string;
  readonly machine: PlannedMachine;
  readonly macs: number;
}

/** What a run of a row reached, by split. */
type Results = Readonly<Record<string, Readonly<Record<string, number>>>>;

export async function ablate(file: string, table: string, options: AblateOptions): Promise<number> {
  const compilation = loadChecked([file], "human");
  const model = chooseModel(compilation, options.model);
  const ablation = ablationOf(compilation, model, table);
  const data = await explained(async () => (requireEngine(options), openTrainingData(options.data)));
  const rows = await rowsOf(compilation, model, ablation, options);
  if (!options.quiet && options.engine === "tfjs") process.stderr.write(`${rows[0].machine.lines.join("\n")}\n`);
  if (!options.quiet) process.stdout.write(`${layOut([["", "", "parameters", "trained", "GMACs"], ...rows.map(({ variant, machine: { program }, macs }) => [`(${variant.name})`, variant.title, short(count(program.parameters)), short(count(program.parameters.filter(({ isTrained }) => isTrained))), (macs / 1e9).toFixed(2)])], false).join("\n")}\n\n`);
  const out = options.out ?? join("runs", `${model.name.text}-${table}`);
  if (!options.resume && rows.some(({ variant }) => existsSync(join(out, variant.name)))) throw new ProgramError(`there is an ablation in ${out} already`, "go on with it: --resume; or begin another: --out FOLDER");
  const stop = onInterrupt();
  const found = new Map<string, Results[]>(rows.map(({ variant }) => [variant.name, []]));
  for (let seed = 0; seed < options.seeds; seed++) {
    for (const [i, row] of rows.entries()) {
      const label = `[${seed * rows.length + i + 1}/${rows.length * options.seeds}] (${row.variant.name}) `;
      const results = await resultsOf(row, data, join(out, row.variant.name, `seed-${seed}`), seed, label, options, stop.isStopped);
      if (!results) {
        process.stderr.write(`stopped in row (${row.variant.name}), and saved; go on with --resume\n`);
        return 130;
      }
      found.get(row.variant.name)!.push(results);
      writeTables(out, table, ablation, rows, found); // what there is so far
    }
  }
  stop.end();
  if (!options.quiet) process.stdout.write(`\n${markdownTable(tableOf(table, ablation, rows, found))}\n${["table.md", "table.csv", "table.tex", "curves.svg"].map((name) => join(out, name)).join(", ")}\n`);
  return 0;
}

const count = (some: readonly { readonly shape: readonly number[] }[]): number => some.reduce((sum, { shape }) => sum + countOf(shape), 0);

function ablationOf(compilation: Compilation, model: Model, name: string): AblationItem {
  const all = compilation.program.files.flatMap(({ tree, library }) => (library ? [] : itemsOfKind(tree, "Ablation"))).filter((item) => item.model.text === model.name.text);
  const found = all.find((item) => item.name.text === name);
  if (found) return found;
  const names = all.map((item) => item.name.text);
  const near = nearestName(name, names);
  throw new UsageError(names.length ? `${model.name.text} has no ablation ${name}; it has ${names.join(", ")}` : `${model.name.text} has no ablation`, near ? `did you mean ${near}?` : names.length ? undefined : `write \`ablation ${name} of ${model.name.text} { a "Baseline" = { … } }\``);
}

/** Every row with its program: what cannot be trained is found here. */
async function rowsOf(compilation: Compilation, model: Model, ablation: AblationItem, options: AblateOptions): Promise<readonly Row[]> {
  const wanted = options.rows?.split(",").map((name) => name.trim());
  const names = ablation.rows.map((row) => row.name.text);
  for (const name of wanted ?? []) {
    if (names.includes(name)) continue;
    const near = nearestName(name, names);
    throw new UsageError(`${ablation.name.text} has no row ${name}; it has ${names.join(", ")}`, near && `did you mean ${near}?`);
  }
  const variants = compilation.variantsOf(model).filter(({ table }) => table === ablation.name.text);
  const rows: Row[] = [];
  for (const variant of variants.filter(({ name }) => !wanted || wanted.includes(name))) {
    progress(`compiling row (${variant.name}) …`);
    const { graph } = compilation.lower(model, variant);
    const machine = await explained(() => machineOf(compilation, model, variant, options));
    rows.push({ variant, base: ablation.rows.find((own) => own.name.text === variant.name)?.base?.text, machine, macs: sizeAt(costOf(graph).macs, new Map([["B", 1]])) });
    endProgress();
  }
  return rows;
}

/** Trains a row where that is not done, and judges it; undefined when it was stopped. */
async function resultsOf({ machine }: Row, data: TrainingData, out: string, seed: number, label: string, options: AblateOptions, isStopped: () => boolean): Promise<Results | undefined> {
  const kept = join(out, "results.json");
  if (existsSync(kept)) return JSON.parse(readFileSync(kept, "utf8")) as Results;
  const initial = options.weights === undefined ? undefined : await explained(async () => firstValuesFrom(machine.program, options.weights!));
  const resume = checkpointAt(join(out, "checkpoints", "last")) !== undefined;
  const outcome = await run({ machine, data, out, seed, resume, steps: options.steps, workers: options.workers, initial, listener: teller(options.quiet ?? false, initial !== undefined, label), isStopped });
  endProgress();
  if (!outcome.isFinished) return undefined;
  const results = await explained(() => judgedSplits(machine, data, weightsOfRun(out), label, options));
  writeWhole(kept, [`${JSON.stringify(results, null, 2)}\n`]);
  return results;
}

async function judgedSplits(machine: Machine, data: TrainingData, path: string, label: string, options: AblateOptions): Promise<Results> {
  const { program } = machine;
  const weights = initialWeights(program, 0, completeWeights(program, path));
  const evaluator = await machine.evaluator();
  const results: Record<string, Readonly<Record<string, number>>> = {};
  try {
    for (const [split, name] of splitNames) {
      if (data.count(split) === 0) continue;
      const loader = loaderOf({ program, seed: 0, workers: options.workers }, data, split, false);
      const { figures } = await judged(program, evaluator, loader, weights, (done, of) => options.quiet || progress(`${label}judging ${name}: batch ${done} of ${of}`));
      await loader.close();
      endProgress();
      results[name] = Object.fromEntries(figures);
    }
  } finally {
    await evaluator.dispose();
  }
  return results;
}

const splitNames = [["val", "validation"], ["test", "test"]] as const;

function tableOf(title: string, ablation: AblationItem, rows: readonly Row[], found: ReadonlyMap<string, readonly Results[]>): Ablation {
  const splits = splitNames.map(([, name]) => name).filter((name) => [...found.values()].flat().some((results) => results[name]));
  const listed = metricNames(rows[0].machine.program.section.metrics);
  const metrics = [...listed.filter((name) => name.startsWith("Pr@")), ...listed.filter((name) => !name.startsWith("Pr@"))]; // as the paper's table 4
  return {
    title: `${ablation.model.text}, ${title}`, splits, metrics,
    rows: rows.map(({ variant, base }) => ({ name: variant.name, title: variant.title, base, results: Object.fromEntries(splits.map((split) => [split, found.get(variant.name)!.flatMap((results) => (results[split] ? [results[split]] : []))])) })),
  };
}

function writeTables(out: string, title: string, ablation: AblationItem, rows: readonly Row[], found: ReadonlyMap<string, readonly Results[]>): void {
  const table = tableOf(title, ablation, rows, found);
  writeWhole(join(out, "table.md"), [`${markdownTable(table)}\n`]);
  writeWhole(join(out, "table.csv"), [csvTable(table)]);
  writeWhole(join(out, "table.tex"), [latexTable(table)]);
  const [metric] = metricNames(rows[0].machine.program.section.metrics);
  const runs = rows.filter(({ variant }) => found.get(variant.name)!.length > 0).map(({ variant }) => ({ name: `(${variant.name})`, log: readMetricsLog(logOfRun(join(out, variant.name, "seed-0"))) }));
  if (metric) writeWhole(join(out, "curves.svg"), [chartFile(comparisonChart(table.title, metric, runs))]);
}
