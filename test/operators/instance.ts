/** A sample of the operator table made into a graph with data: what all operator tests loop over. Data depend on nothing but operator and title. */
import { createSourceFile, spanIn } from "../../grammar/source.ts";
import { constant, constantValue, variable } from "../../compiler/dims/index.ts";
import type { Size } from "../../compiler/dims/index.ts";
import { createBuilder } from "../../compiler/ir/builder.ts";
import type { Builder, Position } from "../../compiler/ir/builder.ts";
import type { AttributeTable, Graph, Node, NodeOf, OperatorName, TensorData } from "../../compiler/ir/graph.ts";
import type { Sample } from "../../compiler/operators/operator.ts";
import { streamOf, uniformAt } from "../../compiler/operators/random.ts";
import { countOf } from "../../compiler/operators/strides.ts";
import { operatorNames, operatorOf } from "../../compiler/operators/table.ts";

const file = createSourceFile("sample.net", "sample");
export const position: Position = { location: { span: spanIn(file, 0, 6), callers: [] }, path: "sample" };

export interface Instance {
  readonly operator: OperatorName;
  readonly title: string;
  readonly build: Builder;
  readonly inputs: readonly NodeOf<"input">[];
  readonly node: Node;
  readonly data: ReadonlyMap<string, TensorData>;
  readonly sizes: ReadonlyMap<string, number>;
}

export function randomTensor(key: string, shape: readonly number[], low = -1.5, high = 1.5): TensorData {
  const stream = streamOf(key, 0);
  return { dtype: "f32", shape, data: Float64Array.from({ length: countOf(shape) }, (_, i) => low + (high - low) * uniformAt(stream, i)) };
}

function dataOf(key: string, operand: Sample<OperatorName>["operands"][number]): TensorData {
  const { shape, dtype = "f32", low = -1.5, high = dtype === "i32" ? 2 : 1.5 } = operand;
  if (dtype === "f32") return randomTensor(key, shape, low, high);
  const drawn = randomTensor(key, shape, 0, dtype === "bool" ? 2 : high);
  return { dtype, shape, data: drawn.data.map(Math.floor) };
}

/** Every sample of every operator, or of some. `symbolic`: every size of an operand but a kernel's is a variable, and so are sizes in attributes. */
export function* instances(only?: (name: OperatorName) => boolean, symbolic = false): Generator<Instance> {
  for (const name of operatorNames) if (!only || only(name)) yield* instancesOf(name, symbolic);
}

function* instancesOf<Name extends OperatorName>(name: Name, symbolic: boolean): Generator<Instance> {
  for (const sample of operatorOf(name).samples) {
    const build = createBuilder();
    const sizes = new Map<string, number>();
    const open = (size: number): Size => {
      if (!symbolic || size < 2) return constant(size);
      sizes.set(`s${size}`, size);
      return variable(`s${size}`);
    };
    const isKernel = (operand: number, axis: number): boolean => operand === 1 && ((name === "conv" && axis >= 3) || name === "conv_channels_last");
    const attributes = symbolic && !name.startsWith("conv") ? openAttributes(sample.attributes, open) : sample.attributes;
    yield build.within(position, () => {
      const inputs = sample.operands.map(({ shape, dtype = "f32" }, operand) =>
        build.make("input", [], {
          name: `x${operand}`,
          dtype,
          shape: shape.map((size, axis) => (isKernel(operand, axis) ? constant(size) : open(size))),
        }),
      );
      const node = build.make(name, inputs, attributes as AttributeTable[Name]);
      const data = new Map(sample.operands.map((operand, i) => [`x${i}`, dataOf(`${name}/${sample.title}/${i}`, operand)]));
      return { operator: name, title: `${name}: ${sample.title}`, build, inputs, node, data, sizes };
    });
  }
}

function openAttributes(attributes: object, open: (size: number) => Size): object {
  const replace = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(replace);
    const known = typeof value === "object" && value !== null && "terms" in value ? constantValue(value as Size) : undefined;
    return known === undefined ? value : open(known);
  };
  return Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, replace(value)]));
}

/** A scalar that depends on every element: the sum of the node's elements with fixed random weights. */
export function weighted({ build, node, title, sizes }: Instance): Node {
  return build.within(position, () => {
    const shape = node.type.shape.map(
      (size) => constantValue(size) ?? sizes.get([...sizes.keys()].find((name) => variable(name) === size) ?? "") ?? -1,
    );
    if (shape.includes(-1)) {
      // A size that is an expression: weights that need no data.
      const values = build.cast(build.make("random", [], { distribution: "uniform", key: title, shape: node.type.shape }), node.type.dtype);
      return build.reduce(
        "sum",
        build.mul(node, values),
        node.type.shape.map((_, axis) => axis),
      );
    }
    const literal = build.tensor({ ...randomTensor(`${title}/weights`, shape), dtype: node.type.dtype });
    return build.reduce(
      "sum",
      build.mul(node, build.reshape(literal, node.type.shape)),
      shape.map((_, axis) => axis),
    );
  });
}

export function graphOf(inputs: readonly NodeOf<"input">[], outputs: readonly Node[]): Graph {
  return { name: "sample", inputs, outputs: outputs.map((node, i) => ({ name: `y${i}`, node })), parameters: [], states: [], updates: [] };
}

/** The largest difference, relative to the largest number of the second. */
export function difference(a: TensorData, b: TensorData): number {
  if (a.shape.join() !== b.shape.join()) return Infinity;
  let [largest, scale] = [0, 0];
  for (let i = 0; i < a.data.length; i++) {
    const off = Math.abs(a.data[i] - b.data[i]);
    if (Number.isNaN(off) && !Object.is(a.data[i], b.data[i])) return Infinity;
    if (off > largest) largest = off;
    if (Number.isFinite(b.data[i])) scale = Math.max(scale, Math.abs(b.data[i]));
  }
  return largest / Math.max(scale, 1e-3);
}
