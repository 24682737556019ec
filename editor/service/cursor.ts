/**
 * What a person is about to write at a place, read off the tokens before it. A text that is being written is broken most of the time, so no tree is asked:
 * the brackets that are open, what stands before each, and the words since the last comma tell enough.
 */
import type { IToken } from "chevrotain";
import { lex } from "../../grammar/lex.ts";
import { createSourceFile } from "../../grammar/source.ts";
import { classifyWords } from "../../grammar/words.ts";
import type { Range } from "./text.ts";

export interface Bracket {
  readonly image: string;
  /** Place of the bracket in the list of tokens. */
  readonly at: number;
  /** `pool.max` of `pool.max(`, `Conv` of `Conv(`; "" where no name stands before. */
  readonly callee: string;
  /** Commas since the bracket, at its own depth. */
  readonly commas: number;
  /** A `;` stands between: options of a signature. */
  readonly afterSemicolon: boolean;
  /** Names of `name:` that are written in it. */
  readonly given: readonly string[];
  /** The name before the last colon since the last comma. */
  readonly key?: string;
}

export interface Cursor {
  /** The word that is being written, as a range of the text. */
  readonly word: Range;
  readonly tokens: readonly IToken[];
  /** Open brackets, outermost first. */
  readonly brackets: readonly Bracket[];
  /** The keyword of the item in which the place is, and the words of its head. */
  readonly item?: { readonly keyword: string; readonly name: string; readonly of?: string };
  readonly previous?: string;
  /** The word is the first of its line. */
  readonly firstOfLine: boolean;
  readonly inComment: boolean;
  /** Inside a string: what is written of it, and where it stands. */
  readonly string?: Range & { readonly text: string };
}

const openers: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };
const itemWords: ReadonlySet<string> = new Set(["block", "model", "choice", "ablation", "weights", "train", "import"]);

export function cursorAt(text: string, offset: number): Cursor {
  const from = itemStart(text, offset);
  const before = text.slice(from, offset);
  const { tokens: all, comments } = lex(createSourceFile("", before));
  const last = comments.at(-1);
  const inComment = last !== undefined && last.span.end === before.length && !before.endsWith("\n");
  const open = all.at(-1);
  const string = open && open.image.startsWith("\"") && endOf(open) === before.length && (open.image.length === 1 || !open.image.endsWith("\"")) ? { start: from + open.startOffset + 1, end: offset, text: open.image.slice(1) } : undefined;
  const isWord = open !== undefined && endOf(open) === before.length && /^[\p{L}_][\p{L}\p{N}_]*$/u.test(open.image);
  const word = { start: isWord ? from + open.startOffset : offset, end: offset + /^\w*/.exec(text.slice(offset))![0].length };
  const tokens = isWord || string ? all.slice(0, -1) : all;
  classifyWords(tokens);
  const lineStart = before.lastIndexOf("\n") + 1;
  return {
    word, tokens, brackets: bracketsOf(tokens), item: itemOf(tokens), previous: tokens.at(-1)?.image,
    firstOfLine: before.slice(lineStart, word.start - from).trim() === "", inComment, ...(string ? { string } : {}),
  };
}

/** The beginning of the last line before an offset that begins an item: no token before it matters. No text and no comment goes over a line's end. */
function itemStart(text: string, offset: number): number {
  for (let at = text.lastIndexOf("\n", Math.max(0, offset - 1)); at > 0; at = text.lastIndexOf("\n", at - 1)) {
    if (at + 1 < offset && /^(block|composite block|model|choice|ablation)\b/.test(text.slice(at + 1, at + 20))) return at + 1;
  }
  return 0;
}

const endOf = ({ startOffset, image }: IToken): number => startOffset + image.length;

function bracketsOf(tokens: readonly IToken[]): readonly Bracket[] {
  const open: { image: string; at: number; callee: string; commas: number; afterSemicolon: boolean; given: string[]; key?: string }[] = [];
  tokens.forEach(({ image }, at) => {
    const top = open.at(-1);
    if (image === "(" || image === "[" || image === "{") open.push({ image, at, callee: calleeBefore(tokens, at), commas: 0, afterSemicolon: false, given: [] });
    else if (image in openers) {
      // A bracket that closes another kind is left over from something broken.
      const match = open.findLastIndex((own) => own.image === openers[image]);
      if (match >= 0) open.length = match;
    } else if (top && image === ",") {
      top.commas++;
      top.key = undefined;
    } else if (top && image === ";") {
      top.afterSemicolon = true;
      top.key = undefined;
    } else if (top && image === ":" && at > 0) {
      top.key = tokens[at - 1].image;
      top.given.push(top.key);
    } else if (top?.image === "{" && itemWords.has(image) && tokens[at].tokenType.name.startsWith("Kw_") && at > 0 && tokens[at - 1].image !== "(") open.length = 0;
  });
  return open;
}

function calleeBefore(tokens: readonly IToken[], at: number): string {
  const name = tokens[at - 1]?.image ?? "";
  if (!/^[\p{L}_]/u.test(name)) return "";
  return tokens[at - 2]?.image === "." && /^[\p{L}_]/u.test(tokens[at - 3]?.image ?? "") ? `${tokens[at - 3].image}.${name}` : name;
}

function itemOf(tokens: readonly IToken[]): Cursor["item"] {
  for (let at = tokens.length - 1; at >= 0; at--) {
    const { image, tokenType } = tokens[at];
    if (!itemWords.has(image) || !tokenType.name.startsWith("Kw_")) continue;
    const of = tokens[at + 2]?.image === "of" ? tokens[at + 3]?.image : undefined;
    return { keyword: image, name: tokens[at + 1]?.image ?? "", ...(of !== undefined ? { of } : {}) };
  }
  return undefined;
}
