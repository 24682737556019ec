/** gather, scatter_add, top_k. ONNX counts with i64 where rows are scattered or chosen per batch. */
import { multiply } from "../../../compiler/dims/index.ts";
import type { Size } from "../../../compiler/dims/index.ts";
import { productOf } from "../emitter.ts";
import type { Emitter } from "../emitter.ts";
import type { Lowerings } from "../lowering.ts";
import { int, text } from "../value.ts";
import type { Value } from "../value.ts";
import { ones } from "./axes.ts";

/** 0, 1, …, count - 1 in i64. */
const counting = (emit: Emitter, count: Size): Value =>
  emit.operation("Range", [emit.scalar(0, "i64"), emit.reshape(emit.size(count), []), emit.scalar(1, "i64")], { dtype: "i64", shape: [count] });

/**
 * zeros[rows, r…] with updates[k, r…] added at index[k]. ScatterElements and not ScatterND, which in ONNX Runtime 1.30 adds from several
 * threads without a lock: 200,000 updates of three rows lost a third of their sum.
 */
export function scattered(emit: Emitter, rows: Size, index: Value, updates: Value): Value {
  const [count, ...width] = updates.type.shape;
  const zeros = emit.filled([rows, ...width], updates.type.dtype);
  const places = emit.expand(emit.reshape(index, [count, ...ones(width.length)]), updates.type.shape);
  return emit.operation("ScatterElements", [zeros, places, updates], zeros.type, { attributes: { axis: int(0), reduction: text("add") } });
}

export const selectionLowerings = {
  gather({ emit }, { attributes: { batch }, type }, [x, index]) {
    if (batch === 0) return emit.operation("Gather", [x, index], { dtype: x.type.dtype, shape: type.shape }, { attributes: { axis: int(0) } });
    const places = emit.reshape(emit.cast(index, "i64"), [...index.type.shape, ...ones(1)]);
    return emit.operation("GatherND", [x, places], { dtype: x.type.dtype, shape: type.shape }, { attributes: { batch_dims: int(batch) } });
  },
  /** All batches in one table of batches times rows; the index of a row is moved by its batch. */
  scatter_add({ emit }, { attributes: { batch, size: rows }, type }, [updates, index]) {
    const shape = index.type.shape;
    const width = updates.type.shape.slice(shape.length);
    const [batches, count] = [productOf(shape.slice(0, batch)), productOf(shape.slice(batch))];
    const flat = emit.reshape(updates, [productOf(shape), ...width]);
    if (batch === 0) return emit.reshape(scattered(emit, rows, emit.reshape(index, [count]), flat), type.shape);
    const start = emit.elementwise("Mul", [counting(emit, batches), emit.size(rows)]);
    const moved = emit.elementwise("Add", [emit.reshape(emit.cast(index, "i64"), [batches, count]), emit.reshape(start, [batches, ...ones(1)])]);
    return emit.reshape(scattered(emit, multiply(batches, rows), emit.reshape(moved, [productOf(shape)]), flat), type.shape);
  },
  top_k({ emit }, { attributes: { axis, k, order }, type }, [x]) {
    const [values, indices] = [
      { dtype: x.type.dtype, shape: type.shape },
      { dtype: "i64" as const, shape: type.shape },
    ];
    const count = emit.size(k);
    const chosen = emit.operation("TopK", [x, count], indices, { attributes: { axis: int(axis) }, results: [values, indices], result: 1 });
    if (order === "by_value") return emit.cast(chosen, "i32");
    const attributes = { axis: int(axis), largest: int(0) };
    return emit.cast(emit.operation("TopK", [chosen, count], indices, { attributes, results: [indices, indices], result: 0 }), "i32");
  },
} satisfies Partial<Lowerings>;
