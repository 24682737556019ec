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
import type { BlockFacts, BlockSummary, Session, Walked } from "./scope.ts";
import { createSession } from "./session.ts";
import { changeOf, entriesUnder, entryOf, nothing, reachOf, withReach, type InventoryEntry, type Reach } from "./summaries.ts";

export type { InventoryEntry } from "./summaries.ts";

export interface Outline {
  readonly inventory: readonly InventoryEntry[];
  /** A run in whose scope further expressions (a loss) can be evaluated; `reachOf` tells what their nodes reach. */
  readonly run: ModelRun;
  /** On what it rests beside the model itself. */
  readonly walked: Walked;
}

export function createOutlineSession(program: Program, blocks: Map<Block, BlockFacts>, recall: Recall, summaries: Map<string, BlockSummary>): Session {
  return createSession({ program, sink: createSink(), blocks, build: (reachBuilder ??= makeReachBuilder()), training: true, summaries, recall });
}

/** The session is new and serves for this outline alone. */
export function outlineOf(session: Session, model: Model, configuration: Configuration): Outline {
  const run = runModel(session, model, configuration);
  return { inventory: inventoryOf(session), run, walked: session.walked[0] };
}

/** The outline as it is after an edit, when the model itself need not be walked again. */
export function outlineAgain(earlier: Outline, since: number, session: Session): Outline | undefined {
  const change = changeOf(earlier.walked, since, session);
  if (change === "anything") return undefined;
  return change === "none" ? earlier : { ...earlier, inventory: inventoryOf(earlier.run.scope.frame.session) };
}

const inventoryKeys = new WeakMap<readonly InventoryEntry[], string>();
const pathKeys = new WeakMap<readonly InventoryEntry[], string>();

function kept(keys: WeakMap<readonly InventoryEntry[], string>, inventory: readonly InventoryEntry[], show: (entry: InventoryEntry) => string): string {
  let key = keys.get(inventory);
  if (key === undefined) keys.set(inventory, (key = inventory.map(show).join(";")));
  return key;
}

/** The weights as a text: equal texts, equal weights. */
export const inventoryKey = (inventory: readonly InventoryEntry[]): string => kept(inventoryKeys, inventory, ({ path, kind, axes, shape }) => `${kind} ${path}[${axes.map((axis, i) => `${axis} = ${shape[i].id}`).join()}]`);

/** The names of the weights as a text. */
export const pathsKey = (inventory: readonly InventoryEntry[]): string => kept(pathKeys, inventory, ({ path, kind }) => `${kind} ${path}`);

/** Every weight once, in the order in which they were made: of a shared layer's blocks the first counts. */
function inventoryOf({ weights, made }: Session): readonly InventoryEntry[] {
  const entries = new Map<string, InventoryEntry>();
  for (const own of made) {
    const part = typeof own === "string" ? [entryOf(own, weights.get(own)!.node)] : entriesUnder(own);
    for (const entry of part) if (!entries.has(entry.path)) entries.set(entry.path, entry);
  }
  return [...entries.values()];
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
