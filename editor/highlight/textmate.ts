/** The TextMate grammar, for VS Code and what else reads such grammars (Sublime Text, IntelliJ, GitHub, Shiki). */
import * as words from "./vocabulary.ts";
import type { Role } from "./vocabulary.ts";

interface Rule {
  readonly name?: string;
  readonly match?: string;
  readonly begin?: string;
  readonly end?: string;
  readonly captures?: Captures;
  readonly beginCaptures?: Captures;
  readonly endCaptures?: Captures;
  readonly include?: string;
  readonly patterns?: readonly Rule[];
}
type Captures = Readonly<Record<string, { readonly name: string }>>;

const scopes: Readonly<Record<Role, string>> = {
  declaration: "keyword.declaration", control: "keyword.control", operator: "keyword.operator.word", constant: "constant.language.boolean", form: "keyword.other.form",
};
const scope = (name: string): string => `${name}.netc`;
const captures = (...names: readonly string[]): Captures => Object.fromEntries(names.map((name, i) => [String(i + 1), { name: scope(name) }]));
const include = (...names: readonly string[]): readonly Rule[] => names.map((name) => ({ include: `#${name}` }));

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
const anyOf = (texts: readonly string[]): string => `(?:${texts.map(escaped).join("|")})`;

/** Not inside a word, and not a member: `.` before it is half of `..`. */
const start = "(?:(?<=\\.\\.)|(?<![\\w.]))";
const end = "(?!\\w)";
const name = "[\\p{L}_]\\w*";
const hard = anyOf(words.wordsOf("anywhere"));
const notHard = `(?!${hard}${end})`;
const aName = `\\s+${notHard}${name}`;

const follows: Readonly<Record<words.Context, string>> = {
  anywhere: "(?!\\s*:)",
  "before a name": `(?=${aName})`,
  "before an operand": "(?=\\s+[\\w(\\[])",
  "before a brace": "(?=\\s*\\{)",
  "before a string": "(?=\\s*\")",
  "before a parenthesis": "(?=\\s*\\()",
  "of a goal": "(?=\\s*\\()",
  "in a plan": "(?=\\s*[\\w{*])",
  "in training": `(?=\\s+${notHard}[\\w(\\[-])`,
};

/** One rule for each role that has words in a context. */
function keywordRules(...contexts: readonly words.Context[]): readonly Rule[] {
  return contexts.flatMap((context) => (Object.keys(scopes) as Role[]).flatMap((role) => {
    const own = words.wordsOf(context, role);
    return own.length ? [{ name: scope(scopes[role]), match: `${start}${anyOf(own)}${end}${follows[context]}` }] : [];
  }));
}

/** What was left open ends here, so that an unfinished line does not colour the rest of the file. */
const abandoned = `(?=^\\s*${anyOf(words.beginnings)}${aName})`;
const items = `(?=^\\s*${anyOf(["composite", "block", "model", "choice", "ablation", "import"])}\\s)`;
const bracketEnds = `\\]|(?=[{}])|${abandoned}`;
const declared = `${start}(${notHard}${name})`;
const opening = scope("punctuation.section.open");
const closing = scope("punctuation.section.close");

/** A body in braces in which more words are keywords: from its heading to the brace that closes it. */
const region = (begin: string, beginCaptures: Captures, body: string): Rule => ({ begin, beginCaptures, end: `(?<=\\})|${items}`, patterns: include(body, "comments", "strings", "keywords") });
const braces = (...inside: readonly string[]): Rule => ({ begin: "\\{", end: "\\}", beginCaptures: { 0: { name: opening } }, endCaptures: { 0: { name: closing } }, patterns: include(...inside) });

const repository: Readonly<Record<string, { readonly patterns: readonly Rule[] }>> = {
  code: { patterns: include("comments", "strings", "training", "plans", "imports", "declarations", "forms", "keywords", "choices", "types", "numbers", "names", "marks") },
  comments: {
    patterns: [
      { name: scope("comment.line.documentation"), match: "//[/!].*$" },
      { name: scope("comment.line.double-slash"), match: "//.*$" },
    ],
  },
  strings: {
    patterns: [
      { name: `${scope("string.quoted.double")} ${scope("invalid.illegal.unclosed-string")}`, match: "\"(?:[^\"\\\\]|\\\\.)*\\\\?$" },
      { name: scope("string.quoted.double"), begin: "\"", end: "\"", patterns: [{ name: scope("constant.character.escape"), match: "\\\\." }] },
    ],
  },
  training: { patterns: [region(`${start}(train)\\s+(${notHard}${name})(?=\\s*(?:\\{|$))`, captures(scopes.declaration, "entity.name.type.class"), "training-body")] },
  "training-body": { patterns: [braces("training-body", "training-words", "code")] },
  "training-words": {
    patterns: [
      ...words.keywordPairs.map(([first, second]): Rule => ({ match: `${start}(${first})\\s+(${second})${end}`, captures: captures(scopes.declaration, scopes.declaration) })),
      ...keywordRules("in training"),
    ],
  },
  plans: {
    patterns: [
      region(`${start}(weights)\\s+(${notHard}${name})\\s+(of)\\s+(${name})`, captures(scopes.declaration, "entity.name.section", scopes.declaration, "entity.name.type.class"), "plan-body"),
    ],
  },
  "plan-body": { patterns: [braces("plan-body", "plan-words", "code")] },
  "plan-words": {
    patterns: [
      { match: `(->)\\s*(${anyOf(words.wordsOf("of a goal"))})${follows["of a goal"]}`, captures: captures("keyword.operator", scopes.form) },
      ...keywordRules("in a plan"),
      { name: scope("string.quoted.double"), begin: "\"(?=(?:[^\"\\\\]|\\\\.)*\")", end: "\"", patterns: [{ name: scope("constant.character.escape"), match: "\\\\." }, { name: scope("constant.other.placeholder"), match: "\\{[^}\"]*\\}|\\*" }] },
    ],
  },
  imports: {
    patterns: [
      {
        begin: `${start}(import)\\s*(\\{)`, end: `\\}|${abandoned}`,
        beginCaptures: captures(scopes.declaration, "punctuation.section.open"), endCaptures: { 0: { name: closing } },
        patterns: [...include("comments"), { name: scope("entity.name.type.class"), match: "(?<!\\w)\\p{Lu}\\w*" }, { name: scope("entity.name.function"), match: `(?<!\\w)${name}` }],
      },
    ],
  },
  declarations: {
    patterns: [
      { match: `${start}(block)\\s+(\\p{Lu}\\w*)`, captures: captures(scopes.declaration, "entity.name.type.class") },
      { match: `${start}(block)\\s+(${notHard}${name})`, captures: captures(scopes.declaration, "entity.name.function") },
      { match: `${start}(model|of)\\s+(${notHard}\\p{Lu}\\w*)(?!\\s*[:(])`, captures: captures(scopes.declaration, "entity.name.type.class") },
      { match: `${start}(choice)\\s+(${notHard}${name})(?!\\s*:)`, captures: captures(scopes.declaration, "entity.name.type.enum") },
      { match: `${start}(ablation)\\s+(${notHard}${name})(?!\\s*:)`, captures: captures(scopes.declaration, "entity.name.section") },
      { match: `${start}(let)\\s+(${notHard}${name})`, captures: captures(scopes.declaration, "variable.other.definition") },
      { match: `${start}(param|state|input|output)\\s+(${notHard}${name})(?=\\s*:)`, captures: captures(scopes.declaration, "variable.other.definition") },
      { match: `^\\s*(${name})(?=\\s+"(?:[^"\\\\]|\\\\.)*"\\s*=)`, captures: captures("entity.name.tag") },
    ],
  },
  forms: {
    patterns: [
      {
        begin: `${start}(${anyOf(words.wordsOf("before a parenthesis"))})\\s*(\\()`, end: `\\)|(?=[{}])|${abandoned}`,
        beginCaptures: captures(scopes.form, "punctuation.section.open"), endCaptures: { 0: { name: closing } },
        patterns: include("axes", "parentheses", "code"),
      },
    ],
  },
  parentheses: { patterns: [{ begin: "\\(", end: `\\)|(?=[{}])|${abandoned}`, beginCaptures: { 0: { name: opening } }, endCaptures: { 0: { name: closing } }, patterns: include("parentheses", "code") }] },
  axes: { patterns: [{ begin: "\\[", end: bracketEnds, beginCaptures: { 0: { name: opening } }, endCaptures: { 0: { name: closing } }, patterns: include("axes", "axis-names") }] },
  "axis-names": { patterns: [...include("comments", "keywords", "numbers", "calls"), { name: scope("variable.other.axis"), match: declared }, ...include("marks")] },
  keywords: { patterns: keywordRules("anywhere", "before a name", "before an operand", "before a brace", "before a string") },
  choices: {
    patterns: [
      { match: `${start}(${name})(?=\\s*=>)`, captures: captures("variable.other.enummember") },
      { match: `(?<![\\w.])(${name})(?=\\s*\\|)`, captures: captures("variable.other.enummember") },
      { match: `(\\|)\\s*(${name})`, captures: captures("keyword.operator", "variable.other.enummember") },
    ],
  },
  types: {
    patterns: [
      {
        begin: `${start}(${anyOf(words.elementTypes)})\\s*(\\[)`, end: bracketEnds,
        beginCaptures: captures("storage.type", "punctuation.section.open"), endCaptures: { 0: { name: closing } }, patterns: include("axes", "axis-names"),
      },
      { begin: `(?<=:)\\s*(int|float)(\\[)`, end: bracketEnds, beginCaptures: captures("storage.type", "punctuation.section.open"), endCaptures: { 0: { name: closing } }, patterns: include("axis-names") },
      { name: scope("storage.type"), match: `${start}${anyOf(words.elementTypes)}${end}(?!\\s*:)` },
      { match: `(?<=:)\\s*(${anyOf(words.optionKinds)})${end}(?!\\s*[:(])`, captures: captures("storage.type") },
      { match: `(?<=\\[)(${anyOf(words.optionKinds)})(?=\\s*;)`, captures: captures("storage.type") },
    ],
  },
  numbers: {
    patterns: [
      {
        match: `${start}(\\d[\\d_]*(?:\\.\\d[\\d_]*)?(?:[eE][+-]?\\d+)?)(?:(${anyOf(words.unitWords)})${end})?`,
        captures: { 1: { name: scope("constant.numeric") }, 2: { name: scope("constant.numeric.unit") } },
      },
    ],
  },
  calls: {
    patterns: [
      { match: `${start}(${anyOf(words.namespaces)})(?=\\.${name}\\s*\\()`, captures: captures("entity.name.namespace") },
      { name: scope("entity.name.type.class"), match: "(?<!\\w)\\p{Lu}\\w*(?=\\s*\\()" },
      { name: scope("entity.name.function"), match: `(?<!\\w)${name}(?=\\s*\\()` },
    ],
  },
  names: {
    patterns: [
      ...include("calls"),
      { begin: `${start}(over)\\s*(:)\\s*(\\[)`, end: bracketEnds, beginCaptures: captures("variable.parameter", "punctuation.separator", "punctuation.section.open"), endCaptures: { 0: { name: closing } }, patterns: include("axis-names") },
      { match: `${start}(${anyOf(words.axisOptions)})\\s*(:)\\s*(${notHard}${name})(?![\\w]|\\s*[(:\\[.])`, captures: captures("variable.parameter", "punctuation.separator", "variable.other.axis") },
      { match: `${start}(${name})(?=\\s*:)`, captures: captures("variable.parameter") },
      { match: `(?<=[\\[,(])\\s*(${name})(?=\\s*=(?![=>]))`, captures: captures("variable.other.axis") },
      { name: scope("constant.language"), match: `${start}${anyOf(words.constants)}${end}` },
      { match: `(?<!\\w)${name}` }, // a name is one piece: nothing inside of it is a number or a word
    ],
  },
  marks: {
    patterns: [
      { name: scope("keyword.operator"), match: anyOf(words.operators) },
      { name: scope("punctuation.separator"), match: "[,;:.]" },
      { name: scope("punctuation.section"), match: "[()\\[\\]{}]" },
      { name: scope("invalid.illegal.character"), match: `[${escaped(words.strangeMarks)}]` },
    ],
  },
};

/** The grammar as the text of its file. */
export function textMateGrammar(): string {
  const grammar = {
    $schema: "https://raw.githubusercontent.com/martinring/tmlanguage/master/tmlanguage.json",
    information_for_contributors: ["Generated from the grammar's own tables: node scripts/run-ts.mjs scripts/highlighting.ts"],
    name: "netc", scopeName: "source.netc", fileTypes: ["net"], patterns: include("code"), repository,
  };
  return `${JSON.stringify(grammar, undefined, 2)}\n`;
}
