/** Builds dist/: the command line, split so that a command loads only what it needs. */
import { rm } from "node:fs/promises";
import { bundle } from "./bundle.mjs";

await rm("dist", { recursive: true, force: true });
await bundle(["cli/main.ts"], "dist/cli", { splitting: true, minifySyntax: true, chunkNames: "chunk-[hash]" });
