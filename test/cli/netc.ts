/** Runs the command line as a person does: `node bin/netc.mjs …`, in a folder of its own. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repository } from "../programs.ts";

export interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export function buildIfMissing(): void {
  if (existsSync(join(repository, "dist/cli/main.cjs"))) return;
  const { status, stderr } = spawnSync(process.execPath, ["scripts/build.mjs"], { cwd: repository, encoding: "utf8" });
  if (status !== 0) throw new Error(`the command line cannot be built: ${stderr}`);
}

export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), "netc-test-"));

export function netc(folder: string, ...args: readonly string[]): Run {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(repository, "bin/netc.mjs"), ...args], {
    cwd: folder, encoding: "utf8", env: { ...process.env, NO_COLOR: "1", NETC_DEBUG: "" },
  });
  return { code: status, out: stdout, err: stderr };
}
