/**
 * The patterns by which the viewer's page colours source, as a module of their own: the page holds no compiler, and the tables of the language are in it.
 * One pattern for a line, with a group for each kind of word; in two bodies more words are keywords.
 */
import * as words from "./vocabulary.ts";
import type { Context } from "./vocabulary.ts";

const anyOf = (texts: readonly string[]): string => `(?:${texts.join("|")})`;

/** Not inside a word, and not a member: `.` before it is half of `..`. */
const start = "(?:(?<=\\.\\.)|(?<![\\w.]))";
const end = "(?!\\w)";
const name = "[\\p{L}_]\\w*";
const notHard = `(?!${anyOf(words.wordsOf("anywhere"))}${end})`;

const follows: Readonly<Record<Context, string>> = {
  anywhere: "(?!\\s*:)",
  "before a name": `(?=\\s+${notHard}${name})`,
  "before an operand": "(?=\\s+[\\w(\\[])",
  "before a brace": "(?=\\s*\\{)",
  "before a string": "(?=\\s*\")",
  "before a parenthesis": "(?=\\s*\\()",
  "of a goal": "(?=\\s*\\()",
  "in a plan": "(?=\\s*[\\w{*])",
  "in training": `(?=\\s+${notHard}[\\w(\\[\\-])`,
};
const everywhere: readonly Context[] = ["anywhere", "before a name", "before an operand", "before a brace", "before a string", "before a parenthesis"];

const keywords = (contexts: readonly Context[], more: readonly string[] = []): string =>
  anyOf([...more, ...contexts.filter((context) => words.wordsOf(context).length > 0).map((context) => `${context === "of a goal" ? "(?<=->\\s*)" : ""}${start}${anyOf(words.wordsOf(context))}${end}${follows[context]}`)]);
const pairs = words.keywordPairs.flatMap(([first, second]) => [`${start}${first}(?=\\s+${second}${end})`, `(?<=(?<!\\w)${first}\\s+)${second}${end}`]);

const types = anyOf([`${start}${anyOf(words.elementTypes)}${end}(?!\\s*:)`, `(?<=:\\s*)${anyOf(words.optionKinds)}${end}(?!\\s*[:(])`, `(?<=\\[)${anyOf(words.optionKinds)}(?=\\s*;)`]);
const number = `${start}\\d[\\d_]*(?:\\.\\d[\\d_]*)?(?:[eE][+\\-]?\\d+)?(?:${anyOf(words.unitWords)}${end})?`;

const line = (keyword: string): string =>
  `(?<comment>//.*)|(?<string>"(?:[^"\\\\]|\\\\.)*"?)|(?<number>${number})|(?<keyword>${keyword})|(?<type>${types})|(?<block>\\p{Lu}\\w*(?=\\s*\\()|(?<=(?<!\\w)(?:block|model|choice|train|of)\\s+)\\p{Lu}\\w*(?!\\s*:))|${name}|\\s+|.`;

/** The text of the module with the patterns. */
export function pagePatterns(): string {
  const patterns = { anywhere: line(keywords(everywhere)), training: line(keywords([...everywhere, "in training"], pairs)), plan: line(keywords([...everywhere, "in a plan", "of a goal"])) };
  const begins = { training: `^\\s*train\\s+${name}\\s*(?:\\{|$)`, plan: `^\\s*weights\\s+${name}\\s+of${end}` };
  const constant = (of: string, value: object): string => `export const ${of} = {\n${Object.entries(value).map(([key, text]) => `  ${key}: ${JSON.stringify(text)},\n`).join("")}} as const;\n`;
  return `/** Generated from the tables of the language: node scripts/run-ts.mjs scripts/highlighting.ts */\n\n/** What a line is made of, by the body in which it stands. */\n${constant("linePatterns", patterns)}\n/** The line with which a body begins; it ends with a brace that nothing stands before. */\n${constant("bodyBeginnings", begins)}`;
}
