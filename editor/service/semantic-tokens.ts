/** What each word is, for colours: names by what they mean, keywords by whether they are one where they stand. */
import { lex } from "../../grammar/lex.ts";
import { createSourceFile } from "../../grammar/source.ts";
import { classifyWords } from "../../grammar/words.ts";
import { stretch, type LongWork } from "../../compiler/long-work.ts";
import { occurrencesWithin } from "./names.ts";
import { libraryFile, type Look } from "./project.ts";
import { namesIn, namesInSteps } from "./references.ts";
import type { NameSymbol } from "./symbols.ts";
import type { Range } from "./text.ts";

export const tokenTypes = ["keyword", "class", "function", "enum", "enumMember", "parameter", "variable", "property", "typeParameter", "type"] as const;
export const tokenModifiers = ["declaration", "defaultLibrary", "readonly"] as const;

export interface SemanticToken extends Range {
  readonly type: (typeof tokenTypes)[number];
  readonly modifiers: readonly (typeof tokenModifiers)[number][];
}

/** The words of a text, or those that begin in a range, in their order: a stretch with an item after the other. */
export function* semanticTokens(look: Look, range?: Range): LongWork<readonly SemanticToken[]> {
  const found: SemanticToken[] = [];
  yield* stretch(namesInSteps(look), 0, 0.5);
  const stretches = stretchesOf(look).filter(({ start, end }) => !range || (start < range.end && range.start < end));
  for (const [i, { start, end }] of stretches.entries()) {
    yield { part: 0.5 + i / stretches.length / 2, what: "" };
    found.push(...tokensIn(look, start, end).filter((token) => !range || (range.start <= token.start && token.start < range.end)));
  }
  return found;
}

/** The text, cut where items begin. */
function stretchesOf({ source, tree }: Look): readonly Range[] {
  const starts = [0, ...tree.items.map(({ span }) => span.start).filter((start) => start > 0)].sort((a, b) => a - b);
  return starts.map((start, i) => ({ start, end: starts[i + 1] ?? source.text.length }));
}

function tokensIn(look: Look, from: number, to: number): readonly SemanticToken[] {
  const tokens = new Map<number, SemanticToken>();
  const words = lex(createSourceFile("", look.source.text.slice(from, to))).tokens;
  classifyWords(words);
  for (const { image, startOffset, tokenType } of words) {
    const [start, end] = [from + startOffset, from + startOffset + image.length];
    if (tokenType.name === "Kw_rearrange" || tokenType.name === "ContractionWord") tokens.set(start, { start, end, type: "function", modifiers: ["defaultLibrary"] });
    else if (/^[a-z]/.test(image) && tokenType.name !== "Name") tokens.set(start, { start, end, type: "keyword", modifiers: [] });
  }
  for (const { symbol, span, declares } of occurrencesWithin(namesIn(look), { start: from, end: to - 1 })) {
    const modifiers = [...(declares ? (["declaration"] as const) : []), ...(symbol.file === "" || libraryFile(symbol.file) ? (["defaultLibrary"] as const) : []), ...(symbol.kind === "config" ? (["readonly"] as const) : [])];
    tokens.set(span.start, { start: span.start, end: span.end, type: typeOf(symbol), modifiers });
  }
  return [...tokens.values()].sort((a, b) => a.start - b.start);
}

function typeOf({ kind, name }: NameSymbol): SemanticToken["type"] {
  switch (kind) {
    case "block":
      return /^[A-Z]/.test(name) ? "class" : "function";
    case "operator":
      return "function";
    case "model":
    case "weights":
    case "ablation":
      return "type";
    case "choice":
      return "enum";
    case "alternative":
    case "row":
      return "enumMember";
    case "input":
      return "parameter";
    case "option":
    case "config":
    case "field":
      return "property";
    case "axis":
    case "axes":
      return "typeParameter";
    default:
      return "variable";
  }
}
