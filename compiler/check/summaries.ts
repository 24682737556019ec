/**
 * Summaries of blocks for an outline: a block is walked once per signature, with stand-ins for its inputs, and what it owns and reaches is
 * put together for every call from what the call's inputs reach.
 */
import type { Block } from "../../grammar/ast.ts";
import type { Node } from "../ir/graph.ts";
import type { Size } from "../dims/index.ts";
import { sizeOfName } from "./facts.ts";
import type { Recall } from "./recall.ts";
import { joinPath, type BlockSummary, type OwnedNode, type Scope, type Session, type SummarisedPart, type Walked } from "./scope.ts";
import { unknown, type TensorValue, type Value } from "./values.ts";

/** What a value reaches, kept as it was put together and written out only where it is asked: one step per operator, whatever it reaches. */
export type Reach =
  | { readonly kind: "nothing" }
  /** The path of a parameter; in a summary also the number of a block's input. */
  | { readonly kind: "one"; readonly item: string | number }
  | { readonly kind: "several"; readonly parts: readonly Reach[] }
  /** A call: what the block reaches, its paths under `path`, its inputs' numbers standing for what these reach. */
  | { readonly kind: "call"; readonly items: readonly (string | number)[]; readonly path: string; readonly inputs: readonly Reach[] };

export const nothing: Reach = { kind: "nothing" };
const reachKey = Symbol("reach");

export function withReach<N extends Node>(node: N, reach: Reach): N {
  return { ...node, [reachKey]: reach };
}

export function reachOf(node: unknown): Reach {
  return (typeof node === "object" && node !== null && (node as { readonly [reachKey]?: Reach })[reachKey]) || nothing;
}

/** The paths (and numbers) written out. */
export function reachedItems(reach: Reach): ReadonlySet<string | number> {
  const items = new Set<string | number>();
  const seen = new Set<Reach>();
  const stack: Reach[] = [reach];
  for (let current = stack.pop(); current; current = stack.pop()) {
    if (seen.has(current)) continue;
    seen.add(current);
    switch (current.kind) {
      case "nothing":
        break;
      case "one":
        items.add(current.item);
        break;
      case "several":
        stack.push(...current.parts);
        break;
      case "call":
        for (const item of current.items) {
          if (typeof item === "string") items.add(joinPath(current.path, item));
          else if (current.inputs[item]) stack.push(current.inputs[item]);
        }
    }
  }
  return items;
}

/** Summaries of the library's blocks, kept for the life of the process: the library does not change. */
const librarySummaries = new Map<string, BlockSummary>();
const mostKept = 5_000;

const isLibrary = (block: Block): boolean => block.span.file.name.startsWith("std/");

export function summarisedBody(summaries: Map<string, BlockSummary>, callee: Scope, block: Block, path: string): Value {
  const { session } = callee.frame;
  const key = signatureKey(block, callee);
  const store = isLibrary(block) ? librarySummaries : summaries;
  if (store === librarySummaries && store.size > mostKept) store.clear();
  const inputs = inputNodes(callee, block);
  let summary = store.get(key);
  if (summary && !summaryHolds(summary, session)) summary = store.get(key);
  if (summary) {
    if (summary.weights.length) session.made.push({ path, summary });
  } else {
    const call = isLibrary(block) ? undefined : asCalled(withStandIns(callee, block));
    summary = summarise(withStandIns(callee, block), block, key, call);
    store.set(key, summary);
  }
  session.walked.at(-1)!.uses.add(summary);
  let at = 0;
  const { reaches: found } = summary;
  const inputReaches = inputs.map(reachOf);
  return mapTensors(summary.body, (tensor) => {
    const items = found[at++] ?? [];
    return tensor.node ? { ...tensor, node: withReach(tensor.node, items.length ? { kind: "call", items, path, inputs: inputReaches } : nothing) } : tensor;
  });
}

/** Walks the body of a call whose inputs are stand-ins. */
function summarise(callee: Scope, block: Block, key: string, call: Scope | undefined): BlockSummary {
  const { session } = callee.frame;
  const { weights, made: log } = session;
  const below = callee.path.length + 1;
  const before = log.length;
  session.walked.push({ bodies: new Set(), uses: new Set() });
  const body = session.runBody(callee, block);
  const walked = session.walked.pop()!;
  const made = log.slice(before).flatMap((own): BlockSummary["weights"] =>
    typeof own === "string" ? [[own.slice(below), weights.get(own)!]] : own.summary.weights.map(([relative, owned]) => [joinPath(own.path, relative).slice(below), owned]),
  );
  const relative = (reached: string | number): string | number => (typeof reached === "string" && made.length ? reached.slice(below) : reached);
  const since = session.recall?.generation ?? 0;
  return { key, call, weights: made, body, walked, since, asked: since, reshaped: since, gone: false, reaches: tensorsOf(body).map((tensor) => [...reachedItems(reachOf(tensor.node))].map(relative)) };
}

/**
 * Whether a summary is what walking the body now would give. After an edit of the body, or of what it calls, that is tried with the call for which it was
 * made: most edits leave weights and gradients as they are, or change the shapes of weights alone, and then the summary stays and what rests on it with
 * it. Otherwise another one takes its place.
 */
export function summaryHolds(summary: BlockSummary, session: Session): boolean {
  const { recall } = session;
  if (!recall || !summary.call || summary.asked === recall.generation) return !summary.gone;
  summary.asked = recall.generation;
  if (changeOf(summary.walked, summary.since, session) === "none") return true;
  const now = again(summary, summary.call, session);
  if (now && isSame(summary, now)) {
    summary.walked = now.walked;
    summary.since = now.since;
    if (!sameShapes(summary.weights, now.weights)) {
      summary.weights = now.weights;
      summary.reshaped = now.since;
      entriesKnown.delete(summary);
    }
    return true;
  }
  summary.gone = true;
  if (now) session.summaries!.set(summary.key, now);
  else session.summaries!.delete(summary.key);
  return false;
}

/** What changed of that on which something rests that was found out in a compilation. */
export function changeOf({ bodies, uses }: Walked, since: number, session: Session): "none" | "shapes" | "anything" {
  if (!session.recall!.isUnchangedSince(since, bodies)) return "anything";
  let change: "none" | "shapes" = "none";
  for (const use of uses) {
    if (!summaryHolds(use, session)) return "anything";
    if (use.reshaped > since) change = "shapes";
  }
  return change;
}

/** Walks the body of a call once more, apart from what the session does. */
function again({ key }: BlockSummary, call: Scope, session: Session): BlockSummary | undefined {
  const recall = session.recall!;
  const block = recall.replacementOf(call.frame.block!);
  if (!block || ![...call.bindings.values()].every((binding) => binding.kind === "value" && isStillGiven(binding.value, recall))) return undefined;
  const own: Session = { ...session, weights: new Map(), made: [], updates: new Map(), requirements: [], layers: new Map(), walked: [], active: [], fresh: 0 };
  const scope = asCalled(call);
  return summarise({ ...scope, frame: { ...scope.frame, block, session: own } }, block, key, call);
}

/** Whether a value can be given to a call of today's program: an alternative belongs to a choice, and a layer to a body, that may have been replaced. */
function isStillGiven(value: Value, recall: Recall): boolean {
  switch (value.kind) {
    case "choice":
      return !value.choice.declaration || recall.isCurrent(value.choice.declaration);
    case "list":
      return [...(value.elements ?? []), ...(value.element ? [value.element] : [])].every((element) => isStillGiven(element, recall));
    case "record":
      return [...value.fields.values()].every((field) => isStillGiven(field, recall));
    case "layer":
    case "block":
      return false;
    default:
      return true;
  }
}

/** A call with everything of its own that walking the body changes. */
function asCalled(callee: Scope): Scope {
  const { frame } = callee;
  return {
    ...callee, bindings: new Map(callee.bindings),
    frame: { ...frame, caller: undefined, labels: new Map(frame.labels), axes: new Map(frame.axes), rows: new Map(frame.rows), outside: new Map(frame.outside), granted: [...frame.granted], refused: new Set(frame.refused), said: new Set(frame.said) },
  };
}

/** The same weights, whatever their shapes, and the same gradients. */
function isSame(a: BlockSummary, b: BlockSummary): boolean {
  return a.weights.length === b.weights.length && a.weights.every(([path, { node }], i) => path === b.weights[i][0] && node.operator === b.weights[i][1].node.operator)
    && a.reaches.length === b.reaches.length && a.reaches.every((items, i) => sameItems(items, b.reaches[i])) && formOf(a.body) === formOf(b.body);
}

function sameShapes(a: BlockSummary["weights"], b: BlockSummary["weights"]): boolean {
  return a.every(([, { node }], i) => {
    const [one, other] = [node.type, b[i][1].node.type];
    return one.dtype === other.dtype && one.axes.join() === other.axes.join() && one.shape.length === other.shape.length && one.shape.every((size, axis) => size === other.shape[axis]);
  });
}

function sameItems(a: readonly (string | number)[], b: readonly (string | number)[]): boolean {
  const found = new Set(b);
  return a.length === b.length && a.every((item) => found.has(item));
}

/** How many tensors a result has, and where. */
function formOf(value: Value): string {
  switch (value.kind) {
    case "tensor":
      return value.node ? "x" : "-";
    case "list":
      return `[${(value.elements ?? []).map(formOf).join("")}]`;
    case "record":
      return `{${[...value.fields].map(([name, field]) => `${name} ${formOf(field)}`).join()}}`;
    default:
      return value.kind;
  }
}

export interface InventoryEntry {
  readonly path: string;
  readonly kind: "parameter" | "state";
  readonly axes: readonly string[];
  readonly shape: readonly Size[];
}

type WeightNode = OwnedNode<"parameter" | "state">["node"];

export const entryOf = (path: string, node: WeightNode): InventoryEntry => ({ path, kind: node.operator, axes: node.type.axes, shape: node.type.shape });

/** A block at the same path in another variant has the same entries. */
const entriesKnown = new WeakMap<BlockSummary, Map<string, readonly InventoryEntry[]>>();

export function entriesUnder({ path, summary }: SummarisedPart): readonly InventoryEntry[] {
  const known = entriesKnown.get(summary) ?? new Map<string, readonly InventoryEntry[]>();
  entriesKnown.set(summary, known);
  let entries = known.get(path);
  if (!entries) known.set(path, (entries = summary.weights.map(([relative, { node }]) => entryOf(joinPath(path, relative), node))));
  return entries;
}

/** The tensors of the inputs in order, lists element by element. */
function inputNodes(callee: Scope, block: Block): readonly (Node | undefined)[] {
  return block.inputs.flatMap((input) => {
    const binding = callee.bindings.get(input.name.text);
    return binding?.kind === "value" ? tensorsOf(binding.value).map((tensor) => tensor.node) : [];
  });
}

/** The callee with stand-ins that reach nothing but themselves, by number. */
function withStandIns(callee: Scope, block: Block): Scope {
  const bindings = new Map(callee.bindings);
  let count = 0;
  for (const input of block.inputs) {
    const binding = bindings.get(input.name.text);
    if (binding?.kind !== "value") continue;
    const value = mapTensors(binding.value, (tensor) => {
      const number = count++;
      return tensor.node ? { ...tensor, node: withReach(tensor.node, { kind: "one", item: number }) } : tensor;
    });
    bindings.set(input.name.text, { kind: "value", value });
  }
  return { ...callee, bindings };
}

function tensorsOf(value: Value): readonly TensorValue[] {
  switch (value.kind) {
    case "tensor":
      return [value];
    case "list":
      return (value.elements ?? []).flatMap(tensorsOf);
    case "record":
      return [...value.fields.values()].flatMap(tensorsOf);
    default:
      return [];
  }
}

function mapTensors(value: Value, change: (tensor: TensorValue) => TensorValue): Value {
  switch (value.kind) {
    case "tensor":
      return change(value);
    case "list":
      return value.elements ? { ...value, elements: value.elements.map((element) => mapTensors(element, change)) } : value;
    case "record":
      return { kind: "record", fields: new Map([...value.fields].map(([name, field]) => [name, mapTensors(field, change)])) };
    default:
      return value;
  }
}

/**
 * Everything of a call that the block's weights and its flow of gradients can depend on: options that are no sizes, ranks, and of the sizes
 * those on which checking the block found its weights to depend. So the same unit at four resolutions is walked once.
 */
function signatureKey(block: Block, callee: Scope): string {
  const sizes = callee.frame.session.blocks.get(block)?.weightSizes ?? new Set<string>();
  const show = (value: Value): string => {
    switch (value.kind) {
      case "int":
        return "";
      case "float":
      case "bool":
        return `${value.value}`;
      case "choice":
        return value.value ?? "?";
      case "tensor":
        return `${value.type.axes.length}`;
      case "list":
        return `[${(value.elements ?? [value.element ?? unknown]).map(show).join(";")}]`;
      default:
        return value.kind;
    }
  };
  const bindings = [...callee.bindings].map(([name, binding]) => `${name}=${binding.kind === "value" ? show(binding.value) : ""}`);
  const used = [...sizes].map((name) => `${name}:${name.startsWith("...") ? rowIds(callee, name.slice(3)) : sizeOfName(callee, name)?.size.id}`);
  return `${block.span.file.name}|${block.name.text}|${bindings.join(" ")}|${used.join(" ")}`;
}

function rowIds(callee: Scope, row: string): string {
  return (callee.frame.rows.get(row) ?? []).map((item) => item.size.size.id).join(",");
}
