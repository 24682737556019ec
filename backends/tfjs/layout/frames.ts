/**
 * Which axes of an operator's operands and result are the same. An operator has a frame of axes; each axis of a value covers some of them, in the order
 * in which they lie, and one of size 1 covers none, since it may lie anywhere. An order of the frame then says how each value lies: that is how a
 * change of layout at one value spreads to others, and what a reshape makes of it.
 */
import { constantValue, multiply, type Size } from "../../../compiler/dims/index.ts";
import type { Node, OperatorName } from "../../../compiler/ir/graph.ts";

/** For each axis of a value the axes of the frame that it covers. */
export type Places = readonly (readonly number[])[];

/** Axes of a value in the order in which they lie, without those of size 1. */
export type Order = readonly number[];

export interface Frame {
  /** Undefined: an operand whose axes have to lie as in the graph. */
  readonly operands: readonly (Places | undefined)[];
  readonly result: Places;
}

export const isSingle = (size: Size): boolean => constantValue(size) === 1;

const graphOrders = new WeakMap<Node, Order>();

/** The order in which a value lies in the graph. */
export function orderInGraph(node: Node): Order {
  let order = graphOrders.get(node);
  if (order === undefined) graphOrders.set(node, (order = node.type.shape.flatMap((size, axis) => (isSingle(size) ? [] : [axis]))));
  return order;
}

export const isSameOrder = (a: Order, b: Order): boolean => a.length === b.length && a.every((axis, i) => axis === b[i]);

/** All axes of a value in an order of those that are longer than 1: the others stay where they are. */
export function wholeOrder(node: Node, order: Order): readonly number[] {
  let next = 0;
  return node.type.shape.map((size, axis) => (isSingle(size) ? axis : order[next++]));
}

/** Operators of which each element is made of the elements at its place. */
const elementwise: ReadonlySet<OperatorName> = new Set<OperatorName>([
  "neg", "abs", "sign", "exp", "expm1", "log", "log1p", "sqrt", "rsqrt", "sin", "cos", "tanh", "sigmoid", "erf", "floor", "not", "is_finite", "stop_gradient", "cast",
  "add", "sub", "mul", "div", "pow", "rem", "max", "min", "less", "less_equal", "equal", "and", "or", "select", "relu", "gelu", "quick_gelu", "silu", "softplus", "leaky_relu", "activation_gradient",
]);
export const isElementwise = ({ operator }: Node): boolean => elementwise.has(operator);

/** Operators whose operands have the axes of the result, of sizes of their own. */
const alike: ReadonlySet<OperatorName> = new Set<OperatorName>([...elementwise, "iota", "slice", "pad", "reverse", "concat", "cumsum", "softmax", "log_softmax", "softmax_gradient", "resize", "pool", "pool_max_gradient"]);

const places = (shape: readonly Size[], at: (axis: number) => number = (axis) => axis): Places => shape.map((size, axis) => (isSingle(size) ? [] : [at(axis)]));

/** The frame of a node; undefined where operands and result have nothing to do with each other, or the operator has a layout of its own. */
export function frameOf(node: Node): Frame | undefined {
  const shapes = node.inputs.map((input) => input.type.shape);
  const result = node.type.shape;
  if (alike.has(node.operator)) return { operands: shapes.map((shape) => places(shape)), result: places(result) };
  switch (node.operator) {
    case "layer_norm":
    case "batch_norm":
      return { operands: maps(shapes, 0), result: places(result) };
    case "layer_norm_gradient":
      return { operands: maps(shapes, 0, 2), result: places(result) };
    case "batch_norm_gradient":
      return { operands: maps(shapes, 0, 4), result: places(result) };
    case "layer_norm_scale_gradient":
      return { operands: maps(shapes, 0, 1), result: places(result, () => node.attributes.axis) };
    case "batch_norm_scale_gradient":
      return { operands: maps(shapes, 0, 3), result: places(result, () => node.attributes.axis) };
    case "broadcast":
      return { operands: [places(shapes[0], (axis) => node.attributes.positions[axis])], result: places(result) };
    case "transpose":
      return { operands: [places(shapes[0])], result: places(result, (axis) => node.attributes.permutation[axis]) };
    case "reduce":
      return withoutAxes(shapes[0], node.attributes.axes, result);
    case "argmax":
      return withoutAxes(shapes[0], [node.attributes.axis], result);
    case "reshape":
      return reshaped(shapes[0], result);
    default:
      return undefined;
  }
}

/** Of operands that are maps or vectors, the maps. */
const maps = (shapes: readonly (readonly Size[])[], ...which: readonly number[]): Frame["operands"] => shapes.map((shape, operand) => (which.includes(operand) ? places(shape) : undefined));

function withoutAxes(shape: readonly Size[], axes: readonly number[], result: readonly Size[]): Frame {
  const left = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  return { operands: [places(shape)], result: places(result, (axis) => left[axis]) };
}

/** Axes that are joined or split: groups of axes with the same number of elements. */
function reshaped(from: readonly Size[], to: readonly Size[]): Frame | undefined {
  const [left, right] = [from, to].map((shape) => shape.flatMap((size, axis) => (isSingle(size) ? [] : [axis])));
  const operand: number[][] = from.map(() => []);
  const result: number[][] = to.map(() => []);
  let count = 0;
  for (let [i, j] = [0, 0]; i < left.length || j < right.length; ) {
    if (i >= left.length || j >= right.length) return undefined;
    const joined = upTo(from, left, i, to[right[j]]);
    const split = upTo(to, right, j, from[left[i]]);
    if (joined !== undefined) {
      for (; i < joined; i++) (operand[left[i]].push(count), result[right[j]].push(count++));
      j++;
    } else if (split !== undefined) {
      for (; j < split; j++) (operand[left[i]].push(count), result[right[j]].push(count++));
      i++;
    } else return undefined;
  }
  return { operands: [operand], result };
}

/** One behind the last of the axes from `start` on whose sizes have a product; undefined where none has. */
function upTo(shape: readonly Size[], axes: readonly number[], start: number, wanted: Size): number | undefined {
  let product: Size | undefined;
  for (let at = start; at < axes.length; at++) {
    product = product === undefined ? shape[axes[at]] : multiply(product, shape[axes[at]]);
    if (product === wanted) return at + 1;
  }
  return undefined;
}

/** The axes of the frame in the order in which a value of this order has them. */
export const spread = (order: Order, covered: Places): readonly number[] => order.flatMap((axis) => covered[axis]);

/** The order of a value in a frame of this order; undefined where one of its axes covers what does not lie together. Axes of the frame that it lacks are left out. */
export function gathered(frame: readonly number[], covered: Places): Order | undefined {
  const own = new Set(covered.flat());
  const lying = frame.filter((axis) => own.has(axis));
  const order: number[] = [];
  for (let at = 0; at < lying.length; ) {
    const axis = covered.findIndex((list) => list[0] === lying[at]);
    if (axis < 0 || !covered[axis].every((each, i) => lying[at + i] === each)) return undefined;
    order.push(axis);
    at += covered[axis].length;
  }
  return order;
}
