// Bounds at a small budget; `run.ts` runs them at a large one.
import { expect, test } from "vitest";
import { fuzzBounds } from "./tight-bounds.ts";

test("bounds: none unsound, at least 99 % tight", () => {
  const report = fuzzBounds(777, 2_000);
  expect(report.unsound).toEqual([]);
  expect(report.tight / report.withMinimum).toBeGreaterThanOrEqual(0.99);
});
