/**
 * The state of printing: the tokens of the text and its comments, taken from left to right while the tree is walked.
 *
 * The tree says where lines may break; every token and every comment comes from the text, each exactly once and in order. So a printer cannot
 * lose or invent anything: a token that is not the next one is a fault of the printer, which stops. A comment is attached to the token before
 * it, where it stands on that token's line, and to the token behind it, where it has a line of its own; whether it has one never changes,
 * because that is what makes `///` a documentation.
 */
import type { IToken } from "chevrotain";
import type { Comment, Identifier, Node } from "../ast.ts";
import { breakParent, hardline, ifBreak, indent, lineSuffix, sequence, type Doc } from "./documents.ts";

export interface Printing {
  readonly text: string;
  readonly tokens: readonly IToken[];
  /** By the index of an opening bracket, the index of the token that closes it. */
  readonly closings: Int32Array;
  readonly comments: readonly Comment[];
  /** The index of the next token. */
  next: number;
  nextComment: number;
  /** The token that was printed last. */
  last: string;
  /** Prints a node by its kind: given here, so that the files of the printer import each other one way only. */
  readonly print: (node: Node) => Doc;
}

export function createPrinting(text: string, tokens: readonly IToken[], comments: readonly Comment[], print: (p: Printing, node: Node) => Doc): Printing {
  const p: Printing = { text, tokens, closings: closingsOf(tokens), comments, next: 0, nextComment: 0, last: "", print: (node) => print(p, node) };
  return p;
}

function closingsOf(tokens: readonly IToken[]): Int32Array {
  const closings = new Int32Array(tokens.length);
  const open: number[] = [];
  for (let index = 0; index < tokens.length; index++) {
    const { image } = tokens[index];
    if (image === "(" || image === "[" || image === "{") open.push(index);
    else if (image === ")" || image === "]" || image === "}") closings[open.pop() ?? index] = index;
  }
  return closings;
}

// ------------------------------------------------------------------------------------------------------------- tokens

/** The text of the next token, or of one behind it; empty at the end. */
export function upcoming(p: Printing, howFar = 0): string {
  return (p.tokens[p.next + howFar] as IToken | undefined)?.image ?? "";
}

/** Where the next token starts; behind the last, the end of the text. */
export function nextStart(p: Printing): number {
  return (p.tokens[p.next] as IToken | undefined)?.startOffset ?? p.text.length;
}

/** Takes the next token. Comments in front of it that nobody has taken break the line there. */
export function token(p: Printing, expected?: string): Doc {
  const { image } = p.tokens[p.next] ?? { image: "" };
  if (image === "" || (expected !== undefined && image !== expected)) {
    throw new Error(`the printer is at \`${expected ?? "a token"}\` where the text has \`${image}\` (offset ${nextStart(p)})`);
  }
  const before = between(p, "");
  p.next++;
  p.last = image;
  return before === "" ? image : [before, image];
}

/** The token of a name. */
export function name(p: Printing, node: Identifier): Doc {
  return token(p, node.text);
}

/** A keyword and the space behind it. */
export function word(p: Printing, image: string): Doc {
  return sequence(token(p, image), space(p));
}

// ------------------------------------------------------------------------------------------------------------- gaps and comments

/** A space before the next token. */
export function space(p: Printing): Doc {
  return between(p, " ");
}

const indentedBreak: Doc = indent(hardline);

/** What stands before the next token: the separator, or in its place the comments that are there, each ending its line. */
export function between(p: Printing, separator: Doc): Doc {
  if (!commentsAhead(p)) return separator;
  // Where no line can break, a comment breaks it all the same, and what follows is indented to show that it goes on.
  const lineBreak = typeof separator === "string" ? indentedBreak : hardline;
  return [...takeComments(p, lineBreak, false), lineBreak];
}

/** Whether a comment stands before the next token. */
export function commentsAhead(p: Printing): boolean {
  return commentBefore(p, nextStart(p));
}

/** Whether a comment that is not taken yet stands before an offset. */
export function commentBefore(p: Printing, offset: number): boolean {
  return p.nextComment < p.comments.length && p.comments[p.nextComment].span.start < offset;
}

/** Whether a comment stands between two tokens, given by their indices. */
export function commentBetween(p: Printing, from: number, to: number): boolean {
  const [start, end] = [p.tokens[from].startOffset, p.tokens[to].startOffset];
  let low = 0;
  for (let high = p.comments.length; low < high; ) {
    const middle = (low + high) >> 1;
    if (p.comments[middle].span.start < start) low = middle + 1;
    else high = middle;
  }
  return low < p.comments.length && p.comments[low].span.start < end;
}

/** The comments before the next token, without the line break behind the last. `first` says that a bracket was opened right before. */
function takeComments(p: Printing, lineBreak: Doc, blankLines: boolean, first = false): Doc[] {
  const docs: Doc[] = [];
  const limit = nextStart(p);
  while (commentBefore(p, limit)) {
    const { text, span } = p.comments[p.nextComment];
    if (hasOwnLine(p.text, span.start)) {
      const blank = blankLines && !(first && docs.length === 0) && blankLineBefore(p.text, span.start);
      const atStart = p.next === 0 && p.nextComment === 0;
      if (!atStart) docs.push(lineBreak, blank ? lineBreak : "");
      docs.push(text.trimEnd());
    } else docs.push(lineSuffix(`  ${text.trimEnd()}`), breakParent);
    p.nextComment++;
  }
  return docs;
}

/** The line break between two statements or entries: with their comments, and with one empty line where the text has some. */
export function lineBetween(p: Printing, first: boolean): Doc {
  const atStart = p.next === 0 && p.nextComment === 0;
  const docs = takeComments(p, hardline, true, first);
  if (atStart && docs.length === 0) return "";
  const blank = !(first && docs.length === 0) && blankLineBefore(p.text, nextStart(p));
  return [...docs, hardline, blank ? hardline : ""];
}

/** The comments before a closing bracket, which belong to what is inside. */
export function commentsInside(p: Printing, blankLines: boolean, first = false): Doc {
  return commentsAhead(p) ? [...takeComments(p, hardline, blankLines, first), breakParent] : "";
}

/** Whether only blanks stand before an offset in its line. */
export function hasOwnLine(text: string, start: number): boolean {
  let at = start - 1;
  while (at >= 0 && isBlank(text.charCodeAt(at))) at--;
  return at < 0 || isLineBreak(text.charCodeAt(at));
}

/** Whether an empty line stands right before an offset. */
function blankLineBefore(text: string, start: number): boolean {
  let breaks = 0;
  for (let at = start - 1; at >= 0; at--) {
    const code = text.charCodeAt(at);
    if (code === 0x0a || (code === 0x0d && text.charCodeAt(at + 1) !== 0x0a)) breaks++;
    else if (!isBlank(code) && code !== 0x0d) break;
    if (breaks === 2) return true;
  }
  return false;
}

const isLineBreak = (code: number): boolean => code === 0x0a || code === 0x0d;
const isBlank = (code: number): boolean => code === 0x20 || code === 0x09 || code === 0x0b || code === 0x0c || code === 0xa0 || code === 0xfeff;

// ------------------------------------------------------------------------------------------------------------- lists

export type Print = () => Doc;

/** The comma between two elements and what follows it. A comment before a comma goes behind it, where it then stands for the element all the same. */
export function comma(p: Printing, separator: Doc): Doc {
  if (movesBehindComma(p)) {
    p.next++;
    return [",", between(p, separator)];
  }
  return [token(p, ","), between(p, separator)];
}

/** Whether the comments at a comma are none or one alone on the line before it: moving others could make a documentation of a comment. */
function movesBehindComma(p: Printing): boolean {
  if (!commentsAhead(p)) return true;
  const second = p.comments[p.nextComment + 1] as Comment | undefined;
  const limit = (p.tokens[p.next + 1] as IToken | undefined)?.startOffset ?? p.text.length;
  return !hasOwnLine(p.text, p.comments[p.nextComment].span.start) && (second === undefined || second.span.start > limit);
}

/** A comma behind the last element: written where the list is broken, if the grammar has one there. */
export function lastComma(p: Printing, written: boolean): Doc {
  const comma: Doc = written ? ifBreak(",") : "";
  if (upcoming(p) !== ",") return comma;
  if (!movesBehindComma(p)) return token(p, ",");
  p.next++;
  return comma;
}

/** Elements with commas between them, to be put into a group: as many as there are on one line, or a line each. */
export function elements(p: Printing, prints: readonly Print[], separator: Doc): Doc[] {
  const docs: Doc[] = [];
  for (const [index, print] of prints.entries()) {
    if (index > 0) docs.push(comma(p, separator));
    docs.push(print());
  }
  return docs;
}

/** The print function of each node. */
export function prints<N extends Node>(p: Printing, nodes: readonly N[]): readonly Print[] {
  return nodes.map((node) => () => p.print(node));
}
