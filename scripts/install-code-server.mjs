/**
 * `node scripts/install-code-server.mjs [FOLDER]`: a whole VS Code that runs in a browser, from the npm registry, for the test of the extension in it
 * (test/vscode/code-server.test.ts). It is no dependency of the house: 300 MB, and its natives are compiled, which wants gcc, make, Python and the headers
 * of Node beside Node. Its own install script does the same but for root, and downloads headers.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** With VS Code 1.100, the oldest that the extension says it works in. */
const version = "4.100.3";
const [, , given = join("out", "code-server")] = process.argv;
const folder = resolve(given);
const root = join(folder, "node_modules");
const code = join(root, "code-server", "lib", "vscode");
/** Where Node is installed with its headers: /usr for /usr/bin/node. */
const node = dirname(dirname(process.execPath));

function run(where, command, ...args) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: where, encoding: "utf8", env: { ...process.env, npm_config_nodedir: node, XDG_CONFIG_HOME: join(folder, "config"), XDG_DATA_HOME: join(folder, "data") } });
  if (status === 0) return stdout;
  console.error(`netc: ${[command, ...args].join(" ")} in ${where} failed:\n${stdout}${stderr}`);
  process.exit(1);
}

if (!existsSync(join(node, "include", "node", "node.h"))) {
  console.error(`netc: the headers of Node are not in ${join(node, "include", "node")}, and they cannot be had otherwise`);
  process.exit(1);
}
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "package.json"), `${JSON.stringify({ name: "code-server-for-tests", private: true, dependencies: { "code-server": version } })}\n`);
const install = ["install", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund"];
for (const where of [folder, code, join(code, "extensions")]) run(where, "npm", ...install);
const gyp = join(run(folder, "npm", "root", "-g").trim(), "npm", "node_modules", "node-gyp", "bin", "node-gyp.js");
for (const native of ["@vscode/spdlog", "native-watchdog", "node-pty"]) run(join(code, "node_modules", native), process.execPath, gyp, "rebuild", `--nodedir=${node}`);
run(join(root, "argon2"), process.execPath, join(root, "@mapbox", "node-pre-gyp", "bin", "node-pre-gyp"), "rebuild", "--build-from-source");
for (const [where, link, to] of [["", "node_modules.asar", "node_modules"], ["bin/remote-cli", "code-server", "code-linux.sh"], ["bin/helpers", "browser.sh", "browser-linux.sh"]]) {
  const path = join(code, where, link);
  rmSync(path, { force: true });
  symlinkSync(to, path);
}
console.log(`${join(root, "code-server")}  ${run(folder, process.execPath, join(root, "code-server", "out", "node", "entry.js"), "--version").trim()}`);
