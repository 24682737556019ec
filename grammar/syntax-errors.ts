/**
 * The parser's exceptions in words: one problem for each cause, said where the hand should go.
 *
 * A closing bracket or a missing mark is missing behind the last token that was understood; anything else is wrong where it stands. An error at
 * or right behind the place where the parser took up again is a consequence of the one before and is left out.
 */
import type { IRecognitionException, IToken, TokenType } from "chevrotain";
import { alternatives, describeToken, spanOfToken, type SyntaxProblem } from "./problems.ts";
import { spanIn, type SourceFile, type Span } from "./source.ts";
import { maximumErrors, type Note } from "./parser-core.ts";
import { hintFor } from "./syntax-hints.ts";
import * as T from "./tokens.ts";
import { trainWords } from "./words.ts";

/** What a production awaits when none of its alternatives fits. */
const awaited: Readonly<Record<string, readonly string[]>> = {
  expression: ["an expression"], operand: ["an expression"], paren: ["an expression"], element: ["an expression"], type: ["a type"],
  result: ["a type"], kind: ["the kind of an option"], axis: ["an axis"], part: ["an axis"], target: ["a name"], statement: ["a statement"],
  arm: ["a name"], item: ["an item"], goal: ["a parameter's path"], piece: ["a parameter's path"], segment: ["a parameter's path"],
  weightsRule: ["a rule"], ruleDomain: ["a loop variable"], trainItem: ["an item of the training"], member: ["a statement"], group: ["a name"],
  callArgument: ["an argument"], suffix: ["a name"], block: ["`=`", "`{`"],
};

/** What could also stand where a list's or a body's end is awaited. */
const beforeEnd: Readonly<Record<string, readonly string[]>> = {
  callArguments: ["`,`"], indexes: ["`,`"], list: ["`,`"], pattern: ["`,`"], shape: ["`,`"], axes: ["`,`"], resultFields: ["`,`"],
  signature: ["`,`"], call: ["`,`"], pairs: ["`,`"], rearrange: ["`,`"], contraction: ["`,`"],
  body: ["a statement"], model: ["a statement"], config: ["an option"], rules: ["a rule"], ablation: ["a row"], train: ["an item of the training"],
  matchExpression: ["an arm `name => value`"], dataFields: ["a field"], optimizer: ["a group of parameters"], file: ["an item"],
};

const itemsOfTraining: readonly string[] = [...trainWords.keys(), "weights"];

/** The words with which what a production awaits begins, where no name may stand. */
const beginnings: Readonly<Record<string, readonly string[]>> = { train: itemsOfTraining, trainItem: itemsOfTraining };

/** Particular names for particular names. */
const nameOf: Readonly<Record<string, string>> = {
  block: "the block's name", model: "the model's name", choice: "the choice's name",
  blockInput: "an input's name", declaredOption: "an option's name",
  held: "a name", group: "a name", suffix: "a member's name", modelInput: "the input's name", modelOutput: "the output's name",
};

const labels: ReadonlyMap<string, string> = new Map(T.tokenTypes.map((type) => [type.name, type.LABEL ?? type.name]));

/** Missing marks stand behind what precedes them. */
const marks: ReadonlySet<string> = new Set(
  [
    T.RightParen, T.RightBracket, T.RightBrace, T.Comma, T.Equals, T.Colon, T.Semicolon, T.Arrow, T.FatArrow, T.LeftBrace, T.LeftParen,
  ].map((type) => type.name),
);

const openerOf: ReadonlyMap<string, TokenType> = new Map([
  [T.RightParen.name, T.LeftParen], [T.RightBracket.name, T.LeftBracket], [T.RightBrace.name, T.LeftBrace],
]);

/** The problems that the parser's exceptions and notes amount to, in the order of the text. */
export function wordErrors(
  file: SourceFile, tokens: readonly IToken[], errors: readonly IRecognitionException[], notes: readonly Note[],
): readonly SyntaxProblem[] {
  const place = (token: IToken): number => (typeof token.payload === "number" ? token.payload : tokens.length);
  const causes = [
    ...errors.map((error) => {
      const last = error.resyncedTokens[error.resyncedTokens.length - 1] as IToken | undefined;
      const from = place(error.token);
      const [rule = "", expected = ""] = error.message.split("|");
      return { from, to: last === undefined ? from : place(last) + 1, rule, expected };
    }),
    ...notes.map(({ token, rule, missing }) => ({ from: place(token), to: place(token) - 1, rule, expected: missing.name })),
  ].sort((a, b) => a.from - b.from);
  const problems: SyntaxProblem[] = [];
  let understoodFrom = -1;
  for (const { from, to, rule, expected } of causes) {
    if (problems.length === maximumErrors) break;
    if (from > understoodFrom) problems.push(wordError(file, tokens, from, rule, expected));
    understoodFrom = Math.max(understoodFrom, to);
  }
  return problems;
}

function wordError(file: SourceFile, tokens: readonly IToken[], index: number, rule: string, missing: string): SyntaxProblem {
  const token = tokens[index] as IToken | undefined;
  const previous = tokens[index - 1] as IToken | undefined;
  const expected = expectedWords(rule, missing);
  const found = describeToken(token);
  const span = spanOf(file, token, previous, missing);
  const opened = openerOf.get(missing);
  const stray = missing === T.RightBrace.name && token !== undefined && !beginners.has(token.tokenType);
  const related = opened && !stray ? openBefore(file, tokens, index, opened) : undefined;
  const hint = hintFor({ rule, missing, token, previous, beforePrevious: tokens[index - 2], next: tokens[index + 1] });
  const kind = missing === "EOF" || (rule === "item" && missing === "") ? "unexpected" : "expected";
  const message = `expected ${alternatives(expected)}, found ${found}${hint === undefined ? "" : `: ${hint}`}`;
  const words = beginnings[rule];
  return { span, kind, expected, found, message, ...(words && token?.tokenType === T.Name && { words }), ...(related && { related }) };
}

function expectedWords(rule: string, missing: string): readonly string[] {
  if (missing === "") return awaited[rule] ?? ["something else"];
  if (missing === "EOF") return ["an item"];
  if (rule === "contracted") return ["the operand's axes, as in `x[B, C]`"];
  if (missing === T.Name.name) return [nameOf[rule] ?? "a name"];
  const label = labels.get(missing) ?? missing;
  const ends = openerOf.has(missing) ? beforeEnd[rule] ?? [] : [];
  return [...ends, label];
}

function spanOf(file: SourceFile, token: IToken | undefined, previous: IToken | undefined, missing: string): Span {
  const gap = previous === undefined ? 0 : previous.startOffset + previous.image.length;
  if (token === undefined) return spanIn(file, gap, gap);
  if (missing === "EOF" || (missing === T.RightBrace.name && !beginners.has(token.tokenType))) return spanOfToken(file, token);
  const lineBreak = file.text.slice(gap, token.startOffset).includes("\n");
  return previous !== undefined && (lineBreak || marks.has(missing)) ? spanIn(file, gap, gap) : spanOfToken(file, token);
}

/** Where one of these stands, what precedes it is over: the `}` before it is missing. Anything else before a `}` is itself the mistake. */
const beginners: ReadonlySet<TokenType> = new Set([
  T.Import, T.Composite, T.Block, T.Model, T.Choice, T.Weights, T.Ablation, T.Train, T.Config, T.Input, T.Output, T.Let, T.Param, T.State, T.Update,
  T.Assume, T.Assert, T.Return,
]);

const openers: ReadonlySet<TokenType> = new Set(openerOf.values());
const closers: ReadonlySet<TokenType> = new Set([T.RightParen, T.RightBracket, T.RightBrace]);

/** The bracket of this type that is open before a token, passing over closed pairs. */
function openBefore(file: SourceFile, tokens: readonly IToken[], index: number, type: TokenType): Span | undefined {
  let closed = 0;
  for (let at = index - 1; at >= 0; at--) {
    const token = tokens[at];
    if (closers.has(token.tokenType)) closed++;
    else if (openers.has(token.tokenType)) {
      if (closed > 0) closed--;
      else if (token.tokenType === type) return spanOfToken(file, token);
    }
  }
  return undefined;
}
