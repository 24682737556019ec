/** An axis that is only a number gets a name, so that it can be spoken of. */
import { walk } from "../../grammar/visit.ts";
import { textOf } from "../../grammar/source.ts";
import type { Action } from "./code-actions.ts";
import type { Look } from "./project.ts";
import { freshName } from "./fresh-name.ts";
import { overlaps, type Range } from "./text.ts";

export function axisNamings(look: Look, range: Range): readonly Action[] {
  const found: Action[] = [];
  walk(look.tree, (node) => {
    if (node.kind !== "UnnamedAxis" || !overlaps(node.span, range)) return;
    const name = freshName(look, node.span.start, "axis");
    found.push({ title: `Name the axis of size ${textOf(node.size.span)}`, kind: "refactor.rewrite", preferred: false, edits: new Map([[look.name, [{ start: node.span.start, end: node.span.start, newText: `${name} = ` }]]]) });
  });
  return found;
}
