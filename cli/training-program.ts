/** From a checked program to what trains it: the section, the weights, two ONNX models (step, evaluation) and the kernel of the optimiser. */
import { createHash, type Hash } from "node:crypto";
import { buildOnnx, type OnnxArtefact } from "../backends/onnx/index.ts";
import { elementwiseKernel } from "../backends/wasm/kernel.ts";
import type { Compilation, Variant } from "../compiler/compilation.ts";
import { constantValue, emptyFacts, showSize, type Size } from "../compiler/dims/index.ts";
import { frozenOf } from "../compiler/frozen.ts";
import type { Graph, Node } from "../compiler/ir/graph.ts";
import { topologicalOrder } from "../compiler/ir/graph.ts";
import { optimise } from "../compiler/passes/index.ts";
import { gradientName, stepGraph, type StepGraph } from "../compiler/training/step.ts";
import type { LossGraph } from "../compiler/training/loss-graph.ts";
import type { TrainingSection } from "../compiler/training/section.ts";
import { planStep, withValues, type StepMemory, type StepMemoryRequest } from "../compiler/training/step-memory.ts";
import { groupFactor } from "../compiler/training/groups.ts";
import { momentsOf } from "../compiler/training/moments.ts";
import { thinGradients } from "../compiler/training/thin-gradients.ts";
import { updateGraph } from "../compiler/training/update.ts";
import type { Model, Train } from "../grammar/ast.ts";
import type { TrainingProgram } from "../runtime/training/program.ts";
import { countOf, type Shape } from "../runtime/training/shape.ts";
import type { TrainedModel } from "../runtime/training/trained-model.ts";
import { ProgramError } from "./errors.ts";
import { requireWithin } from "./memory-plan.ts";
import { version } from "./version.ts";

export interface TrainingChoices {
  /** Instead of the section's. */
  readonly batch?: number;
  /** Bytes that the process may take. */
  readonly memory?: number;
}

/** The training section of a model. */
export function trainOf(compilation: Compilation, model: Model): Train {
  const [train] = compilation.trainingOf(model);
  if (!train) throw new ProgramError(`${model.name.text} has no training section`, `write \`train ${model.name.text} { data … loss … optimizer … }\``);
  return train;
}

export const trainingProgram = (compilation: Compilation, model: Model, variant: Variant, choices: TrainingChoices = {}): TrainingProgram => planTraining(compilation, model, variant, choices).program;

/** What every target of a training begins with: the model's description, and the graphs of its loss. */
export interface TrainingGraphs {
  readonly trained: TrainedModel;
  readonly section: TrainingSection;
  /** Loss, score and outputs in evaluation, of any batch. */
  readonly evaluation: LossGraph;
  /** The loss in training, of a batch of the section's size. */
  readonly loss: LossGraph;
  readonly isFrozen: (path: string) => boolean;
  readonly step: StepGraph;
  /** Asks for the plan of a step's graph. */
  readonly request: (graph: Graph) => Omit<StepMemoryRequest, "budget">;
}

/** Throws ProgramError when the model cannot be trained. */
export function trainingGraphs(compilation: Compilation, model: Model, variant: Variant, choices: TrainingChoices = {}): TrainingGraphs {
  const train = trainOf(compilation, model);
  const evaluation = compilation.loss(train, model, variant);
  const section: TrainingSection = { ...evaluation.section, batch: choices.batch ?? evaluation.section.batch };
  const batchAxis = section.data.fields[0]?.axes[0];
  if (!batchAxis || batchAxis.size !== undefined) throw new ProgramError("the first axis of the data's first field is no free batch axis", "write it as `B`");
  const loss = compilation.loss(train, model, variant, { training: true, fixedSizes: new Map([[batchAxis.name, section.batch]]) });
  const isFrozen = frozenOf(compilation.program, model);
  const step = stepGraph(loss.graph, loss.facts, isFrozen);
  const trainedPaths = new Set(step.trainable.map(({ attributes }) => attributes.path));
  const all = evaluation.graph;
  const shapes = new Map([...step.graph.parameters, ...step.graph.states, ...all.parameters, ...all.states].map((node) => [node.attributes.path, node]));
  const parameters = [...shapes.values()].filter((node) => node.operator === "parameter");
  const states = [...shapes.values()].filter((node) => node.operator === "state");
  const bytesOf = (nodes: readonly Node[]): number => nodes.reduce((sum, node) => sum + 4 * countOf(shapeOf(node)), 0);
  const trained: TrainedModel = {
    model: model.name.text, variant: variant.name, section,
    parameters: parameters.map((node) => ({ path: node.attributes.path, shape: shapeOf(node), init: node.attributes.init, isTrained: trainedPaths.has(node.attributes.path), rateFactor: groupFactor(section.optimizer.groups, "lr", node.attributes.path), decayFactor: groupFactor(section.optimizer.groups, "decay", node.attributes.path) })),
    states: states.map((node) => ({ path: node.attributes.path, shape: shapeOf(node), init: node.attributes.init })),
    random: step.random.map(({ name, key, distribution, node }) => ({ name, key, distribution, shape: shapeOf(node) })),
    fields: loss.graph.inputs.filter((node) => section.data.fields.some(({ name }) => name === node.attributes.name)).map((node) => ({ name: node.attributes.name, dtype: node.type.dtype === "i32" ? "i32" : "f32", shape: shapeOf(node) })),
    ...(evaluation.classAxis === undefined ? {} : { classAxis: evaluation.classAxis }),
    ...hashesOf(step),
  };
  const request = (graph: Graph): Omit<StepMemoryRequest, "budget"> => ({
    graph, momentCount: momentsOf(section.optimizer).length, hasAverage: section.ema !== undefined, accumulates: section.accumulate > 1,
    weightBytes: bytesOf([...shapes.values()]), trainedBytes: bytesOf(step.trainable),
  });
  return { trained, section, evaluation, loss, isFrozen, step, request };
}

/** The program, and what a step of it takes of memory. Throws ProgramError when it cannot be trained, or not within `choices.memory`. */
export function planTraining(compilation: Compilation, model: Model, variant: Variant, choices: TrainingChoices = {}): { readonly program: TrainingProgram; readonly memory: StepMemory } {
  const { trained, section, evaluation, step, request } = trainingGraphs(compilation, model, variant, choices);
  const thin = thinGradients(step.graph);
  const { built, memory } = stepWithin(request(thin.graph), choices.memory);
  const program: TrainingProgram = {
    ...trained,
    step: built.model,
    ...(built.arena ? { arena: built.arena } : {}),
    gradientForms: new Map(step.trainable.flatMap(({ attributes: { path } }) => (thin.forms.has(gradientName(path)) ? [[path, thin.forms.get(gradientName(path))!]] : []))),
    evaluation: onnxOf(optimise(evaluation.graph, { facts: evaluation.facts }), "the evaluation").model,
    update: elementwiseKernel(optimise(updateGraph(section.optimizer), { facts: emptyFacts(), training: true })),
  };
  return { program, memory };
}

/** Plans that are made before a limit is given up. */
const mostPlans = 6;

/**
 * The step as ONNX, and what it takes. What is computed again is chosen by an estimate over netc's nodes; the operators that are made of them say what it comes
 * to, and where that is more than the limit, the estimate gets a smaller one.
 */
function stepWithin(request: Omit<StepMemoryRequest, "budget">, limit: number | undefined): { readonly built: OnnxArtefact; readonly memory: StepMemory } {
  let [budget, best]: [number | undefined, { readonly built: OnnxArtefact; readonly memory: StepMemory } | undefined] = [limit, undefined];
  for (let plans = 0; plans < mostPlans; plans++) {
    const { step, memory: estimated } = planStep({ ...request, budget });
    const built = onnxOf(step.graph, "the training step", { runLate: true });
    const memory = withValues(estimated, built.arena ? built.arena.plan.bytes + built.arena.plan.outside : estimated.values);
    if (!best || memory.peak < best.memory.peak) best = { built, memory };
    if (limit === undefined || memory.peak <= limit) return { built, memory };
    // At least so little less that another step is chosen.
    budget = Math.min(budget! - (memory.peak - limit), estimated.peak - 1);
  }
  requireWithin(best!.memory, limit!);
  return best!;
}

function onnxOf(graph: Graph, what: string, { runLate = false } = {}): OnnxArtefact {
  const built = buildOnnx(graph, { producerVersion: version, metadata: new Map(), weights: { kind: "inputs" }, runLate });
  if ("refused" in built) {
    const [{ operator, needs, path }] = built.refused;
    throw new ProgramError(`${what} cannot run on ONNX Runtime: ${operator}${path ? ` at ${path}` : ""} needs ${needs}`);
  }
  return built;
}

function shapeOf(node: Node): Shape {
  return node.type.shape.map((size) => {
    const value = constantValue(size);
    if (value === undefined) throw new ProgramError(`${node.path || "an input"} has the free size ${showSize(size)}, which training needs as a number`, "give the axis a number in the model's input or in the data's field");
    return value;
  });
}

/** What a checkpoint must agree with: operators, shapes and weights of the step, whatever the text looks like. Parts by the first two names of a path. */
function hashesOf({ graph, trainable }: StepGraph): Pick<TrainingProgram, "graphHash" | "graphParts"> {
  const whole = createHash("sha256");
  const parts = new Map<string, Hash>();
  const numbers = new Map<Node, number>();
  for (const node of topologicalOrder([...graph.outputs, ...graph.updates].map((root) => root.node))) {
    numbers.set(node, numbers.size);
    const own = node.operator === "parameter" || node.operator === "state" ? node.attributes.path : node.operator === "input" ? node.attributes.name : "";
    const type = `${node.type.dtype}[${node.type.shape.map((size) => showSize(size)).join()}]`;
    whole.update(`${node.operator} ${own} ${node.inputs.map((input) => numbers.get(input)).join()} ${type} ${attributesOf(node)}\n`);
    const path = node.path.split(".").slice(0, 2).join(".");
    const part = parts.get(path) ?? createHash("sha256");
    parts.set(path, part.update(`${node.operator} ${own} ${type} ${attributesOf(node)}\n`));
  }
  whole.update(trainable.map(({ attributes }) => gradientName(attributes.path)).join());
  return { graphHash: whole.digest("hex"), graphParts: Object.fromEntries([...parts].map(([path, part]) => [path, part.digest("hex").slice(0, 12)])) };
}

/** Attributes as a text: sizes as they are shown, and of constants their numbers. */
const attributesOf = (node: Node): string => JSON.stringify(node.attributes, (key, value: unknown) => (key === "init" ? undefined : isSize(value) ? showSize(value) : ArrayBuffer.isView(value) ? createHash("sha256").update(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)).digest("hex") : value));

const isSize = (value: unknown): value is Size => typeof value === "object" && value !== null && "terms" in value && "id" in value;
