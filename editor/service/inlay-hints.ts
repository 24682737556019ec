/** What a person would otherwise look up, between the words: the shape of each binding, the names of inputs at calls, and the sizes that a call found for a signature. */
import type { Block, Call, Node, Type } from "../../grammar/ast.ts";
import { walk } from "../../grammar/visit.ts";
import { showSize } from "../../compiler/dims/index.ts";
import type { AxisItem } from "../../compiler/types/types.ts";
import type { Value } from "../../compiler/check/values.ts";
import { itemMarkdown, typeText } from "./describe.ts";
import { stretch, type LongWork } from "../../compiler/long-work.ts";
import type { Look } from "./project.ts";
import { namesInSteps } from "./references.ts";
import { touches, type Range } from "./text.ts";

export interface HintKinds {
  readonly shapes: boolean;
  readonly names: boolean;
  readonly sizes: boolean;
}

export interface Hint {
  readonly at: number;
  readonly label: string;
  readonly kind: keyof HintKinds;
  readonly tooltip?: string;
}

/** Longer types are cut: a hint may not push the text out of sight. */
const longest = 60;

/** The hints in a range: an item after the other. */
export function* inlayHints(look: Look, range: Range, kinds: HintKinds): LongWork<readonly Hint[]> {
  if (look.library) return [];
  const hints: Hint[] = [];
  const { visible } = yield* stretch(namesInSteps(look), 0, 0);
  for (const item of look.tree.items) {
    if (item.span.end < range.start || range.end < item.span.start) continue;
    yield { part: Math.max(0, item.span.start - range.start) / (range.end - range.start + 1), what: "" };
    walk(item, (node) => {
      if (node.span.end < range.start || range.end < node.span.start) return false;
      if (kinds.shapes) hints.push(...shapeHint(look, node));
      if (node.kind === "Call" && node.callee.kind === "Name") {
        const block = visible.get(node.callee.text);
        if (block?.kind !== "Block") return true;
        if (kinds.names) hints.push(...nameHints(block, node));
        if (kinds.sizes) hints.push(...sizeHints(look, block, node));
      }
      return true;
    });
  }
  return hints.filter(({ at }) => touches(range, at)).sort((a, b) => a.at - b.at);
}

function shapeHint({ compilation }: Look, node: Node): readonly Hint[] {
  if (node.kind !== "Let" || node.type || node.target.kind === "FieldsTarget") return [];
  const value = compilation.valueOf(node);
  if (!value || !["tensor", "list", "int", "record"].includes(value.kind)) return [];
  if (value.kind === "int" && node.value.kind === "IntegerLiteral") return [];
  const text = typeText(value);
  return [{ at: node.target.span.end, label: `: ${text.length > longest ? `${text.slice(0, longest - 1)}…` : text}`, kind: "shapes", ...(text.length > longest ? { tooltip: text } : {}) }];
}

/** The names of inputs, where several are given and the arguments are called otherwise. */
function nameHints(block: Block, call: Call): readonly Hint[] {
  const positional = call.arguments.filter(({ name }) => !name);
  if (block.inputs.length < 2 || positional.length === 0) return [];
  return positional.flatMap((argument, i) => {
    const input = block.inputs[i];
    if (!input || (argument.value.kind === "Name" && argument.value.text === input.name.text)) return [];
    return [{ at: argument.span.start, label: `${input.name.text}: `, kind: "names" as const, tooltip: itemMarkdown(block) }];
  });
}

/** The sizes of a signature as this call has them: those that are more than a name. */
function sizeHints({ compilation }: Look, block: Block, call: Call): readonly Hint[] {
  const solved = new Map<string, string>();
  call.arguments.filter(({ name }) => !name).forEach((argument, i) => {
    const [type, value] = [block.inputs[i]?.type, compilation.valueOf(argument.value)];
    if (type && value) for (const [name, size] of boundBy(type, value)) if (!solved.has(name)) solved.set(name, size);
  });
  const told = [...solved].filter(([name, size]) => name !== size);
  return told.length ? [{ at: call.span.end, label: ` ⟨${told.map(([name, size]) => `${name} = ${size}`).join(", ")}⟩`, kind: "sizes", tooltip: `the sizes of \`${block.name.text}\` here` }] : [];
}

/** Axes of a signature's type with the sizes of a value: those before a row from the left, those behind it from the right. */
function boundBy(type: Type, value: Value): readonly (readonly [string, string])[] {
  if (type.kind !== "TensorType" || value.kind !== "tensor") return [];
  const { axes } = value.type;
  const rows = type.axes.flatMap((axis, i) => (axis.kind === "RowAxis" ? [i] : []));
  const [first, last] = [rows[0] ?? type.axes.length, rows.at(-1) ?? -1];
  return type.axes.flatMap((axis, i) => {
    if (axis.kind !== "NamedAxis" || axis.size || (i > first && i < last)) return [];
    const item: AxisItem | undefined = i < first ? axes[i] : axes[axes.length - (type.axes.length - i)];
    return item?.kind === "axis" ? [[axis.name.text, showSize(item.size.size)] as const] : [];
  });
}
