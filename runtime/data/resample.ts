/**
 * Pictures at other sizes. Shrinking averages over the area of each new pixel, as OpenCV's INTER_AREA does (golden values in test/data/golden), axis by
 * axis; an axis that grows is interpolated between pixel centres. Masks take the pixel that their corner falls on, as OpenCV's INTER_NEAREST does.
 */

/** For each new place along an axis: where its sources begin, how many there are, and their weights, `width` a place. */
interface Taps {
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly weights: Float32Array;
  readonly width: number;
}

const remembered = new Map<string, Taps>();

function tapsOf(from: number, to: number): Taps {
  const key = `${from} ${to}`;
  let taps = remembered.get(key);
  if (!taps) {
    if (remembered.size > 64) remembered.clear();
    remembered.set(key, (taps = to <= from ? areaTaps(from, to) : linearTaps(from, to)));
  }
  return taps;
}

/** The share of each old pixel in the interval that a new pixel covers. */
function areaTaps(from: number, to: number): Taps {
  const scale = from / to;
  const width = Math.ceil(scale) + 1;
  const [first, count, weights] = [new Int32Array(to), new Int32Array(to), new Float32Array(to * width)];
  for (let i = 0; i < to; i++) {
    const [start, end] = [i * scale, Math.min((i + 1) * scale, from)];
    first[i] = Math.min(Math.floor(start + 1e-9), from - 1);
    const last = Math.max(Math.min(Math.ceil(end - 1e-9), from), first[i] + 1);
    count[i] = last - first[i];
    for (let k = 0; k < count[i]; k++) weights[i * width + k] = (Math.min(end, first[i] + k + 1) - Math.max(start, first[i] + k)) / (end - start);
  }
  return { first, count, weights, width };
}

/** Between the centres of two pixels, held at the border. */
function linearTaps(from: number, to: number): Taps {
  const [first, count, weights] = [new Int32Array(to), new Int32Array(to).fill(Math.min(2, from)), new Float32Array(to * 2)];
  for (let i = 0; i < to; i++) {
    const at = Math.min(Math.max(((i + 0.5) * from) / to - 0.5, 0), from - 1);
    first[i] = Math.max(Math.min(Math.floor(at), from - 2), 0);
    weights[2 * i] = from === 1 ? 1 : 1 - (at - first[i]);
    weights[2 * i + 1] = at - first[i];
  }
  return { first, count, weights, width: 2 };
}

let narrow = new Float32Array(0);

/**
 * Interleaved bytes [height, width, 3] at a new size, as numbers from 0 to 255 that are not rounded. `into` has at least newHeight × newWidth × 3
 * places; with `mirrored` left and right are exchanged.
 */
export function resizePixels(data: Uint8Array, height: number, width: number, into: Float32Array, newHeight: number, newWidth: number, mirrored = false): void {
  const row = 3 * newWidth;
  if (height === newHeight && width === newWidth && !mirrored) return void into.set(data.subarray(0, height * row));
  if (narrow.length < height * row) narrow = new Float32Array(height * row);
  const { first: firsts, count: counts, weights, width: taps } = tapsOf(width, newWidth);
  const down = tapsOf(height, newHeight);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < newWidth; x++) {
      let red = 0;
      let green = 0;
      let blue = 0;
      const start = x * taps;
      const end = start + counts[x];
      for (let k = start, source = 3 * (y * width + firsts[x]); k < end; k++, source += 3) {
        const weight = weights[k];
        red += weight * data[source];
        green += weight * data[source + 1];
        blue += weight * data[source + 2];
      }
      const target = y * row + 3 * (mirrored ? newWidth - 1 - x : x);
      narrow[target] = red;
      narrow[target + 1] = green;
      narrow[target + 2] = blue;
    }
  }
  for (let y = 0; y < newHeight; y++) {
    const target = into.subarray(y * row, (y + 1) * row).fill(0);
    for (let k = 0; k < down.count[y]; k++) {
      const weight = down.weights[y * down.width + k];
      const source = (down.first[y] + k) * row;
      for (let i = 0; i < row; i++) target[i] += weight * narrow[source + i];
    }
  }
}

/** The old place of a new one along an axis, for masks. */
export const nearest = (place: number, from: number, to: number): number => Math.min(Math.floor((place * from) / to), from - 1);
