/**
 * The viewer in headless Chromium: how long CD2FSAN takes to open, and how many frames a second are drawn while the graph is dragged.
 *
 *   node scripts/run-ts.mjs bench/view.ts
 *
 * Without a graphics card Chromium draws in software, so these figures are the worst that a person will see.
 */
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createLayouts } from "../editor/view/layout/layout.ts";
import { measureByTable } from "../editor/view/layout/text.ts";
import { viewOf } from "../editor/view/model/view.ts";
import { fileHost } from "../cli/host.ts";
import { createCompilation } from "../compiler/compilation.ts";
import { findChromium, startChromium, type Tab } from "../test/view/chromium.ts";

const model = "models/cd2fsan.net";
const median = (list: readonly number[]): number => [...list].sort((a, b) => a - b)[list.length >> 1];
const table = (rows: readonly (readonly string[])[]): void => {
  console.log(`| ${rows[0].join(" | ")} |\n|${rows[0].map((_, i) => (i === 0 ? "---" : "---:")).join("|")}|`);
  for (const row of rows.slice(1)) console.log(`| ${row.join(" | ")} |`);
  console.log();
};
const timed = (run: () => unknown, times = 7): number => median(Array.from({ length: times }, () => {
  const begin = performance.now();
  run();
  return performance.now() - begin;
}));

const compilation = createCompilation(fileHost, [model]);
if (compilation.diagnostics().some(({ severity }) => severity === "error")) throw new Error(`${model} has errors`);
const [own] = compilation.rootModels;
const variant = compilation.variantsOf(own).find(({ name }) => name === "g")!;
const { document } = viewOf(compilation, own, variant);

console.log("## The viewer: CD2FSAN, variant g\n");
table([
  ["in Node, warm", "median ms"],
  ["the graph alone (lowering)", timed(() => compilation.lower(own, variant)).toFixed(0)],
  ["the view, lowering included", timed(() => viewOf(compilation, own, variant)).toFixed(0)],
  ["layout, folded", timed(() => createLayouts(measureByTable).of(document, () => false)).toFixed(1)],
  ["layout, everything unfolded", timed(() => createLayouts(measureByTable).of(document, () => true), 3).toFixed(0)],
]);

const chromium = findChromium();
if (!chromium) {
  console.log("(no Chromium is installed: opening and dragging were not measured)");
  process.exit(0);
}

const started = performance.now();
const server = spawn(process.execPath, ["bin/netc.mjs", "view", model, "--variant", "g", "--no-open", "--quiet"], { stdio: ["ignore", "pipe", "inherit"] });
const address = await new Promise<string>((resolve) => void server.stdout.once("data", (part: Buffer) => resolve(part.toString().trim())));
const ready = performance.now() - started;
const browser = await startChromium(chromium);

/** Drags the graph to and fro for some seconds, one movement of the pointer for each frame; the times between frames, in order of size. */
async function framesWhileDragging(tab: Tab, seconds: number): Promise<readonly number[]> {
  return tab.evaluate<number[]>(`new Promise((resolve) => {
    const holder = document.querySelector(".canvas");
    const send = (type, x, y) => holder.dispatchEvent(new PointerEvent(type, { clientX: x, clientY: y, button: 0, pointerId: 1, bubbles: true }));
    holder.setPointerCapture = () => undefined;
    const begin = performance.now();
    const times = [];
    let last = begin;
    send("pointerdown", 500, 500);
    const step = (now) => {
      if (times.length > 0 || last !== begin) times.push(now - last);
      last = now;
      const part = (performance.now() - begin) / 1000;
      send("pointermove", 500 + 380 * Math.sin(part * 2.1), 500 + 380 * Math.sin(part * 3.3));
      if (part < ${seconds}) requestAnimationFrame(step);
      else { send("pointerup", 500, 500); resolve(times.slice(1).sort((a, b) => a - b)); }
    };
    requestAnimationFrame(step);
  })`);
}

const opened: number[] = [];
for (let i = 0; i < 5; i++) {
  const tab = await browser.tab(1600, 1000);
  await tab.open(address);
  await tab.until("document.body.dataset.ready");
  opened.push(Number(await tab.evaluate("document.body.dataset.ready")));
  await tab.send("Page.close");
}
const tab = await browser.tab(1600, 1000);
await tab.open(address);
await tab.until("document.body.dataset.ready");
const rows = [["dragging for 4 s", "frames a second", "slowest 5 % of frames, ms", "target"]];
const drag = async (label: string): Promise<void> => {
  await new Promise((resolve) => setTimeout(resolve, 500));
  const times = await framesWhileDragging(tab, 4);
  const total = times.reduce((sum, time) => sum + time, 0);
  rows.push([label, ((1000 * times.length) / total).toFixed(1), times[Math.floor(times.length * 0.95)].toFixed(1), "> 50"]);
};
await drag("folded, all in sight");
const unfolding = await tab.evaluate<number>("(() => { const begin = performance.now(); netc.unfoldAll(); return performance.now() - begin; })()");
await drag("everything unfolded, at the size of reading");
await tab.key("0");
await drag("everything unfolded, all in sight");
await tab.evaluate("netc.pick('vision/layer[6]')");
for (let i = 0; i < 3; i++) await tab.key("-");
await drag("everything unfolded, a layer and its neighbours in sight");
mkdirSync("out/view", { recursive: true });
writeFileSync("out/view/bench-layer.png", await tab.screenshot());
table([["in Chromium", "median ms", "target"], ["from the command to the address (once)", ready.toFixed(0), ""], ["from the address to the graph (5 times)", median(opened).toFixed(0), "1,000"], ["unfold everything", unfolding.toFixed(0), ""]]);
table(rows);
await browser.close();
server.kill("SIGINT");
