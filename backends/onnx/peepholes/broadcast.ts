/**
 * Repetition made implicit. The graph repeats every operand in so many words; operators of ONNX repeat by themselves, so an Expand whose users are
 * elementwise disappears, and one that all operands share moves behind the operation, which then works on the small tensors.
 */
import { isOperation, sameSizes } from "../value.ts";
import type { Size } from "../../../compiler/dims/index.ts";
import type { OperationValue, Value } from "../value.ts";
import { broadcastShape } from "../emitter.ts";
import type { Emitter } from "../emitter.ts";
import { ones } from "../lowerings/axes.ts";
import { permutationOf } from "./layout.ts";
import { forOperations, type Rule } from "./rewrite.ts";

const MANY = ["Add", "Sub", "Mul", "Div", "Pow", "Mod", "Max", "Min", "Less", "LessOrEqual", "Equal", "And", "Or", "Where"];
const ONE = ["Neg", "Abs", "Sign", "Exp", "Log", "Sqrt", "Reciprocal", "Sin", "Cos", "Tanh", "Sigmoid", "Erf", "Floor", "Not", "Cast", "Relu", "LeakyRelu", "Softplus", "Gelu"];

const shapesOf = (values: readonly (Value | undefined)[]): readonly (readonly Size[])[] => values.map((value) => value!.type.shape);
const small = (value: Value | undefined): Value => (isOperation(value, "Expand") ? value.inputs[0]! : value!);

/** An operand that is repeated is taken as it was before, where the others still make the whole shape. */
export const implicitBroadcast: Rule = forOperations([...MANY], (value, { emit }) => {
  const inputs = [...value.inputs];
  for (const [i, input] of inputs.entries()) {
    if (!isOperation(input, "Expand")) continue;
    inputs[i] = small(input);
    if (!sameSizes(broadcastShape(shapesOf(inputs)), value.type.shape)) inputs[i] = input;
  }
  return inputs.some((input, i) => input !== value.inputs[i]) ? emit.withInputs(value, inputs) : undefined;
});

const retyped = (emit: Emitter, value: OperationValue, inputs: readonly Value[], shape: readonly Size[]): Value =>
  emit.operation(value.opType, inputs, { dtype: value.type.dtype, shape }, { attributes: value.attributes, lists: value.lists });

/** Where no operand needs to be repeated before the operation, the result is repeated after it. */
export const expandAfter: Rule = forOperations([...MANY, ...ONE], (value, { emit }) => {
  if (!value.inputs.some((input) => isOperation(input, "Expand"))) return undefined;
  const inputs = value.inputs.map(small);
  const shape = broadcastShape(shapesOf(inputs));
  return sameSizes(shape, value.type.shape) ? undefined : emit.expand(retyped(emit, value, inputs, shape), value.type.shape);
});

/** A transpose of a repeated tensor: transpose first, on the axes that there are. */
export const transposeOfExpand: Rule = forOperations(["Transpose"], (value, { emit }) => {
  const [x] = value.inputs;
  if (!isOperation(x, "Expand")) return undefined;
  const inner = x.inputs[0]!;
  const missing = x.type.shape.length - inner.type.shape.length;
  const standing = emit.reshape(inner, [...ones(missing), ...inner.type.shape]);
  return emit.expand(emit.transpose(standing, permutationOf(value)), value.type.shape);
});

export const expandOfExpand: Rule = forOperations(["Expand"], (value, { emit }) => {
  const [x] = value.inputs;
  return isOperation(x, "Expand") ? emit.expand(x.inputs[0]!, value.type.shape) : undefined;
});

/** MatMul repeats everything but its matrices. */
export const matmulOfExpand: Rule = forOperations(["MatMul"], (value, { emit }) => {
  for (const at of [0, 1]) {
    const x = value.inputs[at];
    if (!isOperation(x, "Expand")) continue;
    const inner = x.inputs[0]!;
    if (inner.type.shape.length < 2 || !sameSizes(inner.type.shape.slice(-2), x.type.shape.slice(-2))) continue;
    const inputs = value.inputs.map((input, i) => (i === at ? inner : input!));
    const prefix = broadcastShape(inputs.map((input) => input.type.shape.slice(0, -2)));
    if (sameSizes(prefix, value.type.shape.slice(0, -2))) return emit.withInputs(value, inputs);
  }
  return undefined;
});
