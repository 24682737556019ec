/**
 * The reference evaluation of `conv`: for every (sample, group) the operand is unfolded to rows of taps, and each row meets every kernel in one
 * inner product. Up to three spatial axes; fewer are filled with axes of 1.
 */
import type { TensorData } from "../ir/graph.ts";
import { multiplyRows } from "./matrix.ts";
import { countOf } from "./strides.ts";

/** One spatial axis, all numbers. */
interface AxisWindow {
  readonly size: number;
  readonly kernel: number;
  readonly result: number;
  /** For each (position, tap): the element that is read, or -1 for padding and for the zeros of input dilation. */
  readonly source: Int32Array;
}

export interface ConvolutionNumbers {
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly inputDilation: readonly number[];
  readonly low: readonly number[];
}

/** Unfolded rows are made in pieces of about this many numbers. */
const PIECE = 1 << 20;

function axisWindow(size: number, kernel: number, result: number, stride: number, dilation: number, inputDilation: number, low: number): AxisWindow {
  const source = new Int32Array(result * kernel);
  for (let t = 0; t < result; t++) {
    for (let k = 0; k < kernel; k++) {
      const place = t * stride + k * dilation - low;
      const element = place / inputDilation;
      source[t * kernel + k] = place >= 0 && place % inputDilation === 0 && element < size ? element : -1;
    }
  }
  return { size, kernel, result, source };
}

/** x[N, G, C, s…], w[G, O, C, k…] -> [N, G, O, t…] */
export function evaluateConvolution(x: TensorData, w: TensorData, shape: readonly number[], numbers: ConvolutionNumbers): Float64Array {
  const [samples, groups, channels, ...sizes] = x.shape;
  const out = w.shape[1];
  const kernels = w.shape.slice(3);
  const results = shape.slice(3);
  const windows = sizes.map((size, axis) =>
    axisWindow(size, kernels[axis], results[axis], numbers.stride[axis], numbers.dilation[axis], numbers.inputDilation[axis], numbers.low[axis]),
  );
  while (windows.length < 3) windows.unshift(axisWindow(1, 1, 1, 1, 1, 1, 0));
  const [za, ya, xa] = windows;
  const positions = countOf(results);
  const depth = channels * countOf(kernels);
  const plane = countOf(sizes);
  const y = new Float64Array(countOf(shape));
  const piece = Math.max(1, Math.min(positions, Math.floor(PIECE / Math.max(depth, 1))));
  const rows = new Float64Array(piece * depth);
  for (let n = 0; n < samples; n++) {
    for (let g = 0; g < groups; g++) {
      const base = (n * groups + g) * channels * plane;
      for (let first = 0; first < positions; first += piece) {
        const count = Math.min(piece, positions - first);
        for (let row = 0, at = 0; row < count; row++) {
          const position = first + row;
          const tx = position % xa.result;
          const ty = Math.floor(position / xa.result) % ya.result;
          const tz = Math.floor(position / (xa.result * ya.result));
          for (let c = 0; c < channels; c++) {
            const map = base + c * plane;
            for (let kz = 0; kz < za.kernel; kz++) {
              const z = za.source[tz * za.kernel + kz];
              for (let ky = 0; ky < ya.kernel; ky++) {
                const line = ya.source[ty * ya.kernel + ky];
                const start = z < 0 || line < 0 ? -1 : map + (z * ya.size + line) * xa.size;
                for (let kx = 0, s = tx * xa.kernel; kx < xa.kernel; kx++, s++, at++) {
                  const column = xa.source[s];
                  rows[at] = start < 0 || column < 0 ? 0 : x.data[start + column];
                }
              }
            }
          }
        }
        multiplyRows(out, count, depth, w.data, g * out * depth, rows, 0, y, (n * groups + g) * out * positions + first, positions);
      }
    }
  }
  return y;
}
