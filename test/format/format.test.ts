/** The formatter over every text of the repository, and over two thousand layouts of them: a fixpoint, the same tree, every comment at its place. */
import { describe, expect, it } from "vitest";
import { format } from "../../grammar/format/format.ts";
import { faultsOf, fences, files, formatted, isBroken, treeOf } from "./corpus.ts";
import { mangled, random, withParentheses } from "./mangle.ts";

const whole = [...files, ...fences].filter(({ text }) => !isBroken(text));
const broken = fences.filter(({ text }) => isBroken(text));

describe("texts of the repository", () => {
  it("are found", () => {
    expect(files.length).toBeGreaterThan(50);
    expect(whole.length).toBeGreaterThan(200);
    expect(broken.length).toBeGreaterThan(2);
  });

  it.each(whole)("$name keeps its tree and comments, and stays as it is when formatted again", ({ text }) => {
    expect(faultsOf(text)).toEqual([]);
  });

  it.each(files)("$name is formatted", ({ text }) => {
    expect(formatted(text)).toBe(text);
  });

  it.each(broken)("$name has a syntax error and is not touched", ({ text }) => {
    const result = format(text, "broken.net");
    expect(result.kind === "broken" && result.problems[0].span.file.name).toBe("broken.net");
  });

  it.each(files)("$name with Windows line endings and a byte-order mark keeps both", ({ text }) => {
    const windows = `\ufeff${text.replaceAll("\n", "\r\n")}`;
    expect(formatted(windows)).toBe(`\ufeff${formatted(text).replaceAll("\n", "\r\n")}`);
    expect(faultsOf(windows)).toEqual([]);
  });
});

describe("two thousand layouts", () => {
  const rounds = 40;
  const texts = [...whole].sort((a, b) => a.text.length - b.text.length);
  it.each(Array.from({ length: 2000 / rounds }, (_, seed) => seed))("number %i", (seed) => {
    const next = random(seed + 1);
    for (let round = 0; round < rounds; round++) {
      // Long texts are rarer than short ones, so that all are seen and the test ends.
      const { name, text } = texts[Math.min(next(texts.length), next(texts.length))];
      const inParentheses = withParentheses(text, next);
      const base = next(2) === 0 && treeOf(inParentheses) === treeOf(text) ? inParentheses : text;
      const layout = mangled(base, next, [4, 12, 40, 1e9][next(4)]);
      const ending = next(4) === 0 ? layout.replaceAll("\n", "\r\n") : layout;
      expect(isBroken(ending), `${name}, round ${round}:\n${layout}`).toBe(false);
      expect(faultsOf(ending), `${name}, round ${round}:\n${layout}`).toEqual([]);
    }
  });
});
