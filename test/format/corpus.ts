/** Every text of the language in the repository, and what a layout must keep of it. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { formatEdits } from "../../grammar/format/edits.ts";
import { format } from "../../grammar/format/format.ts";
import { lex } from "../../grammar/lex.ts";
import { parse } from "../../grammar/parse.ts";
import { createSourceFile } from "../../grammar/source.ts";
import { repository } from "../programs.ts";

export interface NamedText {
  readonly name: string;
  readonly text: string;
}

const folders = ["models", "examples", "compiler/std", "test"] as const;

function filesUnder(folder: string, ending: string): readonly string[] {
  return readdirSync(join(repository, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
    .sort();
}

/** The `.net` files of the repository. */
export const files: readonly NamedText[] = folders.flatMap((folder) => filesUnder(folder, ".net")).map((name) => ({ name, text: readFileSync(join(repository, name), "utf8") }));

/** Code in the pages of the documentation: every fence that is marked `net`, right or wrong. */
export const fences: readonly NamedText[] = ["README.md", "CHANGELOG.md", ...filesUnder("docs", ".md"), ...filesUnder("compiler/diagnostics/explain", ".md")].flatMap((name) => {
  const page = readFileSync(join(repository, name), "utf8");
  return [...page.matchAll(/^( *)```net[^\n]*\n([\s\S]*?)^ *```$/gm)].map((match) => ({
    name: `${name}:${page.slice(0, match.index).split("\n").length + 1}`, text: match[2].replaceAll(new RegExp(`^${match[1]}`, "gm"), ""),
  }));
});

/** Whether a text has syntax errors. */
export function isBroken(text: string): boolean {
  return parse(createSourceFile("text.net", text)).problems.length > 0;
}

/** The tree without its places, as text. */
export function treeOf(text: string): string {
  const { file } = parse(createSourceFile("text.net", text));
  return JSON.stringify(file, (key, value: unknown) => (key === "span" || key === "operatorSpan" || key === "comments" ? undefined : value), 1);
}

/** The comments in order: each with the number of names, numbers and marks before it, and whether it has a line of its own. */
export function commentsOf(text: string): readonly string[] {
  const { tokens, comments } = lex(createSourceFile("text.net", text));
  const standing = tokens.filter(({ image }) => !/^[(),]$/.test(image)).map(({ startOffset }) => startOffset);
  return comments.map((comment) => {
    const before = standing.filter((start) => start < comment.span.start).length;
    const ownLine = /(^|[\r\n\ufeff])\s*$/.test(text.slice(0, comment.span.start));
    return `${before} ${ownLine ? "own line" : "behind"} ${comment.text.trimEnd()}`;
  });
}

/** The formatted text; a text with a syntax error is a fault of the test. */
export function formatted(text: string): string {
  const result = format(text);
  if (result.kind === "broken") throw new Error(`the text has a syntax error: ${result.problems[0].message}`);
  return result.text;
}

/** A text with the edits of its formatting applied. */
export function withEdits(text: string): string {
  let result = "";
  let done = 0;
  for (const { start, end, newText } of formatEdits(text)) {
    if (start < done) throw new Error(`the edit at ${start} begins before the end of the one before it`);
    result += text.slice(done, start) + newText;
    done = end;
  }
  return result + text.slice(done);
}

/** What is wrong with how a text is formatted, in words; nothing if all is well. */
export function faultsOf(text: string): readonly string[] {
  const once = formatted(text);
  if (isBroken(once)) return [`the formatted text has a syntax error:\n${once}`];
  const faults: string[] = [];
  if (formatted(once) !== once) faults.push(`formatted twice, the text changes again:\n${once}\n----------\n${formatted(once)}`);
  if (treeOf(once) !== treeOf(text)) faults.push(`the tree is another:\n${text}\n----------\n${once}`);
  const [before, after] = [commentsOf(text), commentsOf(once)];
  if (before.join("\n") !== after.join("\n")) faults.push(`the comments are others:\n${before.join("\n")}\n----------\n${after.join("\n")}\n----------\n${once}`);
  if (withEdits(text) !== once) faults.push(`the edits do not lead to the formatted text:\n${text}\n----------\n${withEdits(text)}`);
  if (/[ \t]$/m.test(once)) faults.push(`a line ends with blanks:\n${once}`);
  return faults;
}
