/** The pages of `netc explain`: one for every diagnostic that a program can get; the wrong example gives exactly that code, the right one none. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { allCodes, titleOf, type Code } from "../../compiler/diagnostics/codes.ts";
import { renderHuman } from "../../compiler/diagnostics/render-human.ts";
import { examplesOf, explainFolder, explainPage } from "../../scripts/explain-examples.ts";
import { problemsOf, repository } from "../programs.ts";

const folder = join(repository, explainFolder);

const documented = allCodes;

const pageOf = (code: Code): string => explainPage(code, repository);

describe("pages", () => {
  it("are there for every code that a program can get, and for no other", () => {
    const files = existsSync(folder) ? readdirSync(folder).sort() : [];
    expect(files).toEqual(documented.map((code) => `${code}.md`).sort());
  });

  it("tell of codes that the compiler reports, each of them", () => {
    const sources = readdirSync(join(repository, "compiler"), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !name.endsWith("codes.ts"))
      .map((name) => readFileSync(join(repository, "compiler", name), "utf8"));
    const reported = allCodes.filter((code) => sources.some((text) => text.includes(`"${code}"`)));
    expect(documented).toEqual(reported);
  });
});

describe.each(documented)("%s", (code) => {
  const page = pageOf(code);
  const examples = examplesOf(page);

  it("has the title of the table, both examples, and a sentence on each side of them", () => {
    const [title, blank, rule] = page.split("\n");
    expect(title).toBe(`# ${code}: ${titleOf(code)}`);
    expect(blank).toBe("");
    expect(rule.length).toBeGreaterThan(30);
    expect(page.trimEnd().split("\n").at(-1)).toMatch(/[.`]$/);
    expect(examples.map(({ kind }) => kind)).toEqual(["wrong", "right"]);
  });

  it("does what it says", () => {
    for (const { kind, main, others } of examples) {
      const found = problemsOf(main, others);
      if (kind === "right") expect(found.map((one) => renderHuman(one))).toEqual([]);
      else {
        expect(found.map((one) => one.code).filter((one) => one !== code)).toEqual([]);
        expect(found).toHaveLength(1);
      }
    }
  });
});
