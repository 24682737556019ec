/** The curves of a run, from its log: loss, learning rate, and validation by the metrics' names; and those of all rows of an ablation in one chart. */
import { betterDirection, printedValue, unitOf } from "../metrics/names.ts";
import type { Chart, Series } from "./chart.ts";
import type { MetricsTable } from "./csv.ts";

/** Columns that a log may have beside its metrics. */
export const logColumns = { loss: "loss", rate: "rate", validationLoss: "validation loss" } as const;

const metricPattern = /^(oIoU|mIoU|Pr@[\d.]+|accuracy|perplexity)$/;

/** Charts of what the log has: training and validation loss, the rate, metrics in percent together but precisions by themselves, other metrics each in its own. */
export function chartsOf(log: MetricsTable): readonly Chart[] {
  const xLabel = "step";
  const charts: Chart[] = [];
  const loss = seriesOf(log, logColumns.loss, "training");
  const validation = seriesOf(log, logColumns.validationLoss, "validation");
  if (loss.points.length || validation.points.length) charts.push({ title: "Loss", xLabel, series: [...(loss.points.length ? smoothed(loss) : []), ...(validation.points.length ? [validation] : [])] });
  const names = log.columns.filter((name) => metricPattern.test(name));
  const percents = names.filter((name) => unitOf(name) === "percent").map((name) => seriesOf(log, name, name, (value) => printedValue(name, value))).filter(({ points }) => points.length);
  // Precisions by themselves: seven lines in one chart would hide each other.
  const isPrecision = ({ name }: Series): boolean => name.startsWith("Pr@");
  for (const [title, series] of [["Validation", percents.filter((each) => !isPrecision(each))], ["Validation: precision", percents.filter(isPrecision)]] as const) {
    if (series.length) charts.push({ title, xLabel, unit: " %", fromZero: true, series });
  }
  for (const name of names.filter((name) => unitOf(name) === "number")) {
    const series = seriesOf(log, name, name);
    if (series.points.length) charts.push({ title: `Validation: ${name}`, xLabel, series: [series] });
  }
  const rate = seriesOf(log, logColumns.rate, "learning rate");
  const positive = rate.points.map(({ y }) => y).filter((y) => y > 0);
  const [least, greatest] = positive.reduce(([least, greatest], y) => [Math.min(least, y), Math.max(greatest, y)], [Infinity, -Infinity]);
  if (rate.points.length) charts.push({ title: "Learning rate", xLabel, isLogarithmic: positive.length === rate.points.length && greatest / least > 20, fromZero: true, series: [rate] });
  return charts;
}

/** The learning curves of several runs in one chart: `metric` on the validation split, by step. */
export function comparisonChart(title: string, metric: string, runs: readonly { readonly name: string; readonly log: MetricsTable }[]): Chart {
  const isShare = unitOf(metric) === "percent";
  return { title, xLabel: "step", ...(isShare ? { unit: " %" } : {}), fromZero: betterDirection(metric) === "higher", series: runs.map(({ name, log }) => seriesOf(log, metric, name, (value) => printedValue(metric, value))) };
}

function seriesOf({ rows }: MetricsTable, column: string, name: string, printed: (value: number) => number = (value) => value): Series {
  return { name, points: rows.flatMap((row) => (typeof row["step"] === "number" && typeof row[column] === "number" ? [{ x: row["step"], y: printed(row[column]) }] : [])) };
}

/** Few values as they are; of many, a pale line of all and the mean around each, which unlike a running mean does not lag behind. */
function smoothed(loss: Series): readonly Series[] {
  const { points } = loss;
  if (points.length < 40) return [loss];
  const half = Math.ceil(points.length / 80);
  const [sums, counts] = [[0], [0]];
  points.forEach(({ y }, i) => {
    sums.push(sums[i] + (Number.isFinite(y) ? y : 0));
    counts.push(counts[i] + (Number.isFinite(y) ? 1 : 0));
  });
  const mean = points.map(({ x }, i) => {
    const [from, to] = [Math.max(0, i - half), Math.min(points.length, i + half + 1)];
    return { x, y: (sums[to] - sums[from]) / (counts[to] - counts[from]) };
  });
  return [{ ...loss, name: "each step", isFaint: true }, { name: "training", points: mean }];
}
