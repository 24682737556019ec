/** The same program in a random layout: other blanks and line breaks, comments between tokens, commas and parentheses that mean nothing. */
import type { Node } from "../../grammar/ast.ts";
import { lex } from "../../grammar/lex.ts";
import { parse } from "../../grammar/parse.ts";
import { createSourceFile } from "../../grammar/source.ts";
import { walk } from "../../grammar/visit.ts";
import { specialWords } from "../../grammar/words.ts";

export type Random = (below: number) => number;

/** Linear congruence (Numerical Recipes): the same layouts in every run. */
export function random(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const expressions: ReadonlySet<Node["kind"]> = new Set([
  "IntegerLiteral", "FloatLiteral", "BooleanLiteral", "Name", "Unary", "Binary", "If", "Match", "Range", "Member", "Call", "Index", "Record", "List", "Table", "Rearrange", "Contraction",
]);

/** Parents whose numbers and names are no expressions of the grammar. */
const bare: ReadonlySet<Node["kind"]> = new Set(["UnnamedAxis", "SizePart"]);

/** Puts a few expressions into parentheses, each once or twice. */
export function withParentheses(text: string, next: Random): string {
  const spots: (readonly [number, number])[] = [];
  walk(parse(createSourceFile("text.net", text)).file, (node, parents) => {
    const parent = parents[parents.length - 1];
    if (parent !== undefined && expressions.has(node.kind) && !bare.has(parent.kind) && !(parent.kind === "MatchArm" && parent.pattern === node)) spots.push([node.span.start, node.span.end]);
  });
  const insertions: { readonly at: number; readonly text: string; readonly outer: number }[] = [];
  for (const [start, end] of spots) {
    if (next(6) > 0) continue;
    const count = 1 + next(2);
    insertions.push({ at: start, text: "(".repeat(count), outer: start - end }, { at: end, text: ")".repeat(count), outer: -start - 1e9 });
  }
  // Where several begin at one place the longest comes first; closing ones come before opening ones.
  insertions.sort((a, b) => a.at - b.at || a.outer - b.outer);
  let done = 0;
  let result = "";
  for (const { at, text: inserted } of insertions) {
    result += text.slice(done, at) + inserted;
    done = at;
  }
  return result + text.slice(done);
}

const blanks = ["", " ", " ", "  ", "\n", "\n", "\n\n", "\n\n\n\n", "\t", " \n \n  "];
const comments = ["// a remark", "/// a documentation", "//! about the file", "//", "//// four", "// (a, b) { \"", "//   wide        apart   "];

/** Other blanks between the tokens, and comments between some. `often`: one comment in so many gaps. */
export function mangled(text: string, next: Random, often: number): string {
  const { tokens, comments: standing } = lex(createSourceFile("text.net", text));
  let result = "";
  let comment = 0;
  for (const [index, token] of tokens.entries()) {
    const before = tokens[index - 1];
    for (; comment < standing.length && standing[comment].span.start < token.startOffset; comment++) result += `${pick(blanks, next)}${standing[comment].text}\n`;
    const touching = before !== undefined && before.startOffset + before.image.length === token.startOffset;
    if (before === undefined || !(touching && mustTouch(before.image, token.image))) {
      if (next(often) === 0) result += `${result.endsWith("/") ? " " : ""}${pick(blanks, next)}${pick(comments, next)}\n`;
      const gap = pick(blanks, next);
      const joined = gap === "" && before !== undefined && !touching && result.endsWith(before.image);
      result += joined ? " " : gap;
    }
    if (/^[)\]}]$/.test(token.image) && next(8) === 0 && mayEndWithComma(tokens.map(({ image }) => image), index)) result += ",";
    result += token.image;
  }
  for (; comment < standing.length; comment++) result += `${pick(blanks, next)}${standing[comment].text}\n`;
  return result + pick(["", "\n", "\n\n\n", "// the end", "   "], next);
}

const pick = <Value>(list: readonly Value[], next: Random): Value => list[next(list.length)];

/** Members after their dot, and the pieces of a path, stand side by side. */
function mustTouch(before: string, after: string): boolean {
  return before === "." || /[}*]$/.test(before) || after === "{" || after === "*";
}

/** Indexes, shapes and arguments may end with a comma: those behind a name, with something in them, on one level. */
function mayEndWithComma(images: readonly string[], closing: number): boolean {
  if (images[closing] === "}" || /^[[({,]$/.test(images[closing - 1])) return false;
  let opening = closing - 1;
  while (opening >= 0 && !/^[[\](){}]$/.test(images[opening])) opening--;
  const before = images[opening - 1] ?? "";
  if (images[opening - 2] === "let" || !/^[[(]$/.test(images[opening]) || !/^\w+$/.test(before) || specialWords.has(before)) return false;
  return !images.slice(opening, closing).some((image) => image === "for" || image === ";");
}
