/**
 * The ground floor: a source text, a span in it, and the map from offsets to lines.
 *
 * Everything above speaks in offsets (UTF-16 code units, as JavaScript strings do); lines and columns exist only for people.
 */

/** One `.net` text under the name by which diagnostics and imports speak of it. */
export interface SourceFile {
  readonly name: string;
  readonly text: string;
  /** Offsets at which each line begins; the first is 0. */
  readonly lineStarts: readonly number[];
}

const nowhere: SourceFile = { name: "", text: "", lineStarts: [0] };

/**
 * A stretch of a file from which spans are counted. It moves as a whole: when the text before it changes, all that was said of it stays where it
 * was meant. What parsing and checking found out about an item therefore outlives edits of other items.
 */
export class Place {
  private leader: Place | undefined;

  constructor(
    private ownFile: SourceFile,
    private ownStart: number,
  ) {}

  get file(): SourceFile {
    return this.head().ownFile;
  }

  get start(): number {
    return this.head().ownStart;
  }

  moveTo(file: SourceFile, start: number): void {
    const head = this.head();
    head.ownFile = file;
    head.ownStart = start;
  }

  /**
   * From now on this stretch and another one, which replaced it, are the same. The younger one follows, so that thousands of edits make no chain, and no text
   * of before is held.
   */
  join(younger: Place): void {
    const [own, other] = [this.head(), younger.head()];
    if (own === other) return;
    own.moveTo(other.ownFile, other.ownStart);
    other.leader = own;
    other.ownFile = nowhere;
  }

  private head(): Place {
    if (!this.leader) return this;
    let head = this.leader;
    while (head.leader) head = head.leader;
    for (let place: Place = this; place.leader && place.leader !== head; ) {
      const next: Place = place.leader;
      place.leader = head;
      place = next;
    }
    return head;
  }

  /** The span between two offsets of the file as it is now. */
  between(start: number, end: number): Span {
    return new PlacedSpan(this, start - this.start, end - this.start);
  }
}

/** A half-open range of offsets `[start, end)` in one file. */
export interface Span {
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
  readonly place: Place;
}

class PlacedSpan implements Span {
  constructor(
    readonly place: Place,
    private readonly from: number,
    private readonly to: number,
  ) {}

  get file(): SourceFile {
    return this.place.file;
  }

  get start(): number {
    return this.place.start + this.from;
  }

  get end(): number {
    return this.place.start + this.to;
  }
}

const wholeFiles = new WeakMap<SourceFile, Place>();

/** A span that is counted from the head of its file. */
export function spanIn(file: SourceFile, start: number, end: number): Span {
  let place = wholeFiles.get(file);
  if (!place) wholeFiles.set(file, (place = new Place(file, 0)));
  return place.between(start, end);
}

/** Other offsets near a span, counted from where it is counted. */
export function spanBetween(near: Span, start: number, end: number): Span {
  return near.place.between(start, end);
}

/** A place for a person: both count from 1, the column in UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export function createSourceFile(name: string, text: string): SourceFile {
  const lineStarts = [0];
  for (let offset = text.indexOf("\n"); offset >= 0; offset = text.indexOf("\n", offset + 1)) lineStarts.push(offset + 1);
  return { name, text, lineStarts };
}

/** The line and column of an offset; offsets outside the text are clamped into it. */
export function positionAt(file: SourceFile, offset: number): Position {
  const clamped = Math.max(0, Math.min(offset, file.text.length));
  let low = 0;
  let high = file.lineStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (file.lineStarts[middle] <= clamped) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: clamped - file.lineStarts[low] + 1 };
}

/** The offset of a line and column, or undefined when the file has no such place. */
export function offsetAt(file: SourceFile, position: Position): number | undefined {
  const start = file.lineStarts[position.line - 1];
  if (start === undefined || position.column < 1) return undefined;
  const offset = start + position.column - 1;
  return offset <= file.text.length ? offset : undefined;
}

/** The text of a line (from 1), without its line break. */
export function lineText(file: SourceFile, line: number): string {
  const start = file.lineStarts[line - 1] ?? file.text.length;
  const end = file.lineStarts[line] ?? file.text.length + 1;
  return file.text.slice(start, end - 1).replace(/\r$/, "");
}

export function textOf(span: Span): string {
  return span.file.text.slice(span.start, span.end);
}

/** The smallest span that holds both; they must lie in the same file. */
export function joinSpans(first: Span, last: Span): Span {
  return spanBetween(first, Math.min(first.start, last.start), Math.max(first.end, last.end));
}
