/** The extension as a client of the `netc view --stdio` that it carries: the page, other variants, texts that are typed, a file that changes, mistakes. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { Showing, Wanted } from "../../editor/view/model/messages.ts";
import { launchOf, runNetc } from "../../editor/vscode/launch.ts";
import { variantsOf } from "../../editor/vscode/variants.ts";
import { startView, type Texts, type ViewClient } from "../../editor/vscode/view-client.ts";
import { unpackedVsix, type Unpacked } from "./vsix.ts";

const program = (width: number): string => `model Small {
  config { width: int = ${width} }
  input x: f32[B, C = 4]
  let up = Linear(x, out: width)
  output y: f32[B, C = width] = relu(up)
}
ablation widths of Small {
  wide "wider" = { width: 64 }
}
`;

type Heard = { readonly kind: "page"; readonly html: string; readonly showing: Showing; readonly library: string } | { readonly kind: "show"; readonly showing: Showing } | { readonly kind: "ended"; readonly reason: string };

let vsix: Unpacked;
let file: string;
let client: ViewClient | undefined;
let heard: Heard[];

beforeAll(() => {
  vsix = unpackedVsix();
  file = join(vsix.folder, "small.net");
});
afterEach(() => client?.close());
afterAll(() => vsix && rmSync(vsix.folder, { recursive: true, force: true }));

function start(text: string, wanted: Wanted = {}, launch = launchOf(vsix.extension, ""), texts: Texts = []): void {
  writeFileSync(file, text);
  heard = [];
  client = startView(launch, file, wanted, texts, {
    page: (html, showing, library) => heard.push({ kind: "page", html, showing, library }),
    show: (showing) => heard.push({ kind: "show", showing }),
    ended: (reason) => heard.push({ kind: "ended", reason }),
  });
}

/** The next thing that is said. */
async function next<K extends Heard["kind"]>(kind: K): Promise<Extract<Heard, { kind: K }>> {
  for (let waited = 0; heard.length === 0; waited += 20) {
    if (waited > 20_000) throw new Error(`nothing is said, where ${kind} is due`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const first = heard.shift()!;
  expect(first.kind, JSON.stringify(first).slice(0, 300)).toBe(kind);
  return first as Extract<Heard, { kind: K }>;
}

const choiceOf = ({ view }: Showing): object | undefined => view?.choice;

it("gives the page with its first view, then follows choices and the file", async () => {
  start(program(8));
  const { html, showing, library } = await next("page");
  expect(html).toContain('<script type="application/json" id="data" data-host="panel">');
  expect(library).toBe(join(vsix.extension, "netc", "compiler"));
  expect([choiceOf(showing), showing.view!.program.sources[0].name, showing.view!.program.sources[0].text]).toEqual([{ model: "Small", variant: "default" }, file, program(8)]);
  client!.choose({ model: "Small", variant: "wide", from: "default" });
  const compared = (await next("show")).showing.view!;
  expect([compared.choice, compared.config]).toEqual([{ model: "Small", variant: "wide", from: "default" }, [{ key: "width", before: "8", after: "64" }]]);
  client!.choose({ model: "Small", variant: "wide" });
  expect(choiceOf((await next("show")).showing)).toEqual({ model: "Small", variant: "wide" });

  writeFileSync(file, program(8).replace("out: width", "out: depth"));
  const { problems, view } = (await next("show")).showing;
  expect([view, problems!.problems.map(({ code, line }) => [code, line])]).toEqual([undefined, [["NET0101", 4]]]);
  writeFileSync(file, program(16));
  const changed = (await next("show")).showing;
  expect([changed.view!.choice.variant, changed.view!.program.sources[0].text]).toEqual(["wide", program(16)]);

  writeFileSync(file, program(16).replace('wide "wider"', 'huge "larger"'));
  expect(choiceOf((await next("show")).showing)).toEqual({ model: "Small", variant: "default" });
});

it("begins with the variant that was chosen, and takes another wish", async () => {
  start(program(8), { model: "Small", variant: "wide" });
  expect(choiceOf((await next("page")).showing)).toEqual({ model: "Small", variant: "wide" });
  client!.want({ model: "Small", variant: "wide", settings: ["width=3"] });
  const { view } = (await next("show")).showing;
  expect([view!.choice.variant, view!.document.root.parameters]).toEqual(["wide with width=3", 4 * 3 + 3]);
  client!.want({ model: "Small", settings: ["breadth=3"] });
  expect((await next("show")).showing.problems!.problems[0].message).toContain("no key `breadth`");
});

it("goes by the texts of the editor, before the first page and after", async () => {
  start(program(8), {}, undefined, [{ file, text: program(5) }]);
  expect((await next("page")).showing.view!.document.root.parameters).toBe(4 * 5 + 5);
  for (const width of [6, 7, 9, 10]) client!.setTexts([{ file, text: program(width) }]);
  let parameters = 0;
  for (let count = 0; parameters !== 4 * 10 + 10 && count < 4; count++) parameters = (await next("show")).showing.view!.document.root.parameters;
  expect(parameters, "the last of what was typed").toBe(4 * 10 + 10);
  client!.setTexts([{ file, text: program(10).replace("relu(up)", "relu(") }]);
  expect((await next("show")).showing.problems!.problems[0].line).toBe(5);
  client!.choose({ model: "Small", variant: "wide" });
  const other = (await next("show")).showing;
  expect([other.view!.choice.variant, other.view!.program.sources[0].text, other.problems!.problems[0].line], "another variant of the last good text").toEqual(["wide", program(10), 5]);
  client!.setTexts([{ file }]);
  expect((await next("show")).showing.view!.program.sources[0].text).toBe(program(8));
});

it("opens on a text with an error", async () => {
  start(program(8).replace("relu(up)", "relu(down)"));
  const { showing } = await next("page");
  expect([showing.view, showing.problems!.problems[0].message]).toEqual([undefined, expect.stringContaining("down")]);
  client!.setTexts([{ file, text: program(8) }]);
  expect(choiceOf((await next("show")).showing)).toEqual({ model: "Small", variant: "default" });
});

it("says why it ended", async () => {
  start(program(8));
  await next("page");
  client!.close();
  client = undefined;
  heard = [];
  client = startView(launchOf(vsix.extension, ""), join(vsix.folder, "smal.net"), {}, [], { page: () => undefined, show: () => undefined, ended: (reason) => heard.push({ kind: "ended", reason }) });
  expect((await next("ended")).reason).toContain("did you mean");
});

it("says what to do when a netc of one's own is not there", async () => {
  const launch = launchOf(vsix.extension, "no-such-netc");
  start(program(8), {}, launch);
  const { reason } = await next("ended");
  expect(reason).toContain("Look at the setting netc.path (now: no-such-netc)");
  expect(await runNetc(launch, ["check", file], vsix.folder)).toEqual({ code: undefined, text: reason });
});

it("runs a checkout's script with the editor's own Node, and another command as it is", () => {
  expect(launchOf("/x", "/home/me/netc/bin/netc.mjs")).toMatchObject({ command: process.execPath, args: ["/home/me/netc/bin/netc.mjs"], env: { ELECTRON_RUN_AS_NODE: "1" } });
  expect(launchOf("/x", "netc")).toMatchObject({ command: "netc", args: [] });
  expect(launchOf("/x", "  ").args).toEqual([join("/x", "netc", "bin", "netc.mjs")]);
});

it("reads the variants of a text, with a mistake in it too", () => {
  const rows = [{ model: "Small", name: "default", title: "as the config says" }, { model: "Small", name: "wide", title: "wider" }];
  expect(variantsOf(program(8))).toEqual(rows);
  expect(variantsOf(program(8).replace("relu(up)", "relu("))).toEqual(rows);
  expect(variantsOf("choice A = a | b")).toEqual([]);
});
