/** Choosing by index: gather, its transpose scatter_add, and top_k, which makes the indices. */
import { constant as size } from "../dims/index.ts";
import type { Size } from "../dims/index.ts";
import type { TensorData } from "../ir/graph.ts";
import { free, perOperand } from "./costs.ts";
import type { OperatorTable } from "./operator.ts";
import { aroundAxis, countOf } from "./strides.ts";
import { accepted, atLeast, equalSizes, isAxis, isFloat, range, refused, replaced, wrongCount } from "./typing.ts";

const rowRule = "shared leading axes of values and indices have one size";

/** How gather and scatter walk: batches, indices of a batch, rows that can be chosen, elements of a row. */
interface Walk {
  readonly batches: number;
  readonly indices: number;
  readonly rows: number;
  readonly width: number;
}

function checkedIndex(index: TensorData, at: number, rows: number): number {
  const row = index.data[at];
  if (!(row >= 0 && row < rows)) throw new Error(`index ${row} is outside 0 to ${rows - 1}`);
  return row;
}

/** Reads (gather) or adds (scatter) every indexed row: `few` holds one row for each index, `all` every row that can be chosen. */
function eachRow(index: TensorData, { batches, indices, rows, width }: Walk, visit: (few: number, all: number) => void): void {
  for (let b = 0, at = 0; b < batches; b++)
    for (let i = 0; i < indices; i++, at++) visit(at * width, (b * rows + checkedIndex(index, at, rows)) * width);
}

const sizes = (value: number): Size => size(value);

export const selectionRows = {
  gather: {
    name: "gather",
    tier: "primitive",
    doc: "Rows by index: x[b…, n, r…], index[b…, k…] -> [b…, k…, r…]. The first `batch` axes are shared; an index outside 0 to n - 1 is an error.",
    source: "ONNX Gather-13 (batch 0), GatherND-13",
    operands: [
      { name: "x", doc: "What is chosen from." },
      { name: "index", doc: "i32; its first `batch` axes are those of x." },
    ],
    attributes: { batch: "How many leading axes x and index share." },
    type(operands, { batch }) {
      const wrong = wrongCount(operands, 2);
      if (wrong) return wrong;
      const [x, index] = operands;
      if (index.dtype !== "i32") return refused(`needs indices of i32, has ${index.dtype}`);
      if (!(batch >= 0 && batch < x.shape.length && batch <= index.shape.length))
        return refused(`shares ${batch} axes of ${x.shape.length} and ${index.shape.length}`);
      const obligations = range(0, batch).flatMap((axis) => equalSizes(x.shape[axis], index.shape[axis], rowRule));
      return accepted(
        x.dtype,
        [...x.shape.slice(0, batch), ...index.shape.slice(batch), ...x.shape.slice(batch + 1)],
        [...x.axes.slice(0, batch), ...index.axes.slice(batch), ...x.axes.slice(batch + 1)],
        obligations,
      );
    },
    evaluate([x, index], { batch }, shape) {
      const width = countOf(x.shape.slice(batch + 1));
      const walk = { batches: countOf(x.shape.slice(0, batch)), indices: countOf(index.shape.slice(batch)), rows: x.shape[batch], width };
      const result = new Float64Array(countOf(shape));
      eachRow(index, walk, (few, all) => {
        for (let i = 0; i < width; i++) result[few + i] = x.data[all + i];
      });
      return result;
    },
    gradient: {
      kind: "rule",
      reads: { operands: [1], result: false },
      rule: (build, { inputs: [x, index], attributes: { batch } }, cotangent) => [
        build.scatterAdd(cotangent, index, x.type.shape[batch], batch),
        undefined,
      ],
    },
    cost: free,
    effects: "pure",
    samples: [
      { title: "rows of a table", operands: [{ shape: [5, 3] }, { shape: [4], dtype: "i32", high: 5 }], attributes: { batch: 0 } },
      { title: "a matrix of indices", operands: [{ shape: [4, 2] }, { shape: [2, 3], dtype: "i32", high: 4 }], attributes: { batch: 0 } },
      { title: "one batch axis", operands: [{ shape: [2, 5, 3] }, { shape: [2, 4], dtype: "i32", high: 5 }], attributes: { batch: 1 } },
      { title: "one index for each row", operands: [{ shape: [4, 6] }, { shape: [4], dtype: "i32", high: 6 }], attributes: { batch: 1 } },
      { title: "two batch axes", operands: [{ shape: [2, 3, 4, 2] }, { shape: [2, 3, 5], dtype: "i32", high: 4 }], attributes: { batch: 2 } },
      { title: "a scalar index", operands: [{ shape: [3, 2] }, { shape: [], dtype: "i32", high: 3 }], attributes: { batch: 0 } },
      { title: "a single row", operands: [{ shape: [1, 2] }, { shape: [3], dtype: "i32", high: 1 }], attributes: { batch: 0 } },
    ],
  },
  scatter_add: {
    name: "scatter_add",
    tier: "primitive",
    doc: "Zeros with rows added at their index: updates[b…, k…, r…] and index[b…, k…] give [b…, size, r…]. Rows with one index add up.",
    source: "ONNX ScatterElements-18, reduction add",
    operands: [
      { name: "updates", doc: "The rows." },
      { name: "index", doc: "i32; where each row goes." },
    ],
    attributes: { batch: "How many leading axes updates and result share.", size: "How many rows the result has." },
    type(operands, { batch, size: rows }) {
      const wrong = wrongCount(operands, 2);
      if (wrong) return wrong;
      const [updates, index] = operands;
      if (index.dtype !== "i32") return refused(`needs indices of i32, has ${index.dtype}`);
      if (updates.dtype === "bool") return refused("adds numbers, has bool");
      if (!(batch >= 0 && batch <= index.shape.length && index.shape.length <= updates.shape.length))
        return refused(`has indices of rank ${index.shape.length}, updates of rank ${updates.shape.length}`);
      const obligations = index.shape.flatMap((each, axis) =>
        equalSizes(updates.shape[axis], each, axis < batch ? rowRule : "there is one index for each row"),
      );
      const rest = index.shape.length;
      return accepted(
        updates.dtype,
        [...updates.shape.slice(0, batch), rows, ...updates.shape.slice(rest)],
        [...updates.axes.slice(0, batch), "", ...updates.axes.slice(rest)],
        obligations,
      );
    },
    evaluate([updates, index], { batch }, shape) {
      const width = countOf(shape.slice(batch + 1));
      const walk = { batches: countOf(shape.slice(0, batch)), indices: countOf(index.shape.slice(batch)), rows: shape[batch], width };
      const result = new Float64Array(countOf(shape));
      eachRow(index, walk, (few, all) => {
        for (let i = 0; i < width; i++) result[all + i] += updates.data[few + i];
      });
      return result;
    },
    gradient: {
      kind: "rule",
      reads: { operands: [1], result: false },
      rule: (build, { inputs: [, index], attributes: { batch } }, cotangent) => [build.gather(cotangent, index, batch), undefined],
    },
    cost: perOperand(1),
    effects: "pure",
    samples: [
      { title: "rows into a table", operands: [{ shape: [4, 3] }, { shape: [4], dtype: "i32", high: 5 }], attributes: { batch: 0, size: sizes(5) } },
      { title: "many to one row", operands: [{ shape: [6, 2] }, { shape: [6], dtype: "i32", high: 2 }], attributes: { batch: 0, size: sizes(2) } },
      {
        title: "a matrix of indices",
        operands: [{ shape: [2, 3, 2] }, { shape: [2, 3], dtype: "i32", high: 4 }],
        attributes: { batch: 0, size: sizes(4) },
      },
      {
        title: "one batch axis",
        operands: [{ shape: [2, 4, 3] }, { shape: [2, 4], dtype: "i32", high: 5 }],
        attributes: { batch: 1, size: sizes(5) },
      },
      {
        title: "one number for each sample",
        operands: [{ shape: [4] }, { shape: [4], dtype: "i32", high: 3 }],
        attributes: { batch: 1, size: sizes(3) },
      },
      { title: "numbers", operands: [{ shape: [5] }, { shape: [5], dtype: "i32", high: 4 }], attributes: { batch: 0, size: sizes(4) } },
      { title: "a scalar index", operands: [{ shape: [2] }, { shape: [], dtype: "i32", high: 3 }], attributes: { batch: 0, size: sizes(3) } },
    ],
  },
  top_k: {
    name: "top_k",
    tier: "primitive",
    doc: "i32: the indices of the k largest elements along an axis; of equals, the lower index first.",
    source: "ONNX TopK-11, largest = 1, sorted = 1",
    operands: [{ name: "x", doc: "Numbers." }],
    attributes: {
      axis: "The axis that is searched.",
      k: "How many indices are kept.",
      order: "`by_value`: the largest first; `by_index`: as they stand in x.",
    },
    type(operands, { axis, k }) {
      const wrong = wrongCount(operands, 1);
      if (wrong) return wrong;
      const [x] = operands;
      if (x.dtype === "bool" || !(isFloat(x.dtype) || x.dtype === "i32")) return refused("needs numbers, has bool");
      if (!isAxis(axis, x.shape.length)) return refused(`searches along axis ${axis} of ${x.shape.length}`);
      return accepted("i32", replaced(x.shape, axis, k), x.axes, atLeast(x.shape[axis], k, "at most all elements are chosen"));
    },
    evaluate([x], { axis, order }, shape) {
      const [before, length, after] = aroundAxis(x.shape, axis);
      const k = shape[axis];
      const result = new Float64Array(countOf(shape));
      for (let b = 0; b < before; b++) {
        for (let a = 0; a < after; a++) {
          const value = (i: number): number => x.data[(b * length + i) * after + a];
          const chosen = [...range(0, length)].sort((i, j) => value(j) - value(i) || i - j).slice(0, k);
          if (order === "by_index") chosen.sort((i, j) => i - j);
          chosen.forEach((index, i) => (result[(b * k + i) * after + a] = index));
        }
      }
      return result;
    },
    gradient: { kind: "zero" },
    cost: perOperand(1),
    effects: "pure",
    samples: [
      { title: "three of seven", operands: [{ shape: [7] }], attributes: { axis: 0, k: sizes(3), order: "by_value" } },
      { title: "by index", operands: [{ shape: [7] }], attributes: { axis: 0, k: sizes(3), order: "by_index" } },
      { title: "with ties", operands: [{ shape: [2, 8], dtype: "i32", high: 3 }], attributes: { axis: 1, k: sizes(4), order: "by_value" } },
      { title: "first axis", operands: [{ shape: [5, 2] }], attributes: { axis: 0, k: sizes(2), order: "by_value" } },
      { title: "all", operands: [{ shape: [2, 4, 2] }], attributes: { axis: 1, k: sizes(4), order: "by_value" } },
      { title: "one", operands: [{ shape: [3, 1] }], attributes: { axis: 1, k: sizes(1), order: "by_index" } },
    ],
  },
} satisfies Partial<OperatorTable>;
