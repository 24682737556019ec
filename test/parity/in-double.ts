/** A graph whose single-precision numbers are double ones, so that what a pass rounds to single precision does not hide what it changes. */
import { createBuilder } from "../../compiler/ir/builder.ts";
import { rootsOf, topologicalOrder, type Dtype, type Graph, type Node, type NodeOf, type OperatorName } from "../../compiler/ir/graph.ts";

const wide = (dtype: Dtype): Dtype => (dtype === "f32" ? "f64" : dtype);

export function inDouble(graph: Graph): Graph {
  const build = createBuilder();
  const made = new Map<Node, Node>();
  const again = (node: Node): Node => {
    const known = made.get(node);
    if (known) return known;
    const inputs = node.inputs.map(again);
    const own = build.within({ location: node.location, path: node.path }, () => build.make<OperatorName>(node.operator, inputs, attributesOf(node), node.type.axes));
    made.set(node, own);
    return own;
  };
  for (const node of topologicalOrder(rootsOf(graph))) again(node);
  const all = <Kind extends Node>(nodes: readonly Kind[]): readonly Kind[] => nodes.map((node) => again(node) as Kind);
  const named = ({ name, node }: Graph["outputs"][number]): Graph["outputs"][number] => ({ name, node: again(node) });
  return { ...graph, inputs: all(graph.inputs), parameters: all(graph.parameters), states: all(graph.states), outputs: graph.outputs.map(named), updates: graph.updates.map(named) };
}

function attributesOf(node: Node): Node["attributes"] {
  const { attributes } = node as NodeOf<OperatorName>;
  if ("dtype" in attributes) return { ...attributes, dtype: wide(attributes.dtype) };
  if ("to" in attributes && typeof attributes.to === "string") return { ...attributes, to: wide(attributes.to as Dtype) } as Node["attributes"];
  if ("value" in attributes && typeof attributes.value === "object") return { ...attributes, value: { ...attributes.value, dtype: wide(attributes.value.dtype) } } as Node["attributes"];
  return attributes;
}
