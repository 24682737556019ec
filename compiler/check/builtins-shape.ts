/** Operators that move, repeat, join or pick elements without computing on them. */
import type { Expression } from "../../grammar/ast.ts";
import type { Span } from "../../grammar/source.ts";
import { nearestName } from "../diagnostics/nearest.ts";
import { add, constant, multiply, negate, showSize, subtract, type Size } from "../dims/index.ts";
import { showType } from "../types/show.ts";
import { itemName, sameItem, type Axis, type AxisItem, type Label, type SizeUse, type TensorType } from "../types/types.ts";
import { axesSaid, axisMade, shapeSaid } from "./axis-arguments.ts";
import { isExpression, type BuiltinCall } from "./builtin-call.ts";
import { perAxis, tensorInput } from "./builtins-reductions.ts";
import { type Failure, equalClaim, isProved, originPlaces, require } from "./claims.ts";
import { refusal } from "./remedies.ts";
import { numberOf } from "./arithmetic.ts";
import { requirePositive } from "./declared-type.ts";
import { proveByCases } from "./case-sizes.ts";
import { axisNames, repeatTo, subsequence } from "./elementwise.ts";
import { evaluate } from "./evaluate.ts";
import { labelNamed } from "./patterns.ts";
import { withIndices } from "./table-indices.ts";
import { inGraph, report } from "./scope.ts";
import { describe, unknown, type ListValue, type TensorValue, type Value } from "./values.ts";

function overAxis(call: BuiltinCall, type: TensorType, operand: Span): number | undefined {
  const option = call.options.get("over")!;
  const positions = axesSaid(call.scope, type, option.value, operand);
  if (!positions) return undefined;
  if (positions.length === 1 && type.axes[positions[0]].kind === "axis") return positions[0];
  report(call.scope, "NET0203", option.span, { wanted: "one axis", found: `${positions.length} axes`, where: `\`${call.name}\`` });
  return undefined;
}

/** take(x, index, over: a): axes shared with the index line up; the other axes of the index replace `a`. */
/** An index that is a table of a known formula lies inside the axis; one that is data is checked by whoever runs the program. */
function requireInside({ scope, inputs }: BuiltinCall, item: AxisItem, index: TensorValue): boolean {
  const formula = index.element?.exact;
  if (!formula || !index.element || scope.frame.quiet || scope.frame.session.mode === "build") return true;
  const facts = withIndices(scope.facts, index.element.table);
  for (const claim of [{ kind: "at_least", left: formula, right: constant(0) }, { kind: "at_least", left: subtract(item.size.size, 1), right: formula }] as const) {
    const verdict = proveByCases(scope, facts, claim);
    if (verdict.kind !== "never" && verdict.kind !== "sometimes") continue;
    const { values } = verdict.counterexample;
    const at = values.size ? [`with ${[...values].map(([name, value]) => `${name} = ${value}`).join(", ")} it is ${claim.right === formula ? verdict.counterexample.right : verdict.counterexample.left}`] : [];
    report(scope, "NET0309", inputs[1].span, { what: "the index", index: showSize(formula), size: showSize(item.size.size) }, { notes: at, related: originPlaces(item.size, itemName(item)) });
    return false;
  }
  return true;
}

export function callTake(call: BuiltinCall): Value {
  const { scope, tree, inputs } = call;
  const [x, index] = [tensorInput(call, 0), tensorInput(call, 1)];
  if (!x || !index) return unknown;
  if (index.type.dtype !== "i32") {
    report(scope, "NET0203", inputs[1].span, { wanted: "an i32 tensor", found: describe(index), where: "the index of `take`" });
    return unknown;
  }
  const axis = overAxis(call, x.type, inputs[0].span);
  if (axis === undefined || !requireInside(call, x.type.axes[axis], index)) return unknown;
  const shared: (readonly [number, number])[] = [];
  const fresh: number[] = [];
  for (let i = 0; i < index.type.axes.length; i++) {
    const item = index.type.axes[i];
    const at = x.type.axes.findIndex((own, j) => j !== axis && sameItem(own, item));
    if (at < 0) {
      fresh.push(i);
      continue;
    }
    const own = x.type.axes[at];
    const agreed = own.kind === "row" || item.kind === "row" || require(scope, equalClaim(own.size.size, item.size.size), inputs[1].span, (failure) =>
      report(scope, "NET0307", inputs[1].span, { operator: "take", axis: itemName(item), left: showSize(own.size.size), right: showSize(item.size.size) }, {
        related: [{ span: inputs[0].span, message: showType(x.type) }, ...originPlaces(own.size, itemName(own)), ...originPlaces(item.size, itemName(item))], ...refusal(scope, failure),
      }),
    );
    if (!agreed) return unknown;
    shared.push([at, i]);
  }
  const axes = x.type.axes.flatMap((item, i) => (i === axis ? fresh.map((at) => index.type.axes[at]) : [item]));
  const repeated = axes.find((item, i) => axes.findIndex((other) => sameItem(item, other)) !== i);
  if (repeated) {
    report(scope, "NET0314", tree.span, { axis: itemName(repeated), type: `the result of \`take\`` });
    return unknown;
  }
  const node = inGraph(scope, tree.span, (build) => {
    const batch = shared.map(([own]) => own);
    const rest = x.type.axes.map((_, i) => i).filter((i) => i !== axis && !batch.includes(i));
    const source = build.transpose(x.node!, [...batch, axis, ...rest]);
    const indices = build.transpose(index.node!, [...shared.map(([, own]) => own), ...fresh]);
    const taken = build.make("gather", [source, indices], { batch: batch.length });
    // [batch…, fresh…, rest…] to the order of x with the index's axes in place of `axis`.
    const places = axes.map((item) => {
      const inBatch = batch.findIndex((at) => sameItem(x.type.axes[at], item));
      if (inBatch >= 0) return inBatch;
      const inFresh = fresh.findIndex((at) => index.type.axes[at] === item);
      if (inFresh >= 0) return batch.length + inFresh;
      return batch.length + fresh.length + rest.findIndex((at) => x.type.axes[at] === item);
    });
    return build.transpose(taken, places);
  });
  return { kind: "tensor", type: { dtype: x.type.dtype, axes }, node };
}

/** The tensors of `concat(a, b)` or `concat(list)`. */
function tensors(call: BuiltinCall): readonly { value: TensorValue; span: Span }[] | undefined {
  const { scope, inputs, name } = call;
  const values = inputs.map((input) => ({ value: evaluate(scope, input.value as Expression), span: input.span }));
  if (values.some(({ value }) => value.kind === "unknown")) return undefined;
  const [first] = values;
  const list = values.length === 1 && first.value.kind === "list" ? (first.value.elements ?? []).map((value) => ({ value, span: first.span })) : values;
  if (list.length === 0) {
    report(scope, "NET0203", first.span, { wanted: "at least one tensor", found: describe(first.value), where: `\`${name}\`` });
    return undefined;
  }
  const found: { value: TensorValue; span: Span }[] = [];
  for (const { value, span } of list) {
    if (value.kind === "unknown") return undefined;
    if (value.kind !== "tensor") {
      report(scope, "NET0203", span, { wanted: "a tensor", found: describe(value), where: `an input of \`${name}\`` });
      return undefined;
    }
    found.push({ value, span });
  }
  return found;
}

/** All but the axis at `except` of each must be the same. */
function sameAround(call: BuiltinCall, parts: readonly { value: TensorValue; span: Span }[], except: (type: TensorType) => number): boolean {
  const { scope, name } = call;
  const [first] = parts;
  const own = first.value.type.axes.filter((_, i) => i !== except(first.value.type));
  for (const part of parts.slice(1)) {
    const other = part.value.type.axes.filter((_, i) => i !== except(part.value.type));
    if (part.value.type.dtype !== first.value.type.dtype) {
      report(scope, "NET0313", part.span, { operator: name, left: first.value.type.dtype, right: part.value.type.dtype });
      return false;
    }
    if (other.length !== own.length || !other.every((item, i) => sameItem(item, own[i])) || except(part.value.type) !== except(first.value.type)) {
      report(scope, "NET0302", part.span, {
        operator: name, left: showType(first.value.type), right: showType(part.value.type), reason: "all parts need the same axes in the same order", help: "bring them into one order with `rearrange`",
      }, { label: showType(part.value.type), related: [{ span: first.span, message: showType(first.value.type) }] });
      return false;
    }
    for (let i = 0; i < own.length; i++) {
      const [a, b] = [own[i], other[i]];
      if (a.kind === "row" || b.kind === "row") continue;
      const agreed = require(scope, equalClaim(a.size.size, b.size.size), part.span, (failure) =>
        report(scope, "NET0301", part.span, { operator: name, axis: itemName(a), left: showSize(a.size.size), right: showSize(b.size.size) }, {
          label: showType(part.value.type),
          related: [{ span: first.span, message: showType(first.value.type) }, ...originPlaces(a.size, itemName(a)), ...originPlaces(b.size, itemName(b))], ...refusal(scope, failure),
        }),
      );
      if (!agreed) return false;
    }
  }
  return true;
}

export function callConcat(call: BuiltinCall): Value {
  const { scope, tree, inputs } = call;
  const whole = inputs.length === 1 ? evaluate(scope, inputs[0].value as Expression) : undefined;
  if (whole?.kind === "list" && !whole.elements) return concatOfMany(call, whole);
  const parts = tensors(call);
  if (!parts?.length) return unknown;
  const at: number[] = [];
  for (const part of parts) {
    const axis = overAxis(call, part.value.type, part.span);
    if (axis === undefined) return unknown;
    at.push(axis);
  }
  const axisOf = (type: TensorType): number => at[parts.findIndex((part) => part.value.type === type)];
  if (!sameAround(call, parts, axisOf)) return unknown;
  const sizes = parts.map((part, i) => (part.value.type.axes[at[i]] as Axis).size);
  const size: SizeUse = { size: add(...sizes.map((use) => use.size)), origin: { kind: "made", span: tree.span, rule: `concat of ${sizes.map((use) => showSize(use.size)).join(" + ")}`, from: sizes } };
  const axes = parts[0].value.type.axes.map((item, i): AxisItem => (i === at[0] ? { ...(item as Axis), size } : item));
  const node = inGraph(scope, tree.span, (build) => (parts.length === 1 ? parts[0].value.node! : build.make("concat", parts.map((part) => part.value.node!), { axis: at[0] }, axisNames(axes))));
  return { kind: "tensor", type: { dtype: parts[0].value.type.dtype, axes }, node };
}

/** A list of a symbolic number of tensors of one type: as many times the size of one. */
function concatOfMany(call: BuiltinCall, list: ListValue): Value {
  const { scope, tree, inputs } = call;
  if (list.element?.kind !== "tensor") return unknown;
  const { type } = list.element;
  const axis = overAxis(call, type, inputs[0].span);
  if (axis === undefined || !requirePositive(scope, list.length, inputs[0].span, "the list")) return unknown;
  const own = type.axes[axis] as Axis;
  const size: SizeUse = { size: multiply(list.length.size, own.size.size), origin: { kind: "made", span: tree.span, rule: `concat of ${showSize(list.length.size)} times ${showSize(own.size.size)}`, from: [list.length, own.size] } };
  return { kind: "tensor", type: { dtype: type.dtype, axes: type.axes.map((item, i) => (i === axis ? { ...own, size } : item)) } };
}

export function callStack(call: BuiltinCall): Value {
  const { scope, tree, inputs, options } = call;
  const made = axisMade(scope, options.get("axis")!.value);
  if (!made) return unknown;
  const whole = inputs.length === 1 ? evaluate(scope, inputs[0].value as Expression) : undefined;
  let parts: readonly { value: TensorValue; span: Span }[];
  let count: SizeUse;
  if (whole?.kind === "list" && !whole.elements) {
    if (whole.element?.kind !== "tensor") return unknown;
    parts = [{ value: whole.element, span: inputs[0].span }];
    count = whole.length;
  } else {
    const found = tensors(call);
    if (!found?.length) return unknown;
    parts = found;
    count = whole?.kind === "list" ? whole.length : { size: constant(found.length), origin: { kind: "literal", span: tree.span } };
  }
  if (!sameAround(call, parts, () => -1)) return unknown;
  const type = parts[0].value.type;
  const after = options.get("after");
  let place = 0;
  if (after) {
    const positions = axesSaid(scope, type, after.value, parts[0].span);
    if (!positions) return unknown;
    place = Math.max(...positions) + 1;
  }
  if (type.axes.some((item) => item.kind === "axis" && item.label === made.label)) {
    report(scope, "NET0314", options.get("axis")!.span, { axis: made.label.name, type: "the stacked tensor" });
    return unknown;
  }
  const own: Axis = { kind: "axis", label: made.label, size: count };
  const axes = [...type.axes.slice(0, place), own, ...type.axes.slice(place)];
  const node = inGraph(scope, tree.span, (build) => {
    const single = axes.map((item) => (item === own ? constant(1) : item.size.size));
    return build.make("concat", parts.map((part) => build.reshape(part.value.node!, single)), { axis: place }, axisNames(axes));
  });
  return { kind: "tensor", type: { dtype: type.dtype, axes }, node };
}

export function callExpand(call: BuiltinCall): Value {
  const { scope, tree, inputs } = call;
  const x = tensorInput(call);
  const axes = shapeSaid(scope, inputs[1].value);
  if (!x || !axes) return unknown;
  const positions = subsequence(x.type.axes, axes);
  if (!positions) {
    report(scope, "NET0302", inputs[1].span, {
      operator: "expand", left: showType(x.type), right: `[${axes.map(itemName).join(", ")}]`, reason: "the axes of x must stand in the new shape, in the same order", help: "bring them into order with `rearrange` first",
    }, { related: [{ span: inputs[0].span, message: showType(x.type) }] });
    return unknown;
  }
  const kept: AxisItem[] = [...axes];
  for (let i = 0; i < positions.length; i++) {
    const [own, wanted] = [x.type.axes[i], axes[positions[i]]];
    if (own.kind === "axis" && wanted.kind === "axis") {
      const agreed = require(scope, equalClaim(own.size.size, wanted.size.size), inputs[1].span, (failure) =>
        report(scope, "NET0301", inputs[1].span, { operator: "expand", axis: itemName(own), left: showSize(own.size.size), right: showSize(wanted.size.size) }, {
          related: [{ span: inputs[0].span, message: showType(x.type) }, ...originPlaces(own.size, itemName(own))], ...refusal(scope, failure),
        }),
      );
      if (!agreed) return unknown;
    }
    kept[positions[i]] = own;
  }
  const node = inGraph(scope, tree.span, (build) => repeatTo(build, x.node!, x.type.axes, kept));
  return { kind: "tensor", type: { dtype: x.type.dtype, axes: kept }, node };
}

export function callRename(call: BuiltinCall): Value {
  const { scope, inputs } = call;
  const source = inputs[0].value;
  if (!isExpression(source)) {
    report(scope, "NET0203", inputs[0].span, { wanted: "a tensor first", found: "a renaming", where: "`rename`" });
    return unknown;
  }
  const x = evaluate(scope, source);
  if (x.kind !== "tensor") {
    if (x.kind !== "unknown") report(scope, "NET0203", inputs[0].span, { wanted: "a tensor", found: describe(x), where: "`rename`" });
    return unknown;
  }
  const renamed = new Map<Label, Label>();
  for (const input of inputs.slice(1)) {
    const tree = input.value;
    if (tree.kind !== "SizedName" || tree.size.kind !== "Name") {
      report(scope, "NET0203", input.span, { wanted: "`new = old`", found: "something else", where: "`rename`" });
      return unknown;
    }
    const old = labelNamed(scope, tree.size.text);
    if (!x.type.axes.some((item) => item.kind === "axis" && item.label === old)) {
      const axes = x.type.axes.map(itemName).filter(Boolean);
      report(scope, "NET0103", tree.size.span, { name: tree.size.text, type: showType(x.type), axes, near: nearestName(tree.size.text, axes) }, { notes: ["`rename(x, new = old)`: the old name is on the right"] });
      return unknown;
    }
    const wanted = labelNamed(scope, tree.name.text);
    if (wanted !== old && x.type.axes.some((item) => item.kind === "axis" && item.label === wanted)) {
      report(scope, "NET0312", tree.name.span, { reason: `\`${tree.name.text}\` is another axis of this tensor`, help: "choose a name that no axis of it has; axes change places with `rearrange`" });
      return unknown;
    }
    renamed.set(old, wanted);
  }
  const axes = x.type.axes.map((item): AxisItem => (item.kind === "axis" && item.label && renamed.has(item.label) ? { ...item, label: renamed.get(item.label) } : item));
  const repeated = axes.find((item, i) => item.kind === "axis" && item.label && axes.findIndex((other) => sameItem(item, other)) !== i);
  if (repeated) {
    report(scope, "NET0314", call.tree.span, { axis: itemName(repeated), type: "the renamed tensor", help: "choose a name that no other axis has" });
    return unknown;
  }
  return { kind: "tensor", type: { dtype: x.type.dtype, axes }, node: x.node };
}

// ------------------------------------------------------------------------------------------------------------------- ends of axes

function axisByName(call: BuiltinCall, type: TensorType, name: string, span: Span): number | undefined {
  const label = labelNamed(call.scope, name);
  const at = type.axes.findIndex((item) => item.kind === "axis" && item.label === label);
  if (at >= 0) return at;
  const axes = type.axes.map(itemName).filter(Boolean);
  report(call.scope, "NET0103", span, { name, type: showType(type), axes, near: nearestName(name, axes) }, { related: [{ span: call.inputs[0].span, message: showType(type) }] });
  return undefined;
}

export function callPad(call: BuiltinCall): Value {
  const { scope, tree, options } = call;
  const x = tensorInput(call);
  if (!x) return unknown;
  const low = new Map<number, SizeUse>();
  const high = new Map<number, SizeUse>();
  for (const [option, ends] of [["by", [low, high]], ["before", [low]], ["after", [high]]] as const) {
    const argument = options.get(option);
    if (!argument) continue;
    const amounts = perAxis(call, option);
    if (!amounts) return unknown;
    for (const [axis, amount] of amounts) {
      const at = axisByName(call, x.type, axis, argument.span);
      if (at === undefined) return unknown;
      const fits = require(scope, { kind: "at_least", left: amount.size, right: constant(0) }, argument.span, (failure) =>
        report(scope, "NET0315", argument.span, { what: `\`${option}\``, size: showSize(amount.size), values: "", least: 0, isAxis: false, help: "cut with an index: `x[Y = 1..]`" }, { ...refusal(scope, failure) }),
      );
      if (!fits) return unknown;
      for (const end of ends) end.set(at, amount);
    }
  }
  const value = options.get("value");
  let fill = 0;
  if (value && isExpression(value.value)) {
    const number = evaluate(scope, value.value);
    if (number.kind === "int" || number.kind === "float") fill = numberOf(number) ?? 0;
    else report(scope, "NET0203", value.span, { wanted: "a number", found: describe(number), where: "`value`" });
  }
  const zero = constant(0);
  const axes = x.type.axes.map((item, i): AxisItem => {
    const [before, after] = [low.get(i), high.get(i)];
    if (item.kind === "row" || (!before && !after)) return item;
    const size = add(item.size.size, before?.size ?? zero, after?.size ?? zero);
    return { ...item, size: { size, origin: { kind: "made", span: tree.span, rule: `padded by ${showSize(before?.size ?? zero)} and ${showSize(after?.size ?? zero)}`, from: [item.size] } } };
  });
  const node = inGraph(scope, tree.span, (build) => {
    const ends = (amounts: ReadonlyMap<number, SizeUse>): readonly Size[] => x.type.axes.map((_, i) => amounts.get(i)?.size ?? zero);
    return build.make("pad", [x.node!], { low: ends(low), high: ends(high), value: fill }, axisNames(axes));
  });
  return { kind: "tensor", type: { dtype: x.type.dtype, axes }, node };
}

/** roll(x, by: (Y: n)): element i moves to (i + n) mod size. n between -size and size. */
export function callRoll(call: BuiltinCall): Value {
  const { scope, tree, options } = call;
  const x = tensorInput(call);
  const by = perAxis(call, "by");
  if (!x || !by) return unknown;
  const moves: { at: number; amount: Size }[] = [];
  for (const [axis, amount] of by) {
    const at = axisByName(call, x.type, axis, options.get("by")!.span);
    if (at === undefined) return unknown;
    const size = x.type.axes[at].size.size;
    const refuse = (failure: Failure): void =>
      report(scope, "NET0309", options.get("by")!.span, { what: `\`roll\` along ${axis}`, index: showSize(amount.size), size: showSize(size), help: "roll by less than the size" }, { ...refusal(scope, failure) });
    const inside =
      require(scope, { kind: "at_least", left: subtract(size, 1), right: amount.size }, tree.span, refuse) &&
      require(scope, { kind: "at_least", left: amount.size, right: add(negate(size), 1) }, tree.span, refuse);
    if (!inside) return unknown;
    const sign = isProved(scope, { kind: "at_least", left: amount.size, right: constant(0) }) || isProved(scope, { kind: "at_least", left: constant(0), right: amount.size });
    if (!sign) {
      report(scope, "NET0310", options.get("by")!.span, { claim: `${showSize(amount.size)} >= 0`, reason: "`roll` goes one way, forward or backward, for all sizes" });
      return unknown;
    }
    moves.push({ at, amount: amount.size });
  }
  const node = inGraph(scope, tree.span, (build) => {
    let current = x.node!;
    for (const { at, amount } of moves) {
      const shape = current.type.shape;
      if (amount === constant(0)) continue;
      // The last `amount` elements come first; a negative one takes the first -amount elements to the end.
      const forward = isProved(scope, { kind: "at_least", left: amount, right: constant(0) });
      const cut: Size = forward ? subtract(shape[at], amount) : negate(amount);
      const [head, tail] = [build.sliceAxis(current, at, 0, cut), build.sliceAxis(current, at, cut, shape[at])];
      current = build.make("concat", [tail, head], { axis: at }, axisNames(x.type.axes));
    }
    return current;
  });
  return { kind: "tensor", type: x.type, node };
}

export function callReverse(call: BuiltinCall): Value {
  const x = tensorInput(call);
  const axes = x && axesSaid(call.scope, x.type, call.options.get("over")!.value, call.inputs[0].span);
  if (!x || !axes) return unknown;
  const node = inGraph(call.scope, call.tree.span, (build) => build.make("reverse", [x.node!], { axes }, axisNames(x.type.axes)));
  return { kind: "tensor", type: x.type, node };
}
