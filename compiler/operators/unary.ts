/** Functions of one element. A row is one line: what it computes, its derivative as graph, and where samples may be drawn. */
import type { Dtype, Node, ValueType } from "../ir/graph.ts";
import type { Builder } from "../ir/builder.ts";
import { free, perResult } from "./costs.ts";
import { erf } from "./erf.ts";
import type { Gradient, Operator, OperatorTable, Sample, TypeResult } from "./operator.ts";
import { elementwise, floatLike, isFloat, numberLike, refused, wrongCount } from "./typing.ts";

type Name =
  | ("neg" | "abs" | "sign" | "exp" | "expm1" | "log" | "log1p" | "sqrt" | "rsqrt" | "sin" | "cos" | "tanh" | "sigmoid" | "erf")
  | ("floor" | "not" | "is_finite" | "stop_gradient");

/** What one line of the table gives. */
interface Line {
  readonly doc: string;
  readonly source: string;
  readonly compute: (x: number) => number;
  /** cotangent times the derivative, and what it reads; without it the derivative is zero. */
  readonly reads?: "x" | "y" | "nothing";
  readonly slope?: (build: Builder, cotangent: Node, read: Node) => Node;
  readonly type?: (operands: readonly ValueType[]) => TypeResult;
  /** Where samples are drawn. */
  readonly low?: number;
  readonly high?: number;
  readonly dtype?: "bool";
}

const SHAPES = [[], [1], [7], [2, 3], [3, 1, 5], [2, 1, 2, 3], [1, 1]] as const;

const samplesOf = ({ low, high, dtype }: { low?: number; high?: number; dtype?: "bool" }) =>
  SHAPES.map((shape) => ({
    title: `rank ${shape.length}${shape.length > 0 ? `, [${shape.join(", ")}]` : ""}`,
    operands: [{ shape, low, high, dtype }],
    attributes: {},
  }));

function gradientOf<Each extends Name>({ reads, slope }: Line): Gradient<Each> {
  if (!slope) return { kind: "zero" };
  return {
    kind: "rule",
    reads: { operands: reads === "x" ? [0] : [], result: reads === "y" },
    rule: (build, node, cotangent) => [slope(build, cotangent, reads === "y" ? (node as unknown as Node) : node.inputs[0])],
  };
}

function row<Each extends Name>(name: Each, line: Line): Operator<Each> {
  const { compute } = line;
  return {
    name,
    tier: "primitive",
    doc: line.doc,
    source: line.source,
    operands: [{ name: "x", doc: line.dtype === "bool" ? "Truth values." : "Any shape." }],
    attributes: {} as Operator<Each>["attributes"],
    type: line.type ?? floatLike,
    evaluate([{ data }]) {
      const result = new Float64Array(data.length);
      for (let i = 0; i < data.length; i++) result[i] = compute(data[i]);
      return result;
    },
    gradient: gradientOf(line),
    cost: name === "stop_gradient" ? free : perResult(1),
    effects: "pure",
    samples: samplesOf(line) as unknown as readonly Sample<Each>[],
  };
}

const sigmoid = (x: number): number => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));

function truthLike(operands: readonly ValueType[]): TypeResult {
  const wrong = wrongCount(operands, 1);
  if (wrong) return wrong;
  return operands[0].dtype === "bool" ? elementwise(operands, "bool") : refused(`needs truth values, has ${operands[0].dtype}`);
}

const finiteType = (operands: readonly ValueType[]): TypeResult => {
  const like = floatLike(operands);
  return "refused" in like ? like : { ...like, type: { ...like.type, dtype: "bool" } };
};

/** d erf / dx at 0: 2 / sqrt(pi). */
const ERF_SLOPE = 2 / Math.sqrt(Math.PI);

const lines = {
  neg: row("neg", { doc: "-x.", source: "ONNX Neg-13", compute: (x) => -x, type: numberLike, reads: "nothing", slope: (b, g) => b.neg(g) }),
  abs: row("abs", {
    doc: "The absolute value; its slope at 0 is 0.",
    source: "ONNX Abs-13",
    compute: Math.abs,
    type: numberLike,
    reads: "x",
    slope: (b, g, x) => b.mul(g, b.sign(x)),
  }),
  sign: row("sign", { doc: "-1, 0 or 1.", source: "ONNX Sign-13", compute: Math.sign, type: numberLike }),
  exp: row("exp", { doc: "e to the power x.", source: "ONNX Exp-13", compute: Math.exp, reads: "y", slope: (b, g, y) => b.mul(g, y) }),
  expm1: row("expm1", {
    doc: "exp(x) - 1, accurate near 0.",
    source: "ONNX Exp-13, Sub-14",
    compute: Math.expm1,
    reads: "y",
    slope: (b, g, y) => b.mul(g, b.add(y, 1)),
  }),
  log: row("log", {
    doc: "The natural logarithm.",
    source: "ONNX Log-13",
    compute: Math.log,
    reads: "x",
    slope: (b, g, x) => b.div(g, x),
    low: 0.3,
    high: 3,
  }),
  log1p: row("log1p", {
    doc: "log(1 + x), accurate near 0.",
    source: "ONNX Add-14, Log-13",
    compute: Math.log1p,
    reads: "x",
    slope: (b, g, x) => b.div(g, b.add(x, 1)),
    low: -0.6,
    high: 2,
  }),
  sqrt: row("sqrt", {
    doc: "The square root.",
    source: "ONNX Sqrt-13",
    compute: Math.sqrt,
    reads: "y",
    slope: (b, g, y) => b.div(b.mul(g, 0.5), y),
    low: 0.3,
    high: 3,
  }),
  rsqrt: row("rsqrt", {
    doc: "1 / sqrt(x).",
    source: "ONNX Sqrt-13, Reciprocal-13",
    compute: (x) => 1 / Math.sqrt(x),
    reads: "y",
    slope: (b, g, y) => b.mul(b.mul(g, -0.5), b.mul(y, b.mul(y, y))),
    low: 0.3,
    high: 3,
  }),
  sin: row("sin", {
    doc: "The sine of an angle in radians.",
    source: "ONNX Sin-7",
    compute: Math.sin,
    reads: "x",
    slope: (b, g, x) => b.mul(g, b.cos(x)),
  }),
  cos: row("cos", {
    doc: "The cosine of an angle in radians.",
    source: "ONNX Cos-7",
    compute: Math.cos,
    reads: "x",
    slope: (b, g, x) => b.neg(b.mul(g, b.sin(x))),
  }),
  tanh: row("tanh", {
    doc: "The hyperbolic tangent.",
    source: "ONNX Tanh-13",
    compute: Math.tanh,
    reads: "y",
    slope: (b, g, y) => b.mul(g, b.sub(1, b.mul(y, y))),
  }),
  sigmoid: row("sigmoid", {
    doc: "1 / (1 + exp(-x)), without overflow.",
    source: "ONNX Sigmoid-13",
    compute: sigmoid,
    reads: "y",
    slope: (b, g, y) => b.mul(g, b.mul(y, b.sub(1, y))),
  }),
  erf: row("erf", {
    doc: "The error function.",
    source: "ONNX Erf-13",
    compute: erf,
    reads: "x",
    slope: (b, g, x) => b.mul(g, b.mul(b.exp(b.neg(b.mul(x, x))), ERF_SLOPE)),
    low: -3.5,
    high: 3.5,
  }),
  floor: row("floor", { doc: "The largest whole number that is not above x.", source: "ONNX Floor-13", compute: Math.floor }),
  not: row("not", { doc: "The opposite truth value.", source: "ONNX Not-1", compute: (x) => (x === 0 ? 1 : 0), type: truthLike, dtype: "bool" }),
  is_finite: row("is_finite", {
    doc: "True where x is neither infinite nor NaN.",
    source: "ONNX IsInf-10, IsNaN-13, Or-7, Not-1",
    compute: (x) => (Number.isFinite(x) ? 1 : 0),
    type: finiteType,
  }),
  stop_gradient: row("stop_gradient", {
    doc: "x itself, of which no gradient is taken.",
    source: "ONNX Identity-19",
    compute: (x) => x,
    type: (operands) => wrongCount(operands, 1) ?? elementwise(operands, operands[0].dtype),
  }),
} satisfies Pick<OperatorTable, Name>;

/** To whole numbers towards zero; to truth values: not 0. A value that leaves a float type gives it no gradient. */
function convert(data: Float64Array, from: Dtype, to: Dtype): Float64Array {
  if (to === "bool") return data.map((x) => (x !== 0 ? 1 : 0));
  return to === "i32" && isFloat(from) ? data.map(Math.trunc) : data;
}

const cast: Operator<"cast"> = {
  name: "cast",
  tier: "primitive",
  doc: "The same numbers in another element type. To i32 the fraction is cut off; to bool, true is what is not 0.",
  source: "ONNX Cast-19",
  operands: [{ name: "x", doc: "Any tensor." }],
  attributes: { to: "The element type of the result." },
  type: (operands, { to }) => wrongCount(operands, 1) ?? elementwise(operands, to),
  evaluate: ([{ data, dtype }], { to }) => convert(data, dtype, to),
  gradient: {
    kind: "rule",
    reads: { operands: [], result: false },
    rule: (build, { inputs: [x], attributes: { to } }, cotangent) => [
      isFloat(to) && isFloat(x.type.dtype) ? build.cast(cotangent, x.type.dtype) : undefined,
    ],
  },
  cost: perResult(1),
  effects: "pure",
  samples: [
    ...([[], [3], [2, 3], [1, 4, 2]] as const).map((shape) => ({
      title: `to f64, rank ${shape.length}`,
      operands: [{ shape }],
      attributes: { to: "f64" as const },
    })),
    { title: "to f16", operands: [{ shape: [5] }], attributes: { to: "f16" } },
    { title: "to whole numbers", operands: [{ shape: [7] }], attributes: { to: "i32" } },
    { title: "truth values to numbers", operands: [{ shape: [4], dtype: "bool" }], attributes: { to: "f32" } },
    { title: "whole numbers to truth values", operands: [{ shape: [6], dtype: "i32", high: 3 }], attributes: { to: "bool" } },
  ],
};

export const unaryRows = { ...lines, cast } satisfies Partial<OperatorTable>;
