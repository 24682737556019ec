/**
 * A model under one configuration: its config keys have values, its inputs are tensors (free sizes stay symbolic), its outputs are computed.
 * Checking and building are the same walk.
 */
import type { Expression, Model, ModelInput, ModelOutput, Option, Statement } from "../../grammar/ast.ts";
import { textOf } from "../../grammar/source.ts";
import { assume, constant, declare, emptyFacts, showSize, variable, type Facts } from "../dims/index.ts";
import { topologicalOrder, type Graph, type NamedNode, type Node, type NodeOf, type Requirement } from "../ir/graph.ts";
import type { TensorType } from "../types/types.ts";
import { declareStatements, evaluateUpdates, forceStatements, lazily } from "./bindings.ts";
import { annotated, evaluateAxes } from "./declared-type.ts";
import { axisNames, shapeOf } from "./elementwise.ts";
import { evaluate } from "./evaluate.ts";
import { assumeFacts, assumePromises, requireSatisfiable, namesIn, sizeOfName } from "./facts.ts";
import { optionValue, unknownChoice, choiceOf } from "./options.ts";
import { childScope, inGraph, joinPath, report, type Frame, type Scope, type Session } from "./scope.ts";
import { describe, unknown, type TensorValue, type Value } from "./values.ts";

/** Values that replace the defaults of config keys: expressions of the source (an ablation row) or of the command line. */
export type Configuration = ReadonlyMap<string, Expression>;

export interface ModelRun {
  readonly scope: Scope;
  readonly inputs: ReadonlyMap<string, TensorValue>;
  readonly outputs: ReadonlyMap<string, TensorValue>;
  /** The facts that the sizes of the inputs must satisfy. */
  readonly facts: Facts;
  /** What of the facts of the inputs concerns a batch. */
  readonly requirements: readonly Requirement[];
}

export function runModel(session: Session, model: Model, configuration: Configuration): ModelRun {
  const { scope, inputs, statements } = declared(session, model, configuration);
  if (session.mode === "check") forceStatements(scope, statements);
  const found = new Map<string, TensorValue>();
  for (const output of outputsOf(model)) {
    const binding = scope.bindings.get(output.name.text);
    const value = binding?.kind === "lazy" ? binding.force() : unknown;
    if (value.kind === "tensor") found.set(output.name.text, value);
  }
  evaluateUpdates(scope, statements);
  if (outputsOf(model).length === 0 && model.name.text) report(scope, "NET0505", model.name.span, { model: model.name.text });
  return { scope, inputs, outputs: found, facts: promisedFacts(session, scope.facts), requirements: session.requirements };
}

/**
 * Evaluates the statements of a model one after the other, a step each, for what the session remembers of the blocks that they call: a run of the model
 * after it is short. What a run would not evaluate may be refused here, which says nothing of the run.
 */
export function* rehearseModel(session: Session, model: Model, configuration: Configuration): Generator<void, void> {
  const { scope, statements } = declared(session, model, configuration);
  for (const statement of statements) {
    yield;
    try {
      forceStatements(scope, [statement]);
    } catch {
      return;
    }
  }
}

const outputsOf = ({ members }: Model): readonly ModelOutput[] => members.filter((member): member is ModelOutput => member.kind === "ModelOutput");

/** A model whose names are all declared and none evaluated, but for its config and inputs. */
function declared(session: Session, model: Model, configuration: Configuration): { readonly scope: Scope; readonly inputs: ReadonlyMap<string, TensorValue>; readonly statements: readonly Statement[] } {
  const frame: Frame = {
    session, name: model.name.text, item: model.span, model, slid: new Set(), path: "", order: [], labels: new Map(), axes: new Map(), rows: new Map(), outside: new Map(), quiet: false, callers: [], granted: [], refused: new Set(), said: new Set(), owns: { value: false },
  };
  let scope: Scope = { frame, bindings: new Map(), facts: emptyFacts(), guarded: [], known: new Map(), path: "", order: [] };
  for (const option of model.config) bindConfig(scope, option, configuration.get(option.name.text));
  checkConfigFacts(scope, model);
  const inputs = new Map<string, TensorValue>();
  let facts = scope.facts;
  for (const member of model.members) {
    if (member.kind !== "ModelInput") continue;
    const own = declareInput({ ...scope, facts }, member);
    facts = own.facts;
    if (frameHas(scope, member.name.text)) report(scope, "NET0105", member.name.span, { name: member.name.text, what: "name" });
    scope.bindings.set(member.name.text, { kind: "value", value: own.value });
    if (own.value.kind === "tensor") inputs.set(member.name.text, own.value);
  }
  scope = { ...scope, facts };
  for (const member of model.members) if (member.kind === "ModelInput") scope = assumeFacts(scope, member.where);
  const where = model.members.flatMap((member) => (member.kind === "ModelInput" ? member.where : []));
  if (session.mode === "check" && where.length) requireSatisfiable(scope, where, "the facts of the inputs");

  const statements = model.members.filter((member): member is Statement => member.kind !== "ModelInput" && member.kind !== "ModelOutput");
  if (statements.some((statement) => statement.kind === "Assume")) {
    const names = childScope(scope);
    declareStatements(names, statements);
    scope = assumePromises(scope, names, statements);
  }
  declareStatements(scope, statements);
  outputsOf(model).forEach((output, i) => declareOutput(scope, output, statements.length + i));
  return { scope, inputs, statements };
}

/** The facts of the inputs and what the blocks in the graph assume. */
function promisedFacts(session: Session, facts: Facts): Facts {
  return session.requirements.flatMap(({ claims, reason }) => (reason === undefined ? [] : claims)).reduce((known, claim) => assume(known, claim).facts, facts);
}

function frameHas(scope: Scope, name: string): boolean {
  return scope.bindings.has(name);
}

// ------------------------------------------------------------------------------------------------------------------- config

function bindConfig(scope: Scope, option: Option, override: Expression | undefined): void {
  const name = option.name.text;
  if (scope.bindings.has(name)) report(scope, "NET0105", option.name.span, { name, what: "config key" });
  if (option.optionKind.kind === "NamedKind" && !choiceOf(scope, option.optionKind)) unknownChoice(scope, option.optionKind.name);
  const tree = override ?? option.default;
  if (!tree) {
    report(scope, "NET0201", option.span, { block: scope.frame.name, missing: name, what: "option" }, { notes: ["every config key has a default"] });
    scope.bindings.set(name, { kind: "value", value: unknown });
    return;
  }
  const value = optionValue(scope, option, option.optionKind, tree);
  scope.bindings.set(name, { kind: "value", value: value.kind === "choice" || value.kind === "bool" ? { ...value, symbol: name } : named(value, option) });
}

/** An int of the config is declared by its key, whatever the number is. */
function named(value: Value, option: Option): Value {
  if (value.kind !== "int") return value;
  return { kind: "int", use: { size: value.use.size, origin: { kind: "declared", span: option.name.span, name: option.name.text } } };
}

function checkConfigFacts(scope: Scope, model: Model): void {
  for (const fact of model.configWhere) {
    const value = evaluate(scope, fact);
    if (value.kind === "unknown") continue;
    if (value.kind !== "bool") report(scope, "NET0203", fact.span, { wanted: "a fact", found: describe(value), where: "`where`" });
    else if (value.value === false) {
      const values = namesIn(fact).flatMap((name) => {
        const use = sizeOfName(scope, name);
        return use ? [`${name} = ${showSize(use.size)}`] : [];
      });
      report(scope, "NET0504", fact.span, { fact: textOf(fact.span), values: values.join(" and ") || "it does not hold" });
    }
  }
}

// ------------------------------------------------------------------------------------------------------------------- inputs and outputs

function declareInput(scope: Scope, input: ModelInput): { value: Value; facts: Facts } {
  let { facts } = scope;
  const { fixedSizes } = scope.frame.session;
  if (input.type.kind !== "TensorType") {
    if (input.type.kind !== "MissingType") report(scope, "NET0203", input.type.span, { wanted: "a tensor type", found: `\`${textOf(input.type.span)}\``, where: `the input \`${input.name.text}\`` });
    return { value: unknown, facts };
  }
  const axes = evaluateAxes(scope, input.type.axes, (name, span) => {
    const fixed = fixedSizes.get(name);
    if (fixed !== undefined) return { size: constant(fixed), origin: { kind: "declared", span, name } };
    facts = declare(facts, name);
    return { size: variable(name), origin: { kind: "declared", span, name } };
  });
  if (!axes) return { value: unknown, facts };
  // A size written in an input's type is declared there: `Y = 480`.
  const type: TensorType = {
    dtype: input.type.dtype,
    axes: axes.map((item, i) => {
      const part = input.type.kind === "TensorType" ? input.type.axes[i] : undefined;
      if (item.kind !== "axis" || part?.kind !== "NamedAxis" || !part.size || item.size.origin.kind === "made") return item;
      const size = { size: item.size.size, origin: { kind: "declared", span: part.span, name: part.name.text } as const };
      const entry = scope.frame.axes.get(part.name.text);
      if (entry && entry.size === item.size) scope.frame.axes.set(part.name.text, { label: entry.label, size });
      return { ...item, size };
    }),
  };
  const node = inGraph(childScope(scope, { path: input.name.text }), input.span, (build) =>
    build.make("input", [], { name: input.name.text, shape: shapeOf(type.axes), dtype: type.dtype }, axisNames(type.axes)),
  );
  return { value: { kind: "tensor", type, node }, facts };
}

function declareOutput(scope: Scope, output: ModelOutput, index: number): void {
  const name = output.name.text;
  if (!name) return;
  const inner = childScope(scope, { path: joinPath(scope.path, name), order: [...scope.order, index], statement: { expression: output.value, bound: true } });
  const compute = lazily(scope, name, output.name.span, () => {
    const value = evaluate(inner, output.value);
    if (value.kind !== "tensor" && value.kind !== "unknown") {
      report(scope, "NET0203", output.value.span, { wanted: "a tensor", found: describe(value), where: `the output \`${name}\`` });
      return unknown;
    }
    const typed = annotated(scope, output, value, name);
    scope.frame.session.record?.(output, typed, scope);
    return typed;
  });
  if (scope.bindings.has(name)) report(scope, "NET0105", output.name.span, { name, what: "name" });
  else scope.bindings.set(name, { kind: "lazy", force: compute });
}

// ------------------------------------------------------------------------------------------------------------------- graph

/** The graph of a run in build mode: what its outputs reach, weights in the order of the source. */
export function graphOf(session: Session, model: Model, run: ModelRun): Graph {
  const outputs: NamedNode[] = [...run.outputs].map(([name, value]) => ({ name, node: value.node as Node }));
  const updates = [...session.updates.values()];
  const reached = new Set(topologicalOrder([...outputs, ...updates].map((root) => root.node)));
  const owned = [...session.weights.values()].filter(({ node }) => reached.has(node as Node)).sort((a, b) => compareOrder(a.order, b.order));
  const layers = [...session.layers].sort(([, a], [, b]) => compareOrder(a.order, b.order));
  return {
    name: model.name.text,
    inputs: [...run.inputs.values()].map((value) => value.node as NodeOf<"input">),
    outputs,
    parameters: owned.flatMap(({ node }) => (node.operator === "parameter" ? [node as NodeOf<"parameter">] : [])),
    states: owned.flatMap(({ node }) => (node.operator === "state" ? [node as NodeOf<"state">] : [])),
    updates,
    requirements: session.requirements,
    blocks: new Map(layers.filter(([, { isLayer }]) => isLayer).map(([path, { call }]) => [path, call.block])),
    calls: new Map(layers.map(([path, layer]) => [path, layer.call])),
  };
}

function compareOrder(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}
