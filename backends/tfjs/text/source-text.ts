/** What the source says beside its statements: the comment at the end of a line, and where a block is declared. */
import { positionAt, type Span } from "../../../grammar/source.ts";
import type { Node } from "../../../compiler/ir/graph.ts";
import { phaseOf } from "../functions/phase.ts";

/** `cd2fsan.net:120`. */
export const placeText = ({ file, start }: Span): string => `${file.name.slice(file.name.lastIndexOf("/") + 1)}:${positionAt(file, start).line}`;

/** The comment behind the statement of a value, for the lines of the way there; nothing where there is none. */
export function commentAt(node: Node): string {
  if (phaseOf(node) === "backward") return "";
  const { file, end } = node.location.span;
  const { text } = file;
  const stop = text.indexOf("\n", end);
  // A slash in a text of the source is none of a comment: there the comment follows the last quote.
  const line = text.slice(end, stop < 0 ? undefined : stop);
  return /(?:^|\s)\/\/(?!\/)\s*([^"]*)$/.exec(line)?.[1].trim() ?? "";
}
