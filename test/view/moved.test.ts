/** A place of a text is found again after edits: the graph of the text before an error leads to the text with it. */
import { describe, expect, it } from "vitest";
import { movedOffset, movedRange } from "../../editor/view/model/moved.ts";
import { textOfFile } from "../highlight/words.ts";

const moved = (before: string, after: string, piece: string): string => {
  const start = before.indexOf(piece);
  const range = movedRange(before, after, { start, end: start + piece.length });
  return after.slice(range.start, range.end);
};

describe("a place after edits", () => {
  const before = "one\ntwo\nthree\nfour\nfive\nsix\n";
  it.each([
    ["nothing", before], ["at the beginning", `zero\n${before}`], ["at the end", `${before}seven\n`], ["in one line", before.replace("two", "2")], ["in two lines far from each other", before.replace("one", "first").replace("six", "last")],
    ["lines inserted and deleted", before.replace("two\n", "").replace("six", "more\nsix")], ["a line moved", before.replace("one\n", "").replace("six\n", "six\none\n")], ["with other ends of lines", before.replace("one\n", "\ufeffone\n")],
  ])("%s: a line that is still there is found", (_, after) => {
    for (const piece of ["three", "four", "three\nfour", "our"]) expect(moved(before, after, piece)).toBe(piece);
  });

  it("what was rewritten is what took its place", () => {
    expect(moved("let a = relu(x)\n", "let a = gelu(x, y)\n", "relu(x)")).toBe("gelu(x, y)");
    expect(moved(before, before.replace("one", "first").replace("four", "fourteenth").replace("six", "last"), "four")).toBe("fourteenth");
    expect(moved(before, "", "three")).toBe("");
    expect(movedOffset("", "abc", 0)).toBe(0);
  });

  it("on a program with edits in every seventh line, every other line is found, and every offset stays inside", () => {
    const text = textOfFile("models/cd2fsan.net");
    const lines = text.split("\n");
    const after = lines.map((line, i) => (i % 7 === 3 ? `${line.slice(0, 4)}§${line.slice(6)}` : line)).join("\n");
    let [at, compared] = [0, 0];
    lines.forEach((line, i) => {
      if (i % 7 !== 3 && line.trim() && lines.filter((other) => other === line).length === 1) {
        const range = movedRange(text, after, { start: at, end: at + line.length });
        expect(after.slice(range.start, range.end)).toBe(line);
        compared++;
      }
      at += line.length + 1;
    });
    expect(compared).toBeGreaterThan(100);
    for (let offset = 0; offset <= text.length; offset += 13) {
      const place = movedOffset(text, after, offset);
      expect(place >= 0 && place <= after.length).toBe(true);
    }
  });
});
