/** `netc info`: versions for a bug report. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { packageJson, version } from "./version.ts";
import { bytesText } from "./output.ts";

export function info(): number {
  const require = createRequire(import.meta.url);
  const installed = (name: string): string => {
    for (const folder of require.resolve.paths(name) ?? []) {
      try {
        return (JSON.parse(readFileSync(join(folder, name, "package.json"), "utf8")) as { version: string }).version;
      } catch {
        // not in this folder: look in the next one up
      }
    }
    return "not installed";
  };
  const lines = [
    `netc ${version}`,
    `node ${process.versions.node} on ${process.platform} ${process.arch}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? "unknown processor"}, ${bytesText(totalmem())}`,
    ...Object.keys(packageJson.dependencies).sort().map((name) => `${name} ${installed(name)}`),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
  return 0;
}
