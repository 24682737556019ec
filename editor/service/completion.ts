/** What can be written at a place: by what stands before it. */
import type { Block, Model, OptionKind } from "../../grammar/ast.ts";
import { keywords } from "../../grammar/tokens.ts";
import { trainWords } from "../../grammar/words.ts";
import { nodeAtOffset } from "../../grammar/visit.ts";
import { textOf } from "../../grammar/source.ts";
import { builtinDocs } from "../../compiler/check/builtins.ts";
import { describe } from "../../compiler/check/values.ts";
import { itemName } from "../../compiler/types/types.ts";
import { cursorAt, type Bracket, type Cursor } from "./cursor.ts";
import { forms, operatorMarkdown, itemMarkdown, optionText, signatureOf, typeText } from "./describe.ts";
import { importEdit } from "./imports.ts";
import { keywordDocs } from "./keywords.ts";
import { itemsOf, occurrencesWithin } from "./names.ts";
import { folderOf, importPath, resolved } from "./paths.ts";
import type { Look, Project } from "./project.ts";
import { namesIn } from "./references.ts";
import { alternativesOf } from "./resolve-expressions.ts";
import { libraryFile } from "./project.ts";
import type { SymbolKind, NamedItem } from "./symbols.ts";
import type { Range, TextEdit } from "./text.ts";

export interface Completion {
  readonly label: string;
  readonly kind: SymbolKind | "keyword" | "dtype" | "file" | "literal";
  readonly detail?: string;
  readonly insert?: string;
  /** Text before which others stand: `0` before `1`. */
  readonly order: string;
  /** What else is edited when it is chosen: an import. */
  readonly also?: readonly TextEdit[];
  /** Where its documentation is found, when it is asked for. */
  readonly about?: About;
}

export type About = { readonly operator: string } | { readonly keyword: string } | { readonly file: string; readonly item: string; readonly option?: string };

export interface Completions {
  readonly replace: Range;
  readonly items: readonly Completion[];
}

const kinds = ["int", "float", "bool", "axis", "init"] as const;
const dtypes = ["f32", "f16", "bf16", "i32", "bool"] as const;
const statements = ["let", "param", "state", "update", "assume", "return"] as const;
const memberWords = ["config", "input", "output", "let", "param", "state", "update", "assume", "assert"] as const;
const trainStatements = [...trainWords.keys(), "weights"];

export function completions(look: Look, offset: number): Completions {
  const cursor = cursorAt(look.source.text, offset);
  if (cursor.inComment) return { replace: cursor.word, items: [] };
  if (cursor.string) return { replace: { start: cursor.string.start, end: cursor.string.end }, items: isImport(cursor) ? importPaths(look) : [] };
  return { replace: cursor.word, items: itemsAt(look, cursor, offset) };
}

/** The documentation of a completion, as Markdown. */
export function documentationOf(project: Project, about: About): string | undefined {
  if ("operator" in about) return forms.get(about.operator) ?? operatorMarkdown(about.operator);
  if ("keyword" in about) return keywordDocs.get(about.keyword);
  const file = libraryFile(about.file) ?? project.file(about.file);
  const item = file && itemsOf(file).find(({ name }) => name.text === about.item);
  if (!item) return undefined;
  if (about.option === undefined) return itemMarkdown(item);
  const option = (item.kind === "Block" ? item.options : item.kind === "Model" ? item.config : []).find(({ name }) => name.text === about.option);
  return option && [`\`${optionText(option)}\``, option.doc.trim(), item.kind === "Block" ? `An option of \`${item.name.text}\`.` : ""].filter(Boolean).join("\n\n");
}

const isImport = ({ item, previous }: Cursor): boolean => item?.keyword === "import" || previous === "from";

function importPaths(look: Look): readonly Completion[] {
  return look.project.knownNames().filter((name) => name !== look.name && !libraryFile(name) && (folderOf(name) !== "" || folderOf(look.name) === "")).map((name) => ({ label: importPath(name, look.name), kind: "file", order: "1" }));
}

function itemsAt(look: Look, cursor: Cursor, offset: number): readonly Completion[] {
  const { previous, item, brackets } = cursor;
  const top = brackets.at(-1);
  if (previous === ".") return members(look, offset);
  if (item?.keyword === "import" && top?.image === "{") return importable(look, cursor);
  if (previous === "of") return visibleOf(look, "Model");
  if (item === undefined || (brackets.length === 0 && cursor.firstOfLine && previous === "}")) return words(["import", "block", "model", "choice", "ablation", "weights", "train"]);
  if (item.keyword === "ablation") return inAblation(look, cursor, top);
  if (item.keyword === "train" && brackets.length === 1 && cursor.firstOfLine) return words(trainStatements);
  if (item.keyword === "train" && previous === "weights") return visibleOf(look, "Weights");
  const inHead = item.keyword === "block" && brackets.length === 1 && top?.callee === item.name && top.image === "(";
  if (inHead && top.key !== undefined && previous === ":") return top.afterSemicolon ? kindItems(look) : types();
  if (top?.image === "{" && configOf(cursor, top) && previous === ":") return kindItems(look);
  if (previous === ":" && top?.image !== "(" && ["let", "input", "output", "param", "state"].includes(statementWord(cursor))) return types();
  if (previous === "->" && brackets.length === 0) return types();
  if (top?.image === "[" && (dtypes as readonly string[]).includes(top.callee)) return axes(look, offset);
  const arms = matchArms(look, cursor, top, offset);
  if (arms) return arms;
  if (top?.image === "(" && top.callee) {
    const inCall = callItems(look, cursor, top, offset);
    if (inCall) return inCall;
  }
  const opening = top?.image === "{" && cursor.firstOfLine ? words(item.keyword === "model" ? memberWords : statements, "0") : [];
  return [...opening, ...expressionItems(look, offset)];
}

/** The keyword that begins the statement: the last one since the bracket around. */
function statementWord({ tokens }: Cursor): string {
  return tokens.findLast(({ tokenType }) => tokenType.name.startsWith("Kw_"))?.image ?? "";
}

const configOf = ({ tokens }: Cursor, top: Bracket): boolean => tokens[top.at - 1]?.image === "config";

// ------------------------------------------------------------------------------------------------------------------- kinds of items

function words(list: readonly string[], order = "2"): readonly Completion[] {
  return list.map((word) => ({ label: word, kind: "keyword", order, about: { keyword: word } }));
}

function types(): readonly Completion[] {
  return dtypes.map((label) => ({ label, kind: "dtype", order: "0", insert: `${label}[` }));
}

function visibleItems(look: Look): readonly NamedItem[] {
  return [...namesIn(look).visible.values()];
}

function visibleOf(look: Look, kind: NamedItem["kind"]): readonly Completion[] {
  return visibleItems(look).filter((item) => item.kind === kind).map((item) => itemCompletion(item, "0"));
}

function itemCompletion(item: NamedItem, order: string, also?: readonly TextEdit[]): Completion {
  const file = item.span.file.name;
  return {
    label: item.name.text, kind: item.kind.toLowerCase() as SymbolKind, order, ...(also ? { also } : {}),
    detail: item.kind === "Block" ? signatureOf(item).slice(`${item.composite ? "composite " : ""}block ${item.name.text}`.length) : undefined,
    about: { file, item: item.name.text },
  };
}

function kindItems(look: Look): readonly Completion[] {
  return [...kinds.map((label): Completion => ({ label, kind: "keyword", order: "0" })), ...visibleOf(look, "Choice")];
}

/** Names of the item around: bindings, options, axes. */
function scopeNames(look: Look, offset: number): ReadonlyMap<string, Completion> {
  const around = look.tree.items.findLast((item) => item.span.start <= offset);
  const found = new Map<string, Completion>();
  if (!around) return found;
  for (const { symbol, span } of occurrencesWithin(namesIn(look), around.span)) {
    if (found.has(symbol.name) || (span.start <= offset && offset <= span.end)) continue;
    if (!["value", "input", "parameter", "state", "variable", "option", "config", "axis"].includes(symbol.kind) || !symbol.item || symbol.item !== around) continue;
    const value = symbol.node && look.compilation.valueOf(symbol.node);
    const detail = value && value.kind !== "unknown" ? typeText(value) : symbol.node && "type" in symbol.node && symbol.node.type ? textOf(symbol.node.type.span) : symbol.optionKind ? textOf(symbol.optionKind.span) : undefined;
    found.set(symbol.name, { label: symbol.name, kind: symbol.kind, order: "0", detail });
  }
  return found;
}

function axes(look: Look, offset: number): readonly Completion[] {
  return [...scopeNames(look, offset).values()].filter(({ kind }) => kind === "axis" || kind === "option" || kind === "config");
}

function expressionItems(look: Look, offset: number): readonly Completion[] {
  const own = scopeNames(look, offset);
  const visible = visibleItems(look).filter((item) => item.kind === "Block" && !own.has(item.name.text));
  return [
    ...own.values(),
    ...visible.map((item) => itemCompletion(item, libraryFile(item.span.file.name) ? "2" : "1")),
    ...builtinDocs.filter(({ name }) => !name.includes(".")).map(({ name, doc }): Completion => ({ label: name, kind: "operator", order: "2", detail: doc, about: { operator: name } })),
    ...["pool", "random"].map((label): Completion => ({ label, kind: "operator", order: "3" })),
    ...[...forms.keys()].map((label): Completion => ({ label, kind: "operator", order: "2", about: { operator: label } })),
    ...words(["if", "match", "training", "true", "false", ...keywords.filter((word) => ["not", "and", "or", "for"].includes(word))], "4"),
    ...notImported(look, new Set([...own.keys(), ...visible.map(({ name }) => name.text)])),
  ];
}

/** Blocks of other files, with the import that they need. */
function notImported(look: Look, taken: ReadonlySet<string>): readonly Completion[] {
  const seen = new Set(taken);
  return look.project.knownNames().flatMap((name) => {
    const file = name === look.name ? undefined : look.project.file(name);
    return (file ? itemsOf(file) : []).flatMap((item) => {
      if (item.kind !== "Block" || seen.has(item.name.text)) return [];
      seen.add(item.name.text);
      return [{ ...itemCompletion(item, "5", [importEdit(look, name, item.name.text)]), detail: `from "${importPath(name, look.name)}"` }];
    });
  });
}

// ------------------------------------------------------------------------------------------------------------------- special places

function members(look: Look, offset: number): readonly Completion[] {
  const member = nodeAtOffset(look.tree, offset).findLast((node) => node.kind === "Member") ?? nodeAtOffset(look.tree, Math.max(0, offset - 1)).findLast((node) => node.kind === "Member");
  if (member?.kind !== "Member") return [];
  const { object } = member;
  if (object.kind === "Name" && ["pool", "random"].includes(object.text)) {
    return builtinDocs.filter(({ name }) => name.startsWith(`${object.text}.`)).map(({ name, doc }) => ({ label: name.slice(object.text.length + 1), kind: "operator", order: "0", detail: doc, about: { operator: name } }));
  }
  const value = look.compilation.valueOf(object);
  if (value?.kind === "tensor") return value.type.axes.flatMap((item) => (item.kind === "axis" && item.label ? [{ label: itemName(item), kind: "axis", order: "0" } as const] : []));
  if (value?.kind === "record") return [...value.fields].map(([label, own]) => ({ label, kind: "field", order: "0", detail: typeText(own) }));
  if (value?.kind === "per_axis") return [...value.values].map(([label, own]) => ({ label, kind: "axis", order: "0", detail: describe(own) }));
  return [];
}

function importable(look: Look, cursor: Cursor): readonly Completion[] {
  const after = /^[^"}]*\}\s*from\s*"([^"\n]*)"/.exec(look.source.text.slice(cursor.word.end));
  const files = after ? [resolved(after[1], look.name)] : [];
  return files.flatMap((name) => look.project.file(name) ?? []).flatMap((file) => itemsOf(file).filter(({ kind }) => kind !== "Ablation").map((item) => itemCompletion(item, "0")));
}

function inAblation(look: Look, { item, tokens, previous }: Cursor, top: Bracket | undefined): readonly Completion[] {
  const model = visibleItems(look).find((own): own is Model => own.kind === "Model" && own.name.text === item?.of);
  if (!model || !top) return [];
  const before = tokens[top.at - 1]?.image;
  const isChange = before === "=" || before === "with";
  if (isChange && top.key !== undefined && previous === ":") {
    const option = model.config.find(({ name }) => name.text === top.key);
    return option ? valuesOf(look, model.span.file.name, option.optionKind) : [];
  }
  if (isChange) return model.config.filter(({ name }) => !top.given.includes(name.text)).map((option) => ({ label: option.name.text, kind: "config", order: "0", insert: `${option.name.text}: `, detail: textOf(option.optionKind.span), about: { file: model.span.file.name, item: model.name.text, option: option.name.text } }));
  const ablation = look.tree.items.find((own) => own.kind === "Ablation" && own.name.text === item?.name);
  if (previous === "=" && ablation?.kind === "Ablation") return ablation.rows.filter(({ name }) => name.text).map(({ name, title }) => ({ label: name.text, kind: "row", order: "0", detail: title.value }));
  return previous !== undefined && /^\w/.test(previous) ? words(["with"]) : [];
}

function matchArms(look: Look, { tokens, previous }: Cursor, top: Bracket | undefined, offset: number): readonly Completion[] | undefined {
  if (top?.image !== "{" || tokens[top.at - 2]?.image !== "match" || previous === "=>") return undefined;
  const subject = tokens[top.at - 1].image;
  const option = namesIn(look).occurrences.find(({ symbol, span }) => symbol.name === subject && symbol.optionKind && span.start <= offset)?.symbol;
  const alternatives = option?.optionKind ? alternativesOf(visibleFrom(look, option.file), option.optionKind) : [];
  const written = new Set(tokens.slice(top.at).filter((_, i, own) => own[i + 1]?.image === "=>").map(({ image }) => image));
  return alternatives.length ? alternatives.filter((name) => !written.has(name)).map((label) => ({ label, kind: "alternative", order: "0", insert: `${label} => ` })) : undefined;
}

function visibleFrom(look: Look, file: string): ReadonlyMap<string, NamedItem> {
  const other = look.project.file(file);
  return file === look.name || !other ? namesIn(look).visible : new Map(itemsOf(other).map((item) => [item.name.text, item]));
}

/** What an option of a kind takes, where that is a closed set. */
function valuesOf(look: Look, file: string, kind: OptionKind): readonly Completion[] {
  if (kind.kind === "BoolKind") return ["true", "false"].map((label) => ({ label, kind: "literal", order: "0" }));
  return alternativesOf(visibleFrom(look, file), kind).map((label) => ({ label, kind: "alternative", order: "0" }));
}

/** Inside the parentheses of a call: options by name, or the values of one. */
function callItems(look: Look, { previous }: Cursor, top: Bracket, offset: number): readonly Completion[] | undefined {
  const { visible, occurrences } = namesIn(look);
  const layer = occurrences.find(({ symbol }) => symbol.kind === "value" && symbol.name === top.callee)?.symbol.node;
  const item = visible.get(layer?.kind === "Let" && layer.value.kind === "Call" && layer.value.callee.kind === "Name" ? layer.value.callee.text : top.callee);
  const block: Block | undefined = item?.kind === "Block" ? item : undefined;
  const operator = builtinDocs.find(({ name }) => name === top.callee);
  if (!block && !operator) return undefined;
  if (top.key !== undefined && previous === ":") {
    const option = block?.options.find(({ name }) => name.text === top.key);
    if (option?.optionKind.kind === "AxisKind" || (operator && ["over", "axis", "after"].includes(top.key))) return axes(look, offset);
    const closed = option ? valuesOf(look, option.span.file.name, option.optionKind) : [];
    return [...closed, ...expressionItems(look, offset)];
  }
  if (previous !== "(" && previous !== ",") return undefined;
  const names = block
    ? block.options.map((option): Completion => ({ label: option.name.text, kind: "option", order: "0", insert: `${option.name.text}: `, detail: optionText(option), about: { file: block.span.file.name, item: block.name.text, option: option.name.text } }))
    : operator!.options.map((name): Completion => ({ label: name, kind: "option", order: "0", insert: `${name}: `, about: { operator: operator!.name } }));
  return [...names.filter(({ label }) => !top.given.includes(label)), ...expressionItems(look, offset)];
}
