// Pairs of expressions at a small budget; `run.ts` runs them at a large one. And the oracle that they are compared with.
import { expect, test } from "vitest";
import { binary, divided, number, x } from "./expression.ts";
import { sameForAllSizes } from "./oracle.ts";
import { fuzzPairs } from "./pairs.ts";

test("pairs: no wrong verdict, and no true equality below the cap unproved", () => {
  const report = fuzzPairs(12345, 2_000);
  expect(report.wrong).toEqual([]);
  expect(report.unproved).toEqual([]);
  expect(report.exactlyChecked).toBeGreaterThan(1_000);
});

test("the oracle itself tells an identity from a coincidence", () => {
  const halves = binary("+", divided("floor", x, 2), divided("ceil", x, 2));
  expect(sameForAllSizes(halves, x, 1_000)).toEqual({ same: true });
  expect(sameForAllSizes(divided("floor", x, 8), number(0), 1_000)).toEqual({ same: false, at: { x: 8, y: 1 } });
});
