/**
 * The formatter as a plugin of Prettier: `prettier --plugin netc/prettier net.net`, and `net` fences in Markdown.
 *
 * It writes what `netc fmt` writes, whatever Prettier's options say: the layout is one, so the document that Prettier gets has its line breaks
 * already.
 */
import type { Parser, Plugin, Printer } from "prettier";
import { positionAt, type Position } from "../source.ts";
import { hardline } from "./documents.ts";
import { format } from "./format.ts";

/** The whole file, formatted. */
interface FormattedFile {
  readonly type: "NetcFile";
  readonly text: string;
  readonly end: number;
}

/** What Prettier shows of an error: with a place it also shows the lines there. */
class NetcSyntaxError extends SyntaxError {
  override readonly name = "SyntaxError";
  readonly loc: { readonly start: Position; readonly end: Position };
  constructor(message: string, start: Position, end: Position) {
    super(`${message} (${start.line}:${start.column})`);
    this.loc = { start, end };
  }
}

const parser: Parser<FormattedFile> = {
  parse(text) {
    const result = format(text);
    if (result.kind === "formatted") return { type: "NetcFile", text: result.text, end: text.length };
    const [{ message, span }] = result.problems;
    throw new NetcSyntaxError(message, positionAt(span.file, span.start), positionAt(span.file, span.end));
  },
  astFormat: "netc",
  locStart: () => 0,
  locEnd: ({ end }) => end,
};

const printer: Printer<FormattedFile> = {
  print: ({ node }) => node.text.split("\n").map((line, index) => (index === 0 ? line : [hardline, line])),
};

export const languages: Plugin["languages"] = [{ name: "netc", parsers: ["netc"], extensions: [".net"], vscodeLanguageIds: ["netc"] }];
export const parsers: Plugin["parsers"] = { netc: parser };
export const printers: Plugin["printers"] = { netc: printer as Printer };
/** Line endings stay what they are, unless somebody says otherwise. */
export const defaultOptions: Plugin["defaultOptions"] = { endOfLine: "auto" };
