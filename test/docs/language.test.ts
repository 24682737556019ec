/** Every block of code in the documentation does what the page says: it checks, or gives exactly the diagnostic that is named. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { renderHuman } from "../../compiler/diagnostics/render-human.ts";
import { problemsOf, repository } from "../programs.ts";

interface Example {
  readonly file: string;
  readonly line: number;
  readonly code: string | undefined;
  readonly text: string;
}

function examplesOf(file: string): readonly Example[] {
  const text = readFileSync(join(repository, file), "utf8");
  return [...text.matchAll(/^```net(?: error (NET\d{4}))?\n([\s\S]*?)^```$/gm)].map((match) => ({
    file, line: text.slice(0, match.index).split("\n").length, code: match[1], text: match[2],
  }));
}

const examples = ["docs/language.md", "docs/training.md", "docs/tfjs.md", "README.md", "CHANGELOG.md"].flatMap(examplesOf);

describe("code in the documentation", () => {
  it("is found", () => {
    expect(examples.filter((example) => example.file === "docs/language.md").length).toBeGreaterThan(18);
    expect(examples.filter((example) => example.file === "README.md").length).toBeGreaterThan(0);
    expect(examples.filter((example) => example.file === "docs/training.md").length).toBeGreaterThan(0);
  });

  it.each(examples)("$file:$line $code", ({ code, text }) => {
    const found = problemsOf(text);
    if (code === undefined) expect(found.map((diagnostic) => renderHuman(diagnostic))).toEqual([]);
    else expect(found.map((diagnostic) => diagnostic.code)).toEqual([code]);
  });
});
