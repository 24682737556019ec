/** What our own lexer says of the words of every `.net` file of the repository: what a highlighter is compared with. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { lex } from "../../grammar/lex.ts";
import { createSourceFile } from "../../grammar/source.ts";
import * as T from "../../grammar/tokens.ts";
import { classifyWords, specialWords } from "../../grammar/words.ts";
import { repository } from "../programs.ts";

export type Kind = "keyword" | "name" | "comment" | "string" | "number";

export interface Piece {
  readonly kind: Kind;
  readonly text: string;
  readonly start: number;
}

/** Every `.net` file of the repository, from its root. */
export const allNetFiles: readonly string[] = ["compiler", "examples", "models", "test"].flatMap((folder) =>
  readdirSync(join(repository, folder), { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".net")).map((name) => `${folder}/${name.replaceAll("\\", "/")}`).sort());

export const textOfFile = (name: string): string => readFileSync(join(repository, name), "utf8");

/** Keywords, names that could be keywords elsewhere, comments, strings and numbers of a text. */
export function piecesOf(text: string): readonly Piece[] {
  const { tokens, comments } = lex(createSourceFile("a.net", text));
  classifyWords(tokens);
  const pieces: Piece[] = comments.map((comment) => ({ kind: "comment", text: comment.text, start: comment.span.start }));
  for (const { image, startOffset, tokenType } of tokens) {
    const isWord = /^[\p{L}_]/u.test(image);
    const kind: Kind | undefined =
      tokenType === T.Text ? "string" : tokenType === T.Integer || tokenType === T.Float ? "number"
      : !isWord ? undefined : tokenType !== T.Name ? "keyword" : specialWords.has(image) ? "name" : undefined;
    if (kind) pieces.push({ kind, text: image, start: startOffset });
  }
  return pieces;
}
