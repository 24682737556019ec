/** The rules of the extension for indentation, comments and folding, on lines as a person types them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { allNetFiles, textOfFile } from "../highlight/words.ts";
import { repository } from "../programs.ts";

interface Configuration {
  readonly comments: { readonly lineComment: string };
  readonly wordPattern: string;
  readonly indentationRules: { readonly increaseIndentPattern: string; readonly decreaseIndentPattern: string };
  readonly folding: { readonly markers: { readonly start: string; readonly end: string } };
  readonly onEnterRules: readonly { readonly beforeText: string; readonly action: { readonly indent: string; readonly appendText: string } }[];
}

const configuration = JSON.parse(readFileSync(join(repository, "editor/vscode/language-configuration.json"), "utf8")) as Configuration;
const matches = (pattern: string, line: string): boolean => new RegExp(pattern, "u").test(line);

it("indents after what is open, and not after what is closed or only said", () => {
  const { increaseIndentPattern: more, decreaseIndentPattern: less } = configuration.indentationRules;
  for (const line of ["model M {", "  straight_through => {  // 1 and 0", "  let y = concat(", "block f(x: f32[B, C]) -> (", "  \"a {\" -> rearrange("]) expect(matches(more, line), line).toBe(true);
  for (const line of ["  config { depth: int = 3 }", "// a {", "  let y = x  // (", "  ignore \"{\"", ""]) expect(matches(more, line), line).toBe(false);
  for (const line of ["}", "  })", "]"]) expect(matches(less, line), line).toBe(true);
  for (const line of ["  let y = x }", "model M {"]) expect(matches(less, line), line).toBe(false);
});

it("gives the layout of the formatter for bodies in braces", () => {
  const { increaseIndentPattern: more, decreaseIndentPattern: less } = configuration.indentationRules;
  const indent = (line: string): number => line.length - line.trimStart().length;
  for (const file of allNetFiles.filter((name) => name.startsWith("models/"))) {
    const lines = textOfFile(file).split("\n").filter((line) => line.trim() !== "");
    lines.slice(1).forEach((line, i) => {
      if (lines[i].endsWith("{") && matches(more, lines[i]) && !lines[i].startsWith("{")) expect([file, line, indent(line)]).toEqual([file, line, indent(lines[i]) + 2]);
      if (/^\s*\}$/.test(line)) expect([file, line, matches(less, line)]).toEqual([file, line, true]);
    });
  }
});

it("a documentation comment goes on, until a line of it is empty", () => {
  const appended = (line: string): string | undefined => configuration.onEnterRules.find(({ beforeText }) => matches(beforeText, line))?.action.appendText;
  expect(["/// A unit.", "  //! The file.", "/// ", "// plain", "let y = x"].map(appended)).toEqual(["/// ", "//! ", undefined, undefined, undefined]);
  expect(configuration.comments.lineComment).toBe("//");
});

it("words are names of the language, and regions fold", () => {
  expect("let norm_2 = x.scale".match(new RegExp(configuration.wordPattern, "gu"))).toEqual(["let", "norm_2", "x", "scale"]);
  expect(matches(configuration.folding.markers.start, "// region decoder")).toBe(true);
  expect(matches(configuration.folding.markers.end, "  // endregion")).toBe(true);
  expect(matches(configuration.folding.markers.start, "// regional")).toBe(false);
});
