/** What an operation of a weights plan does to the numbers of a tensor: to its shape, and to them. */
import type { Operation } from "../../compiler/check/weights-plan.ts";
import { countOf, type Shape } from "../training/shape.ts";
import { resizeTable, type ResizeMode } from "./resize.ts";

/** A parameter as an operation sees it. */
export interface Goal {
  readonly axes: readonly string[];
  readonly shape: Shape;
}

/**
 * The shape that the checkpoint's tensor must have for this parameter, undefined where a size may be any. `parts`: how many parameters share it.
 */
export function wantedShape(operation: Operation, { axes, shape }: Goal, parts: number): readonly (number | undefined)[] {
  switch (operation.kind) {
    case "load":
    case "cast":
      return shape;
    case "split":
      return [(shape[0] ?? 1) * parts, ...shape.slice(1)];
    case "transpose":
      return shape.toReversed();
    case "rearrange":
      return operation.groups.map((group) => group.reduce((product, axis) => product * shape[axes.indexOf(axis)], 1));
    case "slice":
      return shape.map((size, i) => (axes[i] === operation.axis ? undefined : size));
    case "resize":
      return [operation.from * operation.from + operation.keep, ...shape.slice(1)];
  }
}

/** The numbers of a parameter from those of a tensor whose shape is `from` and fits. `part`: which of `parts` it is. */
export function appliedTo(values: Float32Array, from: Shape, operation: Operation, goal: Goal, part: number): Float32Array {
  const { axes, shape } = goal;
  switch (operation.kind) {
    case "load":
    case "cast":
      return values;
    case "split":
      return values.slice(part * countOf(shape), (part + 1) * countOf(shape));
    case "transpose":
      return permuted(values, from, [1, 0]);
    case "rearrange": {
      const sizes = operation.to.map((axis) => shape[axes.indexOf(axis)]);
      return permuted(values, sizes, axes.map((axis) => operation.to.indexOf(axis)));
    }
    case "slice": {
      const axis = axes.indexOf(operation.axis);
      const [outer, inner] = [countOf(shape.slice(0, axis)), countOf(shape.slice(axis + 1))];
      const result = new Float32Array(countOf(shape));
      const run = shape[axis] * inner;
      for (let i = 0; i < outer; i++) result.set(values.subarray((i * from[axis] + operation.first) * inner, (i * from[axis] + operation.first) * inner + run), i * run);
      return result;
    }
    case "resize":
      return resizeTable(values, countOf(shape.slice(1)), operation.keep, operation.from, operation.to, operation.mode as ResizeMode);
  }
}

/** Axis i of the result is axis `order[i]` of a tensor of shape `from`. */
function permuted(values: Float32Array, from: Shape, order: readonly number[]): Float32Array {
  const strides = from.map((_, axis) => countOf(from.slice(axis + 1)));
  const [sizes, steps] = [order.map((axis) => from[axis]), order.map((axis) => strides[axis])];
  const result = new Float32Array(values.length);
  const index = sizes.map(() => 0);
  let at = 0;
  for (let i = 0; i < result.length; i++) {
    result[i] = values[at];
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      at += steps[axis];
      if (++index[axis] < sizes[axis]) break;
      at -= steps[axis] * sizes[axis];
      index[axis] = 0;
    }
  }
  return result;
}
