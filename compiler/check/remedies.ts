/**
 * Candidates for a fix, made where a mistake is found. They may be wrong: whoever offers one applies it first and looks whether the mistake is gone
 * (`compiler/fixes.ts`), so a rule here may be bold.
 */
import { spanBetween, textOf, type Span } from "../../grammar/source.ts";
import type { Fix } from "../diagnostics/diagnostic.ts";
import { variablesOf, type Claim } from "../dims/index.ts";
import type { Dtype } from "../ir/graph.ts";
import { showItem } from "../types/show.ts";
import { itemName, sameItem, type AxisItem, type TensorType } from "../types/types.ts";
import { failureNotes, neededClaims, showClaim, sizesOfClaim, type Failure } from "./claims.ts";
import type { Scope } from "./scope.ts";

export interface Remedied {
  readonly notes: readonly string[];
  readonly fixes: readonly Fix[];
}


/** Notes and fixes of a refused claim; `others` are facts that the rest of the same obligation needs. */
export function refusal(scope: Scope, failure: Failure, others: readonly Claim[] = []): Remedied {
  return { notes: failureNotes(failure, others), fixes: stated(scope, failure, others) };
}

/** The facts that would make the claim true, after `where`. */
export function stated(scope: Scope, failure: Failure, others: readonly Claim[] = []): readonly Fix[] {
  if (failure.kind !== "sometimes" || failure.when) return [];
  const facts = [...new Set([...neededClaims(failure.condition), ...others].map(showClaim))];
  const names = new Set([...neededClaims(failure.condition), ...others].flatMap(sizesOfClaim).flatMap((size) => [...variablesOf(size)]));
  const place = facts.length ? whereOf(scope, names) : undefined;
  return place ? [{ title: `state \`${facts.join(", ")}\``, edits: [{ span: place.span, newText: `${place.joint}${facts.join(", ")}` }] }] : [];
}

/** Where a fact about these sizes is stated: in the signature of the block, or at the input that brings one of them. */
function whereOf({ frame }: Scope, names: ReadonlySet<string>): { readonly span: Span; readonly joint: string } | undefined {
  if (![...names].every((name) => isNameable(frame, name))) return undefined;
  const after = (span: Span, joint: string): { span: Span; joint: string } => ({ span: spanBetween(span, span.end, span.end), joint });
  const { block, model } = frame;
  if (block) return block.where.length ? after(block.where[block.where.length - 1].span, ", ") : after(block.result.span, " where ");
  for (const member of model?.members ?? []) {
    if (member.kind !== "ModelInput" || member.type.kind !== "TensorType") continue;
    if (!member.type.axes.some((axis) => axis.kind === "NamedAxis" && names.has(axis.name.text))) continue;
    return member.where.length ? after(member.where[member.where.length - 1].span, ", ") : after(member.type.span, " where ");
  }
  return undefined;
}

/** Whether a fact may speak of this size: an index of a family or a table is no name of a signature. */
function isNameable({ axes, block }: Scope["frame"], name: string): boolean {
  const [root] = name.split(".");
  return axes.has(root) || (block?.options.some((option) => option.name.text === root) ?? false);
}

const isWord = (text: string): boolean => /^\w+$/.test(text);

/** A word in place of a misspelt one. */
export function respelt(span: Span, name: string, near: string | undefined): readonly Fix[] {
  const text = textOf(span);
  if (!near || (text !== name && text !== `"${name}"`)) return [];
  return [{ title: `\`${near}\` instead of \`${name}\``, edits: [{ span, newText: text.startsWith('"') ? `"${near}"` : near }] }];
}

/** The expression in the element type that is wanted. */
export function converted(span: Span, dtype: Dtype): readonly Fix[] {
  return dtype === "f32" || dtype === "i32" || dtype === "bool" ? [{ title: `convert to ${dtype}`, edits: [{ span, newText: `${dtype}(${textOf(span)})` }] }] : [];
}

/** The expression with its axes brought into another order, or with one axis renamed. */
export function rearranged(span: Span, own: readonly AxisItem[], wanted: readonly AxisItem[]): readonly Fix[] {
  const order = wanted.filter((item) => own.some((other) => sameItem(item, other)));
  if (order.length === own.length && order.length > 1 && own.every(itemName)) return reordered(span, own.map(itemName), order.map(itemName));
  const extra = own.filter((item) => !wanted.some((other) => sameItem(item, other)));
  const missing = wanted.filter((item) => !own.some((other) => sameItem(item, other)));
  const [from, to] = [extra[0], missing[0]];
  if (extra.length !== 1 || missing.length !== 1 || from.kind === "row" || to.kind === "row" || !isWord(itemName(from)) || !isWord(itemName(to))) return [];
  return [{ title: `call the axis ${itemName(from)} here ${itemName(to)}`, edits: [{ span, newText: `rename(${textOf(span)}, ${itemName(to)} = ${itemName(from)})` }] }];
}

export function reordered(span: Span, own: readonly string[], order: readonly string[]): readonly Fix[] {
  if (own.some((name) => !/^(\.\.\.)?\w+$/.test(name)) || own.length !== order.length || own.join() === order.join()) return [];
  return [{ title: `bring the axes into the order ${order.join(", ")}`, edits: [{ span, newText: `rearrange(${textOf(span)}, [${own.join(", ")}] -> [${order.join(", ")}])` }] }];
}

/** The declared type as the value has it. */
export function redeclared(declared: Span, found: TensorType): readonly Fix[] {
  const text = `${found.dtype}[${found.axes.map((item) => showItem(item)).join(", ")}]`;
  if (!/^\w+\[/.test(textOf(declared)) || /[′]|\(if|\(match|choice/.test(text)) return [];
  return [{ title: `declare it as ${text}`, edits: [{ span: declared, newText: text }] }];
}

/** The nearest number for which something is defined, in place of a number. */
export function renumbered(span: Span, present: number, legal: readonly number[]): readonly Fix[] {
  const nearest = [...legal].sort((a, b) => Math.abs(a - present) - Math.abs(b - present))[0];
  return nearest === undefined || textOf(span) !== String(present) ? [] : [{ title: `${nearest} instead of ${present}`, edits: [{ span, newText: String(nearest) }] }];
}

