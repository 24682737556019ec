/** Edits of a file, read around the change: the result is that of reading the whole text, and what was not edited keeps its trees. */
import { describe, expect, it } from "vitest";
import { parse, type ParseResult } from "../../grammar/parse.ts";
import { reparse } from "../../grammar/reparse.ts";
import { createSourceFile, type SourceFile } from "../../grammar/source.ts";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { library } from "../../compiler/std/index.ts";
import { netFiles, repository } from "../programs.ts";

/** Everything that a result says, spans as offsets; a span of another text shows as such. */
function told(result: ParseResult, source: SourceFile): string {
  return JSON.stringify(result, (_, value: unknown) => {
    if (typeof value !== "object" || value === null || !("place" in value)) return value;
    const span = value as ParseResult["file"]["span"];
    return `${span.start}-${span.end}${span.file === source ? "" : " of another text"}`;
  });
}

function randomNumbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const pieces = ["{", "}", "(", ")", "[", "]", ",", ";", "=", "->", " ", "\n", "\n\n", "// note\n", "/// doc\n", "block ", "let x = 1\n", "model M {", "import { a } from \"b.net\"\n", "\"", "#", "é", "x", "0", ".", "..", "match ", "where ", "choice a = b | c\n"];

/** One edit by chance: something put in, taken out, or moved. */
function edited(text: string, pick: (below: number) => number): string {
  const at = pick(text.length + 1);
  const length = pick(4) === 0 ? pick(60) : pick(3);
  const piece = pick(3) === 0 ? "" : pick(4) === 0 ? text.slice(pick(text.length), pick(text.length)).slice(0, 80) : pieces[pick(pieces.length)];
  return text.slice(0, at) + piece + text.slice(at + length);
}

describe("reading around a change", () => {
  const texts = [...netFiles().map((name) => [name, readFileSync(join(repository, name), "utf8")] as const), ...library.map(({ name, text }) => [name, text] as const)];

  it.each(texts)("%s: random edits and their undoing", (name, original) => {
    const pick = randomNumbers(original.length);
    let [text, source] = [original, createSourceFile(name, original)];
    let result = parse(source);
    const past = [original];
    for (let step = 0; step < 60; step++) {
      const undo = past.length > 1 && pick(5) < 2;
      const next = undo ? past.pop()! : edited(text, pick);
      if (!undo) past.push(text);
      const newer = createSourceFile(name, next);
      result = reparse(newer, result);
      const fresh = createSourceFile(name, next);
      const [own, wanted] = [told(result, newer), told(parse(fresh), fresh)];
      if (own !== wanted) {
        let at = 0;
        while (own[at] === wanted[at]) at++;
        const around = (all: string): string => all.slice(Math.max(0, at - 200), at + 200);
        expect.fail(`step ${step}: ${around(own)}\ninstead of\n${around(wanted)}`);
      }
      [text, source] = [next, newer];
    }
    expect(source.text).toBe(text);
  });

  it("keeps the trees of items that are not edited, also while something is wrong in another one", () => {
    const text = "block a(x: f32[B]) -> f32[B] = x\n\nblock b(x: f32[B]) -> f32[B] = x\n\nblock c(x: f32[B]) -> f32[B] = x\n\nblock d(x: f32[B]) -> f32[B] = x\n";
    const first = parse(createSourceFile("a.net", text));
    const [a, b, , d] = first.file.items;
    const broken = reparse(createSourceFile("a.net", text.replace("b(x: f32[B])", "b(x: f32[B")), first);
    expect(broken.problems.length).toBeGreaterThan(0);
    expect(broken.file.items[0]).toBe(a);
    expect(broken.file.items.at(-1)).toBe(d);
    const longer = reparse(createSourceFile("a.net", text.replace("= x\n\nblock b", "= x + 1\n\nblock b")), broken);
    expect(longer.problems).toEqual([]);
    expect(longer.file.items[0]).not.toBe(a);
    expect(longer.file.items[1]).not.toBe(b);
    expect(longer.file.items[3]).toBe(d);
    expect(d.span.start).toBe(longer.file.span.file.text.indexOf("block d"));
  });
});
