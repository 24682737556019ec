/** The page in headless Chromium: folding, search, source and back, comparison, light and dark, keyboard, a text with an error. Screenshots are kept in out/view. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync, copyFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serverPage } from "../../cli/view.ts";
import { createViewSession } from "../../cli/view-session.ts";
import { startServer, type ViewServer } from "../../cli/view-server.ts";
import { buildIfMissing, netc } from "../cli/netc.ts";
import { repository } from "../programs.ts";
import { findChromium, startChromium, type Browser, type Tab } from "./chromium.ts";

const chromium = findChromium();
if (!chromium) console.log("netc: no Chromium is installed, so the page of the viewer is not tested (Debian: apt-get install chromium)");

/** What the page shows, asked of the page itself. */
const selected = "document.querySelector('#details h2').textContent";
const heading = "document.querySelector('#bar h1').textContent";

describe.skipIf(!chromium)("the page", () => {
  let browser: Browser;
  let tab: Tab;
  let server: ViewServer;
  let folder: string;
  const file = (): string => join(folder, "cd2fsan.net");
  const shot = async (name: string): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, 350)); // the glide has ended
    writeFileSync(join(repository, "out/view", `${name}.png`), await tab.screenshot());
  };
  /** Where a member is in the window. */
  const at = (id: string): Promise<{ x: number; y: number; width: number; height: number } | undefined> => tab.evaluate(`netc.where(${JSON.stringify(id)})`);
  const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 260));

  beforeAll(async () => {
    buildIfMissing();
    mkdirSync(join(repository, "out/view"), { recursive: true });
    folder = mkdtempSync(join(tmpdir(), "netc-page-"));
    for (const name of ["cd2fsan.net", "clip.net"]) copyFileSync(join(repository, "models", name), join(folder, name));
    const session = createViewSession([file()]);
    session.want({ variant: "g" });
    expect(session.errors()).toEqual([]);
    server = await startServer({ port: 0, session, page: serverPage });
    browser = await startChromium(chromium!);
    tab = await browser.tab(1600, 1000);
    await tab.open(server.address);
    await tab.until("document.body.dataset.ready", "the page is ready");
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  it("opens with the model folded, all of it in sight", async () => {
    expect([await tab.evaluate(heading), await tab.evaluate("document.title")]).toEqual(["CD2FSAN", "CD2FSAN g · netc"]);
    for (const id of ["image", "vision", "mask", "output mask"]) {
      const place = await at(id);
      expect(place!.y > 48 && place!.y + place!.height < 1000 && place!.x > 0, id).toBe(true);
    }
    expect(await at("vision/norm_pre")).toBeNull();
    expect(await tab.evaluate("document.querySelector('#details').textContent")).toContain("197,220,381");
    await shot("1-open");
  });

  it("a click selects: details, and the line of the source", async () => {
    const vision = (await at("vision"))!;
    await tab.click(vision.x + vision.width / 2 + 10, vision.y + vision.height - 10);
    expect(await tab.evaluate(selected)).toBe("vision ViT");
    expect(await tab.evaluate("document.querySelector('#details').textContent")).toContain("[B, tok = 901, C = 768]");
    expect(await tab.evaluate("[...document.querySelectorAll('.line.marked')].map((line) => line.querySelector('code').textContent).join('|')")).toBe("  let vision = ViT(image)");
    expect(await tab.evaluate("document.querySelector('.spoken').textContent")).toContain("vision, ViT, folded, gives layer [B, tok = 901, C = 768] × 9");
  });

  it("a double click and Enter unfold and fold; what is clicked stays where it is", async () => {
    const before = (await at("vision"))!;
    await tab.click(before.x + before.width / 2 + 10, before.y + before.height - 8, 2);
    await tab.until("netc.where('vision/norm_pre')");
    const after = (await at("vision"))!;
    expect([Math.round(after.x - before.x), Math.round(after.y - before.y)]).toEqual([0, 0]);
    await shot("2-unfolded");
    await tab.key("Enter");
    await tab.until("!netc.where('vision/norm_pre')");
    await tab.key("Enter");
    await tab.until("netc.where('vision/norm_pre')");
  });

  it("search finds what is folded, and goes there", async () => {
    await tab.key("/");
    await tab.type("mixed");
    await tab.until("document.querySelectorAll('#found li').length > 10");
    await shot("3-search");
    await tab.key("ArrowDown");
    await tab.key("Enter");
    await settle();
    expect(await tab.evaluate(selected)).toBe("mixed attend");
    const id = await tab.evaluate<string>("netc.selected()");
    const place = (await at(id))!;
    expect(place.x > 0 && place.y > 48 && place.y + place.height < 1000).toBe(true);
    expect(await tab.evaluate("document.querySelector('#source select').selectedOptions[0].textContent")).toMatch(/attention\.net|cd2fsan\.net/);
    await shot("4-found");
  });

  it("arrows, Tab and Escape walk", async () => {
    await tab.key("f");
    await settle();
    await tab.evaluate("netc.pick('selection')");
    await tab.key("ArrowDown");
    const down = await tab.evaluate<string>("netc.selected()");
    expect(["low:[tok = 1..]", "mid:[tok = 1..]", "grid[12]:[tok = 1..]"]).toContain(down);
    await tab.key("ArrowUp");
    expect(await tab.evaluate("netc.selected()")).toBe("selection");
    await tab.key("Enter");
    await tab.key("Tab");
    expect(await tab.evaluate("netc.selected()")).toMatch(/^selection\//);
    await tab.key("Escape");
    expect(await tab.evaluate("netc.selected()")).toBe("selection");
    const scale = await tab.evaluate<number>("netc.scale()");
    await tab.key("+");
    await settle();
    expect(await tab.evaluate<number>("netc.scale()")).toBeCloseTo(scale * 1.3, 3);
    await tab.key("0");
    await settle();
  });

  it("a click on a line of the source selects what it makes, and unfolds what is around", async () => {
    const line = await tab.evaluate<{ x: number; y: number; text: string }>(`(() => {
      const select = document.querySelector('#source select');
      select.value = '0';
      select.dispatchEvent(new Event('change'));
      const line = [...document.querySelectorAll('.line')].find((one) => one.textContent.includes('let imc'));
      line.scrollIntoView({ block: 'center' });
      const token = [...line.querySelectorAll('code span')].find((one) => one.textContent === 'IMC');
      const { x, y, width, height } = (token ?? line).getBoundingClientRect();
      return { x: x + Math.min(width / 2, 60), y: y + height / 2, text: line.textContent };
    })()`);
    await tab.click(line.x, line.y);
    await settle();
    expect(await tab.evaluate("netc.selected()")).toBe("aligned/imc");
    expect(await at("aligned/imc")).toBeTruthy();
    expect(await tab.evaluate("document.querySelector('.line.marked').textContent")).toContain("let imc ");
    await shot("5-from-source");
    await tab.key("ArrowDown"); // the pane has the cursor now
    expect(await tab.evaluate("netc.selected()")).toBe("aligned/tmc");
  });

  it("another variant keeps what is unfolded", async () => {
    await tab.evaluate("(() => { const variant = document.getElementById('variant'); variant.value = 'f'; variant.dispatchEvent(new Event('change')); })()");
    await tab.until("document.title.includes('CD2FSAN f ')");
    expect(await at("aligned/tmc")).toBeTruthy();
    expect(await tab.evaluate("document.querySelector('.line.marked').textContent")).toContain("let tmc ");
  });

  it("a comparison marks what changed, with colours, signs and a legend", async () => {
    await tab.evaluate("(() => { const from = document.getElementById('from'); from.value = 'd'; from.dispatchEvent(new Event('change')); })()");
    await tab.until("document.title.includes('d → f')");
    expect(await tab.evaluate("document.querySelector('.legend').hidden")).toBe(false);
    expect(await tab.evaluate("document.querySelector('.legend').textContent")).toContain("+ only in f");
    await tab.evaluate("netc.pick('aligned')");
    expect(await tab.evaluate(selected)).toBe("~ aligned Align");
    expect(await tab.evaluate("document.querySelector('#details').textContent")).toContain("+10.79 M");
    await tab.evaluate("document.getElementById('fold-all').click()");
    await shot("6-changes");
    await tab.evaluate("(() => { const from = document.getElementById('from'); from.value = ''; from.dispatchEvent(new Event('change')); })()");
    await tab.until("document.title.includes('CD2FSAN f ')");
    expect(await tab.evaluate("document.querySelector('.legend').hidden")).toBe(true);
  });

  it("dark and light: as the system is, and as the switch says", async () => {
    const ground = "getComputedStyle(document.body).backgroundColor";
    const corner = "(() => { const canvas = document.querySelector('canvas'); return [...canvas.getContext('2d').getImageData(2, 2, 1, 1).data].slice(0, 3).join(); })()";
    expect([await tab.evaluate(ground), await tab.evaluate(corner)]).toEqual(["rgb(247, 247, 245)", "247,247,245"]);
    await tab.send("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: "dark" }] });
    await tab.until(`${corner} === '21,23,28'`, "the graph is dark");
    expect(await tab.evaluate(ground)).toBe("rgb(21, 23, 28)");
    await shot("7-dark");
    await tab.key("t");
    await tab.until(`${corner} === '247,247,245'`, "the graph is light");
    await tab.send("Emulation.setEmulatedMedia", { features: [] });
  });

  it("help lists the keys", async () => {
    await tab.key("?");
    expect(await tab.evaluate("document.querySelector('dialog').open")).toBe(true);
    await shot("8-help");
    await tab.key("Escape");
    await tab.until("!document.querySelector('dialog').open");
  });

  it("follows the file; errors are listed, each a way to its line, and the last good graph stays", async () => {
    const text = readFileSync(file(), "utf8");
    await tab.evaluate("netc.pick('aligned')");
    writeFileSync(file(), text.replace("Align(fused", "Align(fuzed").replace("import {", "// a line that is new\nimport {"));
    await tab.until("!document.getElementById('problems').hidden", "the error is shown");
    const strip = "document.getElementById('problems').textContent";
    expect(await tab.evaluate(strip)).toMatch(/^1 error in the text\. The graph is of the text before.*cd2fsan\.net:\d+:\d+NET0101.*fuzed/);
    expect(await at("aligned")).toBeTruthy();
    const line = Number((await tab.evaluate<string>(strip)).match(/cd2fsan\.net:(\d+)/)![1]);
    await tab.evaluate("document.querySelector('#problems li button').click()");
    expect(await tab.evaluate("[...document.querySelectorAll('.line.marked')].map((one) => one.querySelector('.gutter').textContent)"), "the line of the error in the text as it is now").toEqual([String(line)]);
    expect(await tab.evaluate("document.querySelector('.line.wrong code').textContent")).toContain("Align(fuzed");
    await shot("9-error");
    // The graph and the text, which is no longer that of the graph, still lead to each other.
    await tab.evaluate("netc.pick('fused')");
    expect(await tab.evaluate("document.querySelector('.line.marked code').textContent")).toContain("let fused = ");
    const mask = await tab.evaluate<{ x: number; y: number }>(`(() => {
      const line = [...document.querySelectorAll('.line')].find((one) => one.textContent.includes('output mask: '));
      line.scrollIntoView({ block: 'center' });
      const { x, y, height } = line.querySelector('code').getBoundingClientRect();
      return { x: x + 30, y: y + height / 2 };
    })()`);
    await tab.click(mask.x, mask.y);
    expect(await tab.evaluate("netc.selected()")).toBe("mask");
    // Another variant is shown too, and it is still said that the text has an error.
    await tab.evaluate("(() => { const variant = document.getElementById('variant'); variant.value = 'a'; variant.dispatchEvent(new Event('change')); })()");
    await tab.until("document.title.includes('CD2FSAN a ')");
    expect(await tab.evaluate("document.getElementById('problems').hidden")).toBe(false);
    await tab.evaluate("(() => { const variant = document.getElementById('variant'); variant.value = 'f'; variant.dispatchEvent(new Event('change')); })()");
    writeFileSync(file(), text.replace(/\baligned\b/g, "matched"));
    await tab.until("document.getElementById('problems').hidden && netc.where('matched')", "the new graph is shown");
    expect(await at("aligned")).toBeNull();
    expect(await tab.evaluate("document.querySelectorAll('.line.wrong').length")).toBe(0);
  });

  it("begins on a file with errors: they are listed beside its text, and the graph comes when it has none", async () => {
    const broken = join(folder, "broken.net");
    const good = readFileSync(join(repository, "examples/resnet.net"), "utf8");
    writeFileSync(broken, good.replace("relu(", "relo("));
    const session = createViewSession([broken]);
    session.want({});
    const own = await startServer({ port: 0, session, page: serverPage });
    const early = await browser.tab();
    await early.open(own.address);
    await early.until("document.body.dataset.ready", "the page is ready");
    expect(await early.evaluate("document.querySelector('.empty').innerText")).toBe("No graph yet\n\nThe text has errors. As soon as it has none, the graph appears here.");
    expect(await early.evaluate("document.title")).toBe("broken.net · netc");
    expect(await early.evaluate("document.querySelectorAll('.line.wrong').length")).toBeGreaterThan(0);
    expect(await early.evaluate("[...document.querySelectorAll('#bar button, #bar select, #bar input')].filter((one) => one.offsetParent).map((one) => one.id)"), "nothing to choose from").toEqual(["side-button", "theme-button", "help-button"]);
    for (const key of ["/", "f", "0", "+", "ArrowDown", "Enter", "Escape"]) await early.key(key); // nothing to do, and no fault
    await early.evaluate("document.querySelector('#problems li button').click()");
    expect(await early.evaluate("document.querySelector('.line.marked code').textContent")).toContain("relo(");
    writeFileSync(join(repository, "out/view/10-broken.png"), await early.screenshot());
    writeFileSync(broken, good);
    await early.until("document.getElementById('problems').hidden && document.querySelector('.empty').hidden && netc.scale() > 0 && document.querySelector('#bar h1').textContent === 'ResNet50'", "the graph");
    expect(await early.evaluate("document.querySelectorAll('.line.wrong').length")).toBe(0);
    const place = await early.evaluate<{ x: number; y: number; width: number }>("netc.where('image') ?? netc.where('x')");
    expect([place.x > 0, place.y > 48, place.width > 10], "it is in sight").toEqual([true, true, true]);
    expect(early.errors).toEqual([]);
    own.close();
    await early.until("!document.getElementById('problems').hidden", "the end of the server is said");
    expect(await early.evaluate("document.getElementById('problems').textContent")).toContain("The server has ended");
    await early.send("Page.close");
  });

  it("every control has a name, and the text its contrast", async () => {
    const nameless = "[...document.querySelectorAll('button, select, input, [tabindex]')].filter((one) => !(one.getAttribute('aria-label') || one.textContent.trim() || one.labels?.length)).map((one) => one.outerHTML.slice(0, 80))";
    expect(await tab.evaluate(nameless)).toEqual([]);
    const { light, dark } = await import("../../editor/view/layout/palette.ts");
    const luminance = (colour: string): number => [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16) / 255).map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)).reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
    const contrast = (a: string, b: string): number => (Math.max(luminance(a), luminance(b)) + 0.05) / (Math.min(luminance(a), luminance(b)) + 0.05);
    for (const palette of [light, dark]) {
      for (const ground of [palette.ground, palette.surface, ...palette.levels]) for (const text of [palette.text, palette.muted, palette.shape, palette.kinds.input, palette.kinds.parameter]) expect(contrast(text, ground), `${text} on ${ground}`).toBeGreaterThan(4.5);
      for (const { line, fill } of Object.values(palette.changes).slice(1)) for (const ground of [fill, palette.levels[0]]) expect(contrast(line, ground), `${line} on ${ground}`).toBeGreaterThan(4.5);
    }
  });

  it("nothing went wrong, and only its own server was asked", () => {
    expect(tab.errors).toEqual([]);
    expect(tab.requests.filter((address) => !address.startsWith(new URL(server.address).origin) && !address.startsWith("data:"))).toEqual([]);
  });

  it("a file with everything inside works alone, with no request at all", async () => {
    const page = join(folder, "page.html");
    expect(netc(repository, "view", "examples/resnet.net", "--output", page)).toMatchObject({ code: 0 });
    const alone = await browser.tab();
    await alone.open(pathToFileURL(page).href);
    await alone.until("document.body.dataset.ready");
    expect(await alone.evaluate(heading)).toBe("ResNet50");
    // Several models in one page, and a setting beside the rows of the file.
    const several = join(folder, "several.html");
    writeFileSync(join(folder, "several.net"), "model First {\n  config { width: int = 8 }\n  input x: f32[B, C = 4]\n  let up = Linear(x, out: width)\n  output y: f32[B, C = width] = up\n}\nmodel Second {\n  input x: f32[B, C = 4]\n  let half = Linear(x, out: 2)\n  output y: f32[B, C = 2] = half\n}\n");
    expect(netc(folder, "view", "several.net", "--set", "width=32", "--from", "default", "-o", several)).toMatchObject({ code: 0, err: "" });
    await alone.open(pathToFileURL(several).href);
    await alone.until("document.body.dataset.ready");
    expect(await alone.evaluate("document.title")).toBe("First default → default with width=32 · netc");
    await alone.evaluate("(() => { const model = document.getElementById('model'); model.value = 'Second'; model.dispatchEvent(new Event('change')); })()");
    await alone.until("document.title.startsWith('Second ')");
    expect(await alone.evaluate("[...document.querySelectorAll('#model option')].map((one) => one.value).join()")).toBe("First,Second");
    expect(await alone.evaluate<number>("netc.where('half').x"), "turned to the other model").toBeGreaterThan(0);
    expect([alone.errors, alone.requests.filter((address) => !address.startsWith("file:") && !address.startsWith("data:"))]).toEqual([[], []]);
  });
});
