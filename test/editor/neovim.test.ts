/** Neovim's built-in client, set up by the recipe of docs/editors.md, drives the server. Skipped where Neovim is not installed. */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { buildIfMissing, temporaryFolder } from "../cli/netc.ts";
import { repository } from "../programs.ts";

const version = /NVIM v0\.(\d+)/.exec(spawnSync("nvim", ["--version"], { encoding: "utf8" }).stdout ?? "")?.[1];

describe("Neovim", () => {
  beforeAll(buildIfMissing);

  it.skipIf(version === undefined)("sees a mistake, applies its fix and renames across files", () => {
    const folder = temporaryFolder();
    const recipes = [...readFileSync(join(repository, "docs/editors.md"), "utf8").matchAll(/```lua\n([^]*?)```/g)].map(([, text]) => text);
    expect(recipes).toHaveLength(2);
    writeFileSync(join(folder, "init.lua"), recipes[Number(version) >= 11 ? 0 : 1]);
    writeFileSync(join(folder, "blocks.net"), "block doubled(x: f32[B, C]) -> f32[B, C] = x + x\n");
    writeFileSync(join(folder, "main.net"), "import { doubled } from \"blocks.net\"\nmodel M {\n  input x: f32[B, C = 8]\n  let twice = doubled(x)\n  output y: f32[B, C] = twicee\n}\n");
    writeFileSync(join(folder, "netc"), `#!/bin/sh\nexec "${process.execPath}" "${join(repository, "bin/netc.mjs")}" "$@"\n`);
    chmodSync(join(folder, "netc"), 0o755);
    const result = join(folder, "told.json");
    const { stderr } = spawnSync("nvim", ["--headless", "--clean", "-n", "-u", join(folder, "init.lua"), "main.net", "-S", join(repository, "test/editor/neovim.lua")], {
      cwd: folder, encoding: "utf8", timeout: 100_000,
      env: { ...process.env, PATH: `${folder}${delimiter}${process.env["PATH"]}`, NETC_TOLD: result, NETC_OTHER: join(folder, "blocks.net"), XDG_STATE_HOME: folder, XDG_CACHE_HOME: folder, XDG_DATA_HOME: folder },
    });
    expect(existsSync(result), stderr).toBe(true);
    expect(JSON.parse(readFileSync(result, "utf8"))).toEqual([
      { step: "mistake", line: 4, code: "NET0101" },
      { step: "fixed", text: "  output y: f32[B, C] = twice", left: 0 },
      { step: "renamed", text: "  let twice = twofold(x)", other: "block twofold(x: f32[B, C]) -> f32[B, C] = x + x" },
      { step: "hover", text: expect.stringContaining("twice: f32[B, C = 8]") },
    ]);
  });
});
