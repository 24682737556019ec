/** The page of a run: what is in it, what is kept out, and that it works in a browser. */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodePixels } from "../../runtime/data/decode.ts";
import { createBaselineMetrics } from "../../runtime/metrics/baseline.ts";
import { createMeanMask } from "../../runtime/metrics/constant-mask.ts";
import { createSegmentationMetrics } from "../../runtime/metrics/segmentation.ts";
import { chartsOf } from "../../runtime/reports/curves.ts";
import { escapeHtml, escapeLatex } from "../../runtime/reports/escape.ts";
import { reportPage, type Report } from "../../runtime/reports/report.ts";
import { detailTables, resultTable } from "../../runtime/reports/result-tables.ts";
import { samplePicture, type PicturedSample } from "../../runtime/reports/sample-picture.ts";
import { findChromium, startChromium, type Browser, type Tab } from "../view/chromium.ts";

const hostile = `</style></script><script>window.hacked = 1</script><img src="https://example.org/x" onerror="window.hacked = 1">"'&\u0000\ud800 مرحبا`;

function sample(height: number, width: number, more: Partial<PicturedSample> = {}): PicturedSample {
  const data = Uint8Array.from({ length: 3 * height * width }, (_, i) => (i * 7) % 256);
  const mask = { height, width, data: Uint8Array.from({ length: height * width }, (_, i) => (i % width < width / 2 ? 1 : 0)) };
  return { pixels: { height, width, data }, mask, prediction: Float32Array.from({ length: height * width }, (_, i) => (i < (height * width) / 2 ? 0.4 : 0.3)), threshold: 0.35, sentence: "the left half", id: "7", ...more };
}

async function fullReport(): Promise<Report> {
  const options = { precisions: [0.5, 0.9], threshold: 0.35 };
  const [metrics, training] = [createSegmentationMetrics(options), createMeanMask(8)];
  const { mask, prediction } = sample(20, 30);
  training.add(mask);
  const baselines = createBaselineMetrics(options, training);
  metrics.add({ mask, prediction, category: hostile });
  baselines.add({ mask });
  const log = { columns: ["step", "loss", "rate", "mIoU"], rows: Array.from({ length: 60 }, (_, i) => ({ step: i + 1, loss: 1 / (i + 1), rate: 1e-3, ...(i % 20 === 19 ? { mIoU: i / 100 } : {}) })) };
  return {
    title: `Small ${hostile}`, summary: hostile, facts: [{ name: hostile, value: hostile }],
    results: [resultTable([{ name: hostile, result: metrics.result(), baselines: baselines.result() }])], details: detailTables(metrics.result()),
    charts: chartsOf(log), pictures: [await samplePicture(sample(20, 30, { sentence: hostile, id: hostile, category: hostile })), await samplePicture(sample(500, 400))], footer: hostile,
  };
}

describe("a sample's picture", () => {
  it("is as small as a page needs, with masks of its size and the IoU of the original", async () => {
    const { height, width, jpeg, truth, prediction, iou } = await samplePicture(sample(500, 400), 100);
    expect([height, width]).toEqual([100, 80]);
    expect(await decodePixels(jpeg)).toMatchObject({ height: 100, width: 80 });
    expect([truth.reduce((sum, value) => sum + value, 0), prediction.reduce((sum, value) => sum + value, 0)]).toEqual([4000, 4000]);
    expect(iou).toBeCloseTo(1 / 3, 9);
  });

  it("that is small already stays as it is; sizes that differ are refused", async () => {
    expect(await samplePicture(sample(2, 3))).toMatchObject({ height: 2, width: 3 });
    await expect(samplePicture(sample(20, 30, { mask: { height: 3, width: 2, data: new Uint8Array(6) } }))).rejects.toThrow("a mask of 3 × 2 for a picture of 20 × 30");
    await expect(samplePicture(sample(20, 30, { prediction: new Uint8Array(5) }))).rejects.toThrow("a prediction of 5 pixels");
  });
});

describe("the page", () => {
  it("holds everything, escaped, and asks for nothing", async () => {
    const page = reportPage(await fullReport());
    expect(page).not.toContain("<script>window");
    expect(page).not.toContain("<img");
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page.match(/<\/script>/g)).toHaveLength(1);
    expect(page).not.toMatch(/\u0000|[\ud800-\udbff](?![\udc00-\udfff])/);
    expect(page.match(/&lt;script&gt;window\.hacked/g)!.length).toBeGreaterThan(7);
    expect(page.match(/data:image\/jpeg;base64,/g)).toHaveLength(2);
    for (const text of ["Results", "Curves", "Pictures", "Details", "IoU 33.3 %", "best constant mask", "By size", "By category", "medium, up to 60 %", "مرحبا"]) expect(page).toContain(text);
    const script = /<script>([\s\S]*)<\/script>/.exec(page)![1];
    expect(page).toContain(`script-src 'sha256-${createHash("sha256").update(script).digest("base64")}'`);
  });

  it("of a run that has nothing yet has only what there is", () => {
    const page = reportPage({ title: "Empty", summary: "", facts: [], results: [], charts: [], pictures: [], footer: "netc" });
    expect(page).toContain("<h1>Empty</h1>");
    for (const text of ["<section>", "<dl>", "<table"]) expect(page).not.toContain(text);
  });

  it("results have the paper's columns, the model's row marked, constant predictors below", async () => {
    const [table] = (await fullReport()).results;
    expect(table.columns).toEqual(["", "samples", "Pr@0.5", "Pr@0.9", "oIoU", "mIoU"]);
    expect(table.rows.map(({ cells, isMain }) => [cells.slice(1).join(" "), isMain ?? false])).toEqual([["1 0.00 0.00 33.33 33.33", true], ["1 100.00 100.00 100.00 100.00", false], ["1 100.00 0.00 50.00 50.00", false], ["1 0.00 0.00 0.00 0.00", false]]);
    expect(table.note).toContain("greater than 0.35");
  });
});

describe("escaping", () => {
  it("keeps every character harmless", () => {
    expect(escapeHtml(`<a href="x">'&'</a>\u0001`)).toBe("&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;\ufffd");
    expect(escapeHtml("ü 🚢 \ud83d")).toBe("ü 🚢 \ufffd");
    expect(escapeLatex("a_b & 5% #1 {x} $ ~ ^ \\ ± − –")).toBe("a\\_b \\& 5\\% \\#1 \\{x\\} \\$ \\textasciitilde{} \\textasciicircum{} \\textbackslash{} $\\pm$ $-$ --");
  });
});

const chromium = findChromium();
describe.skipIf(!chromium)(`in a browser${chromium ? "" : " (skipped: no Chromium; CHROMIUM names one)"}`, () => {
  let browser: Browser;
  let tab: Tab;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "netc-report-"));
    writeFileSync(join(folder, "report.html"), reportPage(await fullReport()));
    browser = await startChromium(chromium!);
    tab = await browser.tab(1100, 900);
    await tab.open(`file://${folder}/report.html`);
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("runs its own script and nothing else, and asks for nothing", async () => {
    expect(await tab.evaluate("window.hacked === undefined")).toBe(true);
    expect(tab.errors).toEqual([]);
    expect(tab.requests.filter((address) => !address.startsWith("data:"))).toEqual([`file://${folder}/report.html`]);
  });

  it("says the last values, those under the pointer, and those of the arrow keys", async () => {
    const readout = (): Promise<string> => tab.evaluate("document.querySelector('figure .readout').textContent");
    expect(await readout()).toMatch(/^step 60 · each step 0\.0167 · training /);
    const [x, y] = await tab.evaluate<number[]>("(() => { const svg = document.querySelector('figure svg'); svg.scrollIntoView(); const box = svg.getBoundingClientRect(); return [box.left + box.width * (58 + 566 * 20.2 / 60) / 640, box.top + 60]; })()");
    await tab.send("Input.dispatchMouseEvent", { type: "mouseMoved", x, y });
    await tab.until("document.querySelector('figure .readout').textContent.startsWith('step 20 ')", "step 20 is shown");
    expect(await readout()).toContain("each step 0.05");
    expect(await tab.evaluate("document.querySelectorAll('figure .pointer circle').length")).toBe(2);
    await tab.send("Input.dispatchMouseEvent", { type: "mouseMoved", x: 2, y: 2 });
    await tab.until("document.querySelector('figure .pointer').childElementCount === 0", "the pointer is gone");
    await tab.evaluate("document.querySelector('figure').focus()");
    await tab.key("ArrowLeft");
    await tab.key("ArrowLeft");
    expect(await readout()).toMatch(/^step 59 /);
  });

  it("is light or dark as the reader has it, light on paper, and never wider than the window", async () => {
    const ground = async (features: object): Promise<string> => {
      await tab.send("Emulation.setEmulatedMedia", { media: "", ...features });
      return tab.evaluate("getComputedStyle(document.body).backgroundColor");
    };
    const dark = [{ name: "prefers-color-scheme", value: "dark" }];
    expect(await ground({ features: dark })).toBe("rgb(20, 22, 27)");
    expect(await ground({ media: "print", features: dark })).toBe("rgb(255, 255, 255)");
    expect(await ground({ features: [{ name: "prefers-color-scheme", value: "light" }] })).toBe("rgb(246, 246, 244)");
    for (const width of [360, 700, 1400]) {
      await tab.send("Emulation.setDeviceMetricsOverride", { width, height: 800, deviceScaleFactor: 1, mobile: false });
      expect(await tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), `${width}`).toBe(true);
    }
  });
});
