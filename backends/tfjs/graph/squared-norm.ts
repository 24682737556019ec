/**
 * The squared norm of all gradients, which a step graph has as an output: a sum of sums of squares, two nodes for each weight. In a program it is a function
 * of the library over the record of gradients.
 */
import type { Builder } from "../../../compiler/ir/builder.ts";
import type { Graph, Node } from "../../../compiler/ir/graph.ts";
import { leavesOf } from "../functions/flow.ts";

export const squaredNormName = "squared_norm";

/** The graph without that output, if it is what its name says; and its gradients in the order in which the way back makes them: the last layers' first. */
export function withoutSquaredNorm(graph: Graph): Graph | undefined {
  const output = graph.outputs.find(({ name }) => name === squaredNormName);
  const gradients = gradientsOf(graph);
  if (!output || !isSumOfSquares(output.node, gradients)) return undefined;
  const names = new Set(gradients);
  const others = graph.outputs.filter((each) => each !== output);
  return { ...graph, outputs: [...others.filter(({ node }) => !names.has(node)), ...others.filter(({ node }) => names.has(node)).reverse()] };
}

/** The sum of the squares of a graph's gradients as nodes. */
export const squaredNormOf = (build: Builder, graph: Graph): Node => gradientsOf(graph).map((slope) => build.reduce("sum", build.mul(slope, slope), slope.type.shape.map((_, axis) => axis))).reduce((sum, part) => build.add(sum, part));

const gradientsOf = (graph: Graph): readonly Node[] => leavesOf(graph).filter(({ tree }) => tree === "weights").map(({ node }) => node);

/** What moves elements changes no sum of their squares. */
const behindMoves = (node: Node): Node => (node.operator === "reshape" || node.operator === "transpose" ? behindMoves(node.inputs[0]) : node);

function isSumOfSquares(node: Node, wanted: readonly Node[]): boolean {
  const left = wanted.map(behindMoves);
  const stack = [node];
  while (stack.length > 0) {
    const part = stack.pop()!;
    if (part.operator === "add") {
      stack.push(...part.inputs);
      continue;
    }
    const square = part.operator === "reduce" && part.attributes.kind === "sum" && part.attributes.axes.length === part.inputs[0].type.shape.length ? behindMoves(part.inputs[0]) : part;
    const at = square.operator === "mul" && square.inputs[0] === square.inputs[1] ? left.indexOf(behindMoves(square.inputs[0])) : -1;
    if (at < 0 || (square === part && square.type.shape.length > 0)) return false;
    left.splice(at, 1);
  }
  return left.length === 0;
}
