/**
 * The largest number of bytes alive at once when values are made in an order and dropped after their last use. Weights, inputs and constants are not
 * counted, outputs are until the end; a reshape gives no memory of its own in ONNX Runtime, and `Where` there makes two arrays of its result's size on the way.
 */
import { lastUses } from "../../compiler/lifetimes.ts";
import { elementBytes } from "./element-types.ts";
import { constantSizes, isOperation, type OperationValue, type Value } from "./value.ts";

const isView = (value: Value): boolean => isOperation(value, "Reshape", "Squeeze", "Unsqueeze", "Flatten", "Identity");

/** Of all results of an operation; NaN where a size is symbolic. */
const bytesOf = ({ results }: OperationValue): number => results.reduce((sum, { dtype, shape }) => sum + (constantSizes(shape)?.reduce((product, size) => product * size, elementBytes[dtype]) ?? NaN), 0);

/** `order`: operands before users. undefined where a size is symbolic. */
export function largestLiveBytes(order: readonly Value[], outputs: readonly Value[]): number | undefined {
  const owner = new Map<Value, Value>();
  for (const value of order) owner.set(value, isView(value) && value.kind === "operation" && value.inputs[0] ? (owner.get(value.inputs[0]) ?? value) : value);
  const owned = order.map((value) => owner.get(value)!);
  const operands = (value: Value): readonly Value[] => (value.kind === "operation" ? value.inputs.flatMap((input) => (input ? [owner.get(input)!] : [])) : []);
  const lastUse = lastUses(order, operands, outputs.map((value) => owner.get(value)!));
  const ending = new Map<number, Value[]>();
  for (const [value, at] of lastUse) if (at < order.length) ending.set(at, [...(ending.get(at) ?? []), value]);
  let [now, largest] = [0, 0];
  for (const [at, value] of order.entries()) {
    if (value.kind === "operation" && owned[at] === value) now += bytesOf(value);
    if (Number.isNaN(now)) return undefined;
    largest = Math.max(largest, now + (isOperation(value, "Where") ? 2 * bytesOf(value) : 0));
    for (const ended of ending.get(at) ?? []) if (ended.kind === "operation") now -= bytesOf(ended);
  }
  return largest;
}
