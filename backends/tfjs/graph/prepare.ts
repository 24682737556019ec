/**
 * What is made of a graph before it is written. Random numbers that a step graph is given are drawn where they are used: a program has a generator of its own,
 * and functions are not handed them through all blocks. What is the same for all kernels of a convolution is written the same for all of them. Then values
 * get their layouts.
 */
import { constantValue } from "../../../compiler/dims/index.ts";
import { createBuilder, type Builder } from "../../../compiler/ir/builder.ts";
import { isFloat } from "../../../compiler/operators/typing.ts";
import type { Graph, Node } from "../../../compiler/ir/graph.ts";
import { rewrite } from "../../../compiler/passes/rewrite.ts";
import { layOut } from "../layout/index.ts";
import { withAbsentMasks } from "./masks.ts";
import { aroundOf, blocksOf } from "../functions/places.ts";
import { slopesByBlocks } from "./slope-sums.ts";
import { squaredNormName, squaredNormOf, withoutSquaredNorm } from "./squared-norm.ts";
import { viewsByBlocks } from "./views.ts";
import type { RandomInput } from "../../../compiler/training/step.ts";

/** `random`: inputs that become random nodes. */
export function prepared(graph: Graph, random: readonly RandomInput[]): Graph {
  const drawn = new Map(random.map((each) => [each.name, each]));
  const rewritten = rewrite(graph, "tfjs", (node, { build }) => {
    if (node.operator === "input") {
      const own = drawn.get(node.attributes.name);
      return own && build.make("random", [], { distribution: own.distribution, key: own.key, shape: node.attributes.shape }, node.type.axes);
    }
    if (node.operator === "mul") return withOneFactor(node, build);
    // A kernel turned round along all axes along which it slides, also where it has one element there.
    if (node.operator !== "reverse" || node.type.shape.length < 4 || node.attributes.axes.some((axis) => axis < 3)) return undefined;
    const axes = node.type.shape.map((_, axis) => axis).filter((axis) => axis >= 3 && (node.attributes.axes.includes(axis) || constantValue(node.type.shape[axis]) === 1));
    return axes.length > node.attributes.axes.length ? build.make("reverse", [node.inputs[0]], { axes }) : undefined;
  });
  const laid = laidOut(rewritten);
  const around = aroundOf(laid, blocksOf(laid));
  const summed = withAbsentMasks(slopesByBlocks(viewsByBlocks(laid, around), around));
  return { ...summed, inputs: rewritten.inputs.filter(({ attributes }) => !drawn.has(attributes.name)) };
}

/** A value times two numbers is the value times one: so instances of which one number is 1 are written alike. */
function withOneFactor(node: Node, build: Builder): Node | undefined {
  const [outer, product] = [factorOf(node), node.inputs.find((input) => input.operator === "mul")];
  const inner = product && factorOf(product);
  if (!outer || !inner || outer.of !== product) return undefined;
  return build.mul(build.constant(outer.factor * inner.factor, node.type.dtype), inner.of);
}

/** A product of a value and a number. */
function factorOf(node: Node): { readonly of: Node; readonly factor: number } | undefined {
  if (node.operator !== "mul" || !isFloat(node.type.dtype)) return undefined;
  const factors = node.inputs.map(numberOf);
  const at = factors.findIndex((factor) => factor !== undefined);
  return at < 0 ? undefined : { of: node.inputs[1 - at], factor: factors[at]! };
}

/** A number that is repeated, or stands alone. */
const numberOf = (node: Node): number | undefined => (node.operator === "broadcast" ? numberOf(node.inputs[0]) : node.operator === "constant" && node.attributes.value.data.length === 1 ? node.attributes.value.data[0] : undefined);

/** The norm of the gradients reads all of them as the program gives them, and is no reason to hold them otherwise: it is made anew of them. */
function laidOut(graph: Graph): Graph {
  if (!withoutSquaredNorm(graph)) return layOut(graph).graph;
  const laid = layOut({ ...graph, outputs: graph.outputs.filter(({ name }) => name !== squaredNormName) }).graph;
  const build = createBuilder();
  const outputs = graph.outputs.map(({ name, node }) => {
    if (name !== squaredNormName) return laid.outputs.find((each) => each.name === name)!;
    const { location, path } = node;
    return { name, node: build.within({ location, path }, () => squaredNormOf(build, laid)) };
  });
  return { ...laid, outputs };
}
