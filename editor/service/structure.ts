/** The shape of a text: what folds, and what a selection grows to. */
import type { Node } from "../../grammar/ast.ts";
import { positionAt } from "../../grammar/source.ts";
import { nodeAtOffset, walk } from "../../grammar/visit.ts";
import type { Look } from "./project.ts";
import { rangeOf, type Range } from "./text.ts";

export interface Fold extends Range {
  readonly kind?: "comment" | "imports" | "region";
}

const folding: ReadonlySet<Node["kind"]> = new Set(["Block", "Model", "Choice", "Weights", "Ablation", "Train", "Body", "Match", "Call", "List", "Record", "Contraction", "Rearrange", "LoopRule", "DataItem"]);

/** Everything of more than one line that stands between brackets, runs of comments, the imports, and the parts under `// ---- titles`. */
export function folds({ source, tree }: Look): readonly Fold[] {
  const lineOf = (offset: number): number => positionAt(source, offset).line;
  const found: Fold[] = [];
  walk(tree, (node) => {
    if (folding.has(node.kind) && lineOf(node.span.start) < lineOf(node.span.end)) found.push(rangeOf(node.span));
  });
  const { imports, comments } = tree;
  if (imports.length > 1) found.push({ start: imports[0].span.start, end: imports[imports.length - 1].span.end, kind: "imports" });
  const titles = comments.filter(({ text }) => /^\/\/ ?[-=]{4,}/.test(text));
  titles.forEach(({ span }, i) => {
    const end = i + 1 < titles.length ? titles[i + 1].span.start - 1 : source.text.trimEnd().length;
    if (lineOf(span.start) < lineOf(end)) found.push({ start: span.start, end, kind: "region" });
  });
  let run: typeof comments[number][] = [];
  const close = (): void => {
    if (run.length > 1) found.push({ start: run[0].span.start, end: run[run.length - 1].span.end, kind: "comment" });
  };
  for (const comment of comments) {
    const last = run.at(-1);
    const between = last ? source.text.slice(last.span.end, comment.span.start) : "";
    if (last && /^\r?\n[ \t]*$/.test(between) && !titles.includes(comment)) run.push(comment);
    else {
      close();
      const alone = /(^|\n)[ \t]*$/.test(source.text.slice(Math.max(0, comment.span.start - 200), comment.span.start));
      run = titles.includes(comment) || !alone ? [] : [comment];
    }
  }
  close();
  return found;
}

/** The ranges that a selection at an offset grows through, smallest first. */
export function selectionRanges({ tree }: Look, offset: number): readonly Range[] {
  const ranges: Range[] = [];
  for (const node of nodeAtOffset(tree, offset).toReversed()) {
    const range = rangeOf(node.span);
    const last = ranges.at(-1);
    if (!last || range.start !== last.start || range.end !== last.end) ranges.push(range);
  }
  return ranges;
}
