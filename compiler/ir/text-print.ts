/**
 * The graph as text, one node a line: declarations in the order of the source, then operands before users, then what the graph gives. The same graph
 * gives the same text: numbers of nodes are places in this order. Large constants are written as the hash of their numbers.
 */
import { positionAt } from "../../grammar/source.ts";
import { showSize } from "../dims/index.ts";
import type { Size } from "../dims/index.ts";
import { contentHash } from "./content-hash.ts";
import type { Graph, Initializer, Node, TensorData, ValueType } from "./graph.ts";
import { rootsOf, topologicalOrder } from "./graph.ts";
import type { AttributeKind } from "./text-attributes.ts";
import { attributeKinds, attributeOfType } from "./text-attributes.ts";

/** Constants of more numbers than this are written as a hash. */
const MOST_NUMBERS = 64;

/** A word of the text form that needs no quotes. */
export const PLAIN_WORD = /^[A-Za-z_][\w.[\]]*$/;
/** A name in a size: no brackets, and none of the two functions. */
const PLAIN_NAME = /^(?!(?:floor|ceil)$)[A-Za-z_][\w.]*$/;

export function printGraph(graph: Graph): string {
  const declared = [...graph.inputs, ...graph.parameters, ...graph.states] as readonly Node[];
  const order = [...new Set([...declared, ...topologicalOrder(rootsOf(graph))])];
  const numbers = new Map(order.map((node, i) => [node, `%${i}`]));
  return [
    `graph ${word(graph.name)}`,
    ...order.map((node) => `${numbers.get(node)} = ${printNode(node, numbers)}`),
    ...graph.outputs.map(({ name, node }) => `output ${word(name)} = ${numbers.get(node)}`),
    ...graph.updates.map(({ name, node }) => `update ${word(name)} = ${numbers.get(node)}`),
    ...[...(graph.blocks ?? [])].map(([path, block]) => `block ${word(path)} = ${word(block)}`),
    "",
  ].join("\n");
}

/** The numbers of every constant (and written-out initial value) that the text shows as a hash, by that hash. */
export function constantsOf(graph: Graph): ReadonlyMap<string, Float64Array> {
  const found = new Map<string, Float64Array>();
  const add = (data: Float64Array): void => void (data.length > MOST_NUMBERS && found.set(contentHash(data), data));
  for (const node of topologicalOrder(rootsOf(graph))) {
    if (node.operator === "constant") add(node.attributes.value.data);
    else if ((node.operator === "parameter" || node.operator === "state") && node.attributes.init.kind === "values")
      add(Float64Array.from(node.attributes.init.values));
  }
  return found;
}

function printNode(node: Node, numbers: ReadonlyMap<Node, string>): string {
  const operands = node.inputs.length > 0 ? `(${node.inputs.map((input) => numbers.get(input)).join(", ")})` : "";
  const attributes: Readonly<Record<string, unknown>> = node.attributes;
  const shown = Object.entries(attributeKinds[node.operator])
    .filter(([name]) => attributeOfType(name, node.type) === undefined)
    .map(([name, kind]) => ` ${name}=${printAttribute(kind, attributes[name])}`);
  return `${node.operator}${operands}${shown.join("")} : ${printType(node.type)}  // ${printPlace(node)}`;
}

/** `f32[B, C = 512, _ = T, 30]`: a name alone is its size's too, `_` is an axis without a name. */
export function printType({ dtype, shape, axes }: ValueType): string {
  const items = shape.map((size, axis) => {
    const [name, shown] = [axes[axis], printSize(size)];
    if (name === "") return PLAIN_NAME.test(shown) ? `_ = ${shown}` : shown;
    if (!PLAIN_NAME.test(name) || name === "_") return `${JSON.stringify(name)} = ${shown}`;
    return name === shown ? shown : `${name} = ${shown}`;
  });
  return `${dtype}[${items.join(", ")}]`;
}

/** `models/x.net:12:9 vision.patches by simplify`. */
function printPlace({ location, path }: Node): string {
  const { span, derived } = location;
  const { line, column } = positionAt(span.file, span.start);
  return `${span.file.name}:${line}:${column} ${path === "" ? "-" : word(path)}${derived ? ` by ${derived}` : ""}`;
}

const printSize = (size: Size): string => showSize(size, { name: (name) => (PLAIN_NAME.test(name) ? name : JSON.stringify(name)) });
const word = (text: string): string => (PLAIN_WORD.test(text) ? text : JSON.stringify(text));
const list = <Item>(items: readonly Item[], print: (item: Item) => string): string => `[${items.map(print).join(", ")}]`;

function printNumber(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  return Object.is(value, -0) ? "-0" : String(value);
}

const printNumbers = (data: Float64Array): string => (data.length > MOST_NUMBERS ? `#${contentHash(data)}` : list([...data], printNumber));

function printAttribute(kind: AttributeKind, value: unknown): string {
  switch (kind) {
    case "size":
      return printSize(value as Size);
    case "sizes":
      return list(value as readonly Size[], printSize);
    case "number":
      return printNumber(value as number);
    case "numbers":
      return list(value as readonly number[], printNumber);
    case "pairs":
      return list(value as readonly (readonly number[])[], (pair) => list(pair, printNumber));
    case "boolean":
      return String(value);
    case "word":
    case "dtype":
      return word(value as string);
    case "tensor": {
      const { data, shape } = value as TensorData;
      return shape.length === 0 ? printNumber(data[0]) : printNumbers(data);
    }
    case "initializer":
      return printInitializer(value as Initializer);
  }
}

function printInitializer(init: Initializer): string {
  switch (init.kind) {
    case "constant":
      return `constant(${printNumber(init.value)})`;
    case "uniform":
      return `uniform(${printNumber(init.bound)})`;
    case "normal":
    case "truncated_normal":
      return `${init.kind}(${printNumber(init.std)})`;
    case "values":
      return `values(${printNumbers(Float64Array.from(init.values))})`;
  }
}
