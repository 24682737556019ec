/** The evaluator: what each form of expression means. Forms with rules of their own live in files of their own. */
import type { Body, Call, Expression, Index, List, Member, Name, Range, SizedName, Statement } from "../../grammar/ast.ts";
import { spanBetween, textOf } from "../../grammar/source.ts";
import { meantBy } from "../diagnostics/habits.ts";
import { nearestName } from "../diagnostics/nearest.ts";
import { add, constant, constantValue, showSize, substitute, subtract, type Size } from "../dims/index.ts";
import { itemName, type Axis, type SizeUse } from "../types/types.ts";
import { showType } from "../types/show.ts";
import { evaluateBinary, evaluateUnary } from "./arithmetic.ts";
import { fieldOf, declareStatements, forceStatements, evaluateUpdates } from "./bindings.ts";
import { applyLayer, callBlock } from "./call.ts";
import { evaluateIf, evaluateMatch } from "./choices.ts";
import { conditionNotes, failureNotes, originPlaces, require, type Failure } from "./claims.ts";
import { refusal } from "./remedies.ts";
import { evaluateContraction } from "./contractions.ts";
import { asSize, requirePositive } from "./declared-type.ts";
import { shapeOf, axisNames } from "./elementwise.ts";
import { evaluate } from "./evaluate.ts";
import { builtinNames, callBuiltin } from "./builtins.ts";
import { assumePromises } from "./facts.ts";
import { sameType } from "./families.ts";
import { evaluateRearrange } from "./rearrange.ts";
import { childScope, inGraph, lookUp, namesInScope, report, sameNames, type Scope } from "./scope.ts";
import { suspect } from "./suspicion.ts";
import { evaluateTable } from "./tables.ts";
import { describe, unknown, type ListValue, type TensorValue, type Value } from "./values.ts";

export function evaluateExpression(scope: Scope, tree: Expression): Value {
  switch (tree.kind) {
    case "IntegerLiteral":
      if (!Number.isSafeInteger(tree.value)) {
        report(scope, "NET0902", tree.span, { text: tree.text });
        return unknown;
      }
      return { kind: "int", use: { size: constant(tree.value), origin: { kind: "literal", span: tree.span } } };
    case "FloatLiteral":
      return { kind: "float", value: tree.value };
    case "BooleanLiteral":
      return { kind: "bool", value: tree.value };
    case "Name":
      return evaluateName(scope, tree);
    case "Unary":
      return evaluateUnary(scope, tree, evaluate(scope, tree.operand));
    case "Binary":
      return evaluateBinary(scope, tree, evaluate(scope, tree.left), evaluate(scope, tree.right));
    case "If":
      return evaluateIf(scope, tree);
    case "Match":
      return evaluateMatch(scope, tree, evaluateBody);
    case "Range":
      return evaluateRange(scope, tree);
    case "Member":
      return evaluateMember(scope, tree);
    case "Call":
      return evaluateCall(scope, tree);
    case "Index":
      return evaluateIndex(scope, tree);
    case "Record": {
      const fields = new Map<string, Value>();
      for (const field of tree.fields) {
        if (fields.has(field.name.text)) report(scope, "NET0209", field.name.span, { name: field.name.text });
        fields.set(field.name.text, evaluate(scope, field.value));
      }
      // `(Y: 1, X: 3)` of numbers serves as one number for each axis.
      return { kind: "record", fields };
    }
    case "List":
      return evaluateList(scope, tree);
    case "Table":
      return evaluateTable(scope, tree);
    case "Rearrange":
      return evaluateRearrange(scope, tree);
    case "Contraction":
      return evaluateContraction(scope, tree);
    case "MissingExpression":
      return unknown;
  }
}

function evaluateName(scope: Scope, tree: Name): Value {
  const { frame } = scope;
  const binding = lookUp(scope, tree.text);
  if (binding) {
    const value = binding.kind === "value" ? binding.value : binding.kind === "lazy" ? binding.force() : binding.whole();
    return underAssumptions(scope, value);
  }
  const axis = frame.axes.get(tree.text);
  if (axis) return { kind: "axis", axis: { kind: "axis", label: axis.label, size: axis.size } };
  switch (tree.text) {
    case "inf":
      return { kind: "float", value: Infinity };
    case "pi":
      return { kind: "float", value: Math.PI };
    case "training": {
      const { training } = frame.session;
      const known = scope.known.get("training");
      if (training !== undefined || known !== undefined) return { kind: "bool", value: training ?? known === true };
      return { kind: "bool", symbol: "training", whenTrue: { claims: [], known: [["training", true]] }, whenFalse: { claims: [], known: [["training", false]] } };
    }
    case "pool":
    case "random":
      return { kind: "namespace", name: tree.text };
  }
  const items = frame.session.program.names.get(tree.span.file);
  const block = items?.blocks.get(tree.text);
  if (block) return { kind: "block", block };
  if (builtinNames.has(tree.text)) return { kind: "builtin", name: tree.text };
  if (items?.unread.has(tree.text)) {
    suspect(scope.frame.session);
    return unknown;
  }
  if (tree.text) {
    const names = [...namesInScope(scope), ...frame.axes.keys(), ...(items?.blocks.keys() ?? []), ...builtinNames];
    report(scope, "NET0101", tree.span, { name: tree.text, what: "name", near: nearestName(tree.text, names) });
  }
  return unknown;
}

/** An option whose value the arms around have settled. */
function underAssumptions(scope: Scope, value: Value): Value {
  if (value.kind === "choice" && value.symbol) {
    const known = scope.known.get(value.symbol);
    if (typeof known === "string") return { ...value, value: known };
  }
  if (value.kind === "bool" && value.symbol && value.value === undefined) {
    const known = scope.known.get(value.symbol);
    if (typeof known === "boolean") return { ...value, value: known };
  }
  return value;
}

function evaluateRange(scope: Scope, tree: Range): Value {
  const from = tree.from && asSize(scope, evaluate(scope, tree.from), tree.from.span, "the start of a range");
  const end = tree.to && asSize(scope, evaluate(scope, tree.to), tree.to.span, "the end of a range");
  if ((tree.from && !from) || (tree.to && !end)) return unknown;
  const to: SizeUse | undefined = end && tree.inclusive ? { size: add(end.size, 1), origin: end.origin } : end;
  return { kind: "range", from, to, span: tree.span };
}

function evaluateMember(scope: Scope, tree: Member): Value {
  const object = evaluate(scope, tree.object);
  const name = tree.name.text;
  switch (object.kind) {
    case "unknown":
      return unknown;
    case "namespace": {
      const full = `${object.name}.${name}`;
      if (builtinNames.has(full)) return { kind: "builtin", name: full };
      const members = [...builtinNames].filter((known) => known.startsWith(`${object.name}.`)).map((known) => known.slice(object.name.length + 1));
      report(scope, "NET0109", tree.name.span, { of: `\`${object.name}\``, name, members, near: nearestName(name, members) });
      return unknown;
    }
    case "per_axis": {
      const part = object.values.get(name);
      if (part) return part;
      report(scope, "NET0109", tree.name.span, { of: "this", name, members: [...object.values.keys()], near: nearestName(name, object.values.keys()) });
      return unknown;
    }
    case "tensor": {
      const axis = object.type.axes.find((item): item is Axis => item.kind === "axis" && item.label?.name === name && !item.label.hidden);
      if (axis) return { kind: "axis", axis };
      const axes = object.type.axes.map(itemName).filter(Boolean);
      const operator = meantBy(name) ?? name;
      const help = builtinNames.has(operator) ? `operators are called by name: \`${operator}(${textOf(tree.object.span)}, …)\`` : undefined;
      report(scope, "NET0103", tree.name.span, { name, type: showType(object.type), axes, near: nearestName(name, axes), help });
      return unknown;
    }
    case "record": {
      if (!object.fields.has(name)) {
        report(scope, "NET0109", tree.name.span, { of: describe(object), name, members: [...object.fields.keys()], near: nearestName(name, object.fields.keys()) });
        return unknown;
      }
      return fieldOf(scope, object, name, tree.name.span);
    }
    default:
      report(scope, "NET0109", tree.name.span, { of: describe(object), name, members: [] });
      return unknown;
  }
}

function evaluateCall(scope: Scope, tree: Call): Value {
  const callee = calleeOf(scope, tree.callee);
  switch (callee.kind) {
    case "unknown":
      for (const argument of tree.arguments) if (argument.value.kind !== "SizedName" && argument.value.kind !== "Spread" && !argument.name) evaluate(scope, argument.value);
      return unknown;
    case "block":
      return callBlock(scope, callee.block, tree);
    case "layer":
      return applyLayer(scope, callee, tree);
    case "builtin":
      return callBuiltin(scope, callee.name, tree);
    default:
      report(scope, "NET0208", tree.callee.span, {
        name: textOf(tree.callee.span), found: describe(callee),
        help: callee.kind === "tensor" ? "a layer to be applied several times is made with its options alone: `let encode = Linear(out: 8)`" : undefined,
      });
      return unknown;
  }
}

/** A value that happens to have an operator's name (`let conv = …`) does not hide the operator where something is called. */
function calleeOf(scope: Scope, tree: Expression): Value {
  if (tree.kind === "Name") {
    const block = scope.frame.session.program.names.get(tree.span.file)?.blocks.get(tree.text);
    const callable: Value | undefined = block ? { kind: "block", block } : builtinNames.has(tree.text) ? { kind: "builtin", name: tree.text } : undefined;
    if (callable) {
      const binding = lookUp(scope, tree.text);
      if (!binding || binding.kind !== "lazy") return callable;
      const value = binding.force();
      return value.kind === "layer" ? value : callable;
    }
  }
  return evaluate(scope, tree);
}

// ------------------------------------------------------------------------------------------------------------------- lists and indices

function evaluateList(scope: Scope, tree: List): Value {
  const elements: Value[] = [];
  for (const element of tree.elements) {
    if (element.kind === "SizedName" || element.kind === "Spread") {
      report(scope, "NET0203", element.span, { wanted: "a value", found: "an axis", where: "an element of a list", help: "shapes are written where an axis or a shape is expected" });
      return unknown;
    }
    const value = evaluate(scope, element);
    elements.push(value.kind === "axis" ? { kind: "int", use: value.axis.size } : value);
  }
  return { kind: "list", elements, length: { size: constant(elements.length), origin: { kind: "literal", span: tree.span } }, first: 0 };
}

function evaluateIndex(scope: Scope, tree: Index): Value {
  // A member of a family is asked of the family itself, so that members can be used before all are known.
  if (tree.object.kind === "Name" && tree.indexes.length === 1 && tree.indexes[0].kind !== "SizedName") {
    const binding = lookUp(scope, tree.object.text);
    if (binding?.kind === "family") {
      const index = evaluate(scope, tree.indexes[0]);
      if (index.kind === "int") return binding.member(index.use, tree.indexes[0].span, scope);
      if (index.kind === "range" && index.from && index.to) {
        const [from, to] = [constantValue(index.from.size), constantValue(index.to.size)];
        if (from !== undefined && to !== undefined && to <= from) {
          report(scope, "NET0309", tree.indexes[0].span, { what: `a part of \`${tree.object.text}\``, index: `${from}..${to}`, size: String(from), help: "a part has at least one element" });
          return unknown;
        }
        if (from !== undefined && to !== undefined && to - from < 100_000) {
          const elements: Value[] = [];
          for (let i = from; i < to; i++) elements.push(binding.member({ size: constant(i), origin: index.from.origin }, tree.indexes[0].span, scope));
          return { kind: "list", elements, length: { size: constant(elements.length), origin: { kind: "literal", span: tree.span } }, first: 0 };
        }
        // The last of a part of symbolic length must be there already, so the part is no circle.
        if (binding.member({ size: subtract(index.to.size, 1), origin: index.to.origin }, tree.indexes[0].span, scope).kind === "unknown") return unknown;
      }
    }
  }
  const object = evaluate(scope, tree.object);
  if (object.kind === "unknown") return unknown;
  if (object.kind === "list") {
    if (tree.indexes.length !== 1 || tree.indexes[0].kind === "SizedName") {
      report(scope, "NET0203", tree.span, { wanted: "one index", found: "something else", where: "a list" });
      return unknown;
    }
    return indexList(scope, object, evaluate(scope, tree.indexes[0]), tree);
  }
  if (object.kind === "tensor") return indexTensor(scope, object, tree);
  report(scope, "NET0203", tree.object.span, { wanted: "a list or a tensor", found: describe(object), where: "what is indexed" });
  return unknown;
}

function indexList(scope: Scope, list: ListValue, index: Value, tree: Index): Value {
  const outside = (text: string, notes: readonly string[] = []): Value => {
    report(scope, "NET0309", tree.indexes[0].span, { what: describe(list), index: text, size: showSize(add(list.length.size, list.first)) }, { notes });
    return unknown;
  };
  if (index.kind === "int" || index.kind === "axis") {
    const use = index.kind === "int" ? index.use : index.axis.size;
    const number = constantValue(use.size);
    if (number !== undefined && list.elements) {
      const element = list.elements[number - list.first];
      return element ?? outside(String(number));
    }
    const inside =
      require(scope, { kind: "at_least", left: use.size, right: constant(list.first) }, tree.indexes[0].span, (failure) => void outside(showSize(use.size), failureNotes(failure))) &&
      require(scope, { kind: "at_least", left: add(list.length.size, list.first), right: add(use.size, 1) }, tree.indexes[0].span, (failure) => void outside(showSize(use.size), failureNotes(failure)));
    if (!inside) return unknown;
    const [first = unknown, ...others] = list.element ? [list.element] : (list.elements ?? []);
    const different = others.find((other) => !sameType(scope, first, other));
    if (!different) return first;
    report(scope, "NET0206", tree.indexes[0].span, { first: describe(first), other: describe(different) }, { notes: ["an index that is no number takes any element, so all elements have one type"] });
    return unknown;
  }
  if (index.kind !== "range") {
    if (index.kind !== "unknown") report(scope, "NET0203", tree.indexes[0].span, { wanted: "an int or a range", found: describe(index), where: "an index" });
    return unknown;
  }
  const from = index.from?.size ?? constant(list.first);
  const to = index.to?.size ?? add(list.length.size, list.first);
  const [low, high] = [constantValue(from), constantValue(to)];
  if (list.elements && low !== undefined && high !== undefined) {
    if (low < list.first || high - list.first > list.elements.length || high <= low) return outside(`${low}..${high}`);
    const elements = list.elements.slice(low - list.first, high - list.first);
    return { kind: "list", elements, length: { size: constant(elements.length), origin: { kind: "literal", span: tree.span } }, first: 0 };
  }
  const fits =
    require(scope, { kind: "at_least", left: from, right: constant(list.first) }, tree.span, (failure) => void outside(showSize(from), failureNotes(failure))) &&
    require(scope, { kind: "at_least", left: add(list.length.size, list.first), right: to }, tree.span, (failure) => void outside(showSize(to), failureNotes(failure))) &&
    require(scope, { kind: "at_least", left: to, right: add(from, 1) }, tree.span, (failure) => void outside(showSize(to), failureNotes(failure)));
  if (!fits) return unknown;
  const element = list.element ?? list.elements?.find((own, _, all) => all.every((other) => sameType(scope, own, other)));
  return element ? { kind: "list", element, length: { size: subtract(to, from), origin: list.length.origin }, first: 0 } : unknown;
}

/** `x[tok = 0]` drops the axis, `x[tok = 1..]` keeps a part of it. */
function indexTensor(scope: Scope, object: TensorValue, tree: Index): Value {
  let current = object;
  for (const index of tree.indexes) {
    if (index.kind !== "SizedName") {
      report(scope, "NET0319", index.span, { what: "the index of a tensor", help: "say the axis: `x[tok = 0]`, `x[tok = 1..]`" });
      return unknown;
    }
    const next = indexAxis(scope, current, index, tree);
    if (!next) return unknown;
    current = next;
  }
  return current;
}

function indexAxis(scope: Scope, tensor: TensorValue, index: SizedName, tree: Index): TensorValue | undefined {
  const name = index.name.text;
  const label = scope.frame.axes.get(name)?.label ?? scope.frame.labels.get(name);
  const at = tensor.type.axes.findIndex((item) => item.kind === "axis" && item.label !== undefined && item.label === label);
  if (at < 0) {
    const axes = tensor.type.axes.map(itemName).filter(Boolean);
    report(scope, "NET0103", index.name.span, { name, type: showType(tensor.type), axes, near: nearestName(name, axes) }, { related: [{ span: tree.object.span, message: showType(tensor.type) }] });
    return undefined;
  }
  const axis = tensor.type.axes[at] as Axis;
  const value = evaluate(scope, index.size);
  if (value.kind === "unknown") return undefined;
  const size = axis.size.size;
  const reached = (from: Size, to: Size, failure: Failure): readonly string[] => {
    const { values } = failure.counterexample;
    const [low, high, whole] = [from, to, size].map((own) => constantValue(substitute(own, new Map([...values].map(([key, number]) => [key, constant(number)])))));
    const at = [...values].map(([key, number]) => `${key} = ${number}`).join(" and ");
    return !at || low === undefined || high === undefined || whole === undefined ? failureNotes(failure).slice(0, 1).map((note) => note.replace(" it is ", failure.claim?.kind === "at_least" && failure.claim.left === size ? " the size is " : " the index is ")) : [`with ${at} the size is ${whole}, and ${high === low + 1 ? `the index is ${low}` : `the part is ${low}..${high}`}`];
  };
  const refuse = (from: Size, to: Size, shown: string) => (failure: Failure): void =>
    report(scope, "NET0309", index.size.span, { what: `axis ${name} of ${showType(tensor.type)}`, index: shown, size: showSize(size), help: shown.startsWith("-") ? `there are no negative indices: the last is \`${name} = ${showSize(subtract(size, 1))}\`` : undefined }, { ...refusal(scope, failure), notes: [...reached(from, to, failure), ...(failure.kind === "sometimes" ? conditionNotes(failure) : [])], related: originPlaces(axis.size, name) });
  const inRange = (from: Size, to: Size, shown: string): boolean =>
    require(scope, { kind: "at_least", left: from, right: constant(0) }, index.size.span, refuse(from, to, shown)) &&
    require(scope, { kind: "at_least", left: size, right: to }, index.size.span, refuse(from, to, shown));
  const single = value.kind === "int" ? value.use : value.kind === "axis" ? value.axis.size : undefined;
  const cut = (from: Size, to: Size, axes: TensorValue["type"]["axes"]): TensorValue => {
    const node = inGraph(scope, tree.span, (build) => {
      const shape = shapeOf(tensor.type.axes);
      const zeros = shape.map(() => constant(0));
      const sliced = build.make("slice", [tensor.node!], { starts: zeros.map((zero, i) => (i === at ? from : zero)), stops: shape.map((own, i) => (i === at ? to : own)), steps: shape.map(() => 1) }, axisNames(tensor.type.axes));
      return axes.length === tensor.type.axes.length ? sliced : build.reshape(sliced, shapeOf(axes), axisNames(axes));
    });
    return { kind: "tensor", type: { dtype: tensor.type.dtype, axes }, node };
  };
  if (single) {
    if (!inRange(single.size, add(single.size, 1), showSize(single.size))) return undefined;
    return cut(single.size, add(single.size, 1), tensor.type.axes.filter((_, i) => i !== at));
  }
  if (value.kind !== "range") {
    report(scope, "NET0203", index.size.span, { wanted: "an int or a range", found: describe(value), where: `the index of axis ${name}` });
    return undefined;
  }
  const from = value.from?.size ?? constant(0);
  const to = value.to?.size ?? size;
  if (!inRange(from, to, `${showSize(from)}..${showSize(to)}`)) return undefined;
  const length: SizeUse = { size: subtract(to, from), origin: { kind: "made", span: index.span, rule: `cut to ${showSize(from)}..${value.to ? showSize(to) : ""}`, from: [axis.size] } };
  if (!requirePositive(scope, length, index.size.span, `axis ${name}`)) return undefined;
  return cut(from, to, tensor.type.axes.map((item, i) => (i === at ? { ...axis, size: length } : item)));
}

// ------------------------------------------------------------------------------------------------------------------- bodies

/** The scope of a body under its `assume`s, which may speak of its own names. */
function withPromises(scope: Scope, statements: readonly Statement[]): Scope {
  if (!statements.some((statement) => statement.kind === "Assume")) return scope;
  const names = childScope(scope);
  declareStatements(names, statements);
  return assumePromises(scope, names, statements);
}

/** A body in braces: the value that it returns. While checking, every binding is computed. */
export function evaluateBody(scope: Scope, body: Body): Value {
  const inner = withPromises(childScope(scope), body.statements);
  const { session } = scope.frame;
  declareStatements(inner, body.statements);
  if (session.mode === "check" && !scope.frame.quiet) forceStatements(inner, body.statements);
  const result = body.statements.find((statement) => statement.kind === "Return");
  evaluateUpdates(inner, body.statements);
  if (!result || result.kind !== "Return") {
    if (!body.statements.some((statement) => statement.kind === "MissingStatement")) report(scope, "NET0210", spanBetween(body.span, Math.max(body.span.start, body.span.end - 1), body.span.end), { block: scope.frame.name });
    return unknown;
  }
  return evaluate(sameNames(inner, { order: [...scope.order, body.statements.length], statement: { expression: result.value, bound: false } }), result.value);
}
