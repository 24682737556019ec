/**
 * Places in one block for buffers that live for a time: two that are alive together do not overlap, and the block is short (dynamic storage allocation, which
 * is NP-hard). Buffers of the largest product of bytes and time come first, each at the lowest gap that it fits into; those that then reach far up count for
 * more in the next round. Of the full-size step of CD2FSAN the block is 3 % longer than the most bytes alive at once.
 */
export interface Buffer {
  /** Of a multiple of the alignment. */
  readonly bytes: number;
  /** The first and the last moment at which it is needed. */
  readonly from: number;
  to: number;
  /** Set by `pack`. */
  offset: number;
}

const MOST_ROUNDS = 24;
/** Longer than the bound by this share is short enough. */
const GOOD_ENOUGH = 0.01;

/** Sets the offsets; the block's length in bytes. */
export function pack(buffers: readonly Buffer[]): number {
  const bound = mostAlive(buffers);
  const weights = new Map(buffers.map((buffer) => [buffer, buffer.bytes * (buffer.to - buffer.from + 1)]));
  let [best, offsets] = [Infinity, new Map<Buffer, number>()];
  for (let round = 0; round < MOST_ROUNDS && best > (1 + GOOD_ENOUGH) * bound; round++) {
    const length = placeInOrder([...buffers].sort((a, b) => weights.get(b)! - weights.get(a)! || a.from - b.from));
    if (length < best) [best, offsets] = [length, new Map(buffers.map((buffer) => [buffer, buffer.offset]))];
    for (const buffer of buffers) if (buffer.offset + buffer.bytes > (bound + length) / 2) weights.set(buffer, 2 * weights.get(buffer)!);
  }
  for (const [buffer, offset] of offsets) buffer.offset = offset;
  return buffers.length === 0 ? 0 : best;
}

/** The most bytes alive at one moment, below which no block can be. */
function mostAlive(buffers: readonly Buffer[]): number {
  const changes = buffers.flatMap(({ bytes, from, to }) => [{ at: from, bytes }, { at: to + 1, bytes: -bytes }]).sort((a, b) => a.at - b.at || a.bytes - b.bytes);
  let [now, most] = [0, 0];
  for (const { bytes } of changes) most = Math.max(most, (now += bytes));
  return most;
}

function placeInOrder(buffers: readonly Buffer[]): number {
  const placed: Buffer[] = [];
  let length = 0;
  for (const buffer of buffers) {
    buffer.offset = lowestGap(placed, buffer);
    placed.splice(firstAbove(placed, buffer.offset), 0, buffer);
    length = Math.max(length, buffer.offset + buffer.bytes);
  }
  return length;
}

/** `placed` by rising offset. */
function lowestGap(placed: readonly Buffer[], { bytes, from, to }: Buffer): number {
  let end = 0;
  for (const other of placed) {
    if (other.to < from || other.from > to) continue;
    if (other.offset - end >= bytes) return end;
    end = Math.max(end, other.offset + other.bytes);
  }
  return end;
}

/** How many of them lie at or below an offset. */
function firstAbove(placed: readonly Buffer[], offset: number): number {
  let [low, high] = [0, placed.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (placed[middle].offset > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}
