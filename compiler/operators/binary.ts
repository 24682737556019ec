/** Functions of two or three elements. Operands have one shape: broadcasting is a node of its own. */
import type { Node, NodeOf, ValueType } from "../ir/graph.ts";
import type { Builder } from "../ir/builder.ts";
import { binaryLoops } from "./binary-evaluation.ts";
import { perResult } from "./costs.ts";
import type { Gradient, Operator, OperatorTable, Sample, TypeResult } from "./operator.ts";
import { elementwise, refused, wrongCount } from "./typing.ts";

type Name = keyof typeof binaryLoops;
type Kind = "arithmetic" | "comparison" | "equality" | "logic";

/** Cotangents of the two operands, made only when asked for. */
interface Slopes {
  readonly reads: { readonly operands: readonly number[]; readonly result: boolean };
  readonly left: (build: Builder, cotangent: Node, a: Node, b: Node, y: Node) => Node;
  readonly right: (build: Builder, cotangent: Node, a: Node, b: Node, y: Node) => Node;
}

interface Line {
  readonly doc: string;
  readonly source: string;
  readonly kind: Kind;
  readonly slopes?: Slopes;
  /** Where samples of the two operands are drawn. */
  readonly left?: readonly [number, number];
  readonly right?: readonly [number, number];
}

const SHAPES = [[], [1], [7], [2, 3], [3, 1, 5], [2, 1, 2, 3], [1, 1]] as const;

function samplesOf({ kind, left, right }: Line) {
  const dtype = kind === "logic" ? ("bool" as const) : kind === "equality" ? ("i32" as const) : undefined;
  const operand = (shape: readonly number[], range?: readonly [number, number]) => ({
    shape,
    dtype,
    low: range?.[0],
    high: range?.[1] ?? (dtype === "i32" ? 3 : undefined),
  });
  return SHAPES.map((shape) => ({
    title: `rank ${shape.length}, [${shape.join(", ")}]`,
    operands: [operand(shape, left), operand(shape, right)],
    attributes: {},
  }));
}

const typeOf =
  (kind: Kind) =>
  (operands: readonly ValueType[]): TypeResult => {
    const wrong = wrongCount(operands, 2);
    if (wrong) return wrong;
    const [a, b] = operands;
    if (a.dtype !== b.dtype) return refused(`has operands of ${a.dtype} and ${b.dtype}`);
    if (kind === "logic" && a.dtype !== "bool") return refused(`needs truth values, has ${a.dtype}`);
    if ((kind === "arithmetic" || kind === "comparison") && a.dtype === "bool") return refused("needs numbers, has bool");
    return elementwise(operands, kind === "arithmetic" ? a.dtype : "bool");
  };

function gradientOf<Each extends Name>(slopes: Slopes | undefined): Gradient<Each> {
  if (!slopes) return { kind: "zero" };
  return {
    kind: "rule",
    reads: slopes.reads,
    rule(build, node: NodeOf<Each>, cotangent, needed) {
      const [a, b] = node.inputs;
      const y = node as unknown as Node;
      return [needed[0] ? slopes.left(build, cotangent, a, b, y) : undefined, needed[1] ? slopes.right(build, cotangent, a, b, y) : undefined];
    },
  };
}

function row<Each extends Name>(name: Each, line: Line): Operator<Each> {
  return {
    name,
    tier: "primitive",
    doc: line.doc,
    source: line.source,
    operands: [
      { name: "a", doc: "The left operand." },
      { name: "b", doc: "The right operand, of the same shape and element type." },
    ],
    attributes: {} as Operator<Each>["attributes"],
    type: typeOf(line.kind),
    evaluate([a, b]) {
      const result = new Float64Array(a.data.length);
      binaryLoops[name](a.data, b.data, result);
      // whole numbers: a quotient is rounded down, a negative power is cut off
      return a.dtype === "i32" && line.kind === "arithmetic" ? result.map(name === "div" ? Math.floor : Math.trunc) : result;
    },
    gradient: gradientOf(line.slopes),
    cost: perResult(1),
    effects: "pure",
    samples: samplesOf(line) as unknown as readonly Sample<Each>[],
  };
}

/** The share of the cotangent that goes to `a` when the result is a where `first` < `second`: half of it at a tie. */
const share = (build: Builder, cotangent: Node, first: Node, second: Node): Node =>
  build.mul(
    cotangent,
    build.select(build.less(first, second), 1, build.select(build.equal(first, second), build.constant(0.5, cotangent.type.dtype), 0)),
  );

const nothing = { operands: [], result: false };
const both = { operands: [0, 1], result: false };

const lines = {
  add: row("add", {
    doc: "a + b.",
    source: "ONNX Add-14",
    kind: "arithmetic",
    slopes: { reads: nothing, left: (_, g) => g, right: (_, g) => g },
  }),
  sub: row("sub", {
    doc: "a - b.",
    source: "ONNX Sub-14",
    kind: "arithmetic",
    slopes: { reads: nothing, left: (_, g) => g, right: (build, g) => build.neg(g) },
  }),
  mul: row("mul", {
    doc: "a b, element by element.",
    source: "ONNX Mul-14",
    kind: "arithmetic",
    slopes: { reads: both, left: (build, g, _, b) => build.mul(g, b), right: (build, g, a) => build.mul(g, a) },
  }),
  div: row("div", {
    doc: "a / b. Of whole numbers the quotient is rounded down.",
    source: "ONNX Div-14 (which rounds whole quotients towards zero)",
    kind: "arithmetic",
    slopes: {
      reads: { operands: [1], result: true },
      left: (build, g, _, b) => build.div(g, b),
      right: (build, g, _, b, y) => build.neg(build.div(build.mul(g, y), b)),
    },
    right: [0.4, 2],
  }),
  pow: row("pow", {
    doc: "a to the power b. The slope in a is 0 where b is 0; the slope in b is 0 where a is 0 and b is not negative.",
    source: "ONNX Pow-15",
    kind: "arithmetic",
    slopes: {
      reads: { operands: [0, 1], result: true },
      left: (build, g, a, b) => build.select(build.equal(b, 0), 0, build.mul(g, build.mul(b, build.pow(a, build.sub(b, 1))))),
      right: (build, g, a, b, y) =>
        build.select(build.and(build.equal(a, 0), build.less_equal(build.constant(0, b.type.dtype), b)), 0, build.mul(g, build.mul(y, build.log(a)))),
    },
    left: [0.3, 2],
  }),
  rem: row("rem", {
    doc: "a - b floor(a / b): what is left of a after whole steps of b, with the sign of b.",
    source: "ONNX Mod-13 for whole numbers; Sub-14, Mul-14, Floor-13, Div-14 otherwise",
    kind: "arithmetic",
    slopes: { reads: both, left: (_, g) => g, right: (build, g, a, b) => build.neg(build.mul(g, build.floor(build.div(a, b)))) },
    left: [-3, 3],
    right: [0.5, 1.2],
  }),
  max: row("max", {
    doc: "The larger; at a tie each operand takes half of the cotangent.",
    source: "ONNX Max-13",
    kind: "arithmetic",
    slopes: { reads: both, left: (build, g, a, b) => share(build, g, b, a), right: (build, g, a, b) => share(build, g, a, b) },
  }),
  min: row("min", {
    doc: "The smaller; at a tie each operand takes half of the cotangent.",
    source: "ONNX Min-13",
    kind: "arithmetic",
    slopes: { reads: both, left: (build, g, a, b) => share(build, g, a, b), right: (build, g, a, b) => share(build, g, b, a) },
  }),
  less: row("less", {
    doc: "True where a < b.",
    source: "ONNX Less-13",
    kind: "comparison",
  }),
  less_equal: row("less_equal", {
    doc: "True where a <= b.",
    source: "ONNX LessOrEqual-16",
    kind: "comparison",
  }),
  equal: row("equal", {
    doc: "True where a == b.",
    source: "ONNX Equal-13",
    kind: "equality",
  }),
  and: row("and", {
    doc: "True where both are.",
    source: "ONNX And-7",
    kind: "logic",
  }),
  or: row("or", {
    doc: "True where one is, or both.",
    source: "ONNX Or-7",
    kind: "logic",
  }),
} satisfies Pick<OperatorTable, Name>;

const select: Operator<"select"> = {
  name: "select",
  tier: "primitive",
  doc: "`then` where the condition holds, `else` where it does not. What is not chosen does not matter, not even when it is NaN.",
  source: "ONNX Where-16",
  operands: [
    { name: "condition", doc: "Truth values." },
    { name: "then", doc: "Taken where the condition holds." },
    { name: "else", doc: "Taken elsewhere; of the same shape and element type." },
  ],
  attributes: {},
  type(operands) {
    const wrong = wrongCount(operands, 3);
    if (wrong) return wrong;
    const [condition, then, otherwise] = operands;
    if (condition.dtype !== "bool") return refused(`needs a condition of truth values, has ${condition.dtype}`);
    if (then.dtype !== otherwise.dtype) return refused(`chooses between ${then.dtype} and ${otherwise.dtype}`);
    return elementwise([condition, then, otherwise], then.dtype);
  },
  evaluate([{ data: condition }, { data: then }, { data: otherwise }]) {
    const result = new Float64Array(condition.length);
    for (let i = 0; i < result.length; i++) result[i] = condition[i] !== 0 ? then[i] : otherwise[i];
    return result;
  },
  gradient: {
    kind: "rule",
    reads: { operands: [0], result: false },
    rule: (build, { inputs: [condition] }, cotangent, needed) => [
      undefined,
      needed[1] ? build.select(condition, cotangent, 0) : undefined,
      needed[2] ? build.select(condition, 0, cotangent) : undefined,
    ],
  },
  cost: perResult(1),
  effects: "pure",
  samples: SHAPES.map((shape) => ({
    title: `rank ${shape.length}, [${shape.join(", ")}]`,
    operands: [{ shape, dtype: "bool" }, { shape }, { shape }],
    attributes: {},
  })),
};

export const binaryRows = { ...lines, select } satisfies Partial<OperatorTable>;
