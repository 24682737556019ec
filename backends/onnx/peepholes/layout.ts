/** Reshapes and transposes that cancel, join, or move nothing. */
import type { Size } from "../../../compiler/dims/index.ts";
import { isOne, isOperation, sameSizes } from "../value.ts";
import type { OperationValue } from "../value.ts";
import { forOperations, type Rule } from "./rewrite.ts";

export function permutationOf(value: OperationValue): readonly number[] {
  const attribute = value.attributes.perm;
  if (attribute?.kind !== "ints") throw new Error("netc bug: a Transpose without a permutation");
  return attribute.values;
}

export const identityReshape: Rule = forOperations(["Reshape", "Expand"], (value) =>
  sameSizes(value.inputs[0]!.type.shape, value.type.shape) ? value.inputs[0] : undefined);

export const identityTranspose: Rule = forOperations(["Transpose"], (value) =>
  permutationOf(value).every((from, to) => from === to) ? value.inputs[0] : undefined);

export const identityCast: Rule = forOperations(["Cast"], (value) =>
  value.inputs[0]!.type.dtype === value.type.dtype ? value.inputs[0] : undefined);

export const identitySlice: Rule = forOperations(["Slice"], (value) =>
  value.lists.starts.every((start) => start.terms.length === 0) &&
  sameSizes(value.lists.stops, value.inputs[0]!.type.shape) &&
  sameSizes(value.type.shape, value.inputs[0]!.type.shape)
    ? value.inputs[0]
    : undefined);

export const reshapeOfReshape: Rule = forOperations(["Reshape"], (value, { emit }) => {
  const [x] = value.inputs;
  return isOperation(x, "Reshape") ? emit.reshape(x.inputs[0]!, value.type.shape) : undefined;
});

export const transposeOfTranspose: Rule = forOperations(["Transpose"], (value, { emit }) => {
  const [x] = value.inputs;
  if (!isOperation(x, "Transpose")) return undefined;
  const first = permutationOf(x);
  return emit.transpose(
    x.inputs[0]!,
    permutationOf(value).map((axis) => first[axis]),
  );
});

/** A transpose in which the axes longer than 1 keep their order is a reshape. */
export const transposeOfOnes: Rule = forOperations(["Transpose"], (value, { emit }) => {
  const [x] = value.inputs;
  const longer = permutationOf(value).filter((axis) => !isOne(x!.type.shape[axis]));
  return longer.every((axis, i) => i === 0 || axis > longer[i - 1]) ? emit.reshape(x!, value.type.shape) : undefined;
});

/** Where the axes of `inside` stand in `outside`, when the latter is the former with axes of 1 added; else undefined. */
function placesOf(inside: readonly Size[], outside: readonly Size[]): readonly number[] | undefined {
  const places: number[] = [];
  let at = 0;
  for (const [axis, size] of outside.entries()) {
    if (at < inside.length && size === inside[at]) {
      places.push(axis);
      at++;
    } else if (!isOne(size)) return undefined;
  }
  return at === inside.length ? places : undefined;
}

/** transpose(reshape that adds axes of 1 (transpose(x))): one transpose, then the axes of 1. */
export const transposeAcrossOnes: Rule = forOperations(["Transpose"], (value, { emit }) => {
  const [reshape] = value.inputs;
  if (!isOperation(reshape, "Reshape")) return undefined;
  const [x] = reshape.inputs;
  if (!isOperation(x, "Transpose")) return undefined;
  const places = placesOf(x.type.shape, reshape.type.shape);
  if (!places) return undefined;
  const order = permutationOf(value)
    .filter((axis) => places.includes(axis))
    .map((axis) => places.indexOf(axis));
  return emit.reshape(emit.transpose(x, order), value.type.shape);
});

/** Turned round twice along the same axes, with reshapes or transposes between that leave those axes last: as it was. */
export const reverseOfReverse: Rule = forOperations(["Reverse"], (value, { emit }) => {
  if (value.attributes.axes.kind !== "ints") return undefined;
  const rank = value.type.shape.length;
  const count = value.attributes.axes.values.length;
  const isTail = (axes: readonly number[], of: number): boolean => axes.length === count && axes.every((axis) => axis >= of - count);
  if (!isTail(value.attributes.axes.values, rank)) return undefined;
  const between: OperationValue[] = [];
  let x = value.inputs[0]!;
  for (;;) {
    const step = x;
    if (!isOperation(step, "Transpose", "Reshape")) break;
    const [from, to] = [step.inputs[0]!.type.shape, step.type.shape];
    const keeps =
      step.opType === "Reshape"
        ? sameSizes(from.slice(-count), to.slice(-count))
        : permutationOf(step)
            .slice(-count)
            .every((axis, i) => axis === from.length - count + i);
    if (!keeps) return undefined;
    between.push(step);
    x = step.inputs[0]!;
  }
  if (!isOperation(x, "Reverse") || x.attributes.axes.kind !== "ints" || !isTail(x.attributes.axes.values, x.type.shape.length)) return undefined;
  return between.reduceRight((inner, step) => emit.withInputs(step, [inner]), x.inputs[0]!);
});
