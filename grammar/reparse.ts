/**
 * A new text of a file of which an older text was parsed. Only the items around the change are read again, and whatever reads as before keeps its
 * trees, which move to where they stand now; so what was found out about them holds on. The result is that of parsing the whole text.
 */
import type { Comment, File, Import, Item } from "./ast.ts";
import { maximumProblems } from "./lex.ts";
import { parse, type ParseResult } from "./parse.ts";
import { maximumErrors } from "./parser-core.ts";
import { createSourceFile, spanIn, textOf, type SourceFile, type Span } from "./source.ts";

type Element = Import | Item;

/** Where more problems were found, some were left out: what is wrong in one item is then no matter of that item alone. */
const manyProblems = Math.min(maximumProblems, maximumErrors);

/** Beyond this, limits of the whole text may be reached. */
const longest = 1_000_000;

/**
 * Parses `source`, given what parsing an older text of the same file gave. Trees of `before` that are kept move to the new text, so `before` is of
 * no further use.
 */
export function reparse(source: SourceFile, before: ParseResult): ParseResult {
  const result = aroundChange(source, before) ?? parse(source);
  return withKeptTrees(source, before, result);
}

interface Change {
  /** Where the texts begin to differ. */
  readonly start: number;
  /** Where, in the older text, they are the same again; in the new text that is `delta` further on. */
  readonly end: number;
  readonly delta: number;
}

function changeBetween(older: string, newer: string): Change {
  const most = Math.min(older.length, newer.length);
  let start = 0;
  while (start < most && older.charCodeAt(start) === newer.charCodeAt(start)) start++;
  let same = 0;
  while (same < most - start && older.charCodeAt(older.length - 1 - same) === newer.charCodeAt(newer.length - 1 - same)) same++;
  return { start, end: older.length - same, delta: newer.length - older.length };
}

const elementsOf = (file: File): readonly Element[] => [...file.imports, ...file.items].sort((a, b) => a.span.start - b.span.start);

/** Reads the items around the change, up to one behind them that reads as before; undefined where the whole text must be read. */
function aroundChange(source: SourceFile, before: ParseResult): ParseResult | undefined {
  const older = before.file.span.file.text;
  const elements = elementsOf(before.file);
  if (elements.length === 0 || Math.max(source.text.length, older.length) > longest || before.problems.length >= manyProblems) return undefined;
  if (before.file.imports.some((statement, i) => statement !== elements[i])) return undefined; // one stands where it may not
  const change = changeBetween(older, source.text);
  // What ends right where the change begins may go on in it; and where something is wrong, an item may end where it does because of what follows.
  let first = elements.findIndex(({ span }) => span.end >= change.start);
  if (first < 0) first = elements.length;
  while (first > 0 && (first === elements.length || isTroubled(before, { start: elements[first - 1].span.start, end: elements[first].span.start }))) first--;
  if (first < before.file.imports.length) return undefined;
  const start = first === 0 ? 0 : elements[first - 1].span.end;
  let last = elements.findIndex(({ span }) => span.end > change.end);
  if (last < 0) last = elements.length - 1;
  for (let witnesses = 1; ; witnesses *= 4) {
    const through = last + witnesses;
    const witness = through < elements.length ? elements[through] : undefined;
    const end = witness?.span.end ?? older.length;
    const parsed = parse(createSourceFile(source.name, ownText(source.text, start, end + change.delta)));
    const { items, imports } = parsed.file;
    if (imports.length > 0 || parsed.problems.length >= manyProblems) return undefined;
    // What is wrong before anything begins belongs to the statement that precedes it.
    if (start > 0 && (items.length === 0 || parsed.doubtful.some((region) => region.start === 0))) return undefined;
    const seen = items.at(-1);
    const isWitness = witness && seen && !isTroubled(before, witness.span) && !isTroubled(parsed, seen.span) && seen.span.start + start === witness.span.start + change.delta && keyOf(seen) === keyOf(witness);
    if (!witness || isWitness) return assembled(source, before, parsed, { start, end: witness ? end : older.length + 1, delta: change.delta }, witness);
  }
}

/**
 * A part of a text as a text of its own. A slice alone keeps the whole text that it was cut from, and what is read of it (names, comments) would keep that:
 * an editor would hold an older text of the file for every item that was read again. What is joined is copied.
 */
const ownText = (text: string, start: number, end: number): string => ` ${text.slice(start, end)}`.slice(1);

const isTroubled = ({ problems, doubtful }: ParseResult, item: Pick<Span, "start" | "end">): boolean =>
  problems.some(({ span }) => span.start <= item.end && item.start <= span.end) || doubtful.some((region) => region.start < item.end && item.start < region.end);

/** What was found in the window of the older text, [start, end), replaced by what was found there now. */
function assembled(source: SourceFile, before: ParseResult, parsed: ParseResult, { start, end, delta }: Change, witness: Element | undefined): ParseResult {
  const moved = (span: Span, by: number): Span => spanIn(source, span.start + by, span.end + by);
  /** Of a list in the order of the text: what stands before the window, what was read in it, what stands behind it. */
  const merged = <T>(old: readonly T[], read: readonly T[], spanOf: (one: T) => Span, move: (one: T, by: number) => T): readonly T[] => [
    ...old.filter((one) => spanOf(one).start < start).map((one) => move(one, 0)),
    ...read.map((one) => move(one, start)),
    ...old.filter((one) => spanOf(one).start >= end).map((one) => move(one, delta)),
  ];
  const comments = merged(before.file.comments, parsed.file.comments, ({ span }) => span, (comment, by): Comment => ({ ...comment, span: moved(comment.span, by) }));
  const problems = merged(before.problems, parsed.problems, ({ span }) => span, (problem, by) => ({ ...problem, span: moved(problem.span, by), ...(problem.related && { related: moved(problem.related, by) }) }));
  const doubtful = before.doubtful.filter((region) => region.start < start).map((region) => spanIn(source, region.start, region.end >= Math.min(end, before.file.span.end) ? region.end + delta : region.end));
  const found = [...doubtful, ...parsed.doubtful.map((region) => moved(region, start)), ...before.doubtful.filter((region) => region.start >= end).map((region) => moved(region, delta))];
  const read = witness ? parsed.file.items.slice(0, -1) : parsed.file.items;
  // Spans are asked before anything moves.
  const [above, below] = [before.file.items.filter(({ span }) => span.start < start), before.file.items.filter((item) => item === witness || item.span.start >= end)];
  for (const element of [...before.file.imports, ...above]) moveTo(source, element, 0);
  for (const item of read) moveTo(source, item, start);
  for (const item of below) moveTo(source, item, delta);
  return {
    file: { ...before.file, doc: start === 0 ? parsed.file.doc : before.file.doc, items: [...above, ...read, ...below], comments, span: spanIn(source, 0, source.text.length) },
    problems, doubtful: found,
  };
}

function moveTo(source: SourceFile, { span: { place } }: Element, by: number): void {
  place.moveTo(source, place.start + by);
}

const keyOf = (element: Element): string => `${element.kind}|${"doc" in element ? element.doc : ""}|${textOf(element.span)}`;

/** In the place of an item that reads as one did before, that one. */
function withKeptTrees(source: SourceFile, before: ParseResult, result: ParseResult): ParseResult {
  const kept = new Set<Element>([...result.file.imports, ...result.file.items]);
  const older = new Map<string, Element[]>();
  for (const element of elementsOf(before.file)) {
    if (kept.has(element) || element.kind === "MissingItem" || isTroubled(before, element.span)) continue;
    const key = keyOf(element);
    older.set(key, [...(older.get(key) ?? []), element]);
  }
  if (older.size === 0) return result;
  const keep = <E extends Element>(element: E): E => {
    const same = isTroubled(result, element.span) ? undefined : older.get(keyOf(element))?.shift();
    if (!same) return element;
    const { place } = same.span;
    place.moveTo(source, place.start + element.span.start - same.span.start);
    return same as E;
  };
  return { ...result, file: { ...result.file, imports: result.file.imports.map(keep), items: result.file.items.map(keep) } };
}
