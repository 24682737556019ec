/** docs/operators.md is what the tables say; after a change of an operator: `node scripts/run-ts.mjs scripts/operators-doc.ts`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { builtinDocs } from "../../compiler/check/builtins.ts";
import { operatorNames } from "../../compiler/operators/table.ts";
import { operatorsPage } from "../../scripts/operators-doc.ts";
import { repository } from "../programs.ts";

it("docs/operators.md is up to date", () => {
  expect(readFileSync(join(repository, "docs/operators.md"), "utf8")).toBe(operatorsPage());
});

it("has a section for every operator and a row for every function", () => {
  const page = operatorsPage();
  for (const name of operatorNames) expect(page).toContain(`\n### ${name}\n`);
  for (const { name } of builtinDocs) expect(page).toContain(`\n| \`${name}\` | `);
  expect(page).not.toMatch(/undefined|\[object/);
});
