/** What metrics are called in logs and tables, how they are printed, and which direction is better: one row for each kind. */
import type { MetricRequest } from "../../compiler/training/description.ts";
import type { SegmentationFigures } from "./segmentation.ts";

interface MetricKind {
  readonly fits: (name: string) => boolean;
  readonly better: "higher" | "lower";
  readonly unit: "percent" | "number";
  readonly meaning: string;
}

const kinds: readonly MetricKind[] = [
  { fits: (name) => name === "oIoU", better: "higher", unit: "percent", meaning: "all intersections over all unions" },
  { fits: (name) => name === "mIoU", better: "higher", unit: "percent", meaning: "mean over samples of intersection over union" },
  { fits: (name) => /^Pr@\d/.test(name), better: "higher", unit: "percent", meaning: "share of samples whose IoU is greater than this" },
  { fits: (name) => name === "accuracy", better: "higher", unit: "percent", meaning: "share of right answers" },
  { fits: (name) => name === "perplexity", better: "lower", unit: "number", meaning: "e to the mean loss" },
  { fits: (name) => name === "loss", better: "lower", unit: "number", meaning: "mean loss" },
];

function kindOf(name: string): MetricKind {
  const kind = kinds.find(({ fits }) => fits(name));
  if (!kind) throw new RangeError(`there is no metric ${name}; known are oIoU, mIoU, Pr@X, accuracy, perplexity and loss`);
  return kind;
}

/** One line on what a metric is. The functions below throw a RangeError for a name that is no metric, as this does. */
export const meaningOf = (name: string): string => kindOf(name).meaning;

export const betterDirection = (name: string): "higher" | "lower" => kindOf(name).better;

/** Whether `value` is better than `other`; every number is better than NaN. */
export function isBetter(name: string, value: number, other: number): boolean {
  if (Number.isNaN(value)) return false;
  if (Number.isNaN(other)) return true;
  return kindOf(name).better === "higher" ? value > other : value < other;
}

/** What a reader calls the unit: shares are printed in percent. */
export const unitOf = (name: string): "percent" | "number" => kindOf(name).unit;

/** The number that is printed for a value: 78.43 for a share of 0.7843. */
export const printedValue = (name: string, value: number): number => (kindOf(name).unit === "percent" ? 100 * value : value);

/** Two digits, as the paper's tables. */
export const printMetric = (name: string, value: number): string => (Number.isFinite(value) ? printedValue(name, value).toFixed(2) : "–");

/** `Pr@0.5` */
export const precisionName = (at: number): string => `Pr@${Number(at.toPrecision(6))}`;

/** The names of what a training section asks for, in its order: `precision@[0.5, 0.6]` are two. */
export const metricNames = (requests: readonly MetricRequest[]): readonly string[] => requests.flatMap(({ name, at }) => (name === "precision" ? at.map(precisionName) : [name]));

/** The figures of a segmentation by their names. */
export const namedFigures = ({ oIoU, mIoU, precision }: SegmentationFigures): ReadonlyMap<string, number> =>
  new Map([["oIoU", oIoU], ["mIoU", mIoU], ...precision.map(({ at, share }) => [precisionName(at), share] as const)]);
