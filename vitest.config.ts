import { defineConfig } from "vitest/config";

/**
 * Rooms whose files share nothing with others: they replace a module, count what an engine has, or hold large models. They come first, and the longest are
 * among them, so that none of those is left for one core at the end.
 */
const alone = ["cli", "incremental", "onnx", "parity", "tfjs", "training", "zoo"].map((room) => `test/${room}/**/*.test.ts`);

export default defineConfig({
  test: {
    globalSetup: ["test/bundled-workers.mjs"],
    // Two cores are the smallest machine that netc is tested on; ONNX Runtime has threads of its own.
    maxWorkers: 2,
    projects: [
      { test: { name: "alone", include: alone, isolate: true, pool: "forks", testTimeout: 120_000, hookTimeout: 120_000 } },
      // One process takes one file after another: loading the compiler for each of a hundred files would take longer than most of their tests.
      { test: { name: "together", include: ["test/**/*.test.ts"], exclude: alone, isolate: false, pool: "forks", testTimeout: 120_000, hookTimeout: 120_000 } },
    ],
  },
});
