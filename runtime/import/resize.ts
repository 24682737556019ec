/**
 * A table of positions made for a grid of another size, as torch.nn.functional.interpolate(mode, align_corners=False, antialias=False) does it: sampling
 * at the centres of the new cells; bilinear with the border repeated, bicubic with Keys's kernel of a = -0.75 (1981).
 */
import type { resizeModes } from "../../compiler/check/weights-plan.ts";

export type ResizeMode = (typeof resizeModes)[number];

/** Rows of a table: `keep` that stay (a class token), then a grid of `from` × `from` rows that becomes `to` × `to`. `width`: numbers in a row. */
export function resizeTable(table: Float32Array, width: number, keep: number, from: number, to: number, mode: ResizeMode): Float32Array {
  if (table.length !== (keep + from * from) * width) throw new Error(`netc bug: a table of ${table.length} numbers is no grid of ${from} × ${from}`);
  const result = new Float32Array((keep + to * to) * width);
  result.set(table.subarray(0, keep * width));
  const taps = Array.from({ length: to }, (_, i) => tapsOf(i, from, to, mode));
  const sum = new Float64Array(width);
  for (let y = 0; y < to; y++) {
    for (let x = 0; x < to; x++) {
      sum.fill(0);
      for (const [row, down] of taps[y]) {
        for (const [column, across] of taps[x]) {
          const at = (keep + row * from + column) * width;
          for (let c = 0; c < width; c++) sum[c] += down * across * table[at + c];
        }
      }
      result.set(sum, (keep + y * to + x) * width);
    }
  }
  return result;
}

/** Which cells of the old grid make a new one along one axis, and with which weights. */
function tapsOf(i: number, from: number, to: number, mode: ResizeMode): readonly (readonly [cell: number, weight: number])[] {
  const place = ((i + 0.5) * from) / to - 0.5;
  const inside = (cell: number): number => Math.min(from - 1, Math.max(0, cell));
  if (mode === "bilinear") {
    const clamped = Math.max(0, place);
    const cell = Math.floor(clamped);
    return [[inside(cell), 1 - (clamped - cell)], [inside(cell + 1), clamped - cell]];
  }
  const cell = Math.floor(place);
  const t = place - cell;
  return [-1, 0, 1, 2].map((offset) => [inside(cell + offset), cubic(Math.abs(offset - t))] as const);
}

function cubic(distance: number): number {
  const a = -0.75;
  if (distance <= 1) return ((a + 2) * distance - (a + 3)) * distance * distance + 1;
  return distance < 2 ? ((a * distance - 5 * a) * distance + 8 * a) * distance - 4 * a : 0;
}
