/** Bundles TypeScript for Node: packages stay outside, `.net?raw` imports become strings. Shared by the build and by scripts written in TypeScript. */
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { build } from "esbuild";

const rawText = {
  name: "raw-text",
  setup(context) {
    context.onResolve({ filter: /\?raw$/ }, (found) => ({ path: resolve(dirname(found.importer), found.path.slice(0, -"?raw".length)), namespace: "raw-text" }));
    context.onLoad({ filter: /.*/, namespace: "raw-text" }, async (found) => ({ contents: await readFile(found.path, "utf8"), loader: "text" }));
  },
};

export async function bundle(entryPoints, outdir, options = {}) {
  await build({
    entryPoints, outdir, bundle: true, platform: "node", target: "node20", format: "esm", packages: "external",
    outExtension: { ".js": ".mjs" }, sourcemap: false, logLevel: "warning", plugins: [rawText], ...options,
  });
}

/** The script of the threads that load data. It is looked for in the folder of the bundle that starts them. */
export const bundleWorkers = (outdir) => bundle(["runtime/data/loader-worker.ts"], outdir);

/** The script of the thread in which the language server has graphs built. It carries its packages: it starts sooner, and where there are none. */
export const bundleGraphs = (outdir) => bundle(["cli/graphs-worker.ts"], outdir, { packages: "bundle", minifyWhitespace: true, minifySyntax: true });
