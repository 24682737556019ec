/** Makes the .vsix and unpacks it where no package is beside it. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { unzipSync } from "fflate";
import { buildIfMissing, temporaryFolder } from "../cli/netc.ts";
import { repository } from "../programs.ts";

export interface Unpacked {
  /** A folder of its own outside of the repository. */
  readonly folder: string;
  /** Where VS Code would have put the extension. */
  readonly extension: string;
  /** The .vsix. */
  readonly bytes: Buffer;
  /** Path to content, as in the .vsix. */
  readonly files: Readonly<Record<string, Uint8Array>>;
}

export function unpackedVsix(): Unpacked {
  buildIfMissing();
  const folder = temporaryFolder();
  const vsix = join(folder, "netc.vsix");
  const { status, stderr, stdout } = spawnSync(process.execPath, ["scripts/vscode-package.mjs", vsix], { cwd: repository, encoding: "utf8" });
  if (status !== 0) throw new Error(`the extension cannot be packed: ${stdout}${stderr}`);
  const bytes = readFileSync(vsix);
  const files = unzipSync(bytes);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return { folder, extension: join(folder, "extension"), bytes, files };
}

export const textIn = ({ files }: Unpacked, path: string): string => Buffer.from(files[path]).toString("utf8");

/** Whether this netc has a language server. */
export const hasServer = (): boolean => {
  buildIfMissing();
  return spawnSync(process.execPath, [join(repository, "bin/netc.mjs"), "lsp", "--help"], { encoding: "utf8" }).stdout.includes("--stdio");
};
