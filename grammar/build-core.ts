/**
 * The ground of the tree's builder: reading concrete nodes, spans, names, docs and the places of what is missing.
 *
 * Tree building walks the text from left to right; `at` is the end of what has been read, and there stands whatever is missing. Every function
 * takes a concrete node that may be absent or broken, and gives a node of the tree all the same.
 */
import type { CstNode, IToken } from "chevrotain";
import type { Body, Comment, Identifier, IntegerLiteral, StringLiteral } from "./ast.ts";
import { plainProblem, type SyntaxProblem } from "./problems.ts";
import type { Place, SourceFile, Span } from "./source.ts";

export interface Builder {
  readonly file: SourceFile;
  /** What spans are counted from: the head of the item that is being built. */
  place: Place;
  readonly tokens: readonly IToken[];
  readonly comments: readonly Comment[];
  readonly problems: SyntaxProblem[];
  /** Whether the parser found errors, so that text may have been skipped. */
  readonly broken: boolean;
  at: number;
  /** Statements inside expressions (the arms of `match`): given here, so that the files of the builder import each other one way only. */
  readonly body: (b: Builder, cst: Cst) => Body;
}

export type Cst = CstNode | undefined;

const none: readonly never[] = [];

/** The nodes under a key, in the order of the text. */
export function nodes(cst: Cst, key: string): readonly CstNode[] {
  return (cst?.children[key] as readonly CstNode[] | undefined) ?? none;
}

export function node(cst: Cst, key: string): Cst {
  return nodes(cst, key)[0];
}

/** The tokens under a key, those included that recovery put in. */
export function tokens(cst: Cst, key: string): readonly IToken[] {
  return (cst?.children[key] as readonly IToken[] | undefined) ?? none;
}

/** The first token under a key that really stands in the text. */
export function token(cst: Cst, key: string): IToken | undefined {
  const found = tokens(cst, key)[0] as IToken | undefined;
  return isReal(found) ? found : undefined;
}

export function isReal(found: IToken | undefined): found is IToken {
  return found !== undefined && found.isInsertedInRecovery !== true;
}

/** Whether the text goes this way at all, however brokenly. */
export function has(cst: Cst, key: string): boolean {
  return cst?.children[key] !== undefined;
}

/** Begins a node: where it starts. */
export function open(b: Builder, cst: Cst): number {
  const start = cst?.location?.startOffset;
  if (start !== undefined && !Number.isNaN(start)) b.at = start;
  return b.at;
}

/** Ends a node that began at `start`: its span, up to the last token of `cst` or of its children. */
export function close(b: Builder, start: number, cst?: Cst): Span {
  const end = cst?.location?.endOffset;
  if (end !== undefined && !Number.isNaN(end) && end + 1 > b.at) b.at = end + 1;
  return b.place.between(start, Math.max(start, b.at));
}

export function missing(b: Builder): Span {
  return b.place.between(b.at, b.at);
}

/** The span of a token, which is then read. */
export function read(b: Builder, found: IToken): Span {
  b.at = found.startOffset + found.image.length;
  return b.place.between(found.startOffset, b.at);
}

export function identifier(b: Builder, found: IToken | undefined): Identifier {
  if (!isReal(found)) return { kind: "Identifier", text: "", span: missing(b) };
  return { kind: "Identifier", text: found.image, span: read(b, found) };
}

export function identifiers(b: Builder, found: readonly IToken[]): readonly Identifier[] {
  return found.filter(isReal).map((each) => identifier(b, each));
}

/** The names of a list of `identifier` rules. */
export function listedIdentifiers(b: Builder, cst: Cst): readonly Identifier[] {
  return identifiers(b, nodes(cst, "identifier").map((each) => tokens(each, "Name")[0]));
}

export function integer(b: Builder, found: IToken): IntegerLiteral {
  return { kind: "IntegerLiteral", text: found.image, value: Number(found.image.replaceAll("_", "")), span: read(b, found) };
}

const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r" };

export function stringLiteral(b: Builder, found: IToken | undefined): StringLiteral {
  if (!isReal(found)) return { kind: "StringLiteral", value: "", span: missing(b) };
  const inner = /^"((?:[^"\\]|\\.)*)/.exec(found.image)?.[1] ?? "";
  return { kind: "StringLiteral", value: inner.replace(/\\(.)/g, (_, letter: string) => escapes[letter] ?? letter), span: read(b, found) };
}

/** Notes something that the grammar lets through and the language does not. */
export function refuse(b: Builder, span: Span, message: string, expected: readonly string[] = []): void {
  const found = b.file.text.slice(span.start, span.end);
  b.problems.push({ ...plainProblem(span, "unexpected", message, `\`${found.length > 24 ? `${found.slice(0, 24)}…` : found}\``), expected });
}

/** Refuses the commas that the grammar lets through between entries, once. */
export function refuseCommas(b: Builder, cst: Cst, message: string): void {
  const comma = token(cst, "Comma");
  if (comma !== undefined) refuse(b, b.place.between(comma.startOffset, comma.startOffset + 1), message);
}

/** The text of the `///` comments right above an offset, each on a line of its own, joined by newlines, without the marks. */
export function docAbove(b: Builder, start: number): string {
  const { comments, file } = b;
  let low = 0;
  for (let high = comments.length; low < high; ) {
    const middle = (low + high) >> 1;
    if (comments[middle].span.start < start) low = middle + 1;
    else high = middle;
  }
  const lines: string[] = [];
  let below = start;
  for (let index = low - 1; index >= 0; index--) {
    const { text, span } = comments[index];
    if (!blank(file.text, span.end, below)) break;
    if (text.startsWith("///") && ownLine(file.text, span.start)) lines.push(docText(text));
    below = span.start;
  }
  return lines.reverse().join("\n");
}

/** A doc comment without its mark and the space after it. */
export function docText(comment: string): string {
  return comment.slice(3).replace(/^ /, "").trimEnd();
}

function blank(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (!/\s/.test(text[at])) return false;
  return true;
}

function ownLine(text: string, start: number): boolean {
  let at = start - 1;
  while (at >= 0 && (text[at] === " " || text[at] === "\t" || text[at] === "\ufeff")) at--;
  return at < 0 || text[at] === "\n" || text[at] === "\r";
}

/** The span of the tokens that lie within `[from, to)`, or undefined when there are none: text that recovery skipped. */
function tokensWithin(b: Builder, from: number, to: number): Span | undefined {
  let low = 0;
  for (let high = b.tokens.length; low < high; ) {
    const middle = (low + high) >> 1;
    if (b.tokens[middle].startOffset < from) low = middle + 1;
    else high = middle;
  }
  let last = low;
  while (last < b.tokens.length && b.tokens[last].startOffset < to) last++;
  if (last === low) return undefined;
  const end = b.tokens[last - 1];
  return b.place.between(b.tokens[low].startOffset, end.startOffset + end.image.length);
}

/** The children, and between and behind them a node for whatever text was skipped within `[from, to)`. `others` is text that counts as read. */
export function withSkipped<N extends { readonly span: Span }>(
  b: Builder, children: readonly N[], others: readonly Span[], from: number, to: number, make: (span: Span) => N,
): readonly N[] {
  if (!b.broken) return children;
  const taken = [...children.map((child) => child.span), ...others].sort((a, c) => a.start - c.start);
  const all = [...children];
  let before = from;
  for (const span of [...taken, { start: to, end: to }]) {
    const skipped = tokensWithin(b, before, span.start);
    if (skipped !== undefined) all.push(make(skipped));
    before = Math.max(before, span.end);
  }
  return all.sort((a, c) => a.span.start - c.span.start);
}
