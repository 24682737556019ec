/**
 * The best that can be said without looking: one mask for every picture. A model that has learnt something is clearly above it. Masks are averaged on a
 * grid that is stretched over every picture, so pictures may have different sizes.
 */
import type { Mask } from "../data/sample.ts";
import { nearest } from "../data/resample.ts";

export interface MeanMask {
  /** Takes a mask into the mean. Throws a RangeError when it has no pixel. */
  add(mask: Mask): void;
  /** The mean so far: `side` × `side` shares of foreground in [0, 1]; zeros when nothing was added. */
  mean(): Float64Array;
  /** The one mask that, said of every mask so far, has the greatest oIoU (on the grid, each mask weighing the same), at a picture's size. */
  constantMask(height: number, width: number): Uint8Array;
}

/** An empty mean on a grid of `side` × `side` cells. */
export function createMeanMask(side = 64): MeanMask {
  const sums = new Float64Array(side * side);
  let count = 0;
  const mean = (): Float64Array => sums.map((sum) => (count ? sum / count : 0));
  return {
    add(mask) {
      if (!(mask.height > 0 && mask.width > 0)) throw new RangeError(`a mask of ${mask.height} × ${mask.width} has no pixel`);
      count++;
      addCells(mask, side, sums);
    },
    mean,
    constantMask(height, width) {
      const cells = bestCells(mean());
      const mask = new Uint8Array(height * width);
      for (let y = 0, at = 0; y < height; y++) for (let x = 0; x < width; x++, at++) mask[at] = cells[nearest(y, side, height) * side + nearest(x, side, width)];
      return mask;
    },
  };
}

/** Adds to each cell the share of foreground among the mask's pixels in it; a cell smaller than a pixel takes the pixel that its corner is in. */
function addCells({ data, height, width }: Mask, side: number, sums: Float64Array): void {
  const edges = (length: number): readonly (readonly [from: number, to: number])[] =>
    Array.from({ length: side }, (_, cell) => {
      const from = nearest(cell, length, side);
      return [from, Math.max(Math.floor(((cell + 1) * length) / side), from + 1)] as const;
    });
  const [rows, columns] = [edges(height), edges(width)];
  rows.forEach(([top, bottom], v) =>
    columns.forEach(([left, right], u) => {
      let foreground = 0;
      for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) if (data[y * width + x]) foreground++;
      sums[v * side + u] += foreground / ((bottom - top) * (right - left));
    }),
  );
}

/**
 * For a set S of cells, oIoU is sum over S of m / (|S| + sum of all m - sum over S of m), m the mean. For each size of S the cells with the greatest m
 * are best, so only the beginnings of the sorted list are tried.
 */
function bestCells(mean: Float64Array): Uint8Array {
  const order = [...mean.keys()].sort((a, b) => mean[b] - mean[a] || a - b);
  const total = mean.reduce((sum, value) => sum + value, 0);
  let [inside, best, size] = [0, 0, 0];
  order.forEach((cell, i) => {
    inside += mean[cell];
    const share = inside / (i + 1 + total - inside);
    if (share > best) [best, size] = [share, i + 1];
  });
  const cells = new Uint8Array(mean.length);
  for (const cell of order.slice(0, size)) cells[cell] = 1;
  return cells;
}
