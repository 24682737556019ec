/**
 * Where a place of one text is in another that was made of it by editing. The graph that is shown may be of a text before the last edits; what stands in
 * lines that are still there is found again exactly, and what was rewritten at the nearest end of what took its place.
 */

/** The offset in `after` of what stands at an offset of `before`. */
export function movedOffset(before: string, after: string, offset: number): number {
  const start = commonStart(before, after);
  const end = commonEnd(before, after, start);
  // Whole lines first: two letters that happen to be the same are no trace of an edit.
  const first = before.lastIndexOf("\n", start - 1) + 1;
  const next = before.indexOf("\n", before.length - end);
  const rest = next < 0 ? 0 : before.length - next;
  if (offset <= first) return offset;
  if (offset >= before.length - rest) return offset + after.length - before.length;
  return first + inMiddle(before.slice(first, before.length - rest), after.slice(first, after.length - rest), offset - first);
}

/** The same for a range. */
export function movedRange<Range extends { readonly start: number; readonly end: number }>(before: string, after: string, range: Range): Range {
  if (before === after) return range;
  const start = movedOffset(before, after, range.start);
  return { ...range, start, end: Math.max(start, movedOffset(before, after, range.end)) };
}

function commonStart(before: string, after: string): number {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  return start;
}

function commonEnd(before: string, after: string, start: number): number {
  const longest = Math.min(before.length, after.length) - start;
  let end = 0;
  while (end < longest && before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)) end++;
  return end;
}

/** Lines that both texts have once, in one order, divide them into smaller pairs; where there are none, it is one edit. */
function inMiddle(before: string, after: string, offset: number): number {
  const anchors = anchorsOf(before, after);
  if (anchors.length === 0) return inEdit(before, after, offset);
  let [from, to] = [0, 0];
  for (const { line, at, other } of anchors) {
    if (offset < at) return to + movedOffset(before.slice(from, at), after.slice(to, other), offset - from);
    if (offset <= at + line.length) return other + offset - at;
    [from, to] = [at + line.length, other + line.length];
  }
  return to + movedOffset(before.slice(from), after.slice(to), offset - from);
}

function inEdit(before: string, after: string, offset: number): number {
  const start = commonStart(before, after);
  const end = commonEnd(before, after, start);
  if (offset <= start) return offset;
  return offset >= before.length - end ? offset + after.length - before.length : Math.min(offset, after.length - end);
}

interface Anchor {
  readonly line: string;
  /** Where the line begins in the one text and in the other. */
  readonly at: number;
  readonly other: number;
}

/** Lines that stand once in each text: the longest sequence that is in order in both. */
function anchorsOf(before: string, after: string): readonly Anchor[] {
  const others = linesOf(after);
  const common = [...linesOf(before)].flatMap(([line, at]): readonly Anchor[] => {
    const other = others.get(line);
    return at === undefined || other === undefined || line.trim() === "" ? [] : [{ line, at, other }];
  });
  // The ends of the best sequences of each length so far, and for each anchor the one before it.
  const ends: Anchor[] = [];
  const previous = new Map<Anchor, Anchor | undefined>();
  for (const anchor of common) {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle].other < anchor.other) low = middle + 1;
      else high = middle;
    }
    previous.set(anchor, ends[low - 1]);
    ends[low] = anchor;
  }
  const found: Anchor[] = [];
  for (let anchor = ends.at(-1); anchor; anchor = previous.get(anchor)) found.unshift(anchor);
  return found;
}

/** The lines of a text and where each begins; undefined where it stands more than once. */
function linesOf(text: string): ReadonlyMap<string, number | undefined> {
  const found = new Map<string, number | undefined>();
  let at = 0;
  for (const line of text.split("\n")) {
    found.set(line, found.has(line) ? undefined : at);
    at += line.length + 1;
  }
  return found;
}
