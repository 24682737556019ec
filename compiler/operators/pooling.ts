/** Largest or mean element of each window over the last axes, and the transpose of the former. */
import { add, constant as size, multiply, negate } from "../dims/index.ts";
import type { Size } from "../dims/index.ts";
import type { Node, NodeOf, ValueType } from "../ir/graph.ts";
import type { Builder } from "../ir/builder.ts";
import { convolutionSize, convolutionSlack, dilated } from "./convolution-size.ts";
import type { Window } from "./convolution-size.ts";
import { other } from "./costs.ts";
import type { Obligation, OperatorTable, Sample, TypeResult } from "./operator.ts";
import { evaluatePool, evaluatePoolMaxGradient } from "./pooling-evaluation.ts";
import { accepted, atLeast, elementCount, isFloat, range, refused, sameShape, unnamed, wrongCount } from "./typing.ts";

type Pool = NodeOf<"pool">;
type Geometry = Omit<Pool["attributes"], "kind" | "countPadding">;

const windowOf = ({ window, stride, low, high }: Geometry, axis: number): Window => ({
  kernel: window[axis],
  stride: stride[axis],
  dilation: 1,
  low: low[axis],
  high: high[axis],
  inputDilation: 1,
});

/** The shape of the pooled tensor with its obligations, or a reason against it. */
function pooledShape(
  x: ValueType,
  geometry: Geometry,
): { readonly shape: readonly Size[]; readonly obligations: readonly Obligation[] } | { readonly refused: string } {
  const { window, stride, low, high } = geometry;
  const rank = window.length;
  const lead = x.shape.length - rank;
  if (!isFloat(x.dtype)) return { refused: `needs a float operand, has ${x.dtype}` };
  if (rank < 1 || rank > 3 || lead < 0) return { refused: `pools ${rank} axes of a tensor of rank ${x.shape.length}; 1 to 3 are supported` };
  if (![stride, low, high].every((list) => list.length === rank)) return { refused: `needs ${rank} of every attribute` };
  if (![...window, ...stride].every((value) => Number.isInteger(value) && value >= 1)) return { refused: "needs positive windows and strides" };
  // A window of nothing but padding would have no largest element.
  if (![low, high].every((list) => list.every((value, axis) => Number.isInteger(value) && value >= 0 && value < window[axis])))
    return { refused: "needs paddings smaller than the window" };
  const along = x.shape.slice(lead);
  return {
    shape: [...x.shape.slice(0, lead), ...along.map((each, axis) => convolutionSize(each, windowOf(geometry, axis)))],
    obligations: along.flatMap((each, axis) =>
      atLeast(convolutionSlack(each, windowOf(geometry, axis)), size(0), "the window fits into the padded tensor"),
    ),
  };
}

/**
 * The transpose of an average: every element takes its share from each window that holds it. As a convolution of the cotangent,
 * divided by the number of elements of its window, with a kernel of ones.
 */
function averageSlope(build: Builder, node: Pool, cotangent: Node): Node {
  const [x] = node.inputs;
  const { window, stride, low, high, countPadding } = node.attributes;
  const rank = window.length;
  const lead = x.type.shape.length - rank;
  const { dtype } = x.type;
  const taps = window.reduce((product, each) => product * each, 1);
  const [along, moved] = [x.type.shape.slice(lead), cotangent.type.shape.slice(lead)];
  let shares = build.div(cotangent, taps);
  if (!countPadding && [...low, ...high].some((each) => each > 0)) {
    const ones = build.broadcast(build.constant(1, dtype), along, []);
    const part = build.make("pool", [ones], { kind: "average", window, stride, low, high, countPadding: true }); // real elements / taps
    shares = build.div(shares, build.broadcast(part, cotangent.type.shape, range(lead, lead + rank)));
  }
  const maps = build.reshape(shares, [elementCount(x.type.shape.slice(0, lead)), size(1), size(1), ...moved]);
  const kernel = build.broadcast(build.constant(1, dtype), [size(1), size(1), size(1), ...window.map((each) => size(each))], []);
  const spread = build.make("conv", [maps, kernel], {
    stride: window.map(() => 1),
    dilation: window.map(() => 1),
    inputDilation: stride,
    low: window.map((each, axis) => size(each - 1 - low[axis])),
    high: along.map((each, axis) => add(each, negate(dilated(moved[axis], stride[axis])), low[axis])),
  });
  return build.reshape(spread, x.type.shape, x.type.axes);
}

const geometryOf = ({ window, stride, low, high }: Geometry): Geometry => ({ window, stride, low, high });

function geometries(rank: number): readonly { readonly title: string; readonly shape: readonly number[]; readonly geometry: Geometry }[] {
  const all = [
    { title: "2 x 2", shape: [2, 4, 6], geometry: { window: [2, 2], stride: [2, 2], low: [0, 0], high: [0, 0] } },
    { title: "2 x 2 on odd sizes", shape: [5, 3], geometry: { window: [2, 2], stride: [2, 2], low: [0, 0], high: [0, 0] } },
    { title: "3 x 3, stride 2, padding 1", shape: [1, 2, 5, 6], geometry: { window: [3, 3], stride: [2, 2], low: [1, 1], high: [1, 1] } },
    { title: "overlapping, one axis", shape: [2, 7], geometry: { window: [3], stride: [1], low: [1], high: [1] } },
    { title: "window of 1", shape: [2, 3, 3], geometry: { window: [1, 1], stride: [1, 1], low: [0, 0], high: [0, 0] } },
    { title: "window of 1, stride 2", shape: [7], geometry: { window: [1], stride: [2], low: [0], high: [0] } },
    { title: "uneven windows and paddings", shape: [3, 5, 4], geometry: { window: [3, 2], stride: [1, 2], low: [2, 0], high: [0, 1] } },
    { title: "three axes", shape: [1, 3, 4, 3], geometry: { window: [2, 2, 2], stride: [1, 2, 1], low: [0, 1, 0], high: [1, 0, 0] } },
    { title: "the whole map", shape: [2, 2, 3, 3], geometry: { window: [3, 3], stride: [1, 1], low: [0, 0], high: [0, 0] } },
  ];
  return all.filter((each) => each.geometry.window.length <= rank);
}

const docs = {
  window: "Elements of a window along each pooled axis; the pooled axes are the last ones.",
  stride: "How far the window moves.",
  low: "Padding before the first element, less than the window.",
  high: "Padding after the last, less than the window.",
};

export const poolingRows = {
  pool: {
    name: "pool",
    tier: "primitive",
    doc: "The largest element, or the mean, of every window over the last axes. Of equal largest elements the first takes the gradient.",
    source: "ONNX MaxPool-12, AveragePool-19, ceil_mode = 0",
    operands: [{ name: "x", doc: "A float tensor; any number of axes before the pooled ones." }],
    attributes: {
      kind: "`max` or `average`.",
      ...docs,
      countPadding: "Whether a mean divides by the whole window or by its real elements. Padding of a maximum is minus infinity.",
    },
    type(operands, attributes) {
      const wrong = wrongCount(operands, 1);
      if (wrong) return wrong;
      const [x] = operands;
      const pooled = pooledShape(x, attributes);
      return "refused" in pooled ? pooled : accepted(x.dtype, pooled.shape, x.axes, pooled.obligations);
    },
    evaluate: ([x], { kind, countPadding, ...geometry }, shape) => evaluatePool(kind, x.data, x.shape, shape, geometry, countPadding),
    gradient: {
      kind: "rule",
      reads: { operands: [0], result: false },
      rule: (build, node, cotangent) => [
        node.attributes.kind === "average"
          ? averageSlope(build, node, cotangent)
          : build.make("pool_max_gradient", [node.inputs[0], cotangent], geometryOf(node.attributes)),
      ],
    },
    cost: (_, { window }, result) => other(multiply(elementCount(result.shape), ...window)),
    effects: "pure",
    samples: [
      ...geometries(3).flatMap(({ title, shape, geometry }): readonly Sample<"pool">[] => [
        { title: `max, ${title}`, operands: [{ shape }], attributes: { kind: "max", ...geometry, countPadding: false } },
        { title: `average, ${title}`, operands: [{ shape }], attributes: { kind: "average", ...geometry, countPadding: true } },
        { title: `average of real elements, ${title}`, operands: [{ shape }], attributes: { kind: "average", ...geometry, countPadding: false } },
      ]),
    ],
  },
  pool_max_gradient: {
    name: "pool_max_gradient",
    tier: "primitive",
    doc: "The transpose of max pooling: each cotangent goes to the first largest element of its window.",
    source: "XLA SelectAndScatter; in ONNX built from MaxPool-12 with indices",
    operands: [
      { name: "x", doc: "What was pooled." },
      { name: "cotangent", doc: "One number for each window." },
    ],
    attributes: docs,
    type(operands, attributes): TypeResult {
      const wrong = wrongCount(operands, 2);
      if (wrong) return wrong;
      const [x, cotangent] = operands;
      const pooled = pooledShape(x, attributes);
      if ("refused" in pooled) return pooled;
      const expected = { dtype: x.dtype, shape: pooled.shape, axes: unnamed(pooled.shape.length) };
      const same = sameShape(expected, cotangent, "there is one cotangent for each window");
      if (same === undefined || cotangent.dtype !== x.dtype) return refused("needs a cotangent like the pooled tensor");
      return accepted(x.dtype, x.shape, x.axes, [...pooled.obligations, ...same]);
    },
    evaluate: ([x, cotangent], geometry) => evaluatePoolMaxGradient(x.data, cotangent.data, x.shape, cotangent.shape, geometry),
    gradient: { kind: "none", reason: "the second derivative of max pooling is not provided" },
    cost: ([, cotangent], { window }) => other(multiply(elementCount(cotangent.shape), ...window)),
    effects: "pure",
    samples: geometries(3).map(({ title, shape, geometry }) => {
      const lead = shape.length - geometry.window.length;
      const pooled = shape.map((each, axis) => {
        const at = axis - lead;
        return at < 0 ? each : Math.floor((each + geometry.low[at] + geometry.high[at] - geometry.window[at]) / geometry.stride[at]) + 1;
      });
      return { title, operands: [{ shape }, { shape: pooled }], attributes: geometry };
    }),
  },
} satisfies Partial<OperatorTable>;
