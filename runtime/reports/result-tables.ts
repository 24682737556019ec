/** The tables of a report from what was counted: the model beside constant predictors, categories, sizes. */
import type { Baselines } from "../metrics/baseline.ts";
import { namedFigures, precisionName, printMetric } from "../metrics/names.ts";
import type { SegmentationFigures, SegmentationResult } from "../metrics/segmentation.ts";
import type { ReportTable } from "./report.ts";

export interface NamedResult {
  /** `validation, best weights` */
  readonly name: string;
  readonly result: SegmentationResult;
  /** On the same samples. */
  readonly baselines?: Baselines;
}

const namesOf = ({ precision }: SegmentationFigures): readonly string[] => [...precision.map(({ at }) => precisionName(at)), "oIoU", "mIoU"];
const cellsOf = (figures: SegmentationFigures): readonly string[] => {
  const named = namedFigures(figures);
  return namesOf(figures).map((name) => printMetric(name, named.get(name)!));
};

/** One table with a row for each result and the constant predictors under it, in the columns of the paper. All results have the same precisions. */
export function resultTable(results: readonly NamedResult[]): ReportTable {
  const rows = results.flatMap(({ name, result, baselines }) => [
    { cells: [name, String(result.samples), ...cellsOf(result)], isMain: true },
    ...(baselines ? ([["best constant mask", baselines.constantMask], ["foreground everywhere", baselines.everywhere], ["foreground nowhere", baselines.nowhere]] as const).map(([own, figures]) => ({ cells: [own, String(figures.samples), ...cellsOf(figures)] })) : []),
  ]);
  const hasBaselines = results.some(({ baselines }) => baselines);
  return {
    columns: ["", "samples", ...(results[0] ? namesOf(results[0].result) : [])], rows,
    note: `In percent. A pixel is foreground where its score is greater than ${results[0]?.result.threshold ?? 0}.${hasBaselines ? " Constant predictors say the same of every picture; the best constant mask is that of the training set." : ""}`,
  };
}

/** Sizes, and categories where there are some. */
export function detailTables({ sizes, categories, categoryMean }: SegmentationResult): readonly ReportTable[] {
  const columns = ["samples", "oIoU", "mIoU"];
  const figures = ({ samples, oIoU, mIoU }: SegmentationFigures): readonly string[] => [String(samples), printMetric("oIoU", oIoU), printMetric("mIoU", mIoU)];
  const bySize: ReportTable = {
    title: "By size", columns: ["share of the picture", ...columns],
    rows: sizes.map((bin) => ({ cells: [`${bin.name}, up to ${100 * bin.upTo} %`, ...figures(bin)] })),
  };
  if (!categories.length) return [bySize];
  const byCategory: ReportTable = {
    title: "By category", columns: ["category", ...columns],
    rows: [...categories.map((each) => ({ cells: [each.name, ...figures(each)] })), { cells: ["mean of the categories", "", "", printMetric("mIoU", categoryMean!)], isMain: true }],
  };
  return [bySize, byCategory];
}
