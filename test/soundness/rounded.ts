/**
 * A graph interpreted as single precision would have it: every node's numbers are rounded before the next reads them. How far this moves a result says
 * how much of it is rounding, cancellation within the graph included.
 */
import { interpret } from "../../compiler/interpreter.ts";
import { topologicalOrder, type Node, type TensorData } from "../../compiler/ir/graph.ts";

export interface RoundedFeeds {
  readonly inputs: ReadonlyMap<string, TensorData>;
  readonly parameters: ReadonlyMap<string, TensorData>;
  readonly sizes: ReadonlyMap<string, number>;
}

const rounded = (tensor: TensorData): TensorData => (tensor.dtype === "f32" ? { ...tensor, data: tensor.data.map(Math.fround) } : tensor);

/** An input that stands for the result of a node. */
function standIn(node: Node): Node {
  return { ...node, operator: "input", inputs: [], attributes: { name: `node ${node.id}`, shape: node.type.shape, dtype: node.type.dtype } } as Node;
}

export function roundedResult(root: Node, { inputs, parameters, sizes }: RoundedFeeds): TensorData {
  const values = new Map<Node, TensorData>();
  const standIns = new Map<Node, Node>();
  const stand = (node: Node): Node => {
    if (!standIns.has(node)) standIns.set(node, standIn(node));
    return standIns.get(node)!;
  };
  for (const node of topologicalOrder([root])) {
    const operands = new Map(node.inputs.map((input) => [`node ${input.id}`, values.get(input)!]));
    const alone = node.inputs.length > 0 ? ({ ...node, inputs: node.inputs.map(stand) } as Node) : node;
    values.set(node, rounded(interpret([alone], { inputs: node.inputs.length > 0 ? operands : inputs, parameters, sizes })[0]));
  }
  return values.get(root)!;
}
