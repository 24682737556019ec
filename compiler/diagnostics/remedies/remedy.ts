/**
 * What a diagnostic can be given once it is there: places in the text that it speaks of, and candidates for a fix, found off the tree alone and what its
 * expressions turned out to be. The checker says what is wrong with what it knows while it computes; whatever a reader could look up is looked up here, after.
 * Candidates may be bold: one is offered only after it was applied and the mistake was gone (`compiler/fixes.ts`).
 */
import type { Block, Item, Model, Node, NodeKind, NodeOfKind } from "../../../grammar/ast.ts";
import { spanBetween, textOf, type Span } from "../../../grammar/source.ts";
import { children } from "../../../grammar/visit.ts";
import type { Program } from "../../check/program.ts";
import type { Value } from "../../check/values.ts";
import type { Diagnostic, Edit, Fix, RelatedPlace } from "../diagnostic.ts";

/** A diagnostic with what stands at its place. */
export interface Case {
  readonly diagnostic: Diagnostic;
  readonly program: Program;
  readonly span: Span;
  /** The underlined text. */
  readonly text: string;
  /** The nodes that hold the place, outermost first. */
  readonly path: readonly Node[];
  /** The block, model, training … in which it stands. */
  readonly item: Item | undefined;
  readonly valueOf: (tree: Node) => Value | undefined;
}

export interface Remedy {
  readonly label?: string;
  readonly related?: readonly (RelatedPlace | undefined)[];
  readonly notes?: readonly string[];
  readonly fixes?: readonly (Fix | undefined)[];
}

export type RemedyRule = (about: Case) => Remedy | undefined;

export function caseOf(program: Program, valueOf: Case["valueOf"], diagnostic: Diagnostic): Case {
  const { span } = diagnostic;
  const tree = program.files.find((file) => file.source === span.file)?.tree;
  const path = tree ? nodesAround(tree, span) : [];
  return { diagnostic, program, span, text: textOf(span), path, item: path.find((node, i): node is Item => i === 1 && node.kind !== "Import" && node.kind !== "Comment"), valueOf };
}

/** The nodes that hold a place, outermost first. */
export function nodesAround(root: Node, span: Span): readonly Node[] {
  const path: Node[] = [root];
  for (let next: Node | undefined = root; next !== undefined; ) {
    next = children(next).find((child) => child.kind !== "Comment" && child.span.start <= span.start && span.end <= child.span.end && child.span.end > child.span.start);
    if (next) path.push(next);
  }
  return path;
}

/** The innermost node of one of these kinds around the place. */
export function around<K extends NodeKind>({ path }: Pick<Case, "path">, ...kinds: readonly K[]): NodeOfKind<K> | undefined {
  return path.findLast((node): node is NodeOfKind<K> => (kinds as readonly NodeKind[]).includes(node.kind));
}

/** What the message says between back quotes, in order. */
export function quoted({ diagnostic }: Case): readonly string[] {
  return [...diagnostic.message.matchAll(/`([^`]+)`/g)].map(([, text]) => text);
}

export const replaced = (span: Span, newText: string): Edit => ({ span, newText });
export const inserted = (span: Span, at: number, newText: string): Edit => ({ span: spanBetween(span, at, at), newText });

export function fix(title: string, ...edits: readonly Edit[]): Fix {
  return { title, edits };
}

/** A fix that changes what the program means, in one of several ways. */
export function guess(title: string, ...edits: readonly Edit[]): Fix {
  return { title, edits, isGuess: true };
}

/** Takes something out of a list: with its comma, and with the line where nothing else stands on it. */
export function removed(span: Span): Edit {
  const { text } = span.file;
  let { start, end } = span;
  const before = /,\s*$/.exec(text.slice(0, start));
  const after = /^\s*,[ \t]*/.exec(text.slice(end));
  if (before) start -= before[0].length;
  else if (after) end += after[0].length;
  else {
    const [indent] = /[ \t]*$/.exec(text.slice(0, start))!;
    const [rest] = /^[ \t]*(\r?\n)?/.exec(text.slice(end))!;
    if (rest.endsWith("\n") && (start === indent.length || text[start - indent.length - 1] === "\n")) [start, end] = [start - indent.length, end + rest.length];
  }
  return replaced(spanBetween(span, start, end), "");
}

/** The white space that begins the line of a place. */
export function indentOf(span: Span): string {
  const line = span.file.text.lastIndexOf("\n", span.start - 1) + 1;
  return /^[ \t]*/.exec(span.file.text.slice(line, span.start))![0];
}

/** A name that nothing in the item has, made from another. */
export function freshName(item: Node, name: string): string {
  const text = textOf(item.span);
  for (let n = 2; ; n++) if (!new RegExp(`\\b${name}_?${n}\\b`).test(text)) return /\d$/.test(name) ? `${name}_${n}` : `${name}${n}`;
}

export const isBody = (item: Item | undefined): item is Block | Model => item?.kind === "Block" || item?.kind === "Model";
