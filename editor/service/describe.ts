/** Declarations as a person reads them: signatures, documentation, kinds of options. Markdown. */
import type { Block, Item, Option } from "../../grammar/ast.ts";
import { textOf } from "../../grammar/source.ts";
import { builtinDocs } from "../../compiler/check/builtins.ts";
import { describe, type Value } from "../../compiler/check/values.ts";
import { showSize } from "../../compiler/dims/index.ts";
import { showType } from "../../compiler/types/show.ts";
import { optionsOf, type NameSymbol } from "./symbols.ts";

const oneLine = (text: string): string => text.replace(/\/\/[^\n]*/g, "").replace(/\s+/g, " ").trim();

/** `block Unit(x: f32[B, C]; dilation: int = 1) -> f32[B, C]`. */
export function signatureOf(block: Block): string {
  const { file, start } = block.name.span;
  return oneLine(`${block.composite ? "composite " : ""}block ${file.text.slice(start, block.body.span.start)}`).replace(/\s*[={]$/, "").replace(/,? \)/g, ")").replace(/\( /g, "(");
}

export function optionText(option: Option): string {
  return oneLine(textOf(option.span).replace(/^(\s*\/\/\/[^\n]*\n)+/, ""));
}

/** The head of an item: what it declares, without its body. */
export function headOf(item: Item): string {
  switch (item.kind) {
    case "Block":
      return signatureOf(item);
    case "Model": {
      const members = item.members.flatMap((member) => (member.kind === "ModelInput" || member.kind === "ModelOutput" ? [`  ${member.kind === "ModelInput" ? "input" : "output"} ${member.name.text}: ${oneLine(textOf(member.type.span))}`] : []));
      const config = item.config.length ? [`  config { ${item.config.map(optionText).join("  ")} }`] : [];
      return [`model ${item.name.text} {`, ...config, ...members, "}"].join("\n");
    }
    case "Choice":
      return oneLine(`choice ${item.name.text} = ${item.alternatives.map(({ text }) => text).join(" | ")}`);
    case "Weights":
      return `weights ${item.name.text} of ${item.model.text} from ${textOf(item.from.span)}`;
    case "Ablation":
      return [`ablation ${item.name.text} of ${item.model.text} {`, ...item.rows.map((row) => `  ${row.name.text} ${textOf(row.title.span)}`), "}"].join("\n");
    case "Train":
      return `train ${item.model.text}`;
    case "MissingItem":
      return "";
  }
}

/** The documentation of an item: its `///` comment, or that of its file for what has none. */
export function docOf(item: Item): string {
  return item.kind === "MissingItem" ? "" : item.doc.trim();
}

export function fenced(text: string): string {
  return `\`\`\`net\n${text}\n\`\`\``;
}

export function itemMarkdown(item: Item): string {
  const parts = [fenced(headOf(item)), docOf(item)];
  const documented = optionsOf(item).filter(({ doc }) => doc);
  if (documented.length) parts.push(documented.map((option) => `- \`${optionText(option)}\`: ${option.doc.trim()}`).join("\n"));
  return parts.filter(Boolean).join("\n\n");
}

const operatorDocs = new Map(builtinDocs.map(({ name, doc }) => [name, doc]));

/** Name, form and meaning of an operator that a program calls. */
export function operatorMarkdown(name: string): string {
  const doc = operatorDocs.get(name) ?? name;
  const [form, ...meaning] = doc.split(": ");
  return meaning.length && /\)$/.test(form) ? `${fenced(form)}\n\n${meaning.join(": ")}` : `${fenced(name)}\n\n${doc}`;
}

/** The special forms, which are no functions: their arguments are patterns. */
export const forms: ReadonlyMap<string, string> = new Map([
  ["rearrange", "rearrange(x, [B, tok = (Y X), C] -> [B, C, Y, X], Y: 30): axes taken apart on the left and put back exactly once on the right"],
  ["einsum", "einsum(a[B, i, d], b[B, j, d] -> [B, i, j]): products summed over the axes that the result lacks"],
  ["conv", "conv(x[B, C, Y, X], kernel[out, C, ky, kx] -> [B, out, Y, X], slide: (Y: ky, X: kx)): an einsum in which some axes slide"],
  ["conv_transpose", "conv_transpose(x[…], kernel[…] -> […], slide: …): the transpose of `conv`"],
]);

/** What a symbol is, in a few words: `option of \`Conv\``. */
export function roleOf({ kind, item }: NameSymbol): string {
  const of = item && "name" in item ? ` of \`${item.name.text}\`` : "";
  switch (kind) {
    case "config":
      return `config key${of}`;
    case "axes":
      return `row of axes${of}`;
    case "axis":
      return `axis${of}`;
    case "row":
      return `variant${of}`;
    case "variable":
      return "index";
    default:
      return `${kind}${of}`;
  }
}

/** A value as its type: `f32[B, C]`, of a record each field. */
export function typeText(value: Value): string {
  switch (value.kind) {
    case "tensor":
      return showType(value.type);
    case "record":
      return `(${[...value.fields].map(([name, field]) => `${name}: ${typeText(field)}`).join(", ")})`;
    case "list": {
      const first = value.element ?? value.elements?.[0];
      return first ? `[${typeText(first)}; ${showSize(value.length.size)}]` : describe(value);
    }
    case "int":
      return `int = ${showSize(value.use.size)}`;
    default:
      return describe(value);
  }
}
