/** What the ONNX tests share: an operator's instance as a model, run in ONNX Runtime, and the structure of an artefact checked. */
import proto from "onnx-proto";
import type { onnx } from "onnx-proto";
import { buildOnnx } from "../../backends/onnx/index.ts";
import type { OnnxArtefact, OnnxOptions } from "../../backends/onnx/index.ts";
import { constantValue, multiply } from "../../compiler/dims/index.ts";
import { initialiseFloat32 } from "../../compiler/initialise.ts";
import type { Graph, NodeOf, TensorData } from "../../compiler/ir/graph.ts";
import { createEngine } from "../../runtime/engine.ts";
import type { EngineTensor } from "../../runtime/engine.ts";

export const plainOptions: OnnxOptions = { producerVersion: "test", metadata: new Map(), weights: { kind: "inputs" } };

export function built(graph: Graph, options: Partial<OnnxOptions> = {}): OnnxArtefact {
  const artefact = buildOnnx(graph, { ...plainOptions, ...options });
  if ("refused" in artefact) throw new Error(artefact.refused.map(({ operator, needs, path }) => `${operator} at ${path} needs ${needs}`).join("; "));
  return artefact;
}

export function toEngine({ dtype, shape, data }: TensorData): EngineTensor {
  switch (dtype) {
    case "i32":
      return { dtype, shape, data: Int32Array.from(data) };
    case "bool":
      return { dtype, shape, data: Uint8Array.from(data) };
    case "f64":
      return { dtype, shape, data };
    default:
      return { dtype: "f32", shape, data: Float32Array.from(data) };
  }
}

const halfValue = (bits: number): number => {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
};

export function fromEngine(tensor: EngineTensor): TensorData {
  if (tensor.dtype === "f16") return { dtype: "f16", shape: tensor.shape, data: Float64Array.from(tensor.data, halfValue) };
  const dtype = tensor.dtype === "i64" ? "i32" : tensor.dtype;
  return { dtype, shape: tensor.shape, data: Float64Array.from(tensor.data, Number) };
}

export async function run(model: Uint8Array, data: ReadonlyMap<string, TensorData>, threads = 1): Promise<ReadonlyMap<string, TensorData>> {
  const engine = await createEngine(model, { threads });
  try {
    const results = await engine.run(Object.fromEntries([...data].map(([name, tensor]) => [name, toEngine(tensor)])));
    return new Map(Object.entries(results).map(([name, tensor]) => [name, fromEngine(tensor)]));
  } finally {
    await engine.dispose();
  }
}

export const decode = ({ model }: OnnxArtefact): onnx.ModelProto => proto.onnx.ModelProto.decode(model);

/** Everything that must hold of any artefact; the empty list when it does. */
export function flaws(artefact: OnnxArtefact): readonly string[] {
  const graph = decode(artefact).graph!;
  const found: string[] = [];
  const typed = new Set([...graph.input!, ...graph.output!, ...graph.valueInfo!].map(({ name }) => name!));
  const made = new Set([...graph.input!, ...graph.initializer!].map(({ name }) => name!));
  if (made.size !== graph.input!.length + graph.initializer!.length) found.push("an input or initialiser twice");
  const read = new Set<string>(graph.output!.map(({ name }) => name!));
  const nodeNames = new Set<string>();
  for (const node of graph.node!) {
    if (!node.name || nodeNames.has(node.name)) found.push(`node name ${node.name}`);
    nodeNames.add(node.name!);
    for (const input of node.input!) {
      if (input !== "" && !made.has(input)) found.push(`${node.name} reads ${input} before it is made`);
      read.add(input);
    }
    for (const output of node.output!) {
      if (made.has(output)) found.push(`${output} is made twice`);
      if (!typed.has(output)) found.push(`${output} has no value info`);
      made.add(output);
    }
  }
  for (const { name } of graph.output!) if (!made.has(name!)) found.push(`output ${name} is not made`);
  for (const { name } of graph.initializer!) if (!read.has(name!)) found.push(`initialiser ${name} is not read`);
  let end = 0;
  for (const { name, externalData } of graph.initializer!) {
    if (!externalData || externalData.length === 0) continue;
    const entries = new Map(externalData.map(({ key, value }) => [key, value]));
    const [offset, length] = [Number(entries.get("offset")), Number(entries.get("length"))];
    if (offset % 4096 !== 0 || offset < end) found.push(`${name} lies at ${offset}`);
    end = offset + length;
  }
  return found;
}

/** First values of a weight, drawn for some of its elements and repeated: tens of millions of them would take longer than everything else. */
export function firstValues({ attributes, type }: NodeOf<"parameter"> | NodeOf<"state">): Float32Array {
  const all = new Float32Array(constantValue(multiply(...type.shape))!);
  const some = initialiseFloat32(attributes.path, attributes.init, Math.min(all.length, 4099), 0);
  for (let at = 0; at < all.length; at += some.length) all.set(some.subarray(0, all.length - at), at);
  return all;
}
