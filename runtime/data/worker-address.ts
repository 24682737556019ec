/**
 * Where the script of the worker threads is. Beside the bundle that this module is part of: `dist/cli/`, or the folder of scripts/run-ts.mjs. Tests run
 * the sources, which Node cannot load into a thread; they bundle the workers first and say where, in NETC_WORKERS.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export function workerAddress(name: string): URL {
  const beside = new URL(`./${name}.mjs`, import.meta.url);
  if (existsSync(fileURLToPath(beside))) return beside;
  const bundled = process.env["NETC_WORKERS"];
  if (bundled) return pathToFileURL(join(bundled, `${name}.mjs`));
  throw new Error(`the worker ${name}.mjs is not beside ${import.meta.url}: build first (node scripts/build.mjs)`);
}
