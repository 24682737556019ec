/**
 * Checking a training section: the data fit the model, the loss is one number that depends on the parameters, and every name is known.
 * Running it comes later; being wrong about it comes now.
 */
import type { Argument, DataField, Model, Path, StringLiteral, Train, TrainCall, TrainItem } from "../../grammar/ast.ts";
import { constantValue } from "../dims/index.ts";
import { nearestName } from "../diagnostics/nearest.ts";
import { showType } from "../types/show.ts";
import { isMeant } from "../training/groups.ts";
import { sameItem, type TensorType } from "../types/types.ts";
import { equalClaim, isProved } from "./claims.ts";
import { evaluateTensorType } from "./declared-type.ts";
import { evaluate } from "./evaluate.ts";
import { refuseFrozenGroups, type Frozen } from "./lints/frozen.ts";
import type { InventoryEntry } from "./outline.ts";
import type { ModelRun } from "./model.ts";
import { crossEntropyIn } from "./answers.ts";
import { childScope, inGraph, report, reportTo, type Scope, type Session } from "./scope.ts";
import { describe, type TensorValue, type Value } from "./values.ts";
import { reachedItems, reachOf } from "./summaries.ts";
import { checkNumbers } from "./training-numbers.ts";
import { prefixes } from "./weights.ts";

/** What each name of a training section may be, with the arguments that it takes. */
const optimizers: Known = { adam: ["lr", "betas", "eps", "decay", "clip"], adamw: ["lr", "betas", "eps", "decay", "clip"], sgd: ["lr", "momentum", "decay", "clip"] };
const schedules: Known = { constant: ["warmup"], step: ["at", "by", "warmup"], cosine: ["warmup", "floor"], polynomial: ["power", "warmup", "floor"] };
const sources: Known = { rrsisd: ["split", "image", "words"], refsegrs: ["split", "image", "words"], risbench: ["split", "image", "words"], folder: ["split", "image", "words"], arrays: ["split"], tokens: ["context"], generated: ["split", "image", "words", "count"] };
const metrics = ["oIoU", "mIoU", "precision", "accuracy", "perplexity"];
type Known = { readonly [name: string]: readonly string[] };

export type Item<K extends TrainItem["kind"]> = Extract<TrainItem, { kind: K }>;

export function itemsOf<K extends TrainItem["kind"]>(train: Train, kind: K): readonly Item<K>[] {
  return train.items.filter((item): item is Item<K> => item.kind === kind);
}

export interface TrainingContext {
  readonly session: Session;
  readonly train: Train;
  readonly model: Model;
  /** The model in check mode. */
  readonly run: ModelRun;
  /** Its outline, whose nodes tell what a gradient would reach. */
  readonly outline: ModelRun;
  /** The weights in each variant, the defaults first. */
  readonly inventories: readonly (readonly InventoryEntry[])[];
  readonly weightsNames: readonly string[];
  /** What the plans of the model freeze. */
  readonly frozen: readonly Frozen[];
}

export function checkTraining(context: TrainingContext): void {
  const { session, train } = context;
  const target = { sink: session.sink, users: [] };
  const losses = itemsOf(train, "LossItem");
  for (const [what, items] of [["data", itemsOf(train, "DataItem")], ["loss", losses], ["optimizer", itemsOf(train, "OptimizerItem")]] as const) {
    if (items.length === 0 && !train.items.some((item) => item.kind === "MissingTrainItem")) reportTo(target, "NET0607", train.model.span, { what });
    if (items.length > 1) reportTo(target, "NET0209", items[1].span, { name: what });
  }
  requireFields(target, context);
  for (const item of itemsOf(train, "DataItem")) checkCall(target, item.source, "data set", sources);
  for (const item of itemsOf(train, "DataItem")) checkSourceSizes(target, context, item);
  for (const item of itemsOf(train, "ScheduleItem")) checkCall(target, item.call, "schedule", schedules);
  for (const item of itemsOf(train, "OptimizerItem")) checkOptimizer(context, item);
  for (const item of itemsOf(train, "WeightsItem")) {
    if (!context.weightsNames.includes(item.name.text)) {
      reportTo(target, "NET0601", item.name.span, { what: "weights plan", name: item.name.text, known: context.weightsNames, near: nearestName(item.name.text, context.weightsNames) });
    }
  }
  for (const item of itemsOf(train, "MetricsItem")) {
    for (const metric of item.metrics) {
      if (!metrics.includes(metric.name.text)) reportTo(target, "NET0601", metric.name.span, { what: "metric", name: metric.name.text, known: metrics, near: nearestName(metric.name.text, metrics) });
      if (metric.name.text === "accuracy" && losses[0] && !crossEntropyIn(losses[0])) reportTo(target, "NET0607", metric.name.span, { what: "`cross_entropy(…)` in its loss, whose answers `accuracy` counts" });
    }
  }
  const run = context.run.scope;
  checkNumbers(run, train);
  const scope = dataScope(train, context.run.inputs, { ...run, frame: { ...run.frame, loss: true } });
  for (const item of itemsOf(train, "MetricsItem")) if (item.of) evaluate(scope, item.of);
  const before = session.sink.hasErrors();
  const loss = losses[0] && lossValue(scope, losses[0]);
  if (loss && !(loss.type.dtype === "f32" && loss.type.axes.length === 0)) reportTo(target, "NET0602", losses[0].value.span, { found: showType(loss.type) });
  else if (loss && !before) checkReach(context, losses[0]);
}

function checkCall(target: Parameters<typeof reportTo>[0], call: TrainCall, what: string, known: Known): void {
  const names = Object.keys(known);
  const takes = known[call.name.text];
  if (!takes) {
    if (call.name.text) reportTo(target, "NET0601", call.name.span, { what, name: call.name.text, known: names, near: nearestName(call.name.text, names) });
    return;
  }
  for (const argument of call.arguments) {
    const name = (argument as Argument | StringLiteral).kind === "Argument" ? (argument as Argument).name : undefined;
    if (name && !takes.includes(name.text)) reportTo(target, "NET0102", name.span, { name: name.text, block: call.name.text, options: takes, near: nearestName(name.text, takes) });
  }
}

/** Axes of a field, from the last one, whose size an argument of a data source says. */
const axesRead: Readonly<Record<string, number>> = { image: 2, words: 1 };

/** `image: 480` scales the pictures, `words: 22` cuts the sentences: the field of this name has these sizes. */
function checkSourceSizes(target: Parameters<typeof reportTo>[0], context: TrainingContext, item: Item<"DataItem">): void {
  for (const argument of item.source.arguments) {
    if (argument.kind !== "Argument" || argument.value.kind !== "IntegerLiteral") continue;
    const name = argument.name?.text ?? "";
    if (!(name in axesRead)) continue;
    const field = item.fields.find((own) => own.name.text === name);
    const type = field && evaluateTensorType(context.run.scope, field.type);
    const input = context.run.inputs.get(name);
    if (input && type && !agrees(context.run.scope, input.type, type)) continue; // the field itself is wrong
    const said = argument.value.value;
    const wrong = type?.axes.slice(-axesRead[name]).find(({ size }) => constantValue(size.size) !== undefined && constantValue(size.size) !== said);
    if (!field || !wrong) continue;
    const size = constantValue(wrong.size.size)!;
    const axis = wrong.kind === "axis" ? (wrong.label?.name ?? "its size") : "its size";
    reportTo(target, "NET0609", argument.value.span, { name, field: name, said, size, axis }, { related: [{ span: field.type.span, message: `\`${name}\` is this` }], fixes: [{ title: `write \`${name}: ${size}\``, edits: [{ span: argument.value.span, newText: String(size) }] }] });
  }
}

function checkOptimizer(context: TrainingContext, item: Item<"OptimizerItem">): void {
  const target = { sink: context.session.sink, users: [] };
  checkCall(target, item.call, "optimizer", optimizers);
  const paths = new Set(context.inventories.flatMap((entries) => entries.map((entry) => entry.path)));
  const takes = optimizers[item.call.name.text] ?? [];
  const groups = item.groups.flatMap((group) => group.paths.map((path) => ({ path: textOfPath(path), span: path.span })));
  const used = new Set(itemsOf(context.train, "WeightsItem").map((own) => own.name.text));
  refuseFrozenGroups(target, groups, context.frozen.filter(({ plan }) => used.has(plan)), [...paths], isMeant);
  for (const group of item.groups) {
    if (takes.length && !takes.includes(group.quantity.text)) {
      reportTo(target, "NET0102", group.quantity.span, { name: group.quantity.text, block: item.call.name.text, options: takes, near: nearestName(group.quantity.text, takes) });
    }
    for (const path of group.paths) {
      const text = textOfPath(path);
      if (![...paths].some((own) => isMeant(own, text))) reportTo(target, "NET0603", path.span, { path: text, near: nearestName(text, prefixes(paths)) });
    }
  }
}

export function textOfPath(path: Path): string {
  return path.segments.map((segment) => segment.pieces.map((piece) => (piece.kind === "TextPiece" ? piece.text : piece.kind === "WildcardPiece" ? "*" : "")).join("")).join(".");
}

/** Every input of the model comes from the data. */
function requireFields(target: Parameters<typeof reportTo>[0], { train, run, model }: TrainingContext): void {
  const items = itemsOf(train, "DataItem");
  if (items.length === 0) return;
  const fields = items.flatMap((item) => item.fields.map((field) => field.name.text));
  for (const name of run.inputs.keys()) {
    if (fields.includes(name)) continue;
    const near = nearestName(name, fields.filter((field) => !run.inputs.has(field)));
    reportTo(target, "NET0607", items[0].source.span, { what: `field \`${name}\`, which is an input of ${model.name.text}`, near });
  }
}

// ------------------------------------------------------------------------------------------------------------------- data and loss

/** The model's scope with the data's fields beside its inputs and outputs; while building, those that are no input of the model are inputs of the graph. */
export function dataScope(train: Train, inputs: ModelRun["inputs"], model: Scope): Scope {
  const scope = childScope(model);
  for (const item of itemsOf(train, "DataItem")) for (const field of item.fields) bindField(inputs, scope, field);
  return scope;
}

function bindField(inputs: ModelRun["inputs"], scope: Scope, field: DataField): void {
  const type = evaluateTensorType(scope, field.type);
  if (!type) return;
  const name = field.name.text;
  const input = inputs.get(name);
  if (input) {
    if (scope.frame.session.mode === "check" && !agrees(scope, input.type, type)) report(scope, "NET0606", field.type.span, { field: name, data: showType(type), model: showType(input.type) });
    return;
  }
  const node = inGraph(scope, field.span, (build) =>
    build.make("input", [], { name, shape: type.axes.map((axis) => axis.size.size), dtype: type.dtype }, type.axes.map((axis) => (axis.kind === "axis" ? (axis.label?.name ?? "") : ""))),
  );
  scope.bindings.set(name, { kind: "value", value: { kind: "tensor", type, node } });
}

function agrees(scope: Scope, model: TensorType, data: TensorType): boolean {
  return (
    model.dtype === data.dtype &&
    model.axes.length === data.axes.length &&
    model.axes.every((item, i) => sameItem(item, data.axes[i]) && isProved(scope, equalClaim(item.size.size, data.axes[i].size.size)))
  );
}

/** The loss, in a scope that has the data's fields. */
export function lossValue(scope: Scope, item: Item<"LossItem">): TensorValue | undefined {
  const inner = childScope(scope);
  for (const binding of item.bindings) inner.bindings.set(binding.name.text, { kind: "value", value: evaluate(inner, binding.value) });
  const value: Value = evaluate(inner, item.value);
  if (value.kind === "tensor") return value;
  if (value.kind !== "unknown") report(scope, "NET0602", item.value.span, { found: describe(value) });
  return undefined;
}

/** Which parameters the loss reaches through operators that have a gradient. */
function checkReach(context: TrainingContext, item: Item<"LossItem">): void {
  const run = context.outline;
  const loss = lossValue(dataScope(context.train, run.inputs, run.scope), item);
  if (!loss?.node) return;
  const target = { sink: context.session.sink, users: [] };
  const reached = reachedItems(reachOf(loss.node));
  const owned = (context.inventories[0] ?? []).flatMap((entry) => (entry.kind === "parameter" ? [entry.path] : []));
  const missed = owned.filter((path) => !reached.has(path));
  if (missed.length === owned.length) reportTo(target, "NET0605", item.value.span, undefined as never);
  else if (missed.length) reportTo(target, "NET0604", item.value.span, { paths: missed });
}
