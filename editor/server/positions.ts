/** Offsets and the protocol's positions: a line, and a column counted in UTF-16 or UTF-8 code units. What lies outside of a text is moved into it. */
import type { Position, Range as ProtocolRange } from "vscode-languageserver";
import type { Range } from "../service/text.ts";

export type Encoding = "utf-8" | "utf-16";

/** A text with the places where its lines begin; `\r` alone ends a line too, as the protocol says. */
export interface Lines {
  readonly text: string;
  readonly starts: readonly number[];
}

export function linesOf(text: string): Lines {
  const starts = [0];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 13 && text.charCodeAt(at + 1) === 10) at++;
    if (code === 10 || code === 13) starts.push(at + 1);
  }
  return { text, starts };
}

/** Bytes of a stretch of text in UTF-8; half of a surrogate pair counts as the three bytes that replace it. */
function bytesIn(text: string, start: number, end: number): number {
  let bytes = 0;
  for (let at = start; at < end; at++) {
    const code = text.codePointAt(at)!;
    if (code > 0xffff && at + 1 < end) at++;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code <= 0xffff ? 3 : 4;
  }
  return bytes;
}

export function positionOf({ text, starts }: Lines, offset: number, encoding: Encoding): Position {
  const clamped = Math.max(0, Math.min(offset, text.length));
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle] <= clamped) low = middle;
    else high = middle - 1;
  }
  return { line: low, character: encoding === "utf-16" ? clamped - starts[low] : bytesIn(text, starts[low], clamped) };
}

export function offsetOf({ text, starts }: Lines, { line, character }: Position, encoding: Encoding): number {
  if (!(line >= 0)) return 0;
  if (line >= starts.length) return text.length;
  const start = starts[Math.floor(line)];
  let end = starts[Math.floor(line) + 1] ?? text.length;
  while (end > start && (text[end - 1] === "\n" || text[end - 1] === "\r")) end--;
  if (!(character > 0)) return start;
  if (encoding === "utf-16") return Math.min(start + Math.floor(character), end);
  let [at, bytes] = [start, 0];
  while (at < end) {
    const width = text.codePointAt(at)! > 0xffff ? 2 : 1;
    bytes += bytesIn(text, at, at + width);
    if (bytes > character) break;
    at += width;
  }
  return at;
}

export function protocolRange(lines: Lines, { start, end }: Range, encoding: Encoding): ProtocolRange {
  return { start: positionOf(lines, start, encoding), end: positionOf(lines, end, encoding) };
}

/** A range as offsets; one whose end lies before its start is read the other way round. */
export function offsetRange(lines: Lines, range: ProtocolRange, encoding: Encoding): Range {
  const [a, b] = [offsetOf(lines, range.start, encoding), offsetOf(lines, range.end, encoding)];
  return { start: Math.min(a, b), end: Math.max(a, b) };
}
