/**
 * `netc diff`: what changed between two variants of a model, or between the models of two files.
 *
 * JSON, version 1, one object: `{"version":1,"before":{"file","model","variant"},"after":{…},"sizes":{"B":1,…},"config":[{"key","before","after"}],
 * "inputs":[{"name","before","after"}],"outputs":[…],"parameters":{"before","after"},"macs":{"before","after"},"tree":BLOCK}`. A BLOCK is
 * `{"name","kind":"same|changed|added|removed|moved","before":{"path","block","results":["f32[B, C = 4]"]},"after":{…},"parameters":{"before","after"},
 * "macs":{…},"weights":[{"kind":"parameter|state","path":{"before","after"},"type":{"before","after"}}],"operators":{"removed":[{"operator","count"}],
 * "added":[…]},"reads":[{"at","before","after"}],"children":[BLOCK]}`. What one side lacks is left out, as are empty lists, weights that do not differ,
 * and the inside of what is the same. Figures of a block are of itself and of the blocks listed in it, at `sizes`.
 */
import type { Model } from "../grammar/ast.ts";
import type { Sizes } from "../compiler/admissible.ts";
import type { Compilation, Variant } from "../compiler/compilation.ts";
import { sizeAt } from "../compiler/cost.ts";
import { configChanges, configOf, type ConfigChange } from "../compiler/difference/config.ts";
import { differenceOf, type BlockDifference, type Change, type Difference } from "../compiler/difference.ts";
import type { Graph } from "../compiler/ir/graph.ts";
import { freeSizes, smallestSizes } from "../compiler/smallest-sizes.ts";
import { differenceText } from "./diff-text.ts";
import { UsageError } from "./errors.ts";
import { useColours } from "./output.ts";
import { chooseModel, chooseVariant, loadChecked } from "./select.ts";
import { requireSound } from "./settings.ts";
import { parseSizes, requireSizes } from "./sizes.ts";

export interface DiffOptions {
  readonly model?: string;
  readonly from?: string;
  readonly to?: string;
  readonly set: readonly string[];
  readonly size: readonly string[];
  readonly depth: number;
  readonly parameters?: boolean;
  readonly format: "human" | "json" | "markdown";
}

/** One of the two that are compared. */
export interface Side {
  readonly file: string;
  readonly model: string;
  readonly variant: string;
}

/** Everything that is said of two variants. */
export interface Comparison {
  readonly before: Side;
  readonly after: Side;
  readonly config: readonly ConfigChange[];
  readonly difference: Difference;
  readonly sizes: Sizes;
}

export function diff(files: readonly string[], options: DiffOptions): number {
  if (files.length > 2) throw new UsageError(`diff compares two variants of one file, or two files, not ${files.length} files`);
  const first = loadChecked([files[0]], "human");
  const second = files.length === 2 ? loadChecked([files[1]], "human") : first;
  const [old, now] = [chooseModel(first, options.model), chooseModel(second, options.model)];
  if (files.length === 1 && options.from === undefined && options.to === undefined && options.set.length === 0) {
    throw new UsageError("say which two variants: --from NAME --to NAME", `${old.name.text} has ${first.variantsOf(old).map((variant) => variant.name).join(", ")}; or name a second file`);
  }
  const [from, to] = [chooseVariant(first, old, options.from, []), chooseVariant(second, now, options.to, options.set)];
  requireSound(second, now, to, options.set);
  const comparison = compare([first, old, from], [second, now, to], parseSizes(options.size));
  const text = options.format === "json" ? JSON.stringify(jsonOf(comparison)) : differenceText(comparison, options, options.format === "human" && useColours(process.stdout)).join("\n");
  process.stdout.write(`${text}\n`);
  return 0;
}

type Chosen = readonly [compilation: Compilation, model: Model, variant: Variant];

function compare(before: Chosen, after: Chosen, given: Sizes): Comparison {
  const [old, now] = [before, after].map(([compilation, model, variant]) => {
    const run = compilation.run(model, variant);
    return { run, graph: compilation.lower(model, variant).graph, config: configOf(model, variant.configuration, run), free: freeSizes([...run.inputs.values()].map((input) => input.type.axes.map((axis) => axis.size.size))) };
  });
  // A size that only one side has is no mistake.
  for (const [[, model], { run, free }, other] of [[before, old, now], [after, now, old]] as const) {
    requireSizes(model, run, new Map([...given].filter(([name]) => free.includes(name) || !other.free.includes(name))));
  }
  return {
    before: sideOf(before),
    after: sideOf(after),
    config: configChanges(old.config, now.config),
    difference: differenceOf(old.graph, now.graph),
    sizes: smallestSizes([...new Set([...old.free, ...now.free])], [...requirementsOf(old.graph), ...requirementsOf(now.graph)], given),
  };
}

const requirementsOf = (graph: Graph): NonNullable<Graph["requirements"]> => graph.requirements ?? [];
const sideOf = ([, model, variant]: Chosen): Side => ({ file: model.span.file.name, model: model.name.text, variant: variant.name });

function jsonOf({ before, after, config, difference, sizes }: Comparison): object {
  const figure = (block: BlockDifference, of: "parameters" | "macs"): object => ({ before: sizeAt(block.figures.before[of], sizes), after: sizeAt(block.figures.after[of], sizes) });
  const differing = (changes: readonly Change[]): readonly Change[] => changes.filter((change) => change.before !== change.after);
  const some = <T>(list: readonly T[]): readonly T[] | undefined => (list.length ? list : undefined);
  const block = (own: BlockDifference): object => ({
    name: own.name, kind: own.kind, before: own.before, after: own.after, parameters: figure(own, "parameters"), macs: figure(own, "macs"),
    weights: some(own.weights.filter(({ type }) => type.before !== type.after)),
    operators: own.operators.removed.length + own.operators.added.length ? { removed: own.operators.removed.map(counted), added: own.operators.added.map(counted) } : undefined,
    reads: some(own.reads),
    children: own.kind === "same" ? undefined : some(own.children.map(block)),
  });
  return {
    version: 1, before, after, sizes: Object.fromEntries(sizes), config, inputs: differing(difference.inputs), outputs: differing(difference.outputs),
    parameters: figure(difference.tree, "parameters"), macs: figure(difference.tree, "macs"), tree: block(difference.tree),
  };
}

const counted = ({ operator, count }: { readonly operator: string; readonly count: number }): object => ({ operator, count });
