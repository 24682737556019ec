/**
 * Checking a program in pieces, for a change in it that nobody made yet: it grows from nothing, files before those that import them, blocks before models
 * before what speaks of models, and each piece checks what is new. So others are served in between, which a check in one piece would keep waiting.
 */
import { createCompilation, createMemory, type Compilation, type CompilationHost } from "../../compiler/compilation.ts";
import type { File, Item } from "../../grammar/ast.ts";
import { parse } from "../../grammar/parse.ts";
import { createSourceFile } from "../../grammar/source.ts";
import type { LongWork } from "../../compiler/long-work.ts";
import { baseName } from "./paths.ts";

/** A piece has so many characters of blocks, or one item of another kind. */
const usualPiece = 3_000;
/** What each piece costs beside what is new in it grows with the file, so a long file has larger pieces instead of more. */
const mostPieces = 20;

interface ReadFile {
  readonly name: string;
  readonly text: string;
  /** The items in the order in which they are added. */
  readonly pieces: readonly (readonly Item[])[];
}

/** The program of a root in the texts of a host, checked. `treeOf` gives the trees of these texts, where they are known. */
export function* checkedInPieces(host: CompilationHost, root: string, treeOf: (name: string) => File | undefined = () => undefined): LongWork<Compilation> {
  const memory = createMemory();
  const files = filesOf(host, root, treeOf);
  const texts = new Map(files.map(({ name, text }) => [name, text]));
  const all = files.reduce((sum, { pieces }) => sum + pieces.length, 1);
  let done = 0;
  for (const [i, { name, text, pieces }] of files.entries()) {
    const roots = files.slice(0, i + 1).map((file) => file.name);
    for (let shown = 1; shown <= pieces.length; shown++) {
      yield { part: done++ / all, what: baseName(name) };
      const now = without(text, pieces.slice(shown).flat());
      const read = (file: string): string | undefined => (file === name ? now : (texts.get(file) ?? host.read(file)));
      createCompilation({ ...host, read }, roots, memory).diagnostics();
    }
  }
  yield { part: done / all, what: baseName(root) };
  const compilation = createCompilation(host, [root], memory);
  compilation.diagnostics();
  return compilation;
}

/** A root and what it imports, each file behind those that it imports. */
function filesOf(host: CompilationHost, root: string, treeOf: (name: string) => File | undefined): readonly ReadFile[] {
  const ordered: ReadFile[] = [];
  const seen = new Set<string>();
  const visit = (name: string): void => {
    const text = seen.has(name) ? undefined : host.read(name);
    seen.add(name);
    if (text === undefined) return;
    const file = treeOf(name) ?? parse(createSourceFile(name, text)).file;
    for (const { from } of file.imports) if (from.value) visit(host.resolve(from.value, name));
    ordered.push({ name, text, pieces: piecesOf(file.items, Math.max(usualPiece, text.length / mostPieces)) });
  };
  visit(root);
  return ordered;
}

const late: readonly Item["kind"][] = ["Model", "Ablation", "Weights", "Train"];

function piecesOf(items: readonly Item[], longest: number): readonly (readonly Item[])[] {
  const pieces: Item[][] = [[]];
  let length = 0;
  for (const item of items) {
    if (late.includes(item.kind)) continue;
    const own = item.span.end - item.span.start;
    if (length > 0 && length + own > longest) {
      pieces.push([]);
      length = 0;
    }
    pieces[pieces.length - 1].push(item);
    length += own;
  }
  return [...pieces, ...late.flatMap((kind) => items.filter((item) => item.kind === kind).map((item) => [item]))];
}

/** A text in which some items are blank, and everything else stands where it stood. */
function without(text: string, items: readonly Item[]): string {
  let [result, at] = ["", 0];
  for (const { span } of [...items].sort((a, b) => a.span.start - b.span.start)) {
    result += text.slice(at, span.start) + text.slice(span.start, span.end).replace(/[^\r\n]+/g, (line) => " ".repeat(line.length));
    at = span.end;
  }
  return result + text.slice(at);
}
