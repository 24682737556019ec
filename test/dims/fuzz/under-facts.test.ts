// Claims under random facts at a small budget; `run.ts` runs them at a large one.
import { expect, test } from "vitest";
import { fuzzFacts } from "./under-facts.ts";

test("facts: no wrong verdict, no unsound bound, and at least 99 % of the bounds tight", () => {
  const report = fuzzFacts(4242, 2_000);
  expect(report.wrong).toEqual([]);
  expect(report.unproved).toEqual([]);
  expect(report.unsoundBounds).toEqual([]);
  expect(report.tightBounds / report.boundsWithMinimum).toBeGreaterThanOrEqual(0.99);
});
