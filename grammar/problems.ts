/**
 * What a syntax problem is, and the words for tokens in it.
 *
 * The grammar has no diagnostic codes: the compiler gives these theirs.
 */
import type { IToken } from "chevrotain";
import { spanIn, type SourceFile, type Span } from "./source.ts";

export interface SyntaxProblem {
  readonly span: Span;
  readonly kind: "lexical" | "expected" | "unexpected" | "nesting";
  /** What could have stood here, in words: "`)`", "a name", "an expression". */
  readonly expected: readonly string[];
  /** What stands there instead, in words; empty when that does not matter. */
  readonly found: string;
  readonly message: string;
  /** The words with which what is awaited here begins, where these are a few. */
  readonly words?: readonly string[];
  /** Where the bracket was opened that is not closed. */
  readonly related?: Span;
}

/** A problem that is not about what was expected. */
export function plainProblem(span: Span, kind: SyntaxProblem["kind"], message: string, found = ""): SyntaxProblem {
  return { span, kind, expected: [], found, message };
}

export function spanOfToken(file: SourceFile, token: IToken): Span {
  return spanIn(file, token.startOffset, token.startOffset + token.image.length);
}

/** A token in words: "`let`", "the string "…"", "the end of the file". */
export function describeToken(token: IToken | undefined): string {
  if (token === undefined || token.image === "") return "the end of the file";
  const shown = token.image.length > 24 ? `${token.image.slice(0, 24)}…` : token.image;
  return token.image.startsWith('"') ? `the string ${shown}` : `\`${shown}\``;
}

/** "a", "a or b", "a, b or c". */
export function alternatives(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words[words.length - 1]}`;
}
