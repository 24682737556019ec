/**
 * What a graph really does at given sizes. Shapes are computed from the sizes of the inputs alone, node by node, by each operator's rule on plain
 * numbers, and compared with what was predicted; graphs that are small enough are also evaluated by the reference interpreter.
 */
import { costOf, sizeAt } from "../../compiler/cost.ts";
import { constant, evaluate, variablesOf, type Size } from "../../compiler/dims/index.ts";
import { initialise } from "../../compiler/initialise.ts";
import { interpret } from "../../compiler/interpreter.ts";
import { rootsOf, topologicalOrder, type AttributeTable, type Graph, type Node, type TensorData, type ValueType } from "../../compiler/ir/graph.ts";
import { printGraph } from "../../compiler/ir/text.ts";
import { operatorOf } from "../../compiler/operators/table.ts";

export interface Run {
  /** What went wrong: an operand that does not fit, an actual shape that is not the predicted one. */
  readonly failure?: string;
  /** The shape of what each binding path stands for, of parameters and of outputs. */
  readonly shapes: ReadonlyMap<string, string>;
  /** The whole graph as text, but for the names of its axes and its places in the source. */
  readonly meaning?: string;
  /** Whether the reference interpreter evaluated it, numbers and all. */
  readonly interpreted: boolean;
}

/** Operations up to which a graph is evaluated in full. */
const interpretedOperations = 400_000;

const isSize = (value: object): value is Size => "terms" in value && "id" in value;

export function run(graph: Graph, sizes: ReadonlyMap<string, number>): Run {
  const shapes = new Map<string, string>();
  const numbers = new Map<Size, number>();
  const known = (size: Size): number => {
    const earlier = numbers.get(size);
    if (earlier !== undefined) return earlier;
    const value = evaluate(size, sizes);
    if (value === undefined) throw new Error(`a size of ${variablesOf(size).join(", ")} is not known`);
    numbers.set(size, Number(value));
    return Number(value);
  };
  const withNumbers = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
    if (Array.isArray(value)) return value.map(withNumbers);
    if (isSize(value)) return constant(known(value));
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withNumbers(each)]));
  };
  const types = new Map<Node, ValueType>();
  try {
    for (const node of topologicalOrder(rootsOf(graph))) {
      const actual = actualType(node, node.inputs.map((input) => types.get(input)!), withNumbers, known);
      types.set(node, actual);
      const text = `${actual.dtype}[${actual.shape.map(known).join(", ")}]`;
      const predicted = `${node.type.dtype}[${node.type.shape.map(known).join(", ")}]`;
      if (text !== predicted) return { failure: `${node.operator} at ${node.path} is ${text}, and ${predicted} was predicted`, shapes, interpreted: false };
      if (actual.shape.some((size) => known(size) < 1)) return { failure: `${node.operator} at ${node.path} is empty: ${text}`, shapes, interpreted: false };
      shapes.set(node.operator === "parameter" || node.operator === "state" ? `weight ${node.attributes.path}` : node.path, text);
    }
    for (const { name, node } of graph.outputs) shapes.set(`output ${name}`, `${node.type.dtype}[${types.get(node)!.shape.map(known).join(", ")}]`);
    return { shapes, meaning: meaningOf(graph), interpreted: interpreted(graph, sizes, known) };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error), shapes, interpreted: false };
  }
}

const meanings = new WeakMap<Graph, string>();

function meaningOf(graph: Graph): string {
  const text = meanings.get(graph) ?? printGraph(graph).replace(/\s*\/\/ .*$/gm, "").replace(/(?<=[[ ])[A-Za-z_]\w* = /g, "");
  meanings.set(graph, text);
  return text;
}

function actualType(node: Node, operands: readonly ValueType[], withNumbers: (value: unknown) => unknown, known: (size: Size) => number): ValueType {
  if (node.operator === "constant") return node.type;
  const attributes = withNumbers(node.attributes) as AttributeTable[typeof node.operator];
  const result = operatorOf(node.operator).type(operands, attributes as never);
  const place = `${node.operator} at ${node.path}`;
  if ("refused" in result) throw new Error(`${place}: ${result.refused}`);
  for (const { kind, left, right, rule } of result.obligations) {
    const [a, b] = [known(left), known(right)];
    if (kind === "equal" ? a !== b : a < b) throw new Error(`${place}: ${rule}: ${a} and ${b}`);
  }
  return result.type;
}

/** Runs the reference interpreter where that is cheap; its own comparison of shapes throws. */
function interpreted(graph: Graph, sizes: ReadonlyMap<string, number>, known: (size: Size) => number): boolean {
  const { macs, flops } = costOf(graph);
  if (sizeAt(macs, sizes) + sizeAt(flops, sizes) > interpretedOperations) return false;
  const parameters = initialise([...graph.parameters, ...graph.states], 1, sizes);
  const inputs = new Map<string, TensorData>(
    graph.inputs.map(({ attributes, type }) => {
      const shape = type.shape.map(known);
      const count = shape.reduce((product, size) => product * size, 1);
      // Index 0 is an index of every axis.
      const number = (i: number): number => (type.dtype === "i32" ? 0 : type.dtype === "bool" ? i % 2 : ((i * 37) % 101) / 50 - 1);
      return [attributes.name, { dtype: type.dtype, shape, data: Float64Array.from({ length: count }, (_, i) => number(i)) }];
    }),
  );
  interpret(rootsOf(graph), { inputs, parameters, sizes });
  return true;
}
