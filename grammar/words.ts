/**
 * Which words are keywords, decided by their neighbours before the parser runs.
 *
 * So `padding.from`, `split: train` and `[to = new, from = old]` need nothing of the grammar, and words that mean something only in `weights`
 * and `train` are ordinary names everywhere else. When in doubt a word that begins a statement stays a keyword: recovery rests on it.
 */
import type { IToken, TokenType } from "chevrotain";
import * as T from "./tokens.ts";

/** Special forms, whose brackets name axes; keywords before `(` alone. */
export const contractions: ReadonlySet<string> = new Set(["einsum", "conv", "conv_transpose"]);

/** What is done to a tensor of a checkpoint; keywords of a weights plan, between `->` and `(`. */
export const goalWords: ReadonlyMap<string, TokenType> = new Map([
  ["split", T.GoalWord], ["transpose", T.GoalWord], ["cast", T.GoalWord], ["resize", T.Resize], ["slice", T.Slice],
]);

/** What begins a line of a training section. */
export const trainWords: ReadonlyMap<string, TokenType> = new Map([
  ["data", T.Data], ["loss", T.Loss], ["optimizer", T.Optimizer], ["schedule", T.Schedule], ["epochs", T.Quantity], ["steps", T.Quantity],
  ["batch", T.Quantity], ["accumulate", T.Quantity], ["ema", T.Quantity], ["patience", T.Quantity], ["metrics", T.Metrics],
]);

/** What begins a line of a weights plan. */
export const planWords: readonly string[] = ["ignore", "fresh", "freeze"];

/** Words of a training section that are keywords in pairs. */
export const trainPhrases: readonly (readonly [string, string])[] = [["at", "original"], ["normalised", "by"]];

const items: ReadonlySet<TokenType> = new Set([T.Block, T.Model, T.Choice, T.Ablation, T.Train]);

/** After these an operand or a name is awaited, so what follows is hardly a keyword that begins something. */
const awaiting: ReadonlySet<TokenType> = new Set([
  T.Operator, T.Minus, T.Star, T.Equals, T.LeftParen, T.LeftBracket, T.Comma, T.Colon, T.Arrow, T.FatArrow, T.RangeDots, T.Ellipsis, T.Dot, T.At,
  T.Bar, T.Semicolon, T.Let, T.Param, T.State, T.Update, T.Assume, T.Assert, T.Return, T.If, T.Then, T.Else, T.In, T.For, T.Not, T.Where, T.Match, T.Input, T.Output,
  T.Block, T.Model, T.Choice, T.Ablation, T.Train, T.Weights, T.Of, T.Metrics,
]);

/** No keyword is followed by one of these. */
const afterNames: ReadonlySet<TokenType> = new Set([
  T.Equals, T.FatArrow, T.Dot, T.Comma, T.RightParen, T.RightBracket, T.Bar, T.Semicolon, T.Operator, T.Star, T.Minus, T.RangeDots,
]);

/** What follows these words when they are the keyword; the rest is followed by a name. */
const continuation: ReadonlyMap<TokenType, TokenType> = new Map([
  [T.Config, T.LeftBrace], [T.Import, T.LeftBrace], [T.With, T.LeftBrace], [T.From, T.Text],
]);

/** Gives every word of the list its type, in place. */
export function classifyWords(tokens: readonly IToken[]): void {
  let region: "weights" | "train" | "other" = "other";
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index];
    const previous = tokens[index - 1] as IToken | undefined;
    if (token.tokenType === T.Integer && previous?.tokenType === T.Dot && touches(previous, token)) become(token, T.Name);
    if (token.tokenType !== T.Name || (previous?.tokenType === T.Dot && touches(previous, token))) continue;
    const next = tokens[index + 1] as IToken | undefined;
    const word = token.image;
    const type: TokenType =
      T.hardKeywords.has(word) ? hardType(word, previous, next)
      : T.softKeywords.has(word) ? softType(word, previous, next)
      : next?.tokenType === T.LeftParen && previous?.tokenType !== T.Block && (word === "rearrange" || contractions.has(word))
        ? word === "rearrange" ? T.Rearrange : T.ContractionWord
      : region === "weights" ? weightsType(word, previous, next)
      : region === "train" ? trainType(word, previous, next)
      : T.Name;
    become(token, type);
    if (items.has(type)) region = type === T.Train ? "train" : "other";
    else if (type === T.Weights && (tokens[index + 2] as IToken | undefined)?.image === "of") region = "weights";
  }
}

function become(token: IToken, type: TokenType): void {
  token.tokenType = type;
  token.tokenTypeIdx = type.tokenTypeIdx ?? 0;
}

/** Whether nothing stands between two tokens. */
export function touches(first: IToken, second: IToken): boolean {
  return first.startOffset + first.image.length === second.startOffset;
}

function awaits(previous: IToken | undefined): boolean {
  return previous !== undefined && awaiting.has(previous.tokenType);
}

function hardType(word: string, previous: IToken | undefined, next: IToken | undefined): TokenType {
  const inList = previous !== undefined && [T.LeftParen, T.Comma, T.Semicolon].includes(previous.tokenType);
  return inList && next?.tokenType === T.Colon ? T.Name : T.hardKeywords.get(word) ?? T.Name;
}

function softType(word: string, previous: IToken | undefined, next: IToken | undefined): TokenType {
  const type = T.softKeywords.get(word) ?? T.Name;
  if (next?.tokenType === T.Colon || next?.tokenType === T.FatArrow) return T.Name;
  if (awaits(previous)) return next?.tokenType === (continuation.get(type) ?? T.Name) && !isWord(next) ? type : T.Name;
  if (previous?.tokenType === T.LeftBrace && next?.tokenType === T.Comma) return T.Name;
  if (type === T.Of) return type;
  if (next !== undefined && afterNames.has(next.tokenType) && next.tokenType !== T.Equals && next.tokenType !== T.Comma) return T.Name;
  return type;
}

/** Whether the next word begins something itself, as in `= state ⏎ let`: then this one is a value's name. */
function isWord(next: IToken | undefined): boolean {
  return next !== undefined && (T.hardKeywords.has(next.image) || T.softKeywords.has(next.image));
}

function weightsType(word: string, previous: IToken | undefined, next: IToken | undefined): TokenType {
  if (previous?.tokenType === T.Arrow && next?.tokenType === T.LeftParen) return goalWords.get(word) ?? T.Name;
  if (word === "ignore" && next?.tokenType === T.Text) return T.Ignore;
  if ((word === "fresh" || word === "freeze") && !awaits(previous) && next !== undefined && [T.Name, T.LeftBrace, T.Star].includes(next.tokenType)) {
    return word === "fresh" ? T.Fresh : T.Freeze;
  }
  return T.Name;
}

function trainType(word: string, previous: IToken | undefined, next: IToken | undefined): TokenType {
  if (word === "at" && next?.image === "original") return T.AtWord;
  if (word === "original" && previous?.tokenType === T.AtWord) return T.Original;
  if (word === "normalised" && next?.image === "by") return T.Normalised;
  if (word === "by" && previous?.tokenType === T.Normalised) return T.By;
  const type = trainWords.get(word);
  if (type === undefined || next?.tokenType === T.Colon) return T.Name;
  const operandFollows = next !== undefined && [T.Name, T.Integer, T.Float].includes(next.tokenType);
  return operandFollows || !awaits(previous) ? type : T.Name;
}

/** Every word that is a keyword somewhere: beside other neighbours it may mean something else. */
export const specialWords: ReadonlySet<string> = new Set([
  ...T.keywords, ...contractions, ...goalWords.keys(), ...trainWords.keys(), "rearrange", ...planWords, ...trainPhrases.flat(),
]);
