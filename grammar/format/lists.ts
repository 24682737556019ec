/** Layouts of everything that has a beginning and an end: lists in brackets, bodies in braces, short entries in braces. */
import type { Node } from "../ast.ts";
import { fill, group, hardline, ifBreak, indent, line, softline, type Doc } from "./documents.ts";
import {
  between, commentBefore, commentsInside, elements, hasOwnLine, lastComma, lineBetween, token, upcoming, type Print, type Printing,
} from "./printing.ts";

/** How a list is laid out where it is not the plain case. */
export interface ListLayout {
  /** What stands inside the brackets of a list that is not broken: nothing, or a space. */
  readonly edge?: Doc;
  /** Whether the grammar has a comma behind the last element. */
  readonly lastComma?: boolean;
  /** As many elements on each line as fit. */
  readonly filled?: boolean;
}

/**
 * A list in brackets: on one line; else its elements on one line of their own; else a line for each.
 */
export function list(p: Printing, open: string, prints: readonly Print[], close: string, layout: ListLayout = {}): Doc {
  const opening = token(p, open);
  if (prints.length === 0) return [opening, closed(p, close)];
  const edge = layout.edge ?? softline;
  const first = between(p, edge);
  const inside = elements(p, prints, line);
  const last = lastComma(p, layout.lastComma !== false);
  const comments = commentsInside(p, false);
  const middle = inside.length === 1 ? inside[0] : layout.filled ? fill(inside) : group(inside);
  return group([opening, indent([first, middle, last, comments]), edge, token(p, close)]);
}

/** The end of something empty, with the comments that stand there. */
function closed(p: Printing, close: string): Doc {
  const comments = commentsInside(p, true, true);
  return comments === "" ? token(p, close) : [indent(comments), hardline, token(p, close)];
}

/** A body in braces: a line for each part, with the empty lines of the text. */
export function braced(p: Printing, prints: readonly Print[]): Doc {
  const opening = token(p, "{");
  if (prints.length === 0) return [opening, closed(p, "}")];
  const lines = prints.map((print, index) => [lineBetween(p, index === 0), print()]);
  return [opening, indent([lines, commentsInside(p, true)]), hardline, token(p, "}")];
}

/** Entries in braces without commas. Where the first stands beside the brace, all do as long as they fit; two spaces tell them apart. */
export function entries(p: Printing, prints: readonly Print[]): Doc {
  const inline = prints.length > 0 && !breaksAfterBrace(p) && !commentBefore(p, p.tokens[p.closings[p.next]].startOffset);
  if (!inline) return braced(p, prints);
  const opening = token(p, "{");
  const inside = prints.map((print, index) => [index === 0 ? "" : [ifBreak("", " "), line], print()]);
  return group([opening, indent([line, inside]), line, token(p, "}")]);
}

/** Whether the text has a line break behind the brace that is next. */
function breaksAfterBrace(p: Printing): boolean {
  const behind = p.tokens[p.next + 1];
  return hasOwnLine(p.text, behind.startOffset);
}

/** Elements with commas between them and no brackets round them: as many on each line as fit, further lines indented. */
export function bareList(p: Printing, prints: readonly Print[]): Doc {
  const inside = elements(p, prints, line);
  return [indent(fill(inside)), upcoming(p) === "," ? lastComma(p, false) : ""];
}

/** Statements, items, arms: one after another, each on a line. */
export function lines(p: Printing, nodes: readonly Node[]): Doc {
  return nodes.map((node, index) => [lineBetween(p, index === 0), p.print(node)]);
}
