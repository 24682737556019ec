/**
 * The token table. One Chevrotain token type for each thing that a production can ask for, with the label that a person reads.
 *
 * No type carries a pattern: `lex.ts` cuts the text with one regular expression and `words.ts` decides which words are keywords where,
 * so that starting up builds no lexer and the parser's matcher compares one number. Operators that no production tells apart share a type.
 */
import { createToken, Lexer, type TokenType } from "chevrotain";

const all: TokenType[] = [];

function token(name: string, label: string): TokenType {
  const type = createToken({ name, label, pattern: Lexer.NA });
  all.push(type);
  return type;
}

const punctuation = (name: string, image: string): TokenType => token(name, `\`${image}\``);
const keyword = (image: string): TokenType => token(`Kw_${image}`, `\`${image}\``);

// ------------------------------------------------------------------------------------------------------------- names and literals

export const Name = token("Name", "a name");
export const Integer = token("Integer", "an integer");
export const Float = token("Float", "a float");
export const Text = token("Text", "a string");

// ------------------------------------------------------------------------------------------------------------- punctuation

export const Ellipsis = punctuation("Ellipsis", "...");
/** `..` and `..=`. */
export const RangeDots = punctuation("RangeDots", "..");
export const Arrow = punctuation("Arrow", "->");
export const FatArrow = punctuation("FatArrow", "=>");
export const Equals = punctuation("Equals", "=");
export const LeftParen = punctuation("LeftParen", "(");
export const RightParen = punctuation("RightParen", ")");
export const LeftBracket = punctuation("LeftBracket", "[");
export const RightBracket = punctuation("RightBracket", "]");
export const LeftBrace = punctuation("LeftBrace", "{");
export const RightBrace = punctuation("RightBrace", "}");
export const Comma = punctuation("Comma", ",");
export const Semicolon = punctuation("Semicolon", ";");
export const Colon = punctuation("Colon", ":");
export const Dot = punctuation("Dot", ".");
export const Bar = punctuation("Bar", "|");
export const At = punctuation("At", "@");
export const Minus = punctuation("Minus", "-");
export const Star = punctuation("Star", "*");
/** Every binary operator but `-` and `*`: `+ / % ^ == != < <= > >= and or`. */
export const Operator = token("Operator", "an operator");

// ------------------------------------------------------------------------------------------------------------- keywords

export const Import = keyword("import");
export const Composite = keyword("composite");
export const Block = keyword("block");
export const Model = keyword("model");
export const Choice = keyword("choice");
export const Weights = keyword("weights");
export const Ablation = keyword("ablation");
export const Train = keyword("train");
export const Config = keyword("config");
export const Input = keyword("input");
export const Output = keyword("output");
export const Let = keyword("let");
export const Param = keyword("param");
export const State = keyword("state");
export const Update = keyword("update");
export const Assume = keyword("assume");
export const Assert = keyword("assert");
export const Return = keyword("return");
export const Where = keyword("where");
export const For = keyword("for");
export const In = keyword("in");
export const If = keyword("if");
export const Then = keyword("then");
export const Else = keyword("else");
export const Match = keyword("match");
export const With = keyword("with");
export const Of = keyword("of");
export const From = keyword("from");
export const Not = keyword("not");
export const True = keyword("true");
export const False = keyword("false");

/** The special forms; only before `(`. `ContractionWord` is `einsum`, `conv` or `conv_transpose`. */
export const Rearrange = keyword("rearrange");
export const ContractionWord = token("ContractionWord", "`einsum` or `conv`");

// Words of `weights` and `train` bodies; elsewhere they are names.
export const Ignore = keyword("ignore");
export const Fresh = keyword("fresh");
export const Freeze = keyword("freeze");
/** `split`, `transpose`, `cast`. */
export const GoalWord = token("GoalWord", "`split`, `transpose` or `cast`");
export const Resize = keyword("resize");
export const Slice = keyword("slice");
export const Data = keyword("data");
export const Loss = keyword("loss");
export const Optimizer = keyword("optimizer");
export const Schedule = keyword("schedule");
/** A number of the training section: `epochs`, `steps`, `batch`, `accumulate`, `ema`, `patience`. */
export const Quantity = token("Quantity", "`epochs`, `steps`, `batch`, `accumulate`, `ema` or `patience`");
export const Metrics = keyword("metrics");
export const AtWord = keyword("at");
export const Original = keyword("original");
export const Normalised = keyword("normalised");
export const By = keyword("by");

export const tokenTypes: readonly TokenType[] = all;

/** Words that are keywords everywhere, but for an argument's or a member's name. */
export const hardKeywords: ReadonlyMap<string, TokenType> = new Map([
  ["let", Let], ["return", Return], ["where", Where], ["for", For], ["in", In], ["if", If], ["then", Then], ["else", Else],
  ["match", Match], ["and", Operator], ["or", Operator], ["not", Not], ["true", True], ["false", False],
]);

/** Words that begin or join items and statements, and are names wherever what follows could not continue them so. */
export const softKeywords: ReadonlyMap<string, TokenType> = new Map([
  ["import", Import], ["composite", Composite], ["block", Block], ["model", Model], ["choice", Choice], ["weights", Weights],
  ["ablation", Ablation], ["train", Train], ["config", Config], ["input", Input], ["output", Output], ["param", Param], ["state", State],
  ["update", Update], ["assume", Assume], ["assert", Assert], ["with", With], ["of", Of], ["from", From],
]);

/** The words of the language that are keywords in every file: what completion offers and highlighting colours. */
export const keywords: readonly string[] = [...softKeywords.keys(), ...hardKeywords.keys()];
