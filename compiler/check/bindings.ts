/**
 * Statements of a body become lazy bindings: each value is computed once, when it is first used, in the scope where it stands. So members
 * of families may use each other in any order, and a layer exists only where it is used in the chosen arms.
 */
import type { Let, Parameter, State, Statement } from "../../grammar/ast.ts";
import type { Span } from "../../grammar/source.ts";
import { variablesOf } from "../dims/index.ts";
import type { Initializer, Node } from "../ir/graph.ts";
import type { TensorType } from "../types/types.ts";
import { axisNames, shapeOf } from "./elementwise.ts";
import { evaluate } from "./evaluate.ts";
import { annotated, evaluateTensorType, requireType } from "./declared-type.ts";
import { declareFamily, type FamilyClause } from "./families.ts";
import { refuseFreeWeight } from "./free-weights.ts";
import { initialiser } from "./options.ts";
import { inGraph, joinPath, ownWeight, report, sameNames, type Binding, type Scope } from "./scope.ts";
import { withinStack } from "./stack.ts";
import { apart, suspect } from "./suspicion.ts";
import { describe, unknown, type RecordValue, type TensorValue, type Value } from "./values.ts";

/** Declares what the statements bind. `forceAll` computes everything (checking); otherwise only what is used is ever computed. */
export function declareStatements(scope: Scope, statements: readonly Statement[]): void {
  const families = new Map<string, FamilyClause[]>();
  statements.forEach((statement, index) => {
    switch (statement.kind) {
      case "Let":
        declareLet(scope, statement, index, families);
        return;
      case "Parameter":
      case "State":
        declare(scope, statement.name.text, statement.name.span, ownedBinding(scope, statement, index));
        return;
      default:
        return;
    }
  });
  for (const [name, clauses] of families) scope.bindings.set(name, declareFamily(scope, name, clauses));
  // Axes that weights introduce are names of the body from its first line on.
  for (const statement of statements) if (statement.kind === "Parameter" || statement.kind === "State") weightType(scope, statement);
}

/** Computes every binding in the order of the text: each for itself. */
export function forceStatements(scope: Scope, statements: readonly Statement[]): void {
  apart(scope.frame.session, () => forceAll(scope, statements));
}

function forceAll(scope: Scope, statements: readonly Statement[]): void {
  for (const statement of statements) {
    switch (statement.kind) {
      case "Let":
        for (const name of namesOfTarget(statement)) force(scope.bindings.get(name));
        break;
      case "Parameter":
      case "State":
        force(scope.bindings.get(statement.name.text));
    }
  }
}

function force(binding: Binding | undefined): void {
  if (binding?.kind === "lazy") binding.force();
  if (binding?.kind === "family") binding.check();
}

export function namesOfTarget(statement: Let): readonly string[] {
  switch (statement.target.kind) {
    case "Identifier":
      return [statement.target.text];
    case "MemberTarget":
      return [statement.target.name.text];
    case "FieldsTarget":
      return statement.target.names.map((name) => name.text);
  }
}

function declare(scope: Scope, name: string, span: Span, binding: Binding): void {
  if (!name) return;
  if (scope.bindings.has(name)) report(scope, "NET0105", span, { name, what: "name" });
  else scope.bindings.set(name, binding);
}

/** A value computed once; using it while it is being computed is an error of the program. */
export function lazily(scope: Scope, name: string, span: Span, compute: () => Value): () => Value {
  let state: "waiting" | "computing" | Value = "waiting";
  let suspicious = false;
  return () => {
    if (state === "computing") {
      report(scope, "NET0110", span, { name });
      return unknown;
    }
    if (state === "waiting") {
      state = "computing";
      try {
        const computed = withinStack(scope, name, span, compute);
        ({ value: state, suspicious } = computed);
      } finally {
        if (state === "computing") state = unknown;
      }
    }
    if (suspicious) {
      suspect(scope.frame.session);
      scope.frame.said.add(""); // names that it would have brought are missing here
    }
    return state;
  };
}

function declareLet(scope: Scope, statement: Let, index: number, families: Map<string, FamilyClause[]>): void {
  const order = [...scope.order, index];
  const { target } = statement;
  switch (target.kind) {
    case "Identifier": {
      if (statement.family) {
        report(scope, "NET0203", target.span, { wanted: `a member, \`${target.text}[${statement.family.variable.text}]\``, found: "a plain name", where: "`for … in`" });
        return;
      }
      const inner = sameNames(scope, { path: joinPath(scope.path, target.text), order, statement: { expression: statement.value, bound: true } });
      const compute = lazily(scope, target.text, target.span, () => recorded(scope, statement, annotated(scope, statement, evaluate(inner, statement.value))));
      declare(scope, target.text, target.span, { kind: "lazy", force: compute });
      return;
    }
    case "FieldsTarget": {
      const inner = sameNames(scope, { order, statement: { expression: statement.value, bound: false } });
      const compute = lazily(scope, target.names[0]?.text ?? "", target.span, () => evaluate(inner, statement.value));
      for (const name of target.names) {
        declare(scope, name.text, name.span, { kind: "lazy", force: lazily(scope, name.text, name.span, () => fieldOf(scope, compute(), name.text, name.span)) });
      }
      return;
    }
    case "MemberTarget": {
      const clauses = families.get(target.name.text) ?? [];
      if (clauses.length === 0 && scope.bindings.has(target.name.text)) report(scope, "NET0105", target.name.span, { name: target.name.text, what: "name" });
      clauses.push({ statement, order });
      families.set(target.name.text, clauses);
    }
  }
}

function recorded(scope: Scope, statement: Let, value: Value): Value {
  scope.frame.session.record?.(statement, value, scope);
  return value;
}

export function fieldOf(scope: Scope, value: Value, name: string, span: Span): Value {
  if (value.kind === "unknown") return value;
  const field = value.kind === "record" ? (value as RecordValue).fields.get(name) : undefined;
  if (field) return field;
  report(scope, "NET0109", span, { of: describe(value), name, members: value.kind === "record" ? [...value.fields.keys()] : [] });
  return unknown;
}

// ------------------------------------------------------------------------------------------------------------------- weights and states

const weightTypes = new WeakMap<Scope, Map<Parameter | State, TensorType | undefined>>();

function weightType(scope: Scope, statement: Parameter | State): TensorType | undefined {
  let known = weightTypes.get(scope);
  if (!known) weightTypes.set(scope, (known = new Map()));
  if (!known.has(statement)) known.set(statement, evaluateTensorType(scope, statement.type));
  return known.get(statement);
}

function ownedBinding(scope: Scope, statement: Parameter | State, index: number): Binding {
  const { frame } = scope;
  const name = statement.name.text;
  const make = (): Value => {
    const type = weightType(scope, statement);
    if (frame.owns) frame.owns.value = true;
    const value = initialiser(scope, evaluate(sameNames(scope, { statement: { expression: statement.init, bound: true } }), statement.init), statement.init.span, `the first value of \`${name}\``);
    if (!type) return unknown;
    if (frame.session.mode === "build" && value.kind === "init" && !value.init) {
      report(scope, "NET0318", statement.init.span, { reason: `the first value of \`${name}\` depends on a free size` });
    }
    for (const item of type.axes) for (const variable of variablesOf(item.size.size)) frame.weightSizes?.add(variable);
    if (!frame.weightSizes && !type.axes.every((item) => refuseFreeWeight(scope, statement.type.span, `an axis of the weight \`${name}\``, item.size))) return { kind: "tensor", type };
    const tensor: TensorValue = { kind: "tensor", type, node: weightNode(scope, statement, index, type, value.kind === "init" ? value.init : undefined) };
    scope.frame.session.record?.(statement, tensor, scope);
    return tensor;
  };
  return { kind: "lazy", force: lazily(scope, name, statement.name.span, make) };
}

function weightNode(scope: Scope, statement: Parameter | State, index: number, type: TensorType, init: Initializer | undefined): Node | undefined {
  const { session } = scope.frame;
  const path = joinPath(scope.path, statement.name.text);
  const known = session.weights.get(path);
  if (known) return known.node;
  const kind = statement.kind === "Parameter" ? "parameter" : "state";
  const node = inGraph(sameNames(scope, { path }), statement.span, (build) =>
    build.make(kind, [], { path, init: init ?? { kind: "constant", value: 0 }, shape: shapeOf(type.axes), dtype: type.dtype }, axisNames(type.axes)),
  );
  if (node && (node.operator === "parameter" || node.operator === "state")) ownWeight(session, path, { node, order: [...scope.order, index] });
  return node;
}

/** `update mean = …`: the new value has the state's type; recorded when a training graph is built. */
export function evaluateUpdates(scope: Scope, statements: readonly Statement[]): void {
  const { session } = scope.frame;
  statements.forEach((statement, index) => void apart(session, () => {
    if (statement.kind !== "Update") return;
    const binding = scope.bindings.get(statement.name.text);
    const isState = statements.some((other) => other.kind === "State" && other.name.text === statement.name.text);
    if (!isState || binding?.kind !== "lazy") {
      report(scope, "NET0101", statement.name.span, { name: statement.name.text, what: "state" });
      return;
    }
    const first = statements.find((other) => other.kind === "Update" && other.name.text === statement.name.text);
    if (first !== statement) {
      report(scope, "NET0105", statement.name.span, { name: statement.name.text, what: "update of" }, { related: [{ span: first!.span, message: "updated first here" }], notes: ["a training step gives a state one new value"] });
      return;
    }
    if (session.mode === "build" && !session.training) return;
    const state = binding.force();
    const inner = sameNames(scope, { order: [...scope.order, index], statement: { expression: statement.value, bound: false } });
    const value = evaluate(inner, statement.value);
    if (state.kind !== "tensor" || value.kind === "unknown") return;
    if (value.kind !== "tensor") {
      report(scope, "NET0203", statement.value.span, { wanted: describe(state), found: describe(value), where: `the update of \`${statement.name.text}\`` });
      return;
    }
    requireType(scope, value.type, state.type, statement.name.text, statement.value.span, statement.name.span);
    if (value.node && state.node?.operator === "state") session.updates.set(state.node.attributes.path, { name: state.node.attributes.path, node: value.node });
  }));
}
