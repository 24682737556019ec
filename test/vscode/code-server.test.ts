/**
 * The packed extension in a real VS Code: code-server is one that runs in a browser. It is installed by hand (`node scripts/install-code-server.mjs`) or
 * named by CODE_SERVER; without it, or without a Chromium, this is skipped. Screenshots are kept in out/view.
 */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../cli/netc.ts";
import { repository } from "../programs.ts";
import { findChromium, startChromium, type Browser, type Tab } from "../view/chromium.ts";
import { unpackedVsix } from "./vsix.ts";

const entry = join(process.env["CODE_SERVER"] ?? join(repository, "out/code-server"), "node_modules/code-server/out/node/entry.js");
const chromium = findChromium();
const missing = !existsSync(entry) ? "no code-server is installed (node scripts/install-code-server.mjs)" : !chromium ? "no Chromium is installed (Debian: apt-get install chromium)" : undefined;
if (missing) console.log(`netc: ${missing}, so the extension is not tested in a real VS Code`);

/** A line of the editor by a part of its text, as an expression of the page; VS Code draws blanks as no-break spaces. */
const lineWith = (part: string): string => `[...document.querySelectorAll('.view-lines .view-line')].find((line) => line.textContent.replaceAll('\\u00a0', ' ').includes(${JSON.stringify(part)}))`;
/** A word in it. */
const wordIn = (part: string, word: string): string => `[...(${lineWith(part)}?.querySelectorAll('span') ?? [])].find((span) => span.children.length === 0 && span.textContent.trim() === ${JSON.stringify(word)})`;
/** The document of the panel: two frames deep, of the same origin. */
const panel = "document.querySelector('iframe.webview')?.contentDocument?.querySelector('iframe')?.contentDocument";
const graph = "document.querySelector('iframe.webview').contentDocument.querySelector('iframe').contentWindow.netc";

describe.skipIf(missing !== undefined)("VS Code", () => {
  let folder: string;
  let server: ChildProcess;
  let browser: Browser;
  let tab: Tab;
  const shot = async (name: string): Promise<void> => writeFileSync(join(repository, "out/view", `vscode-${name}.png`), await tab.screenshot());
  const middle = (expression: string): Promise<{ readonly x: number; readonly y: number }> => tab.evaluate(`(() => { const { x, y, width, height } = (${expression}).getBoundingClientRect(); return { x: x + width / 2, y: y + height / 2 }; })()`);
  const click = async (expression: string, count = 1): Promise<void> => {
    await tab.until(expression, "what is clicked is there");
    const { x, y } = await middle(expression);
    await tab.click(x, y, count);
  };

  beforeAll(async () => {
    mkdirSync(join(repository, "out/view"), { recursive: true });
    folder = temporaryFolder();
    const { folder: unpacked } = unpackedVsix();
    const [data, extensions, work] = ["data", "extensions", "work"].map((name) => join(folder, name));
    mkdirSync(join(data, "User"), { recursive: true });
    writeFileSync(join(data, "User/settings.json"), JSON.stringify({ "workbench.startupEditor": "none", "security.workspace.trust.enabled": false, "telemetry.telemetryLevel": "off", "files.autoSave": "off", "editor.minimap.enabled": false, "netc.variants": { CD2FSAN: "g" } }));
    mkdirSync(work);
    for (const name of ["cd2fsan.net", "clip.net"]) copyFileSync(join(repository, "models", name), join(work, name));
    const env = { ...process.env, HOME: folder, XDG_CONFIG_HOME: folder, PASSWORD: "" };
    const places = ["--user-data-dir", data, "--extensions-dir", extensions];
    const installed = spawnSync(process.execPath, [entry, ...places, "--install-extension", join(unpacked, "netc.vsix")], { encoding: "utf8", env });
    rmSync(unpacked, { recursive: true, force: true });
    expect(installed.stdout + installed.stderr).toContain("was successfully installed");
    const port = await freePort();
    server = spawn(process.execPath, [entry, ...places, "--auth", "none", "--bind-addr", `127.0.0.1:${port}`, "--disable-telemetry", "--disable-update-check", work], { env, stdio: ["ignore", "pipe", "ignore"] });
    await new Promise<void>((resolve) => server.stdout!.on("data", (part: Buffer) => part.toString().includes("HTTP server listening") && resolve()));
    browser = await startChromium(chromium!);
    tab = await browser.tab(1600, 1000);
    await tab.open(`http://127.0.0.1:${port}/?folder=${encodeURIComponent(work)}`);
    const row = "[...document.querySelectorAll('.explorer-folders-view .monaco-list-row')].find((one) => one.textContent.includes('cd2fsan.net'))";
    await tab.until(row, "the explorer lists the file");
    await click(row, 2);
    await tab.until("document.querySelector('.view-lines .view-line')", "the editor");
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    if (server) {
      const ended = new Promise((resolve) => server.once("exit", resolve));
      server.kill();
      await ended;
    }
    if (folder) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }, 30_000);

  it("colours the words at once, and the server brings types behind bindings and costs above blocks", async () => {
    await tab.until(`${wordIn("let logit", "let")}`, "words are told apart");
    const colour = (word: string): Promise<string> => tab.evaluate(`getComputedStyle(${wordIn("let logit", word)}).color`);
    expect(new Set([await colour("let"), await colour("Linear"), await colour("relu")]).size).toBe(3);
    await tab.until(`${lineWith("let logit")}.textContent.includes('f32[B,')`, "inlay hints");
    await tab.until("[...document.querySelectorAll('.codelens-decoration')].some((one) => /parameters.*CD2FSAN, g/.test(one.textContent))", "code lenses, in the variant of the settings");
  }, 60_000);

  it("shows the graph beside the text, and leaves the keyboard to the editor", async () => {
    await click(wordIn("let hidden_2", "Linear"));
    await click("document.querySelector('.editor-actions a[aria-label*=\"Show Graph\"]')");
    await tab.until(`${panel}?.body?.dataset.ready`, "the graph");
    expect(await tab.evaluate(`${panel}.querySelector('#bar h1').textContent`)).toBe("CD2FSAN");
    expect(await tab.evaluate(`${panel}.getElementById('variant').value`), "the variant of the settings").toBe("g");
    expect(await tab.evaluate(`${panel}.getElementById('bar').scrollWidth <= ${panel}.getElementById('bar').clientWidth`), "the bar fits").toBe(true);
    await tab.until(`${graph}.selected() === 'selection/hidden_2'`, "what the cursor is on is selected");
    await shot("1-graph");
    await click(wordIn("let logit", "Linear"));
    await tab.until(`${graph}.selected() === 'selection/logit'`, "the cursor is followed");
  }, 60_000);

  it("says in a hover what a block is and costs", async () => {
    const { x, y } = await middle(wordIn("let hidden_1", "Linear"));
    await tab.point(x, y);
    await tab.until("[...document.querySelectorAll('.monaco-hover')].some((one) => /y = W x \\+ b[\\s\\S]*parameters/.test(one.innerText))", "the hover");
    await shot("2-hover");
    await tab.point(x, 990);
  }, 30_000);

  it("a mistake that is typed is underlined, and the graph says that it is of the text before; typed right, both are gone", async () => {
    await click(wordIn("let S", "softmax"), 2);
    await tab.type("softmix");
    await tab.until("document.querySelector('.squiggly-error')", "the error is underlined");
    await tab.until(`${panel}.getElementById('problems').textContent.includes('softmix')`, "the panel says it");
    expect(await tab.evaluate(`${panel}.getElementById('problems').textContent`)).toMatch(/1 error in the text\. The graph is of the text before.*cd2fsan\.net:\d+:\d+NET0101.*softmix/);
    await shot("3-mistake");
    await tab.key("Escape"); // the list of completions
    await click(wordIn("let S", "softmix"), 2);
    await tab.type("softmax");
    await tab.until("!document.querySelector('.squiggly-error')", "the error is gone");
    await tab.until(`${panel}.getElementById('problems').hidden`, "the panel no longer says it");
    await tab.key("Escape");
    await click(wordIn("let logit", "relu"), 2);
    await tab.type("gelu");
    await tab.until(`${graph}.selected()?.endsWith('gelu')`, "the graph of what is typed, selected at the cursor");
    await shot("4-mended");
    expect(readFileSync(join(folder, "work/cd2fsan.net"), "utf8"), "nothing was saved").not.toContain("gelu(hidden_2)");
  }, 60_000);

  it("a member of the layer library opens the file of the library", async () => {
    await tab.evaluate(`${graph}.pick('selection/hidden_1')`);
    await tab.evaluate(`[...${panel}.querySelectorAll('#details .link')].find((one) => one.textContent.startsWith('std/')).click()`);
    await tab.until("[...document.querySelectorAll('.tab')].some((one) => one.textContent.includes('linear.net'))", "its file");
    await tab.until(lineWith("block Linear"), "its line");
    await shot("5-library");
  }, 30_000);
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
