/**
 * Formatting of a part of a text: of a selection, and while a person types. Then what a `}` or a new line has just closed is formatted (a statement, a row,
 * an item), and nothing else. The item around is read by itself, so a mistake in another one does not hinder it; one with a mistake of its own stays as it is.
 */
import type { Node } from "../../grammar/ast.ts";
import { nodeAtOffset } from "../../grammar/visit.ts";
import type { Look } from "./project.ts";
import { editedText, type Range, type TextEdit } from "./text.ts";

/** The edits that the one formatter makes in a text; none in one with a syntax error. */
export type Format = (text: string) => readonly TextEdit[];

/** The characters after which a text is looked at. */
export const formattingCharacters = ["}", "\n"] as const;

/** What is formatted by itself once it is closed. The largest one counts: of a `let` whose value is a `match`, the `let`. */
const closing: ReadonlySet<Node["kind"]> = new Set([
  "Import", "Block", "Model", "Choice", "Weights", "Ablation", "Train",
  "Let", "Parameter", "State", "Update", "Assume", "Assert", "Return", "ModelInput", "ModelOutput", "Match", "Body",
  "AblationRow", "LoadRule", "LoopRule", "IgnoreRule", "FreshRule", "FreezeRule",
  "DataItem", "WeightsItem", "LossItem", "OptimizerItem", "ScheduleItem", "NumberItem", "MetricsItem",
]);

/** The edits of formatting that lie in a range. */
export function formatRange(text: string, range: Range, format: Format): readonly TextEdit[] {
  return partOf(text, format, ({ start, end }) => range.start <= start && end <= range.end);
}

/**
 * The edits for what the character closes that was typed just before an offset. They lie in what is closed and in the blanks before it on its line, so that
 * the text from there to the cursor, where the person writes on, stays as it is.
 */
export function formatOnType(look: Look, offset: number, typed: string, format: Format): readonly TextEdit[] {
  const { source: { text }, tree } = look;
  const end = typed === "}" ? (text[offset - 1] === "}" ? offset : 0) : typed === "\n" ? endOfLineBefore(look, offset) : 0;
  if (end === 0) return [];
  const around = [...tree.imports, ...tree.items].find(({ span }) => span.start < end && end <= span.end);
  const closed = around && nodeAtOffset(tree, end - 1).find((node) => node.span.end === end && closing.has(node.kind));
  if (!around || !closed) return [];
  // The first line ending of a text is that of all its lines, so what is formatted begins with one of the file.
  const head = /^[^\n]*\r\n/.test(text) ? "\r\n" : "\n";
  const part = head + text.slice(around.span.start, around.span.end);
  const shift = around.span.start - head.length;
  const [from, to] = [Math.max(around.span.start, startWithBlanks(text, closed.span.start)) - shift, end - shift];
  const edits = partOf(part, format, ({ start }) => from <= start && start < to, to);
  return edits.map((edit) => ({ ...edit, start: edit.start + shift, end: edit.end + shift }));
}

/**
 * Those edits of formatting that are wanted, cut off at `to`: what would come behind it are blanks of the text that follows. Parentheses that mean nothing
 * come off in pairs, so where half of such a change would be made, only blanks are changed.
 */
function partOf(text: string, format: Format, wanted: (edit: TextEdit) => boolean, to = text.length): readonly TextEdit[] {
  const whole = format(text);
  const some = whole.filter(wanted).map((edit) => (edit.end <= to ? edit : { start: edit.start, end: to, newText: edit.newText.trimEnd() }));
  if (some.length === whole.length) return some;
  const after = editedText(text, some);
  if (editedText(after, format(after)) === editedText(text, whole)) return some;
  return some.filter(({ start, end, newText }) => newText.trim() === "" && text.slice(start, end).trim() === "");
}

/** The end of what stands on the line before that of an offset, without blanks and a comment; 0 where there is nothing. */
function endOfLineBefore({ source: { text }, tree }: Look, offset: number): number {
  const lineEnd = offset > 0 ? text.lastIndexOf("\n", offset - 1) : -1;
  if (lineEnd < 0) return 0;
  const lineStart = lineEnd > 0 ? text.lastIndexOf("\n", lineEnd - 1) + 1 : 0;
  const comment = tree.comments.find(({ span }) => lineStart <= span.start && span.start < lineEnd);
  const line = text.slice(lineStart, comment ? comment.span.start : lineEnd).trimEnd();
  return line === "" ? 0 : lineStart + line.length;
}

/** The beginning of the line where only blanks stand before an offset, else the offset. */
function startWithBlanks(text: string, offset: number): number {
  const start = offset > 0 ? text.lastIndexOf("\n", offset - 1) + 1 : 0;
  return /^[ \t]*$/.test(text.slice(start, offset)) ? start : offset;
}
