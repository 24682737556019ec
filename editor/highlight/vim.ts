/** The syntax file for Vim and Neovim. Words are matches and not `syntax keyword`, because their neighbours decide whether they are keywords. */
import * as words from "./vocabulary.ts";
import type { Context, Role } from "./vocabulary.ts";

/** Group of each role, and the standard group that colours it. */
const groups: Readonly<Record<Role, readonly [string, string]>> = {
  declaration: ["netcDeclaration", "Keyword"], control: ["netcControl", "Conditional"], operator: ["netcWordOperator", "Operator"], constant: ["netcBoolean", "Boolean"], form: ["netcForm", "Statement"],
};

const escaped = (text: string): string => text.replace(/[\\^$.*~[\]/]/g, "\\$&");
const anyOf = (texts: readonly string[]): string => `\\%(${texts.map(escaped).join("\\|")}\\)`;

/** Not inside a word, and not a member: `.` before it is half of `..`. */
const start = "\\%(\\%(^\\|[^.]\\)\\.\\)\\@2<!\\<";
const name = "\\h\\w*";
const notHard = `\\%(${anyOf(words.wordsOf("anywhere"))}\\>\\)\\@!`;

const follows: Readonly<Record<Context, string>> = {
  anywhere: "\\%(\\s*:\\)\\@!",
  "before a name": `\\%(\\s\\+${notHard}\\h\\)\\@=`,
  "before an operand": "\\%(\\s\\+[0-9A-Za-z_([]\\)\\@=",
  "before a brace": "\\%(\\s*{\\)\\@=",
  "before a string": "\\%(\\s*\"\\)\\@=",
  "before a parenthesis": "\\%(\\s*(\\)\\@=",
  "of a goal": "\\%(\\s*(\\)\\@=",
  "in a plan": "\\%(\\s*[0-9A-Za-z_{*]\\)\\@=",
  "in training": `\\%(\\s\\+${notHard}[0-9A-Za-z_([-]\\)\\@=`,
};

const match = (group: string, pattern: string, more = ""): string => `syntax match ${group} /${pattern}/${more ? ` ${more}` : ""}`;

/** One match for each role that has words in a context. */
function keywordLines(context: Context, more = ""): readonly string[] {
  return (Object.keys(groups) as Role[]).flatMap((role) => {
    const own = words.wordsOf(context, role);
    return own.length ? [match(groups[role][0], `${start}${anyOf(own)}\\>${follows[context]}`, more)] : [];
  });
}

const links: readonly (readonly [string, string])[] = [
  ...Object.values(groups), ["netcComment", "Comment"], ["netcDocumentation", "SpecialComment"], ["netcString", "String"], ["netcEscape", "SpecialChar"], ["netcUnclosed", "Error"],
  ["netcNumber", "Number"], ["netcType", "Type"], ["netcBlock", "Structure"], ["netcFunction", "Function"], ["netcNamespace", "Include"], ["netcOption", "Identifier"],
  ["netcAxis", "Special"], ["netcChoiceValue", "Constant"], ["netcConstant", "Constant"], ["netcRow", "Label"], ["netcOperator", "Operator"], ["netcStrange", "Error"],
];

/** Later lines win over earlier ones that match at the same place. */
function syntaxLines(): readonly string[] {
  const inBrackets = "contained contains=@netcInShape";
  return [
    match("netcOperator", anyOf(words.operators.filter((mark) => mark !== "."))),
    match("netcStrange", `[${words.strangeMarks.replace(/[\\\]^/-]/g, "\\$&")}]`),
    match("netcOperator", "!="),
    match("netcNumber", `\\%(\\%(^\\|[^.]\\)\\.\\)\\@2<!\\<\\d[0-9_]*\\%(\\.\\d[0-9_]*\\)\\=\\%([eE][+-]\\=\\d\\+\\)\\=\\%(${anyOf(words.unitWords)}\\>\\)\\=`),
    match("netcName", `\\<${name}`), // one piece: nothing inside of it is something else
    match("netcFunction", `\\<${name}\\%(\\s*(\\)\\@=`),
    match("netcBlock", "\\<\\u\\w*\\%(\\s*(\\)\\@="),
    match("netcNamespace", `${start}${anyOf(words.namespaces)}\\%(\\.${name}\\s*(\\)\\@=`),
    match("netcConstant", `${start}${anyOf(words.constants)}\\>`),
    match("netcOption", `${start}${name}\\%(\\s*:\\)\\@=`),
    match("netcChoiceValue", `${start}${name}\\%(\\s*\\%(=>\\||\\)\\)\\@=`),
    match("netcChoiceValue", `\\%(|\\s*\\)\\@8<=\\<${name}`),
    match("netcType", `\\%(:\\s*\\)\\@8<=${anyOf(words.optionKinds)}\\>\\%(\\s*[:(]\\)\\@!`),
    match("netcType", `\\%(\\[\\)\\@1<=${anyOf(words.optionKinds)}\\>\\%(\\s*;\\)\\@=`),
    match("netcType", `${start}${anyOf(words.elementTypes)}\\>\\%(\\s*:\\)\\@!`, "nextgroup=netcShape"),
    match("netcAxis", `${start}${name}`, "contained"),
    match("netcAxis", `\\%(${anyOf(words.axisOptions)}:\\s*\\)\\@12<=${notHard}\\<${name}\\%(\\w\\|\\s*[(:[.]\\)\\@!`),
    `syntax region netcShape matchgroup=netcDelimiter start=/\\[/ end=/\\]/ end=/[{}]/me=e-1 ${inBrackets}`,
    "syntax cluster netcInShape contains=netcShape,netcAxis,netcNumber,netcOperator,netcShapeCall,netcComment,netcControl,netcWordOperator,netcBoolean",
    match("netcShapeCall", `\\<${name}\\%(\\s*(\\)\\@=`, "contained"),
    ...(["anywhere", "before a name", "before an operand", "before a brace", "before a string", "before a parenthesis"] as const).flatMap((context) => keywordLines(context)),
    match("netcRow", `^\\s*\\zs${name}\\%(\\s\\+"[^"]*"\\s*=\\)\\@=`),
    match("netcBlock", `\\%(\\<\\%(block\\|model\\|choice\\|train\\|of\\)\\s\\+\\)\\@16<=\\u\\w*\\%(\\s*:\\)\\@!`),
    match("netcFunction", `\\%(\\<block\\s\\+\\)\\@12<=\\l\\w*`),
    // The two bodies in which more words are keywords; a brace inside of one is a region of its own, so that the body ends where it should.
    `syntax region netcTraining matchgroup=netcDeclaration start=/^\\s*train\\%(\\s\\+${name}\\s*{\\)\\@=/ matchgroup=NONE end=/^}/ contains=TOP`,
    `syntax region netcPlan matchgroup=netcDeclaration start=/^\\s*weights\\%(\\s\\+${name}\\s\\+of\\>\\)\\@=/ matchgroup=NONE end=/^}/ contains=TOP`,
    ...keywordLines("in training", "contained containedin=netcTraining"),
    ...words.keywordPairs.flatMap(([first, second]) => [
      match("netcDeclaration", `${start}${first}\\%(\\s\\+${second}\\>\\)\\@=`, "contained containedin=netcTraining"),
      match("netcDeclaration", `\\%(\\<${first}\\s\\+\\)\\@${first.length + 8}<=${second}\\>`, "contained containedin=netcTraining"),
    ]),
    ...keywordLines("in a plan", "contained containedin=netcPlan"),
    match("netcForm", `\\%(->\\s*\\)\\@8<=${anyOf(words.wordsOf("of a goal"))}\\>${follows["of a goal"]}`, "contained containedin=netcPlan"),
    "syntax match netcEscape /\\\\./ contained",
    'syntax region netcString start=/"/ skip=/\\\\./ end=/"/ oneline contains=netcEscape',
    match("netcUnclosed", '"\\%([^"\\\\]\\|\\\\.\\)*\\\\\\=$'),
    match("netcComment", "\\/\\/.*$", "contains=@Spell"),
    match("netcDocumentation", "\\/\\/[/!].*$", "contains=@Spell"),
  ];
}

/** The syntax file's text. */
export function vimSyntax(): string {
  return [
    '" Vim syntax file of netc, a language for neural networks.',
    '" Generated from the tables of the language: node scripts/run-ts.mjs scripts/highlighting.ts', "",
    'if exists("b:current_syntax")', "  finish", "endif", "let s:cpo_save = &cpo", "set cpo&vim", "",
    "syntax case match", "syntax iskeyword @,48-57,_,192-255", "syntax sync minlines=400", "",
    ...syntaxLines(), "",
    ...links.map(([group, standard]) => `highlight default link ${group} ${standard}`), "highlight default link netcShapeCall Function", "",
    'let b:current_syntax = "netc"', "let &cpo = s:cpo_save", "unlet s:cpo_save", "",
  ].join("\n");
}

/** What tells Vim that `.net` files are in this language. */
export function vimDetection(): string {
  return ['" Generated: see syntax/netc.vim', "autocmd BufRead,BufNewFile *.net setfiletype netc", ""].join("\n");
}
