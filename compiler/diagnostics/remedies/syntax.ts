/** Fixes of syntax: what was expected is put in, what stands there instead is taken away, a misspelt keyword is spelt. */
import type { SyntaxProblem } from "../../../grammar/problems.ts";
import { spanIn, textOf } from "../../../grammar/source.ts";
import type { Fix } from "../diagnostic.ts";
import { nearestName, nearestWord } from "../nearest.ts";
import { fix, guess, replaced } from "./remedy.ts";

const keywords = ["let", "param", "state", "update", "assume", "assert", "return", "input", "output", "config", "block", "model", "choice", "weights", "ablation", "train", "import", "where", "else", "then", "with"];

export function syntaxFixes({ span, expected, message, words }: SyntaxProblem): readonly Fix[] {
  const { file } = span;
  const { text } = file;
  const found = textOf(span);
  const at = (start: number, end: number): typeof span => (spanIn(file, start, end));
  const fixes: Fix[] = [];
  if (message.endsWith("with `let`")) fixes.push(fix("bind it with `let`", replaced(at(span.start, span.start), "let ")));
  if (message.endsWith("compared with `==`")) fixes.push(fix("compare with `==`", replaced(at(text[span.start - 1] === "=" ? span.start - 1 : span.start, span.end), "==")));
  if (message.endsWith("written `a ^ b`")) fixes.push(fix("write `^`", replaced(at(span.start - 1, span.end), "^")));
  if (message.endsWith("write `or`")) fixes.push(fix("write `or`", replaced(at(text[span.start - 1] === "|" ? span.start - 1 : span.start, text[span.end] === "|" ? span.end + 1 : span.end), "or")));
  if (message.endsWith("written `a..b`")) fixes.push(fix("write `..`", replaced(span, "..")));
  if (message.endsWith("after its point: `1.0`")) fixes.push(fix("write the digit", replaced(at(span.start, span.start), "0")));
  if (/nothing stands between statements$|no `\{` that this closes$/.test(message)) fixes.push(fix(`take \`${found}\` away`, replaced(span, "")));
  const equals = /^\s*=(?!=)/.exec(text.slice(span.start));
  if (equals && expected.includes("`then`")) fixes.push(fix("compare with `==`", replaced(at(span.start + equals[0].length - 1, span.start + equals[0].length), "==")));
  const near = /^[A-Za-z_]+$/.test(found) ? (words ? nearestWord(found, words) : nearestName(found, keywords)) : undefined;
  if (near !== undefined) fixes.push(fix(`\`${near}\` instead of \`${found}\``, replaced(span, near)));
  for (const word of expected) {
    const [, token] = /^`(\S+)`$/.exec(word) ?? [];
    if (token === undefined) continue;
    const spaced = /^[,)\]:;]$/.test(token) ? token + (token === "," ? " " : "") : ` ${token} `;
    fixes.push(fix(`add \`${token}\``, replaced(at(span.start, span.start), text[span.start] === "\n" || span.start === span.end ? spaced.trimEnd() : spaced)));
    if (found !== "" && found.length <= 2) fixes.push(fix(`\`${token}\` instead of \`${found}\``, replaced(span, token)));
  }
  if (found !== "" && found.length <= 24) fixes.push(guess(`take \`${found}\` away`, replaced(span, "")));
  return fixes;
}
