/**
 * Polygons on a canvas, with smooth edges: four lines through each row of pixels, each span's ends counted by the share of the pixel that they cover.
 * A polygon may cross itself (even-odd). Places are in pixels, whose corners are whole numbers.
 */
import type { Mask } from "../sample.ts";

export interface Canvas {
  readonly height: number;
  readonly width: number;
  /** Interleaved RGB in 0 … 255. */
  readonly data: Float32Array;
}

export type Colour = readonly [number, number, number];
/** x0, y0, x1, y1 … */
export type Polygon = readonly number[];

const linesPerRow = 4;

/** Blends the colour into what the polygon covers; pixels that it covers to at least half are set in `mask`. */
export function fillPolygon(canvas: Canvas, polygon: Polygon, [red, green, blue]: Colour, opacity = 1, mask?: Mask): void {
  const { height, width, data } = canvas;
  let [low, high, left, right] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < polygon.length; i += 2) {
    left = Math.min(left, polygon[i]);
    right = Math.max(right, polygon[i]);
    low = Math.min(low, polygon[i + 1]);
    high = Math.max(high, polygon[i + 1]);
  }
  const [top, bottom] = [Math.max(Math.floor(low), 0), Math.min(Math.ceil(high), height)];
  const [first, last] = [Math.max(Math.floor(left), 0), Math.min(Math.ceil(right), width)];
  if (top >= bottom || first >= last) return;
  const coverage = new Float32Array(last - first);
  for (let y = top; y < bottom; y++) {
    coverage.fill(0);
    for (let line = 0; line < linesPerRow; line++) {
      const crossings = crossingsAt(polygon, y + (line + 0.5) / linesPerRow);
      for (let i = 0; i + 1 < crossings.length; i += 2) addSpan(coverage, crossings[i] - first, crossings[i + 1] - first);
    }
    for (let x = first; x < last; x++) {
      const share = coverage[x - first];
      if (share === 0) continue;
      const at = y * width + x;
      const weight = opacity * share;
      data[3 * at] += weight * (red - data[3 * at]);
      data[3 * at + 1] += weight * (green - data[3 * at + 1]);
      data[3 * at + 2] += weight * (blue - data[3 * at + 2]);
      if (mask && share >= 0.5) mask.data[at] = 1;
    }
  }
}

/** Where the outline crosses the line at `y`, in order. */
function crossingsAt(polygon: Polygon, y: number): readonly number[] {
  const crossings: number[] = [];
  let [x0, y0] = [polygon[polygon.length - 2], polygon[polygon.length - 1]];
  for (let i = 0; i < polygon.length; i += 2) {
    const [x1, y1] = [polygon[i], polygon[i + 1]];
    if (y0 <= y !== y1 <= y) crossings.push(x0 + ((y - y0) / (y1 - y0)) * (x1 - x0));
    [x0, y0] = [x1, y1];
  }
  return crossings.sort((a, b) => a - b);
}

function addSpan(coverage: Float32Array, from: number, to: number): void {
  const [start, end] = [Math.max(from, 0), Math.min(to, coverage.length)];
  if (end <= start) return;
  const [first, last] = [Math.floor(start), Math.min(Math.floor(end), coverage.length - 1)];
  const share = 1 / linesPerRow;
  if (first === last) {
    coverage[first] += share * (end - start);
    return;
  }
  coverage[first] += share * (first + 1 - start);
  for (let x = first + 1; x < last; x++) coverage[x] += share;
  coverage[last] += share * (end - last);
}
