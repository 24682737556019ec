/** `node scripts/with-setup.mjs test|demo|bench`: installs and builds what is missing, then runs. A fresh clone needs nothing before. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const [task, ...rest] = process.argv.slice(2);

function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { stdio: "inherit", shell: false, ...options });
  if (error) throw error;
  return status ?? 1;
}

function must(command, args) {
  const status = run(command, args);
  if (status !== 0) process.exit(status);
}

/** Installed when node_modules has what the lock file asks for. */
function installed() {
  try {
    const wanted = JSON.parse(readFileSync("package-lock.json", "utf8")).packages;
    const found = JSON.parse(readFileSync("node_modules/.package-lock.json", "utf8")).packages;
    return Object.entries(wanted).every(([path, entry]) => path === "" || entry.optional || found[path]?.version === entry.version);
  } catch {
    return false;
  }
}

function newest(folder) {
  let time = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    time = Math.max(time, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs);
  }
  return time;
}

function built() {
  const main = join("dist", "cli", "main.cjs");
  if (!existsSync(main)) return false;
  const sources = ["grammar", "compiler", "backends", "runtime", "editor", "cli"].map(newest);
  return statSync(main).mtimeMs >= Math.max(...sources, statSync("package.json").mtimeMs);
}

if (!installed()) {
  console.log("netc: installing dependencies (npm ci) …");
  must("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
}
if (!built()) {
  console.log("netc: building …");
  must(process.execPath, [join("scripts", "build.mjs")]);
}

switch (task) {
  case "test": {
    must(process.execPath, [join("node_modules", "typescript", "bin", "tsc"), "--noEmit"]);
    const report = join("node_modules", ".cache", "netc", "tests.json");
    const vitest = join("node_modules", "vitest", "vitest.mjs");
    const status = run(process.execPath, [vitest, "run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`, ...rest]);
    const counts = JSON.parse(readFileSync(report, "utf8"));
    console.log(`${counts.numPassedTests} passed, ${counts.numFailedTests} failed`);
    process.exit(status !== 0 || counts.numPassedTests === 0 ? 1 : 0);
    break;
  }
  case "demo":
    process.exit(run(process.execPath, [join("bin", "netc.mjs"), "demo", ...rest]));
    break;
  case "bench":
    process.exit(run(process.execPath, [join("scripts", "run-ts.mjs"), join("bench", "bench.ts"), ...rest]));
    break;
  default:
    console.error("usage: node scripts/with-setup.mjs test|demo|bench");
    process.exit(2);
}
