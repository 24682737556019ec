/** The tables of an ablation in the paper's layout, as Markdown, CSV and LaTeX: what was reached, and what each row adds to its base. */
import { printedValue } from "../metrics/names.ts";
import { cellOf, differenceText, meanText, type Ablation, type AblationRow } from "./ablation.ts";
import { lineOf } from "./csv.ts";
import { escapeLatex, escapeMarkdown } from "./escape.ts";

const missing = "–";
const label = ({ name }: AblationRow): string => `(${name})`;
const seedsText = ({ rows, splits }: Ablation): string => {
  const most = Math.max(0, ...rows.flatMap((row) => splits.map((split) => (row.results[split] ?? []).length)));
  return most > 1 ? `Mean ± standard deviation over ${most} seeds, in percent; the best in bold.` : "In percent; the best in bold.";
};
const compared = ({ rows }: Ablation): readonly AblationRow[] => rows.filter(({ base }) => base !== undefined);

/** One table for each split, and under it the differences. */
export function markdownTable(ablation: Ablation): string {
  const { title, splits, metrics, rows } = ablation;
  const lines = [`## ${escapeMarkdown(title)}`, "", seedsText(ablation)];
  for (const split of splits) {
    const results = rows.map((row) => [
      `${label(row)} ${escapeMarkdown(row.title)}`,
      ...metrics.map((metric) => {
        const cell = cellOf(ablation, row, split, metric);
        return cell ? (cell.isBest ? `**${meanText(metric, cell)}**` : meanText(metric, cell)) : missing;
      }),
    ]);
    lines.push("", `### ${escapeMarkdown(split)}`, "", ...markdownRows([["row", ...metrics], ...results]));
    const differences = compared(ablation).map((row) => [`${label(row)} − (${row.base})`, ...metrics.map((metric) => differenceOf(ablation, row, split, metric))]);
    if (differences.length) lines.push("", "Differences from the base row:", "", ...markdownRows([["row", ...metrics], ...differences]));
  }
  return `${lines.join("\n")}\n`;
}

function markdownRows(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  const line = (row: readonly string[]): string => `| ${row.map((text, i) => (i === 0 ? text.padEnd(widths[i]) : text.padStart(widths[i]))).join(" | ")} |`;
  return [line(rows[0]), `|${widths.map((width, i) => (i === 0 ? "-".repeat(width + 2) : `${"-".repeat(width + 1)}:`)).join("|")}|`, ...rows.slice(1).map(line)];
}

function differenceOf(ablation: Ablation, row: AblationRow, split: string, metric: string): string {
  const difference = cellOf(ablation, row, split, metric)?.difference;
  return difference === undefined ? missing : differenceText(metric, difference);
}

/** One line a row; for each split and metric: mean, deviation, difference and number of seeds, in the unit that is printed, four digits. */
export function csvTable(ablation: Ablation): string {
  const columns = ablation.splits.flatMap((split) => ablation.metrics.map((metric) => ({ split, metric })));
  const header = ["row", "title", "base", ...columns.flatMap(({ split, metric }) => ["", " deviation", " difference", " seeds"].map((suffix) => `${split} ${metric}${suffix}`))];
  const lines = ablation.rows.map((row) => [
    row.name, row.title, row.base,
    ...columns.flatMap(({ split, metric }) => {
      const cell = cellOf(ablation, row, split, metric);
      const number = (value: number | undefined): number | undefined => (value === undefined ? undefined : Number(printedValue(metric, value).toFixed(4)));
      return cell ? [number(cell.mean), number(cell.deviation), number(cell.difference), cell.seeds] : [undefined, undefined, undefined, 0];
    }),
  ]);
  return [header, ...lines].map(lineOf).join("");
}

/** Two floats for a page of two columns, with the rules of the package booktabs. */
export function latexTable(ablation: Ablation): string {
  const { title, splits, metrics, rows } = ablation;
  const results = rows.map((row) => [
    `${label(row)} ${escapeLatex(row.title)}`,
    ...splits.flatMap((split) =>
      metrics.map((metric) => {
        const cell = cellOf(ablation, row, split, metric);
        if (!cell) return escapeLatex(missing);
        const text = escapeLatex(meanText(metric, cell));
        return cell.isBest ? `\\textbf{${text}}` : text;
      }),
    ),
  ]);
  const differences = compared(ablation).map((row) => [
    `${label(row)} $-$ (${escapeLatex(row.base!)})`,
    ...splits.flatMap((split) => metrics.map((metric) => escapeLatex(differenceOf(ablation, row, split, metric)))),
  ]);
  const parts = ["% \\usepackage{booktabs}", ...latexFloat(ablation, `${escapeLatex(title)}. ${escapeLatex(seedsText(ablation))}`, results)];
  if (differences.length) parts.push("", ...latexFloat(ablation, `${escapeLatex(title)}: differences from the base row.`, differences));
  return `${parts.join("\n")}\n`;
}

function latexFloat({ splits, metrics }: Ablation, caption: string, body: readonly (readonly string[])[]): readonly string[] {
  const first = (at: number): number => 2 + at * metrics.length;
  const row = (cells: readonly string[]): string => `    ${cells.join(" & ")} \\\\`;
  return [
    "\\begin{table*}",
    "  \\centering",
    `  \\caption{${caption}}`,
    `  \\begin{tabular}{l${splits.map(() => "r".repeat(metrics.length)).join("")}}`,
    "    \\toprule",
    row(["", ...splits.map((split) => `\\multicolumn{${metrics.length}}{c}{${escapeLatex(split)}}`)]),
    `    ${splits.map((_, at) => `\\cmidrule(lr){${first(at)}-${first(at) + metrics.length - 1}}`).join(" ")}`,
    row(["", ...splits.flatMap(() => metrics.map(escapeLatex))]),
    "    \\midrule",
    ...body.map(row),
    "    \\bottomrule",
    "  \\end{tabular}",
    "\\end{table*}",
  ];
}
