/** Activation functions: one line each, with the function, its derivative as graph, and what it is made of. */
import type { Node, NodeOf } from "../ir/graph.ts";
import type { Builder } from "../ir/builder.ts";
import { perResult } from "./costs.ts";
import { erf } from "./erf.ts";
import type { Operator, OperatorTable, Sample } from "./operator.ts";
import { floatLike } from "./typing.ts";

type Name = "relu" | "gelu" | "quick_gelu" | "silu" | "softplus";

interface Line<Each extends Name | "leaky_relu"> {
  readonly doc: string;
  readonly source: string;
  /** Arithmetic operations for each element. */
  readonly operations: number;
  readonly compute: (x: number, attributes: NodeOf<Each>["attributes"]) => number;
  readonly slope: (build: Builder, cotangent: Node, x: Node, attributes: NodeOf<Each>["attributes"]) => Node;
  readonly decompose: (build: Builder, x: Node, attributes: NodeOf<Each>["attributes"]) => Node;
}

/** Whether the result is positive where x is and nowhere else: its derivative can be read off it, and x is not needed behind it. */
const keepsSign = (name: Name | "leaky_relu", attributes: object): boolean => name === "relu" || (name === "leaky_relu" && "slope" in attributes && Number(attributes.slope) >= 0);

const SHAPES = [[], [1], [7], [2, 3], [3, 1, 5], [2, 1, 2, 3]] as const;

function row<Each extends Name | "leaky_relu">(
  name: Each,
  line: Line<Each>,
  attributes: Operator<Each>["attributes"],
  settings: readonly NodeOf<Each>["attributes"][],
): Operator<Each> {
  const titled = (shape: readonly number[], own: NodeOf<Each>["attributes"]): string =>
    [`rank ${shape.length}, [${shape.join(", ")}]`, ...Object.entries(own).map(([key, value]) => `${key} ${value}`)].join(", ");
  return {
    name,
    tier: "composite",
    doc: line.doc,
    source: line.source,
    operands: [{ name: "x", doc: "A float tensor." }],
    attributes,
    type: floatLike,
    evaluate([{ data }], own) {
      const result = new Float64Array(data.length);
      for (let i = 0; i < data.length; i++) result[i] = line.compute(data[i], own);
      return result;
    },
    gradient: {
      kind: "rule",
      reads: { operands: [0], result: false },
      rule: (build, node, cotangent) => [
        build.makesComposites
          ? build.make("activation_gradient", [keepsSign(name, node.attributes) ? (node as Node) : node.inputs[0], cotangent], { of: name, slope: "slope" in node.attributes ? node.attributes.slope : 0 })
          : line.slope(build, cotangent, node.inputs[0], node.attributes),
      ],
    },
    cost: perResult(line.operations),
    effects: "pure",
    samples: SHAPES.flatMap((shape) =>
      settings.map((own): Sample<Each> => ({ title: titled(shape, own), operands: [{ shape, low: -3, high: 3 }], attributes: own })),
    ),
    decompose: (build, node) => line.decompose(build, node.inputs[0], node.attributes),
  };
}

const sigmoid = (x: number): number => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));

const ROOT_HALF = Math.SQRT1_2;
/** The density of the standard normal distribution at 0. */
const DENSITY = 1 / Math.sqrt(2 * Math.PI);
/** The factor of quick_gelu: CLIP (Radford et al. 2021), from Hendrycks and Gimpel (2016). */
const QUICK = 1.702;

/** The standard normal distribution: half of 1 + erf(x / sqrt 2). */
const normalShare = (build: Builder, x: Node): Node => build.mul(build.add(build.erf(build.mul(x, ROOT_HALF)), 1), 0.5);

/** d (x s(k x)) / dx = s (1 + k x (1 - s)) */
function swishSlope(build: Builder, cotangent: Node, x: Node, factor: number): Node {
  const scaled = factor === 1 ? x : build.mul(x, factor);
  const gate = build.sigmoid(scaled);
  return build.mul(cotangent, build.mul(gate, build.add(build.mul(scaled, build.sub(1, gate)), 1)));
}

export const activationRows = {
  relu: row<"relu">(
    "relu",
    {
      doc: "x where it is positive, else 0; its slope at 0 is 0.",
      source: "ONNX Relu-14",
      operations: 1,
      compute: (x) => (x <= 0 ? 0 : x),
      slope: (build, g, x) => build.select(build.less_equal(x, 0), 0, g),
      decompose: (build, x) => build.select(build.less_equal(x, 0), 0, x),
    },
    {},
    [{}],
  ),
  gelu: row<"gelu">(
    "gelu",
    {
      doc: "x times the standard normal distribution function of x, exact (with erf).",
      source: "ONNX Gelu-20, approximate none; Hendrycks and Gimpel (2016)",
      operations: 5,
      compute: (x) => x * 0.5 * (1 + erf(x * ROOT_HALF)),
      slope: (build, g, x) =>
        build.mul(g, build.add(normalShare(build, x), build.mul(x, build.mul(build.exp(build.mul(build.mul(x, x), -0.5)), DENSITY)))),
      decompose: (build, x) => build.mul(x, normalShare(build, x)),
    },
    {},
    [{}],
  ),
  quick_gelu: row<"quick_gelu">(
    "quick_gelu",
    {
      doc: "x sigmoid(1.702 x): the activation of CLIP.",
      source: "Hendrycks and Gimpel (2016); in ONNX Mul-14, Sigmoid-13",
      operations: 3,
      compute: (x) => x * sigmoid(QUICK * x),
      slope: (build, g, x) => swishSlope(build, g, x, QUICK),
      decompose: (build, x) => build.mul(x, build.sigmoid(build.mul(x, QUICK))),
    },
    {},
    [{}],
  ),
  silu: row<"silu">(
    "silu",
    {
      doc: "x sigmoid(x), also called swish.",
      source: "Elfwing et al. (2017); in ONNX Mul-14, Sigmoid-13",
      operations: 2,
      compute: (x) => x * sigmoid(x),
      slope: (build, g, x) => swishSlope(build, g, x, 1),
      decompose: (build, x) => build.mul(x, build.sigmoid(x)),
    },
    {},
    [{}],
  ),
  softplus: row<"softplus">(
    "softplus",
    {
      doc: "log(1 + exp(x)), without overflow: max(x, 0) + log1p(exp(-|x|)).",
      source: "ONNX Softplus-1",
      operations: 5,
      compute: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
      slope: (build, g, x) => build.mul(g, build.sigmoid(x)),
      decompose: (build, x) => build.add(build.max(x, 0), build.log1p(build.exp(build.neg(build.abs(x))))),
    },
    {},
    [{}],
  ),
  leaky_relu: row<"leaky_relu">(
    "leaky_relu",
    {
      doc: "x where it is positive, else a fraction of it; its slope at 0 is that fraction.",
      source: "ONNX LeakyRelu-16",
      operations: 2,
      compute: (x, { slope }) => (x <= 0 ? slope * x : x),
      // Of a fraction below 1 without a choice, which takes longer and more memory than arithmetic.
      slope: (build, g, x, { slope }) => (slope >= 0 && slope <= 1 ? build.mul(g, build.max(build.sign(x), slope)) : build.select(build.less_equal(x, 0), build.mul(g, slope), g)),
      decompose: (build, x, { slope }) => build.select(build.less_equal(x, 0), build.mul(x, slope), x),
    },
    { slope: "The fraction." },
    [{ slope: 0.01 }, { slope: 0.2 }, { slope: 1.5 }],
  ),
} satisfies Partial<OperatorTable>;
