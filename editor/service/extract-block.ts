/** An expression becomes a block of its own: what it reads are the inputs and options, with the types that the checker found. */
import type { Expression, Node, Option } from "../../grammar/ast.ts";
import { textOf } from "../../grammar/source.ts";
import { walk } from "../../grammar/visit.ts";
import { showType } from "../../compiler/types/show.ts";
import type { Value } from "../../compiler/check/values.ts";
import type { Action } from "./code-actions.ts";
import { freshName } from "./fresh-name.ts";
import type { Look } from "./project.ts";
import { namesIn } from "./references.ts";
import { symbolOf } from "./names.ts";
import { rangeOf, type Range } from "./text.ts";

/** The largest expression that lies wholly in a selection and is most of it. */
function selected(look: Look, range: Range): Expression | undefined {
  const { text } = look.source;
  let [start, end] = [range.start, range.end];
  while (start < end && /\s/.test(text[start])) start++;
  while (end > start && /\s/.test(text[end - 1])) end--;
  if (start === end) return undefined;
  let found: Expression | undefined;
  walk(look.tree, (node) => {
    if (!found && node.span.start === start && node.span.end === end && look.compilation.valueOf(node)?.kind === "tensor" && node.kind !== "Name" && node.kind !== "Let") found = node as Expression;
    return !found && node.span.start <= start && end <= node.span.end;
  });
  return found;
}

export function extractions(look: Look, range: Range): readonly Action[] {
  const tree = selected(look, range);
  const item = tree && look.tree.items.find(({ span }) => span.start <= tree.span.start && tree.span.end <= span.end);
  const result = tree && look.compilation.valueOf(tree);
  if (!tree || !item || result?.kind !== "tensor") return [];
  const parts = readBy(look, tree);
  if (!parts) return [];
  const name = freshName(look, tree.span.start, ownsWeights(tree) ? "Extracted" : "extracted");
  const inputs = parts.inputs.map((input) => `${input.name}: ${input.type}`).join(", ");
  const options = parts.options.map((option) => `${option.name}: ${option.kind}`).join(", ");
  const block = `block ${name}(${inputs}${options ? `; ${options}` : ""}) -> ${showType(result.type)}\n  = ${textOf(tree.span)}\n\n`;
  const call = `${name}(${[...parts.inputs.map((input) => input.name), ...parts.options.map((option) => `${option.name}: ${option.name}`)].join(", ")})`;
  const at = headStart(look, item);
  return [{ title: `Extract a block \`${name}\``, kind: "refactor.extract", preferred: false, edits: new Map([[look.name, [{ start: at, end: at, newText: block }, { ...rangeOf(tree.span), newText: call }]]]) }];
}

/** Before the comment that documents an item. */
function headStart({ source, tree }: Look, item: Node): number {
  let at = item.span.start;
  for (const { span, text } of tree.comments.toReversed()) {
    if (span.end <= at && text.startsWith("///") && /^\s*$/.test(source.text.slice(span.end, at))) at = span.start;
  }
  return at;
}

function ownsWeights(tree: Node): boolean {
  let owns = false;
  walk(tree, (node) => void (node.kind === "Call" && node.callee.kind === "Name" && /^[A-Z]/.test(node.callee.text) && (owns = true)));
  return owns;
}

interface Read {
  readonly inputs: readonly { readonly name: string; readonly type: string }[];
  readonly options: readonly { readonly name: string; readonly kind: string }[];
}

/** What an expression reads from outside; undefined where something of it cannot be passed. */
function readBy(look: Look, tree: Expression): Read | undefined {
  const names = namesIn(look);
  const inputs = new Map<string, string>();
  const options = new Map<string, string>();
  let possible = true;
  walk(tree, (node) => {
    if (node.kind !== "Name") return;
    const symbol = symbolOf(names, node);
    if (!symbol || symbol.file === "" || ["block", "axis", "axes", "alternative", "operator"].includes(symbol.kind)) return;
    const declared = names.occurrences.find((other) => other.declares && other.symbol.key === symbol.key);
    if (declared && tree.span.start <= declared.span.start && declared.span.end <= tree.span.end) return; // an index of its own
    const value = look.compilation.valueOf(node);
    if (symbol.optionKind && symbol.optionKind.kind !== "AxisKind") options.set(symbol.name, textOf((symbol.node as Option).optionKind.span));
    else if (symbol.optionKind) return;
    else if (value?.kind === "tensor" && isNamed(value)) inputs.set(symbol.name, showType(value.type));
    else if (value?.kind === "int") options.set(symbol.name, "int");
    else if (value?.kind === "float" || value?.kind === "bool") options.set(symbol.name, value.kind);
    else possible = false;
  });
  if (!possible || inputs.size === 0) return undefined;
  return { inputs: [...inputs].map(([name, type]) => ({ name, type })), options: [...options].map(([name, kind]) => ({ name, kind })) };
}

const isNamed = (value: Extract<Value, { kind: "tensor" }>): boolean => value.type.axes.every((axis) => axis.kind === "row" || axis.label !== undefined);
