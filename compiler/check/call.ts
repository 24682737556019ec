/**
 * Using a block: inputs bind the names of its signature, options get their values, its facts are proved for these sizes, and the result has
 * the caller's names. The body is not looked at again while checking; building evaluates it in the frame of the call.
 */
import type { Argument, Block, Call, Expression, Type } from "../../grammar/ast.ts";
import { textOf, type Span } from "../../grammar/source.ts";
import { nearestName } from "../diagnostics/nearest.ts";
import { showSize, variablesOf } from "../dims/index.ts";
import type { Axis, AxisItem, Label, SizeUse } from "../types/types.ts";
import { isExpression, refuseAxisInput } from "./builtin-call.ts";
import type { Application, Given } from "./application.ts";
import { hasDoubtfulHead } from "./doubt.ts";
import { bindOptions } from "./bind-options.ts";
import { bindShape, type ShapeContext } from "./bind-shape.ts";
import { resultOf } from "./call-result.ts";
import { evaluate } from "./evaluate.ts";
import { proveFacts } from "./facts.ts";
import { noticed } from "./lints/calls.ts";
import { rememberCall } from "./layer-call.ts";
import { isCapital, layerNames } from "./layer-names.ts";
import { optionValue } from "./options.ts";
import { joinPath, labelOf, report, sameNames, type Frame, type Scope } from "./scope.ts";
import { suspect } from "./suspicion.ts";
import { withIndices } from "./table-indices.ts";
import { refuseFreeWeight } from "./free-weights.ts";
import { namesOf } from "./signature-names.ts";
import { describe, unknown, type LayerValue, type TensorValue, type Value } from "./values.ts";
import { require, equalClaim, originPlaces } from "./claims.ts";
import { refusal } from "./remedies.ts";

/** A call of a block by name: an application, or a layer when only options are given. */
export function callBlock(scope: Scope, block: Block, call: Call): Value {
  const positional = call.arguments.filter((argument) => !argument.name);
  const own = layerSuffix(scope, call);
  const path = isCapital(block.name.text) ? joinPath(scope.path, own) : scope.path;
  if (hasDoubtfulHead(scope.frame.session.program, block)) {
    scope.frame.session.callees.at(-1)!.add(block);
    for (const argument of positional) if (isExpression(argument.value)) evaluate(scope, argument.value);
    suspect(scope.frame.session);
    return unknown;
  }
  if (positional.length === 0 && block.inputs.length > 0) {
    if (!isCapital(block.name.text)) {
      report(scope, "NET0201", call.span, { block: block.name.text, missing: block.inputs[0].name.text, what: "input" });
      return unknown;
    }
    if (!checkOptionNames(scope, block, call.arguments)) return unknown;
    if (scope.frame.owns) scope.frame.owns.value = true;
    for (const argument of call.arguments) if (!checkLayerOption(scope, block, argument)) return unknown;
    return { kind: "layer", block, call, scope, path, order: nextOrder(scope), applied: new Map() };
  }
  return apply({ scope, optionScope: scope, block, inputs: positional, options: call.arguments.filter((argument) => argument.name), call, path, order: nextOrder(scope) });
}

/** An option of a layer means something where the layer is made, applied or not. */
function checkLayerOption(scope: Scope, block: Block, argument: Argument): boolean {
  const option = block.options.find((candidate) => candidate.name.text === argument.name?.text);
  if (!option || scope.frame.session.mode === "build") return true;
  if (option.optionKind.kind !== "AxisKind") return optionValue(scope, option, option.optionKind, argument.value).kind !== "unknown";
  const { value } = argument;
  const size = value.kind === "SizedName" ? value.size : value.kind === "Spread" || value.kind === "Name" ? undefined : value;
  return size === undefined || evaluate(scope, size).kind !== "unknown";
}

/** Applying a layer once more: its options are those that it was made with. */
export function applyLayer(scope: Scope, layer: LayerValue, call: Call): Value {
  const named = call.arguments.find((argument) => argument.name);
  if (named) {
    report(scope, "NET0203", named.span, { wanted: "inputs alone", found: `the option \`${named.name!.text}\``, where: "a layer that has its options" });
    return unknown;
  }
  const options = (layer.call as Call).arguments;
  return apply({ scope, optionScope: layer.scope, block: layer.block, inputs: call.arguments, options, call, path: layer.path, order: layer.order, layer });
}

function nextOrder(scope: Scope): readonly number[] {
  return [...scope.order, scope.frame.session.fresh++];
}

function layerSuffix(scope: Scope, call: Call): string {
  if (!scope.statement) return "";
  const { suffixes, clashes } = layerNames(scope.statement.expression, scope.statement.bound);
  const clash = clashes.find((candidate) => candidate.call === call);
  if (clash) {
    report(scope, "NET0207", call.span, { block: call.callee.kind === "Name" ? call.callee.text : "", path: joinPath(scope.path, clash.suffix) });
  }
  return suffixes.get(call) ?? "";
}

function apply(application: Application): Value {
  const { scope, block, call } = application;
  const { session } = scope.frame;
  const name = block.name.text;
  const known = session.factsOf(block, call.span, scope);
  if (isCapital(name) && scope.frame.owns) scope.frame.owns.value = true;
  if (known?.erroneous) {
    session.suspicion.errors++;
    suspect(session);
  }
  const values = application.inputs.map((input) => (isExpression(input.value) ? evaluate(scope, input.value) : refuseAxisInput(scope, name, input)));
  if (known?.unread) return unknown;
  const understood = checkOptionNames(scope, block, application.options);
  if (!known || application.inputs.some((input) => !isExpression(input.value))) return unknown;
  if (application.inputs.length > block.inputs.length) {
    const extra = values[block.inputs.length];
    const isNumber = extra.kind === "int" || extra.kind === "axis";
    const help = isNumber && block.options.some((option) => option.name.text === "out") ? `options are given by name: \`out: ${textOf(application.inputs[block.inputs.length].span)}\`` : undefined;
    report(scope, "NET0202", application.inputs[block.inputs.length].span, { block: name, takes: block.inputs.length, given: application.inputs.length, help });
    return unknown;
  }
  const callee = calleeScope(application);
  const given = explicitOptions(application);
  if (!given || values.some((value) => value.kind === "unknown")) return unknown;
  const wantedAxes = axesInInputs(application, given);
  if (!wantedAxes) return unknown;
  const context: ShapeContext = { caller: scope, callee, block: name, wantedAxes, optionNames: new Set(namesOf(block).options), deferred: [] };
  if (!bindInputs(application, context, values)) return unknown;
  if (!bindOptions(application, context, given, known.broken)) return unknown;
  if (!context.deferred.every((agree) => agree())) return unknown;
  if (session.mode === "check" && !scope.frame.quiet && block.where.length) {
    const places = placesOf(application, values);
    const [caller, inside] = withTableIndices(scope, callee);
    if (!proveFacts(caller, inside, block, places)) return unknown;
  }
  shareWeightSizes(application, callee, known.weightSizes);
  if (session.mode === "build") rememberCall(session, application, callee, isCapital(name));
  if (application.layer && !agreeWithEarlier(application, callee, known.weightSizes)) return unknown;
  if (known.broken) return unknown;
  const result = resultOf(application, callee);
  return session.mode === "check" && !scope.frame.quiet && understood ? noticed({ application, callee, values, slides: known.slides }, result) : result;
}

// ------------------------------------------------------------------------------------------------------------------- frames and options

function calleeScope(application: Application): Scope {
  const { scope, block, call, path, order } = application;
  const frame: Frame = {
    session: scope.frame.session, name: block.name.text, block, path, order,
    labels: new Map(), axes: new Map(), rows: new Map(), outside: new Map(),
    quiet: true, callers: [call.span, ...scope.frame.callers], caller: scope, granted: [], refused: new Set(), said: new Set(),
  };
  return { frame, bindings: new Map(), facts: scope.facts, guarded: [], known: scope.known, path, order };
}

function checkOptionNames(scope: Scope, block: Block, given: readonly Argument[]): boolean {
  if (!given.some((argument) => argument.name)) return true;
  let right = true;
  const names = namesOf(block).options;
  const seen = new Set<string>();
  for (const argument of given) {
    if (!argument.name) continue;
    const text = argument.name.text;
    if (!names.includes(text)) {
      const input = block.inputs.some((candidate) => candidate.name.text === text);
      report(scope, "NET0102", argument.name.span, { name: text, block: block.name.text, options: names, near: nearestName(text, names) }, {
        notes: input ? [`\`${text}\` is an input: inputs are given by place`] : [],
      });
      right = false;
    } else if (seen.has(text)) {
      report(scope, "NET0209", argument.name.span, { name: text });
      right = false;
    }
    seen.add(text);
  }
  return right;
}

/** The options given by name, checked for what is missing. */
function explicitOptions(application: Application): Given | undefined {
  const { scope, block, call } = application;
  const given = new Map<string, Argument>();
  for (const argument of application.options) if (argument.name && block.options.some((option) => option.name.text === argument.name!.text)) given.set(argument.name.text, argument);
  for (const option of block.options) {
    if (given.has(option.name.text) || option.default) continue;
    report(scope, "NET0201", call.span, { block: block.name.text, missing: option.name.text, what: "option" }, { related: [{ span: option.span, message: "declared here without a default" }] });
    return undefined;
  }
  return given;
}

/** For axis options that stand in an input's shape: the caller's axis that each means. */
function axesInInputs(application: Application, given: Given): ShapeContext["wantedAxes"] | undefined {
  const { scope, block, optionScope, call } = application;
  const wanted = new Map<string, { label: Label | undefined; name: string; span: Span; given: boolean }>();
  const { standing, axisOptions: bare } = namesOf(block);
  if (bare.size === 0) return wanted;
  for (const option of block.options) {
    const name = option.name.text;
    if (!bare.has(name) || !standing.has(name)) continue;
    const argument = given.get(name);
    const tree = argument ? argument.value : option.default;
    if (tree?.kind === "List" || tree?.kind === "Spread") {
      report(scope, "NET0203", tree.span, {
        wanted: "one axis", found: tree.kind === "List" ? `${tree.elements.length} axes` : "a row", where: `\`${name}\` of \`${block.name.text}\``,
        help: "merge several axes into one first: `rearrange(x, [B, Y, X] -> [B, place = (Y X)])`",
      });
      return undefined;
    }
    if (!tree || (tree.kind !== "Name" && tree.kind !== "SizedName")) continue;
    const text = tree.kind === "Name" ? tree.text : tree.name.text;
    if (!argument && wanted.has(text)) wanted.set(name, wanted.get(text)!);
    else if (!argument && standing.has(text) && !bare.has(text)) continue; // an axis of the signature: bound with the inputs
    else wanted.set(name, { label: optionScope.frame.axes.get(text)?.label ?? labelOf(optionScope.frame, text), name: text, span: argument ? tree.span : (call.arguments[0]?.span ?? call.span), given: argument !== undefined });
  }
  return wanted;
}

function bindInputs(application: Application, context: ShapeContext, values: readonly Value[]): boolean {
  const { scope, block, call } = application;
  for (let i = 0; i < block.inputs.length; i++) {
    const input = block.inputs[i];
    const what = `the input \`${input.name.text}\` of \`${block.name.text}\``;
    const argument = application.inputs[i];
    if (!argument) {
      if (input.default) continue;
      report(scope, "NET0201", call.span, { block: block.name.text, missing: input.name.text, what: "input" }, { related: [{ span: input.span, message: "declared here" }] });
      return false;
    }
    const value = bindInput(context, input.type, values[i], argument.span, what, input.span);
    if (!value) return false;
    context.callee.bindings.set(input.name.text, { kind: "value", value });
  }
  return true;
}

function bindInput(context: ShapeContext, type: Type, value: Value, span: Span, what: string, declaration: Span): Value | undefined {
  if (type.kind === "TensorType") {
    if (value.kind !== "tensor") {
      report(context.caller, "NET0203", span, { wanted: `a tensor ${textOf(type.span)}`, found: describe(value), where: what });
      return undefined;
    }
    if (!bindShape(context, type, { type: value.type, span, what, declaration })) return undefined;
    return insideValue(context, type, value);
  }
  if (type.kind === "ListType") return bindList(context, type, value, span, what, declaration);
  return unknown;
}

/** The argument as the block sees it: with the signature's names. */
function insideValue(context: ShapeContext, type: Extract<Type, { kind: "TensorType" }>, value: TensorValue): TensorValue {
  const { frame } = context.callee;
  const axes: AxisItem[] = [];
  let at = 0;
  for (const part of type.axes) {
    if (part.kind === "RowAxis") {
      const row = frame.rows.get(part.name?.text ?? "") ?? [];
      axes.push(...row);
      at += row.length;
    } else {
      const own = value.type.axes[at++] as Axis;
      const label = part.kind === "NamedAxis" ? frame.axes.get(part.name.text)?.label : undefined;
      axes.push({ ...own, label });
    }
  }
  return { kind: "tensor", type: { dtype: value.type.dtype, axes }, node: value.node };
}

function bindList(context: ShapeContext, type: Extract<Type, { kind: "ListType" }>, value: Value, span: Span, what: string, declaration: Span): Value | undefined {
  if (value.kind !== "list") {
    report(context.caller, "NET0203", span, { wanted: "a list", found: describe(value), where: what });
    return undefined;
  }
  const { frame, bindings } = context.callee;
  const agreeOnLength = (): boolean => {
    const wanted = evaluate(context.callee, type.length);
    const use = wanted.kind === "int" ? wanted.use : wanted.kind === "axis" ? wanted.axis.size : undefined;
    return !use || require(context.caller, equalClaim(use.size, value.length.size), span, (failure) =>
      report(context.caller, "NET0303", span, { what, axis: "(its length)", wanted: showSize(use.size), found: showSize(value.length.size) }, refusal(context.caller, failure)),
    );
  };
  if (type.length.kind === "Name" && context.optionNames.has(type.length.text)) context.deferred.push(agreeOnLength);
  else if (type.length.kind === "Name" && !frame.axes.has(type.length.text) && !bindings.has(type.length.text)) {
    frame.axes.set(type.length.text, { label: { name: type.length.text, hidden: false }, size: value.length });
  } else {
    if (!agreeOnLength()) return undefined;
  }
  if (!value.elements) {
    const element = value.element && bindInput(context, type.element, value.element, span, what, declaration);
    return element && { ...value, element, first: 0 };
  }
  const elements: Value[] = [];
  for (const element of value.elements) {
    const inside = bindInput(context, type.element, element, span, what, declaration);
    if (!inside) return undefined;
    elements.push(inside);
  }
  return { kind: "list", elements, length: value.length, first: 0 };
}

// ------------------------------------------------------------------------------------------------------------------- facts and sharing

/** An option that is an int of a table is its formula there, for every index: facts are proved of that. */
function withTableIndices(caller: Scope, callee: Scope): readonly [Scope, Scope] {
  let { facts } = caller;
  let replaced = false;
  const bindings = new Map(callee.bindings);
  for (const [name, binding] of callee.bindings) {
    if (binding.kind !== "value" || binding.value.kind !== "element" || !binding.value.exact) continue;
    replaced = true;
    facts = withIndices(facts, binding.value.table);
    bindings.set(name, { kind: "value", value: { kind: "int", use: { size: binding.value.exact, origin: { kind: "declared", span: caller.frame.callers[0] ?? callee.frame.callers[0], name } } } });
  }
  return replaced ? [sameNames(caller, { facts }), { ...callee, bindings }] : [caller, callee];
}

/** Where the values of a signature's names were given: what a failed fact points at. */
function placesOf(application: Application, values: readonly Value[]): ReadonlyMap<string, { readonly span: Span; readonly literal?: Expression }> {
  const places = new Map<string, { span: Span; literal?: Expression }>();
  application.block.inputs.forEach((_, i) => {
    const argument = application.inputs[i];
    if (!argument || values[i].kind === "unknown") return;
    for (const name of namesOf(application.block).inputs[i]) if (!places.has(name)) places.set(name, { span: argument.span });
  });
  for (const argument of application.options) {
    if (!argument.name || argument.value.kind === "Spread") continue;
    const tree = argument.value.kind === "SizedName" ? argument.value.size : argument.value;
    places.set(argument.name.text, { span: argument.value.span, literal: tree.kind === "IntegerLiteral" ? tree : undefined });
  }
  return places;
}

/** Sizes of this frame's signature that the weights of the called block depend on. */
function shareWeightSizes(application: Application, callee: Scope, names: ReadonlySet<string>): void {
  const { frame } = application.scope;
  for (const name of names) {
    const use = sizeNamed(callee, name);
    if (!use) continue;
    if (frame.weightSizes) for (const variable of variablesOf(use.size)) frame.weightSizes.add(variable);
    else if (!refuseFreeWeight(application.scope, application.call.span, `${name} of \`${application.block.name.text}\``, use)) return;
  }
}

function sizeNamed(callee: Scope, name: string): SizeUse | undefined {
  const axis = callee.frame.axes.get(name);
  if (axis) return axis.size;
  const [option, part] = name.split(".");
  const binding = callee.bindings.get(option);
  if (binding?.kind !== "value") return undefined;
  const value = part && binding.value.kind === "per_axis" ? binding.value.values.get(part) : binding.value;
  return value?.kind === "int" ? value.use : undefined;
}

function agreeWithEarlier(application: Application, callee: Scope, names: ReadonlySet<string>): boolean {
  const { applied, block } = application.layer!;
  // Of a row every axis counts, each under a name of its own.
  const rows = new Map([...names].flatMap((name) => (name.startsWith("...") ? (callee.frame.rows.get(name.slice(3)) ?? []).map((item, i): [string, SizeUse] => [`${name}[${i}]`, item.size]) : [])));
  for (const name of [...names, ...rows.keys()]) {
    const now = rows.get(name) ?? sizeNamed(callee, name);
    const first = applied.get(name);
    if (!now) continue;
    if (!first) applied.set(name, now);
    else {
      const agreed = require(application.scope, equalClaim(first.size, now.size), application.call.span, (failure) =>
        report(application.scope, "NET0211", application.call.span, { block: block.name.text, name, first: showSize(first.size), now: showSize(now.size) }, {
          related: [...originPlaces(first, name), ...originPlaces(now, name)], ...refusal(application.scope, failure),
        }),
      );
      if (!agreed) return false;
    }
  }
  return true;
}
