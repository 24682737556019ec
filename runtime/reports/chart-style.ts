/** The colours of charts, in light and dark, and a chart as a file of its own. Lines can be told apart by people who see few colours (after Okabe and Ito), and by dashes from the fifth on. */
import { chartSvg, type Chart } from "./chart.ts";
import { escapeHtml } from "./escape.ts";

const light = "--ground: #ffffff; --text: #1d2027; --muted: #5d6472; --grid: #e6e8ec; --axis: #aab0bb; --line-0: #0a66b7; --line-1: #c8500a; --line-2: #0b8a63; --line-3: #a8488a; --line-4: #1d2027; --line-5: #8a6d00; --line-6: #2f86b5; --line-7: #7a4fc0;";
const dark = "--ground: #1b1e25; --text: #e8eaf0; --muted: #a2aaba; --grid: #2c323d; --axis: #596171; --line-0: #6cb4f5; --line-1: #f58d51; --line-2: #45cf9f; --line-3: #e595c8; --line-4: #e8eaf0; --line-5: #e0bd4a; --line-6: #8fd0f0; --line-7: #b79bf2;";

/** Variables for `root`; dark ones only on a screen, since paper is white. */
export const chartColours = (root: string): string => `${root} { ${light} }
@media screen and (prefers-color-scheme: dark) { ${root} { ${dark} } }`;

export const chartStyle = `.chart { display: block; width: 100%; height: auto; font: 12px ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; font-variant-numeric: tabular-nums; }
.chart .grid { stroke: var(--grid); }
.chart .axis { stroke: var(--axis); }
.chart .tick, .chart .label { fill: var(--muted); }
.chart .name { font-weight: 600; }
.chart .line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
.chart .faint { stroke-width: 1; opacity: 0.35; }
.chart .pointer line { stroke: var(--axis); }
.chart .pointer circle { stroke: var(--ground); stroke-width: 1.5; }`;

/** An SVG file: the chart with its title and its colours. */
export function chartFile(chart: Chart): string {
  const inside = chartSvg(chart).replace(/^<svg[^>]*>\n|\n<\/svg>$/g, "");
  return `<svg class="chart" xmlns="http://www.w3.org/2000/svg" viewBox="0 -34 640 334" width="960" height="501" role="img" aria-label="${escapeHtml(chart.title)}">
<style>
${chartColours("svg")}
${chartStyle}
.title { fill: var(--text); font-size: 14px; font-weight: 650; }
</style>
<rect y="-34" width="640" height="334" style="fill:var(--ground)"/>
<text class="title" x="16" y="-12">${escapeHtml(chart.title)}</text>
${inside}
</svg>
`;
}
