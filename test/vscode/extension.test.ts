/** The packed extension in a session without a screen: its commands, the graph panel, the cursors that follow each other, variants, mistakes. */
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Showing } from "../../editor/view/model/messages.ts";
import { findChromium, startChromium, type Browser, type Tab } from "../view/chromium.ts";
import { repository } from "../programs.ts";
import { hasServer, textIn, unpackedVsix, type Unpacked } from "./vsix.ts";

const program = `model Small {
  config { width: int = 8 }
  input x: f32[B, C = 4]
  let up = Linear(x, out: width)
  output y: f32[B, C = width] = relu(up)
}
ablation widths of Small {
  wide "wider" = { width: 64 }
}
`;

interface Session {
  readonly registered: readonly string[];
  readonly served?: { readonly complaint: readonly string[]; readonly commands: readonly string[]; readonly updated: readonly object[] };
  readonly complaint: readonly string[];
  readonly title: string;
  readonly options: object;
  readonly html: string;
  readonly places: readonly (readonly [string, { readonly file: number; readonly start: number; readonly end: number }])[];
  readonly shown: readonly { readonly file: string; readonly selection: object; readonly preserveFocus: boolean; readonly viewColumn: number }[];
  readonly offered: readonly (readonly string[])[];
  readonly updated: readonly object[];
  readonly variant: object;
  readonly configured: object;
  readonly output: string;
  /** What was said to the page when a library file was opened from it. */
  readonly unasked: number;
  readonly library: { readonly file: string; readonly start: number; readonly index: number; readonly place: object };
  readonly problems: Showing;
  readonly during: readonly string[];
  readonly typed: object;
  readonly closed: boolean;
  readonly early: Showing;
  readonly late: object;
}

const server = hasServer();
if (!server) console.log("netc: this netc has no language server yet, so the extension is tested without");

let vsix: Unpacked;
let file: string;
let done: Session;
beforeAll(() => {
  vsix = unpackedVsix();
  file = join(vsix.folder, "small.net");
  writeFileSync(file, program);
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(repository, "test/vscode/session.cjs"), vsix.extension, file, server ? "server" : "none"], { cwd: vsix.folder, encoding: "utf8", env: { ...process.env, NODE_PATH: "" } });
  if (status !== 0) throw new Error(stderr);
  done = JSON.parse(stdout) as Session;
});
afterAll(() => vsix && rmSync(vsix.folder, { recursive: true, force: true }));

describe("the extension", () => {
  it("registers the commands that its package.json promises", () => {
    const { contributes } = JSON.parse(textIn(vsix, "extension/package.json")) as { readonly contributes: { readonly commands: readonly { readonly command: string }[] } };
    expect([...done.registered].sort()).toEqual(contributes.commands.map(({ command }) => command).sort());
  });

  it("says what to do when the server does not start, and goes on without it", () => {
    expect(done.complaint.join("\n")).toContain("Look at the setting netc.path (now: no-such-netc");
  });

  it.skipIf(!server)("starts the server inside, and answers its code lens with a list of variants", () => {
    expect(done.served).toEqual({ complaint: [], commands: expect.arrayContaining(["netc.checkAllVariants", "netc.chooseVariant"]), updated: [{ key: "variants", value: { Small: "wide" }, target: 1 }] });
  });

  it("opens the graph of the file in a panel that may run its own script and read no file", () => {
    expect([done.title, done.options]).toEqual(["Graph of small.net", { enableScripts: true, localResourceRoots: [], retainContextWhenHidden: true }]);
    expect(done.html).toContain('id="data" data-host="panel"');
    expect(done.html).not.toContain('data-host="server"');
  });

  it("the graph follows the cursor, but not a selection that came from the graph, and the cursor follows the graph", () => {
    const start = program.indexOf("up = Linear");
    expect(done.places).toEqual([["select", { file: 0, start: 0, end: 0 }], ["select", { file: 0, start, end: start }]]);
    expect(done.shown[0]).toEqual({ file, viewColumn: 1, preserveFocus: true, selection: { start: { line: 3, character: 6 }, end: { line: 3, character: 8 } } });
  });

  it("a member that stands in the layer library opens the file of the library, and the cursor in it is followed", () => {
    expect(done.library.file).toBe(join(vsix.extension, "netc/compiler/std/linear.net"));
    expect(done.shown[1]).toMatchObject({ file: done.library.file, viewColumn: 1, selection: { start: { character: 0 }, end: { character: 5 } } });
    expect(done.library.place).toEqual({ file: done.library.index, start: done.library.start, end: done.library.start });
    expect(done.unasked, "the cursor that came with the file is not the person's").toBe(0);
  });

  it("config keys of the settings are laid over the variant", () => {
    expect(done.configured).toEqual({ choice: { model: "Small", variant: "wide with width=24" }, parameters: 4 * 24 + 24 });
  });

  it("a variant is chosen from the rows of the ablations, kept in the settings, and shown", () => {
    expect(done.offered).toEqual([["default", "as the config says"], ["wide", "wider"]]);
    expect(done.updated).toEqual([{ key: "variants", value: { Small: "wide" }, target: 1 }]);
    expect(done.variant).toEqual({ model: "Small", variant: "wide" });
  });

  it("checks all variants into its output", () => {
    expect(done.output).toContain("Small");
    expect(done.output).not.toContain("error[");
  });

  it("follows what is typed: while there is a mistake the graph stays, and still leads to the text and back", () => {
    expect([done.problems.view, done.problems.problems!.problems.map(({ code, line }) => [code, line]), done.problems.problems!.sources.map(({ name }) => name)]).toEqual([undefined, [["NET0101", 6]], [file]]);
    expect(done.during).toEqual(["up"]);
    expect(done.shown[2]).toMatchObject({ file, selection: { start: { line: 5 } } });
    expect(done.shown[3], "the place in the text as it is typed").toMatchObject({ file, selection: { start: { line: 5, character: 32 } } });
    expect(done.typed, "the graph is of what is typed and not saved, and is selected at the cursor").toEqual({ text: true, saved: false, kinds: ["show", "select"] });
    expect(done.closed, "a text that is closed without saving is that of the disk again").toBe(true);
  });

  it("opens on a text with a mistake, and shows the graph when the mistake is gone", () => {
    expect([done.early.view, done.early.problems!.problems[0].code]).toEqual([undefined, "NET0101"]);
    expect(done.late).toEqual({ view: { model: "Small", variant: "wide" }, problems: null });
  });
});

const chromium = findChromium();
if (!chromium) console.log("netc: no Chromium is installed, so the page of the panel is not tested (Debian: apt-get install chromium)");

describe.skipIf(!chromium)("the page in the panel", () => {
  let browser: Browser;
  let tab: Tab;
  beforeAll(async () => {
    // VS Code puts its own script before everything else in the page, and a class on its body.
    const page = join(vsix.folder, "panel.html");
    const stub = "<script>window.sent = []; window.acquireVsCodeApi = () => ({ postMessage: (request) => sent.push(request) });</script>";
    writeFileSync(page, done.html.replace("<head>", `<head>${stub}`).replace("<body>", '<body class="vscode-dark">'));
    browser = await startChromium(chromium!);
    tab = await browser.tab(700, 900);
    await tab.open(`file://${page}`);
    await tab.until("document.body.dataset.ready", "the page is ready");
  });
  afterAll(() => browser?.close());

  it("draws the graph without its own source, in the editor's light or dark, and says that it is there", async () => {
    expect(await tab.evaluate("sent")).toEqual([{ kind: "ready" }]);
    expect(await tab.evaluate("getComputedStyle(document.getElementById('source')).display")).toBe("none");
    expect(await tab.evaluate("document.documentElement.dataset.theme")).toBe("dark");
    await tab.evaluate("document.body.classList.replace('vscode-dark', 'vscode-light')");
    await tab.until("document.documentElement.dataset.theme === 'light'", "the light theme");
    expect(await tab.evaluate("document.querySelector('#bar h1').textContent")).toBe("Small");
    expect(await tab.evaluate("document.getElementById('graph').getBoundingClientRect().bottom <= document.getElementById('side').getBoundingClientRect().top"), "the details are below the graph, not over it").toBe(true);
    mkdirSync(join(repository, "out/view"), { recursive: true });
    writeFileSync(join(repository, "out/view/panel.png"), await tab.screenshot());
  });

  it("selects what the cursor is on, and tells the editor what a person selects", async () => {
    const start = program.indexOf("up = Linear");
    await tab.evaluate(`postMessage({ kind: "select", place: { file: 0, start: ${start}, end: ${start} } })`);
    await tab.until("netc.selected() === 'up'", "the block of the cursor");
    expect(await tab.evaluate("sent.length"), "the cursor is not sent back").toBe(1);
    await tab.evaluate("netc.pick('y')");
    const request = await tab.evaluate<{ readonly kind: string; readonly place: { readonly file: number; readonly start: number; readonly end: number } }>("sent.at(-1)");
    expect([request.kind, program.slice(request.place.start, request.place.end)]).toEqual(["select", expect.stringContaining("relu(up)")]);
    await tab.evaluate("sent.length = 0, [...document.querySelectorAll('#details .link')].find((one) => one.textContent === 'small.net:5').click()");
    expect(await tab.evaluate("sent"), "the place in the details is a way to the source too").toEqual([request]);
  });

  it("shows a mistake and takes it away with the next document", async () => {
    await tab.evaluate(`postMessage({ kind: "show", showing: ${JSON.stringify(done.problems)} })`);
    await tab.until("!document.getElementById('problems').hidden", "the mistake");
    expect(await tab.evaluate("document.getElementById('problems').textContent")).toContain("The graph is of the text before");
    expect(await tab.evaluate("netc.where('up') !== null"), "the graph stays").toBe(true);
    await tab.evaluate("sent.length = 0, document.querySelector('#problems button').click()");
    expect(await tab.evaluate("sent")).toEqual([{ kind: "problem", problem: done.problems.problems!.problems[0] }]);
    await tab.evaluate("postMessage({ kind: 'notice', text: 'netc view ended' })");
    await tab.until("document.getElementById('problems').textContent.startsWith('netc view ended')", "the notice");
    await tab.evaluate("postMessage({ kind: 'notice' })");
    await tab.evaluate("postMessage({ kind: 'show', showing: JSON.parse(document.getElementById('data').textContent) })");
    await tab.until("document.getElementById('problems').hidden", "the graph");
    expect(tab.errors).toEqual([]);
  });

  it("asks the editor for another variant", async () => {
    await tab.evaluate("(() => { const choose = [...document.querySelectorAll('select')].find((one) => [...one.options].some((option) => option.value === 'wide')); choose.value = 'wide'; choose.dispatchEvent(new Event('change', { bubbles: true })); })()");
    expect(await tab.evaluate("sent.at(-1)")).toEqual({ kind: "choose", choice: { model: "Small", variant: "wide" } });
  });
});
