/**
 * What a training section says, as plain data: numbers are computed, names are texts. The section has been checked (check/training.ts); what is not said
 * has the usual value, which is written here and nowhere else.
 */
import type { Argument, Expression, Train, TrainCall } from "../../grammar/ast.ts";
import { evaluate } from "../check/evaluate.ts";
import { knownNumber } from "../check/training-numbers.ts";
import type { Scope } from "../check/scope.ts";
import { itemsOf, textOfPath } from "../check/training.ts";
import type { Value } from "../check/values.ts";
import { dataContract } from "./data-contract.ts";
import type { MetricRequest, Optimizer, Schedule, TrainingSection } from "./description.ts";

/** A number, several, or a name such as `train`. */
export type ArgumentValue = number | readonly number[] | string;

export type { MetricRequest, Optimizer, Schedule, TrainingSection } from "./description.ts";

/** `scope`: that of the model in one variant, while building. */
export function readSection(train: Train, scope: Scope): TrainingSection {
  const [optimizer] = itemsOf(train, "OptimizerItem");
  const [schedule] = itemsOf(train, "ScheduleItem");
  const [metrics] = itemsOf(train, "MetricsItem");
  const numbers = new Map(itemsOf(train, "NumberItem").map((item) => [item.name.text, knownNumber(evaluate(scope, item.value))]));
  const threshold = metrics?.of && thresholdOf(metrics.of, scope);
  return {
    data: dataContract(train, scope),
    weightsPlan: itemsOf(train, "WeightsItem")[0]?.name.text,
    optimizer: {
      ...optimizerOf(optimizer.call, scope),
      groups: optimizer.groups.map((group) => ({ patterns: group.paths.map(textOfPath), quantity: group.quantity.text as "lr" | "decay", factor: knownNumber(evaluate(scope, group.factor)) ?? 1 })),
    },
    schedule: scheduleOf(schedule?.call, scope),
    epochs: numbers.get("epochs"), steps: numbers.get("steps"), batch: numbers.get("batch") ?? 1,
    accumulate: numbers.get("accumulate") ?? 1, ema: numbers.get("ema"), patience: numbers.get("patience"),
    metrics: (metrics?.metrics ?? []).map((metric) => ({ name: metric.name.text as MetricRequest["name"], at: metric.at ? [argumentOf(evaluate(scope, metric.at)) ?? []].flat().filter((each) => typeof each === "number") : [] })),
    threshold: threshold ?? 0.5,
    atOriginal: metrics?.atOriginal ?? false,
  };
}

/** `score > 0.35`: the score, and the number that it is compared with. */
export function comparisonOf(tree: Expression): { readonly score: Expression; readonly with: Expression } | undefined {
  return tree.kind === "Binary" && tree.operator === ">" ? { score: tree.left, with: tree.right } : undefined;
}

const thresholdOf = (tree: Expression, scope: Scope): number | undefined => {
  const comparison = comparisonOf(tree);
  return comparison && knownNumber(evaluate(scope, comparison.with));
};

function optimizerOf(call: TrainCall, scope: Scope): Omit<Optimizer, "groups"> {
  const given = argumentsOf(call, scope);
  const number = (name: string, usual: number): number => (typeof given.get(name) === "number" ? (given.get(name) as number) : usual);
  const betas = given.get("betas");
  const kind = call.name.text as Optimizer["kind"];
  return {
    kind,
    learningRate: number("lr", kind === "sgd" ? 1e-2 : 1e-3),
    betas: Array.isArray(betas) ? [betas[0] ?? 0.9, betas[1] ?? 0.999] : [0.9, 0.999],
    epsilon: number("eps", 1e-8),
    decay: number("decay", kind === "adamw" ? 1e-2 : 0),
    momentum: number("momentum", 0),
    ...(given.has("clip") ? { clip: number("clip", Infinity) } : {}),
  };
}

function scheduleOf(call: TrainCall | undefined, scope: Scope): Schedule {
  const given = call ? argumentsOf(call, scope) : new Map<string, ArgumentValue>();
  const number = (name: string, usual: number): number => (typeof given.get(name) === "number" ? (given.get(name) as number) : usual);
  const at = given.get("at");
  return {
    kind: (call?.name.text ?? "constant") as Schedule["kind"],
    at: typeof at === "number" ? [at] : Array.isArray(at) ? at : [],
    by: number("by", 0.1), power: number("power", 1), warmup: number("warmup", 0), floor: number("floor", 0),
  };
}

function argumentsOf(call: TrainCall, scope: Scope): ReadonlyMap<string, ArgumentValue> {
  const found = new Map<string, ArgumentValue>();
  call.arguments.forEach((argument, at) => {
    if (argument.kind === "StringLiteral") return void found.set(`${at}`, argument.value);
    const { name, value } = argument as Argument;
    const own = value.kind === "Name" && ["train", "val", "test", "validation"].includes(value.text) ? value.text : value.kind === "SizedName" || value.kind === "Spread" ? undefined : argumentOf(evaluate(scope, value));
    if (own !== undefined) found.set(name?.text ?? `${at}`, own);
  });
  return found;
}

function argumentOf(value: Value): ArgumentValue | undefined {
  if (value.kind === "list") return (value.elements ?? []).map(knownNumber).filter((each) => each !== undefined);
  return knownNumber(value);
}
