/**
 * Gradients that a step gives as what they are made of, where that is much less: of a linear layer over few positions (a sentence) the two matrices whose
 * product it is, of an embedding the rows that its tokens brought. A result of ONNX Runtime is in memory twice when a step ends, so what need not be a
 * result saves twice its size; whoever reads the gradient multiplies or adds, a piece at a time.
 */
import { constant, constantValue } from "../dims/index.ts";
import { createBuilder, type Builder } from "../ir/builder.ts";
import type { Graph, NamedNode, Node, NodeOf } from "../ir/graph.ts";

/** How the gradient of a parameter is given; numbers are row-major, and `whole` is the result `gradient/PATH`. */
export type GradientForm =
  | { readonly kind: "whole" }
  /** The sum over k of left[k, row] · right[k, column]: results `gradient/PATH/left` and `gradient/PATH/right`. */
  | { readonly kind: "product"; readonly rows: number; readonly columns: number }
  /** Zeros, with each of the rows of `gradient/PATH/rows` added at its place in `gradient/PATH/places`; a row has `width` numbers. */
  | { readonly kind: "rows"; readonly count: number; readonly width: number };

export const partName = (name: string, part: "left" | "right" | "rows" | "places"): string => `${name}/${part}`;

/** A gradient of fewer bytes is given whole. */
const WORTH_BYTES = 1e6;
/** The parts have at most this share of its numbers. */
const MOST_SHARE = 0.25;

const sizesOf = ({ type }: Node): readonly number[] => type.shape.map((size) => constantValue(size) ?? NaN);
const countOf = (sizes: readonly number[]): number => sizes.reduce((product, size) => product * size, 1);

/** The graph of a step with thinner results, and the forms of the gradients that are not given whole, by the results' names. Sizes must be numbers for that. */
export function thinGradients(graph: Graph, worthBytes = WORTH_BYTES): { readonly graph: Graph; readonly forms: ReadonlyMap<string, GradientForm> } {
  const forms = new Map<string, GradientForm>();
  const build = createBuilder();
  const outputs = graph.outputs.flatMap((output): readonly NamedNode[] => {
    const whole = countOf(sizesOf(output.node));
    if (!output.name.startsWith("gradient/") || !(4 * whole >= worthBytes)) return [output];
    const node = behindReshapes(output.node);
    const thin = build.within({ location: node.location, path: node.path }, () => (node.operator === "dot" ? factors(build, node, output.name) : node.operator === "scatter_add" ? rows(build, node, output.name) : undefined));
    if (!thin || !(thin.outputs.reduce((sum, part) => sum + countOf(sizesOf(part.node)), 0) <= MOST_SHARE * whole)) return [output];
    forms.set(output.name, thin.form);
    return thin.outputs;
  });
  return { graph: { ...graph, outputs }, forms };
}

interface Thin {
  readonly form: GradientForm;
  readonly outputs: readonly NamedNode[];
}

/** A reshape leaves the numbers in their order. */
const behindReshapes = (node: Node): Node => (node.operator === "reshape" ? behindReshapes(node.inputs[0]) : node);

function factors(build: Builder, { inputs: [left, right], attributes: { batch, contract } }: NodeOf<"dot">, name: string): Thin | undefined {
  if (batch.length > 0) return undefined;
  /** As a matrix: the axes that are summed over, then the others, as they stand in the result. */
  const arranged = (operand: Node, summed: readonly number[]): Node => {
    const others = operand.type.shape.map((_, axis) => axis).filter((axis) => !summed.includes(axis));
    const sizes = sizesOf(operand);
    return build.reshape(build.transpose(operand, [...summed, ...others]), [sized(summed, sizes), sized(others, sizes)].map(constant));
  };
  const [own, other] = [arranged(left, contract.map((pair) => pair[0])), arranged(right, contract.map((pair) => pair[1]))];
  return {
    form: { kind: "product", rows: sizesOf(own)[1], columns: sizesOf(other)[1] },
    outputs: [{ name: partName(name, "left"), node: own }, { name: partName(name, "right"), node: other }],
  };
}

const sized = (axes: readonly number[], sizes: readonly number[]): number => countOf(axes.map((axis) => sizes[axis]));

function rows(build: Builder, { inputs: [updates, index], attributes: { batch, size } }: NodeOf<"scatter_add">, name: string): Thin | undefined {
  const [count, all] = [countOf(sizesOf(index)), countOf(sizesOf(updates))];
  if (batch > 0 || count === 0) return undefined;
  return {
    form: { kind: "rows", count: constantValue(size)!, width: all / count },
    outputs: [{ name: partName(name, "rows"), node: build.reshape(updates, [count, all / count].map(constant)) }, { name: partName(name, "places"), node: build.reshape(index, [constant(count)]) }],
  };
}
