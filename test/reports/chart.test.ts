/** Charts, axes, outlines: what is drawn is where the numbers say. */
import { describe, expect, it } from "vitest";
import { chartFile } from "../../runtime/reports/chart-style.ts";
import { chartSvg } from "../../runtime/reports/chart.ts";
import { chartsOf, comparisonChart } from "../../runtime/reports/curves.ts";
import { outlinePath } from "../../runtime/reports/outline.ts";
import { linearScale, logarithmicScale, tickText } from "../../runtime/reports/scale.ts";

describe("scales", () => {
  it("have ticks at round numbers that enclose the values", () => {
    expect(linearScale(0.13, 1.92, 5)).toMatchObject({ low: 0, high: 2, ticks: [0, 0.5, 1, 1.5, 2] });
    expect(linearScale(0, 900, 5, false)).toMatchObject({ low: 0, high: 900, ticks: [0, 200, 400, 600, 800] });
    expect(linearScale(5, 5, 4).ticks.length).toBeGreaterThan(1);
    expect(linearScale(0, 0, 4).ticks.length).toBeGreaterThan(1);
    expect(logarithmicScale(2e-5, 1e-3).ticks).toEqual([1e-5, 1e-4, 1e-3]);
    expect(logarithmicScale(1e-3, 1e-3).ticks).toEqual([1e-3, 1e-2]);
    expect(logarithmicScale(1e-5, 1e-3).share(1e-4)).toBeCloseTo(0.5, 12);
    let seed = 3;
    const draw = (): number => (seed = (seed * 48271) % 2147483647) / 2147483647;
    for (let i = 0; i < 500; i++) {
      const [from, span] = [(draw() - 0.5) * 10 ** (draw() * 8 - 4), 10 ** (draw() * 10 - 5)];
      const scale = linearScale(from, from + span, 5);
      expect(scale.low).toBeLessThanOrEqual(from + 1e-9 * span);
      expect(scale.high).toBeGreaterThanOrEqual(from + span * (1 - 1e-9));
      expect(scale.ticks.length).toBeGreaterThan(2);
      expect(scale.ticks.length).toBeLessThan(9);
    }
  });

  it("print ticks for people", () => {
    expect([0, 0.25, 5e-5, 12000, 5000, 2e7, -0.5].map(tickText)).toEqual(["0", "0.25", "5e-5", "12,000", "5000", "2e7", "-0.5"]);
  });
});

describe("charts", () => {
  const line = (svg: string): readonly string[] => [...svg.matchAll(/class="line[^>]* d="([^"]*)"/g)].map((found) => found[1]);

  it("draw lines at their places, with a gap where a value is not finite", () => {
    const svg = chartSvg({ title: "t", xLabel: "step", series: [{ name: "one", points: [{ x: 0, y: 0 }, { x: 50, y: 1 }, { x: 60, y: NaN }, { x: 70, y: 1 }, { x: 80, y: Infinity }, { x: 90, y: 0 }, { x: 100, y: 2 }] }] });
    // The frame is 566 wide from 58, 242 high from 14; y from 0 to 2.
    expect(line(svg)).toEqual(["M58 256L341 135M454.2 135h0M567.4 256L624 14"]);
  });

  it("say what is drawn to the pointer", () => {
    const svg = chartSvg({ title: "a <b>", xLabel: "step", unit: " %", series: [{ name: '"x"', points: [{ x: 1, y: 1 / 3 }, { x: 2, y: NaN }] }, { name: "y", points: [{ x: 1, y: 2 }] }] });
    expect(svg).toContain('aria-label="a &lt;b&gt;"');
    const data = JSON.parse(/data-chart="([^"]*)"/.exec(svg)![1].replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&")) as { series: unknown; unit: string };
    expect(data.series).toEqual([{ name: '"x"', colour: 0, points: [[1, 0.333333], [2, null]] }, { name: "y", colour: 1, points: [[1, 2]] }]);
    expect(svg).toContain(">&quot;x&quot;</text>");
  });

  it("keep the peaks, the ends and the size of a long line small", () => {
    const points = Array.from({ length: 100_000 }, (_, i) => ({ x: i, y: i === 54_321 ? 100 : Math.sin(i / 500) }));
    const svg = chartSvg({ title: "t", xLabel: "step", series: [{ name: "long", points }] });
    expect(svg.length).toBeLessThan(40_000);
    const data = /data-chart="([^"]*)"/.exec(svg)![1];
    expect(data).toContain("[54321,100]");
    expect(data).toContain("[0,0]");
    expect(data).toContain("[99999,");
  });

  it("of nothing say so, and names that would lie over each other are apart", () => {
    expect(chartSvg({ title: "t", xLabel: "step", series: [{ name: "n", points: [{ x: 1, y: NaN }] }] })).toContain("nothing yet");
    const svg = chartSvg({ title: "t", xLabel: "step", series: ["a", "b", "c", "d"].map((name) => ({ name, points: [{ x: 0, y: 0 }, { x: 1, y: 1 }] })) });
    const places = [...svg.matchAll(/class="name"[^>]* y="([\d.]+)"/g)].map((found) => Number(found[1]));
    expect(places).toHaveLength(4);
    for (let i = 1; i < 4; i++) expect(places[i] - places[i - 1]).toBeGreaterThanOrEqual(14.9);
    expect(Math.max(...places)).toBeLessThanOrEqual(260);
  });

  it("as a file are one element that asks for nothing", () => {
    const file = chartFile({ title: "mIoU & more", xLabel: "step", series: [{ name: "a", points: [{ x: 1, y: 1 }, { x: 2, y: 3 }] }] });
    expect([...file.matchAll(/<svg/g)]).toHaveLength(1);
    expect([...file.matchAll(/<\/svg>/g)]).toHaveLength(1);
    expect(file).toContain(">mIoU &amp; more</text>");
    expect(file.replace('xmlns="http://www.w3.org/2000/svg"', "")).not.toMatch(/https?:|url\(|@import/);
  });
});

describe("curves of a log", () => {
  const columns = ["step", "loss", "rate", "validation loss", "oIoU", "Pr@0.5", "perplexity", "note"];
  const rows = Array.from({ length: 100 }, (_, i) => ({ step: i + 1, loss: i % 2 ? 1 : 3, rate: i < 50 ? 1e-3 : 1e-5, note: "text", ...(i % 10 === 9 ? { "validation loss": 2, oIoU: i / 100, "Pr@0.5": i / 200, perplexity: 100 - i } : {}) }));

  it("are loss with the mean around each step, shares in percent, precisions, each other metric, and the rate", () => {
    const charts = chartsOf({ columns, rows });
    expect(charts.map(({ title }) => title)).toEqual(["Loss", "Validation", "Validation: precision", "Validation: perplexity", "Learning rate"]);
    const [loss, validation, , , rate] = charts;
    expect(loss.series.map(({ name, isFaint, points }) => [name, isFaint ?? false, points.length])).toEqual([["each step", true, 100], ["training", false, 100], ["validation", false, 10]]);
    expect(loss.series[1].points[49].y).toBeCloseTo((1 + 3 + 1 + 3 + 1) / 5, 12);
    expect(validation.series).toMatchObject([{ name: "oIoU" }]);
    expect(validation.series[0].points[0]).toEqual({ x: 10, y: 9 });
    expect(rate.isLogarithmic).toBe(true);
  });

  it("pass over steps whose loss was not finite, and are not smoothed when they are few", () => {
    const some = rows.map((row, i) => ({ ...row, loss: i % 2 ? NaN : 3 }));
    expect(chartsOf({ columns, rows: some })[0].series[1].points.every(({ y }) => Math.abs(y - 3) < 1e-9)).toBe(true);
    expect(chartsOf({ columns, rows: rows.slice(0, 20) })[0].series.map(({ name }) => name)).toEqual(["training", "validation"]);
    expect(chartsOf({ columns: ["step"], rows: [] })).toEqual([]);
  });

  it("of several runs lie in one chart", () => {
    const chart = comparisonChart("oIoU", "oIoU", [{ name: "(a)", log: { columns, rows } }, { name: "(b)", log: { columns, rows: rows.slice(0, 30) } }]);
    expect(chart.unit).toBe(" %");
    expect(chart.series.map(({ name, points }) => [name, points.length, points[0].y])).toEqual([["(a)", 10, 9], ["(b)", 3, 9]]);
  });
});

describe("outlines", () => {
  /** The mask that a path encloses, by the even-odd rule at the middle of each pixel. */
  function filled(path: string, height: number, width: number): readonly number[] {
    const mask = Array.from({ length: height * width }, () => 0);
    for (const loop of path.split("z").filter((text) => text)) {
      let [x, y] = /^M(\d+) (\d+)/.exec(loop)!.slice(1).map(Number);
      const start = [x, y];
      const vertical = (from: number, to: number): void => {
        for (let row = Math.min(from, to); row < Math.max(from, to); row++) for (let column = x; column < width; column++) mask[row * width + column] ^= 1;
      };
      for (const [, letter, length] of loop.matchAll(/([hv])(-?\d+)/g)) {
        if (letter === "h") x += Number(length);
        else {
          vertical(y, y + Number(length));
          y += Number(length);
        }
      }
      // The line that closes the loop is straight.
      expect(x === start[0] || y === start[1]).toBe(true);
      vertical(y, start[1]);
    }
    return mask;
  }

  it("enclose exactly the mask, whatever it is", () => {
    let seed = 9;
    const draw = (): number => (seed = (seed * 48271) % 2147483647) / 2147483647;
    for (let i = 0; i < 200; i++) {
      const [height, width, share] = [1 + Math.floor(9 * draw()), 1 + Math.floor(9 * draw()), draw()];
      const mask = Uint8Array.from({ length: height * width }, () => (draw() < share ? 1 : 0));
      expect(filled(outlinePath(mask, height, width), height, width)).toEqual([...mask]);
    }
  });

  it("are short for simple masks, and empty for empty ones", () => {
    expect(outlinePath(Uint8Array.of(0, 0, 0, 0, 1, 1, 0, 1, 1), 3, 3)).toBe("M1 1h2v2h-2z");
    expect(outlinePath(Uint8Array.of(1, 0, 0, 1), 2, 2)).toBe("M0 0h1v1h-1zM1 1h1v1h-1z");
    expect(outlinePath(new Uint8Array(4), 2, 2)).toBe("");
  });
});
