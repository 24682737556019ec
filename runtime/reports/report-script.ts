/**
 * What a report does in the browser: under a chart's title it says the last values, those under the pointer, or those of the step chosen with the arrow keys. Without it the
 * page lacks nothing else. A text, since the page is one file.
 */
export const reportScript = `"use strict";
for (const figure of document.querySelectorAll("figure")) {
  const svg = figure.querySelector("svg[data-chart]");
  if (!svg) continue;
  const chart = JSON.parse(svg.dataset.chart);
  const { frame } = chart;
  const readout = figure.querySelector(".readout");
  const layer = svg.querySelector(".pointer");
  const steps = [...new Set(chart.series.flatMap(({ points }) => points.filter(([, y]) => y !== null).map(([x]) => x)))].sort((a, b) => a - b);
  if (!steps.length) continue;
  const placeX = (x) => frame.x + frame.width * (x - chart.low) / (chart.high - chart.low);
  const scaled = chart.logarithmic ? Math.log10 : (y) => y;
  const placeY = (y) => frame.y + frame.height * (1 - (scaled(y) - scaled(chart.bottom)) / (scaled(chart.top) - scaled(chart.bottom)));
  const element = (name, attributes) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const text = (y) => chart.unit ? y.toFixed(1) + (chart.series.length > 3 ? "" : chart.unit) : Math.abs(y) !== 0 && Math.abs(y) < 1e-3 ? y.toExponential(2) : Number(y.toPrecision(4)).toLocaleString("en-US", { maximumFractionDigits: 4 });
  const nearest = (points, x) => points.reduce((best, point) => (point[1] !== null && (!best || Math.abs(point[0] - x) < Math.abs(best[0] - x)) ? point : best), null);
  let shown = -1;
  const show = (index) => {
    shown = Math.max(0, Math.min(steps.length - 1, index));
    const x = steps[shown];
    layer.replaceChildren(element("line", { x1: placeX(x), x2: placeX(x), y1: frame.y, y2: frame.y + frame.height }));
    const parts = [];
    for (const { name, colour, points } of chart.series) {
      const point = nearest(points, x);
      if (!point) continue;
      layer.append(element("circle", { cx: placeX(point[0]), cy: placeY(point[1]), r: 3.5, style: "fill:var(--line-" + colour + ")" }));
      const value = document.createElement("b");
      value.textContent = text(point[1]);
      value.style.color = "var(--line-" + colour + ")";
      const label = chart.series.length > 3 ? name.replace(/^Pr@/, "@") : name;
      parts.push(" · ", ...(chart.series.length > 1 ? [label + " "] : []), value);
    }
    readout.replaceChildren(chart.xLabel + " " + x.toLocaleString("en-US"), ...parts);
  };
  const hide = () => { show(steps.length - 1); shown = -1; layer.replaceChildren(); };
  hide();
  svg.addEventListener("pointermove", (event) => {
    const box = svg.getBoundingClientRect();
    const x = chart.low + ((event.clientX - box.left) * svg.viewBox.baseVal.width / box.width - frame.x) / frame.width * (chart.high - chart.low);
    let best = 0;
    steps.forEach((step, i) => { if (Math.abs(step - x) < Math.abs(steps[best] - x)) best = i; });
    show(best);
  });
  svg.addEventListener("pointerleave", hide);
  figure.addEventListener("blur", hide);
  figure.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    show(shown < 0 ? steps.length - 1 : shown + (event.key === "ArrowRight" ? 1 : -1));
  });
}
`;
