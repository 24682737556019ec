/**
 * COCO's masks: lengths of runs in column-major order, background first, as a list or as a text of 5-bit groups in which each length from the
 * fourth on is the difference to the one two before; and polygons. Format and rasterisation as in pycocotools (its C source, maskApi): golden values
 * in test/data/golden. Nothing here trusts its input: runs that do not add up to the size are an error.
 */
import type { Mask, Segment } from "./sample.ts";

export type { Segment } from "./sample.ts";

export class RunLengthError extends Error {}

/** Sides beyond this are not believed: 2^14, as for pictures. */
const largestSide = 16_384;

/** Lengths of runs from their text. */
export function parseCounts(text: string): number[] {
  const counts: number[] = [];
  for (let at = 0; at < text.length; ) {
    let value = 0;
    for (let group = 0, more = true; more; group++, at++) {
      const code = text.charCodeAt(at) - 48;
      if (at >= text.length) throw new RunLengthError("its run lengths end in the middle of a number");
      if (code < 0 || code > 63) throw new RunLengthError(`its run lengths have the character ${JSON.stringify(text[at])} at ${at}`);
      if (group > 6) throw new RunLengthError(`a run length at ${at} has more than 32 bits`);
      value += (code & 31) * 2 ** (5 * group);
      more = (code & 32) !== 0;
      if (!more && code & 16) value -= 2 ** (5 * (group + 1)); // the highest bit of the last group is the sign
    }
    if (counts.length > 2) value += counts[counts.length - 2];
    if (value < 0) throw new RunLengthError(`run ${counts.length} has the length ${value}`);
    counts.push(value);
  }
  return counts;
}

/** The text of run lengths: the inverse of `parseCounts`. */
export function formatCounts(counts: readonly number[]): string {
  let text = "";
  counts.forEach((count, i) => {
    let value = i > 2 ? count - counts[i - 2] : count;
    for (let more = true; more; ) {
      const group = value & 31;
      value >>= 5;
      more = group & 16 ? value !== -1 : value !== 0;
      text += String.fromCharCode(48 + (more ? group | 32 : group));
    }
  });
  return text;
}

/** The runs of a mask, background first. */
export function encodeRuns({ height, width, data }: Mask): number[] {
  const counts: number[] = [];
  let [previous, run] = [0, 0];
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) {
      if (data[y * width + x] !== previous) {
        counts.push(run);
        [previous, run] = [previous ^ 1, 0];
      }
      run++;
    }
  }
  counts.push(run);
  return counts;
}

/** The mask of runs; an error when they do not add up to height × width. */
export function decodeRuns(counts: string | readonly number[], height: number, width: number): Mask {
  requireSize(height, width);
  const runs = typeof counts === "string" ? parseCounts(counts) : counts;
  const mask = emptyMask(height, width);
  fillRuns(mask, runs);
  return mask;
}

function requireSize(height: number, width: number): void {
  for (const side of [height, width]) if (!Number.isInteger(side) || side < 1 || side > largestSide) throw new RunLengthError(`its size is ${height} × ${width}; sides are 1 to ${largestSide}`);
}

const emptyMask = (height: number, width: number): Mask => ({ height, width, data: new Uint8Array(height * width) });

/** Sets the foreground runs to 1, and leaves the rest. */
function fillRuns({ height, width, data }: Mask, runs: readonly number[]): void {
  const total = height * width;
  let sum = 0;
  for (const [i, run] of runs.entries()) {
    if (!Number.isInteger(run) || run < 0) throw new RunLengthError(`run ${i} has the length ${run}`);
    sum += run;
    if (sum > total) throw new RunLengthError(`its runs add up to more than its size, ${height} × ${width} = ${total}: run ${i} ends at ${sum}`);
    if (i % 2 === 0) continue;
    for (let at = sum - run, x = Math.floor(at / height), y = at - x * height; at < sum; at++) {
      data[y * width + x] = 1;
      if (++y === height) [x, y] = [x + 1, 0];
    }
  }
  if (sum !== total) throw new RunLengthError(`its runs add up to ${sum}, but its size is ${height} × ${width} = ${total}`);
}

/** The union of segments of a picture of this size. */
export function maskOfSegments(segments: readonly Segment[], height: number, width: number): Mask {
  requireSize(height, width);
  const mask = emptyMask(height, width);
  for (const segment of segments) {
    if (segment.kind === "polygon") {
      fillPolygon(mask, segment.points);
      continue;
    }
    if (segment.height !== height || segment.width !== width) throw new RunLengthError(`its runs are of a mask of ${segment.height} × ${segment.width}, but the picture is declared ${height} × ${width}`);
    fillRuns(mask, typeof segment.counts === "string" ? parseCounts(segment.counts) : segment.counts);
  }
  return mask;
}

/**
 * A polygon as pycocotools fills it: its outline is drawn on a grid of fifths of a pixel; each step of the outline from one column to the next, where it
 * passes the middle of a pixel's column, switches between inside and outside from that row on.
 */
function fillPolygon({ height, width, data }: Mask, points: readonly number[]): void {
  if (points.length < 6 || points.length % 2 || !points.every((value) => Number.isFinite(value) && Math.abs(value) <= largestSide)) {
    throw new RunLengthError(`a polygon has ${points.length} numbers; it takes at least three pairs within ± ${largestSide}`);
  }
  const scale = 5;
  const fine = points.map((value) => Math.trunc(scale * value + 0.5));
  const count = fine.length / 2;
  const switches = new Uint8Array(height * width + 1);
  let [lastU, lastV] = [NaN, NaN];
  const visit = (u: number, v: number): void => {
    if (u !== lastU && !Number.isNaN(lastU)) {
      const column = ((u < lastU ? u : u - 1) + 0.5) / scale - 0.5;
      if (Number.isInteger(column) && column >= 0 && column <= width - 1) {
        const row = Math.ceil(Math.min(Math.max((Math.min(v, lastV) + 0.5) / scale - 0.5, 0), height));
        switches[column * height + row] ^= 1;
      }
    }
    [lastU, lastV] = [u, v];
  };
  for (let i = 0; i < count; i++) {
    const next = (i + 1) % count;
    drawLine(fine[2 * i], fine[2 * i + 1], fine[2 * next], fine[2 * next + 1], visit);
  }
  for (let x = 0, at = 0, inside = 0; x < width; x++) for (let y = 0; y < height; y++, at++) if ((inside ^= switches[at])) data[y * width + x] = 1;
}

/** The points of a line, both ends included, in its direction; always computed from the end that is lower on its longer axis, so that both directions agree. */
function drawLine(x0: number, y0: number, x1: number, y1: number, visit: (u: number, v: number) => void): void {
  const [dx, dy] = [Math.abs(x1 - x0), Math.abs(y1 - y0)];
  const wide = dx >= dy;
  const length = wide ? dx : dy;
  const backwards = wide ? x0 > x1 : y0 > y1;
  const [sx, sy, ex, ey] = backwards ? [x1, y1, x0, y0] : [x0, y0, x1, y1];
  const slope = length === 0 ? 0 : wide ? (ey - sy) / length : (ex - sx) / length;
  for (let d = 0; d <= length; d++) {
    const t = backwards ? length - d : d;
    if (wide) visit(t + sx, Math.trunc(sy + slope * t + 0.5));
    else visit(Math.trunc(sx + slope * t + 0.5), t + sy);
  }
}
