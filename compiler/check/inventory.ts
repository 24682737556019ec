/**
 * The weights of a model in one configuration, without its graph: the walk of a build in which only parameters and states become nodes.
 * Weights plans, optimiser groups and ablations are checked against it; it costs a fraction of lowering.
 */
import type { Model } from "../../grammar/ast.ts";
import { constant, type Size } from "../dims/index.ts";
import { createBuilder, type Builder } from "../ir/builder.ts";
import type { Node } from "../ir/graph.ts";
import type { Block } from "../../grammar/ast.ts";
import { createSink } from "../diagnostics/diagnostic.ts";
import { runModel, type Configuration } from "./model.ts";
import type { Program } from "./program.ts";
import type { BlockFacts, Session } from "./scope.ts";
import { createSession } from "./session.ts";

export interface InventoryEntry {
  readonly path: string;
  readonly kind: "parameter" | "state";
  readonly axes: readonly string[];
  readonly shape: readonly Size[];
}

export function inventoryOf(program: Program, blocks: Map<Block, BlockFacts>, model: Model, configuration: Configuration, memo: NonNullable<Session["weightsMemo"]> = new Map()): readonly InventoryEntry[] {
  const session = createSession({ program, sink: createSink(), blocks, build: weightsOnlyBuilder(), weightsMemo: memo, weightsOnly: true });
  runModel(session, model, configuration);
  return [...session.weights.entries()].map(([path, { node }]) => ({ path, kind: node.operator, axes: node.type.axes, shape: node.type.shape }));
}

/** A builder whose every short form gives the same stand-in, so that only weights are made in earnest. */
function weightsOnlyBuilder(): Builder {
  const real = createBuilder();
  const nowhere = { location: { span: { file: { name: "", text: "", lineStarts: [0] }, start: 0, end: 0 }, callers: [] }, path: "" };
  const standIn: Node = real.within(nowhere, () => real.constant(0, "f32"));
  const one = constant(1);
  const stand: Node = { ...standIn, type: { ...standIn.type, shape: new Proxy([], { get: (target, key) => (typeof key === "string" && /^\d+$/.test(key) ? one : Reflect.get(target, key)) }) } } as Node;
  const builder: Partial<Record<keyof Builder, unknown>> = {};
  for (const key of Object.keys(real) as (keyof Builder)[]) builder[key] = () => stand;
  builder.within = <R>(position: Parameters<Builder["within"]>[0], run: () => R): R => real.within(position, run);
  builder.make = (operator: string, inputs: never, attributes: never, axes: never) => (operator === "parameter" || operator === "state" ? real.make(operator, inputs, attributes, axes) : stand);
  return builder as Builder;
}
