/** What a model costs in the variant that was chosen, and each block of it: parameters, multiply-accumulates, memory. Computed once for a compilation. */
import type { Block, Model } from "../../grammar/ast.ts";
import type { SourceFile, Span } from "../../grammar/source.ts";
import type { Sizes } from "../../compiler/admissible.ts";
import type { Compilation, Variant } from "../../compiler/compilation.ts";
import { isWeight } from "../../compiler/block-tree.ts";
import { BuildRefusal } from "../../compiler/check/build-refusal.ts";
import { costOf, costOfNode, sizeAt, type BlockCost } from "../../compiler/cost.ts";
import { frozenOf } from "../../compiler/frozen.ts";
import { rootsOf, topologicalOrder, type Graph } from "../../compiler/ir/graph.ts";
import { finished, type LongWork } from "../../compiler/long-work.ts";
import { inferenceMemory, type InferenceMemory } from "../../compiler/memory.ts";
import { freeSizes, smallestSizes } from "../../compiler/smallest-sizes.ts";
import { graphOf } from "../../compiler/why.ts";

export interface Figures {
  readonly parameters: number;
  readonly macs: number;
  /** Bytes of the largest set of values alive while it runs. */
  readonly alive: number;
}

/** The figures of one use of a block; of a block without weights, which leaves no path in the graph, those of all uses together. */
export interface BlockUse extends Figures {
  readonly path: string;
}

export interface ModelCosts {
  readonly variant: string;
  readonly sizes: Sizes;
  readonly total: Figures;
  readonly weights: number;
  /** By the name of a block: its uses in this variant. */
  readonly blocks: ReadonlyMap<string, readonly BlockUse[]>;
}

const known = new WeakMap<Compilation, Map<string, ModelCosts | undefined>>();

/** The program must have no errors. Undefined where numbers refuse to be built. */
export function costsOf(compilation: Compilation, model: Model, variant: Variant): ModelCosts | undefined {
  return finished(costing(compilation, model, variant));
}

/** The same in steps. */
export function* costing(compilation: Compilation, model: Model, variant: Variant): LongWork<ModelCosts | undefined> {
  let costs = known.get(compilation);
  if (!costs) known.set(compilation, (costs = new Map()));
  const key = keyOf(model, variant);
  if (!costs.has(key)) costs.set(key, yield* compute(compilation, model, variant));
  return costs.get(key);
}

const keyOf = (model: Model, variant: Variant): string => `${model.span.file.name}|${model.name.text}|${variant.name}`;

function* compute(compilation: Compilation, model: Model, variant: Variant): LongWork<ModelCosts | undefined> {
  const what = model.name.text;
  try {
    yield { part: 0, what };
    const graph = graphOf(compilation, model, variant);
    yield { part: 0.6, what };
    const sizes = smallestSizes(freeSizes(graph.inputs.map((input) => input.type.shape)), graph.requirements ?? [], new Map());
    const memory = inferenceMemory(graph, sizes);
    yield { part: 0.8, what };
    const blocks = new Map<string, BlockUse[]>();
    const figures = (cost: BlockCost): Figures => ({ parameters: sizeAt(cost.parameters, sizes), macs: sizeAt(cost.macs, sizes), alive: memory.peaks.get(cost.path) ?? 0 });
    const walk = (cost: BlockCost): void => {
      for (const child of cost.children) {
        const uses = blocks.get(child.block) ?? [];
        blocks.set(child.block, uses);
        uses.push({ ...figures(child), path: child.path });
        walk(child);
      }
    };
    const total = costOf(graph, frozenOf(compilation.program, model));
    yield { part: 0.9, what };
    walk(total);
    yield { part: 0.95, what };
    for (const [block, own] of withoutWeights(compilation, graph, memory, sizes)) if (!blocks.has(block)) blocks.set(block, [own]);
    return { variant: variant.name, sizes, total: { ...figures(total), alive: memory.peak }, weights: memory.weights, blocks };
  } catch (error) {
    if (error instanceof BuildRefusal) return undefined;
    throw error;
  }
}

/** By name, the figures of blocks that own no weights: such a block is where the calls lie through which an operation came about. */
function withoutWeights(compilation: Compilation, graph: Graph, { during }: InferenceMemory, sizes: Sizes): ReadonlyMap<string, BlockUse> {
  const own = new Map<SourceFile, readonly Block[]>();
  for (const { source, tree, library } of compilation.program.files) {
    const found = library ? [] : tree.items.filter((item): item is Block => item.kind === "Block" && /^[^A-Z]/.test(item.name.text));
    if (found.length > 0) own.set(source, found);
  }
  const found = new Map<string, BlockUse>();
  if (own.size === 0) return found;
  const around = (span: Span): string | undefined => own.get(span.file)?.find(({ span: { start, end } }) => start <= span.start && span.end <= end)?.name.text;
  const known = new Map<Span, string | undefined>();
  const nameAround = (span: Span): string | undefined => {
    if (!known.has(span)) known.set(span, around(span));
    return known.get(span);
  };
  for (const node of topologicalOrder(rootsOf(graph))) {
    if (isWeight(node)) continue;
    const { span, callers } = node.location;
    const names = new Set([span, ...callers].flatMap((place) => nameAround(place) ?? []));
    if (names.size === 0) continue;
    const macs = sizeAt(costOfNode(node).macs, sizes);
    for (const name of names) {
      const before = found.get(name);
      found.set(name, { path: "", parameters: 0, macs: (before?.macs ?? 0) + macs, alive: Math.max(before?.alive ?? 0, during.get(node) ?? 0) });
    }
  }
  return found;
}

/** What is nearer to one of a unit than three digits tell is told in that unit. */
const almostOne = 0.9995;

/** 1234567 as `1.23M`. */
export function shortNumber(value: number): string {
  for (const [unit, size] of [["T", 1e12], ["G", 1e9], ["M", 1e6], ["k", 1e3]] as const) {
    if (value >= size * almostOne) return `${Number((value / size).toPrecision(3))}${unit}`;
  }
  return String(value);
}

export function bytesText(bytes: number): string {
  for (const [unit, size] of [["TB", 1e12], ["GB", 1e9], ["MB", 1e6], ["kB", 1e3]] as const) if (bytes >= size * almostOne) return `${(bytes / size).toPrecision(3)} ${unit}`;
  return `${bytes} B`;
}

/** `1.2M parameters, 3.4G MACs, 120 MB alive`; of several uses the sum, and of memory the largest. */
export function figuresText(uses: readonly Figures[]): string {
  const sum = (of: "parameters" | "macs"): number => uses.reduce((total, use) => total + use[of], 0);
  return `${shortNumber(sum("parameters"))} parameters, ${shortNumber(sum("macs"))} MACs, ${bytesText(Math.max(0, ...uses.map(({ alive }) => alive)))} alive`;
}
