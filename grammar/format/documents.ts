/** The pieces of Prettier's documents that the printers use: texts with the places where they may be broken. */
import { builders } from "prettier/doc";

export type Doc = builders.Doc;

export const { breakParent, fill, group, hardline, ifBreak, indent, line, lineSuffix, softline } = builders;

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
