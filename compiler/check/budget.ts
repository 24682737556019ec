/**
 * Budgets of a model: `assert parameters <= 200M`, `assert flops(Y = 512, X = 512) <= 300G`, `assert memory(train, B = 8) <= 24GB`. Each is compared
 * with what `netc summary` counts, in every variant; sizes that are not given are the smallest that the inputs admit, B is 1.
 * Parameters are first bounded by what the model's outline owns; only where that is not enough, or MACs or memory are asked for, a graph is made.
 */
import type { Argument, Assert, Binary, Block, Expression, Model } from "../../grammar/ast.ts";
import { textOf, type Span } from "../../grammar/source.ts";
import { walk } from "../../grammar/visit.ts";
import { brokenAt, choicesInWords, nearestLegal, requirementsInWords, type Sizes } from "../admissible.ts";
import type { BlockCost } from "../cost.ts";
import { costOf, sizeAt } from "../cost.ts";
import { nearestName } from "../diagnostics/nearest.ts";
import { constantValue, multiply } from "../dims/index.ts";
import type { Graph } from "../ir/graph.ts";
import { inferenceMemory, trainingMemory } from "../memory.ts";
import { freeSizes, smallestSizes } from "../smallest-sizes.ts";
import type { ModelRun } from "./model.ts";
import type { InventoryEntry } from "./outline.ts";
import { reportTo } from "./scope.ts";

type Target = Parameters<typeof reportTo>[0];

/** What a budget can be about, and how it is written. `memory` is of `inference` (weights and the largest live set) or of `train` (with Adam). */
const quantities = ["parameters", "trainable", "macs", "flops", "memory"] as const;
type Quantity = (typeof quantities)[number];
const modes = ["inference", "train"] as const;
const relations = ["<=", "<", ">=", ">", "=="] as const;
type Relation = (typeof relations)[number];

/** What may stand behind the number of a budget. */
export const units: { readonly [kind in "count" | "bytes"]: ReadonlyMap<string, number> } = {
  count: new Map([["k", 1e3], ["M", 1e6], ["G", 1e9], ["T", 1e12]]),
  bytes: new Map([["KB", 1e3], ["MB", 1e6], ["GB", 1e9], ["KiB", 2 ** 10], ["MiB", 2 ** 20], ["GiB", 2 ** 30]]),
};

interface Budget {
  readonly span: Span;
  readonly quantity: Quantity;
  readonly mode?: (typeof modes)[number];
  readonly sizes: readonly { readonly name: string; readonly value: number; readonly span: Span }[];
  readonly relation: Relation;
  /** In single parameters, operations or bytes. */
  readonly limit: number;
}

/** One variant of a model, and what can be asked about it. */
export interface BudgetContext {
  /** How diagnostics name it: `CD2FSAN (g)`. */
  readonly user: string;
  readonly model: Model;
  readonly run: ModelRun;
  readonly frozen: (path: string) => boolean;
  readonly inventory: () => readonly InventoryEntry[];
  /** Undefined where numbers refuse the program, which is said elsewhere. */
  readonly graph: (training: boolean) => Graph | undefined;
}

export function hasBudgets(model: Model): boolean {
  let found = false;
  walk(model, (node) => {
    found ||= node.kind === "Assert";
    return !found && node.kind !== "Option";
  });
  return found;
}

/** A budget in the body of a block has no model to be about. */
export function refuseBudgets(target: Target, block: Block): void {
  for (const statement of assertsIn(block)) {
    reportTo(target, "NET0507", statement.span, { reason: `\`${textOf(statement.span)}\` stands in the block \`${block.name.text}\``, help: "a budget is a member of a model: what a block costs depends on where it is used" });
  }
}

/** The budgets of a model in some of its variants, a variant at a step, whose name it gives. A budget that several break is reported once, with the figure that is farthest off. */
export function* checkBudgets(sink: Target["sink"], model: Model, variants: readonly BudgetContext[]): Generator<string, void> {
  const target: Target = { sink, users: [] };
  const members = new Set<Assert>(model.members.filter((member): member is Assert => member.kind === "Assert"));
  for (const statement of assertsIn(model)) {
    if (!members.has(statement)) {
      reportTo(target, "NET0507", statement.span, { reason: `\`${textOf(statement.span)}\` stands inside an expression`, help: "a budget is a member of the model itself" });
      continue;
    }
    const budget = readBudget(target, statement);
    if (!budget) continue;
    const found: Excess[] = [];
    for (const context of variants) {
      yield context.user;
      const excess = excessOf(context, sink, budget);
      if (excess) found.push(excess);
    }
    reportExcess(sink, budget, found);
  }
}

function assertsIn(tree: Block | Model): readonly Assert[] {
  const found: Assert[] = [];
  walk(tree, (node) => void (node.kind === "Assert" && found.push(node)));
  return found;
}

// ------------------------------------------------------------------------------------------------------------------- reading

/** The budget that a statement says, or undefined when it says none; that is reported. */
function readBudget(target: Target, statement: Assert): Budget | undefined {
  const refuse = (span: Span, reason: string, help?: string): undefined => reportTo(target, "NET0507", span, { reason, help }) as undefined;
  const { condition, unit } = statement;
  if (condition.kind === "MissingExpression") return undefined;
  if (condition.kind !== "Binary" || !isRelation(condition)) return refuse(condition.span, `\`${textOf(condition.span)}\` compares nothing`, "write a quantity, a relation and a number: `assert parameters <= 200M`");
  const { left, right } = condition;
  const [callee, given]: readonly [Expression, readonly Argument[]] = left.kind === "Call" ? [left.callee, left.arguments] : [left, []];
  const quantity = callee.kind === "Name" ? quantities.find((name) => name === callee.text) : undefined;
  if (!quantity) {
    const near = callee.kind === "Name" ? nearestName(callee.text, quantities) : undefined;
    if (left.kind === "MissingExpression") return undefined;
    return refuse(left.span, `\`${textOf(left.span)}\` is nothing that is counted`, near ? `did you mean \`${near}\`?` : `on the left stands one of ${quantities.join(", ")}`);
  }
  if (right.kind === "MissingExpression") return undefined;
  if (right.kind !== "IntegerLiteral" && right.kind !== "FloatLiteral") return refuse(right.span, `\`${textOf(right.span)}\` is no number`, "a limit is a number with a unit: `200M`, `1.5GB`");
  const kind = quantity === "memory" ? "bytes" : "count";
  const factor = unit ? units[kind].get(unit.text) : 1;
  if (factor === undefined) {
    const near = nearestName(unit!.text, units[kind].keys()) ?? [...units[kind].keys()].find((name) => name.startsWith(unit!.text.slice(0, 1).toUpperCase()));
    return refuse(unit!.span, `\`${unit!.text}\` is no unit of ${quantity === "memory" ? "memory" : `\`${quantity}\``}`, `${near ? `did you mean \`${near}\`? ` : ""}its units are ${[...units[kind].keys()].join(", ")}`);
  }
  let mode: Budget["mode"];
  const sizes: Budget["sizes"][number][] = [];
  for (const { name, value, span } of given) {
    if (!name && value.kind === "Name" && quantity === "memory" && !mode) {
      mode = modes.find((known) => known === value.text);
      if (mode) continue;
      const near = nearestName(value.text, modes);
      return refuse(span, `\`${value.text}\` is no kind of memory`, near ? `did you mean \`${near}\`?` : "write `memory(inference)` or `memory(train)`");
    }
    if (name || value.kind !== "SizedName" || value.size.kind !== "IntegerLiteral" || value.size.value < 1) return refuse(span, `\`${textOf(span)}\` is no size`, `sizes are given as \`${quantity}(${quantity === "memory" ? "inference, " : ""}Y = 512)\``);
    if (quantity === "parameters" || quantity === "trainable") return refuse(span, `\`${quantity}\` depends on no size`, `write \`${quantity}\` alone`);
    if (sizes.some((own) => own.name === value.name.text)) return refuse(span, `\`${value.name.text}\` is given twice`);
    sizes.push({ name: value.name.text, value: value.size.value, span });
  }
  if (quantity === "memory" && !mode) return refuse(left.span, "memory of what is not said", "write `memory(inference)` or `memory(train)`");
  return { span: statement.span, quantity, mode, sizes, relation: condition.operator, limit: right.value * factor };
}

function isRelation(tree: Binary): tree is Binary & { readonly operator: Relation } {
  return (relations as readonly string[]).includes(tree.operator);
}

// ------------------------------------------------------------------------------------------------------------------- checking

/** How a variant misses a budget. */
interface Excess {
  readonly user: string;
  readonly figure: number;
  readonly sizes: Sizes;
  readonly shares: readonly Share[];
}

function excessOf(context: BudgetContext, sink: Target["sink"], budget: Budget): Excess | undefined {
  if (!sizesFit(context, { sink, users: [context.user] }, budget) || fitsOutline(context, budget)) return undefined;
  const graph = context.graph(budget.mode === "train");
  if (!graph) return undefined;
  const free = freeSizes(graph.inputs.map((input) => input.type.shape));
  const sizes = smallestSizes(free, graph.requirements ?? [], new Map([...(free.includes("B") ? [["B", 1] as const] : []), ...budget.sizes.map(({ name, value }) => [name, value] as const)]));
  const { figure, shares } = count(context, budget, graph, sizes);
  return holds(figure, budget) ? undefined : { user: context.user, figure, sizes, shares };
}

function reportExcess(sink: Target["sink"], budget: Budget, found: readonly Excess[]): void {
  const [worst] = [...found].sort((a, b) => Math.abs(b.figure - budget.limit) - Math.abs(a.figure - budget.limit));
  if (!worst) return;
  const isMemory = budget.quantity === "memory";
  const show = isMemory ? bytes : counted;
  const difference = Math.abs(worst.figure - budget.limit);
  const share = budget.limit > 0 ? ` (${((100 * difference) / budget.limit).toFixed(1)} %)` : "";
  const [above, below] = isMemory ? ["much", "little"] : ["many", "few"];
  const largest = worst.shares.filter(({ amount }) => amount > 0).sort((a, b) => b.amount - a.amount || (a.path < b.path ? -1 : 1)).slice(0, 3);
  const dependsOnSizes = worst.sizes.size > 0 && budget.quantity !== "parameters" && budget.quantity !== "trainable";
  reportTo({ sink, users: found.map(({ user }) => user) }, "NET0506", budget.span, {
    what: nameOf(budget), figure: show(worst.figure), limit: `${budget.relation} ${show(budget.limit)}`,
    at: dependsOnSizes ? ` at ${[...worst.sizes].map(([name, value]) => `${name} = ${value}`).join(", ")}` : "",
    by: difference === 0 ? "exactly the limit" : `${show(difference)}${share} too ${worst.figure > budget.limit ? above : below}`,
    largest: largest.map(({ path, block, amount }) => `${path || block} (${block}): ${show(amount)}`),
    others: new Set(found.map(({ figure }) => figure)).size > 1 ? found.map(({ user, figure }) => `${user}: ${show(figure)}`) : [],
  });
}

function holds(figure: number, { relation, limit }: Budget): boolean {
  switch (relation) {
    case "<=":
      return figure <= limit;
    case "<":
      return figure < limit;
    case ">=":
      return figure >= limit;
    case ">":
      return figure > limit;
    case "==":
      return figure === limit;
  }
}

/** The outline owns every weight of the graph and perhaps some that reach no output: an upper bound of the count. */
function fitsOutline({ inventory, frozen }: BudgetContext, budget: Budget): boolean {
  if ((budget.quantity !== "parameters" && budget.quantity !== "trainable") || (budget.relation !== "<=" && budget.relation !== "<")) return false;
  const counts = inventory().filter(({ kind, path }) => kind === "parameter" && !(budget.quantity === "trainable" && frozen(path))).map(({ shape }) => constantValue(multiply(...shape)) ?? Infinity);
  return holds(counts.reduce((sum, own) => sum + own, 0), budget);
}

/** Whether the sizes are free sizes of the inputs and allowed; what is wrong is reported. */
function sizesFit({ run, model }: BudgetContext, target: Target, { sizes }: Budget): boolean {
  const free = freeSizes([...run.inputs.values()].map((input) => input.type.axes.map((axis) => axis.size.size)));
  for (const { name, span } of sizes) {
    if (free.includes(name)) continue;
    const near = nearestName(name, free);
    reportTo(target, "NET0507", span, { reason: `no input of \`${model.name.text}\` has the free size \`${name}\``, help: `${near ? `did you mean \`${near}\`? ` : ""}free are ${free.map((own) => `\`${own}\``).join(", ") || "none"}` });
    return false;
  }
  const given: Sizes = new Map(sizes.map(({ name, value }) => [name, value]));
  const broken = brokenAt(run.requirements, given);
  if (broken.length === 0) return true;
  const near = nearestLegal(run.requirements, given, 1);
  reportTo(target, "NET0507", sizes[0].span, { reason: `\`${model.name.text}\` does not take ${choicesInWords([given])}: ${requirementsInWords(broken)}`, help: near.length ? `nearest: ${choicesInWords(near)}` : undefined });
  return false;
}

/** A figure, and the parts of it that are due to each of the outermost blocks. */
function count({ frozen }: BudgetContext, { quantity, mode }: Budget, graph: Graph, sizes: Sizes): { readonly figure: number; readonly shares: readonly Share[] } {
  const cost = costOf(graph, frozen);
  const blocks = outermost(cost);
  if (quantity !== "memory") return { figure: sizeAt(cost[quantity], sizes), shares: blocks.map(({ path, block, [quantity]: amount }) => ({ path, block, amount: sizeAt(amount, sizes) })) };
  if (mode === "train") {
    const memory = trainingMemory(graph, frozen);
    const of = (path: string): number => {
      const own = memory.blocks.get(path);
      return own ? sizeAt(own.weights, sizes) + sizeAt(own.kept, sizes) : 0;
    };
    return { figure: sizeAt(memory.total, sizes), shares: blocks.map(({ path, block }) => ({ path, block, amount: of(path) })) };
  }
  const memory = inferenceMemory(graph, sizes);
  const alive = (path: string): number => memory.live.filter(({ node }) => node.path === path || node.path.startsWith(`${path}.`)).reduce((sum, own) => sum + own.bytes, 0);
  const weights = (block: BlockCost): number => 4 * sizeAt(block.parameters, sizes);
  return { figure: memory.weights + memory.peak, shares: blocks.map((own) => ({ path: own.path, block: own.block, amount: weights(own) + alive(own.path) })) };
}

interface Share {
  readonly path: string;
  readonly block: string;
  readonly amount: number;
}

/** The first blocks from the outside in that are several: a model that is one block is looked into. */
function outermost(cost: BlockCost): readonly BlockCost[] {
  const [only, ...others] = cost.children;
  return only && others.length === 0 && only.children.length > 0 ? outermost(only) : cost.children.length ? cost.children : [cost];
}

// ------------------------------------------------------------------------------------------------------------------- words

function nameOf({ quantity, mode }: Budget): string {
  switch (quantity) {
    case "parameters":
      return "parameters";
    case "trainable":
      return "trainable parameters";
    case "macs":
      return "MACs";
    case "flops":
      return "FLOPs";
    case "memory":
      return mode === "train" ? "of memory in training" : "of memory at inference";
  }
}

/** `197,220,381`; from a million million on `1.5 T`. */
function counted(value: number): string {
  return value >= 1e12 ? `${(value / 1e12).toPrecision(6).replace(/\.?0+$/, "")} T` : String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** In decimal units, as limits are mostly written: `23.01 GB`. */
function bytes(value: number): string {
  for (const [unit, size] of [["GB", 1e9], ["MB", 1e6], ["KB", 1e3]] as const) if (value >= size) return `${(value / size).toFixed(2)} ${unit}`;
  return `${value} bytes`;
}
