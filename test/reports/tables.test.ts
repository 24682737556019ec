/** Tables of an ablation: statistics over seeds, differences, the best, and three ways to write them. */
import { describe, expect, it } from "vitest";
import { cellOf, differenceText, type Ablation } from "../../runtime/reports/ablation.ts";
import { csvTable, latexTable, markdownTable } from "../../runtime/reports/table.ts";

const metrics = ["Pr@0.5", "oIoU"];
const ablation: Ablation = {
  title: "table4 of CD2FSAN",
  splits: ["validation", "test"],
  metrics,
  rows: [
    { name: "a", title: "Baseline", results: { validation: [{ "Pr@0.5": 0.4, oIoU: 0.5 }, { "Pr@0.5": 0.44, oIoU: 0.5 }, { "Pr@0.5": 0.48, oIoU: 0.5 }], test: [{ "Pr@0.5": 0.4, oIoU: 0.3 }] } },
    { name: "b", title: "(a) + x_1 & 100% | *new*", base: "a", results: { validation: [{ "Pr@0.5": 0.64, oIoU: 0.49 }, { "Pr@0.5": 0.66, oIoU: 0.49 }], test: [{ "Pr@0.5": 0.4, oIoU: 0.35 }] } },
    { name: "c", title: "not run", base: "b", results: {} },
  ],
};

describe("a cell", () => {
  it("has mean, deviation of a sample, difference from its base and whether it is the best", () => {
    const [a, b, c] = ablation.rows;
    const first = cellOf(ablation, a, "validation", "Pr@0.5")!;
    expect(first.mean).toBeCloseTo(0.44, 12);
    expect(first.deviation).toBeCloseTo(0.04, 12);
    expect([first.seeds, first.difference, first.isBest]).toEqual([3, undefined, false]);
    const second = cellOf(ablation, b, "validation", "Pr@0.5")!;
    expect(second.difference).toBeCloseTo(0.21, 12);
    expect(second.isBest).toBe(true);
    // Two rows that are printed alike are both the best; one seed has no deviation.
    expect(ablation.rows.slice(0, 2).map((row) => cellOf(ablation, row, "test", "Pr@0.5"))).toMatchObject([{ isBest: true }, { isBest: true, difference: 0 }]);
    expect(cellOf(ablation, b, "test", "Pr@0.5")).not.toHaveProperty("deviation");
    expect(cellOf(ablation, c, "test", "Pr@0.5")).toBeUndefined();
  });

  it("is best where less is better, and not where it is alone", () => {
    const own = { ...ablation, splits: ["test"], metrics: ["perplexity"], rows: [{ name: "a", title: "", results: { test: [{ perplexity: 20 }] } }, { name: "b", title: "", results: { test: [{ perplexity: 12 }] } }] };
    expect(own.rows.map((row) => cellOf(own, row, "test", "perplexity")!.isBest)).toEqual([false, true]);
    expect(cellOf({ ...own, rows: [own.rows[0]] }, own.rows[0], "test", "perplexity")!.isBest).toBe(false);
  });

  it("of a row whose base is not there is an error", () => {
    const own = { ...ablation, rows: [{ ...ablation.rows[1], base: "z" }] };
    expect(() => cellOf(own, own.rows[0], "test", "oIoU")).toThrow("row b is compared with row z, which is not there");
  });

  it("differences have a sign", () => {
    expect([differenceText("oIoU", 0.1184), differenceText("oIoU", -0.003), differenceText("oIoU", 0.00001), differenceText("perplexity", -1.5)]).toEqual(["+11.84", "−0.30", "±0.00", "−1.50"]);
  });
});

describe("texts", () => {
  it("Markdown", () => {
    expect(markdownTable(ablation)).toBe(`## table4 of CD2FSAN

Mean ± standard deviation over 3 seeds, in percent; the best in bold.

### validation

| row                              |           Pr@0.5 |             oIoU |
|----------------------------------|-----------------:|-----------------:|
| (a) Baseline                     |     44.00 ± 4.00 | **50.00 ± 0.00** |
| (b) (a) + x\\_1 & 100% \\| \\*new\\* | **65.00 ± 1.41** |     49.00 ± 0.00 |
| (c) not run                      |                – |                – |

Differences from the base row:

| row       | Pr@0.5 |  oIoU |
|-----------|-------:|------:|
| (b) − (a) | +21.00 | −1.00 |
| (c) − (b) |      – |     – |

### test

| row                              |    Pr@0.5 |      oIoU |
|----------------------------------|----------:|----------:|
| (a) Baseline                     | **40.00** |     30.00 |
| (b) (a) + x\\_1 & 100% \\| \\*new\\* | **40.00** | **35.00** |
| (c) not run                      |         – |         – |

Differences from the base row:

| row       | Pr@0.5 |  oIoU |
|-----------|-------:|------:|
| (b) − (a) |  ±0.00 | +5.00 |
| (c) − (b) |      – |     – |
`);
  });

  it("CSV", () => {
    const [header, a, b, c, end] = csvTable(ablation).split("\n");
    expect(header.split(",").slice(0, 8)).toEqual(["row", "title", "base", "validation Pr@0.5", "validation Pr@0.5 deviation", "validation Pr@0.5 difference", "validation Pr@0.5 seeds", "validation oIoU"]);
    expect(a).toBe("a,Baseline,,44,4,,3,50,0,,3,40,,,1,30,,,1");
    expect(b).toBe("b,(a) + x_1 & 100% | *new*,a,65,1.4142,21,2,49,0,-1,2,40,,0,1,35,,5,1");
    expect(c).toBe("c,not run,b,,,,0,,,,0,,,,0,,,,0");
    expect(end).toBe("");
  });

  it("LaTeX", () => {
    const text = latexTable(ablation);
    expect(text).toContain("  \\begin{tabular}{lrrrr}\n    \\toprule\n     & \\multicolumn{2}{c}{validation} & \\multicolumn{2}{c}{test} \\\\\n    \\cmidrule(lr){2-3} \\cmidrule(lr){4-5}\n     & Pr@0.5 & oIoU & Pr@0.5 & oIoU \\\\\n    \\midrule\n    (a) Baseline & 44.00 $\\pm$ 4.00 & \\textbf{50.00 $\\pm$ 0.00} & \\textbf{40.00} & 30.00 \\\\");
    expect(text).toContain("(b) (a) + x\\_1 \\& 100\\% | *new* & \\textbf{65.00 $\\pm$ 1.41}");
    expect(text).toContain("(c) not run & -- & -- & -- & -- \\\\\n    \\bottomrule");
    expect(text).toContain("(b) $-$ (a) & +21.00 & $-$1.00 & $\\pm$0.00 & +5.00 \\\\");
    const count = (part: string): number => text.split(part).length - 1;
    expect([count("\\begin{table*}"), count("\\end{table*}"), count("\\begin{tabular}"), count("\\end{tabular}")]).toEqual([2, 2, 2, 2]);
  });

  it("without bases and with one seed say nothing of either", () => {
    const own: Ablation = { ...ablation, splits: ["test"], rows: [ablation.rows[0]] };
    expect(markdownTable({ ...own, rows: [{ ...own.rows[0], results: { test: [{ "Pr@0.5": 0.4, oIoU: 0.3 }] } }] })).toBe("## table4 of CD2FSAN\n\nIn percent; the best in bold.\n\n### test\n\n| row          | Pr@0.5 |  oIoU |\n|--------------|-------:|------:|\n| (a) Baseline |  40.00 | 30.00 |\n");
    expect(latexTable(own).split("\\begin{table*}")).toHaveLength(2);
  });
});
