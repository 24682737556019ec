/**
 * The outline of a model in one configuration: its weights, and which of them a gradient would reach from any of its values. It is the walk
 * of a build with nodes that hold nothing but what they reach, and each block is walked once per signature: a fraction of lowering.
 * Weights plans, optimiser groups, ablations and losses are checked against it.
 */
import type { Block, Model } from "../../grammar/ast.ts";
import { createSourceFile, spanIn } from "../../grammar/source.ts";
import type { Size } from "../dims/index.ts";
import { createSink } from "../diagnostics/diagnostic.ts";
import { createBuilder, type Builder } from "../ir/builder.ts";
import type { Node, OperatorName } from "../ir/graph.ts";
import { operatorOf, operatorNames } from "../operators/table.ts";
import { constant } from "../dims/index.ts";
import { runModel, type Configuration, type ModelRun } from "./model.ts";
import type { Program } from "./program.ts";
import type { Recall } from "./recall.ts";
import { joinPath, type BlockFacts, type BlockSummary, type OwnedNode, type Session, type SummarisedPart } from "./scope.ts";
import { createSession } from "./session.ts";
import { nothing, reachOf, withReach, type Reach } from "./summaries.ts";

export interface InventoryEntry {
  readonly path: string;
  readonly kind: "parameter" | "state";
  readonly axes: readonly string[];
  readonly shape: readonly Size[];
}

export interface Outline {
  readonly inventory: readonly InventoryEntry[];
  /** A run in whose scope further expressions (a loss) can be evaluated; `reachOf` tells what their nodes reach. */
  readonly run: ModelRun;
  /** Every block whose body was walked. */
  readonly bodies: ReadonlySet<Block>;
}

export function outlineOf(program: Program, blocks: Map<Block, BlockFacts>, recall: Recall, model: Model, configuration: Configuration, summaries: Map<string, BlockSummary>): Outline {
  const session = createSession({ program, sink: createSink(), blocks, build: (reachBuilder ??= makeReachBuilder()), training: true, summaries, recall });
  const run = runModel(session, model, configuration);
  return { inventory: inventoryOf(session), run, bodies: session.bodies[0] };
}

const keys = new WeakMap<Outline, string>();

/** The weights of an outline as a text: equal texts, equal weights. */
export function inventoryKey(outline: Outline): string {
  let key = keys.get(outline);
  if (key === undefined) keys.set(outline, (key = outline.inventory.map(({ path, kind, axes, shape }) => `${kind} ${path}[${axes.map((axis, i) => `${axis} = ${shape[i].id}`).join()}]`).join(";")));
  return key;
}

/** Every weight once, in the order in which they were made: of a shared layer's blocks the first counts. */
function inventoryOf({ weights, made }: Session): readonly InventoryEntry[] {
  const entries = new Map<string, InventoryEntry>();
  for (const own of made) {
    const part = typeof own === "string" ? [entryOf(own, weights.get(own)!.node)] : entriesUnder(own);
    for (const entry of part) if (!entries.has(entry.path)) entries.set(entry.path, entry);
  }
  return [...entries.values()];
}

type WeightNode = OwnedNode<"parameter" | "state">["node"];

const entryOf = (path: string, node: WeightNode): InventoryEntry => ({ path, kind: node.operator, axes: node.type.axes, shape: node.type.shape });

/** A block at the same path in another variant has the same entries. */
const entriesKnown = new WeakMap<BlockSummary, Map<string, readonly InventoryEntry[]>>();

function entriesUnder({ path, summary }: SummarisedPart): readonly InventoryEntry[] {
  const known = entriesKnown.get(summary) ?? new Map<string, readonly InventoryEntry[]>();
  entriesKnown.set(summary, known);
  let entries = known.get(path);
  if (!entries) known.set(path, (entries = summary.weights.map(([relative, { node }]) => entryOf(joinPath(path, relative), node))));
  return entries;
}

const known: ReadonlySet<string> = new Set(operatorNames);

/** What the result of an operator reaches, given its operands. */
function reachThrough(operator: string, operands: readonly unknown[], to?: unknown): Reach {
  if (to === "i32" || to === "bool" || operator === "stop_gradient") return nothing;
  if (known.has(operator) && operatorOf(operator as OperatorName).gradient.kind !== "rule") return nothing;
  const parts: Reach[] = [];
  const add = (operand: unknown): void => {
    if (Array.isArray(operand)) return operand.forEach(add);
    const own = reachOf(operand);
    if (own !== nothing && !parts.includes(own)) parts.push(own);
  };
  operands.forEach(add);
  return parts.length === 0 ? nothing : parts.length === 1 ? parts[0] : { kind: "several", parts };
}

/** One for all outlines: between two of them it stands nowhere. */
let reachBuilder: Builder | undefined;

/** A builder whose every node is a stand-in that knows what it reaches; weights alone are made in earnest. */
function makeReachBuilder(): Builder {
  const real = createBuilder();
  const nowhere = { location: { span: spanIn(createSourceFile("", ""), 0, 0), callers: [] }, path: "" };
  const scalar: Node = real.within(nowhere, () => real.constant(0, "f32"));
  const one = constant(1);
  const anyShape: readonly Size[] = new Proxy([], { get: (list, key) => (typeof key === "string" && /^\d+$/.test(key) ? one : Reflect.get(list, key)) });
  const stand: Node = { ...scalar, type: { ...scalar.type, shape: anyShape } };
  const make = (operator: string, inputs: readonly Node[], attributes: { readonly path?: string; readonly to?: unknown }, axes?: readonly string[]): Node => {
    if (operator === "parameter" || operator === "state") {
      const node = real.make(operator, [], attributes as never, axes);
      return withReach(node, operator === "parameter" ? { kind: "one", item: attributes.path! } : nothing);
    }
    return withReach(stand, reachThrough(operator, inputs, operator === "cast" ? attributes.to : undefined));
  };
  const builder: Partial<Record<keyof Builder, unknown>> = {};
  for (const key of Object.keys(real) as (keyof Builder)[]) {
    builder[key] = (...operands: readonly unknown[]) => withReach(stand, reachThrough(key, operands, key === "cast" ? operands[1] : undefined));
  }
  builder.within = <R>(position: Parameters<Builder["within"]>[0], run: () => R): R => real.within(position, run);
  builder.make = make;
  return builder as Builder;
}
