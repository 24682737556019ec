/** Many elements into one, running sums, and the softmax family. */
import type { AttributeTable } from "../../../compiler/ir/graph.ts";
import type { Emitter } from "../emitter.ts";
import type { Lowerings } from "../lowering.ts";
import { int, ints, isOne } from "../value.ts";
import type { Value } from "../value.ts";

const REDUCTIONS = { sum: "ReduceSum", mean: "ReduceMean", max: "ReduceMax", min: "ReduceMin", prod: "ReduceProd" } satisfies Record<
  AttributeTable["reduce"]["kind"],
  string
>;

/** The axes are an operand of ReduceSum from opset 13 on, of the others from 18 on. */
export function reduced(emit: Emitter, x: Value, kind: AttributeTable["reduce"]["kind"], axes: readonly number[]): Value {
  if (axes.length === 0) return x;
  const type = { dtype: x.type.dtype, shape: x.type.shape.filter((_, axis) => !axes.includes(axis)) };
  if (axes.every((axis) => isOne(x.type.shape[axis]))) return emit.reshape(x, type.shape);
  const opType = REDUCTIONS[kind];
  const sorted = [...axes].sort((a, b) => a - b);
  const keepdims = int(0);
  return kind === "sum" || emit.opset >= 18
    ? emit.operation(opType, [x, emit.integers(sorted)], type, { attributes: { keepdims } })
    : emit.operation(opType, [x], type, { attributes: { axes: ints(sorted), keepdims } });
}

export const reductionLowerings = {
  reduce: ({ emit }, { attributes: { kind, axes } }, [x]) => reduced(emit, x, kind, axes),
  argmax({ emit }, { attributes: { axis }, type }, [x]) {
    const attributes = { axis: int(axis), keepdims: int(0), select_last_index: int(0) };
    return emit.cast(emit.operation("ArgMax", [x], { dtype: "i64", shape: type.shape }, { attributes }), "i32");
  },
  cumsum: ({ emit }, { attributes: { axis } }, [x]) => emit.operation("CumSum", [x, emit.scalar(axis, "i32")], x.type),
  softmax: ({ emit }, { attributes: { axis } }, [x]) => emit.unary("Softmax", x, { axis: int(axis) }),
  log_softmax: ({ emit }, { attributes: { axis } }, [x]) => emit.unary("LogSoftmax", x, { axis: int(axis) }),
} satisfies Partial<Lowerings>;
