/**
 * Applies rules to every operation, operands first, until nothing changes. A rule looks at one value and gives another of the same type, or nothing;
 * what it makes inside is looked at in the next sweep.
 */
import type { Emitter } from "../emitter.ts";
import type { OperationValue, Value } from "../value.ts";
import { valuesInOrder } from "../value.ts";

export interface RuleContext {
  readonly emit: Emitter;
  /** How many operands and outputs a value is, at the start of the sweep. */
  readonly usesOf: (value: Value) => number;
}

export interface Rule {
  /** The ONNX operators that it is about. */
  readonly operators: readonly string[];
  readonly apply: (value: OperationValue, context: RuleContext) => Value | undefined;
}

export const forOperations = (operators: readonly string[], apply: Rule["apply"]): Rule => ({ operators, apply });

type RulesOf = ReadonlyMap<string, readonly Rule[]>;

/** More sweeps than any program needs; each rule makes the graph smaller or moves something one way. */
const SWEEPS = 40;

export function rewrite(roots: readonly Value[], rules: readonly Rule[], emit: Emitter): readonly Value[] {
  const rulesOf = new Map<string, Rule[]>();
  for (const rule of rules) for (const operator of rule.operators) rulesOf.set(operator, [...(rulesOf.get(operator) ?? []), rule]);
  let current = roots;
  for (let i = 0; i < SWEEPS; i++) {
    const next = sweep(current, rulesOf, emit);
    if (next.every((value, at) => value === current[at])) return next;
    current = next;
  }
  return current;
}

function sweep(roots: readonly Value[], rules: RulesOf, emit: Emitter): readonly Value[] {
  const order = valuesInOrder(roots);
  const uses = new Map<Value, number>();
  const count = (value: Value | undefined): void => void (value && uses.set(value, (uses.get(value) ?? 0) + 1));
  for (const value of order) if (value.kind === "operation") value.inputs.forEach(count);
  roots.forEach(count);
  const replacements = new Map<Value, Value>();
  const usesNow = new Map<Value, number>();
  const context: RuleContext = { emit, usesOf: (value) => usesNow.get(value) ?? 1 };
  for (const value of order) {
    const replacement = value.kind === "operation" ? simplified(value, replacements, rules, context) : value;
    replacements.set(value, replacement);
    usesNow.set(replacement, (usesNow.get(replacement) ?? 0) + (uses.get(value) ?? 0));
  }
  return roots.map((root) => replacements.get(root)!);
}

function simplified(value: OperationValue, replacements: ReadonlyMap<Value, Value>, rules: RulesOf, context: RuleContext): Value {
  const inputs = value.inputs.map((input) => input && replacements.get(input)!);
  let current: Value = inputs.every((input, i) => input === value.inputs[i])
    ? value
    : context.emit.within(value.origin, () => context.emit.withInputs(value, inputs));
  for (let applied = true; applied && current.kind === "operation";) {
    const operation: OperationValue = current;
    const next: Value | undefined = context.emit.within(operation.origin, () => firstOf(rules.get(operation.opType) ?? none, operation, context));
    if (next) current = next;
    applied = next?.kind === "operation" && !replacements.has(next);
  }
  return current;
}

const none: readonly Rule[] = [];

function firstOf(rules: readonly Rule[], operation: OperationValue, context: RuleContext): Value | undefined {
  for (const rule of rules) {
    const next = rule.apply(operation, context);
    if (next && next !== operation) return next;
  }
  return undefined;
}
