/** A model built as `lower` builds it, with the value of each binding kept: its type as the evaluator has it, and the node that computes it. */
import type { Compilation, Variant } from "../../compiler/compilation.ts";
import type { BlockFacts } from "../../compiler/check/scope.ts";
import { checkOnce, createSession } from "../../compiler/check/session.ts";
import { graphOf, runModel } from "../../compiler/check/model.ts";
import type { TensorValue, Value } from "../../compiler/check/values.ts";
import { createSink } from "../../compiler/diagnostics/diagnostic.ts";
import type { Facts } from "../../compiler/dims/index.ts";
import { createBuilder } from "../../compiler/ir/builder.ts";
import type { Graph, Node } from "../../compiler/ir/graph.ts";
import type { Block, Model, Node as Tree } from "../../grammar/ast.ts";

export interface Binding {
  readonly tree: Tree;
  readonly value: TensorValue & { readonly node: Node };
}

export interface Built {
  readonly graph: Graph;
  readonly facts: Facts;
  /** Every `let`, parameter and output that was computed, in the order in which this happened. */
  readonly bindings: readonly Binding[];
  readonly outputs: ReadonlyMap<string, TensorValue>;
}

/** The blocks of the library are the same objects in every compilation. */
const libraryBlocks = new Map<Block, BlockFacts>();
const checked = new WeakMap<Compilation, Map<Block, BlockFacts>>();

function blocksOf(compilation: Compilation): Map<Block, BlockFacts> {
  const known = checked.get(compilation);
  if (known) return known;
  const blocks = new Map(libraryBlocks);
  const session = createSession({ program: compilation.program, sink: createSink(), blocks });
  for (const file of compilation.program.files) for (const item of file.tree.items) if (item.kind === "Block") checkOnce(session, item);
  for (const file of compilation.program.files) if (file.library) for (const item of file.tree.items) if (item.kind === "Block") libraryBlocks.set(item, blocks.get(item)!);
  checked.set(compilation, blocks);
  return blocks;
}

const kept: ReadonlySet<Tree["kind"]> = new Set<Tree["kind"]>(["Let", "Parameter", "State", "ModelOutput"]);

function tensorsIn(value: Value): readonly TensorValue[] {
  switch (value.kind) {
    case "tensor":
      return [value];
    case "record":
      return [...value.fields.values()].flatMap(tensorsIn);
    case "list":
      return (value.elements ?? []).flatMap(tensorsIn);
    default:
      return [];
  }
}

export function build(compilation: Compilation, model: Model, variant: Variant, training = false): Built {
  const bindings: Binding[] = [];
  const record = (tree: Tree, value: Value): void => {
    if (!kept.has(tree.kind)) return;
    for (const tensor of tensorsIn(value)) if (tensor.node) bindings.push({ tree, value: tensor as Binding["value"] });
  };
  const session = createSession({ program: compilation.program, sink: createSink(), blocks: blocksOf(compilation), build: createBuilder(), training, record });
  const run = runModel(session, model, variant.configuration);
  return { graph: graphOf(session, model, run), facts: run.facts, bindings, outputs: run.outputs };
}
