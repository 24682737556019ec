/** `dot`: the normal form of every einsum of two operands. */
import { multiply } from "../dims/index.ts";
import type { Node, NodeOf, ValueType } from "../ir/graph.ts";
import type { Builder } from "../ir/builder.ts";
import { macs } from "./costs.ts";
import { multiplyRows } from "./matrix.ts";
import type { OperatorTable } from "./operator.ts";
import { countOf, permuted } from "./strides.ts";
import { accepted, areAxes, countAlong, elementCount, equalSizes, isFloat, range, refused, wrongCount } from "./typing.ts";

type Pairs = readonly (readonly [number, number])[];

/** The axes of an operand that stand in no pair. */
function freeAxes(rank: number, side: 0 | 1, ...pairs: readonly Pairs[]): readonly number[] {
  const taken = pairs.flat().map((pair) => pair[side]);
  return range(0, rank).filter((axis) => !taken.includes(axis));
}

const isIdentity = (permutation: readonly number[]): boolean => permutation.every((from, to) => from === to);

/**
 * The cotangent of one operand: the contraction of the cotangent g with the other operand over the other's free axes. It can be written g · other or
 * other · g, which differ in the order of the result's axes; the one that needs no transpose is taken, if there is one.
 */
function slopeOf(build: Builder, node: NodeOf<"dot">, cotangent: Node, side: 0 | 1): Node {
  const { batch, contract } = node.attributes;
  const [mine, others] = [side, (1 - side) as 0 | 1];
  const [own, other] = [node.inputs[mine], node.inputs[others]];
  const [ownFree, otherFree] = [freeAxes(own.type.shape.length, mine, batch, contract), freeAxes(other.type.shape.length, others, batch, contract)];
  // where the free axes of the other operand stand in g
  const otherStart = side === 0 ? batch.length + ownFree.length : batch.length;
  const batchPairs = batch.map((pair, i) => [i, pair[others]] as const);
  const contractPairs = otherFree.map((axis, i) => [otherStart + i, axis] as const);
  // what is left of the other operand, as axes of mine, in the order in which they stand there
  const contractedOwn = [...contract].sort((a, b) => a[others] - b[others]).map((pair) => pair[mine]);
  const batchOwn = batch.map((pair) => pair[mine]);
  const orders = { cotangentFirst: [...batchOwn, ...ownFree, ...contractedOwn], otherFirst: [...batchOwn, ...contractedOwn, ...ownFree] };
  const permutationFor = (order: readonly number[]): readonly number[] => range(0, order.length).map((axis) => order.indexOf(axis));
  const swap = (pairs: Pairs): Pairs => pairs.map(([a, b]) => [b, a] as const);
  const otherFirst = !isIdentity(permutationFor(orders.cotangentFirst)) && isIdentity(permutationFor(orders.otherFirst));
  const product = otherFirst
    ? build.dot(other, cotangent, { batch: swap(batchPairs), contract: swap(contractPairs) })
    : build.dot(cotangent, other, { batch: batchPairs, contract: contractPairs });
  return build.transpose(product, permutationFor(otherFirst ? orders.otherFirst : orders.cotangentFirst));
}

function typeOf(operands: readonly ValueType[], { batch, contract }: NodeOf<"dot">["attributes"]) {
  const wrong = wrongCount(operands, 2);
  if (wrong) return wrong;
  const [left, right] = operands;
  if (left.dtype !== right.dtype || !isFloat(left.dtype))
    return refused(`needs two operands of one float type, has ${left.dtype} and ${right.dtype}`);
  const pairs = [...batch, ...contract];
  if (
    !areAxes(
      pairs.map((pair) => pair[0]),
      left.shape.length,
    )
  )
    return refused("names an axis of the left operand twice, or one that does not exist");
  if (
    !areAxes(
      pairs.map((pair) => pair[1]),
      right.shape.length,
    )
  )
    return refused("names an axis of the right operand twice, or one that does not exist");
  const obligations = pairs.flatMap(([a, b]) => equalSizes(left.shape[a], right.shape[b], "paired axes of a contraction have one size"));
  const [leftFree, rightFree] = [freeAxes(left.shape.length, 0, batch, contract), freeAxes(right.shape.length, 1, batch, contract)];
  const shape = [
    ...batch.map((pair) => left.shape[pair[0]]),
    ...leftFree.map((axis) => left.shape[axis]),
    ...rightFree.map((axis) => right.shape[axis]),
  ];
  const axes = [
    ...batch.map((pair) => left.axes[pair[0]] || right.axes[pair[1]]),
    ...leftFree.map((axis) => left.axes[axis]),
    ...rightFree.map((axis) => right.axes[axis]),
  ];
  return accepted(left.dtype, shape, axes, obligations);
}

export const contractionRows = {
  dot: {
    name: "dot",
    tier: "primitive",
    doc: "Sums products over pairs of axes. Axes of the result: the batch pairs, then what is left of the left operand, then of the right.",
    source: "ONNX MatMul-13, Gemm-13; DotGeneral of XLA",
    operands: [
      { name: "left", doc: "A float tensor." },
      { name: "right", doc: "A tensor of the same element type." },
    ],
    attributes: { batch: "Pairs of axes that stand side by side in the result.", contract: "Pairs of axes that are summed over." },
    type: typeOf,
    evaluate([left, right], { batch, contract }, shape) {
      const [leftFree, rightFree] = [freeAxes(left.shape.length, 0, batch, contract), freeAxes(right.shape.length, 1, batch, contract)];
      const a = permuted(left.data, left.shape, [...batch.map((pair) => pair[0]), ...leftFree, ...contract.map((pair) => pair[0])]);
      const b = permuted(right.data, right.shape, [...batch.map((pair) => pair[1]), ...rightFree, ...contract.map((pair) => pair[1])]);
      const sizeOf = (sizes: readonly number[], axes: readonly number[]): number => countOf(axes.map((axis) => sizes[axis]));
      const repeats = sizeOf(
        left.shape,
        batch.map((pair) => pair[0]),
      );
      const depth = sizeOf(
        left.shape,
        contract.map((pair) => pair[0]),
      );
      const [rows, columns] = [sizeOf(left.shape, leftFree), sizeOf(right.shape, rightFree)];
      const result = new Float64Array(countOf(shape));
      for (let i = 0; i < repeats; i++)
        multiplyRows(rows, columns, depth, a, i * rows * depth, b, i * columns * depth, result, i * rows * columns, columns);
      return result;
    },
    gradient: {
      kind: "rule",
      reads: { operands: [0, 1], result: false },
      rule: (build, node, cotangent, needed) => [
        needed[0] ? slopeOf(build, node, cotangent, 0) : undefined,
        needed[1] ? slopeOf(build, node, cotangent, 1) : undefined,
      ],
    },
    cost: ([left], { contract }, result) =>
      macs(
        multiply(
          elementCount(result.shape),
          countAlong(
            left,
            contract.map((pair) => pair[0]),
          ),
        ),
      ),
    effects: "pure",
    samples: [
      { title: "matrices", operands: [{ shape: [2, 3] }, { shape: [3, 5] }], attributes: { batch: [], contract: [[1, 0]] } },
      { title: "weight [out, in]", operands: [{ shape: [2, 3, 4] }, { shape: [5, 4] }], attributes: { batch: [], contract: [[2, 1]] } },
      { title: "contracted axis in the middle", operands: [{ shape: [2, 4, 3] }, { shape: [5, 4] }], attributes: { batch: [], contract: [[1, 1]] } },
      {
        title: "heads of an attention",
        operands: [{ shape: [2, 2, 3, 4] }, { shape: [2, 2, 5, 4] }],
        attributes: {
          batch: [
            [0, 0],
            [1, 1],
          ],
          contract: [[3, 3]],
        },
      },
      {
        title: "batch axes in different places",
        operands: [{ shape: [3, 2, 4] }, { shape: [4, 5, 2] }],
        attributes: { batch: [[1, 2]], contract: [[2, 0]] },
      },
      {
        title: "two contracted axes, crossed",
        operands: [{ shape: [2, 3, 4] }, { shape: [4, 3, 5] }],
        attributes: {
          batch: [],
          contract: [
            [1, 1],
            [2, 0],
          ],
        },
      },
      { title: "an outer product", operands: [{ shape: [2] }, { shape: [3, 2] }], attributes: { batch: [], contract: [] } },
      { title: "an inner product", operands: [{ shape: [7] }, { shape: [7] }], attributes: { batch: [], contract: [[0, 0]] } },
      { title: "element by element", operands: [{ shape: [3] }, { shape: [3] }], attributes: { batch: [[0, 0]], contract: [] } },
      { title: "axes of 1", operands: [{ shape: [1, 1] }, { shape: [1, 1, 1] }], attributes: { batch: [[0, 0]], contract: [[1, 2]] } },
    ],
  },
} satisfies Partial<OperatorTable>;
