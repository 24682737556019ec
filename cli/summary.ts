/**
 * `netc summary`: parameters (trainable and frozen), MACs, FLOPs and memory, per block and in total, for one variant or all of them.
 *
 * JSON, version 1, one object per variant: see commands.md; beyond it `frozen` (parameters), `weightBytes`, `trainingSizes` (the batch of training),
 * per block `trainable`, `flops`, `peakBytes` (alive while the block runs) and `keptBytes` (made there and read by gradients), and with `--symbolic`
 * a `symbolic` object of formulas beside the figures.
 */
import type { Model } from "../grammar/ast.ts";
import type { Sizes } from "../compiler/admissible.ts";
import { nameUnder } from "../compiler/block-tree.ts";
import { constantValue, prove, showSize, type Facts, type Size } from "../compiler/dims/index.ts";
import type { Compilation, Variant } from "../compiler/compilation.ts";
import { costOf, sizeAt, type BlockCost } from "../compiler/cost.ts";
import { frozenOf } from "../compiler/frozen.ts";
import type { Graph } from "../compiler/ir/graph.ts";
import { inferenceMemory, trainingMemory, type InferenceMemory, type TrainingMemory } from "../compiler/memory.ts";
import { freeSizes, smallestSizes } from "../compiler/smallest-sizes.ts";
import { bytesText, grouped, short, type Format } from "./output.ts";
import { chooseModel, chooseVariant, loadChecked } from "./select.ts";
import { requireSound } from "./settings.ts";
import { parseSizes, requireSizes } from "./sizes.ts";
import { layOut } from "../runtime/reports/columns.ts";

export interface SummaryOptions {
  readonly model?: string;
  readonly variant?: string;
  readonly set: readonly string[];
  readonly depth: number;
  readonly symbolic?: boolean;
  readonly format: "human" | "json" | "markdown";
  readonly size: readonly string[];
  /** Of training: the size of the axis B there. */
  readonly batch?: number;
}

interface Summary {
  readonly model: Model;
  readonly variant: Variant;
  readonly graph: Graph;
  readonly facts: Facts;
  readonly cost: BlockCost;
  /** Of inference: costs and activations. */
  readonly sizes: Sizes;
  readonly trainingSizes: Sizes;
  readonly inference: InferenceMemory;
  readonly training: TrainingMemory;
}

export function summary(file: string, options: SummaryOptions): number {
  const compilation = loadChecked([file], "human" satisfies Format);
  const model = chooseModel(compilation, options.model);
  const variants = options.variant === "all" ? compilation.variantsOf(model) : [chooseVariant(compilation, model, options.variant, options.set)];
  if (options.variant !== "all") requireSound(compilation, model, variants[0], options.set);
  const summaries = variants.map((variant) => summarise(compilation, model, variant, options));
  const lines = options.format === "json" ? summaries.map((one) => JSON.stringify(jsonSummary(one, options))) : variants.length > 1 ? tableOfVariants(summaries, options.format) : tableOfBlocks(summaries[0], options);
  process.stdout.write(`${lines.join("\n")}\n`);
  return 0;
}

function summarise(compilation: Compilation, model: Model, variant: Variant, options: SummaryOptions): Summary {
  const given = parseSizes(options.size);
  const inTraining = options.batch === undefined ? given : new Map([...given, ["B", options.batch]]);
  const run = compilation.run(model, variant);
  requireSizes(model, run, given);
  requireSizes(model, run, inTraining);
  const { graph, facts } = compilation.lower(model, variant);
  const trained = compilation.lower(model, variant, { training: true }).graph;
  const free = freeSizes(graph.inputs.map((input) => input.type.shape));
  const sizesWith = (numbers: Sizes): Sizes => smallestSizes(free, graph.requirements ?? [], numbers);
  const frozen = frozenOf(compilation.program, model);
  const sizes = sizesWith(given);
  return { model, variant, graph, facts, cost: costOf(graph, frozen), sizes, trainingSizes: sizesWith(inTraining), inference: inferenceMemory(graph, sizes), training: trainingMemory(trained, frozen) };
}

/** A formula; a quotient that the facts of the inputs make exact is written without `floor`. */
function formula(facts: Facts, size: Size): string {
  return showSize(size, { exact: (of, divisor) => prove(facts, { kind: "divides", divisor, of }).kind === "proved" });
}

function jsonSummary({ model, variant, graph, facts, cost, sizes, trainingSizes, inference, training }: Summary, options: SummaryOptions): object {
  const at = (size: Size): number => sizeAt(size, sizes);
  const axes = (type: Graph["inputs"][number]["type"]): object[] =>
    type.shape.map((size, i) => ({ name: type.axes[i], size: at(size), ...(constantValue(size) === undefined ? { symbolic: showSize(size) } : {}) }));
  const formulas = (formulaOf: Readonly<Record<string, Size>>): object => (options.symbolic ? { symbolic: Object.fromEntries(Object.entries(formulaOf).map(([name, size]) => [name, formula(facts, size)])) } : {});
  const block = (own: BlockCost): object => {
    const kept = training.blocks.get(own.path)?.kept;
    return {
      path: own.path, block: own.block, parameters: at(own.parameters), trainable: at(own.trainable), macs: at(own.macs), flops: at(own.flops),
      peakBytes: inference.peaks.get(own.path) ?? 0, keptBytes: kept ? sizeAt(kept, trainingSizes) : 0,
      ...formulas({ parameters: own.parameters, macs: own.macs, flops: own.flops, ...(kept ? { keptBytes: kept } : {}) }), children: own.children.map(block),
    };
  };
  return {
    version: 1, model: model.name.text, variant: variant.name, parameters: at(cost.parameters), trainable: at(cost.trainable), frozen: at(cost.parameters) - at(cost.trainable), macs: at(cost.macs), flops: at(cost.flops),
    weightBytes: inference.weights, activationBytes: inference.peak, trainingBytes: sizeAt(training.total, trainingSizes), sizes: Object.fromEntries(sizes), trainingSizes: Object.fromEntries(trainingSizes),
    ...formulas({ parameters: cost.parameters, macs: cost.macs, flops: cost.flops, activationBytes: inference.formula, trainingBytes: training.total }),
    inputs: graph.inputs.map((input) => ({ name: input.attributes.name, dtype: input.type.dtype, axes: axes(input.type) })),
    outputs: graph.outputs.map(({ name, node }) => ({ name, dtype: node.type.dtype, axes: axes(node.type) })),
    blocks: cost.children.map(block),
  };
}

function tableOfBlocks(one: Summary, options: SummaryOptions): readonly string[] {
  const { cost, sizes, trainingSizes, inference, training } = one;
  const number = (size: Size): string => (options.format === "markdown" ? grouped(sizeAt(size, sizes)) : short(sizeAt(size, sizes)));
  const text = (size: Size): string => (options.symbolic ? formula(one.facts, size) : number(size));
  const isFrozen = sizeAt(cost.trainable, sizes) !== sizeAt(cost.parameters, sizes);
  const head = ["block", "kind", "parameters", ...(isFrozen ? ["trainable"] : []), "MACs", "FLOPs", ...(options.symbolic ? [] : ["alive"]), "kept"];
  const rows: string[][] = [head];
  const walk = (own: BlockCost, parent: BlockCost | undefined, depth: number): void => {
    const kept = training.blocks.get(own.path)?.kept;
    rows.push([
      `${(options.format === "markdown" ? "\u2003" : "  ").repeat(depth)}${parent ? nameUnder(parent.path, own.path) : one.model.name.text}`, parent ? own.block : `variant ${one.variant.name}`,
      text(own.parameters), ...(isFrozen ? [text(own.trainable)] : []), text(own.macs), text(own.flops),
      ...(options.symbolic ? [] : [bytesText(inference.peaks.get(own.path) ?? 0)]), kept === undefined ? "-" : options.symbolic ? text(kept) : bytesText(sizeAt(kept, trainingSizes)),
    ]);
    if (depth < options.depth) for (const child of own.children) walk(child, own, depth + 1);
  };
  walk(cost, undefined, 0);
  const assumed = [...sizes.keys()].filter((name) => name !== "B" && !options.size.some((given) => given.startsWith(`${name}=`)));
  const [parameters, trainable] = [sizeAt(cost.parameters, sizes), sizeAt(cost.trainable, sizes)];
  const lines = [
    `${grouped(parameters)} parameters${isFrozen ? ` (${grouped(trainable)} trainable, ${grouped(parameters - trainable)} frozen)` : ""}, ${grouped(sizeAt(cost.macs, sizes))} MACs, ${grouped(sizeAt(cost.flops, sizes))} FLOPs${where(sizes)}`,
    `inference${where(sizes)}: ${bytesText(inference.peak)} of activations beside ${bytesText(inference.weights)} of weights`,
    `training with Adam${where(trainingSizes)}: ${bytesText(sizeAt(training.total, trainingSizes))} = ${bytesText(sizeAt(training.weights, trainingSizes))} of weights, gradients and moments + ${bytesText(sizeAt(training.kept, trainingSizes))} that gradient rules read, nothing recomputed`,
    ...(options.symbolic ? [`bytes of activations (the live set that is largest${where(sizes)}): ${text(inference.formula)}`, `bytes in training: ${text(training.total)}`] : []),
    ...(assumed.length ? [`${assumed.join(" and ")}: the smallest that the model admits; say others with --size ${assumed[0]}=…`] : []),
    options.symbolic ? "kept: bytes that are made in the block and read by gradients" : `alive: the largest set of values alive while the block runs; kept: what is made in the block and read by gradients${where(trainingSizes)}`,
  ];
  if (options.format === "markdown") return [...layOut(rows, true, 2), "", ...lines.map((line) => `${line}  `)];
  return [...(options.symbolic ? stanzas(rows) : layOut(rows, false, 2)), "", ...lines];
}

/** Formulas are too wide for columns: each on a line of its own, under its block. */
function stanzas([head, ...rows]: readonly (readonly string[])[]): readonly string[] {
  const width = Math.max(...head.slice(2).map((title) => title.length));
  return rows.flatMap(([name, kind, ...cells]) => {
    const indent = " ".repeat(name.length - name.trimStart().length + 2);
    return [`${name}  ${kind}`, ...cells.map((cell, i) => `${indent}${head[i + 2].padEnd(width)}  ${cell}`)];
  });
}

const where = (sizes: Sizes): string => (sizes.size ? ` at ${[...sizes].map(([name, value]) => `${name} = ${value}`).join(", ")}` : "");

/** All variants side by side. */
function tableOfVariants(summaries: readonly Summary[], format: "human" | "markdown"): readonly string[] {
  const isFrozen = summaries.some(({ cost, sizes }) => sizeAt(cost.trainable, sizes) !== sizeAt(cost.parameters, sizes));
  const rows: string[][] = [["variant", "title", "parameters", ...(isFrozen ? ["trainable"] : []), "GMACs", "GFLOPs", "weights", "activations", "training"]];
  for (const { variant, cost, sizes, trainingSizes, inference, training } of summaries) {
    const giga = (size: Size): string => (sizeAt(size, sizes) / 1e9).toFixed(3);
    rows.push([
      variant.name, variant.title, grouped(sizeAt(cost.parameters, sizes)), ...(isFrozen ? [grouped(sizeAt(cost.trainable, sizes))] : []), giga(cost.macs), giga(cost.flops),
      bytesText(inference.weights), bytesText(inference.peak), bytesText(sizeAt(training.total, trainingSizes)),
    ]);
  }
  const [{ sizes, trainingSizes }] = summaries;
  return [...layOut(rows, format === "markdown", 2), "", `figures${where(sizes)}; training with Adam${where(trainingSizes)}`];
}
