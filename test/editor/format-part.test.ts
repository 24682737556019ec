/** Formatting of what was just closed, and of a selection: the cursor stays where a person writes on, and nothing else changes. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { formatEdits } from "../../grammar/format/edits.ts";
import { format } from "../../grammar/format/format.ts";
import { formatOnType, formatRange } from "../../editor/service/format-part.ts";
import { createProject } from "../../editor/service/project.ts";
import { editedText } from "../../editor/service/text.ts";
import { mangled, random, withParentheses } from "../format/mangle.ts";
import { netFiles, repository } from "../programs.ts";
import { marked } from "./service.ts";

/** A text after a character was typed where the mark is; the mark stands in the result where the cursor is then. */
function typed(marking: string, character = "\n"): string {
  const { look, offset } = marked(marking);
  const edits = formatOnType(look, offset, character, formatEdits);
  const cursor = editedText(look.source.text.slice(0, offset), edits).length;
  const text = editedText(look.source.text, edits);
  return `${text.slice(0, cursor)}¦${text.slice(cursor)}`;
}

describe("formatting as one types", () => {
  it.each([
    ["a statement", "block f(x: f32[B]) -> f32[B] {\n   let  y=relu( x )\n  ¦\n  return   y\n}\n", "block f(x: f32[B]) -> f32[B] {\n  let y = relu(x)\n  ¦\n  return   y\n}\n"],
    ["a statement with a comment behind it, which stays", "block f(x: f32[B]) -> f32[B] {\n  let  y=x   // note\n¦\n  return y\n}\n", "block f(x: f32[B]) -> f32[B] {\n  let y = x   // note\n¦\n  return y\n}\n"],
    ["both of a pair of parentheses, with blanks behind", "block f(x: f32[B]) -> f32[B] {\n  let y = (x)  \n  ¦return y\n}\n", "block f(x: f32[B]) -> f32[B] {\n  let y = x  \n  ¦return y\n}\n"],
    ["an item on one line", "block f( x:f32[B] )->f32[B]=x\n¦block g( x:f32[B] )->f32[B]=x\n", "block f(x: f32[B]) -> f32[B] = x\n¦block g( x:f32[B] )->f32[B]=x\n"],
    ["an import", "import {a,b} from \"c.net\"\n¦", "import { a, b } from \"c.net\"\n¦"],
    ["nothing where the statement goes on", "block f(x: f32[B]) -> f32[B] {\n  let  y=x +\n  ¦x\n  return y\n}\n", "block f(x: f32[B]) -> f32[B] {\n  let  y=x +\n  ¦x\n  return y\n}\n"],
    ["nothing behind an empty line", "choice  A=a|b\n\n¦", "choice  A=a|b\n\n¦"],
    ["nothing behind a comment", "choice  A=a|b\n// c\n¦", "choice  A=a|b\n// c\n¦"],
    ["a statement that stands below one with a mistake, if that is in another item", "block g(x: ) -> f32[B = x\n\nblock f(x: f32[B]) -> f32[B] {\n  let  y=x\n¦  return y\n}\n", "block g(x: ) -> f32[B = x\n\nblock f(x: f32[B]) -> f32[B] {\n  let y = x\n¦  return y\n}\n"],
    ["nothing where the item has a mistake", "block f(x: f32[B]) -> f32[B] {\n  let  y=x\n¦  let z = (y\n  return y\n}\n", "block f(x: f32[B]) -> f32[B] {\n  let  y=x\n¦  let z = (y\n  return y\n}\n"],
    ["with the line endings of the file", "//! A\r\nblock f(x: f32[B]) -> f32[B] { let  y=x  return y }\r\n¦", "//! A\r\nblock f(x: f32[B]) -> f32[B] {\r\n  let y = x\r\n  return y\r\n}\r\n¦"],
  ])("formats %s", (_, before, after) => {
    expect(typed(before)).toBe(after);
  });

  it.each([
    ["a block", "block f(x: f32[B]) -> f32[B] {\nlet  y=x\n return y\n}¦\nblock  g(x: f32[B]) -> f32[B] = x\n", "block f(x: f32[B]) -> f32[B] {\n  let y = x\n  return y\n}¦\nblock  g(x: f32[B]) -> f32[B] = x\n"],
    ["a binding that ends with a match", "choice A = a | b\nblock f(x: f32[B]; k: A) -> f32[B] {\n  let y=match k{\n a=>x\n b=>relu( x )\n }¦\n  return   y\n}\n", "choice A = a | b\nblock f(x: f32[B]; k: A) -> f32[B] {\n  let y = match k {\n    a => x\n    b => relu(x)\n  }¦\n  return   y\n}\n"],
    ["a row", "ablation t of M {\n  a \"one\"={wide:2}¦\n  b   \"two\" = { wide: 3 }\n}\n", "ablation t of M {\n  a \"one\" = { wide: 2 }¦\n  b   \"two\" = { wide: 3 }\n}\n"],
    ["nothing in a text", "ablation t of M {\n  a   \"one}¦\" = { wide: 2 }\n}\n", "ablation t of M {\n  a   \"one}¦\" = { wide: 2 }\n}\n"],
    ["nothing in a comment", "choice  A=a|b // }¦", "choice  A=a|b // }¦"],
  ])("formats %s behind its brace", (_, before, after) => {
    expect(typed(before, "}")).toBe(after);
  });

  it("does nothing at the beginning of a text, outside of it, and behind other characters", () => {
    const { look } = marked("choice  A=a|b\n");
    for (const [offset, character] of [[0, "\n"], [0, "}"], [14, ";"], [99, "}"], [14, "}"]] as const) expect(formatOnType(look, offset, character, formatEdits)).toEqual([]);
  });
});

describe("a part that is formatted", () => {
  it.each(netFiles())("leaves the program %s what it is, and the text behind it as it is", (name) => {
    const next = random(name.length);
    const original = readFileSync(join(repository, name), "utf8");
    let changed = 0;
    const wide = original.replace(/ = /g, "  =  ").replace(/^ +/gm, "   ").replace(/\r?\n/g, "\r\n");
    for (const text of [mangled(withParentheses(original, next), next, 40), wide]) {
      const wanted = format(text);
      const project = createProject({ read: () => undefined, list: () => [] });
      project.setText("a.net", text);
      const look = project.look("a.net")!;
      const ends = [...text.matchAll(/\}|\n/g)];
      for (let i = 0; i < 20; i++) {
        const end = ends[next(ends.length)];
        const offset = end.index + 1;
        const edits = formatOnType(look, offset, end[0], formatEdits);
        if (edits.length > 0) changed++;
        for (const edit of edits) expect(edit.end).toBeLessThanOrEqual(offset);
        const after = editedText(text, edits);
        expect(after.endsWith(text.slice(offset))).toBe(true);
        expect(format(after)).toEqual(wanted);
        const start = next(text.length);
        const part = editedText(text, formatRange(text, { start, end: start + next(400) }, formatEdits));
        expect(format(part)).toEqual(wanted);
      }
    }
    expect(changed).toBeGreaterThan(0);
  });
});
