/** Values that come from outside (inputs, parameters, states) or from nothing (constants, sizes, indices, random numbers). */
import { constant as constantSize } from "../dims/index.ts";
import type { Size } from "../dims/index.ts";
import type { Dtype, ValueType } from "../ir/graph.ts";
import { free, perResult } from "./costs.ts";
import type { OperatorTable, TypeResult } from "./operator.ts";
import { countOf, stridesOf } from "./strides.ts";
import { accepted, isAxis, refused, unnamed, wrongCount } from "./typing.ts";

const declared = (operands: readonly ValueType[], attributes: { readonly shape: readonly Size[]; readonly dtype: Dtype }): TypeResult =>
  wrongCount(operands, 0) ?? accepted(attributes.dtype, attributes.shape, unnamed(attributes.shape.length));

const given = (): Float64Array => {
  throw new Error("netc bug: the value of an input, parameter or state is given to the interpreter, not computed");
};

const shapes = ([[], [1], [3, 2]] as const).map((shape) => shape.map((size) => constantSize(size)));

export const sourceRows = {
  input: {
    name: "input",
    tier: "primitive",
    doc: "A tensor that the caller gives.",
    source: "ONNX graph input",
    operands: [],
    attributes: { name: "The name in the model's signature.", shape: "Its sizes.", dtype: "Its element type." },
    type: declared,
    evaluate: given,
    gradient: { kind: "zero" },
    cost: free,
    effects: "source",
    samples: [],
  },
  parameter: {
    name: "parameter",
    tier: "primitive",
    doc: "A weight: loaded or initialised, changed by training only.",
    source: "ONNX initializer",
    operands: [],
    attributes: {
      path: "Where it lives in the model, e.g. `vision.layer.3.attention.query.weight`.",
      init: "How it gets its first value.",
      shape: "Its sizes.",
      dtype: "Its element type.",
    },
    type: declared,
    evaluate: given,
    gradient: { kind: "zero" },
    cost: free,
    effects: "source",
    samples: [],
  },
  state: {
    name: "state",
    tier: "primitive",
    doc: "A value that is kept with the weights and updated without a gradient, such as the running mean of a batch norm.",
    source: "ONNX initializer",
    operands: [],
    attributes: { path: "Where it lives in the model.", init: "How it gets its first value.", shape: "Its sizes.", dtype: "Its element type." },
    type: declared,
    evaluate: given,
    gradient: { kind: "zero" },
    cost: free,
    effects: "state",
    samples: [],
  },
  constant: {
    name: "constant",
    tier: "primitive",
    doc: "A literal tensor.",
    source: "ONNX Constant-13",
    operands: [],
    attributes: { value: "The tensor, row-major; bools as 0 and 1." },
    type(operands, { value }) {
      const shape = value.shape.map((size) => constantSize(size));
      if (countOf(value.shape) !== value.data.length) return refused(`has ${value.data.length} values for the shape [${value.shape.join(", ")}]`);
      return wrongCount(operands, 0) ?? accepted(value.dtype, shape, unnamed(shape.length));
    },
    evaluate: (_, { value }) => value.data,
    gradient: { kind: "zero" },
    cost: free,
    effects: "pure",
    samples: [
      { title: "scalar", operands: [], attributes: { value: { dtype: "f32", shape: [], data: new Float64Array([2.5]) } } },
      { title: "matrix", operands: [], attributes: { value: { dtype: "i32", shape: [2, 2], data: new Float64Array([1, 2, 3, 4]) } } },
      { title: "truth values", operands: [], attributes: { value: { dtype: "bool", shape: [2], data: new Float64Array([1, 0]) } } },
    ],
  },
  size: {
    name: "size",
    tier: "primitive",
    doc: "The value of a size, as an i32 scalar.",
    source: "ONNX Shape-15 and integer arithmetic",
    operands: [],
    attributes: { size: "A polynomial of the sizes of the inputs." },
    type: (operands) => wrongCount(operands, 0) ?? accepted("i32", [], []),
    evaluate: (_, { size }, __, context) => new Float64Array([context.size(size)]),
    gradient: { kind: "zero" },
    cost: free,
    effects: "pure",
    samples: [{ title: "five", operands: [], attributes: { size: constantSize(5) } }],
  },
  iota: {
    name: "iota",
    tier: "primitive",
    doc: "i32: each element is its own index along `axis`.",
    source: "ONNX Range-11 with Expand-13",
    operands: [],
    attributes: { shape: "The sizes of the result.", axis: "The axis that is counted along." },
    type: (operands, { shape, axis }) =>
      wrongCount(operands, 0) ??
      (isAxis(axis, shape.length) ? accepted("i32", shape, unnamed(shape.length)) : refused(`counts along axis ${axis} of ${shape.length}`)),
    evaluate(_, { axis }, shape) {
      const [stride, size] = [stridesOf(shape)[axis], shape[axis]];
      return Float64Array.from({ length: countOf(shape) }, (__, i) => Math.floor(i / stride) % size);
    },
    gradient: { kind: "zero" },
    cost: free,
    effects: "pure",
    samples: [
      { title: "a row", operands: [], attributes: { shape: [constantSize(5)], axis: 0 } },
      { title: "first of two axes", operands: [], attributes: { shape: [constantSize(2), constantSize(3)], axis: 0 } },
      { title: "last of three axes", operands: [], attributes: { shape: [constantSize(2), constantSize(1), constantSize(4)], axis: 2 } },
    ],
  },
  random: {
    name: "random",
    tier: "primitive",
    doc: "f32 random numbers, uniform in [0, 1) or standard normal. Counter-based: the bits are a function of (key, step, element).",
    source: "Salmon et al., Parallel random numbers: as easy as 1, 2, 3 (2011), for the idea of a counter",
    operands: [],
    attributes: {
      distribution: "`uniform` or `normal`.",
      key: "Names the stream; two nodes with one key draw the same numbers.",
      shape: "The sizes of the result.",
    },
    type: (operands, { shape }) => wrongCount(operands, 0) ?? accepted("f32", shape, unnamed(shape.length)),
    evaluate: (_, { distribution, key }, shape, context) =>
      Float64Array.from({ length: countOf(shape) }, (__, i) => context.random(distribution, key, i)),
    gradient: { kind: "zero" },
    cost: perResult(1),
    effects: "random",
    samples: shapes.flatMap((shape) => [
      { title: `uniform, rank ${shape.length}`, operands: [], attributes: { distribution: "uniform", key: "dropout", shape } },
      { title: `normal, rank ${shape.length}`, operands: [], attributes: { distribution: "normal", key: "noise", shape } },
    ]),
  },
} satisfies Partial<OperatorTable>;
