/**
 * dot as MatMul. The axes of the result fall into three runs: a prefix that both operands share (or that one lacks, and MatMul repeats it), the rows
 * of one operand, the columns of the other. Which operand gives the columns is decided by the order in which the result is wanted, so that most
 * contractions need no transpose of their result, and a weight is transposed at build time.
 */
import { constantValue } from "../../../compiler/dims/index.ts";
import type { Size } from "../../../compiler/dims/index.ts";
import type { NodeOf } from "../../../compiler/ir/graph.ts";
import { productOf } from "../emitter.ts";
import type { Emitter } from "../emitter.ts";
import type { Lowerings } from "../lowering.ts";
import type { Value } from "../value.ts";
import { axesOf, isIdentity, ones } from "./axes.ts";
import { lowerPointwise } from "./pointwise.ts";

/** An axis of the result: where it stands in the operands that have it. */
export interface Label {
  readonly left: number | undefined;
  readonly right: number | undefined;
  readonly size: Size;
}

type Pair = readonly [number, number];

/** Below so many columns, one large product and a transpose beat a product per sample. */
const FEW_COLUMNS = 64;

/** The axes of the result in the natural order: batch pairs, free axes of the left, free axes of the right. */
export function labelsOf({ batch, contract }: NodeOf<"dot">["attributes"], left: Value, right: Value): readonly Label[] {
  const free = (operand: Value, side: 0 | 1): readonly number[] => {
    const taken = [...batch, ...contract].map((pair) => pair[side]);
    return axesOf(operand.type.shape.length).filter((axis) => !taken.includes(axis));
  };
  return [
    ...batch.map(([a, b]) => ({ left: a, right: b, size: left.type.shape[a] })),
    ...free(left, 0).map((axis) => ({ left: axis, right: undefined, size: left.type.shape[axis] })),
    ...free(right, 1).map((axis) => ({ left: undefined, right: axis, size: right.type.shape[axis] })),
  ];
}

/** A contraction with the axes of its result in another order: axis i is axis order[i] of the natural result. */
export function lowerDot(emit: Emitter, node: NodeOf<"dot">, [left, right]: readonly Value[], order?: readonly number[]): Value {
  const labels = labelsOf(node.attributes, left, right);
  const wanted = order ? order.map((axis) => labels[axis]) : labels;
  const { contract } = node.attributes;
  if (contract.length === 0) return emit.elementwise("Mul", [standing(emit, left, wanted, "left"), standing(emit, right, wanted, "right")]);
  return lowerPointwise(emit, wanted, contract, left, right) ?? lowerProduct(emit, wanted, contract, left, right);
}

/** An operand with its axes where the result has them, and axes of 1 elsewhere. */
function standing(emit: Emitter, x: Value, labels: readonly Label[], side: "left" | "right"): Value {
  const axes = labels.flatMap((label) => label[side] ?? []);
  return emit.reshape(
    emit.transpose(x, axes),
    labels.map((label) => (label[side] === undefined ? ones(1)[0] : label.size)),
  );
}

/** How the axes of the result are divided. */
interface Arrangement {
  readonly prefix: readonly Label[];
  readonly rows: readonly Label[];
  readonly columns: readonly Label[];
  readonly columnSide: "left" | "right";
}

const otherSide = { left: "right", right: "left" } as const;

const isFreeIn = (label: Label, side: "left" | "right"): boolean => label[side] !== undefined && label[otherSide[side]] === undefined;

/** The division that gives the wanted order as it stands, if there is a good one. */
function direct(wanted: readonly Label[]): Arrangement | undefined {
  const last = wanted.at(-1);
  if (!last || (last.left !== undefined && last.right !== undefined)) return undefined;
  const columnSide = last.right !== undefined ? "right" : "left";
  const rowSide = otherSide[columnSide];
  let firstColumn = wanted.length;
  while (firstColumn > 0 && isFreeIn(wanted[firstColumn - 1], columnSide)) firstColumn--;
  let firstRow = firstColumn;
  while (firstRow > 0 && isFreeIn(wanted[firstRow - 1], rowSide)) firstRow--;
  const [prefix, rows, columns] = [wanted.slice(0, firstRow), wanted.slice(firstRow, firstColumn), wanted.slice(firstColumn)];
  const repeated = prefix.filter((label) => label.left === undefined || label.right === undefined);
  if (repeated.length > 0) {
    const count = constantValue(productOf(columns.map((label) => label.size)));
    if (repeated.some((label) => isFreeIn(label, rowSide)) || rows.length === 0 || (count !== undefined && count < FEW_COLUMNS)) return undefined;
  }
  return { prefix, rows, columns, columnSide };
}

/** The division by batch, left and right, whatever is wanted. */
function natural(wanted: readonly Label[]): Arrangement {
  const prefix = wanted.filter((label) => label.left !== undefined && label.right !== undefined);
  const rows = wanted.filter((label) => isFreeIn(label, "left"));
  const columns = wanted.filter((label) => isFreeIn(label, "right"));
  return { prefix, rows, columns, columnSide: "right" };
}

function lowerProduct(emit: Emitter, wanted: readonly Label[], contract: readonly Pair[], left: Value, right: Value): Value {
  const { prefix, rows, columns, columnSide } = direct(wanted) ?? natural(wanted);
  const rowSide = otherSide[columnSide];
  const operands = { left, right };
  // The order of the summed axes is that of the operand that is computed; the other one is mostly a weight.
  const guide = left.kind === "constant" ? 1 : 0;
  const summed = [...contract].sort((a, b) => a[guide] - b[guide]).map(([a, b]) => ({ left: a, right: b }));
  const axesIn = (labels: readonly Label[], side: "left" | "right"): readonly number[] => labels.flatMap((label) => label[side] ?? []);
  const depth = (side: "left" | "right"): readonly number[] => summed.map((pair) => pair[side]);
  const groups = (side: "left" | "right"): readonly (readonly number[])[] => prefix.map((label) => axesIn([label], side));
  // Rows stay apart where the columns come from one matrix: MatMul takes any number of them.
  const rowGroups = prefix.length === 0 && rows.length > 0 ? rows.map((label) => axesIn([label], rowSide)) : [axesIn(rows, rowSide)];
  const a = grouped(emit, operands[rowSide], [...groups(rowSide), ...rowGroups, depth(rowSide)]);
  const b = grouped(emit, operands[columnSide], [...groups(columnSide), depth(columnSide), axesIn(columns, columnSide)]);
  const made = [...prefix, ...rows, ...columns];
  const product = emit.reshape(
    emit.matmul(a, b),
    made.map((label) => label.size),
  );
  return emit.transpose(
    product,
    wanted.map((label) => made.indexOf(label)),
  );
}

/**
 * An operand with each group of axes as one axis; an empty group is an axis of 1. Where every group is a run of neighbours the reshape comes
 * first and fewer axes are transposed: what remains is often the transposed matrix that ONNX Runtime's product reads as it lies.
 */
export function grouped(emit: Emitter, x: Value, groups: readonly (readonly number[])[]): Value {
  const { shape } = x.type;
  const sizeOf = (group: readonly number[]): Size => productOf(group.map((axis) => shape[axis]));
  const filled = groups.filter((group) => group.length > 0);
  const areRuns = filled.every((group) => group.every((axis, i) => i === 0 || axis === group[i - 1] + 1));
  if (!areRuns) return emit.reshape(emit.transpose(x, groups.flat()), groups.map(sizeOf));
  const inPlace = [...filled].sort((a, b) => a[0] - b[0]);
  const joined = emit.reshape(x, inPlace.map(sizeOf));
  const permutation = filled.map((group) => inPlace.indexOf(group));
  const turned = isIdentity(permutation) ? joined : emit.transpose(joined, permutation);
  return emit.reshape(turned, groups.map(sizeOf));
}

export const contractionLowerings = {
  dot: ({ emit }, node, operands) => lowerDot(emit, node, operands),
} satisfies Partial<Lowerings>;
