/**
 * Parentheses round expressions: the tree does not have them, so they are found in the text.
 *
 * None is ever added. One pair is kept where it tells a reader something, inside a chain of operators say; what is left out is a second pair,
 * and a pair round a whole value.
 */
import type { AxisArgument } from "../ast.ts";
import { specialWords } from "../words.ts";
import { group, indent, softline, type Doc } from "./documents.ts";
import { between, commentBetween, commentsInside, token, type Printing } from "./printing.ts";

/** Where an expression stands: alone, between operators, before a suffix, or in an arm of an `if`. */
export type Place = "whole" | "operand" | "object" | "branch";

/** The pairs of parentheses round an expression that begins at the next token. */
export function levels(p: Printing, node: AxisArgument): number {
  let count = 0;
  let end = node.span.end;
  for (let index = p.next; p.tokens[index]?.image === "("; index++) {
    const closing = p.closings[index];
    if (p.tokens[closing].startOffset + 1 !== end) break;
    count++;
    const last = p.tokens[closing - 1];
    end = last.startOffset + last.image.length;
  }
  return node.kind === "Record" ? count - 1 : count;
}

/** An expression with the parentheses that it needs or deserves. */
export function expression(p: Printing, node: AxisArgument, place: Place = "whole"): Doc {
  const written = levels(p, node);
  if (written === 0) return p.print(node);
  const kept = commentsBeside(p, written) ? written : isKept(p, node, place, written) ? 1 : 0;
  const left = written - kept;
  p.next += left;
  const opening = Array.from({ length: kept }, () => token(p, "("));
  const inside = kept === 0 ? p.print(node) : indent([between(p, softline), p.print(node), commentsInside(p, false)]);
  const closing = Array.from({ length: kept }, () => token(p, ")"));
  p.next += left;
  return kept === 0 ? inside : group([opening, inside, softline, closing]);
}

/** Whether a comment stands between the parentheses and what they hold, or between two of them. */
function commentsBeside(p: Printing, count: number): boolean {
  const [start, end] = [p.next, p.closings[p.next]];
  return commentBetween(p, start, start + count) || commentBetween(p, end - count, end);
}

function isKept(p: Printing, node: AxisArgument, place: Place, written: number): boolean {
  // A word may be a keyword beside other neighbours.
  const [first, last] = [p.tokens[p.next + written].image, p.tokens[p.closings[p.next] - written].image];
  if (specialWords.has(first) || specialWords.has(last)) return true;
  switch (node.kind) {
    case "Binary":
    case "Unary":
      return place === "operand" || place === "object";
    case "If":
    case "Match":
      return place !== "whole";
    case "Range":
      return place !== "whole" || node.to === undefined;
    default:
      return place === "object";
  }
}
