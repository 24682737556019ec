#!/usr/bin/env node
// Starts the bundled command line; in a checkout it must be built first.
import { existsSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";

const main = fileURLToPath(new URL("../dist/cli/main.mjs", import.meta.url));
if (!existsSync(main)) {
  console.error("netc: this checkout is not built yet: run `npm install && npm run build`");
  process.exit(2);
}
await import(pathToFileURL(main).href);
