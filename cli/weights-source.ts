/** Where the numbers of weights come from: a .safetensors file by parameter path, else seeded initial values. */
import { initialiseFloat32 } from "../compiler/initialise.ts";
import { constantValue, multiply, showSize } from "../compiler/dims/index.ts";
import { nearestName } from "../compiler/diagnostics/nearest.ts";
import type { Graph } from "../compiler/ir/graph.ts";
import type { WeightNode } from "../backends/onnx/index.ts";
import { openTensors, readFloat32, TensorFileError, type TensorFile } from "../runtime/safetensors.ts";
import { ProgramError } from "./errors.ts";

/** Every weight of the graph, checked against the file before the first number is read. */
export function weightsOf(graph: Graph, file: string | undefined, seed: number): (node: WeightNode) => Float32Array {
  if (file === undefined) return (node) => initialiseFloat32(node.attributes.path, node.attributes.init, countOf(node), seed);
  const tensors = withReason(() => openTensors(file));
  checkFits(graph, tensors);
  return (node) => withReason(() => readFloat32(tensors, node.attributes.path));
}

function countOf(node: WeightNode): number {
  const count = constantValue(multiply(...node.type.shape));
  if (count === undefined) throw new ProgramError(`the weight ${node.attributes.path} has a size that is not a number: ${node.type.shape.map((size) => showSize(size)).join(" × ")}`, "fix the size with --size NAME=NUMBER");
  return count;
}

function withReason<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof TensorFileError) throw new ProgramError(error.message);
    throw error;
  }
}

function checkFits(graph: Graph, file: TensorFile): void {
  const problems: string[] = [];
  for (const node of [...graph.parameters, ...graph.states]) {
    const { path } = node.attributes;
    const found = file.tensors.get(path);
    if (!found) {
      const near = nearestName(path, file.tensors.keys());
      problems.push(`it has no ${path}${near ? ` (but ${near})` : ""}`);
      continue;
    }
    const wanted = node.type.shape.map((size) => constantValue(size));
    if (found.shape.length !== wanted.length || found.shape.some((size, i) => size !== wanted[i])) problems.push(`${path} is [${found.shape.join(", ")}] there, but [${wanted.join(", ")}] in the model`);
  }
  if (problems.length) throw new ProgramError(`the weights of ${file.path} do not fit the model: ${problems.slice(0, 3).join("; ")}${problems.length > 3 ? `; and ${problems.length - 3} more` : ""}`);
}
