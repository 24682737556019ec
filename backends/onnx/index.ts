/**
 * Graph to ONNX, in four steps: lowering to a small graph of ONNX operators with symbolic shapes, peepholes there, shapes made concrete, bytes.
 * Pure: no clock, no random number, no file; the same graph and weights give the same bytes.
 */
import type { Graph } from "../../compiler/ir/graph.ts";
import { makeConcrete } from "./concrete.ts";
import { createEmitter } from "./emitter.ts";
import { withEntryChecks } from "./entry-checks.ts";
import { lowerGraph } from "./lower.ts";
import type { OnnxArtefact, OnnxOptions, Refusal } from "./options.ts";
import { peepholes, peepholesForRuntime } from "./peepholes/index.ts";
import { rewrite } from "./peepholes/rewrite.ts";
import { createSizeTable } from "./sizes.ts";
import { writeModel } from "./write.ts";

export type { Chunk, OnnxArtefact, OnnxOptions, Refusal, Weights } from "./options.ts";
export type { WeightNode } from "./static-values.ts";

/** LayerNormalization came with 17; ONNX Runtime 1.30 ends at 26. */
export const oldestOpset = 17;
export const newestOpset = 26;
export const defaultOpset = 20;

/** The model of a graph, or all the reasons why there is none. */
export function buildOnnx(graph: Graph, options: OnnxOptions): OnnxArtefact | { readonly refused: readonly Refusal[] } {
  const opset = options.opset ?? defaultOpset;
  if (!Number.isInteger(opset) || opset < oldestOpset || opset > newestOpset)
    return { refused: [{ operator: "opset", needs: `a version from ${oldestOpset} to ${newestOpset}, and ${opset} was asked for`, path: "" }] };
  const emit = createEmitter(opset);
  const { inputs, roots, refusals } = lowerGraph(graph, emit, options.weights);
  if (refusals.length > 0) return { refused: refusals };
  const sizes = createSizeTable(emit, inputs);
  const concrete = makeConcrete(rewrite(roots, options.runLate ? peepholesForRuntime : peepholes, emit), emit, sizes);
  const values = withEntryChecks(concrete, graph.requirements ?? [], inputs, emit, sizes);
  if (sizes.unknown.size > 0)
    return { refused: [...sizes.unknown].map((name) => ({ operator: "size", needs: `an input with an axis of the size ${name}`, path: "" })) };
  const names = [...graph.outputs.map(({ name }) => name), ...graph.updates.map(({ name }) => `next/${name}`)];
  return writeModel({ graphName: graph.name, inputs, outputs: names.map((name, i) => ({ name, value: values[i] })), opset }, options);
}
