/**
 * How deep a text may nest, checked before it is parsed: the parser recurses, and so does everybody who reads the tree.
 *
 * Depth is what the text makes recursion out of: brackets, `if` inside `if`, runs of prefix operators, and `^`, which leans to the right.
 * Chains that lean to the left (`a + b + …`) are no depth here; who walks them walks in a loop.
 */
import type { IToken } from "chevrotain";
import { plainProblem, type SyntaxProblem } from "./problems.ts";
import { spanIn, type SourceFile } from "./source.ts";
import * as T from "./tokens.ts";

export const maximumDepth = 200;

/** In UTF-16 code units: a hundred times the largest program known, and still parsed in about a second. */
export const maximumLength = 2_000_000;

function tooDeep(file: SourceFile, start: number, end: number): SyntaxProblem {
  return plainProblem(spanIn(file, start, end), "nesting", `nested more than ${maximumDepth} deep: give inner parts names with \`let\``);
}

/** Brackets and size, off the bare text, so that a hopeless file is not even cut into tokens. */
export function checkText(file: SourceFile): SyntaxProblem | undefined {
  const { text } = file;
  let depth = 0;
  for (let offset = 0; offset < text.length; offset++) {
    const character = text.charCodeAt(offset);
    if (character === 0x28 || character === 0x5b || character === 0x7b) {
      if (++depth > maximumDepth) return tooDeep(file, offset, offset + 1);
    } else if (character === 0x29 || character === 0x5d || character === 0x7d) depth = Math.max(0, depth - 1);
    else if (character === 0x22) offset = endOfString(text, offset);
    else if (character === 0x2f && text.charCodeAt(offset + 1) === 0x2f) offset = endOfLine(text, offset);
  }
  if (text.length <= maximumLength) return undefined;
  const message = `the file has ${text.length} characters; netc reads at most ${maximumLength}: split it into files`;
  return plainProblem(spanIn(file, 0, 0), "nesting", message);
}

function endOfLine(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end < 0 ? text.length : end;
}

function endOfString(text: string, offset: number): number {
  for (let at = offset + 1; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === 0x22 || character === 0x0a) return at;
    if (character === 0x5c) at++;
  }
  return text.length;
}

/** Depth that only tokens show, in addition to the brackets round it. */
export function checkDepth(file: SourceFile, tokens: readonly IToken[]): SyntaxProblem | undefined {
  const outer: { ifs: number; powers: number }[] = [];
  let level = { ifs: 0, powers: 0 };
  let total = 0;
  let prefixes = 0;
  let afterOperand = false;
  for (const token of tokens) {
    const type = token.tokenType;
    prefixes = type === T.Minus || type === T.Not ? prefixes + 1 : 0;
    if (type === T.LeftParen || type === T.LeftBracket || type === T.LeftBrace) {
      outer.push(level);
      total += 1 + level.ifs + level.powers;
      level = { ifs: 0, powers: 0 };
    } else if (type === T.RightParen || type === T.RightBracket || type === T.RightBrace) {
      level = outer.pop() ?? { ifs: 0, powers: 0 };
      total = outer.length === 0 ? 0 : Math.max(0, total - 1 - level.ifs - level.powers);
    } else if (type === T.If) level.ifs++;
    else if (token.image === "^") level.powers++;
    else if (endsNesting.has(type)) level = { ifs: 0, powers: 0 };
    else if (type === T.Operator || type === T.Star || (type === T.Minus && afterOperand)) level.powers = 0;
    afterOperand = endsOperand.has(type);
    if (total + level.ifs + level.powers + prefixes > maximumDepth) return tooDeep(file, token.startOffset, token.startOffset + token.image.length);
  }
  return undefined;
}

const endsOperand: ReadonlySet<unknown> = new Set([T.Name, T.Integer, T.Float, T.True, T.False, T.RightParen, T.RightBracket]);

const endsNesting: ReadonlySet<unknown> = new Set([
  T.Comma, T.Semicolon, T.Let, T.Param, T.State, T.Update, T.Assume, T.Assert, T.Return, T.Input, T.Output, T.Block, T.Model, T.Choice, T.Weights, T.Ablation, T.Train,
  T.Loss, T.Data, T.Optimizer, T.FatArrow,
]);

