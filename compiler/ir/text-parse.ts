/**
 * Text back to graph. Every node is made by the builder, so the shape rules are run again, and the type that stands in the line must be the one they
 * give. Of a location the file, line and column are kept, in a source file of blanks that has such a place; the text it stood for and the calls that
 * led there are lost.
 */
import { createSourceFile, offsetAt, spanIn } from "../../grammar/source.ts";
import type { SourceFile } from "../../grammar/source.ts";
import { constantValue, showSize } from "../dims/index.ts";
import type { Size } from "../dims/index.ts";
import { createBuilder } from "./builder.ts";
import type { Builder, Position } from "./builder.ts";
import type { AttributeTable, Dtype, Graph, Initializer, NamedNode, Node, NodeOf, OperatorName, TensorData, ValueType } from "./graph.ts";
import type { AttributeKind } from "./text-attributes.ts";
import { attributeKinds, attributeOfType, isOperator } from "./text-attributes.ts";
import { printType } from "./text-print.ts";
import { createReader } from "./text-reader.ts";
import type { Reader } from "./text-reader.ts";

export interface ParseOptions {
  /** Numbers of the constants that are written as a hash; `constantsOf` makes it. */
  readonly constants?: ReadonlyMap<string, Float64Array>;
}

type Constants = ReadonlyMap<string, Float64Array>;

const DTYPES = { f32: true, f64: true, f16: true, bf16: true, i32: true, bool: true } satisfies Record<Dtype, true>;
const isDtype = (name: string): name is Dtype => Object.hasOwn(DTYPES, name);

/** The graph that a text of `printGraph` describes. Throws TextError. */
export function parseGraph(text: string, options: ParseOptions = {}): Graph {
  const lines = text.split("\n");
  const files = sourceFiles(lines);
  const build = createBuilder();
  const nodes: Node[] = [];
  const graph = { name: "", outputs: [] as NamedNode[], updates: [] as NamedNode[], blocks: new Map<string, string>() };
  const at = (reader: Reader): Node => nodes[reader.node()] ?? reader.fail("no such node was defined above");
  lines.forEach((line, index) => {
    const [code, comment] = splitComment(line);
    const reader = createReader(code, index + 1);
    if (reader.peek() === "") return;
    if (reader.peek().startsWith("%")) {
      if (reader.node() !== nodes.length) reader.fail(`the next node is %${nodes.length}`);
      reader.expect("=");
      nodes.push(parseNode(reader, build, () => positionOf(reader, comment, files), at, options.constants ?? new Map()));
    } else {
      const section = reader.name();
      const name = reader.word();
      if (section === "graph") graph.name = name;
      else {
        reader.expect("=");
        if (section === "output") graph.outputs.push({ name, node: at(reader) });
        else if (section === "update") graph.updates.push({ name, node: at(reader) });
        else if (section === "block") graph.blocks.set(name, reader.word());
        else reader.fail(`${section} is no part of a graph`);
      }
    }
    if (reader.peek() !== "") reader.fail(`${reader.peek()} is not expected here`);
  });
  const of = <Name extends OperatorName>(operator: Name): readonly NodeOf<Name>[] =>
    nodes.filter((node) => node.operator === operator) as unknown as readonly NodeOf<Name>[];
  return { ...graph, inputs: of("input"), parameters: of("parameter"), states: of("state") };
}

function parseNode(reader: Reader, build: Builder, position: () => Position, at: (reader: Reader) => Node, constants: Constants): Node {
  const operator = reader.name();
  if (!isOperator(operator)) return reader.fail(`${operator} is no operator`);
  const inputs: Node[] = [];
  if (reader.take("(")) {
    inputs.push(at(reader));
    while (reader.take(",")) inputs.push(at(reader));
    reader.expect(")");
  }
  const given = new Map<string, (type: ValueType) => unknown>();
  const kinds = attributeKinds[operator];
  while (!reader.take(":")) {
    const name = reader.name();
    if (!Object.hasOwn(kinds, name)) reader.fail(`${operator} has no attribute ${name}`);
    reader.expect("=");
    given.set(name, parseAttribute(reader, kinds[name], constants));
  }
  const type = parseType(reader);
  const attributes = Object.fromEntries(
    Object.keys(kinds).map((name) => [
      name,
      attributeOfType(name, type) ?? given.get(name)?.(type) ?? reader.fail(`${operator} needs the attribute ${name}`),
    ]),
  );
  const node = build.within(position(), () => build.make<OperatorName>(operator, inputs, attributes as AttributeTable[OperatorName], type.axes));
  if (printType(node.type) !== printType(type)) reader.fail(`the shape rule gives ${printType(node.type)}, and ${printType(type)} is written`);
  return node;
}

/** The value, once the type of the result is known. */
function parseAttribute(reader: Reader, kind: AttributeKind, constants: Constants): (type: ValueType) => unknown {
  const numbers = (): Float64Array => {
    const hash = reader.hash();
    if (hash === undefined) return Float64Array.from(reader.list(reader.number));
    return constants.get(hash) ?? reader.fail(`no numbers were given for #${hash}`);
  };
  const ready = (value: unknown): (() => unknown) => () => value;
  switch (kind) {
    case "size":
      return ready(reader.size());
    case "sizes":
      return ready(reader.list(reader.size));
    case "number":
      return ready(reader.number());
    case "numbers":
      return ready(reader.list(reader.number));
    case "pairs":
      return ready(reader.list(() => reader.list(reader.number)));
    case "boolean":
      return ready(reader.name() === "true");
    case "word":
    case "dtype":
      return ready(reader.word());
    case "initializer":
      return ready(parseInitializer(reader, numbers));
    case "tensor": {
      const data = reader.peek() === "[" || reader.peek().startsWith("#") ? numbers() : Float64Array.of(reader.number());
      return ({ dtype, shape }): TensorData => ({ dtype, shape: shape.map((size) => numberOf(reader, size)), data });
    }
  }
}

const numberOf = (reader: Reader, size: Size): number => constantValue(size) ?? reader.fail(`a constant has the size ${showSize(size)}`);

function parseInitializer(reader: Reader, numbers: () => Float64Array): Initializer {
  const kind = reader.name();
  const within = <Value>(read: () => Value): Value => {
    reader.expect("(");
    const value = read();
    reader.expect(")");
    return value;
  };
  switch (kind) {
    case "constant":
      return { kind, value: within(reader.number) };
    case "uniform":
      return { kind, bound: within(reader.number) };
    case "normal":
    case "truncated_normal":
      return { kind, std: within(reader.number) };
    case "values":
      return { kind, values: [...within(numbers)] };
    default:
      return reader.fail(`${kind} is no initializer`);
  }
}

function parseType(reader: Reader): ValueType {
  const dtype = reader.name();
  if (!isDtype(dtype)) return reader.fail(`${dtype} is no element type`);
  const items = reader.list((): readonly [string, Size] => {
    const first = reader.peek();
    const size = reader.size();
    if (reader.take("=")) return [first === "_" ? "" : first.startsWith('"') ? (JSON.parse(first) as string) : first, reader.size()];
    // a name alone is both; anything else is a size
    return [showSize(size) === first && /^[A-Za-z_]/.test(first) ? first : "", size];
  });
  return { dtype, shape: items.map((item) => item[1]), axes: items.map((item) => item[0]) };
}

// ------------------------------------------------------------------------------------------------------------------- locations

const PLACE = /^(.*):(\d+):(\d+) ("(?:[^"\\]|\\.)*"|\S+)(?: by (.+))?$/;

function splitComment(line: string): readonly [string, string] {
  const at = line.lastIndexOf("  // ");
  return at < 0 ? [line, ""] : [line.slice(0, at), line.slice(at + "  // ".length)];
}

/** A file of blanks for each name: as many lines as are spoken of, each as long as the longest of them needs. */
function sourceFiles(lines: readonly string[]): ReadonlyMap<string, SourceFile> {
  const widths = new Map<string, number[]>();
  for (const text of lines) {
    const place = PLACE.exec(splitComment(text)[1]);
    if (!place) continue;
    const [name, line, column] = [place[1], Number(place[2]), Number(place[3])];
    let own = widths.get(name);
    if (!own) widths.set(name, (own = []));
    own[line - 1] = Math.max(own[line - 1] ?? 0, column - 1);
  }
  return new Map([...widths].map(([name, own]) => [name, createSourceFile(name, Array.from(own, (width) => " ".repeat(width ?? 0)).join("\n"))]));
}

function positionOf(reader: Reader, comment: string, files: ReadonlyMap<string, SourceFile>): Position {
  const place = PLACE.exec(comment);
  const file = place && files.get(place[1]);
  if (!place || !file) return reader.fail("a node's line ends with its place: `// file:line:column path`");
  const start = offsetAt(file, { line: Number(place[2]), column: Number(place[3]) }) ?? 0;
  const path = place[4] === "-" ? "" : place[4].startsWith('"') ? (JSON.parse(place[4]) as string) : place[4];
  return { location: { span: spanIn(file, start, start), callers: [], ...(place[5] ? { derived: place[5] } : {}) }, path };
}
