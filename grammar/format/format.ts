/**
 * The formatter: a text becomes the same program in the one layout.
 *
 * There are no options. Line breaks of the text mean nothing, but for these: one empty line between two statements or items is kept, and entries
 * in braces that begin on a line of their own stay a line each. A text with a syntax error is not touched.
 */
import { printer } from "prettier/doc";
import { parseWithTokens, type SyntaxProblem } from "../parse.ts";
import { createSourceFile, type SourceFile } from "../source.ts";
import { lineWidth } from "./documents.ts";
import { print } from "./printers.ts";
import { createPrinting } from "./printing.ts";

export type Formatted =
  | { readonly kind: "formatted"; readonly text: string }
  /** The text has syntax errors and stays as it is. */
  | { readonly kind: "broken"; readonly source: SourceFile; readonly problems: readonly SyntaxProblem[] };

/** Formats a text. Its line endings and byte-order mark are kept; problems speak of it as `name`. */
export function format(text: string, name = "text.net"): Formatted {
  const source = createSourceFile(name, text);
  const { file, problems, tokens } = parseWithTokens(source);
  if (problems.length > 0) return { kind: "broken", source, problems };
  const { comments } = file;
  const printing = createPrinting(text, tokens, comments, print);
  const document = printing.print(file);
  if (printing.next < tokens.length || printing.nextComment < comments.length) throw new Error("the printer did not come to the end of the text");
  const { formatted } = printer.printDocToString(document, { printWidth: lineWidth, tabWidth: 2, useTabs: false });
  const mark = text.startsWith("\ufeff") ? "\ufeff" : "";
  return { kind: "formatted", text: mark + (lineEnding(text) === "\n" ? formatted : formatted.replaceAll("\n", "\r\n")) };
}

/** The ending of the first line, which all lines then have. */
function lineEnding(text: string): "\n" | "\r\n" {
  const first = text.indexOf("\n");
  return first > 0 && text[first - 1] === "\r" ? "\r\n" : "\n";
}
