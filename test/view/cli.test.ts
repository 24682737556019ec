/** `netc view` from outside: files appear when complete, the server prints its address and ends with the command, wrong usage gets a suggestion. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ViewBundle } from "../../editor/view/model/messages.ts";
import { buildIfMissing, netc, temporaryFolder, type Run } from "../cli/netc.ts";
import { repository } from "../programs.ts";

let folder: string;
const run = (...args: readonly string[]): Run => netc(folder, ...args);
const program = `model Small {
  config { width: int = 8 }
  input x: f32[B, T, C = 4] where T % 2 == 0
  let up = Linear(x, out: width)
  output y: f32[B, T, C = width] = relu(up)
}
ablation widths of Small {
  wide "wider" = { width: 64 }
}
`;

beforeAll(() => {
  buildIfMissing();
  folder = temporaryFolder();
  writeFileSync(join(folder, "small.net"), program);
  writeFileSync(join(folder, "wrong.net"), program.replace("relu(up)", "relu(uq)"));
  writeFileSync(join(folder, "two.net"), `${program}\nmodel Other {\n  input x: f32[B, C = 4]\n  output y: f32[B, C] = relu(x)\n}\n`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const packedIn = (page: string): string => JSON.parse(/<script type="application\/json" id="data" data-host="file">(.*?)<\/script>/.exec(page)![1]) as string;
const bundleIn = (name: string): ViewBundle => JSON.parse(gunzipSync(Buffer.from(packedIn(readFileSync(join(folder, name), "utf8")), "base64")).toString()) as ViewBundle;

describe("a picture", () => {
  it("is written whole, the same twice", () => {
    expect(run("view", "small.net", "--output", "new/a.svg")).toMatchObject({ code: 0, out: "new/a.svg\n", err: "" });
    run("view", "small.net", "-o", "b.svg", "--quiet");
    const [a, b] = ["new/a.svg", "b.svg"].map((name) => readFileSync(join(folder, name), "utf8"));
    expect(a).toBe(b);
    expect(a).toContain("[B, T, C = 8]");
    expect(readdirSync(folder).filter((name) => name.includes("tmp"))).toEqual([]);
  });

  it("of a depth, and of what changed", () => {
    run("view", "small.net", "-o", "deep.svg", "--depth", "2");
    expect(readFileSync(join(folder, "deep.svg"), "utf8")).toContain(">weight<");
    run("view", "small.net", "-o", "changes.svg", "--from", "default", "--to", "wide");
    expect(readFileSync(join(folder, "changes.svg"), "utf8")).toMatch(/~ up[\s\S]*only in default/);
  });
});

describe("a page with everything in it", () => {
  it("has every variant and what differs, and asks for nothing", () => {
    expect(run("view", "small.net", "--output", "page.html", "--variant", "wide")).toMatchObject({ code: 0, out: "page.html\n" });
    const text = readFileSync(join(folder, "page.html"), "utf8");
    const bundle = bundleIn("page.html");
    expect(bundle.choice).toEqual({ model: "Small", variant: "wide" });
    expect(bundle.documents.map(({ variant, root }) => [variant, root.parameters])).toEqual([["default", 40], ["wide", 320]]);
    expect(bundle.differences.map(({ from, to, changed }) => [from, to, changed["up"]])).toEqual([["default", "wide", "changed"]]);
    expect(text).toContain("connect-src 'none'");
    expect(text.replace(packedIn(text), "")).not.toMatch(/\b(?:src|href)="(?!data:,)/);
    run("view", "small.net", "--output", "again.html", "--variant", "wide");
    expect(readFileSync(join(folder, "again.html"), "utf8")).toBe(text);
  });
});

describe("--set", () => {
  it("lays a key over the variant that is shown, in a picture and in a page, beside the rows of the file", () => {
    run("view", "small.net", "-o", "set.svg", "--set", "width=24");
    expect(readFileSync(join(folder, "set.svg"), "utf8")).toContain("[B, T, C = 24]");
    expect(run("view", "two.net", "-o", "set.html", "--variant", "wide", "--set", "width=24", "--from", "wide")).toMatchObject({ code: 0, err: "" });
    const bundle = bundleIn("set.html");
    expect(bundle.choice).toEqual({ model: "Small", variant: "wide with width=24", from: "wide" });
    expect(bundle.documents.map(({ model, variant, root }) => [model, variant, root.parameters])).toEqual([["Small", "default", 40], ["Small", "wide", 320], ["Small", "wide with width=24", 120], ["Other", "default", 0]]);
    expect(bundle.differences.map(({ model, from, to }) => [model, from, to])).toEqual([["Small", "default", "wide"], ["Small", "default", "wide with width=24"], ["Small", "wide", "wide with width=24"]]);
    expect(bundle.program.models.map(({ name }) => name)).toEqual(["Small", "Other"]);
  });

  it("of a value that the model does not take, the errors", () => {
    const result = run("view", "small.net", "-o", "never.svg", "--set", "width=0");
    expect([result.code, result.err]).toEqual([1, expect.stringMatching(/error\[NET\d+\]/) as string]);
    expect(existsSync(join(folder, "never.svg"))).toBe(false);
  });
});

describe("the server", () => {
  it("starts on a file with errors: they are printed, and the page has them", async () => {
    const child = spawn(process.execPath, [join(repository, "bin/netc.mjs"), "view", "wrong.net", "--no-open"], { cwd: folder, env: { ...process.env, NO_COLOR: "1", DISPLAY: "", WAYLAND_DISPLAY: "" } });
    let complaint = "";
    child.stderr.on("data", (part: Buffer) => (complaint += part.toString()));
    const ended = new Promise<number | null>((resolve) => void child.once("exit", resolve));
    const address = await new Promise<string>((resolve) => void child.stdout.once("data", (part: Buffer) => resolve(part.toString().trim())));
    expect(await (await fetch(address)).text()).toContain('"code":"NET0101"');
    expect(complaint).toContain("error[NET0101]");
    child.kill("SIGINT");
    expect(await ended).toBe(0);
  });

  it("prints an address, serves the page of the file, and ends on a signal with code 0", async () => {
    const child = spawn(process.execPath, [join(repository, "bin/netc.mjs"), "view", "small.net", "--no-open"], { cwd: folder, env: { ...process.env, DISPLAY: "", WAYLAND_DISPLAY: "" } });
    const ended = new Promise<number | null>((resolve) => void child.once("exit", resolve));
    const address = await new Promise<string>((resolve) => void child.stdout.once("data", (part: Buffer) => resolve(part.toString().trim())));
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[0-9a-f]{32}$/);
    const page = await fetch(address);
    const text = await page.text();
    expect([page.status, text.includes('id="data" data-host="server"'), text.includes("connect-src 'self'")]).toEqual([200, true, true]);
    expect((await fetch(address.replace(/token=.*/, "token=1"))).status).toBe(403);
    child.kill("SIGINT");
    expect(await ended).toBe(0);
  });
});

describe("wrong usage", () => {
  it.each([
    [["small.net", "--variant", "wid"], 2, "did you mean wide?"], [["small.net", "--from", "wid"], 2, "did you mean wide?"], [["small.net", "--to", "wide"], 2, "--variant wide"], [["small.net", "--from", "default", "--to", "wide", "--variant", "wide"], 2, "--to and --variant"],
    [["small.net", "--output", "page.pdf"], 2, "--output PAGE.html"], [["small.net", "--output", "page.html", "--depth", "2"], 2, "--depth is for a picture"], [["small.net", "--output", "a.svg", "--depth", "0"], 2, "at least 1"], [["small.net", "--port", "70000"], 2, "at most 65535"],
    [["small.net", "--set", "widht=3", "-o", "x.svg"], 2, "did you mean width?"], [["small.net", "--set", "width", "-o", "x.svg"], 2, "--set align=transformer"], [["small.net", "--stdio", "-o", "x.svg"], 2, "leave one of them out"],
    [["smal.net"], 2, "did you mean small.net?"], [["two.net", "-o", "a.svg"], 2, "--model NAME"], [["small.net", "-o", "x.svg", "--size", "T=3"], 1, "multiple of 2"], [["wrong.net", "-o", "x.svg"], 1, "NET0101"],
  ])("%s", (args, code, words) => {
    const result = run("view", ...args);
    expect([result.code, result.out]).toEqual([code, ""]);
    expect(result.err).toContain(words);
    expect(result.err).not.toMatch(/\n {4}at /);
    expect(existsSync(join(folder, "x.svg"))).toBe(false);
  });

  it("an output that cannot be written", () => {
    mkdirSync(join(folder, "folder.svg"), { recursive: true });
    expect(run("view", "small.net", "-o", "folder.svg")).toMatchObject({ code: 1, err: expect.stringContaining("cannot write folder.svg") as string });
  });

  it("help shows an example, and the overview names the command", () => {
    expect(run("view", "--help").out).toMatch(/Example:\n {2}netc view /);
    expect(run("--help").out).toMatch(/^ {2}view\b/m);
  });
});
