/**
 * The words and marks of the language as highlighting needs them, taken from the tables of the grammar and the compiler: a word that is added there is
 * highlighted here. Where the parser decides by a word's neighbours, a highlighter sees one line and a pattern; a *context* is what both can tell.
 */
import { dtypes, kindWords } from "../../grammar/build-types.ts";
import { hardKeywords, softKeywords } from "../../grammar/tokens.ts";
import { contractions, goalWords, planWords, trainPhrases, trainWords } from "../../grammar/words.ts";
import { units } from "../../compiler/check/budget.ts";
import { builtinNames } from "../../compiler/check/builtins.ts";

/** Where a word is a keyword; elsewhere it is a name. */
export type Context =
  | "anywhere" // but as a member (`padding.from`) and as the name of an argument (`in: 3`)
  | "before a name" | "before an operand" | "before a brace" | "before a string" | "before a parenthesis"
  | "of a goal" // in a weights plan: between `->` and `(`
  | "in a plan" | "in training";

/** What kind of word it is: themes give each a colour. */
export type Role = "declaration" | "control" | "operator" | "constant" | "form";

export interface Keyword {
  readonly word: string;
  readonly context: Context;
  readonly role: Role;
}

const hardRoles: Readonly<Record<string, Role>> = { let: "declaration", where: "declaration", and: "operator", or: "operator", not: "operator", true: "constant", false: "constant" };
const softContexts: Readonly<Record<string, Context>> = {
  import: "before a brace", config: "before a brace", with: "before a brace", from: "before a string", assume: "before an operand", assert: "before an operand", update: "before a name",
};

/** Every keyword but those that come in pairs. */
export const keywordTable: readonly Keyword[] = [
  ...[...hardKeywords.keys()].map((word): Keyword => ({ word, context: "anywhere", role: hardRoles[word] ?? "control" })),
  ...[...softKeywords.keys()].map((word): Keyword => ({ word, context: softContexts[word] ?? "before a name", role: "declaration" })),
  ...["rearrange", ...contractions].map((word): Keyword => ({ word, context: "before a parenthesis", role: "form" })),
  ...[...goalWords.keys()].map((word): Keyword => ({ word, context: "of a goal", role: "form" })),
  ...planWords.map((word): Keyword => ({ word, context: word === "ignore" ? "before a string" : "in a plan", role: "declaration" })),
  ...[...trainWords.keys()].map((word): Keyword => ({ word, context: "in training", role: "declaration" })),
];

/** Keywords of a training section that come in pairs: `at original`. */
export const keywordPairs = trainPhrases;

/** The words of the table with these contexts and, where given, this role. */
export function wordsOf(context: Context, role?: Role): readonly string[] {
  return keywordTable.filter((row) => row.context === context && (role === undefined || row.role === role)).map(({ word }) => word);
}

/** Words that begin an item or a statement: where a line begins with one, whatever was left open before it has ended. */
export const beginnings: readonly string[] = [...wordsOf("before a name").filter((word) => word !== "of"), "import", "let", "return"];

/** `f32`, `i32`: in types, and as casts. */
export const elementTypes: readonly string[] = dtypes;
/** `int`, `axis`: after the colon of an option. */
export const optionKinds: readonly string[] = kindWords;
/** The units of a budget, longest first. */
export const unitWords: readonly string[] = [...units.bytes.keys(), ...units.count.keys()].sort((a, b) => b.length - a.length);
/** `pool` in `pool.max`. */
export const namespaces: readonly string[] = [...new Set([...builtinNames].filter((name) => name.includes(".")).map((name) => name.split(".")[0]))];
/** Options whose value is an axis of the operand, in the operators that a program calls by name. */
export const axisOptions: readonly string[] = ["over", "axis", "after"];
/** Values that the language brings. */
export const constants: readonly string[] = ["training", "inf", "pi"];

/** Operators made of marks, longest first. */
export const operators: readonly string[] = ["...", "..=", "..", "->", "=>", "==", "!=", "<=", ">=", "-", "<", ">", "=", "+", "*", "/", "%", "^", "|", "@"];
/** Marks that mean nothing in the language, so that a slip is seen at once. */
export const strangeMarks = "&!'#$?~`\\";
