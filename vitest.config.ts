import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/bundled-workers.mjs"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Two cores are the smallest machine that netc is tested on; ONNX Runtime has threads of its own.
    maxWorkers: 2,
    pool: "forks",
  },
});
