/** What a training step takes of memory, part by part, before it runs. */
import { sizeAt } from "../cost.ts";
import type { Graph, Node } from "../ir/graph.ts";
import { operatorOf } from "../operators/table.ts";
import { rootsOf, topologicalOrder } from "../ir/graph.ts";
import { chooseWithinBudget, type BudgetedStep } from "./memory-budget.ts";

/** Bytes of what stays from step to step, and of what a step makes. */
export interface StepMemory {
  /** Parameters and states, the optimiser's moments, the moving average, the sum of several batches' gradients. */
  readonly held: { readonly weights: number; readonly moments: number; readonly average: number; readonly accumulated: number };
  /** The largest set of values alive at once in a step, its results among them: estimated by `planStep`, until a backend says what its operators make. */
  readonly values: number;
  /** The process without all that: JavaScript, ONNX Runtime, the models (measured with a model of a few weights). */
  readonly process: number;
  readonly peak: number;
  /** What the backward part reads, and what of it is kept; the rest is computed again. */
  readonly readBytes: number;
  readonly keptBytes: number;
  readonly macs: number;
  readonly recomputedMacs: number;
  readonly recomputed: readonly Node[];
}

export interface StepMemoryRequest {
  readonly graph: Graph;
  /** Vectors that the optimiser keeps for each trained parameter. */
  readonly momentCount: number;
  readonly hasAverage: boolean;
  readonly accumulates: boolean;
  /** Bytes of all weights of the model, those outside of the step included. */
  readonly weightBytes: number;
  readonly trainedBytes: number;
  /** Bytes that the process may take; no limit unless given. */
  readonly budget?: number;
}

const PROCESS_BYTES = 240e6;

/** The step that meets the budget with the least repeated work, or comes nearest to it, and what it takes. */
export function planStep(request: StepMemoryRequest): { readonly step: BudgetedStep; readonly memory: StepMemory } {
  const { graph, trainedBytes } = request;
  const held = { weights: request.weightBytes, moments: request.momentCount * trainedBytes, average: request.hasAverage ? trainedBytes : 0, accumulated: request.accumulates ? trainedBytes : 0 };
  const always = held.weights + held.moments + held.average + held.accumulated + PROCESS_BYTES;
  const step = chooseWithinBudget(graph, request.budget === undefined ? Infinity : request.budget - always);
  const macs = topologicalOrder(rootsOf(graph)).reduce((sum, node) => sum + sizeAt(operatorOf(node.operator).cost(node.inputs.map(({ type }) => type), node.attributes as never, node.type).macs, new Map()), 0);
  const memory = { held, values: step.liveBytes, process: PROCESS_BYTES, peak: always + step.liveBytes, readBytes: step.readBytes, keptBytes: step.keptBytes, macs, recomputedMacs: step.recomputedMacs, recomputed: step.recomputed };
  return { step, memory };
}

/** The same step where its values are known to take so many bytes. */
export function withValues(memory: StepMemory, values: number): StepMemory {
  const { weights, moments, average, accumulated } = memory.held;
  return { ...memory, values, peak: weights + moments + average + accumulated + memory.process + values };
}
