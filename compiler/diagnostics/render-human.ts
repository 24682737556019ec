/** A diagnostic for a person: the lines it concerns from every file, what is written under them, the rule, the help. */
import { lineText, positionAt, type SourceFile, type Span } from "../../grammar/source.ts";
import type { Diagnostic, Fix } from "./diagnostic.ts";

export interface Colours {
  readonly error: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly info: (text: string) => string;
  readonly frame: (text: string) => string;
  readonly strong: (text: string) => string;
}

const plain = (text: string): string => text;
export const noColours: Colours = { error: plain, warning: plain, info: plain, frame: plain, strong: plain };
const ansi = (code: string) => (text: string): string => `\u001b[${code}m${text}\u001b[0m`;
export const ansiColours: Colours = { error: ansi("1;31"), warning: ansi("1;33"), info: ansi("1;36"), frame: ansi("34"), strong: ansi("1") };

/** Columns of the widest line that is shown whole. */
const widestLine = 240;

interface Mark {
  readonly line: number;
  readonly column: number;
  readonly length: number;
  readonly message: string;
  readonly primary: boolean;
}

export function renderHuman(diagnostic: Diagnostic, colours: Colours = noColours): string {
  const paint = colours[diagnostic.severity];
  const lines: string[] = [`${paint(`${diagnostic.severity}[${diagnostic.code}]`)}${colours.strong(`: ${diagnostic.message}`)}`];
  const places = [
    { span: diagnostic.span, message: diagnostic.label ?? "", primary: true },
    ...diagnostic.related.map((place) => ({ ...place, primary: false })),
  ];
  const files: SourceFile[] = [];
  for (const { span } of places) if (!files.includes(span.file)) files.push(span.file);
  const gutter = Math.max(...places.map(({ span }) => String(positionAt(span.file, span.end).line).length), 2);
  for (const file of files) {
    const own = uniqueMarks(places.filter(({ span }) => span.file === file).map(({ span, message, primary }) => markOf(span, message, primary)));
    const head = own.find((mark) => mark.primary) ?? own[0];
    lines.push(`${" ".repeat(gutter)} ${colours.frame("┌─")} ${file.name}:${head.line}:${head.column}`);
    lines.push(...excerpt(file, own, gutter, colours, paint));
  }
  for (const note of diagnostic.notes) lines.push(`${" ".repeat(gutter)} ${colours.frame("=")} ${note}`);
  if (diagnostic.help) lines.push(`${" ".repeat(gutter)} ${colours.frame("=")} ${colours.info("help:")} ${diagnostic.help}`);
  for (const fix of diagnostic.fixes.slice(0, 2)) lines.push(`${" ".repeat(gutter)} ${colours.frame("=")} ${colours.info("fix:")} ${describeFix(fix)}`);
  if (diagnostic.usedBy.length) lines.push(`${" ".repeat(gutter)} ${colours.frame("=")} used by ${joinUsers(diagnostic.usedBy)}`);
  lines.push(`${" ".repeat(gutter)} ${colours.frame("=")} netc explain ${diagnostic.code}`);
  return lines.join("\n");
}

/** A fix on one line: what it does, and what would be written. */
export function describeFix({ title, edits }: Fix): string {
  const [edit] = edits;
  if (edits.length !== 1 || edit.newText === "" || edit.newText.includes("\n") || title.includes(edit.newText.trim())) return title;
  return edit.span.start === edit.span.end ? `${title}: add \`${edit.newText.trim()}\`` : `${title}: \`${edit.newText}\``;
}

/** `CD2FSAN, CD2FSAN (f), CD2FSAN (g)` as `CD2FSAN (variants f, g)`. */
export function joinUsers(users: readonly string[]): string {
  const models = new Map<string, string[]>();
  for (const user of users) {
    const [, model, variant] = /^(.*?)(?: \((.*)\))?$/.exec(user) ?? [];
    const variants = models.get(model) ?? [];
    if (variant) variants.push(variant);
    models.set(model, variants);
  }
  return [...models].map(([model, variants]) => (variants.length ? `${model} (variant${variants.length > 1 ? "s" : ""} ${variants.join(", ")})` : model)).join("; ");
}

function markOf(span: Span, message: string, primary: boolean): Mark {
  const start = positionAt(span.file, span.start);
  const end = positionAt(span.file, Math.max(span.start, span.end));
  const width = lineText(span.file, start.line).length;
  // What goes on over several lines is marked to the end of its first.
  const last = end.line === start.line ? end.column : width + 1;
  return { line: start.line, column: start.column, length: Math.max(1, last - start.column), message, primary };
}

/** Two messages for the same place stand once. */
function uniqueMarks(marks: readonly Mark[]): readonly Mark[] {
  const found: Mark[] = [];
  for (const mark of marks) {
    const twin = found.findIndex((other) => other.line === mark.line && other.column === mark.column && other.length === mark.length);
    if (twin < 0) found.push(mark);
    else if (mark.message && found[twin].message !== mark.message) {
      const message = found[twin].message ? `${found[twin].message}; ${mark.message}` : mark.message;
      found[twin] = { ...found[twin], message, primary: found[twin].primary || mark.primary };
    }
  }
  return found;
}

function excerpt(file: SourceFile, marks: readonly Mark[], gutter: number, colours: Colours, paint: (text: string) => string): readonly string[] {
  const lines: string[] = [];
  const bar = colours.frame("│");
  const numbers = [...new Set(marks.map((mark) => mark.line))].sort((a, b) => a - b);
  numbers.forEach((number, i) => {
    if (i > 0 && number > numbers[i - 1] + 1) lines.push(`${" ".repeat(gutter)} ${colours.frame("·")}`);
    const own = marks.filter((mark) => mark.line === number).sort((a, b) => b.column - a.column);
    const whole = lineText(file, number);
    // Of a line that is wider than any screen, what stands around its first mark is shown.
    const cut = whole.length > widestLine ? Math.max(0, own[own.length - 1].column - 1 - widestLine / 4) : 0;
    const text = whole.length > widestLine ? `${cut > 0 ? "…" : ""}${whole.slice(cut, cut + widestLine)}…` : whole;
    const shift = cut > 0 ? cut - 1 : 0;
    const tabs = (column: number): string => text.slice(0, Math.max(0, column - 1 - shift)).replace(/[^\t]/g, " ");
    lines.push(`${String(number).padStart(gutter)} ${bar} ${text}`);
    for (const mark of own) {
      const sign = mark.primary ? "^" : "-";
      const underline = sign.repeat(Math.max(1, Math.min(mark.length, Math.max(text.length, whole.length > widestLine ? 0 : mark.column + mark.length) + shift - mark.column + 1)));
      const shown = mark.primary ? paint(`${underline}${mark.message ? ` ${mark.message}` : ""}`) : colours.frame(`${underline}${mark.message ? ` ${mark.message}` : ""}`);
      lines.push(`${" ".repeat(gutter)} ${bar} ${tabs(mark.column)}${shown}`);
    }
  });
  return lines;
}

/** `file:line:column: error[NET0301]: message`, one line each. */
export function renderShort(diagnostic: Diagnostic): string {
  const { line, column } = positionAt(diagnostic.span.file, diagnostic.span.start);
  return `${diagnostic.span.file.name}:${line}:${column}: ${diagnostic.severity}[${diagnostic.code}]: ${diagnostic.message}`;
}
