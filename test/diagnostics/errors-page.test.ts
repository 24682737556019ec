/** docs/errors.md is what the compiler says; after a change of a message: `node scripts/run-ts.mjs scripts/errors-doc.ts`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { allCodes } from "../../compiler/diagnostics/codes.ts";
import { errorsPage, judge, scoreOf, toldOf } from "../../scripts/errors-doc.ts";
import { notApplicable, points, wanting } from "../../scripts/errors-judged.ts";
import { repository } from "../programs.ts";

it("docs/errors.md is up to date", () => {
  expect(readFileSync(join(repository, "docs/errors.md"), "utf8")).toBe(errorsPage(repository));
});

describe.each(allCodes)("%s", (code) => {
  const told = toldOf(code, repository);
  const judgement = judge(told, repository);

  it("carries at least seven of the eight points", () => {
    expect(scoreOf(judgement), points.filter((point) => judgement[point] === "missing").join(", ")).toBeGreaterThanOrEqual(7);
  });

  it("has a reason for a point that cannot apply only where the point is not met", () => {
    for (const point of points) {
      const reason = notApplicable[code]?.[point];
      if (reason !== undefined) expect(judgement[point], `${point}: ${reason}`).toBe("not applicable");
      if (wanting[code]?.[point] !== undefined) expect(judgement[point]).toBe("missing");
    }
  });

  it("says nothing that only the compiler understands", () => {
    const [{ message, label, notes, help, related, fixes }] = told.diagnostics;
    for (const text of [message, label ?? "", ...notes, help ?? "", ...related.map((place) => place.message), ...fixes.map((fix) => fix.title)]) {
      expect(text).not.toMatch(/undefined|\[object|NaN|′|\ba (int|axis|input|output|index|element|option|error|i32|alternative)\b/);
      expect(text).not.toMatch(/[.]$/);
    }
  });
});
