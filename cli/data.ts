/** `netc data`: what a data folder holds and whether a model can be trained on it; `netc data generate`: the synthetic set. */
import { dataContractOf, type DataContract } from "../compiler/training/data-contract.ts";
import { hasArrays } from "../runtime/data/arrays/array-set.ts";
import { checkDataSet, type DataReport, type Finding } from "../runtime/data/check.ts";
import { contactSheet, spread } from "../runtime/data/contact-sheet.ts";
import { DataError } from "../runtime/data/errors.ts";
import { formats, openDataSet, samplesOf } from "../runtime/data/formats/recognise.ts";
import { generateDataSet } from "../runtime/data/generate/generate.ts";
import type { LayoutName } from "../runtime/data/generate/layouts.ts";
import { ContractError, rolesOf, type Roles } from "../runtime/data/roles.ts";
import type { DataSet } from "../runtime/data/sample.ts";
import { formatPng } from "../runtime/pictures.ts";
import { dataOfArrays } from "./data-arrays.ts";
import { ProgramError } from "./errors.ts";
import { endProgress, grouped, progress, writeWhole } from "./output.ts";
import { chooseModel, chooseVariant, loadChecked } from "./select.ts";
import { layOut } from "../runtime/reports/columns.ts";

export interface DataOptions {
  readonly model?: string;
  readonly split?: string;
  readonly format: "human" | "json";
  readonly contactSheet?: string;
  readonly samples: number;
}

/** Findings that are printed for people; JSON has all. */
const mostPrinted = 40;

export async function data(folder: string, options: DataOptions): Promise<number> {
  const contract = options.model === undefined ? undefined : contractOfModel(options.model);
  return explained(async () => {
    if (hasArrays(folder)) return dataOfArrays(folder, options, contract);
    const roles = contract && rolesOfModel(options.model!, contract);
    const dataSet = openDataSet(folder);
    const samples = options.split === undefined ? dataSet.samples : samplesOf(dataSet, options.split);
    const report = await checkDataSet(dataSet, samples, roles, lasting("checking", samples.length));
    endProgress();
    if (options.contactSheet) writeWhole(options.contactSheet, [formatPng(await contactSheet(spread(samples, options.samples)))]);
    process.stdout.write(options.format === "json" ? jsonOf(dataSet, report) : textOf(dataSet, report, options));
    return report.findings.some((finding) => finding.severity === "error") ? 1 : 0;
  });
}

export interface GenerateCommandOptions {
  readonly layout: LayoutName;
  readonly count: number;
  readonly size: number;
  readonly seed: number;
  readonly easy?: boolean;
  readonly force?: boolean;
  readonly quiet?: boolean;
}

export async function generate(folder: string, { quiet, ...options }: GenerateCommandOptions): Promise<number> {
  return explained(async () => {
    await generateDataSet(folder, { ...options, progress: lasting("drawing", options.count) });
    endProgress();
    if (!quiet) process.stdout.write(`wrote ${folder}: ${grouped(options.count)} samples of ${options.size} × ${options.size} in the layout of ${formats.find((format) => format.name === options.layout)!.title}\n`);
    return 0;
  });
}

function contractOfModel(file: string): DataContract {
  const compilation = loadChecked([file], "human");
  const model = chooseModel(compilation, undefined);
  const contract = dataContractOf(compilation, model, chooseVariant(compilation, model, undefined, []));
  if (!contract) throw new ProgramError(`${file}: ${model.name.text} has no training section with data`, "write `train NAME { data folder(split: train) { … } … }`");
  return contract;
}

function rolesOfModel(file: string, contract: DataContract): Roles {
  try {
    return rolesOf(contract);
  } catch (error) {
    if (error instanceof ContractError) throw new ProgramError(`${file}: ${error.message}`);
    throw error;
  }
}

async function explained(action: () => Promise<number>): Promise<number> {
  try {
    return await action();
  } catch (error) {
    endProgress();
    if (error instanceof DataError) throw new ProgramError(error.message, error.help);
    throw error;
  }
}

/** Progress with rate and time left, from the second second on. */
function lasting(what: string, total: number): (done: number) => void {
  const start = performance.now();
  let last = 0;
  return (done) => {
    const seconds = (performance.now() - start) / 1000;
    if (seconds < 1 || seconds - last < 0.2) return;
    last = seconds;
    progress(`${what} ${done} of ${total}: ${(done / seconds).toFixed(0)} a second, ${Math.ceil(((total - done) * seconds) / done)} s left`);
  };
}

const percent = (share: number): string => `${(100 * share).toFixed(share < 0.01 ? 2 : 1)} %`;

function textOf(dataSet: DataSet, report: DataReport, options: DataOptions): string {
  const title = formats.find((format) => format.name === dataSet.format)!.title;
  const lines = [`${dataSet.folder}: ${title}`, ""];
  const rows = report.splits.map(({ split, samples, pictures, sizes, shares, tokens }) => [
    split, grouped(samples), grouped(pictures), sizes.length ? `${sizes[0][0]}${sizes.length > 1 ? ` and ${sizes.length - 1} more` : ""}` : "-", shares ? shares.map(percent).join(", ") : "-", tokens.join(", "),
  ]);
  lines.push(...layOut([["split", "samples", "pictures", "size (height × width)", "mask: least, median, most", "tokens: median, most"], ...rows], false));
  const categories = [...new Set(report.splits.flatMap((split) => split.categories.map(([name]) => name)))].sort();
  if (categories.length) {
    const count = (name: string, split: DataReport["splits"][number]): string => String(split.categories.find(([own]) => own === name)?.[1] ?? 0);
    lines.push("", ...layOut([["category", ...report.splits.map(({ split }) => split)], ...categories.map((name) => [name, ...report.splits.map((split) => count(name, split))])], false));
  }
  lines.push("");
  for (const finding of report.findings.slice(0, mostPrinted)) lines.push(`${finding.severity}: ${finding.message}`);
  if (report.findings.length > mostPrinted) lines.push(`… and ${grouped(report.findings.length - mostPrinted)} more; --format json lists all`);
  const many = (severity: Finding["severity"]): number => report.findings.filter((finding) => finding.severity === severity).length;
  const counted = (count: number, word: string): string => `${grouped(count)} ${word}${count === 1 ? "" : "s"}`;
  lines.push(`${report.findings.length ? `${counted(many("error"), "error")}, ${counted(many("warning"), "warning")}` : "every sample is well"}${options.model ? `, checked against ${options.model}` : ""}`);
  if (options.contactSheet) lines.push(`contact sheet: ${options.contactSheet}`);
  return `${lines.join("\n")}\n`;
}

const jsonOf = (dataSet: DataSet, report: DataReport): string =>
  `${JSON.stringify({
    version: 1, folder: dataSet.folder, format: dataSet.format,
    splits: report.splits.map((split) => ({ ...split, categories: Object.fromEntries(split.categories), sizes: Object.fromEntries(split.sizes) })),
    findings: report.findings,
  })}\n`;
