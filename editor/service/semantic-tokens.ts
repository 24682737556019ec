/** What each word is, for colours: names by what they mean, keywords by whether they are one where they stand. */
import { lex } from "../../grammar/lex.ts";
import { classifyWords } from "../../grammar/words.ts";
import { libraryFile, type Look } from "./project.ts";
import { namesIn } from "./references.ts";
import type { NameSymbol } from "./symbols.ts";
import type { Range } from "./text.ts";

export const tokenTypes = ["keyword", "class", "function", "enum", "enumMember", "parameter", "variable", "property", "typeParameter", "type"] as const;
export const tokenModifiers = ["declaration", "defaultLibrary", "readonly"] as const;

export interface SemanticToken extends Range {
  readonly type: (typeof tokenTypes)[number];
  readonly modifiers: readonly (typeof tokenModifiers)[number][];
}

export function semanticTokens(look: Look): readonly SemanticToken[] {
  const tokens = new Map<number, SemanticToken>();
  const words = lex(look.source).tokens;
  classifyWords(words);
  for (const { image, startOffset: start, tokenType } of words) {
    const end = start + image.length;
    if (tokenType.name === "Kw_rearrange" || tokenType.name === "ContractionWord") tokens.set(start, { start, end, type: "function", modifiers: ["defaultLibrary"] });
    else if (/^[a-z]/.test(image) && tokenType.name !== "Name") tokens.set(start, { start, end, type: "keyword", modifiers: [] });
  }
  for (const { symbol, span, declares } of namesIn(look).occurrences) {
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
