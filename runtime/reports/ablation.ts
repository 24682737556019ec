/** What an ablation found, as plain data, and what its tables say of each cell: mean and deviation over seeds, the difference from the base row, the best. */
import { isBetter, printMetric, printedValue } from "../metrics/names.ts";

export interface AblationRow {
  /** `a`; tables print `(a)`. */
  readonly name: string;
  readonly title: string;
  /** The row that it differs from by what its title says. */
  readonly base?: string;
  /** By split, one record for each seed: values of metrics by their names. A split without records was not computed. */
  readonly results: Readonly<Record<string, readonly Readonly<Record<string, number>>[]>>;
}

export interface Ablation {
  readonly title: string;
  /** `validation`, `test`, in the order of the columns. */
  readonly splits: readonly string[];
  readonly metrics: readonly string[];
  readonly rows: readonly AblationRow[];
}

export interface AblationCell {
  /** Number of seeds that have a value. */
  readonly seeds: number;
  readonly mean: number;
  /** Over seeds, of a sample (n - 1); undefined with one seed. */
  readonly deviation?: number;
  /** Mean minus that of the base row; undefined without a base, or where it has no value. */
  readonly difference?: number;
  /** Whether no row is printed with a better mean; never where one row alone has a value. */
  readonly isBest: boolean;
}

/** Undefined where nothing was computed. Throws a RangeError when the base row is not there. */
export function cellOf(ablation: Ablation, row: AblationRow, split: string, metric: string): AblationCell | undefined {
  const { mean, deviation, seeds } = statisticsOf(row, split, metric);
  if (seeds === 0) return undefined;
  const base = baseOf(ablation, row);
  const ofBase = base && statisticsOf(base, split, metric);
  const printed = ablation.rows.map((each) => statisticsOf(each, split, metric)).filter((each) => each.seeds > 0).map((each) => Number(printMetric(metric, each.mean)));
  const own = Number(printMetric(metric, mean));
  return {
    seeds, mean,
    ...(deviation === undefined ? {} : { deviation }),
    ...(ofBase && ofBase.seeds > 0 ? { difference: mean - ofBase.mean } : {}),
    isBest: printed.length > 1 && !Number.isNaN(own) && !printed.some((other) => isBetter(metric, other, own)),
  };
}

export function baseOf({ rows }: Ablation, { name, base }: AblationRow): AblationRow | undefined {
  if (base === undefined) return undefined;
  const found = rows.find((row) => row.name === base);
  if (!found) throw new RangeError(`row ${name} is compared with row ${base}, which is not there`);
  return found;
}

function statisticsOf(row: AblationRow, split: string, metric: string): { readonly seeds: number; readonly mean: number; readonly deviation?: number } {
  const values = (row.results[split] ?? []).map((record) => record[metric]).filter((value) => value !== undefined);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length < 2) return { seeds: values.length, mean };
  return { seeds: values.length, mean, deviation: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)) };
}

/** `57.82`, or `57.82 ± 0.41` */
export const meanText = (metric: string, { mean, deviation }: AblationCell): string => `${printMetric(metric, mean)}${deviation === undefined ? "" : ` ± ${printedValue(metric, deviation).toFixed(2)}`}`;

/** `+11.84`, `−0.30` */
export function differenceText(metric: string, difference: number): string {
  const text = printedValue(metric, Math.abs(difference)).toFixed(2);
  return `${Number(text) === 0 ? "±" : difference > 0 ? "+" : "−"}${text}`;
}
