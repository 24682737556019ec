/** Operators that change which elements stand where, and compute nothing: reshape, transpose, broadcast, reverse. */
import { constant as size } from "../dims/index.ts";
import { free } from "./costs.ts";
import type { OperatorTable } from "./operator.ts";
import { permuted, readStrided, stridesOf } from "./strides.ts";
import { accepted, areAxes, elementCount, equalSizes, isFloat, range, refused, unnamed, wrongCount } from "./typing.ts";

const sizes = (...values: readonly number[]) => values.map((value) => size(value));

export const shapeRows = {
  reshape: {
    name: "reshape",
    tier: "primitive",
    doc: "The same elements in row-major order under another shape.",
    source: "ONNX Reshape-14",
    operands: [{ name: "x", doc: "Any tensor." }],
    attributes: { shape: "The new sizes; their product is that of the old ones." },
    type(operands, { shape }) {
      const wrong = wrongCount(operands, 1);
      if (wrong) return wrong;
      const [x] = operands;
      const axes = x.shape.length === shape.length ? shape.map((each, i) => (each === x.shape[i] ? x.axes[i] : "")) : unnamed(shape.length);
      return accepted(x.dtype, shape, axes, equalSizes(elementCount(x.shape), elementCount(shape), "a reshape keeps the number of elements"));
    },
    evaluate: ([x]) => x.data,
    gradient: {
      kind: "rule",
      reads: { operands: [], result: false },
      rule: (build, { inputs: [x] }, cotangent) => [build.reshape(cotangent, x.type.shape, x.type.axes)],
    },
    cost: free,
    effects: "pure",
    samples: [
      { title: "join two axes", operands: [{ shape: [2, 3, 5] }], attributes: { shape: sizes(6, 5) } },
      { title: "split an axis", operands: [{ shape: [6, 2] }], attributes: { shape: sizes(2, 3, 2) } },
      { title: "to a row", operands: [{ shape: [3, 3] }], attributes: { shape: sizes(9) } },
      { title: "insert axes of 1", operands: [{ shape: [4] }], attributes: { shape: sizes(1, 4, 1) } },
      { title: "scalar to a row", operands: [{ shape: [] }], attributes: { shape: sizes(1) } },
      { title: "one element to a scalar", operands: [{ shape: [1, 1] }], attributes: { shape: [] } },
      { title: "indices", operands: [{ shape: [2, 3], dtype: "i32", high: 9 }], attributes: { shape: sizes(3, 2) } },
    ],
  },
  transpose: {
    name: "transpose",
    tier: "primitive",
    doc: "The axes in another order: axis i of the result is axis `permutation[i]` of the operand.",
    source: "ONNX Transpose-13",
    operands: [{ name: "x", doc: "Any tensor." }],
    attributes: { permutation: "For each axis of the result, the axis of the operand." },
    type(operands, { permutation }) {
      const wrong = wrongCount(operands, 1);
      if (wrong) return wrong;
      const [x] = operands;
      if (permutation.length !== x.shape.length || !areAxes(permutation, x.shape.length))
        return refused(`[${permutation.join(", ")}] is no permutation of ${x.shape.length} axes`);
      return accepted(
        x.dtype,
        permutation.map((axis) => x.shape[axis]),
        permutation.map((axis) => x.axes[axis]),
      );
    },
    evaluate: ([x], { permutation }) => permuted(x.data, x.shape, permutation),
    gradient: {
      kind: "rule",
      reads: { operands: [], result: false },
      rule: (build, { attributes: { permutation } }, cotangent) => [
        build.transpose(
          cotangent,
          permutation.map((_, axis) => permutation.indexOf(axis)),
        ),
      ],
    },
    cost: free,
    effects: "pure",
    samples: [
      { title: "a matrix", operands: [{ shape: [2, 5] }], attributes: { permutation: [1, 0] } },
      { title: "a cycle of three", operands: [{ shape: [2, 3, 4] }], attributes: { permutation: [2, 0, 1] } },
      { title: "channels last", operands: [{ shape: [2, 3, 1, 5] }], attributes: { permutation: [0, 2, 3, 1] } },
      { title: "five axes", operands: [{ shape: [2, 1, 3, 2, 2] }], attributes: { permutation: [4, 2, 0, 3, 1] } },
      { title: "nothing moves", operands: [{ shape: [2, 3] }], attributes: { permutation: [0, 1] } },
      { title: "scalar", operands: [{ shape: [] }], attributes: { permutation: [] } },
    ],
  },
  broadcast: {
    name: "broadcast",
    tier: "primitive",
    doc: "Repeats a tensor along new axes. Operand axis i stands at `positions[i]` of the result; along the others it is repeated.",
    source: "ONNX Unsqueeze-13 and Expand-13",
    operands: [{ name: "x", doc: "Any tensor." }],
    attributes: { shape: "The sizes of the result.", positions: "Where the operand's axes stand in the result, increasing." },
    type(operands, { shape, positions }) {
      const wrong = wrongCount(operands, 1);
      if (wrong) return wrong;
      const [x] = operands;
      const increasing = positions.every((at, i) => i === 0 || at > positions[i - 1]);
      if (positions.length !== x.shape.length || !areAxes(positions, shape.length) || !increasing)
        return refused(`[${positions.join(", ")}] does not place ${x.shape.length} axes among ${shape.length}`);
      const axes = shape.map((_, axis) => (positions.includes(axis) ? x.axes[positions.indexOf(axis)] : ""));
      const rule = "a repeated tensor keeps the sizes of its own axes";
      return accepted(
        x.dtype,
        shape,
        axes,
        x.shape.flatMap((each, i) => equalSizes(each, shape[positions[i]], rule)),
      );
    },
    evaluate([x], { positions }, shape) {
      const own = stridesOf(x.shape);
      const strides = shape.map((_, axis) => (positions.includes(axis) ? own[positions.indexOf(axis)] : 0));
      return readStrided(shape, x.data, 0, strides);
    },
    gradient: {
      kind: "rule",
      reads: { operands: [], result: false },
      rule: (build, { attributes: { shape, positions } }, cotangent) => [
        build.reduce(
          "sum",
          cotangent,
          range(0, shape.length).filter((axis) => !positions.includes(axis)),
        ),
      ],
    },
    cost: free,
    effects: "pure",
    samples: [
      { title: "scalar to a matrix", operands: [{ shape: [] }], attributes: { shape: sizes(2, 3), positions: [] } },
      { title: "a row to rows", operands: [{ shape: [5] }], attributes: { shape: sizes(3, 5), positions: [1] } },
      { title: "a column", operands: [{ shape: [3] }], attributes: { shape: sizes(3, 4), positions: [0] } },
      { title: "around and between", operands: [{ shape: [2, 3] }], attributes: { shape: sizes(2, 2, 5, 3, 2), positions: [1, 3] } },
      { title: "nothing is repeated", operands: [{ shape: [2, 3] }], attributes: { shape: sizes(2, 3), positions: [0, 1] } },
      { title: "an axis of 1", operands: [{ shape: [1] }], attributes: { shape: sizes(1, 1, 3), positions: [1] } },
    ],
  },
  reverse: {
    name: "reverse",
    tier: "primitive",
    doc: "The elements in opposite order along the given axes.",
    source: "ONNX Slice-13 with a step of -1",
    operands: [{ name: "x", doc: "Any tensor." }],
    attributes: { axes: "The axes that are turned round." },
    type(operands, { axes }) {
      const wrong = wrongCount(operands, 1);
      if (wrong) return wrong;
      const [x] = operands;
      return areAxes(axes, x.shape.length)
        ? accepted(x.dtype, x.shape, x.axes)
        : refused(`[${axes.join(", ")}] are not axes of a tensor of rank ${x.shape.length}`);
    },
    evaluate([x], { axes }, shape) {
      const strides = stridesOf(shape);
      const start = axes.reduce((offset, axis) => offset + (shape[axis] - 1) * strides[axis], 0);
      return readStrided(
        shape,
        x.data,
        start,
        strides.map((stride, axis) => (axes.includes(axis) ? -stride : stride)),
      );
    },
    gradient: {
      kind: "rule",
      reads: { operands: [], result: false },
      rule: (build, { inputs: [x], attributes: { axes } }, cotangent) => [isFloat(x.type.dtype) ? build.reverse(cotangent, axes) : undefined],
    },
    cost: free,
    effects: "pure",
    samples: [
      { title: "a row", operands: [{ shape: [5] }], attributes: { axes: [0] } },
      { title: "last of two", operands: [{ shape: [3, 4] }], attributes: { axes: [1] } },
      { title: "first of three", operands: [{ shape: [3, 2, 2] }], attributes: { axes: [0] } },
      { title: "two at once", operands: [{ shape: [2, 3, 4] }], attributes: { axes: [2, 1] } },
      { title: "an axis of 1", operands: [{ shape: [1, 3] }], attributes: { axes: [0] } },
      { title: "all", operands: [{ shape: [2, 3] }], attributes: { axes: [0, 1] } },
    ],
  },
} satisfies Partial<OperatorTable>;
