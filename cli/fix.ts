/** `netc check --fix`: applies every fix that helps, one after another, and writes the files when all are applied; `--dry-run` shows what would change. */
import { createCompilation, type CompilationHost } from "../compiler/compilation.ts";
import type { Diagnostic, Edit } from "../compiler/diagnostics/diagnostic.ts";
import { describeFix } from "../compiler/diagnostics/render-human.ts";
import { applyEdits, editsByFile, fixesOf } from "../compiler/fixes.ts";
import { positionAt } from "../grammar/source.ts";
import { fileHost } from "./host.ts";
import { writeWhole } from "./output.ts";

/** More fixes than this in one command are a sign that something goes round. */
const mostFixes = 200;

interface Applied {
  readonly place: string;
  readonly text: string;
}

/** Applies fixes until none helps; gives what was done and the new texts by file. */
function fixedTexts(names: readonly string[]): { readonly applied: readonly Applied[]; readonly texts: ReadonlyMap<string, string> } {
  const texts = new Map<string, string>();
  const host: CompilationHost = { ...fileHost, read: (name) => texts.get(name) ?? fileHost.read(name) };
  const applied: Applied[] = [];
  while (applied.length < mostFixes) {
    const diagnostics = createCompilation(host, names).diagnostics();
    const next = firstFix(host, names, diagnostics);
    if (!next) break;
    for (const [name, edits] of editsByFile(next.edits)) texts.set(name, applyEdits(edits[0].span.file.text, edits)!);
    applied.push(next.applied);
  }
  return { applied, texts };
}

function firstFix(host: CompilationHost, names: readonly string[], diagnostics: readonly Diagnostic[]): { readonly edits: readonly Edit[]; readonly applied: Applied } | undefined {
  for (const diagnostic of diagnostics) {
    const fix = fixesOf(host, names, diagnostics, diagnostic).find(({ isGuess }) => !isGuess);
    if (!fix) continue;
    const { line, column } = positionAt(diagnostic.span.file, diagnostic.span.start);
    return { edits: fix.edits, applied: { place: `${diagnostic.span.file.name}:${line}:${column}`, text: `${diagnostic.code}: ${describeFix(fix)}` } };
  }
  return undefined;
}

export function fix(names: readonly string[], dryRun: boolean): void {
  const { applied, texts } = fixedTexts(names);
  for (const { place, text } of applied) process.stdout.write(`${place}: ${text}\n`);
  for (const [name, text] of texts) {
    if (dryRun) process.stdout.write(changedLines(name, fileHost.read(name) ?? "", text));
    else writeWhole(name, [text]);
  }
  const count = applied.length;
  process.stdout.write(count === 0 ? "nothing to fix\n" : dryRun ? `${count} fix${count === 1 ? "" : "es"} would be applied\n` : `${count} fix${count === 1 ? "" : "es"} applied\n`);
}

/** The lines that differ, old ones with `-`, new ones with `+`: a longest common subsequence of the lines between the first and last change. */
export function changedLines(name: string, before: string, after: string): string {
  const [old, now] = [before.split("\n"), after.split("\n")];
  let from = 0;
  while (from < old.length && from < now.length && old[from] === now[from]) from++;
  let [oldEnd, nowEnd] = [old.length, now.length];
  while (oldEnd > from && nowEnd > from && old[oldEnd - 1] === now[nowEnd - 1]) [oldEnd, nowEnd] = [oldEnd - 1, nowEnd - 1];
  const [a, b] = [old.slice(from, oldEnd), now.slice(from, nowEnd)];
  const common = Array.from({ length: a.length + 1 }, () => new Int32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) for (let j = b.length - 1; j >= 0; j--) common[i][j] = a[i] === b[j] ? common[i + 1][j + 1] + 1 : Math.max(common[i + 1][j], common[i][j + 1]);
  const lines = [`--- ${name}`];
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    if (i < a.length && j < b.length && a[i] === b[j]) [i, j] = [i + 1, j + 1];
    else if (j >= b.length || (i < a.length && common[i + 1][j] >= common[i][j + 1])) lines.push(`${String(from + i + 1).padStart(4)} - ${a[i++]}`);
    else lines.push(`${String(from + j + 1).padStart(4)} + ${b[j++]}`);
  }
  return `${lines.join("\n")}\n`;
}
