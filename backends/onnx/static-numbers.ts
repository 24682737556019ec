/** Layout changes of constants at build time, in single precision and without a second copy where none is needed. */
import type { Numbers } from "./element-types.ts";

const countOf = (shape: readonly number[]): number => shape.reduce((product, each) => product * each, 1);

function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  for (let axis = shape.length - 1, stride = 1; axis >= 0; stride *= shape[axis--]) strides[axis] = stride;
  return strides;
}

const emptyLike = (numbers: Numbers, count: number): Float32Array | Float64Array =>
  numbers instanceof Float32Array ? new Float32Array(count) : new Float64Array(count);

/** A matrix transposed in tiles of 32 x 32, which stay in the first-level cache. */
function transposedMatrix(numbers: Numbers, rows: number, columns: number): Numbers {
  const result = emptyLike(numbers, rows * columns);
  const tile = 32;
  for (let top = 0; top < rows; top += tile) {
    const bottom = Math.min(top + tile, rows);
    for (let left = 0; left < columns; left += tile) {
      const right = Math.min(left + tile, columns);
      for (let i = top; i < bottom; i++) for (let j = left; j < right; j++) result[j * rows + i] = numbers[i * columns + j];
    }
  }
  return result;
}

/** Axis i of the result is axis permutation[i] of the operand. */
export function permutedNumbers(numbers: Numbers, shape: readonly number[], permutation: readonly number[]): Numbers {
  if (shape.length === 2 && permutation[0] === 1) return transposedMatrix(numbers, shape[0], shape[1]);
  const strides = stridesOf(shape);
  return stridedNumbers(
    numbers,
    0,
    permutation.map((axis) => shape[axis]),
    permutation.map((axis) => strides[axis]),
  );
}

/** Elements start, start + step, … of each axis; steps may be negative. */
export function slicedNumbers(
  numbers: Numbers,
  shape: readonly number[],
  starts: readonly number[],
  steps: readonly number[],
  counts: readonly number[],
): Numbers {
  const strides = stridesOf(shape);
  const start = starts.reduce((offset, each, axis) => offset + each * strides[axis], 0);
  return stridedNumbers(
    numbers,
    start,
    counts,
    strides.map((stride, axis) => stride * steps[axis]),
  );
}

function stridedNumbers(numbers: Numbers, start: number, shape: readonly number[], strides: readonly number[]): Numbers {
  const count = countOf(shape);
  const result = emptyLike(numbers, count);
  if (count === 0) return result;
  const last = shape.length - 1;
  const [inner, step] = last < 0 ? [1, 0] : [shape[last], strides[last]];
  const index = new Array<number>(shape.length).fill(0);
  for (let at = 0, row = start; at < count;) {
    for (let i = 0, from = row; i < inner; i++, from += step) result[at++] = numbers[from];
    for (let axis = last - 1; axis >= 0; axis--) {
      row += strides[axis];
      if (++index[axis] < shape[axis]) break;
      row -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return result;
}
