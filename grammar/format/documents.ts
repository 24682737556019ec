/** The pieces of Prettier's documents that the printers use: texts with the places where they may be broken. */
import { builders } from "prettier/doc";

export type Doc = builders.Doc;

export const { breakParent, fill, group, hardline, ifBreak, indent, line, lineSuffix, softline } = builders;

/** Parts one after another, words that stand side by side as one: a smaller document is laid out sooner. */
export function sequence(...parts: readonly Doc[]): Doc {
  const docs: Doc[] = [];
  append(docs, parts);
  return docs.length === 1 ? docs[0] : docs;
}

function append(docs: Doc[], parts: readonly Doc[]): void {
  for (const part of parts) {
    const last = docs[docs.length - 1] as Doc | undefined;
    if (Array.isArray(part)) append(docs, part);
    else if (typeof part === "string" && typeof last === "string") docs[docs.length - 1] = last + part;
    else if (part !== "") docs.push(part);
  }
}

/** Columns of a line, as far as it can be broken. */
export const lineWidth = 150;

/** The columns that a document takes without line breaks; infinitely many where a line must break. */
export function flatWidth(doc: Doc): number {
  if (typeof doc === "string") return doc.length;
  if (Array.isArray(doc)) return doc.reduce((sum: number, part) => sum + flatWidth(part), 0);
  switch (doc.type) {
    case "line":
      return doc.hard === true ? Infinity : doc.soft === true ? 0 : 1;
    case "group":
    case "indent":
      return flatWidth(doc.contents);
    case "fill":
      return flatWidth(doc.parts);
    case "if-break":
      return flatWidth(doc.flatContents);
    default:
      return 0;
  }
}
