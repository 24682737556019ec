/** Texts that were programs: cut off anywhere, or with tokens deleted, doubled and swapped. */
import { describe, expect, test } from "vitest";
import { lex } from "../../grammar/lex.ts";
import { createSourceFile } from "../../grammar/source.ts";
import { fixtures, parseText, spanFaults } from "./fixtures.ts";

function check(text: string): void {
  const { file, problems } = parseText(text);
  const faults = spanFaults(file, problems.length === 0);
  if (faults.length > 0) throw new Error(`${faults.slice(0, 3).join("; ")}\n${text}`);
  for (const { span, related } of problems) {
    expect(span.start).toBeLessThanOrEqual(span.end);
    expect(span.end).toBeLessThanOrEqual(text.length);
    if (related !== undefined) expect(related.end).toBeLessThanOrEqual(text.length);
  }
  if (problems.length > 0) return;
  let missing = 0;
  JSON.stringify(file, (key, value: unknown) => {
    if (key === "span") return undefined;
    if (key === "kind" && typeof value === "string" && value.startsWith("Missing")) missing++;
    return value;
  });
  expect(missing, text).toBe(0);
}

describe.each(fixtures)("$name", ({ text }) => {
  test("every prefix", () => {
    for (let end = 0; end <= text.length; end += 37) check(text.slice(0, end));
  });

  // An item at a time with its neighbour, because a whole file for each of some thousand manglings takes a minute.
  test("tokens deleted, doubled, swapped", () => {
    const { file } = parseText(text);
    for (const item of file.items) {
      const part = text.slice(item.span.start, item.span.end);
      const { tokens } = lex(createSourceFile("part.net", part));
      for (let index = item.span.start % 7; index + 1 < tokens.length; index += 7) {
        const [a, b] = [tokens[index], tokens[index + 1]];
        const before = part.slice(0, a.startOffset);
        const between = part.slice(a.startOffset + a.image.length, b.startOffset);
        const after = part.slice(b.startOffset + b.image.length);
        const follower = "\nblock follower(x: f32[B]) -> f32[B] = x\n";
        check(before + between + b.image + after + follower);
        check(`${before + a.image} ${a.image}${between}${b.image}${after}${follower}`);
        check(before + b.image + between + a.image + after + follower);
      }
    }
  });
});
