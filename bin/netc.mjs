#!/usr/bin/env node
/**
 * Starts the bundled command line. What V8 compiled of it is kept in a file beside it and taken from there at the next start, which saves a
 * third of a short command; a file that this version of Node does not accept is written anew.
 */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Script } from "node:vm";

const main = fileURLToPath(new URL("../dist/cli/main.cjs", import.meta.url));
if (!existsSync(main)) {
  console.error("netc: this checkout is not built yet: run `npm install && npm run build`");
  process.exit(2);
}
const kept = `${main}.${process.version}-${process.arch}.cache`;

function keptCode() {
  try {
    return readFileSync(kept);
  } catch {
    return undefined;
  }
}

const script = new Script(`(function (require, bundleAddress) {${readFileSync(main, "utf8")}\n})`, { filename: main, cachedData: keptCode() });

/** What a command used is kept, so only commands that use most of it write it. A folder that cannot be written to costs speed, and nothing else. */
function keepCode() {
  const temporary = `${kept}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, script.createCachedData());
    renameSync(temporary, kept);
  } catch {
    rmSync(temporary, { force: true });
  }
}

const tells = ["check", "build", "summary"].includes(process.argv[2] ?? "");
if (script.cachedDataRejected !== false && tells) process.on("exit", keepCode);

script.runInThisContext()(createRequire(main), pathToFileURL(main).href);
