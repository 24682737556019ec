/** What a call gives back: the declared result for the sizes of this call, under the caller's names. */
import type { Block, Result, Type } from "../../grammar/ast.ts";
import { positionAt } from "../../grammar/source.ts";
import { assume, normalise, prove, showSize } from "../dims/index.ts";
import type { Node } from "../ir/graph.ts";
import { showType } from "../types/show.ts";
import type { AxisItem, SizeUse, TensorType } from "../types/types.ts";
import type { Application } from "./application.ts";
import { outsideItem } from "./bind-shape.ts";
import { makeComposite } from "./composites.ts";
import { asSize } from "./declared-type.ts";
import { evaluate } from "./evaluate.ts";
import { number } from "./options.ts";
import { labelOf, report, type Scope } from "./scope.ts";
import { summarisedBody } from "./summaries.ts";
import { unknown, type RecordValue, type Value } from "./values.ts";

/** The value of a call whose signature is bound: its type from the signature, its nodes, while building, from the body. */
export function resultOf(application: Application, callee: Scope): Value {
  const { scope, block } = application;
  const { session } = scope.frame;
  if (isScalarResult(block.result)) return asDeclared(callee, block, session.runBody(callee, block));
  const body = session.mode === "build" ? builtBody(application, callee) : undefined;
  const value = resultValue(application, callee, block.result, body);
  return value ?? unknown;
}

function builtBody({ block, path }: Application, callee: Scope): Value {
  const { summaries, runBody, definedComposites } = callee.frame.session;
  if (summaries) return summarisedBody(summaries, callee, block, path);
  return block.composite && !definedComposites ? makeComposite(callee, block) : runBody(callee, block);
}

function isScalarResult(result: Result): boolean {
  return result.kind === "ScalarType" || (result.kind === "RecordResult" && result.fields.some((field) => field.type.kind === "ScalarType"));
}

/** An int where the result is declared `float` is a float from here on. */
function asDeclared(callee: Scope, block: Block, value: Value): Value {
  const { result } = block;
  if (result.kind !== "ScalarType" || result.scalar !== "float" || (value.kind !== "int" && value.kind !== "element")) return value;
  return number(callee, "float", value, block.span, `the result of \`${block.name.text}\``);
}

function resultValue(application: Application, callee: Scope, result: Result, body: Value | undefined): Value | undefined {
  if (result.kind !== "RecordResult") return typedValue(application, callee, result, body);
  const fields = new Map<string, Value>();
  for (const field of result.fields) {
    const own = (body as RecordValue | undefined)?.fields.get(field.name.text);
    const value = typedValue(application, callee, field.type, own);
    if (!value) return undefined;
    fields.set(field.name.text, value);
  }
  return { kind: "record", fields };
}

function typedValue(application: Application, callee: Scope, type: Type, body: Value | undefined): Value | undefined {
  switch (type.kind) {
    case "TensorType": {
      const tensor = resultType(application, callee, type);
      if (tensor && body?.kind === "tensor" && body.node) requireBuilt(application, body.node, tensor);
      return tensor && { kind: "tensor", type: tensor, node: body?.kind === "tensor" ? body.node : undefined };
    }
    case "ListType": {
      const length = asSize(callee, evaluate(callee, type.length), type.length.span);
      if (!length) return undefined;
      if (body?.kind === "list" && body.elements) {
        const elements = body.elements.map((element) => typedValue(application, callee, type.element, element) ?? unknown);
        return { kind: "list", elements, length, first: 0 };
      }
      const element = typedValue(application, callee, type.element, undefined);
      const count = lengthNumber(length);
      if (count !== undefined && element) return { kind: "list", elements: Array.from({ length: count }, () => element), length, first: 0 };
      return element && { kind: "list", element, length, first: 0 };
    }
    default:
      return unknown;
  }
}

/** What a body made has the shape that its signature promised; anything else is a hole in the checker, and no artefact may come of it. */
function requireBuilt({ scope, block, call }: Application, node: Node, type: TensorType): void {
  if (scope.frame.session.summaries) return;
  const made = node.type.shape;
  const fits = made.length === type.axes.length && type.axes.every((item, i) => item.size.size === made[i] || normalise(scope.facts, item.size.size) === normalise(scope.facts, made[i]));
  if (fits) return;
  const promised = scope.frame.session.requirements.flatMap(({ claims }) => claims).reduce((facts, claim) => assume(facts, claim).facts, scope.facts);
  if (made.length === type.axes.length && type.axes.every((item, i) => prove(promised, { kind: "equal", left: item.size.size, right: made[i] }).kind === "proved")) return;
  const { line, column } = positionAt(call.span.file, call.span.start);
  throw new Error(`netc bug: \`${block.name.text}\` at ${call.span.file.name}:${line}:${column} made [${made.map((size) => showSize(size)).join(", ")}], but promises ${showType(type)}`);
}

function lengthNumber(length: SizeUse): number | undefined {
  const text = showSize(length.size);
  return /^\d{1,5}$/.test(text) ? Number(text) : undefined;
}

function resultType(application: Application, callee: Scope, type: Extract<Type, { kind: "TensorType" }>): TensorType | undefined {
  const { scope, call, block } = application;
  const { frame } = callee;
  const axes: AxisItem[] = [];
  for (const part of type.axes) {
    if (part.kind === "RowAxis") {
      const row = part.name && frame.rows.get(part.name.text);
      if (row) axes.push(...row.map((item) => outsideItem(frame, item, (name) => labelOf(scope.frame, name))));
      continue;
    }
    const entry = part.kind === "NamedAxis" ? frame.axes.get(part.name.text) : undefined;
    let size = entry?.size;
    if (part.size) {
      const own = asSize(callee, evaluate(callee, part.size), part.size.span);
      if (!own) return undefined;
      const from = entry ? [entry.size] : own.origin.kind === "made" ? own.origin.from : [];
      size = size && size.size === own.size ? size : { size: own.size, origin: { kind: "made", span: call.span, rule: `made by \`${block.name.text}\` here`, from } };
    }
    if (!size) {
      report(scope, "NET0317", call.span, { name: part.kind === "NamedAxis" ? part.name.text : "", block: block.name.text });
      return undefined;
    }
    // A name that no input or option bound is new where the call stands, even where the body has an axis of that name.
    const label = part.kind === "NamedAxis" ? (entry && frame.outside.has(entry.label) ? frame.outside.get(entry.label) : labelOf(scope.frame, part.name.text)) : undefined;
    axes.push({ kind: "axis", label, size, ...(entry?.marks ? { marks: entry.marks } : {}) });
  }
  const result: TensorType = { dtype: type.dtype, axes };
  for (let i = 0; i < axes.length; i++) {
    const item = axes[i];
    if (item.kind === "axis" && item.label && axes.slice(0, i).some((other) => other.kind === "axis" && other.label === item.label)) {
      report(scope, "NET0314", call.span, { axis: item.label.name, type: showType(result) });
      return undefined;
    }
  }
  return result;
}
