/** `netc info`: versions for a bug report. */
import { createRequire } from "node:module";
import { cpus, totalmem } from "node:os";
import { packageJson, version } from "./version.ts";
import { bytesText } from "./output.ts";

export function info(): number {
  const require = createRequire(import.meta.url);
  const installed = (name: string): string => {
    try {
      return (require(`${name}/package.json`) as { version: string }).version;
    } catch {
      return "not installed";
    }
  };
  const lines = [
    `netc ${version}`,
    `node ${process.versions.node} on ${process.platform} ${process.arch}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? "unknown processor"}, ${bytesText(totalmem())}`,
    ...Object.keys(packageJson.dependencies).sort().map((name) => `${name} ${installed(name)}`),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
  return 0;
}
