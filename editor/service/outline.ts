/** The symbols of a document as a tree, and those of the workspace by name. */
import type { Item, Node, Statement } from "../../grammar/ast.ts";
import { textOf } from "../../grammar/source.ts";
import { stretch, type LongWork } from "../../compiler/long-work.ts";
import { baseName } from "./paths.ts";
import type { Project, Look } from "./project.ts";
import { isNamed, optionsOf, type SymbolKind } from "./symbols.ts";
import { itemsOf } from "./names.ts";
import { locationOf, rangeOf, type Location, type Range } from "./text.ts";

export interface OutlineEntry {
  readonly name: string;
  readonly detail: string;
  readonly kind: SymbolKind | "train";
  readonly range: Range;
  readonly nameRange: Range;
  readonly children: readonly OutlineEntry[];
}

export function outline({ tree }: Look): readonly OutlineEntry[] {
  return tree.items.flatMap((item) => entryOf(item));
}

const short = (text: string): string => {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
};

function entry(kind: OutlineEntry["kind"], name: { readonly text: string; readonly span: Node["span"] }, node: Node, detail = "", children: readonly OutlineEntry[] = []): readonly OutlineEntry[] {
  return name.text ? [{ kind, name: name.text, detail, range: rangeOf(node.span), nameRange: rangeOf(name.span), children }] : [];
}

function entryOf(item: Item): readonly OutlineEntry[] {
  const options = optionsOf(item).flatMap((option) => entry(item.kind === "Model" ? "config" : "option", option.name, option, short(textOf(option.optionKind.span))));
  switch (item.kind) {
    case "Block": {
      const inputs = item.inputs.flatMap((input) => entry("input", input.name, input, short(textOf(input.type.span))));
      const body = item.body.kind === "Body" ? item.body.statements.flatMap(statementEntries) : [];
      return entry("block", item.name, item, short(textOf(item.result.span)), [...inputs, ...options, ...body]);
    }
    case "Model": {
      const members = item.members.flatMap((member) => {
        if (member.kind === "ModelInput") return entry("input", member.name, member, short(textOf(member.type.span)));
        if (member.kind === "ModelOutput") return entry("output", member.name, member, short(textOf(member.type.span)));
        return statementEntries(member);
      });
      return entry("model", item.name, item, "", [...options, ...members]);
    }
    case "Choice":
      return entry("choice", item.name, item, "", item.alternatives.flatMap((own) => entry("alternative", own, own)));
    case "Ablation":
      return entry("ablation", item.name, item, `of ${item.model.text}`, item.rows.flatMap((row) => entry("row", row.name, row, row.title.value)));
    case "Weights":
      return entry("weights", item.name, item, `of ${item.model.text}`);
    case "Train":
      return entry("train", item.model, item, "training");
    case "MissingItem":
      return [];
  }
}

function statementEntries(statement: Statement): readonly OutlineEntry[] {
  switch (statement.kind) {
    case "Let": {
      const { target } = statement;
      const names = target.kind === "FieldsTarget" ? target.names : [target.kind === "Identifier" ? target : { text: textOf(target.span), span: target.name.span }];
      return names.flatMap((name) => entry("value", name, statement, short(textOf(statement.value.span))));
    }
    case "Parameter":
      return entry("parameter", statement.name, statement, short(textOf(statement.type.span)));
    case "State":
      return entry("state", statement.name, statement, short(textOf(statement.type.span)));
    default:
      return [];
  }
}

export interface WorkspaceSymbol {
  readonly name: string;
  readonly kind: SymbolKind;
  readonly location: Location;
  readonly container: string;
}

/** Items, and variants of ablations, whose names hold the letters of a query in their order. */
export function* workspaceSymbols(project: Project, query: string): LongWork<readonly WorkspaceSymbol[]> {
  const wanted = query.toLowerCase();
  const found: WorkspaceSymbol[] = [];
  for (const name of yield* stretch(project.reading(), 0, 1)) {
    const file = project.file(name);
    if (!file || file.library) continue;
    for (const item of itemsOf(file).filter(isNamed)) {
      if (holdsLetters(item.name.text.toLowerCase(), wanted)) found.push({ name: item.name.text, kind: kindOfItem(item), location: locationOf(item.name.span), container: baseName(name) });
      if (item.kind !== "Ablation") continue;
      for (const row of item.rows) if (wanted && holdsLetters(`${row.name.text} ${row.title.value}`.toLowerCase(), wanted)) found.push({ name: `${row.name.text} ${row.title.value}`, kind: "row", location: locationOf(row.name.span), container: item.name.text });
    }
  }
  return found;
}

const kindOfItem = (item: Item): SymbolKind => item.kind.toLowerCase() as SymbolKind;

function holdsLetters(text: string, letters: string): boolean {
  let at = 0;
  for (const letter of letters) {
    at = text.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
