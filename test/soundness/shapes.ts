/** The shapes that a graph really has, by each operator's rule on plain numbers: for graphs that are too large to be interpreted. */
import { constant, evaluate, type Size } from "../../compiler/dims/index.ts";
import { topologicalOrder, type AttributeTable, type Node, type ValueType } from "../../compiler/ir/graph.ts";
import { operatorOf } from "../../compiler/operators/table.ts";

const isSize = (value: object): value is Size => "terms" in value && "id" in value;

/** Throws where an operand does not fit, or a shape is not the predicted one. */
export function shapesOf(roots: readonly Node[], sizes: ReadonlyMap<string, number>): ReadonlyMap<Node, readonly number[]> {
  const known = (size: Size): number => {
    const value = evaluate(size, sizes);
    if (value === undefined) throw new Error("a size is not known");
    return Number(value);
  };
  const numbers = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
    if (Array.isArray(value)) return value.map(numbers);
    return isSize(value) ? constant(known(value)) : Object.fromEntries(Object.entries(value).map(([key, each]) => [key, numbers(each)]));
  };
  const types = new Map<Node, ValueType>();
  const shapes = new Map<Node, readonly number[]>();
  for (const node of topologicalOrder(roots)) {
    let actual: ValueType = node.type;
    if (node.operator !== "constant") {
      const result = operatorOf(node.operator).type(node.inputs.map((input) => types.get(input)!), numbers(node.attributes) as AttributeTable[typeof node.operator] as never);
      if ("refused" in result) throw new Error(`${node.operator} at ${node.path}: ${result.refused}`);
      for (const { kind, left, right, rule } of result.obligations) {
        const [a, b] = [known(left), known(right)];
        if (kind === "equal" ? a !== b : a < b) throw new Error(`${node.operator} at ${node.path}: ${rule}: ${a} and ${b}`);
      }
      actual = result.type;
    }
    const [own, predicted] = [actual.shape.map(known), node.type.shape.map(known)];
    if (own.join() !== predicted.join() || actual.dtype !== node.type.dtype) throw new Error(`${node.operator} at ${node.path} is [${own.join(", ")}], and [${predicted.join(", ")}] was predicted`);
    types.set(node, { ...actual, shape: own.map((size) => constant(size)) });
    shapes.set(node, own);
  }
  return shapes;
}
