/**
 * Formatting as edits: only blanks, line breaks, commas and parentheses that mean nothing are touched, so that a cursor in an editor stays at
 * the word where it is, and a mark or breakpoint on its line.
 */
import { lex } from "../lex.ts";
import { createSourceFile } from "../source.ts";
import { format } from "./format.ts";

/** A change of a text: what stands from `start` to `end` becomes `newText`. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly newText: string;
}

/** The edits that format a text, in order and apart from each other; none where it is formatted, or has a syntax error. */
export function formatEdits(text: string): readonly TextEdit[] {
  const result = format(text);
  if (result.kind === "broken" || result.text === text) return [];
  return editsBetween(text, result.text);
}

interface Lexeme {
  readonly image: string;
  readonly start: number;
  readonly end: number;
}

/** A token that formatting keeps, and what stands before it: comments, and marks that may come and go. */
interface Stretch {
  readonly loose: readonly Lexeme[];
  readonly fixed: Lexeme;
}

function editsBetween(before: string, after: string): readonly TextEdit[] {
  const [old, now] = [stretchesOf(before), stretchesOf(after)];
  const edits: TextEdit[] = [];
  let [oldEnd, nowEnd] = [0, 0];
  const gap = (oldStart: number, nowStart: number): void => {
    const edit = narrowed(oldEnd, before.slice(oldEnd, oldStart), after.slice(nowEnd, nowStart));
    if (edit !== undefined) edits.push(edit);
  };
  for (const [index, { loose, fixed }] of old.entries()) {
    const other = now[index];
    const same = loose.length === other.loose.length && loose.every(({ image }, at) => image === other.loose[at].image);
    const [oldParts, nowParts] = same ? [[...loose, fixed], [...other.loose, other.fixed]] : [[fixed], [other.fixed]];
    for (const [at, part] of oldParts.entries()) {
      gap(part.start, nowParts[at].start);
      [oldEnd, nowEnd] = [part.end, nowParts[at].end];
    }
  }
  return edits;
}

/** The stretches of a text; the end of the text counts as a token. */
function stretchesOf(text: string): readonly Stretch[] {
  const { tokens, comments } = lex(createSourceFile("text.net", text));
  const lexemes = [
    ...tokens.map(({ image, startOffset }): Lexeme => ({ image, start: startOffset, end: startOffset + image.length })),
    ...comments.map(({ text: comment, span }): Lexeme => ({ image: comment.trimEnd(), start: span.start, end: span.start + comment.trimEnd().length })),
    { image: "", start: text.length, end: text.length },
  ].sort((a, b) => a.start - b.start);
  const stretches: Stretch[] = [];
  let loose: Lexeme[] = [];
  for (const lexeme of lexemes) {
    if (/^([(),]$|\/\/)/.test(lexeme.image)) loose.push(lexeme);
    else {
      stretches.push({ loose, fixed: lexeme });
      loose = [];
    }
  }
  return stretches;
}

/** The edit that makes one text of another at an offset, without what both begin and end with. */
function narrowed(offset: number, before: string, after: string): TextEdit | undefined {
  if (before === after) return undefined;
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < shorter - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  return { start: offset + head, end: offset + before.length - tail, newText: after.slice(head, after.length - tail) };
}
