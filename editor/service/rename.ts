/**
 * Renaming, by trying: the edits are made in a copy of the texts, every name is resolved again, and the files are checked again. A new name that catches
 * another name, or that brings a mistake, is refused and the reason is told.
 */
import { checkedInSteps } from "../../compiler/compilation.ts";
import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.ts";
import { hardKeywords } from "../../grammar/tokens.ts";
import { positionAt } from "../../grammar/source.ts";
import { stretch, type LongWork } from "../../compiler/long-work.ts";
import { occurrenceAt, resolvingNames } from "./names.ts";
import { baseName, resolved } from "./paths.ts";
import { createProject, libraryFile, type Look, type Project } from "./project.ts";
import { allOccurrences, namesIn, namesInSteps } from "./references.ts";
import type { NameSymbol, Occurrence } from "./symbols.ts";
import { editedText, locationOf, rangeOf, type FileEdits, type Range, type TextEdit } from "./text.ts";

export interface Refusal {
  readonly refused: string;
}

/** What can be renamed at an offset, or why it cannot. */
export function prepareRename(look: Look, offset: number): (Range & { readonly name: string }) | Refusal {
  const found = occurrenceAt(namesIn(look), offset);
  if (!found) return { refused: "there is no name here that can be changed" };
  const { symbol } = found;
  if (symbol.file === "") return { refused: `\`${symbol.name}\` is an operator of the language` };
  if (libraryFile(symbol.file)) return { refused: `\`${symbol.name}\` is declared in the layer library, which is never edited` };
  return { ...rangeOf(found.span), name: symbol.name };
}

export function* rename(look: Look, offset: number, newName: string): LongWork<FileEdits | Refusal> {
  yield* stretch(namesInSteps(look), 0, 0);
  const prepared = prepareRename(look, offset);
  if ("refused" in prepared) return prepared;
  const { symbol } = occurrenceAt(namesIn(look), offset)!;
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(newName)) return { refused: `\`${newName}\` is no name: names are letters, digits and \`_\`, and begin with no digit` };
  if (hardKeywords.has(newName)) return { refused: `\`${newName}\` is a keyword` };
  if (symbol.kind === "block" && /^[A-Z]/.test(newName) !== /^[A-Z]/.test(symbol.name)) {
    return { refused: `a capital letter means that a block owns weights: \`${newName}\` would say something else than \`${symbol.name}\`` };
  }
  const edits = editsOf(yield* stretch(allOccurrences(look.project, symbol), 0, 0.3), newName);
  if (newName === symbol.name) return edits;
  return (yield* stretch(tried(look.project, symbol, newName, edits), 0.3, 1)) ?? edits;
}

function editsOf(occurrences: readonly Occurrence[], newText: string): FileEdits {
  const edits = new Map<string, TextEdit[]>();
  for (const { span } of occurrences) {
    const { file, start, end } = locationOf(span);
    edits.set(file, [...(edits.get(file) ?? []), { start, end, newText }]);
  }
  return edits;
}

/** The reason why edits may not be made; undefined where all is as before but for the name. */
function* tried(project: Project, symbol: NameSymbol, newName: string, edits: FileEdits): LongWork<Refusal | undefined> {
  const read = (name: string): string | undefined => {
    const text = project.read(name);
    const own = edits.get(name);
    return text !== undefined && own ? editedText(text, own) : text;
  };
  const known = project.knownNames();
  const after = createProject({ read, list: () => known });
  const roots = importers(project, known, [...edits.keys()]);
  const [there, here] = [new Map<string, string>(), new Map<string, string>()];
  for (const [i, name] of roots.entries()) {
    const [from, to] = [(0.2 * i) / roots.length, (0.2 * (i + 1)) / roots.length];
    const [old, made] = [project.file(name), yield* stretch(after.opening(name), from, to)];
    if (!old || !made) continue;
    const before = (yield* stretch(resolvingNames(project, old), to, to)).occurrences;
    const now = (yield* stretch(resolvingNames(after, made), to, to)).occurrences;
    const clash = before.findIndex((own, i) => !now[i] || !agree(there, own.symbol.key, now[i].symbol.key) || !agree(here, now[i].symbol.key, own.symbol.key));
    if (clash >= 0 || before.length !== now.length) {
      const place = before[clash] ?? before.at(-1);
      return { refused: `\`${newName}\` would meet another \`${newName}\`${place ? ` (${baseName(name)}, line ${positionAt(place.span.file, place.span.start).line})` : ""}` };
    }
  }
  for (const [i, name] of roots.entries()) {
    const [start, middle, end] = [0.2 + (0.8 * i) / roots.length, 0.2 + (0.8 * (i + 0.5)) / roots.length, 0.2 + (0.8 * (i + 1)) / roots.length];
    const old = yield* stretch(project.checking(name), start, middle);
    const before = countsOf(old?.compilation.diagnostics() ?? []);
    const now = yield* stretch(checkedInSteps({ ...project.host, read }, [name]), middle, end);
    for (const diagnostic of now.diagnostics()) {
      const left = before.get(diagnostic.code) ?? 0;
      if (left > 0) before.set(diagnostic.code, left - 1);
      else return { refused: `with \`${newName}\` instead of \`${symbol.name}\` the program has another mistake: ${diagnostic.message} (${baseName(diagnostic.span.file.name)}, line ${positionAt(diagnostic.span.file, diagnostic.span.start).line})` };
    }
  }
  return undefined;
}

function agree(known: Map<string, string>, from: string, to: string): boolean {
  const earlier = known.get(from);
  if (earlier === undefined) known.set(from, to);
  return earlier === undefined || earlier === to;
}

function countsOf(diagnostics: readonly Diagnostic[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { code } of diagnostics) counts.set(code, (counts.get(code) ?? 0) + 1);
  return counts;
}

/** Files, and every known file that imports one of them, through others too. */
function importers(project: Project, known: readonly string[], files: readonly string[]): readonly string[] {
  const found = new Set(files.filter((name) => !libraryFile(name)));
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const name of known) {
      if (project.file(name)?.tree.imports.some((statement) => found.has(resolved(statement.from.value, name)))) found.add(name);
    }
  }
  return [...found];
}
