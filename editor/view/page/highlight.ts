/** Colours of a line of `.net` text: by words and marks alone, which is enough to read by. */

export type TokenKind = "comment" | "string" | "number" | "keyword" | "block" | "type" | "plain";

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** From the line's beginning. */
  readonly at: number;
}

const keywords = new Set("block composite model choice config input output let param state update return for in if then else match where and or not import from weights of ablation train with assume assert fresh ignore freeze data loss optimizer schedule epochs batch metrics true false".split(" "));
const types = new Set("f32 f64 f16 bf16 i32 bool int float axis init".split(" "));
const pattern = /(\/\/.*)|("(?:[^"\\]|\\.)*"?)|(\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?)|([A-Za-z_]\w*)|\s+|./gy;

export function tokensOf(line: string): readonly Token[] {
  const found: Token[] = [];
  pattern.lastIndex = 0;
  for (let match = pattern.exec(line); match !== null; match = pattern.exec(line)) {
    const [text, comment, string, number, word] = match;
    const kind: TokenKind = comment ? "comment" : string ? "string" : number ? "number" : word ? kindOfWord(word) : "plain";
    const last = found[found.length - 1];
    if (kind === "plain" && last?.kind === "plain") found[found.length - 1] = { ...last, text: last.text + text };
    else found.push({ kind, text, at: match.index });
  }
  return found;
}

function kindOfWord(word: string): TokenKind {
  return keywords.has(word) ? "keyword" : types.has(word) ? "type" : /^[A-Z]\w*[a-z]/.test(word) ? "block" : "plain";
}
