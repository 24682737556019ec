/**
 * The gradient of an embedding as the rows that its tokens brought: of a sentence's two dozen words they are a few thousandths of the table. A step then gives
 * no array of the table's size, and none is summed for the norm of all gradients; whoever reads the gradient adds the rows, a piece at a time.
 */
import { constant, constantValue } from "../dims/index.ts";
import { createBuilder, type Builder } from "../ir/builder.ts";
import type { Graph, NamedNode, Node, NodeOf } from "../ir/graph.ts";
import { rewrite } from "../passes/rewrite.ts";

/** How the gradient of a parameter is given; numbers are row-major, and `whole` is the result `gradient/PATH`. */
export type GradientForm =
  | { readonly kind: "whole" }
  /** Zeros, with each of the rows of `gradient/PATH/rows` added at its place in `gradient/PATH/places`; a row has `width` numbers. */
  | { readonly kind: "rows"; readonly count: number; readonly width: number };

export const partName = (name: string, part: "rows" | "places"): string => `${name}/${part}`;

/** A gradient of fewer bytes is given whole. */
const WORTH_BYTES = 1e6;
/** The rows have at most this share of its numbers. */
const MOST_SHARE = 0.25;

const sizesOf = ({ type }: Node): readonly number[] => type.shape.map((size) => constantValue(size) ?? NaN);
const countOf = (sizes: readonly number[]): number => sizes.reduce((product, size) => product * size, 1);

/** The graph of a step with thinner results, and the forms of the gradients that are not given whole, by the results' names. Sizes must be numbers for that. */
export function thinGradients(graph: Graph, worthBytes = WORTH_BYTES): { readonly graph: Graph; readonly forms: ReadonlyMap<string, GradientForm> } {
  const thin = new Map(graph.outputs.flatMap(({ name, node }) => {
    const rows = name.startsWith("gradient/") && 4 * countOf(sizesOf(node)) >= worthBytes ? rowsOf(node) : undefined;
    return rows ? [[name, rows] as const] : [];
  }));
  if (thin.size === 0) return { graph, forms: new Map() };
  const build = createBuilder();
  const outputs = graph.outputs.flatMap((output): readonly NamedNode[] => {
    const rows = thin.get(output.name);
    return rows ? build.within({ location: rows.node.location, path: rows.node.path }, () => parts(build, rows, output.name)) : [output];
  });
  const byNode = new Map([...thin.values()].map((rows) => [rows.node as Node, rows]));
  const withoutNorms = rewrite({ ...graph, outputs }, "thin_gradients", (node, { build: here }) => {
    const rows = byNode.get(squared(node)!);
    return rows && squaredNorm(here, rows);
  });
  return { graph: { ...withoutNorms, parameters: graph.parameters, states: graph.states }, forms: new Map([...thin].map(([name, { count, width }]) => [name, { kind: "rows", count, width }])) };
}

interface Rows {
  readonly node: NodeOf<"scatter_add">;
  /** Rows of the whole gradient, numbers of one, and how many were brought. */
  readonly count: number;
  readonly width: number;
  readonly brought: number;
}

/** A reshape leaves the numbers in their order. */
const behindReshapes = (node: Node): Node => (node.operator === "reshape" ? behindReshapes(node.inputs[0]) : node);

function rowsOf(gradient: Node): Rows | undefined {
  const node = behindReshapes(gradient);
  if (node.operator !== "scatter_add" || node.attributes.batch > 0) return undefined;
  const [all, brought] = [countOf(sizesOf(node.inputs[0])), countOf(sizesOf(node.inputs[1]))];
  const [count, width] = [constantValue(node.attributes.size) ?? NaN, all / brought];
  return all <= MOST_SHARE * count * width && brought ** 2 <= count * width ? { node, count, width, brought } : undefined;
}

const rowsAndPlaces = (build: Builder, { node: { inputs: [updates, index] }, brought, width }: Rows): readonly [Node, Node] => [build.reshape(updates, [brought, width].map(constant)), build.reshape(index, [constant(brought)])];

function parts(build: Builder, rows: Rows, name: string): readonly NamedNode[] {
  const [values, places] = rowsAndPlaces(build, rows);
  return [{ name: partName(name, "rows"), node: values }, { name: partName(name, "places"), node: places }];
}

/** The gradient of which a node is the sum of squares. */
function squared(node: Node): Node | undefined {
  if (node.operator !== "reduce" || node.attributes.kind !== "sum" || node.type.shape.length > 0) return undefined;
  const [product] = node.inputs;
  return product.operator === "mul" && product.inputs[0] === product.inputs[1] ? behindReshapes(product.inputs[0]) : undefined;
}

/** Rows of one place are added before they are squared: the sum of row i · row j over all pairs of one place. */
function squaredNorm(build: Builder, rows: Rows): Node {
  const [values, places] = rowsAndPlaces(build, rows);
  const square = [rows.brought, rows.brought].map(constant);
  const isOnePlace = build.equal(build.broadcast(places, square, [0]), build.broadcast(places, square, [1]));
  const products = build.dot(values, values, { batch: [], contract: [[1, 1]] });
  return build.reduce("sum", build.select(isOnePlace, products, 0), [0, 1]);
}
