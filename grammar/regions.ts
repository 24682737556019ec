/**
 * A text cut where something begins: each item's head and each statement is a region. One syntax problem of a region makes the rest of it doubtful, so it
 * is the only one that is said there.
 */
import type { IToken, TokenType } from "chevrotain";
import type { SyntaxProblem } from "./problems.ts";
import { spanIn, type SourceFile, type Span } from "./source.ts";
import * as T from "./tokens.ts";

/** The words that begin a region. */
const beginners: ReadonlySet<TokenType> = new Set([
  T.Import, T.Composite, T.Block, T.Model, T.Choice, T.Weights, T.Ablation, T.Train, T.Config, T.Input, T.Output, T.Let, T.Param, T.State, T.Update,
  T.Assume, T.Assert, T.Return, T.Data, T.Loss, T.Optimizer, T.Schedule, T.Quantity, T.Metrics, T.Ignore, T.Fresh, T.Freeze,
]);

function startsOf(tokens: readonly IToken[]): readonly number[] {
  return [0, ...tokens.filter((token, i) => beginners.has(token.tokenType) && tokens[i - 1]?.tokenType !== T.Composite).map((token) => token.startOffset)];
}

/** The first problem of each region (of a lexical one and its consequence the lexical one), and the regions that have one. */
export function oneProblemEach(source: SourceFile, tokens: readonly IToken[], problems: readonly SyntaxProblem[]): { readonly problems: readonly SyntaxProblem[]; readonly regions: readonly Span[] } {
  if (problems.length === 0) return { problems, regions: [] };
  const starts = startsOf(tokens);
  const kept: SyntaxProblem[] = [];
  const regions: Span[] = [];
  let last = -1;
  for (const problem of [...problems].sort((a, b) => a.span.start - b.span.start)) {
    const at = starts.findLastIndex((start) => start <= problem.span.start);
    if (at === last && problem.kind !== "lexical" && !problem.expected.includes("an item")) continue;
    kept.push(problem);
    if (at === last) continue;
    last = at;
    regions.push(spanIn(source, starts[at], starts[at + 1] ?? source.text.length));
  }
  return { problems: kept, regions };
}
