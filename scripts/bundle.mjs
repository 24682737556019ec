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

/** The scripts of worker threads, each by itself. They are looked for in the folder of the bundle that starts them. */
export async function bundleWorkers(outdir) {
  await bundle(["runtime/data/loader-worker.ts"], outdir);
  // What has the compiler inside carries its packages too: it starts at once, and where there are no packages.
  await bundle(["cli/graphs-worker.ts"], outdir, { packages: "bundle", minifyWhitespace: true, minifySyntax: true });
}
