/** A binding gives way to its value wherever it is used. Not where layers are in it: its name is the path of their weights. */
import type { Let } from "../../grammar/ast.ts";
import { textOf } from "../../grammar/source.ts";
import { nodeAtOffset, walk } from "../../grammar/visit.ts";
import type { Action } from "./code-actions.ts";
import { occurrenceAt } from "./names.ts";
import type { Look } from "./project.ts";
import { namesIn } from "./references.ts";
import { rangeOf, type Range, type TextEdit } from "./text.ts";

/** Put in the place of a name these need no parentheses, because no operator binds more closely. */
const closed: ReadonlySet<string> = new Set(["Name", "Call", "Member", "Index", "IntegerLiteral", "FloatLiteral", "BooleanLiteral", "List", "Record", "Table", "Rearrange", "Contraction"]);

export function inlinings(look: Look, range: Range): readonly Action[] {
  const names = namesIn(look);
  const named = occurrenceAt(names, range.start);
  const statement = named?.symbol.node;
  if (named?.symbol.kind !== "value" || statement?.kind !== "Let" || statement.target.kind !== "Identifier" || statement.type || hasLayers(statement)) return [];
  const uses = names.occurrences.filter(({ symbol, declares }) => symbol.key === named.symbol.key && !declares);
  const plain = uses.every(({ span }) => nodeAtOffset(look.tree, span.start).some((node) => node.kind === "Name" && node.span.start === span.start));
  if (uses.length === 0 || !plain) return [];
  const text = textOf(statement.value.span);
  const newText = closed.has(statement.value.kind) ? text : `(${text})`;
  const edits: TextEdit[] = [...uses.map(({ span }) => ({ ...rangeOf(span), newText })), { ...wholeLines(look, rangeOf(statement.span)), newText: "" }];
  return [{ title: `Inline \`${named.symbol.name}\``, kind: "refactor.inline", preferred: false, edits: new Map([[look.name, edits]]) }];
}

function hasLayers(statement: Let): boolean {
  let found = false;
  walk(statement.value, (node) => void (node.kind === "Call" && node.callee.kind === "Name" && /^[A-Z]/.test(node.callee.text) && (found = true)));
  return found;
}

/** A statement with its line where nothing else stands on it. */
function wholeLines({ source: { text } }: Look, { start, end }: Range): Range {
  const from = text.lastIndexOf("\n", start - 1) + 1;
  const next = text.indexOf("\n", end);
  const to = next < 0 ? text.length : next + 1;
  return /^[ \t]*$/.test(text.slice(from, start)) && /^[ \t]*\r?\n?$/.test(text.slice(end, to)) ? { start: from, end: to } : { start, end };
}
