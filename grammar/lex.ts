/**
 * Text to tokens: one sticky regular expression, a loop, and a list of comments beside the tokens.
 *
 * Never stops: what is no lexeme is skipped and reported (neighbours as one problem, and not without end), a string that is not closed ends
 * with its line, a word with foreign letters is still one name.
 */
import type { IToken, TokenType } from "chevrotain";
import type { Comment } from "./ast.ts";
import { plainProblem, type SyntaxProblem } from "./problems.ts";
import { spanIn, type SourceFile } from "./source.ts";
import * as T from "./tokens.ts";

export interface Lexemes {
  readonly tokens: IToken[];
  readonly comments: readonly Comment[];
  readonly problems: readonly SyntaxProblem[];
}

/** More would only repeat that this is not a text of the language. */
export const maximumProblems = 20;

// Groups: 1 blank, 2 comment, 3 word, 4 float, 5 integer, 6 string, 7 punctuation. After a single `.` digits are a member or a segment of a
// path, never the head of a float: `layer.1.2`.
const lexeme = new RegExp(
  [
    String.raw`([ \t\r\n\f\v\u00a0\ufeff]+)`,
    String.raw`(\/\/[^\r\n]*)`,
    String.raw`([\p{L}_][\p{L}\p{M}\p{N}_]*)`,
    String.raw`((?<!(?:^|[^.])\.)\d[\d_]*(?:\.\d[\d_]*(?:[eE][+-]?\d+)?|[eE][+-]?\d+))`,
    String.raw`(\d[\d_]*)`,
    String.raw`("(?:[^"\\\r\n]|\\[^\r\n])*(?:"|\\?(?=[\r\n]|$)))`,
    String.raw`(\.\.\.|\.\.=|\.\.|->|=>|==|!=|<=|>=|[-<>=+*\/%^()\[\]{},;:.|@])`,
  ].join("|"),
  "uy",
);

const punctuation: ReadonlyMap<string, TokenType> = new Map([
  ["...", T.Ellipsis], ["..=", T.RangeDots], ["..", T.RangeDots], ["->", T.Arrow], ["=>", T.FatArrow], ["=", T.Equals],
  ["(", T.LeftParen], [")", T.RightParen], ["[", T.LeftBracket], ["]", T.RightBracket], ["{", T.LeftBrace], ["}", T.RightBrace],
  [",", T.Comma], [";", T.Semicolon], [":", T.Colon], [".", T.Dot], ["|", T.Bar], ["@", T.At], ["-", T.Minus], ["*", T.Star],
]);

function makeToken(image: string, startOffset: number, tokenType: TokenType, index: number): IToken {
  return { image, startOffset, endOffset: startOffset + image.length - 1, tokenType, tokenTypeIdx: tokenType.tokenTypeIdx ?? 0, payload: index };
}

/** The tokens of a text, every word still a `Name` (see `words.ts`); `payload` is the token's place in the list. */
export function lex(file: SourceFile): Lexemes {
  const { text } = file;
  const tokens: IToken[] = [];
  const comments: Comment[] = [];
  const strange: { start: number; end: number }[] = [];
  const problems: SyntaxProblem[] = [];
  const report = (start: number, end: number, message: string): void => {
    if (problems.length < maximumProblems) problems.push(plainProblem(spanIn(file, start, end), "lexical", message, text.slice(start, end)));
  };
  let offset = 0;
  while (offset < text.length) {
    lexeme.lastIndex = offset;
    const match = lexeme.exec(text);
    if (match === null) {
      const end = offset + ((text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1);
      const last = strange[strange.length - 1];
      if (last?.end === offset) last.end = end;
      else strange.push({ start: offset, end });
      offset = end;
      continue;
    }
    const image = match[0];
    const end = offset + image.length;
    if (match[1] === undefined) {
      if (match[2] !== undefined) comments.push({ kind: "Comment", text: image, span: spanIn(file, offset, end) });
      else tokens.push(makeToken(image, offset, typeOf(match), tokens.length));
      if (match[3] !== undefined && !/^\w+$/.test(image)) {
        report(offset, end, `\`${image}\` has letters that a name cannot have: names are made of a–z, A–Z, 0–9 and _`);
      } else if (match[6] !== undefined && !closed(image)) {
        report(offset, end, "this string is not closed: a string ends with `\"`, on the line where it begins");
      }
    }
    offset = end;
  }
  for (const { start, end } of strange.slice(0, maximumProblems)) report(start, end, strangeMessage(text.slice(start, end)));
  problems.sort((a, b) => a.span.start - b.span.start);
  return { tokens, comments, problems };
}

function typeOf(match: RegExpExecArray): TokenType {
  if (match[3] !== undefined) return T.Name;
  if (match[4] !== undefined) return T.Float;
  if (match[5] !== undefined) return T.Integer;
  if (match[6] !== undefined) return T.Text;
  return punctuation.get(match[0]) ?? T.Operator;
}

function closed(image: string): boolean {
  return /^"(?:[^"\\]|\\.)*"$/.test(image);
}

const habits: Readonly<Record<string, string>> = {
  "&&": "`and` is written out in this language", "&": "`and` is written out in this language",
  "!": "`not` is written out in this language", "'": "a string stands between double quotes: `\"…\"`",
  "#": "a comment begins with `//`",
};

function strangeMessage(characters: string): string {
  const hint = habits[characters];
  const shown = characters.length > 24 ? `${characters.slice(0, 24)}…` : characters;
  return `\`${shown}\` means nothing here${hint === undefined ? "" : `: ${hint}`}`;
}
