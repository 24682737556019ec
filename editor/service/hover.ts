/** What stands under the cursor: the type of an expression with its sizes and where they come from, or what a name declares. */
import type { Block, Model } from "../../grammar/ast.ts";
import { positionAt, textOf } from "../../grammar/source.ts";
import { nodeAtOffset } from "../../grammar/visit.ts";
import { describe as describeValue } from "../../compiler/check/values.ts";
import { placeAt, sizesOf, type Place, type Step } from "../../compiler/why.ts";
import { builtinNames } from "../../compiler/check/builtins.ts";
import { costsOf, figuresText } from "./costs.ts";
import { docOf, fenced, forms, headOf, itemMarkdown, operatorMarkdown, optionText, roleOf, typeText } from "./describe.ts";
import { isSound } from "./diagnostics.ts";
import { keywordDocs } from "./keywords.ts";
import { occurrenceAt } from "./names.ts";
import type { Look } from "./project.ts";
import { namesIn } from "./references.ts";
import type { NameSymbol, SymbolKind } from "./symbols.ts";
import { rangeOf, type Range } from "./text.ts";

export interface Hover extends Range {
  readonly markdown: string;
}

/** Steps that are told for one size. */
const mostSteps = 4;

/** Kinds of symbols that have a value, and so a type with sizes. */
const valued: ReadonlySet<SymbolKind> = new Set<SymbolKind>(["value", "input", "output", "parameter", "state", "variable", "axis", "axes", "field", "option", "config"]);

/** Whether the answer at an offset rests on the graph of a variant. */
export function restsOnGraph(look: Look, offset: number): boolean {
  if (look.library || look.compilation.models.length === 0 || !isSound(look) || nodeAtOffset(look.tree, offset).at(-1)?.kind === "Comment") return false;
  const named = occurrenceAt(namesIn(look), offset);
  return named ? valued.has(named.symbol.kind) || named.symbol.kind === "block" || named.symbol.kind === "model" : wordHover(look, offset) === undefined;
}

/** With the numbers of the chosen variant, the first answer about a sound program builds it; who has time before builds it ahead. */
export function hover(look: Look, offset: number, withNumbers = true): Hover | undefined {
  const named = occurrenceAt(namesIn(look), offset);
  const path = nodeAtOffset(look.tree, offset);
  if (path.at(-1)?.kind === "Comment") return undefined;
  const word = named ? undefined : wordHover(look, offset);
  if (word) return word;
  const parts = named ? symbolParts(look, named.symbol, withNumbers) : [];
  if (!named || valued.has(named.symbol.kind)) {
    const value = look.library ? undefined : valueParts(look, offset, named?.symbol, withNumbers);
    if (value) return { ...(named ? rangeOf(named.span) : value.range), markdown: [...value.parts, ...parts].join("\n\n") };
  }
  return named && parts.length ? { ...rangeOf(named.span), markdown: parts.join("\n\n") } : undefined;
}

function wordHover(look: Look, offset: number): Hover | undefined {
  const { text } = look.source;
  let [start, end] = [offset, offset]; // names of the language that are no symbols: keywords and forms
  while (start > 0 && /\w/.test(text[start - 1])) start--;
  while (end < text.length && /\w/.test(text[end])) end++;
  const word = text.slice(start, end);
  const form = forms.get(word);
  if (form) return { start, end, markdown: `${fenced(form.slice(0, form.indexOf("): ") + 1))}\n\n${form.slice(form.indexOf("): ") + 3)}` };
  if (builtinNames.has(word)) return { start, end, markdown: operatorMarkdown(word) };
  const doc = keywordDocs.get(word);
  return doc ? { start, end, markdown: doc } : undefined;
}

// ------------------------------------------------------------------------------------------------------------------- declarations

function symbolParts(look: Look, symbol: NameSymbol, withNumbers: boolean): readonly string[] {
  const { node, item } = symbol;
  switch (symbol.kind) {
    case "operator":
      return [operatorMarkdown(symbol.name)];
    case "block":
    case "model":
      return item ? [itemMarkdown(item), ...(withNumbers ? costParts(look, item as Block | Model) : [])] : [];
    case "choice":
    case "weights":
    case "ablation":
      return item ? [itemMarkdown(item)] : [];
    case "alternative":
      return item ? [`\`${symbol.name}\`, an alternative of`, fenced(headOf(item)), docOf(item)].filter(Boolean) : [];
    case "row":
      return node?.kind === "AblationRow" ? [fenced(textOf(node.span)), roleOf(symbol)] : [];
    case "option":
    case "config":
      return node?.kind === "Option" ? [fenced(optionText(node)), [roleOf(symbol), node.doc.trim()].filter(Boolean).join(". ")] : [];
    default: {
      const doc = node && "doc" in node && typeof node.doc === "string" ? node.doc.trim() : "";
      return [roleOf(symbol), doc].filter(Boolean);
    }
  }
}

/** What a block or model costs in the variants that were chosen, where that can be said. */
function costParts(look: Look, item: Block | Model): readonly string[] {
  if (look.library || !isSound(look)) return [];
  const { compilation, project } = look;
  return compilation.models.flatMap((model) => {
    if (item.kind === "Model" && model !== item) return [];
    const variant = project.chosenVariant(compilation, model);
    const costs = costsOf(compilation, model, variant);
    const uses = item.kind === "Model" ? costs && [costs.total] : costs?.blocks.get(item.name.text);
    if (!uses?.length) return [];
    return [`In \`${model.name.text}\` (${variant.name}): ${figuresText(uses)}${item.kind === "Block" && uses.length > 1 ? `, in ${uses.length} uses` : ""}`];
  });
}

// ------------------------------------------------------------------------------------------------------------------- values

/** The model whose chosen variant gives numbers: the one around the place, else the first of the program. */
export function builtAround(look: Look, offset: number): { readonly model: Model; readonly variant: ReturnType<Look["project"]["chosenVariant"]> } | undefined {
  const { compilation, project } = look;
  const around = nodeAtOffset(look.tree, offset).find((node) => node.kind === "Model");
  const model = compilation.models.find((own) => own === around) ?? compilation.rootModels[0] ?? compilation.models[0];
  return model && { model, variant: project.chosenVariant(compilation, model) };
}

function valueParts(look: Look, offset: number, symbol: NameSymbol | undefined, withNumbers: boolean): { readonly range: Range; readonly parts: readonly string[] } | undefined {
  const { compilation, source, tree } = look;
  const built = withNumbers && isSound(look) ? builtAround(look, offset) : undefined;
  const place = placeOrUndefined(() => placeAt(compilation, source, tree, offset, built));
  if (place && "sizes" in place) {
    const isName = symbol === undefined || ["Name", "Let", "Parameter", "State", "ModelInput", "ModelOutput", "Member"].includes(place.tree.kind);
    if (isName) return { range: rangeOf(place.tree.span), parts: placeParts(look, place, built?.variant.name, symbol) };
  }
  const plain = nodeAtOffset(tree, offset).toReversed().find((node) => compilation.valueOf(node));
  const value = plain && compilation.valueOf(plain);
  if (!plain || !value || value.kind === "unknown" || !["Name", "Let", "Member", "FloatLiteral", "BooleanLiteral"].includes(plain.kind)) return undefined;
  return { range: rangeOf(plain.span), parts: [fenced(`${symbol ? `${symbol.name}: ` : ""}${describeValue(value)}`)] };
}

/** Numbers may refuse a variant that the check did not build. */
function placeOrUndefined(make: () => ReturnType<typeof placeAt>): ReturnType<typeof placeAt> | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

function placeParts(look: Look, place: Place, variant: string | undefined, symbol: NameSymbol | undefined): readonly string[] {
  const head = symbol && symbol.kind !== "axis" && symbol.kind !== "axes" ? `${symbol.name}: ` : "";
  const parts: string[] = [];
  if (place.general) parts.push(fenced(`${head}${typeText(place.general)}`));
  const concrete = [...new Set(place.concrete.map(typeText))].filter((text) => !place.general || text !== typeText(place.general));
  if (concrete.length) parts.push([parts.length ? `in ${variant}:` : "", fenced(`${parts.length ? "" : head}${concrete.slice(0, 4).join("\n")}${concrete.length > 4 ? `\n// and ${concrete.length - 4} more` : ""}`)].filter(Boolean).join("\n"));
  const shown = place.general ? sizesOf(place.general) : place.sizes;
  const steps = shown.map((size) => stepLines(look, place.stepsOf(size))).filter((lines) => lines.length > 0);
  if (steps.length) parts.push(steps.map((lines) => lines.join("\n")).join("\n"));
  return parts;
}

/** One size: each step on a line, nearest first. */
function stepLines(look: Look, step: Step): readonly string[] {
  const lines: string[] = [];
  const walk = (current: Step, depth: number): void => {
    if (lines.length >= mostSteps) return;
    const { line } = positionAt(current.span.file, current.span.start);
    const where = current.span.file.name === look.name ? `line ${line}` : `${current.span.file.name.split("/").at(-1)}:${line}`;
    lines.push(`${"  ".repeat(depth)}- \`${current.size}\`: ${current.rule} (${where})`);
    for (const from of current.from) walk(from, depth + 1);
  };
  walk(step, 0);
  return lines;
}
