/**
 * A matrix times the channels of a map, x[N, C, s…] and W[O, C] -> [N, O, s…], as a convolution with a kernel of 1: ONNX Runtime joins it with
 * the batch norm and the activation that follow, which it does for no product of matrices.
 */
import type { Emitter } from "../emitter.ts";
import type { Value } from "../value.ts";
import { int, ints } from "../value.ts";
import { ones } from "./axes.ts";
import type { Label } from "./contractions.ts";

export function lowerPointwise(
  emit: Emitter,
  wanted: readonly Label[],
  contract: readonly (readonly [number, number])[],
  left: Value,
  right: Value,
): Value | undefined {
  if (contract.length !== 1) return undefined;
  const [[leftAxis, rightAxis]] = contract;
  const isLeftMap = left.type.shape.length > right.type.shape.length;
  const [map, matrix] = isLeftMap ? [left, right] : [right, left];
  const [mapAxis, matrixAxis] = isLeftMap ? [leftAxis, rightAxis] : [rightAxis, leftAxis];
  const side = isLeftMap ? "left" : "right";
  const rank = map.type.shape.length;
  if (matrix.type.shape.length !== 2 || rank < 3 || rank > 5 || mapAxis !== 1) return undefined;
  const isInOrder = wanted.every((label, at) => (at === 1 ? label[side] === undefined : label[side] === at));
  if (!isInOrder) return undefined;
  const upright = matrixAxis === 1 ? matrix : emit.transpose(matrix, [1, 0]);
  const kernel = emit.reshape(upright, [...upright.type.shape, ...ones(rank - 2)]);
  const attributes = { kernel_shape: ints(ones(rank - 2).map(() => 1)), group: int(1) };
  return emit.operation("Conv", [map, kernel], { dtype: map.type.dtype, shape: wanted.map((label) => label.size) }, { attributes });
}
