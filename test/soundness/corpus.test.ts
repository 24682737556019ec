/**
 * The repository's own programs and the library's blocks, at the smallest sizes of their facts. Large ones by their shapes alone; `npm run bench -- --corpus`
 * runs them, the zoo and the flagship.
 */
import { expect, it } from "vitest";
import { corpusFailures } from "./corpus-run.ts";

it("run as they were checked", async () => {
  const { failures, models, blocks, tally } = await corpusFailures({ mostInterpreted: 3e6, mostRun: 3e6, onnx: true, folders: ["examples"], wraps: 2 });
  expect(failures).toEqual([]);
  expect(models).toBeGreaterThan(9);
  expect(blocks).toBeGreaterThan(40);
  expect(tally.shapesOnly).toBeGreaterThan(0);
  expect(tally.onnxRuns).toBeGreaterThan(100);
});
