/** The plugin in Prettier itself: as a library, from its command line, in Markdown, and whatever its options say. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { format as prettier } from "prettier";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as plugin from "../../grammar/format/prettier.ts";
import { buildIfMissing } from "../cli/netc.ts";
import { repository } from "../programs.ts";
import { formatted, files } from "./corpus.ts";

const mangled = "model   M {\n    config{depth:int=3 }\n input x : f32[B,C=8]    // the input\n\n\n output y: f32[B, C]=relu( x ) }\n";
const withPlugin = { plugins: [plugin], parser: "netc" };

describe("prettier.format", () => {
  it("writes what the formatter writes, whatever the options", async () => {
    expect(await prettier(mangled, withPlugin)).toBe(formatted(mangled));
    expect(await prettier(mangled, { ...withPlugin, printWidth: 20, tabWidth: 8, useTabs: true, endOfLine: "lf" })).toBe(formatted(mangled));
    for (const { text } of files) expect(await prettier(text.replaceAll("  ", "    "), withPlugin)).toBe(formatted(text.replaceAll("  ", "    ")));
  });

  it("keeps line endings and a byte-order mark", async () => {
    const windows = `\ufeff${mangled.replaceAll("\n", "\r\n")}`;
    expect(await prettier(windows, withPlugin)).toBe(formatted(windows));
  });

  it("finds the language by the name of the file", async () => {
    expect(await prettier(mangled, { plugins: [plugin], filepath: "models/net.net" })).toBe(formatted(mangled));
  });

  it("formats fences of Markdown, also in a list, and leaves a broken one alone", async () => {
    const page = (code: string): string => `- a network:\n\n  \`\`\`net\n${code.trimEnd().replace(/^(?=.)/gm, "  ")}\n  \`\`\`\n`;
    expect(await prettier(page(mangled), { plugins: [plugin], parser: "markdown" })).toBe(page(formatted(mangled)));
    expect(await prettier(page("model   M {"), { plugins: [plugin], parser: "markdown" })).toBe(page("model   M {"));
  });

  it("names the place of a syntax error", async () => {
    await expect(prettier("model M {\n  input x: f32[B, C = ]\n}\n", withPlugin)).rejects.toMatchObject({ name: "SyntaxError", message: expect.stringMatching(/^expected an expression.*\(2:23\)/), loc: { start: { line: 2, column: 23 } } });
  });
});

describe("prettier --plugin", () => {
  let folder: string;
  const command = join(dirname(createRequire(import.meta.url).resolve("prettier/package.json")), "bin/prettier.cjs");
  const run = (...args: readonly string[]): { readonly code: number | null; readonly out: string; readonly err: string } => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [command, "--plugin", join(repository, "dist/prettier.mjs"), ...args], { cwd: folder, encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } });
    return { code: status, out: stdout, err: stderr };
  };
  beforeAll(() => {
    buildIfMissing();
    folder = mkdtempSync(join(tmpdir(), "netc-prettier-"));
    writeFileSync(join(folder, "net.net"), mangled);
    writeFileSync(join(folder, "broken.net"), "model M {\n  input x: f32[B, C = ]\n}\n");
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("prints, checks, and writes a file", () => {
    expect(run("net.net")).toEqual({ code: 0, out: formatted(mangled), err: "" });
    expect(run("--check", "net.net").code).toBe(1);
    expect(run("--write", "net.net").code).toBe(0);
    expect(readFileSync(join(folder, "net.net"), "utf8")).toBe(formatted(mangled));
    expect(run("--check", "net.net").code).toBe(0);
  });

  it("is found by the name of the package", () => {
    const { status, stdout } = spawnSync(process.execPath, [command, "--plugin", "netc/prettier", "--check", "models/cd2fsan.net"], { cwd: repository, encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } });
    expect([status, stdout]).toEqual([0, "Checking formatting...\nAll matched files use Prettier code style!\n"]);
  });

  it("shows the line of a syntax error", () => {
    const { code, err } = run("broken.net");
    expect(code).toBe(2);
    expect(err).toContain("SyntaxError: expected an expression");
    expect(err).toContain("> 2 |   input x: f32[B, C = ]");
  });
});
