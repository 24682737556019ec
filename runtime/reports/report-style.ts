/** How a report looks: one column of calm, light and dark as the reader has it, and white on paper. */
import { chartColours, chartStyle } from "./chart-style.ts";

export const reportStyle = `${chartColours(":root")}
:root { color-scheme: light dark; --page: #f6f6f4; --border: #e0e2e7; --truth: #00c8e6; --predicted: #ff2fd0; --good: #0b7a4b; }
@media screen and (prefers-color-scheme: dark) { :root { --page: #14161b; --border: #2f3541; --good: #4fcf97; } }
* { box-sizing: border-box; }
body { margin: 0; overflow-wrap: anywhere; background: var(--page); color: var(--text); font: 15px/1.55 ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 44px 28px 64px; }
h1 { font-size: 27px; line-height: 1.2; letter-spacing: -0.015em; margin: 0; }
.summary { color: var(--muted); margin: 8px 0 0; max-width: 68ch; }
h2 { font-size: 17px; letter-spacing: -0.005em; margin: 44px 0 14px; }
h3 { font-size: 14px; margin: 0; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(200px, 1fr)); gap: 14px 24px; margin: 26px 0 0; padding: 18px 0 0; border-top: 1px solid var(--border); }
dt { color: var(--muted); font-size: 12.5px; }
dd { margin: 0; font-variant-numeric: tabular-nums; }
.card { background: var(--ground); border: 1px solid var(--border); border-radius: 12px; padding: 16px 18px; break-inside: avoid; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 440px), 1fr)); gap: 18px; align-items: start; }
.cards > * { min-width: 0; }
figure { margin: 0; }
figcaption { margin-bottom: 8px; }
.readout { display: block; height: 20px; color: var(--muted); font-size: 12.5px; font-variant-numeric: tabular-nums; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.readout b { font-weight: 600; }
figure:focus { outline: none; }
figure:focus-visible { outline: 2px solid var(--line-0); outline-offset: 2px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 14px; }
caption { caption-side: top; text-align: left; font-weight: 650; font-size: 14px; padding-bottom: 8px; }
th { font-weight: 600; color: var(--muted); font-size: 12.5px; text-align: right; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
th, td { padding: 7px 0 7px 18px; border-bottom: 1px solid var(--border); }
td { text-align: right; white-space: nowrap; }
td:first-child { white-space: normal; overflow-wrap: break-word; min-width: 130px; }
tbody tr:last-child td { border-bottom: 0; }
tr.main td { font-weight: 650; }
.note { color: var(--muted); font-size: 13px; margin: 10px 0 0; max-width: 80ch; }
.key { display: flex; gap: 22px; color: var(--muted); font-size: 13px; margin: 0 0 12px; }
.key span::before { content: ""; display: inline-block; width: 16px; height: 11px; margin-right: 7px; border: 2px solid var(--own); border-radius: 3px; vertical-align: -1px; }
.key .truth { --own: var(--truth); }
.key .predicted { --own: var(--predicted); }
.sample { padding: 12px; }
.tiles { display: grid; grid-template-columns: repeat(3, 1fr); gap: 6px; }
.tiles svg { display: block; width: 100%; height: auto; border-radius: 6px; background: var(--page); }
.sample .sentence { margin: 10px 2px 0; line-height: 1.4; }
.sample .about { display: flex; gap: 12px; margin: 3px 2px 0; color: var(--muted); font-size: 12.5px; font-variant-numeric: tabular-nums; }
.sample .about .id { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.sample .about .iou { margin-left: auto; white-space: nowrap; color: var(--text); font-weight: 600; }
.outline { fill: none; stroke-linejoin: round; vector-effect: non-scaling-stroke; }
.outline.halo { stroke: rgb(0 0 0 / 0.65); stroke-width: 3.6; }
.outline.truth { stroke: var(--truth); stroke-width: 1.8; }
.outline.predicted { stroke: var(--predicted); stroke-width: 1.8; }
.tint { fill: var(--predicted); fill-opacity: 0.22; fill-rule: evenodd; }
footer { margin-top: 48px; padding-top: 14px; border-top: 1px solid var(--border); color: var(--muted); font-size: 12.5px; }
${chartStyle}
@media (max-width: 560px) {
  main { padding: 28px 14px 40px; }
  dl { grid-template-columns: 1fr 1fr; }
  .card { padding: 12px; }
  .chart { font-size: 17px; }
  .chart .name { font-size: 14px; }
}
@media print {
  :root { --page: #ffffff; }
  body { font-size: 11pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main { max-width: none; padding: 0; }
  .cards { grid-template-columns: 1fr 1fr; gap: 12px; }
  h2 { break-after: avoid; }
  table { font-size: 9.5pt; }
  th { font-size: 8.5pt; }
  th, td { padding: 5px 0 5px 10px; }
  td:first-child { min-width: 0; }
  .chart { font-size: 16px; }
  .chart .name { font-size: 14px; }
}`;
