/**
 * Row-major addressing for the reference evaluation. Every operator that only moves data (transpose, broadcast, slice, reverse, pad) is one
 * strided copy: a loop over a shape with one stride per axis on either side, the innermost axis a tight loop.
 */

export const countOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** Elements between neighbours along each axis. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis];
  }
  return strides;
}

/** One side of a strided copy. */
export interface Side {
  readonly data: Float64Array;
  readonly start: number;
  readonly strides: readonly number[];
}

/** target[start + Σ i·stride] = source[start + Σ i·stride] for every index i of the shape. */
export function copyStrided(shape: readonly number[], source: Side, target: Side): void {
  const [from, to] = [source.data, target.data];
  if (countOf(shape) === 0) return;
  const rank = shape.length;
  if (rank === 0) {
    to[target.start] = from[source.start];
    return;
  }
  const inner = shape[rank - 1];
  const [fromStep, toStep] = [source.strides[rank - 1], target.strides[rank - 1]];
  const index = new Array<number>(rank).fill(0);
  let [fromRow, toRow] = [source.start, target.start];
  for (;;) {
    for (let i = 0, p = fromRow, q = toRow; i < inner; i++, p += fromStep, q += toStep) to[q] = from[p];
    let axis = rank - 2;
    for (; axis >= 0; axis--) {
      fromRow += source.strides[axis];
      toRow += target.strides[axis];
      if (++index[axis] < shape[axis]) break;
      fromRow -= shape[axis] * source.strides[axis];
      toRow -= shape[axis] * target.strides[axis];
      index[axis] = 0;
    }
    if (axis < 0) return;
  }
}

/** A contiguous array of `shape` read from `data` at `start` with `strides`. */
export function readStrided(shape: readonly number[], data: Float64Array, start: number, strides: readonly number[]): Float64Array {
  const result = new Float64Array(countOf(shape));
  copyStrided(shape, { data, start, strides }, { data: result, start: 0, strides: stridesOf(shape) });
  return result;
}

/** The data with its axes permuted: axis i of the result is axis permutation[i] of the operand. The operand itself when nothing moves. */
export function permuted(data: Float64Array, shape: readonly number[], permutation: readonly number[]): Float64Array {
  if (permutation.every((from, to) => from === to)) return data;
  const strides = stridesOf(shape);
  return readStrided(
    permutation.map((axis) => shape[axis]),
    data,
    0,
    permutation.map((axis) => strides[axis]),
  );
}

/** A shape around one axis: elements before it, along it, after it. */
export function aroundAxis(shape: readonly number[], axis: number): readonly [number, number, number] {
  return [countOf(shape.slice(0, axis)), shape[axis], countOf(shape.slice(axis + 1))];
}
