/** Operations that ONNX says as part of others: kept axes of a reduction, the bias of a convolution. */
import { productOf } from "../emitter.ts";
import { int, isOne, isOperation, sameSizes } from "../value.ts";
import type { Value } from "../value.ts";
import { ones } from "../lowerings/axes.ts";
import { forOperations, type Rule } from "./rewrite.ts";

/** A reduction whose axes come back as 1 keeps them. */
export const keptAxes: Rule = forOperations(["Reshape"], (value, { emit, usesOf }) => {
  const [reduction] = value.inputs;
  if (!isOperation(reduction, "ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd")) return undefined;
  const { keepdims, axes: attribute } = reduction.attributes;
  if (keepdims.kind !== "int" || keepdims.value !== 0 || usesOf(reduction) > 1) return undefined;
  const operand = reduction.inputs[1];
  const axes = attribute?.kind === "ints" ? attribute.values : operand?.kind === "constant" ? operand.few : undefined;
  const x = reduction.inputs[0]!;
  if (!axes) return undefined;
  const kept = x.type.shape.map((size, axis) => (axes.includes(axis) ? ones(1)[0] : size));
  if (!sameSizes(kept, value.type.shape)) return undefined;
  return emit.operation(reduction.opType, reduction.inputs, value.type, { attributes: { ...reduction.attributes, keepdims: int(1) } });
});

/** Conv + b[O] along the channels is Conv with a third operand. */
export const biasOfConvolution: Rule = forOperations(["Add"], (value, { emit, usesOf }) => {
  for (const at of [0, 1]) {
    const [product, bias] = [value.inputs[at], value.inputs[1 - at]];
    if (!isOperation(product, "Conv", "ConvTranspose") || product.inputs.length > 2 || usesOf(product) > 1 || !bias) continue;
    if (!sameSizes(product.type.shape, value.type.shape)) continue;
    const vector = channelVector(bias, product.type.shape.length);
    if (vector && bias.type.shape[vector.axis] === product.type.shape[1])
      return emit.withInputs(product, [...product.inputs, emit.reshape(bias, [product.type.shape[1]])]);
  }
  return undefined;
});

/** The axis of a tensor that stands at the channels, when the others are 1. */
function channelVector(bias: Value, rank: number): { readonly axis: number } | undefined {
  const axis = bias.type.shape.length - (rank - 1);
  const others = bias.type.shape.filter((_, each) => each !== axis);
  return axis >= 0 && isOne(productOf(others)) ? { axis } : undefined;
}
