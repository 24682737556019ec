/**
 * Makes the graph concrete: operands that ONNX wants as shape tensors appear. A shape is written as constants where it is known,
 * as 0 (keep) and one -1 (whatever is left) where that suffices, and computed only where it does not.
 */
import { constantValue } from "../../compiler/dims/index.ts";
import type { Size } from "../../compiler/dims/index.ts";
import type { Emitter } from "./emitter.ts";
import { forOperations, rewrite } from "./peepholes/rewrite.ts";
import type { SizeTable } from "./sizes.ts";
import { int, isOne, sameSizes } from "./value.ts";
import type { Attribute, OperationValue, Value } from "./value.ts";

type Step = (value: OperationValue, emit: Emitter, sizes: SizeTable) => Value;

/** Beyond every axis; a Slice stops at the end. */
const END = 2 ** 31 - 1;

/** The axes of 1 that tell one shape from the other, when there is no other difference. */
function insertedAxes(from: readonly Size[], to: readonly Size[]): readonly number[] | undefined {
  const inserted: number[] = [];
  let at = 0;
  for (const [axis, size] of to.entries()) {
    if (at < from.length && from[at] === size) at++;
    else if (isOne(size)) inserted.push(axis);
    else return undefined;
  }
  return at === from.length ? inserted : undefined;
}

function reshape(value: OperationValue, emit: Emitter, sizes: SizeTable): Value {
  const x = value.inputs[0]!;
  const [from, to] = [x.type.shape, value.type.shape];
  const isEmpty = to.some((size) => constantValue(size) === 0);
  let open = 0;
  const target = to.map((size, axis) => {
    const known = constantValue(size);
    if (known !== undefined) return known;
    if (!isEmpty && from[axis] === size) return 0;
    open++;
    return -1;
  });
  const attributes: Readonly<Record<string, Attribute>> = isEmpty ? { allowzero: int(1) } : {};
  if (open <= 1) return emit.operation("Reshape", [x, emit.integers(target)], value.type, { attributes });
  const [inserted, removed] = [insertedAxes(from, to), insertedAxes(to, from)];
  if (inserted) return emit.operation("Unsqueeze", [x, emit.integers(inserted)], value.type);
  if (removed) return emit.operation("Squeeze", [x, emit.integers(removed)], value.type);
  // One of the sizes that would be computed may still be left to the engine.
  const computed = to.map((size, axis): Size | number => (target[axis] === -1 ? size : target[axis]));
  if (!isEmpty) computed[target.indexOf(-1)] = -1;
  return emit.operation("Reshape", [x, sizes.list(computed)], value.type, { attributes });
}

/** Expand repeats in both directions, so an axis that stays may be given as 1. */
function expand(value: OperationValue, emit: Emitter, sizes: SizeTable): Value {
  const x = value.inputs[0]!;
  const lead = value.type.shape.length - x.type.shape.length;
  const target = value.type.shape.map((size, axis) => (axis >= lead && x.type.shape[axis - lead] === size ? 1 : size));
  return emit.operation("Expand", [x, sizes.list(target)], value.type);
}

function slice(value: OperationValue, emit: Emitter, sizes: SizeTable): Value {
  const x = value.inputs[0]!;
  const { starts, stops } = value.lists;
  const steps = value.attributes.steps.kind === "ints" ? value.attributes.steps.values : [];
  const isWhole = (axis: number): boolean => stops[axis] === x.type.shape[axis];
  const axes = starts.flatMap((start, axis) => (constantValue(start) === 0 && isWhole(axis) && steps[axis] === 1 ? [] : [axis]));
  if (axes.length === 0) return x;
  const bounds = [sizes.list(axes.map((axis) => starts[axis])), sizes.list(axes.map((axis) => (isWhole(axis) ? END : stops[axis])))];
  return emit.operation("Slice", [x, ...bounds, emit.integers(axes), emit.integers(axes.map((axis) => steps[axis]))], value.type);
}

function reverse(value: OperationValue, emit: Emitter): Value {
  const axes = value.attributes.axes.kind === "ints" ? value.attributes.axes.values : [];
  if (axes.length === 0) return value.inputs[0]!;
  const all = (each: number): Value => emit.integers(axes.map(() => each));
  return emit.operation("Slice", [value.inputs[0], all(-1), all(-END), emit.integers(axes), all(-1)], value.type);
}

function pad(value: OperationValue, emit: Emitter, sizes: SizeTable): Value {
  const filler = value.attributes.value.kind === "float" ? value.attributes.value.value : 0;
  const amounts = sizes.list([...value.lists.low, ...value.lists.high]);
  return emit.operation("Pad", [value.inputs[0], amounts, ...(filler === 0 ? [] : [emit.scalar(filler, value.type.dtype)])], value.type);
}

/** All sizes, those that stay too; regions and scales are left out. */
function resize(value: OperationValue, emit: Emitter, sizes: SizeTable): Value {
  const { shape } = value.type;
  return emit.operation("Resize", [value.inputs[0], undefined, undefined, sizes.list(shape)], value.type, { attributes: value.attributes });
}

/** One number repeated: ONNX keeps it as an attribute, which is a tensor; 0 in f32 is the default, so others are cast. */
function filled(value: OperationValue, emit: Emitter, sizes: SizeTable): Value {
  const zeros = emit.operation("ConstantOfShape", [sizes.list(value.type.shape)], { dtype: "f32", shape: value.type.shape });
  return value.type.dtype === "f32" ? zeros : emit.cast(zeros, value.type.dtype);
}

const steps: Readonly<Record<string, Step>> = {
  Reshape: reshape,
  Expand: expand,
  Slice: slice,
  Reverse: reverse,
  Pad: pad,
  Resize: resize,
  ConstantOfShape: filled,
  SizeOf: (value, _, sizes) => sizes.vector(value.lists.size[0]),
};

/** How many operands each has before it is concrete. */
const operandsBefore = (opType: string): number => (opType === "SizeOf" || opType === "ConstantOfShape" ? 0 : 1);

export function makeConcrete(roots: readonly Value[], emit: Emitter, sizes: SizeTable): readonly Value[] {
  const concrete = forOperations(Object.keys(steps), (value) => {
    if (value.inputs.length > operandsBefore(value.opType)) return undefined;
    const made = steps[value.opType](value, emit, sizes);
    if (!sameSizes(made.type.shape, value.type.shape)) throw new Error(`netc bug: ${value.opType} changed its shape when made concrete`);
    return made;
  });
  return rewrite(roots, [concrete], emit);
}
