/** Writes the highlighters of the editors and of the viewer's page from the tables of the language: `node scripts/run-ts.mjs scripts/highlighting.ts`; a test demands that they are up to date. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pagePatterns } from "../editor/highlight/page.ts";
import { textMateGrammar } from "../editor/highlight/textmate.ts";
import { vimDetection, vimSyntax } from "../editor/highlight/vim.ts";

/** The generated files and their texts. */
export const highlighters: Readonly<Record<string, () => string>> = {
  "editor/vscode/syntaxes/netc.tmLanguage.json": textMateGrammar,
  "editor/vim/syntax/netc.vim": vimSyntax,
  "editor/vim/ftdetect/netc.vim": vimDetection,
  "editor/view/page/line-patterns.ts": pagePatterns,
};

/** Run as a script, and not imported by its test. */
if (!process.env["VITEST"]) for (const [file, text] of Object.entries(highlighters)) writeFileSync(join(...file.split("/")), text());
