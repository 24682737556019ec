/**
 * `report.html` of a run: one file that asks for nothing, with its own short script, which its policy names by hash. Whatever comes from a data set or a
 * program is escaped.
 */
import { createHash } from "node:crypto";
import { chartSvg, type Chart } from "./chart.ts";
import { escapeHtml } from "./escape.ts";
import { outlinePath } from "./outline.ts";
import { reportScript } from "./report-script.ts";
import { reportStyle } from "./report-style.ts";
import type { SamplePicture } from "./sample-picture.ts";

export interface ReportTable {
  readonly title?: string;
  readonly columns: readonly string[];
  /** Texts; the first of a row is its name. `isMain`: the row that the reader came for. */
  readonly rows: readonly { readonly cells: readonly string[]; readonly isMain?: boolean }[];
  readonly note?: string;
}

export interface Report {
  readonly title: string;
  /** A sentence on what this run is and how it went. */
  readonly summary: string;
  /** Data set, steps, seed, time: names and values. */
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  /** What the run reached. */
  readonly results: readonly ReportTable[];
  readonly charts: readonly Chart[];
  readonly pictures: readonly SamplePicture[];
  /** Per category, per size, and what else is read after the pictures. */
  readonly details?: readonly ReportTable[];
  /** Which program wrote it. */
  readonly footer: string;
}

/** The page as a text. */
export function reportPage(report: Report): string {
  const { title, summary, facts, results, charts, pictures, details = [], footer } = report;
  const sections = [
    section("Results", results.map(tableOf).join("\n")),
    section("Curves", charts.length ? `<div class="cards">\n${charts.map(figureOf).join("\n")}\n</div>` : ""),
    section("Pictures", pictures.length ? `<p class="key"><span class="truth">truth</span><span class="predicted">prediction</span></p>\n<div class="cards">\n${pictures.map(sampleOf).join("\n")}\n</div>` : ""),
    section("Details", details.length ? `<div class="cards">\n${details.map(tableOf).join("\n")}\n</div>` : ""),
  ];
  const policy = `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-${createHash("sha256").update(reportScript).digest("base64")}'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>
${reportStyle}
</style>
</head>
<body>
<main>
<header>
<h1>${escapeHtml(title)}</h1>
<p class="summary">${escapeHtml(summary)}</p>
${facts.length ? `<dl>\n${facts.map(({ name, value }) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`).join("\n")}\n</dl>` : ""}
</header>
${sections.filter((text) => text).join("\n")}
<footer>${escapeHtml(footer)}</footer>
</main>
<script>${reportScript}</script>
</body>
</html>
`;
}

const section = (title: string, content: string): string => (content ? `<section>\n<h2>${title}</h2>\n${content}\n</section>` : "");

const figureOf = (chart: Chart): string => `<figure class="card" tabindex="0">\n<figcaption><h3>${escapeHtml(chart.title)}</h3><span class="readout"></span></figcaption>\n${chartSvg(chart)}\n</figure>`;

function tableOf({ title, columns, rows, note }: ReportTable): string {
  const cells = (tag: string, texts: readonly string[]): string => texts.map((text) => `<${tag}>${escapeHtml(text)}</${tag}>`).join("");
  const body = rows.map((row) => `<tr${row.isMain ? ' class="main"' : ""}>${cells("td", row.cells)}</tr>`).join("\n");
  return `<div class="card"><div class="scroll"><table>${title === undefined ? "" : `<caption>${escapeHtml(title)}</caption>`}
<thead><tr>${cells('th', columns)}</tr></thead>
<tbody>
${body}
</tbody></table></div>${note === undefined ? "" : `<p class="note">${escapeHtml(note)}</p>`}</div>`;
}

/** Three tiles: the picture, the truth on it, the prediction on it. The picture's bytes are there once. */
function sampleOf(sample: SamplePicture, index: number): string {
  const { height, width, jpeg, truth, prediction, sentence, id, category, iou } = sample;
  const picture = `picture-${index}`;
  const [ofTruth, ofPrediction] = [truth, prediction].map((mask) => outlinePath(mask, height, width));
  const tile = (label: string, content: string): string => `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(label)}">${content}</svg>`;
  const outline = (path: string, kind: string): string => (path ? `<path class="outline halo" d="${path}"/><path class="outline ${kind}" d="${path}"/>` : "");
  const about = `<p class="about"><span class="id">${escapeHtml(category === undefined ? id : `${category} · ${id}`)}</span><span class="iou">IoU ${(100 * iou).toFixed(1)} %</span></p>`;
  return `<article class="card sample"><div class="tiles">
${tile("picture", `<image id="${picture}" width="${width}" height="${height}" href="data:image/jpeg;base64,${Buffer.from(jpeg).toString("base64")}"/>`)}
${tile("truth", `<use href="#${picture}"/>${outline(ofTruth, "truth")}`)}
${tile("prediction", `<use href="#${picture}"/>${ofPrediction ? `<path class="tint" d="${ofPrediction}"/>` : ""}${outline(ofPrediction, "predicted")}`)}
</div>
<p class="sentence" dir="auto">${escapeHtml(sentence || "(no sentence)")}</p>
${about}</article>`;
}
