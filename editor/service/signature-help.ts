/** The signature of the call in which a place stands, and which of its inputs and options is being written. */
import type { Block } from "../../grammar/ast.ts";
import { textOf } from "../../grammar/source.ts";
import { builtinDocs } from "../../compiler/check/builtins.ts";
import { cursorAt } from "./cursor.ts";
import { docOf, forms, optionText, signatureOf } from "./describe.ts";
import type { Look } from "./project.ts";
import { namesIn } from "./references.ts";
import type { Range } from "./text.ts";

export interface SignatureHelp {
  readonly label: string;
  readonly documentation: string;
  /** Stretches of the label. */
  readonly parameters: readonly (Range & { readonly documentation: string })[];
  readonly active?: number;
}

export function signatureHelp(look: Look, offset: number): SignatureHelp | undefined {
  const { brackets, inComment } = cursorAt(look.source.text, offset);
  const top = brackets.findLast(({ image, callee }) => image === "(" && callee !== "");
  if (!top || inComment) return undefined;
  const { visible, occurrences } = namesIn(look);
  const layer = occurrences.find(({ symbol }) => symbol.kind === "value" && symbol.name === top.callee)?.symbol.node;
  const made = layer?.kind === "Let" && layer.value.kind === "Call" && layer.value.callee.kind === "Name" ? visible.get(layer.value.callee.text) : undefined;
  const item = made ?? visible.get(top.callee);
  if (item?.kind === "Block" && top.callee !== "") return ofBlock(item, top.commas, top.key);
  const operator = builtinDocs.find(({ name }) => name === top.callee);
  const label = forms.get(top.callee)?.split(": ")[0];
  if (operator) return ofOperator(operator.doc, operator.options, top.key);
  return label ? { label, documentation: forms.get(top.callee)!, parameters: [] } : undefined;
}

function ofBlock(block: Block, commas: number, key: string | undefined): SignatureHelp {
  const label = signatureOf(block).replace(/^(composite )?block /, "");
  const parts = [
    ...block.inputs.map((input) => ({ text: textOf(input.span).replace(/\s+/g, " "), documentation: "an input, given by place", name: input.name.text })),
    ...block.options.map((option) => ({ text: optionText(option), documentation: option.doc.trim() || "an option, given by name", name: option.name.text })),
  ];
  let at = 0;
  const parameters = parts.flatMap(({ text, documentation }) => {
    const start = label.indexOf(text, at);
    if (start < 0) return [{ start: 0, end: 0, documentation }];
    at = start + text.length;
    return [{ start, end: at, documentation }];
  });
  const named = key === undefined ? -1 : parts.findIndex(({ name }, i) => name === key && i >= block.inputs.length);
  const active = named >= 0 ? named : commas < block.inputs.length ? commas : undefined;
  return { label, documentation: docOf(block), parameters, ...(active !== undefined ? { active } : {}) };
}

function ofOperator(doc: string, options: readonly string[], key: string | undefined): SignatureHelp {
  const label = doc.slice(0, doc.lastIndexOf(")") + 1);
  const parameters = options.flatMap((option) => {
    const start = label.indexOf(`${option}:`);
    return start < 0 ? [] : [{ start, end: start + option.length, documentation: option }];
  });
  const active = parameters.findIndex(({ documentation }) => documentation === key);
  return { label, documentation: doc, parameters, ...(active >= 0 ? { active } : {}) };
}
