/** Places as the service speaks of them: a file's name and two offsets (UTF-16 code units). They hold for the text that was looked at, and for no later one. */
import type { Span } from "../../grammar/source.ts";

export interface Range {
  readonly start: number;
  readonly end: number;
}

export interface Location extends Range {
  readonly file: string;
}

export interface TextEdit extends Range {
  readonly newText: string;
}

/** Edits of several files, by name. */
export type FileEdits = ReadonlyMap<string, readonly TextEdit[]>;

/** The offsets of a span as they are now: spans move when their file is read again. */
export function locationOf(span: Span): Location {
  return { file: span.file.name, start: span.start, end: span.end };
}

export function rangeOf(span: Span): Range {
  return { start: span.start, end: span.end };
}

/** Whether a cursor at an offset touches a range. */
export function touches(range: Range, offset: number): boolean {
  return range.start <= offset && offset <= range.end;
}

export function overlaps(a: Range, b: Range): boolean {
  return a.start <= b.end && b.start <= a.end;
}

/** A text with edits applied, which may not overlap. */
export function editedText(text: string, edits: readonly TextEdit[]): string {
  let [result, at] = ["", 0];
  for (const { start, end, newText } of [...edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
    result += text.slice(at, start) + newText;
    at = end;
  }
  return result + text.slice(at);
}

/** The blanks at the beginning of the line in which an offset stands. */
export function indentAt(text: string, offset: number): string {
  const line = text.lastIndexOf("\n", offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(line))![0];
}
