/** `netc summary`: parameters, MACs and memory, per block and in total, for one variant or all of them. */
import type { Model } from "../grammar/ast.ts";
import { nearestLegal, type Sizes } from "../compiler/admissible.ts";
import { constantValue, showSize, variablesOf, type Size } from "../compiler/dims/index.ts";
import type { Compilation, Variant } from "../compiler/compilation.ts";
import { costOf, memoryOf, sizeAt, type BlockCost } from "../compiler/cost.ts";
import type { Graph } from "../compiler/ir/graph.ts";
import { bytesText, grouped, short, type Format } from "./output.ts";
import { chooseModel, chooseVariant, loadChecked } from "./select.ts";
import { parseSizes, requireSizes } from "./sizes.ts";

export interface SummaryOptions {
  readonly model?: string;
  readonly variant?: string;
  readonly set: readonly string[];
  readonly depth: number;
  readonly symbolic?: boolean;
  readonly format: "human" | "json" | "markdown";
  readonly size: readonly string[];
}

interface Summary {
  readonly model: Model;
  readonly variant: Variant;
  readonly graph: Graph;
  readonly cost: BlockCost;
  readonly sizes: ReadonlyMap<string, number>;
}

export function summary(file: string, options: SummaryOptions): number {
  const compilation = loadChecked([file], "human" satisfies Format);
  const model = chooseModel(compilation, options.model);
  const sizes = parseSizes(options.size);
  const variants = options.variant === "all" ? compilation.variantsOf(model) : [chooseVariant(compilation, model, options.variant, options.set)];
  const summaries = variants.map((variant) => summarise(compilation, model, variant, sizes));
  const lines = options.format === "json" ? summaries.map((one) => JSON.stringify(jsonSummary(one))) : variants.length > 1 ? tableOfVariants(summaries, options.format) : tableOfBlocks(summaries[0], options);
  process.stdout.write(`${lines.join("\n")}\n`);
  return 0;
}

function summarise(compilation: Compilation, model: Model, variant: Variant, given: ReadonlyMap<string, number>): Summary {
  requireSizes(model, compilation.run(model, variant), given);
  const { graph } = compilation.lower(model, variant);
  const sizes = smallestSizes(graph, given);
  return { model, variant, graph, cost: costOf(graph), sizes };
}

/** The given sizes, and for every other free size the smallest that the facts of the inputs admit. */
function smallestSizes(graph: Graph, given: Sizes): Sizes {
  const free = new Set(graph.inputs.flatMap((input) => input.type.shape.flatMap((size) => [...variablesOf(size)])));
  const sizes = new Map<string, number>([...given, ...[...free].filter((name) => !given.has(name)).map((name) => [name, 1] as const)]);
  const [legal] = nearestLegal(graph.requirements ?? [], sizes, 1);
  return new Map([...sizes, ...[...(legal ?? [])].filter(([name]) => !given.has(name))]);
}

function jsonSummary({ model, variant, graph, cost, sizes }: Summary): object {
  const at = (size: Size): number => sizeAt(size, sizes);
  const memory = memoryOf(graph, sizes);
  const axes = (type: Graph["inputs"][number]["type"]): object[] =>
    type.shape.map((size, i) => ({ name: type.axes[i], size: at(size), ...(constantValue(size) === undefined ? { symbolic: showSize(size) } : {}) }));
  const block = (own: BlockCost): object => ({ path: own.path, block: own.block, parameters: at(own.parameters), macs: at(own.macs), flops: at(own.flops), children: own.children.map(block) });
  return {
    version: 1, model: model.name.text, variant: variant.name, parameters: at(cost.parameters), trainable: at(cost.parameters), macs: at(cost.macs), flops: at(cost.flops),
    activationBytes: memory.activationBytes, trainingBytes: memory.trainingBytes, sizes: Object.fromEntries(sizes),
    inputs: graph.inputs.map((input) => ({ name: input.attributes.name, dtype: input.type.dtype, axes: axes(input.type) })),
    outputs: graph.outputs.map(({ name, node }) => ({ name, dtype: node.type.dtype, axes: axes(node.type) })),
    blocks: cost.children.map(block),
  };
}

/** The rows of a table, columns aligned; Markdown with bars. */
export function layOut(rows: readonly (readonly string[])[], markdown: boolean, leftColumns = 1): readonly string[] {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  const pad = (text: string, i: number): string => (i < leftColumns ? text.padEnd(widths[i]) : text.padStart(widths[i]));
  if (!markdown) return rows.map((row) => row.map(pad).join("  ").trimEnd());
  const line = (row: readonly string[]): string => `| ${row.map(pad).join(" | ")} |`;
  return [line(rows[0]), `|${widths.map((width, i) => (i < leftColumns ? "-".repeat(width + 2) : `${"-".repeat(width + 1)}:`)).join("|")}|`, ...rows.slice(1).map(line)];
}

function tableOfBlocks(one: Summary, options: SummaryOptions): readonly string[] {
  const at = (size: Size): string => (options.symbolic ? showSize(size) : options.format === "markdown" ? grouped(sizeAt(size, one.sizes)) : short(sizeAt(size, one.sizes)));
  const rows: string[][] = [["block", "kind", "parameters", "MACs", "FLOPs"]];
  const walk = (own: BlockCost, depth: number): void => {
    const name = own.path.split(".").slice(-1)[0];
    rows.push([`${"  ".repeat(depth)}${depth === 0 ? one.model.name.text : relativeName(own, name)}`, depth === 0 ? `variant ${one.variant.name}` : own.block, at(own.parameters), at(own.macs), at(own.flops)]);
    if (depth < options.depth) for (const child of own.children) walk(child, depth + 1);
  };
  walk(one.cost, 0);
  const memory = memoryOf(one.graph, one.sizes);
  const assumed = [...one.sizes.keys()].filter((name) => name !== "B" && !options.size.some((text) => text.startsWith(`${name}=`)));
  const sizes = [...one.sizes].map(([name, value]) => `${name} = ${value}`).join(", ");
  return [
    ...layOut(rows, options.format === "markdown", 2),
    "",
    `${grouped(sizeAt(one.cost.parameters, one.sizes))} parameters, ${grouped(sizeAt(one.cost.macs, one.sizes))} MACs${sizes ? ` at ${sizes}` : ""}`,
    `activations at inference ${bytesText(memory.activationBytes)}, training with Adam ${bytesText(memory.trainingBytes)} (what gradient rules read, nothing recomputed)`,
    ...(assumed.length ? [`${assumed.join(" and ")}: the smallest that the model admits; say others with --size ${assumed[0]}=…`] : []),
  ];
}

function relativeName(own: BlockCost, name: string): string {
  const before = own.path.split(".").slice(-2)[0];
  return /^\d+$/.test(name) ? `${before}[${name}]` : name;
}

/** All variants side by side. */
export function tableOfVariants(summaries: readonly Summary[], format: "human" | "markdown"): readonly string[] {
  const rows: string[][] = [["variant", "title", "parameters", "GMACs", "GFLOPs"]];
  for (const { variant, cost, sizes } of summaries) {
    rows.push([variant.name, variant.title, grouped(sizeAt(cost.parameters, sizes)), (sizeAt(cost.macs, sizes) / 1e9).toFixed(3), (sizeAt(cost.flops, sizes) / 1e9).toFixed(3)]);
  }
  return layOut(rows, format === "markdown", 2);
}
