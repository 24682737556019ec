/** Operators that make an axis disappear or look along it: sums, argmax, top-k, running sums, pooling. */
import type { Expression } from "../../grammar/ast.ts";
import { add, constant, constantValue, floorDivide, multiply, showSize, subtract, type Size } from "../dims/index.ts";
import type { AxisItem, SizeUse } from "../types/types.ts";
import { itemName } from "../types/types.ts";
import { intValue } from "./arithmetic.ts";
import { axesSaid, axisMade } from "./axis-arguments.ts";
import { isExpression, type BuiltinCall } from "./builtin-call.ts";
import { type Failure, originPlaces, require } from "./claims.ts";
import { refusal } from "./remedies.ts";
import { requirePositive } from "./declared-type.ts";
import { axisNames } from "./elementwise.ts";
import { evaluate } from "./evaluate.ts";
import { warnOfBatch } from "./lints/batch.ts";
import { withoutSoftmax } from "./lints/softmax.ts";
import { number } from "./options.ts";
import { decidedBy, inGraph, report } from "./scope.ts";
import { describe, unknown, type TensorValue, type Value } from "./values.ts";
import { shapeSaid } from "./axis-arguments.ts";
import { nearestName } from "../diagnostics/nearest.ts";
import { showType } from "../types/show.ts";

/** The first input as a tensor of numbers, or undefined after a report. */
export function tensorInput({ scope, name, inputs }: BuiltinCall, at = 0): TensorValue | undefined {
  const value = evaluate(scope, inputs[at].value as Expression);
  if (value.kind === "tensor") return value;
  if (value.kind !== "unknown") report(scope, "NET0203", inputs[at].span, { wanted: "a tensor", found: describe(value), where: `an input of \`${name}\`` });
  return undefined;
}

export function callReduce(call: BuiltinCall): Value {
  const { scope, name, tree, inputs, options } = call;
  const x = tensorInput(call);
  if (!x) return unknown;
  if (name === "mean" && x.type.dtype === "i32") return wantsFloats(call, x);
  if (x.type.dtype === "bool") {
    report(scope, "NET0203", inputs[0].span, { wanted: "numbers", found: describe(x), where: `\`${name}\``, help: "count with `sum(f32(x), over: …)`" });
    return unknown;
  }
  const positions = axesSaid(scope, x.type, options.get("over")!.value, inputs[0].span);
  if (!positions) return unknown;
  warnOfBatch(scope, tree.span, `\`${name}\` works over`, positions.map((at) => x.type.axes[at]));
  const axes = x.type.axes.filter((_, i) => !positions.includes(i)).map(withoutSoftmax);
  const node = inGraph(scope, tree.span, (build) => build.reduce(name as "sum", x.node!, positions));
  return { kind: "tensor", type: { dtype: x.type.dtype, axes }, node };
}

export function callProduct({ scope, tree, inputs }: BuiltinCall): Value {
  const axes = shapeSaid(scope, inputs[0].value);
  if (!axes) return unknown;
  return intValue(multiply(...axes.map((item) => item.size.size)), tree.span, "the product of these axes", axes.map((item) => item.size));
}

function wantsFloats({ scope, name, inputs }: BuiltinCall, x: TensorValue): Value {
  report(scope, "NET0203", inputs[0].span, { wanted: "a tensor of floats", found: describe(x), where: `\`${name}\``, help: "convert with `f32(x)`" });
  return unknown;
}

function oneAxis(call: BuiltinCall, x: TensorValue): number | undefined {
  if (x.type.dtype === "bool") {
    wantsFloats(call, x);
    return undefined;
  }
  const positions = axesSaid(call.scope, x.type, call.options.get("over")!.value, call.inputs[0].span);
  if (!positions) return undefined;
  warnOfBatch(call.scope, call.tree.span, `\`${call.name}\` works over`, positions.map((at) => x.type.axes[at]));
  if (positions.length === 1 && x.type.axes[positions[0]].kind === "axis") return positions[0];
  report(call.scope, "NET0203", call.options.get("over")!.span, { wanted: "one axis", found: `${positions.length} axes`, where: `\`${call.name}\`` });
  return undefined;
}

export function callArgmax(call: BuiltinCall): Value {
  const x = tensorInput(call);
  const axis = x && oneAxis(call, x);
  if (!x || axis === undefined) return unknown;
  const node = inGraph(call.scope, call.tree.span, (build) => build.make("argmax", [x.node!], { axis }, axisNames(x.type.axes.filter((_, i) => i !== axis))));
  return { kind: "tensor", type: { dtype: "i32", axes: x.type.axes.filter((_, i) => i !== axis) }, node };
}

export function callCumsum(call: BuiltinCall): Value {
  const x = tensorInput(call);
  const axis = x && oneAxis(call, x);
  if (!x || axis === undefined) return unknown;
  const node = inGraph(call.scope, call.tree.span, (build) => build.make("cumsum", [x.node!], { axis }, axisNames(x.type.axes)));
  return { kind: "tensor", type: x.type, node };
}

export function callTopK(call: BuiltinCall): Value {
  const { scope, tree, options } = call;
  const x = tensorInput(call);
  const axis = x && oneAxis(call, x);
  if (!x || axis === undefined) return unknown;
  const out = axisMade(scope, options.get("out")!.value);
  if (!out) return unknown;
  if (!out.size) {
    report(scope, "NET0319", out.span, { what: "`out` of `top_k`", help: `say how many: \`out: ${out.label.name} = 2\`` });
    return unknown;
  }
  const own = x.type.axes[axis] as Extract<AxisItem, { kind: "axis" }>;
  const k = out.size;
  const fits = require(scope, { kind: "at_least", left: own.size.size, right: k.size }, options.get("out")!.span, (failure) =>
    report(scope, "NET0309", options.get("out")!.span, { what: `\`top_k\` along ${itemName(own)}`, index: showSize(k.size), size: showSize(own.size.size), help: `there are only ${showSize(own.size.size)} to choose from` }, {
      ...refusal(scope, failure), related: [...originPlaces(own.size, itemName(own)), ...originPlaces(k, out.label.name)],
    }),
  );
  const order = orderOf(call);
  if (!fits || !order) return unknown;
  const axes = x.type.axes.map((item, i): AxisItem => (i === axis ? { kind: "axis", label: out.label, size: k } : item));
  const node = inGraph(scope, tree.span, (build) => build.make("top_k", [x.node!], { axis, k: k.size, order }, axisNames(axes)));
  return { kind: "tensor", type: { dtype: "i32", axes }, node };
}

function orderOf({ scope, options }: BuiltinCall): "by_value" | "by_index" | undefined {
  const argument = options.get("order");
  if (!argument) return "by_value";
  const text = argument.value.kind === "Name" ? argument.value.text : "";
  if (text === "by_value" || text === "by_index") return text;
  const alternatives = ["by_value", "by_index"];
  report(scope, "NET0104", argument.value.span, { name: text, of: "`order`", alternatives, near: nearestName(text, alternatives) });
  return undefined;
}

// ------------------------------------------------------------------------------------------------------------------- pooling

export function callPool(call: BuiltinCall): Value {
  const { scope, name, tree, inputs, options } = call;
  const x = tensorInput(call);
  if (!x) return unknown;
  if (x.type.dtype !== "f32") return wantsFloats(call, x);
  const window = perAxis(call, "window");
  if (!window) return unknown;
  const stride = options.has("stride") ? perAxis(call, "stride") : window;
  const padding = options.has("padding") ? perAxis(call, "padding") : new Map<string, SizeUse>();
  if (!stride || !padding) return unknown;
  for (const [option, given] of [["stride", stride], ["padding", padding]] as const) {
    for (const axis of given.keys()) {
      if (window.has(axis)) continue;
      report(scope, "NET0102", options.get(option)!.span, { name: axis, block: `the window of ${name}`, options: [...window.keys()], near: nearestName(axis, window.keys()) });
      return unknown;
    }
  }
  const positions: number[] = [];
  const sizes: SizeUse[] = [];
  for (const [axisName, extent] of window) {
    const at = x.type.axes.findIndex((item) => item.kind === "axis" && item.label?.name === axisName && !item.label.hidden);
    if (at < 0) {
      const axes = x.type.axes.map(itemName).filter(Boolean);
      report(scope, "NET0103", options.get("window")!.span, { name: axisName, type: showType(x.type), axes, near: nearestName(axisName, axes) }, { related: [{ span: inputs[0].span, message: showType(x.type) }] });
      return unknown;
    }
    const size = pooledSize(call, (x.type.axes[at] as Extract<AxisItem, { kind: "axis" }>).size, axisName, extent, stride.get(axisName), padding.get(axisName));
    if (!size) return unknown;
    positions.push(at);
    sizes.push(size);
  }
  const axes = x.type.axes.map((item, i): AxisItem => (positions.includes(i) ? { ...(item as Extract<AxisItem, { kind: "axis" }>), size: sizes[positions.indexOf(i)] } : item));
  const node = inGraph(scope, tree.span, (build) => {
    const rest = x.type.axes.map((_, i) => i).filter((i) => !positions.includes(i));
    const order = [...rest, ...positions];
    const numbers = (uses: ReadonlyMap<string, SizeUse>, fallback: number): readonly number[] => [...window.keys()].map((axis) => (uses.has(axis) ? (constantValue(uses.get(axis)!.size) ?? NaN) : fallback));
    const low = numbers(padding, 0);
    const pooled = build.make("pool", [build.transpose(x.node!, order)], {
      kind: name === "pool.max" ? "max" : "average", window: numbers(window, 1), stride: numbers(stride, 1), low, high: low, countPadding: countsPadding(call),
    });
    return build.transpose(pooled, x.type.axes.map((_, i) => order.indexOf(i)));
  });
  return { kind: "tensor", type: { dtype: x.type.dtype, axes }, node };
}

function countsPadding({ scope, options }: BuiltinCall): boolean {
  const argument = options.get("count_padding");
  if (!argument || !isExpression(argument.value)) return true;
  const value = evaluate(scope, argument.value);
  return value.kind !== "bool" || value.value !== false;
}

function pooledSize(call: BuiltinCall, size: SizeUse, axis: string, window: SizeUse, stride: SizeUse | undefined, padding: SizeUse | undefined): SizeUse | undefined {
  const { scope, name, tree } = call;
  if (!requirePositive(scope, window, tree.span, `the window along ${axis}`)) return undefined;
  if (padding) {
    const refuse = (failure: Failure): void =>
      report(scope, "NET0309", tree.span, { what: `the padding along ${axis}`, index: showSize(padding.size), size: showSize(window.size), help: "padding is at least 0 and less than the window" }, { ...refusal(scope, failure) });
    const fits = require(scope, { kind: "at_least", left: padding.size, right: constant(0) }, tree.span, refuse) && require(scope, { kind: "at_least", left: subtract(window.size, 1), right: padding.size }, tree.span, refuse);
    if (!fits) return undefined;
  }
  decidedBy(scope, [window.size, ...(stride ? [stride.size] : []), ...(padding ? [padding.size] : [])]);
  if (scope.frame.block === undefined && constantValue(window.size) === undefined) {
    report(scope, "NET0318", tree.span, { reason: `the window along ${axis} is ${showSize(window.size)}, which is free: a window is a number; over a whole axis, use \`${name === "pool.max" ? "max" : "mean"}(x, over: ${axis})\`` });
    return undefined;
  }
  const padded = padding ? add(size.size, multiply(2, padding.size)) : size.size;
  const room: SizeUse = { size: add(subtract(padded, window.size), 1), origin: { kind: "made", span: tree.span, rule: `room for a window of ${showSize(window.size)}`, from: [size] } };
  const fits = requirePositive(scope, room, tree.span, `the room for the window along ${axis}`, `a window of ${showSize(window.size)} needs ${axis} >= ${showSize(window.size)}`);
  const step: Size | undefined = stride?.size;
  if (!fits || (stride && !requirePositive(scope, stride, tree.span, `the stride along ${axis}`))) return undefined;
  const value = add(floorDivide(subtract(padded, window.size), step ?? 1), 1);
  return { size: value, origin: { kind: "made", span: tree.span, rule: `${name} with a window of ${showSize(window.size)}${step ? ` and stride ${showSize(step)}` : ""}`, from: [size] } };
}

/** `window: (Y: 2, X: 2)`: one int for each axis. */
export function perAxis({ scope, options }: BuiltinCall, name: string): ReadonlyMap<string, SizeUse> | undefined {
  const argument = options.get(name)!;
  if (!isExpression(argument.value)) return undefined;
  const value = evaluate(scope, argument.value);
  const fields = value.kind === "record" ? value.fields : value.kind === "per_axis" ? value.values : undefined;
  if (!fields) {
    if (value.kind !== "unknown") report(scope, "NET0203", argument.span, { wanted: "one int for each axis: `(Y: 2, X: 2)`", found: describe(value), where: `\`${name}\`` });
    return undefined;
  }
  const uses = new Map<string, SizeUse>();
  for (const [axis, own] of fields) {
    const checked = number(scope, "int", own, argument.span, `\`${name}\``);
    if (checked.kind !== "int") return undefined;
    uses.set(axis, checked.use);
  }
  return uses;
}
