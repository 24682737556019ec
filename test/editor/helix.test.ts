/** Helix, set up by the recipe of docs/editors.md, drives the server in a terminal of its own. Skipped where Helix or `script`, which makes the terminal, is not installed. */
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { buildIfMissing, temporaryFolder } from "../cli/netc.ts";
import { repository } from "../programs.ts";

const isInstalled = ["hx", "script"].every((command) => spawnSync(command, ["--version"]).status === 0);

describe("Helix", () => {
  beforeAll(buildIfMissing);

  it.skipIf(!isInstalled)("sees a mistake, applies its fix and renames across files", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, ".config", "helix"), { recursive: true });
    mkdirSync(join(folder, ".git"));
    writeFileSync(join(folder, ".config", "helix", "languages.toml"), /```toml\n([^]*?)```/.exec(readFileSync(join(repository, "docs/editors.md"), "utf8"))![1]);
    writeFileSync(join(folder, "blocks.net"), "block doubled(x: f32[B, C]) -> f32[B, C] = x + x\n");
    writeFileSync(join(folder, "main.net"), "import { doubled } from \"blocks.net\"\nmodel M {\n  input x: f32[B, C = 8]\n  let twice = doubled(x)\n  output y: f32[B, C] = twicee\n}\n");
    writeFileSync(join(folder, "netc"), `#!/bin/sh\nexec "${process.execPath}" "${join(repository, "bin/netc.mjs")}" "$@"\n`);
    chmodSync(join(folder, "netc"), 0o755);
    const child = spawn("script", ["-qfec", "stty rows 40 cols 140; hx main.net", "/dev/null"], {
      cwd: folder, stdio: ["pipe", "pipe", "inherit"], env: { ...process.env, HOME: folder, XDG_CONFIG_HOME: join(folder, ".config"), XDG_CACHE_HOME: folder, PATH: `${folder}${delimiter}${process.env["PATH"]}`, TERM: "xterm-256color" },
    });
    let screen = "";
    child.stdout.on("data", (bytes: Buffer) => (screen += bytes.toString().replace(/\x1b\[[0-9;?]*[a-zA-Z]/g, "")));
    const ended = new Promise((done) => child.on("exit", done));
    /** Keys, once something is on the screen or in a file. */
    const type = async (keys: string, when: () => boolean): Promise<void> => {
      for (const from = Date.now(); !when(); await new Promise((done) => setTimeout(done, 50))) if (Date.now() - from > 30_000) throw new Error(`Helix shows:\n${screen.slice(-2_000)}`);
      await new Promise((done) => setTimeout(done, 300));
      screen = "";
      child.stdin.write(keys);
    };
    const file = (name: string): string => readFileSync(join(folder, name), "utf8");
    try {
      await type(":5\rglh", () => screen.includes("twicee") && screen.includes("●"));
      await type(" a", () => true);
      await type("\r", () => /twice/.test(screen));
      await type(":w\r", () => true);
      await type(":4\rgl2hb r", () => !file("main.net").includes("twicee"));
      await type("\u0015twofold\r", () => screen.includes("rename-to"));
      await type(":wa\r", () => screen.includes("[+]"));
      await type(":qa!\r", () => file("blocks.net").includes("twofold"));
      await ended;
    } finally {
      child.kill();
    }
    expect(file("main.net")).toBe("import { twofold } from \"blocks.net\"\nmodel M {\n  input x: f32[B, C = 8]\n  let twice = twofold(x)\n  output y: f32[B, C] = twice\n}\n");
    expect(file("blocks.net")).toBe("block twofold(x: f32[B, C]) -> f32[B, C] = x + x\n");
  });
});
