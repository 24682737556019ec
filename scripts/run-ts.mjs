/** `node scripts/run-ts.mjs FILE.ts ARGUMENTS`: bundles a TypeScript file into node_modules/.cache and runs it. */
import { spawnSync } from "node:child_process";
import { basename, join } from "node:path";
import { bundle, bundleWorkers } from "./bundle.mjs";

const [file, ...rest] = process.argv.slice(2);
if (!file) {
  console.error("usage: node scripts/run-ts.mjs FILE.ts [ARGUMENTS]");
  process.exit(2);
}
const outdir = join("node_modules", ".cache", "netc", `run-${process.pid}`);
await bundle([file], outdir);
await bundleWorkers(outdir);
const { status } = spawnSync(process.execPath, [...process.execArgv, join(outdir, basename(file).replace(/\.ts$/, ".mjs")), ...rest], { stdio: "inherit" });
process.exit(status ?? 1);
