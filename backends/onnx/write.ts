/** The last step: names, value infos, initialisers and bytes. Everything in the order of the graph, so that the same graph gives the same bytes. */
import proto from "onnx-proto";
import type { onnx } from "onnx-proto";
import { constantValue, showSize } from "../../compiler/dims/index.ts";
import { positionAt } from "../../grammar/source.ts";
import { planArena } from "./arena.ts";
import { bytesOf, elementBytes, elementTypeNumber } from "./element-types.ts";
import { createNamer } from "./names.ts";
import type { WrittenNode } from "./run-order.ts";
import type { Chunk, OnnxArtefact, OnnxOptions } from "./options.ts";
import { constantSizes, valuesInOrder } from "./value.ts";
import type { Attribute, ConstantValue, InputValue, OperationValue, TensorType, Value } from "./value.ts";

/** Weights of at least so many bytes go into the external file, each at a page boundary so that it can be mapped. */
const EXTERNAL_BYTES = 1024 * 1024;
const PAGE = 4096;

/** The version of the file format that came with an opset (onnx/helper.py, OP_SET_ID_VERSION_MAP). */
const formatVersion = (opset: number): number => (opset <= 18 ? 8 : opset <= 20 ? 9 : opset <= 22 ? 10 : opset === 23 ? 11 : opset === 24 ? 12 : 13);

/** AttributeProto.AttributeType. */
const FLOAT = 1;
const INT = 2;
const STRING = 3;
const INTS = 7;

export interface Outcome {
  readonly graphName: string;
  readonly inputs: readonly InputValue[];
  readonly outputs: readonly { readonly name: string; readonly value: Value }[];
  readonly opset: number;
}

interface Placed {
  readonly constant: ConstantValue;
  readonly offset: number;
  readonly length: number;
}

export function writeModel({ graphName, inputs, outputs, opset }: Outcome, options: OnnxOptions): OnnxArtefact {
  const order = valuesInOrder(outputs.map(({ value }) => value), options.runLate ? isBackward : undefined);
  const namer = createNamer([...inputs.map(({ name }) => name), ...outputs.map(({ name }) => name)]);
  const names = new Map<Value, string>(inputs.map((input) => [input, input.name]));
  // The first output that an operation makes bears the output's name; further ones are copies.
  for (const { name, value } of outputs) if (value.kind === "operation" && !names.has(value)) names.set(value, name);

  const nodes: onnx.INodeProto[] = [];
  const infos: onnx.IValueInfoProto[] = [];
  const types = new Map<string, TensorType>(outputs.map(({ name, value }) => [name, value.type]));
  const initialisers: onnx.ITensorProto[] = [];
  const placed: Placed[] = [];
  const spans: Record<string, string> = {};
  let end = 0;

  for (const value of order) {
    switch (value.kind) {
      case "input":
        break;
      case "constant":
        names.set(value, namer(value.label));
        initialisers.push(initialiserOf(value, names.get(value)!));
        break;
      case "operation":
        nodes.push(nodeOf(value));
        break;
    }
  }
  for (const { name, value } of outputs) {
    if (names.get(value) === name && value.kind === "operation") continue;
    nodes.push({ name: namer(`${name}/Identity`), opType: "Identity", input: [names.get(value)!], output: [name] });
  }

  function initialiserOf(constant: ConstantValue, name: string): onnx.ITensorProto {
    const { dtype } = constant.type;
    const dims = constantSizes(constant.type.shape)!.slice();
    const length = dims.reduce((product, size) => product * size, 1) * elementBytes[dtype];
    const tensor = { name, dims, dataType: elementTypeNumber[dtype] };
    if (options.external === undefined || length < EXTERNAL_BYTES) return { ...tensor, rawData: bytesOf(dtype, constant.load()) };
    const offset = Math.ceil(end / PAGE) * PAGE;
    end = offset + length;
    placed.push({ constant, offset, length });
    const entries = { location: options.external, offset: String(offset), length: String(length) };
    return { ...tensor, dataLocation: 1, externalData: Object.entries(entries).map(([key, value]) => ({ key, value })) };
  }

  function nodeOf(value: OperationValue): onnx.INodeProto {
    const { path, location } = value.origin;
    const name = namer(path ? `${path}/${value.opType}` : value.opType);
    const output = value.results.map((type, at) => {
      if (at === value.result) {
        const given = names.get(value);
        if (given !== undefined) return given;
        names.set(value, name);
        infos.push(infoOf(name, type));
        types.set(name, type);
        return name;
      }
      const other = namer(`${name}:${at}`);
      infos.push(infoOf(other, type));
      types.set(other, type);
      return other;
    });
    if (location) {
      const { line, column } = positionAt(location.span.file, location.span.start);
      spans[name] = `${location.span.file.name}:${line}:${column}`;
    }
    return {
      name,
      ...operatorName(value.opType),
      input: value.inputs.map((input) => (input ? names.get(input)! : "")),
      output,
      attribute: Object.entries(value.attributes).map(([key, attribute]) => attributeOf(key, attribute)),
    };
  }

  const written = options.runLate ? [...nodes].reverse() : nodes;
  const metadata = [...options.metadata, ["netc.spans", JSON.stringify(spans)] as const];
  const model = proto.onnx.ModelProto.encode({
    irVersion: formatVersion(opset),
    producerName: "netc",
    producerVersion: options.producerVersion,
    opsetImport: [{ domain: "", version: opset }, ...(nodes.some(({ domain }) => domain) ? [{ domain: microsoft, version: 1 }] : [])],
    metadataProps: metadata.map(([key, value]) => ({ key, value })),
    graph: {
      name: graphName || "main",
      node: written,
      initializer: initialisers,
      input: inputs.map((input) => infoOf(input.name, input.type)),
      output: outputs.map(({ name, value }) => infoOf(name, value.type)),
      valueInfo: infos,
    },
  }).finish();
  return {
    model,
    opset,
    ...(options.external === undefined ? {} : { externalData: { length: end, chunks: () => chunksOf(placed) } }),
    inputs: inputs.map(({ name }) => name),
    outputs: outputs.map(({ name }) => name),
    nodeCount: nodes.length,
    ...(options.runLate ? { arena: arenaOf(written as readonly WrittenNode[], types, outputs.map(({ name }) => name)) } : {}),
  };
}

/** The plan of the arena, and what makes the model one of which every placed value is a result. */
function arenaOf(nodes: readonly WrittenNode[], types: ReadonlyMap<string, TensorType>, results: readonly string[]): OnnxArtefact["arena"] {
  const end: WrittenNode = { name: END, opType: "SequenceConstruct", input: [results[0]], output: [END] };
  const plan = planArena([end, ...nodes], types, results);
  if (!plan) return undefined;
  const type = { sequenceType: { elemType: { tensorType: { elemType: elementTypeNumber[types.get(results[0])!.dtype] } } } };
  const head = proto.onnx.ModelProto.encode({ graph: { node: [end as onnx.INodeProto], output: [{ name: END, type }, ...plan.places.slice(results.length).map(({ name }) => infoOf(name, types.get(name)!))] } }).finish();
  return { plan, head, end: END };
}

/** No name of a value has such a slash. */
const END = "/end";

const microsoft = "com.microsoft";

/** `com.microsoft.FusedMatMul` is an operator of another domain. */
const operatorName = (opType: string): Pick<onnx.INodeProto, "opType" | "domain"> => (opType.startsWith(`${microsoft}.`) ? { opType: opType.slice(microsoft.length + 1), domain: microsoft } : { opType });

const isBackward = ({ origin }: Value): boolean => origin.location?.derived?.includes("gradient") ?? false;

/** The bytes of one weight after another. */
function* chunksOf(placed: readonly Placed[]): Generator<Chunk> {
  for (const { constant, offset, length } of placed) {
    const bytes = bytesOf(constant.type.dtype, constant.load());
    if (bytes.length !== length) throw new Error(`netc bug: ${constant.label} has ${bytes.length} bytes, and ${length} were expected`);
    yield { offset, bytes };
  }
}

function infoOf(name: string, { dtype, shape }: TensorType): onnx.IValueInfoProto {
  const dim = shape.map((size) => {
    const value = constantValue(size);
    return value === undefined ? { dimParam: showSize(size) } : { dimValue: value };
  });
  return { name, type: { tensorType: { elemType: elementTypeNumber[dtype], shape: { dim } } } };
}

function attributeOf(name: string, attribute: Attribute): onnx.IAttributeProto {
  switch (attribute.kind) {
    case "int":
      return { name, type: INT, i: attribute.value };
    case "float":
      return { name, type: FLOAT, f: attribute.value };
    case "ints":
      return { name, type: INTS, ints: [...attribute.values] };
    case "text":
      return { name, type: STRING, s: new TextEncoder().encode(attribute.value) };
  }
}
