/**
 * `npm run test:tfjs-node`: runs test/tfjs against TensorFlow's native binding, loaded through the name @tensorflow/tfjs-node-gpu. The package's own install
 * script fetches a library that not every network has; here the binding is built from the package's sources against the libraries inside TensorFlow's
 * Python wheel, once, in .cache/tfjs-node. Says what is missing where that cannot be done. `--prepare`: builds it and runs nothing.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

const version = "4.22.0";
const wheel = "tensorflow-cpu==2.21.0";
const cache = resolve(".cache", "tfjs-node");
const app = join(cache, "app");
const library = join(cache, "tensorflow");
const log = join(cache, "log.txt");
const [option] = process.argv.slice(2);

function refuse(missing, remedy) {
  console.error(`test:tfjs-node: the native binding cannot be prepared: ${missing}\n  help: ${remedy}`);
  process.exit(2);
}

const quiet = (command, args, options = {}) => spawnSync(command, args, { encoding: "utf8", ...options });

/** Runs a step of the preparation; what it prints goes to the log. */
function must(what, command, args, remedy, options = {}) {
  console.log(`test:tfjs-node: ${what} …`);
  const { status, stdout, stderr, error } = quiet(command, args, { maxBuffer: 2 ** 28, ...options });
  writeFileSync(log, `${command} ${args.join(" ")}\n${stdout ?? ""}${stderr ?? ""}\n`, { flag: "a" });
  if (status === 0) return;
  const last = `${stderr ?? ""}`.trim().split("\n").slice(-3).join("\n  ");
  refuse(`${what} failed (all of it: ${log})\n  ${error ? error.message : last}`, remedy);
}

/** What has to be there before anything is fetched. */
function requireTools() {
  if (process.platform !== "linux" || process.arch !== "x64") refuse(`it is built for Linux on x64, and this is ${process.platform} on ${process.arch}`, "run it on such a machine");
  const major = Number(process.versions.node.split(".")[0]);
  if (major < 18 || major > 22) refuse(`this is Node ${process.versions.node}, and tfjs-node ${version} runs on Node 18 to 22`, "take Node 20 or 22");
  if (quiet("python3", ["-c", "import pip"]).status !== 0) refuse("there is no Python 3 with pip", "install python3 and python3-pip");
  if (quiet("make", ["--version"]).status !== 0 || quiet("c++", ["--version"]).status !== 0) refuse("there is no C++ compiler, or no make", "install build-essential, or what it is called on this system");
  if (!existsSync(join(nodeFolder, "include", "node", "node_api.h"))) refuse(`Node's headers are not in ${join(nodeFolder, "include", "node")}`, "take Node from nodejs.org, which has them, or install its development package");
  if (!existsSync(gyp)) refuse(`npm has no node-gyp at ${gyp}`, "install npm as it comes with Node");
}

const nodeFolder = dirname(dirname(realpathSync(process.execPath)));
const gyp = join(quiet("npm", ["root", "-g"]).stdout?.trim() ?? "", "npm", "node_modules", "node-gyp", "bin", "node-gyp.js");

/** The libraries and the headers of TensorFlow's C interface out of the wheel. */
const extraction = `
import glob, os, shutil, sys, zipfile
source, target = sys.argv[1:]
with zipfile.ZipFile(glob.glob(source + "/tensorflow_cpu-*.whl")[0]) as wheel:
    for name in wheel.namelist():
        inner = name.removeprefix("tensorflow/include/")
        is_header = inner != name and not name.endswith("/") and (
            inner.startswith("absl/") or (inner.endswith(".h") and (inner.startswith(("tensorflow/c/", "tensorflow/core/platform/")) or inner.split("/")[0] in ("tsl", "xla", "google"))))
        place = "include/" + inner if is_header else "lib/" + name.split("/")[-1] if name in ("tensorflow/libtensorflow_cc.so.2", "tensorflow/libtensorflow_framework.so.2") else None
        if place is None:
            continue
        path = os.path.join(target, place)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with wheel.open(name) as data, open(path, "wb") as file:
            shutil.copyfileobj(data, file, 1 << 24)
`;

function prepareLibrary() {
  if (existsSync(library)) return;
  const [download, partial] = [join(cache, "wheel"), `${library}.partial`];
  for (const folder of [download, partial]) rmSync(folder, { recursive: true, force: true });
  must(`fetching ${wheel}`, "python3", ["-m", "pip", "download", "--no-deps", "--only-binary=:all:", "-q", "-d", download, wheel], "is there a network with pypi.org, and a wheel for this Python?");
  must("taking libraries and headers out of it", "python3", ["-c", extraction, download, partial], "is the disk full? 1.5 GB are needed");
  // The names that the linker is asked for.
  for (const name of ["tensorflow", "tensorflow_framework"]) symlinkSync(name === "tensorflow" ? "libtensorflow_cc.so.2" : "libtensorflow_framework.so.2", join(partial, "lib", `lib${name}.so`));
  renameSync(partial, library);
  rmSync(download, { recursive: true, force: true });
}

function prepareBinding() {
  const own = join(app, "node_modules", "@tensorflow", "tfjs-node-gpu");
  const abi = () => Math.max(...JSON.parse(readFileSync(join(own, "package.json"), "utf8")).binary.napi_versions.filter((each) => each <= Number(process.versions.napi)));
  const built = () => join(own, "lib", `napi-v${abi()}`);
  if (existsSync(own) && existsSync(join(built(), "tfjs_binding.node"))) return;
  mkdirSync(app, { recursive: true });
  writeFileSync(join(app, "package.json"), `${JSON.stringify({ name: "tfjs-node-test", private: true })}\n`);
  must(`installing @tensorflow/tfjs-node-gpu ${version} without its install script`, "npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", `@tensorflow/tfjs-node-gpu@${version}`], "is there a network with the npm registry?", { cwd: app });
  rmSync(join(own, "deps"), { recursive: true, force: true });
  symlinkSync(library, join(own, "deps"));
  must("building the binding", process.execPath, [gyp, "rebuild", `--nodedir=${nodeFolder}`, "--module_name=tfjs_binding", `--module_path=${built()}`, `--napi_build_version=${abi()}`], `see ${log}`, { cwd: own });
  if (!existsSync(join(built(), "tfjs_binding.node"))) {
    // Some versions of node-gyp leave it in build/Release.
    const left = join(own, "build", "Release", "tfjs_binding.node");
    if (!existsSync(left)) refuse("the binding was built, but is not there", `see ${log}: ${readdirSync(join(own, "build")).join(", ")}`);
    mkdirSync(built(), { recursive: true });
    cpSync(left, join(built(), "tfjs_binding.node"));
  }
}

const ready = process.env.NETC_TFJS_NODE;
if (!ready) {
  requireTools();
  mkdirSync(cache, { recursive: true });
  writeFileSync(log, "");
  prepareLibrary();
  prepareBinding();
}
const folder = ready ? resolve(ready) : app;
const environment = { ...process.env, TF_CPP_MIN_LOG_LEVEL: "2", NETC_TFJS_NODE: folder };
const check = quiet(process.execPath, ["-e", `const tf = require("@tensorflow/tfjs-node-gpu"); if (tf.add(1, 2).dataSync()[0] !== 3) process.exit(3); console.log(tf.getBackend() + " " + tf.version["tfjs-node"]);`], { cwd: folder, env: environment });
if (check.status !== 0) refuse(`it is in ${folder}, but cannot be loaded: ${check.stderr.trim().split("\n").slice(-4).join(" ")}`, ready ? "NETC_TFJS_NODE names a folder in which @tensorflow/tfjs-node-gpu is installed" : `remove ${cache} and try again`);
console.log(`test:tfjs-node: @tensorflow/tfjs-node-gpu is ${check.stdout.trim()}, in ${folder}`);
if (option === "--prepare") process.exit(0);
const { status } = spawnSync(process.execPath, [join("node_modules", "vitest", "vitest.mjs"), "run", ...(process.argv.length > 2 ? process.argv.slice(2) : ["test/tfjs"])], { stdio: "inherit", env: environment });
process.exit(status ?? 1);
