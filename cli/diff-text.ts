/** A difference for a person: first the config and the totals' tensors, then the tree of blocks, then the totals. Markdown has the same lines. */
import { sizeAt } from "../compiler/cost.ts";
import { otherResults, type BlockDifference, type Change, type ChangeKind, type WeightChange } from "../compiler/difference.ts";
import type { OperatorCount } from "../compiler/difference/operators.ts";
import type { Comparison, Side } from "./diff.ts";
import { grouped, short } from "./output.ts";
import { layOut } from "../runtime/reports/columns.ts";

interface Line {
  readonly sign: string;
  readonly depth: number;
  readonly name: string;
  readonly kind: string;
  readonly parameters: string;
  readonly macs: string;
}

const signs: Readonly<Record<ChangeKind, string>> = { same: "=", changed: "~", added: "+", removed: "-", moved: ">" };
const colours: Readonly<Record<string, string>> = { "+": "32", "-": "31", "~": "33", ">": "36" };
/** Operators of a block that are named; the rest are counted. */
const namedOperators = 3;

export function differenceText(comparison: Comparison, options: { readonly depth: number; readonly parameters?: boolean; readonly format: string }, coloured: boolean): readonly string[] {
  const { config, difference, sizes } = comparison;
  const markdown = options.format === "markdown";
  const { tree } = difference;
  const at = (block: BlockDifference, side: "before" | "after", of: "parameters" | "macs"): number => sizeAt(block.figures[side][of], sizes);
  const change = (block: BlockDifference, of: "parameters" | "macs"): number => at(block, "after", of) - at(block, "before", of);
  const lines: Line[] = [];
  const detail = (depth: number, sign: string, name: string, kind = ""): void => void lines.push({ sign, depth, name, kind, parameters: "", macs: "" });
  const walk = (block: BlockDifference, depth: number): void => {
    lines.push({ sign: signs[block.kind], depth, name: depth === 0 ? (block.after ?? block.before)!.block : block.name, kind: depth === 0 ? "" : kindText(block), parameters: signed(change(block, "parameters")), macs: signed(change(block, "macs")) });
    const whole = block.kind === "added" || block.kind === "removed";
    for (const weight of block.weights) if (weight.type.before !== weight.type.after && (!whole || options.parameters)) detail(depth + 1, weightSign(weight), weightName(weight, block), [weight.kind, textOf(weight.type)].join(" "));
    for (const [sign, own] of [["-", block.operators.removed], ["+", block.operators.added]] as const) {
      if (own.length) detail(depth + 1, sign, "operators", operatorsText(own));
    }
    for (const { at: reader, before, after } of block.reads) detail(depth + 1, "~", reader, `reads ${after}, not ${before}`);
    const inside = block.children.filter((child) => child.kind !== "same");
    if (depth >= options.depth) {
      if (inside.length) detail(depth + 1, "…", `${inside.length} block${inside.length > 1 ? "s" : ""} inside`);
      return;
    }
    // What is wholly new or gone is one line, unless something in it came from elsewhere.
    if (!whole || options.parameters || holdsOther(block, block.kind)) for (const child of inside) walk(child, depth + 1);
    const same = block.children.filter((child) => child.kind === "same").map((child) => child.name);
    if (same.length && !whole) detail(depth + 1, "=", namesText(same), "unchanged");
  };
  walk(tree, 0);
  const unchanged = tree.kind === "same" && difference.inputs.every(isSame) && difference.outputs.every(isSame);
  const [from, to] = [comparison.before, comparison.after];
  const title = from.file === to.file && from.model === to.model ? `${to.model}: ${from.variant} -> ${to.variant}` : `${sideText(from)} -> ${sideText(to)}`;
  const facts = [
    ...config.map(({ key, before, after }) => [`${before === undefined ? "+" : after === undefined ? "-" : "~"} ${key}`, textOf({ before, after })]),
    ...[["input", difference.inputs], ["output", difference.outputs]].flatMap(([what, changes]) => (changes as readonly Change[]).filter((one) => !isSame(one)).map((one) => [`${one.before === undefined ? "+" : one.after === undefined ? "-" : "~"} ${what as string} ${one.name}`, textOf(one)])),
  ];
  const free = [...sizes].map(([name, value]) => `${name} = ${value}`).join(", ");
  const totals = (["parameters", "macs"] as const).map((of) => totalText(of === "macs" ? "MACs" : "parameters", at(tree, "before", of), at(tree, "after", of), of === "macs" && free ? ` at ${free}` : ""));
  const paint = (sign: string, line: string): string => (coloured && colours[sign] ? `\u001b[${colours[sign]}m${line}\u001b[0m` : line);
  const rows = lines.map((line) => [`${line.sign} ${"  ".repeat(line.depth)}${line.name}`, line.kind, line.parameters, line.macs]);
  if (markdown) {
    return [
      `### ${title}`, "", ...(facts.length ? [...facts.map(([name, text]) => `- \`${name.replace(/^~ /, "")}\`: ${text}`), ""] : []),
      ...(unchanged ? ["No block differs.", ""] : [...layOut([["block", "kind", "Δ parameters", "Δ MACs"], ...lines.map((line) => [`${line.sign === "-" ? "−" : line.sign} ${"\u2003".repeat(line.depth)}${line.name}`, line.kind, line.parameters, line.macs].map(cell))], true, 2), ""]),
      ...totals.map((line) => `${line}  `),
    ];
  }
  const table = layOut([["  block", "", "Δ parameters", "Δ MACs"], ...rows], false, 2);
  return [
    title,
    ...facts.map(([name, text]) => paint(name[0], `  ${name}: ${text}`)),
    "",
    ...(unchanged ? ["no block differs"] : [table[0], ...lines.map((line, i) => paint(line.sign, table[i + 1]))]),
    "",
    ...totals,
  ];
}

const isSame = ({ before, after }: Change): boolean => before === after;
const sideText = ({ file, model, variant }: Side): string => `${model} (${variant}) of ${file}`;
const cell = (text: string): string => text.replaceAll("|", "\\|");

/** The block's name, where it came from, and what leaves it where that has changed. */
function kindText(block: BlockDifference): string {
  const { before, after } = block;
  const names = before && after && before.block !== after.block ? `${before.block} -> ${after.block}` : (after ?? before)!.block;
  const moved = block.kind === "moved" ? `, was ${before!.path}` : "";
  const results = before && after && otherResults(before, after) ? `: ${difference(before.results, after.results)} -> ${difference(after.results, before.results)}` : "";
  return `${names}${moved}${results}`;
}

const difference = (own: readonly string[], others: readonly string[]): string => own.filter((type) => !others.includes(type)).join(", ");

function holdsOther(block: BlockDifference, kind: ChangeKind): boolean {
  return block.children.some((child) => child.kind !== kind || holdsOther(child, kind));
}

/** What computes comes first: it is what one would look for. */
function operatorsText(own: readonly OperatorCount[]): string {
  const named = [...own.filter(({ computes }) => computes), ...own.filter(({ computes }) => !computes)];
  const rest = named.slice(namedOperators).reduce((sum, { count }) => sum + count, 0);
  return `${named.slice(0, namedOperators).map(({ operator, count }) => `${operator}${count > 1 ? ` × ${count}` : ""}`).join(", ")}${rest ? ` and ${rest} more` : ""}`;
}

const textOf = ({ before, after }: { readonly before?: string; readonly after?: string }): string => (before === undefined ? after! : after === undefined ? before : before === after ? after : `${before} -> ${after}`);
const weightSign = ({ type }: WeightChange): string => (type.before === undefined ? "+" : type.after === undefined ? "-" : "~");

function weightName({ path }: WeightChange, block: BlockDifference): string {
  const [own, around] = path.after !== undefined ? [path.after, block.after!.path] : [path.before!, block.before!.path];
  return around ? own.slice(around.length + 1) : own;
}

/** `layer[1..12]`: names of a family in a row are said together. */
function namesText(names: readonly string[]): string {
  const shown: string[] = [];
  for (let i = 0; i < names.length; ) {
    const [, family, first] = /^(.*)\[(\d+)\]$/.exec(names[i]) ?? [];
    let count = 1;
    while (family !== undefined && names[i + count] === `${family}[${Number(first) + count}]`) count++;
    shown.push(count > 2 ? `${family}[${first}..=${Number(first) + count - 1}]` : names[i]);
    i += count > 2 ? count : 1;
  }
  return shown.join(", ");
}

function signed(value: number): string {
  return value === 0 ? "0" : value > 0 ? `+${short(value)}` : `-${short(-value)}`;
}

function totalText(what: string, before: number, after: number, where: string): string {
  if (before === after) return `${what}: ${grouped(after)}, unchanged${where}`;
  const share = before === 0 ? "" : `, ${after > before ? "+" : "-"}${(100 * Math.abs(after / before - 1)).toFixed(2)} %`;
  return `${what}: ${grouped(before)} -> ${grouped(after)} (${after > before ? "+" : "-"}${grouped(Math.abs(after - before))}${share})${where}`;
}
