/** The extension as a client of the `netc view` that it carries: the page, other variants, a file that changes, mistakes. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { Problem, ViewMessage } from "../../editor/view/model/messages.ts";
import { launchOf, runNetc } from "../../editor/vscode/launch.ts";
import { variantsOf } from "../../editor/vscode/variants.ts";
import { startView, type ViewClient } from "../../editor/vscode/view-client.ts";
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

type Heard = { readonly kind: "page"; readonly html: string; readonly first: ViewMessage } | { readonly kind: "document"; readonly message: ViewMessage } | { readonly kind: "problem"; readonly problem: Problem } | { readonly kind: "ended"; readonly reason: string };

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

function start(text: string, choice = {}, launch = launchOf(vsix.extension, "")): void {
  writeFileSync(file, text);
  heard = [];
  client = startView(launch, file, choice, {
    page: (html, first) => heard.push({ kind: "page", html, first }),
    document: (message) => heard.push({ kind: "document", message }),
    problem: (problem) => heard.push({ kind: "problem", problem }),
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

it("gives the page with its first view, then follows choices and the file", async () => {
  start(program(8));
  const { html, first } = await next("page");
  expect(html).toContain('<script type="application/json" id="data" data-host="server">');
  expect([first.choice, first.program.sources[0].name, first.program.sources[0].text]).toEqual([{ model: "Small", variant: "default" }, file, program(8)]);
  client!.choose({ model: "Small", variant: "wide", from: "default" });
  const compared = (await next("document")).message;
  expect([compared.choice, compared.config]).toEqual([{ model: "Small", variant: "wide", from: "default" }, [{ key: "width", before: "8", after: "64" }]]);
  client!.choose({ model: "Small", variant: "wide" });
  expect((await next("document")).message.choice).toEqual({ model: "Small", variant: "wide" });

  writeFileSync(file, program(8).replace("out: width", "out: depth"));
  const { problem } = await next("problem");
  expect([problem.code, problem.file, problem.line]).toEqual(["NET0101", file, 4]);
  writeFileSync(file, program(16));
  const { message } = await next("document");
  expect([message.choice.variant, message.program.sources[0].text]).toEqual(["wide", program(16)]);

  writeFileSync(file, program(16).replace('wide "wider"', 'huge "larger"'));
  expect((await next("document")).message.choice).toEqual({ model: "Small", variant: "default" });
});

it("begins with the variant that was chosen", async () => {
  start(program(8), { model: "Small", variant: "wide" });
  expect((await next("page")).first.choice).toEqual({ model: "Small", variant: "wide" });
});

it("says why there is no graph", async () => {
  start(program(8).replace("relu(up)", "relu(down)"));
  expect((await next("ended")).reason).toContain("down");
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
