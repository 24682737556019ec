/**
 * What names mean. A symbol is known by its key, a text made of where it is declared, so the same thing is the same in every file, tree and compilation.
 * An axis and the option of kind `axis` or `int` that brings it are one symbol of their block.
 */
import type { Block, Choice, Identifier, Item, Model, Node, Option, OptionKind } from "../../grammar/ast.ts";
import type { Span } from "../../grammar/source.ts";

export type SymbolKind =
  | "block" | "model" | "choice" | "weights" | "ablation" | "row" | "alternative" | "input" | "output" | "value" | "parameter" | "state" | "variable"
  | "axis" | "axes" | "option" | "config" | "field" | "operator";

export interface NameSymbol {
  readonly key: string;
  readonly kind: SymbolKind;
  readonly name: string;
  /** The file that declares it; "" for what the compiler knows by itself. */
  readonly file: string;
  /** The item that declares it or is it. */
  readonly item?: Item;
  /** The declaration: a statement, an option, an input, an item. */
  readonly node?: Node;
  /** Of an option or config key: what it takes, in the file of its item. */
  readonly optionKind?: OptionKind;
}

/** One place where a symbol is named. */
export interface Occurrence {
  readonly symbol: NameSymbol;
  readonly span: Span;
  readonly declares: boolean;
}

export type NamedItem = Exclude<Item, { readonly kind: "MissingItem" | "Train" }>;

const itemKinds: { readonly [K in NamedItem["kind"]]: SymbolKind } = { Block: "block", Model: "model", Choice: "choice", Weights: "weights", Ablation: "ablation" };

export function isNamed(item: Item): item is NamedItem {
  return item.kind !== "MissingItem" && item.kind !== "Train";
}

export const fileOf = (node: Node): string => node.span.file.name;

const keyIn = (item: Item, group: string, name: string): string => `${fileOf(item)}|${isNamed(item) ? item.name.text : "train"}|${group}|${name}`;

export function itemSymbol(item: NamedItem): NameSymbol {
  return { key: `${fileOf(item)}|${item.name.text}`, kind: itemKinds[item.kind], name: item.name.text, file: fileOf(item), item, node: item };
}

export function optionsOf(item: Item): readonly Option[] {
  return item.kind === "Block" ? item.options : item.kind === "Model" ? item.config : [];
}

/** An option of a block or a config key of a model. */
export function optionSymbol(item: Block | Model, option: Option): NameSymbol {
  return { key: keyIn(item, "size", option.name.text), kind: item.kind === "Model" ? "config" : "option", name: option.name.text, file: fileOf(item), item, node: option, optionKind: option.optionKind };
}

/** An axis or size of an item; the option of that name where there is one. */
export function axisSymbol(item: Item, name: string): NameSymbol {
  const option = optionsOf(item).find((own) => own.name.text === name && (own.optionKind.kind === "AxisKind" || (own.optionKind.kind === "NumberKind" && own.optionKind.number === "int")));
  if (option && (item.kind === "Block" || item.kind === "Model")) return optionSymbol(item, option);
  return { key: keyIn(item, "size", name), kind: "axis", name, file: fileOf(item), item };
}

/** A row `...S`. */
export function rowSymbol(item: Item, name: string): NameSymbol {
  return { key: keyIn(item, "axes", name), kind: "axes", name, file: fileOf(item), item };
}

/** `depth` tells apart bindings of the same name in arms and tables of one item. */
export function valueSymbol(item: Item, kind: SymbolKind, name: string, node: Node, depth = ""): NameSymbol {
  return { key: keyIn(item, `value${depth}`, name), kind, name, file: fileOf(item), item, node };
}

export function fieldSymbol(block: Block, name: string): NameSymbol {
  const node = block.result.kind === "RecordResult" ? block.result.fields.find((field) => field.name.text === name) : undefined;
  return { key: keyIn(block, "field", name), kind: "field", name, file: fileOf(block), item: block, node };
}

export function rowOfAblation(item: Item, name: string, node: Node): NameSymbol {
  return { key: keyIn(item, "row", name), kind: "row", name, file: fileOf(item), item, node };
}

export function alternativeSymbol(choice: Choice, name: string): NameSymbol {
  return { key: keyIn(choice, "alternative", name), kind: "alternative", name, file: fileOf(choice), item: choice, node: choice.alternatives.find((own) => own.text === name) };
}

/** An alternative that is written in an option's kind: `relu | gelu`. */
export function inlineAlternative(owner: NameSymbol, alternatives: readonly Identifier[], name: string): NameSymbol {
  return { key: `${owner.key}|alternative|${name}`, kind: "alternative", name, file: owner.file, item: owner.item, node: alternatives.find((own) => own.text === name) };
}

export function operatorSymbol(name: string): NameSymbol {
  return { key: `|${name}`, kind: "operator", name, file: "" };
}
