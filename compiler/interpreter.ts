/**
 * The reference: evaluates a graph in float64, whatever the element types say (whole numbers stay whole, truth values are 0 and 1). At every node the
 * shape rule is run on the sizes that really occur and compared with the shape that was predicted; an evaluation that ends is a proof by example.
 */
import { constant, evaluate, showSize, variable, variablesOf } from "./dims/index.ts";
import type { Size } from "./dims/index.ts";
import type { AttributeTable, Node, NodeOf, OperatorName, TensorData, ValueType } from "./ir/graph.ts";
import { topologicalOrder } from "./ir/graph.ts";
import type { EvaluationContext } from "./operators/operator.ts";
import { normalAt, streamOf, uniformAt } from "./operators/random.ts";
import type { Stream } from "./operators/random.ts";
import { countOf } from "./operators/strides.ts";
import { operatorOf } from "./operators/table.ts";

/** What a graph needs from outside. */
export interface Surroundings {
  /** By input name. */
  readonly inputs: ReadonlyMap<string, TensorData>;
  /** Parameters and states, by path. */
  readonly parameters: ReadonlyMap<string, TensorData>;
  /** Sizes that no input shows. */
  readonly sizes?: ReadonlyMap<string, number>;
  /** The training step: random nodes draw other numbers in each. */
  readonly step?: number;
}

/** An evaluation that cannot go on, and the node at which it stopped. */
export class InterpretationError extends Error {
  readonly node: Node;
  constructor(node: Node, reason: string) {
    super(`${node.operator}${node.path ? ` at ${node.path}` : ""}: ${reason}`);
    this.name = "InterpretationError";
    this.node = node;
  }
}

/** The values of the roots, in their order. */
export function interpret(roots: readonly Node[], surroundings: Surroundings): readonly TensorData[] {
  const order = topologicalOrder(roots);
  const sizes = inferSizes(order, surroundings);
  const context = contextOf(sizes, surroundings.step ?? 0);
  const uses = new Map<Node, number>();
  for (const node of [...order.flatMap((each) => each.inputs), ...roots]) uses.set(node, (uses.get(node) ?? 0) + 1);
  const values = new Map<Node, TensorData>();
  for (const node of order) {
    const operands = node.inputs.map((input) => values.get(input)!);
    try {
      values.set(node, evaluateNode(node, operands, surroundings, context));
    } catch (error) {
      throw error instanceof InterpretationError ? error : new InterpretationError(node, error instanceof Error ? error.message : String(error));
    }
    for (const input of node.inputs) {
      const left = uses.get(input)! - 1;
      uses.set(input, left);
      if (left === 0) values.delete(input);
    }
  }
  return roots.map((root) => values.get(root)!);
}

/** The numbers that variables stand for, read off the shapes of inputs and parameters whose declared size is a variable alone. */
export function inferSizes(nodes: readonly Node[], { inputs, parameters, sizes }: Surroundings): ReadonlyMap<string, number> {
  const found = new Map<string, number>(sizes);
  for (const node of nodes) {
    const given = givenValue(node, inputs, parameters);
    if (!given) continue;
    if (given.shape.length !== node.type.shape.length)
      throw new InterpretationError(node, `has rank ${given.shape.length}, and ${node.type.shape.length} was declared`);
    node.type.shape.forEach((size, axis) => {
      const [name, ...others] = variablesOf(size);
      if (name !== undefined && others.length === 0 && size === variable(name) && !found.has(name)) found.set(name, given.shape[axis]);
    });
  }
  return found;
}

function givenValue(node: Node, inputs: ReadonlyMap<string, TensorData>, parameters: ReadonlyMap<string, TensorData>): TensorData | undefined {
  switch (node.operator) {
    case "input":
      return inputs.get(node.attributes.name);
    case "parameter":
    case "state":
      return parameters.get(node.attributes.path);
    default:
      return undefined;
  }
}

function contextOf(sizes: ReadonlyMap<string, number>, step: number): EvaluationContext {
  const known = new Map<Size, number>();
  const streams = new Map<string, Stream>();
  return {
    size(size) {
      let value = known.get(size);
      if (value === undefined) {
        const found = evaluate(size, sizes);
        if (found === undefined)
          throw new Error(
            `the size ${showSize(size)} is not known: give ${variablesOf(size)
              .filter((name) => !sizes.has(name))
              .join(", ")}`,
          );
        known.set(size, (value = Number(found)));
      }
      return value;
    },
    random(distribution, key, element) {
      let stream = streams.get(key);
      if (!stream) streams.set(key, (stream = streamOf(key, step)));
      return distribution === "uniform" ? uniformAt(stream, element) : normalAt(stream, element);
    },
  };
}

function evaluateNode<Name extends OperatorName>(
  node: NodeOf<Name>,
  operands: readonly TensorData[],
  surroundings: Surroundings,
  context: EvaluationContext,
): TensorData {
  const row = operatorOf(node.operator);
  const attributes = withNumbers(node.attributes, context);
  const types = operands.map(({ dtype, shape }): ValueType => ({ dtype, shape: shape.map((size) => constant(size)), axes: shape.map(() => "") }));
  const result = row.type(types, attributes as AttributeTable[Name]);
  if ("refused" in result) throw new Error(result.refused);
  for (const { kind, left, right, rule } of result.obligations) {
    const [a, b] = [context.size(left), context.size(right)];
    if (kind === "equal" ? a !== b : a < b) throw new Error(`${rule}: ${a} and ${b}`);
  }
  const shape = result.type.shape.map((size) => context.size(size));
  const predicted = node.type.shape.map((size) => context.size(size));
  if (shape.length !== predicted.length || shape.some((size, axis) => size !== predicted[axis]) || result.type.dtype !== node.type.dtype)
    throw new Error(`is ${result.type.dtype}[${shape.join(", ")}], and ${node.type.dtype}[${predicted.join(", ")}] was predicted`);
  const { dtype } = node.type;
  const source = node as unknown as Node;
  if (source.operator === "input" || source.operator === "parameter" || source.operator === "state") return given(source, predicted, surroundings);
  const data = row.evaluate(operands, attributes as AttributeTable[Name], shape, context);
  if (data.length !== countOf(shape)) throw new Error(`made ${data.length} numbers for the shape [${shape.join(", ")}]`);
  return { dtype, shape, data };
}

function given(
  node: NodeOf<"input"> | NodeOf<"parameter"> | NodeOf<"state">,
  predicted: readonly number[],
  { inputs, parameters }: Surroundings,
): TensorData {
  const value = givenValue(node, inputs, parameters);
  if (!value) throw new Error(`no value is given for ${node.operator === "input" ? node.attributes.name : node.attributes.path}`);
  if (value.shape.length !== predicted.length || value.shape.some((size, axis) => size !== predicted[axis]))
    throw new Error(`has the shape [${value.shape.join(", ")}], and [${predicted.join(", ")}] was predicted`);
  return { dtype: node.type.dtype, shape: predicted, data: value.data };
}

const isSize = (value: object): value is Size => "terms" in value && "id" in value;

/** Attributes with every symbolic size replaced by its number. */
function withNumbers(attributes: object, context: EvaluationContext): object {
  const replace = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map(replace);
    return isSize(value) ? constant(context.size(value)) : value;
  };
  return Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, replace(value)]));
}
