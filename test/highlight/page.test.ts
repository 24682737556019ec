/** The page of the viewer colours source as our own lexer reads it, on every `.net` file of the repository. */
import { expect, it } from "vitest";
import { tokensOf, type TokenKind } from "../../editor/view/page/highlight.ts";
import { allNetFiles, piecesOf, textOfFile } from "./words.ts";

/** The kind of every character of a text. */
function kindsOf(text: string): readonly TokenKind[] {
  return tokensOf(text.split("\n")).flatMap((tokens) => [...tokens.flatMap(({ kind, text: own }) => Array.from({ length: own.length }, () => kind)), "plain" as const]);
}

it.each(allNetFiles)("%s: keywords, names, comments, strings and numbers are what the lexer says", (file) => {
  const text = textOfFile(file);
  const kinds = kindsOf(text);
  const pieces = piecesOf(text);
  expect(pieces.length).toBeGreaterThan(0);
  const wrong = pieces.flatMap(({ kind, text: piece, start }) => {
    const own = new Set(kinds.slice(start, start + piece.length));
    const fits = own.size === 1 && (kind === "name" ? ["plain", "block", "type"].includes([...own][0]) : own.has(kind));
    return fits ? [] : [`line ${text.slice(0, start).split("\n").length}: ${kind} ${piece} is ${[...own].join(", ")}`];
  });
  expect(wrong).toEqual([]);
});

it("tells blocks and types, and a keyword from the same word elsewhere", () => {
  const kinds = (line: string): readonly string[] => tokensOf([line])[0].filter(({ kind }) => kind !== "plain").map(({ kind, text }) => `${kind} ${text}`);
  expect(kinds("block Unit(x: f32[B, C]; rate: float = 0.1) -> f32[B, C] = Conv(x)")).toEqual(["keyword block", "block Unit", "type f32", "type float", "number 0.1", "type f32", "block Conv"]);
  expect(kinds("let model = padding.from + f(in: 3) // let")).toEqual(["keyword let", "number 3", "comment // let"]);
  expect(tokensOf(["train T {", "  loss f(x)", "}", "  loss f(x)"]).map((tokens) => tokens.some(({ kind, text }) => kind === "keyword" && text === "loss"))).toEqual([false, true, false, false]);
  expect(kinds('"open // no comment')).toEqual(['string "open // no comment']);
});
