/**
 * Summaries of blocks for an outline: a block is walked once per signature, with stand-ins for its inputs, and what it owns and reaches is
 * put together for every call from what the call's inputs reach.
 */
import type { Block } from "../../grammar/ast.ts";
import type { Node } from "../ir/graph.ts";
import { sizeOfName } from "./facts.ts";
import { joinPath, type BlockSummary, type Scope } from "./scope.ts";
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

export function summarisedBody(summaries: Map<string, BlockSummary>, callee: Scope, block: Block, path: string): Value {
  const { session } = callee.frame;
  const { weights, made: log } = session;
  const key = signatureKey(block, callee);
  const store = block.span.file.name.startsWith("std/") ? librarySummaries : summaries;
  if (store === librarySummaries && store.size > mostKept) store.clear();
  const inputs = inputNodes(callee, block);
  let summary = store.get(key);
  if (!summary || (session.recall && !session.recall.isUnchangedSince(summary.since, summary.bodies))) {
    const before = log.length;
    session.bodies.push(new Set());
    const body = session.runBody(withStandIns(callee, block), block);
    const bodies = session.bodies.pop()!;
    const below = (own: string): string => own.slice(path.length + 1);
    const made = log.slice(before).flatMap((own): BlockSummary["weights"] =>
      typeof own === "string" ? [[below(own), weights.get(own)!]] : own.summary.weights.map(([relative, owned]) => [below(joinPath(own.path, relative)), owned]),
    );
    const relative = (reached: string | number): string | number => (typeof reached === "string" && made.length ? reached.slice(path.length + 1) : reached);
    summary = { weights: made, body, bodies, since: session.recall?.generation ?? 0, reaches: tensorsOf(body).map((tensor) => [...reachedItems(reachOf(tensor.node))].map(relative)) };
    store.set(key, summary);
  } else {
    if (summary.weights.length) log.push({ path, summary });
  }
  for (const own of summary.bodies) session.bodies.at(-1)!.add(own);
  let at = 0;
  const { reaches: found } = summary;
  const inputReaches = inputs.map(reachOf);
  return mapTensors(summary.body, (tensor) => {
    const items = found[at++] ?? [];
    return tensor.node ? { ...tensor, node: withReach(tensor.node, items.length ? { kind: "call", items, path, inputs: inputReaches } : nothing) } : tensor;
  });
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
