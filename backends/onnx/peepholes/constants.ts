/** Layout changes of constants, made when the model is written instead of when it runs. */
import { bytesOf } from "../element-types.ts";
import { slicedNumbers, permutedNumbers } from "../static-numbers.ts";
import { constantSizes } from "../value.ts";
import type { ConstantValue, OperationValue } from "../value.ts";
import type { Emitter } from "../emitter.ts";
import { permutationOf } from "./layout.ts";
import { forOperations, type Rule } from "./rewrite.ts";

type Numbers = ReturnType<ConstantValue["load"]>;

/** The constant that results from another one; small ones are made at once, so that equal ones become one. */
function derived(
  emit: Emitter,
  x: ConstantValue,
  value: OperationValue,
  how: string,
  suffix: string,
  change: (numbers: Numbers) => Numbers,
): ConstantValue | undefined {
  const shape = constantSizes(value.type.shape);
  if (!shape) return undefined;
  if (x.few) return emit.constant(value.type.dtype, shape, Array.from(change(x.few)));
  return emit.within(x.origin, () => emit.weight(`${x.key} | ${how}`, x.label + suffix, value.type.dtype, shape, () => change(x.load())));
}

export const reshapeOfConstant: Rule = forOperations(["Reshape"], (value, { emit }) => {
  const [x] = value.inputs;
  return x?.kind === "constant" ? derived(emit, x, value, "reshape", "", (numbers) => numbers) : undefined;
});

export const transposeOfConstant: Rule = forOperations(["Transpose"], (value, { emit }) => {
  const [x] = value.inputs;
  if (x?.kind !== "constant") return undefined;
  const permutation = permutationOf(value);
  const shape = constantSizes(x.type.shape)!;
  return derived(emit, x, value, `transpose ${permutation.join()}`, "/transposed", (numbers) => permutedNumbers(numbers, shape, permutation));
});

export const reverseOfConstant: Rule = forOperations(["Reverse"], (value, { emit }) => {
  const [x] = value.inputs;
  if (x?.kind !== "constant" || value.attributes.axes.kind !== "ints") return undefined;
  const axes = value.attributes.axes.values;
  const shape = constantSizes(x.type.shape)!;
  const starts = shape.map((size, axis) => (axes.includes(axis) ? size - 1 : 0));
  const steps = shape.map((_, axis) => (axes.includes(axis) ? -1 : 1));
  return derived(emit, x, value, `reverse ${axes.join()}`, "/reversed", (numbers) => slicedNumbers(numbers, shape, starts, steps, shape));
});

export const sliceOfConstant: Rule = forOperations(["Slice"], (value, { emit }) => {
  const [x] = value.inputs;
  if (x?.kind !== "constant" || value.attributes.steps.kind !== "ints") return undefined;
  const [shape, starts, counts] = [constantSizes(x.type.shape)!, constantSizes(value.lists.starts), constantSizes(value.type.shape)];
  const steps = value.attributes.steps.values;
  if (!starts || !counts) return undefined;
  const how = `slice ${starts.join()} ${counts.join()} ${steps.join()}`;
  return derived(emit, x, value, how, "/slice", (numbers) => slicedNumbers(numbers, shape, starts, steps, counts));
});

/** Casts of few numbers, between the types that hold them exactly. */
export const castOfConstant: Rule = forOperations(["Cast"], (value, { emit }) => {
  const [x] = value.inputs;
  const exact = ["i32", "i64", "bool", "f64", "f32"];
  if (x?.kind !== "constant" || !x.few || !exact.includes(value.type.dtype) || !exact.includes(x.type.dtype))
    return undefined;
  const { dtype } = value.type;
  if (dtype === "bool") return derived(emit, x, value, "", "", (numbers) => Array.from(numbers, (each) => (each !== 0 ? 1 : 0)));
  if (dtype === "i32" || dtype === "i64") {
    if (!x.few.every((each) => Math.abs(each) < 2 ** 31)) return undefined;
    return derived(emit, x, value, "", "", (numbers) => Array.from(numbers, Math.trunc));
  }
  return derived(emit, x, value, "", "", (numbers) =>
    dtype === "f32" ? Array.from(new Float32Array(bytesOf("f32", numbers).slice().buffer)) : numbers,
  );
});
