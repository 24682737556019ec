/**
 * The loss of a model as a graph: the model's inputs and the data's other fields go in; the loss comes out, and what the metrics ask for. The same
 * evaluation as for the model alone, with the section's expressions in its scope.
 */
import type { Model, Train } from "../../grammar/ast.ts";
import { answersOf } from "../check/answers.ts";
import { evaluate } from "../check/evaluate.ts";
import { graphOf, runModel, type Configuration } from "../check/model.ts";
import type { Session } from "../check/scope.ts";
import { dataScope, itemsOf, lossValue } from "../check/training.ts";
import type { TensorValue } from "../check/values.ts";
import type { Facts } from "../dims/index.ts";
import { topologicalOrder, type Graph, type NodeOf } from "../ir/graph.ts";
import { comparisonOf, readSection, type TrainingSection } from "./section.ts";

export interface LossGraph {
  readonly section: TrainingSection;
  /** Outputs: `loss` (a scalar), `score` where the metrics say of what they are, and the model's own. Inputs: the model's, then the data's other fields. */
  readonly graph: Graph;
  readonly facts: Facts;
  /** Where the metrics ask for accuracy: the axis of classes of the output `accuracy/scores`; `accuracy/labels` is what they are compared with. */
  readonly classAxis?: number;
}

/** `session`: a new one that builds, in training or not. */
export function lossGraph(session: Session, train: Train, model: Model, configuration: Configuration): LossGraph {
  const run = runModel(session, model, configuration);
  const scope = dataScope(train, run.inputs, { ...run.scope, frame: { ...run.scope.frame, loss: true } });
  const section = readSection(train, run.scope);
  const loss = lossValue(scope, itemsOf(train, "LossItem")[0])!;
  const of = itemsOf(train, "MetricsItem")[0]?.of;
  const score = of && evaluate(scope, comparisonOf(of)?.score ?? of);
  const answers = section.metrics.some(({ name }) => name === "accuracy") ? answersOf(scope, itemsOf(train, "LossItem")[0]) : undefined;
  const outputs = new Map<string, TensorValue>([["loss", loss], ...(answers ? ([["accuracy/scores", answers.scores], ["accuracy/labels", answers.labels]] as const) : []), ...(score?.kind === "tensor" ? [["score", score] as const] : []), ...run.outputs]);
  const graph = graphOf(session, model, { ...run, outputs });
  const fields = section.data.fields.flatMap(({ name }) => {
    const binding = scope.bindings.get(name);
    return binding?.kind === "value" && binding.value.kind === "tensor" ? [binding.value.node as NodeOf<"input">] : [];
  });
  const known = new Set(graph.inputs);
  return { section, facts: run.facts, classAxis: answers?.axis, graph: { ...graph, inputs: [...graph.inputs, ...fields.filter((field) => !known.has(field))] } };
}

/** A graph with some of its outputs alone, and of the inputs those that they reach. */
export function withOutputs(graph: Graph, names: readonly string[]): Graph {
  const outputs = graph.outputs.filter(({ name }) => names.includes(name));
  const reached = new Set(topologicalOrder([...outputs, ...graph.updates].map(({ node }) => node)));
  return { ...graph, outputs, inputs: graph.inputs.filter((node) => reached.has(node)), parameters: graph.parameters.filter((node) => reached.has(node)), states: graph.states.filter((node) => reached.has(node)) };
}
