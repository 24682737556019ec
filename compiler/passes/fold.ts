/**
 * Constant folding. What is made of constants alone, with sizes that are numbers, is evaluated once, by the reference, all of it in one run, so that
 * intermediate tables are dropped as soon as they were read. Results are rounded to single precision where the type is no wider: then every backend
 * starts from the same bits. A value that is repeated stays a broadcast, and a table that would be too large stays a computation.
 */
import { constantValue, variablesOf } from "../dims/index.ts";
import type { Size } from "../dims/index.ts";
import { interpret } from "../interpreter.ts";
import type { Builder } from "../ir/builder.ts";
import type { Graph, Node, TensorData } from "../ir/graph.ts";
import { rootsOf, topologicalOrder } from "../ir/graph.ts";
import { operatorOf } from "../operators/table.ts";
import type { Pass } from "./pass.ts";
import { rewrite } from "./rewrite.ts";
import { isUniform } from "./uniform.ts";

const NAME = "fold";

/** Elements of the largest table that is computed at compile time: 2^24, 64 MiB of single precision. */
const MOST_ELEMENTS = 16_777_216;

/** Values of constant nodes that something else reads. */
export function constantValues(graph: Graph): ReadonlyMap<Node, TensorData> {
  const roots = rootsOf(graph);
  const order = topologicalOrder(roots);
  const constants = new Set<Node>();
  for (const node of order) if (isComputable(node) && node.inputs.every((input) => constants.has(input))) constants.add(node);
  const wanted = new Set<Node>();
  /** The value itself, or for one that is only repeated what is repeated. */
  const want = (node: Node): void => {
    if (!constants.has(node) || node.operator === "constant") return;
    if (node.operator === "broadcast") want(node.inputs[0]);
    else wanted.add(node);
  };
  roots.forEach(want);
  for (const node of order) if (!constants.has(node)) node.inputs.forEach(want);
  const targets = order.filter((node) => wanted.has(node));
  const values = interpret(targets, { inputs: new Map(), parameters: new Map() });
  return new Map(targets.map((node, i) => [node, rounded(values[i])]));
}

function isComputable(node: Node): boolean {
  if (operatorOf(node.operator).effects !== "pure") return false;
  let elements = 1;
  for (const size of node.type.shape) {
    const value = constantValue(size);
    if (value === undefined) return false;
    elements *= value;
  }
  return elements <= MOST_ELEMENTS && !hasVariable(node.attributes);
}

/** Whether an attribute holds a size that is not a number. */
function hasVariable(value: unknown): boolean {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return false;
  if (Array.isArray(value)) return value.some(hasVariable);
  if ("terms" in value && "id" in value) return variablesOf(value as Size).length > 0;
  return Object.values(value).some(hasVariable);
}

function rounded(value: TensorData): TensorData {
  switch (value.dtype) {
    case "f64":
    case "i32":
    case "bool":
      return value;
    case "f32":
    case "f16":
    case "bf16":
      return { ...value, data: value.data.map(Math.fround) };
  }
}

/** A literal of the node's type: one number repeated where all of them are the same. */
function literal(build: Builder, { type }: Node, value: TensorData): Node {
  if (type.shape.length > 0 && isUniform(value.data)) return build.broadcast(build.constant(value.data[0], type.dtype), type.shape, [], type.axes);
  return build.tensor(value, type.axes);
}

export const fold: Pass = {
  name: NAME,
  stage: "always",
  run(graph) {
    const values = constantValues(graph);
    if (values.size === 0) return graph;
    return rewrite(graph, NAME, (node, { build }, original) => {
      const value = node.operator === "constant" || node.operator === "broadcast" ? undefined : values.get(original);
      if (value) return literal(build, node, value);
      const uniform = node.operator === "constant" && node.type.shape.length > 0 && isUniform(node.attributes.value.data);
      return uniform ? literal(build, node, node.attributes.value) : undefined;
    });
  },
  doc: "Evaluates what is made of constants alone: masks, positions, interpolation tables.",
};
