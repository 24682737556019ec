/** Colours of `.net` text by words and marks alone, which is enough to read by. The patterns are generated from the table of words. */
import { bodyBeginnings, linePatterns } from "./line-patterns.ts";

export type TokenKind = "comment" | "string" | "number" | "keyword" | "block" | "type" | "plain";

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** From the line's beginning. */
  readonly at: number;
}

type Body = keyof typeof linePatterns;

const patterns = Object.fromEntries(Object.entries(linePatterns).map(([body, pattern]) => [body, new RegExp(pattern, "gu")])) as Readonly<Record<Body, RegExp>>;
const beginnings = Object.entries(bodyBeginnings).map(([body, pattern]) => [body as Body, new RegExp(pattern, "u")] as const);

/** The tokens of each line of a text. */
export function tokensOf(lines: readonly string[]): readonly (readonly Token[])[] {
  let body: Body = "anywhere";
  return lines.map((line) => {
    body = beginnings.find(([, pattern]) => pattern.test(line))?.[0] ?? body;
    const tokens = tokensOfLine(line, patterns[body]);
    if (line.startsWith("}")) body = "anywhere";
    return tokens;
  });
}

function tokensOfLine(line: string, pattern: RegExp): readonly Token[] {
  const found: Token[] = [];
  for (const { 0: text, index, groups } of line.matchAll(pattern)) {
    const kind = (Object.entries(groups ?? {}).find(([, own]) => own !== undefined)?.[0] ?? "plain") as TokenKind;
    const last = found[found.length - 1];
    if (kind === "plain" && last?.kind === "plain") found[found.length - 1] = { ...last, text: last.text + text };
    else found.push({ kind, text, at: index });
  }
  return found;
}
