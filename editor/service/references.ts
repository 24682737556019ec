/** Where a symbol is declared and used: in one file, or in every file that is known. */
import type { ProgramFile } from "../../compiler/check/program.ts";
import { stretch, type LongWork } from "../../compiler/long-work.ts";
import { namesOf, occurrenceAt, resolvingNames, type FileNames } from "./names.ts";
import { baseName, resolved } from "./paths.ts";
import { libraryFile, libraryFiles, type Look, type Project } from "./project.ts";
import type { NameSymbol, Occurrence } from "./symbols.ts";
import { locationOf, rangeOf, touches, type Location, type Range } from "./text.ts";

export function programFileOf({ source, tree, library }: Look): ProgramFile {
  return { source, tree, library, doubtful: [] };
}

export function namesIn(look: Look): FileNames {
  return namesOf(look.project, programFileOf(look));
}

/** The same in steps. */
export const namesInSteps = (look: Look): LongWork<FileNames> => resolvingNames(look.project, programFileOf(look));

export interface Definition {
  /** What was pointed at. */
  readonly from: Range;
  readonly to: readonly Location[];
}

/** The declaration of what is named at an offset; the file that an import names. */
export function definition(look: Look, offset: number): Definition | undefined {
  for (const { from } of look.tree.imports) {
    if (!touches(from.span, offset)) continue;
    const file = resolved(from.value, look.name);
    return look.project.read(file) === undefined ? undefined : { from: rangeOf(from.span), to: [{ file, start: 0, end: 0 }] };
  }
  const found = occurrenceAt(namesIn(look), offset);
  if (!found) return undefined;
  const to = declarationsOf(look.project, found.symbol);
  return to.length ? { from: rangeOf(found.span), to } : undefined;
}

export function declarationsOf(project: Project, symbol: NameSymbol): readonly Location[] {
  const file = symbol.file ? (libraryFile(symbol.file) ?? project.file(symbol.file)) : undefined;
  if (!file) return [];
  return namesOf(project, file).occurrences.filter((other) => other.declares && other.symbol.key === symbol.key).map(({ span }) => locationOf(span));
}

/** The places of a symbol in one file. */
export function occurrencesIn(project: Project, file: ProgramFile, key: string): readonly Occurrence[] {
  return namesOf(project, file).occurrences.filter(({ symbol }) => symbol.key === key);
}

/** Every place of a symbol in the files that are known, and in the library where the library declares it. */
export function* allOccurrences(project: Project, symbol: NameSymbol): LongWork<readonly Occurrence[]> {
  const own = symbol.kind === "variable" ? [symbol.file] : yield* stretch(project.reading(), 0, 0.5);
  const files = new Set([...own.flatMap((name) => project.file(name) ?? []), ...(libraryFile(symbol.file) || !symbol.file ? libraryFiles() : [])]);
  const found: Occurrence[] = [];
  let done = 0;
  for (const file of files) {
    yield { part: 0.5 + done / files.size / 2, what: baseName(file.source.name) };
    yield* stretch(resolvingNames(project, file), 0.5 + done / files.size / 2, 0.5 + ++done / files.size / 2);
    found.push(...occurrencesIn(project, file, symbol.key));
  }
  return found;
}

export function* references(look: Look, offset: number, withDeclaration: boolean): LongWork<readonly Location[]> {
  const found = occurrenceAt(yield* stretch(namesInSteps(look), 0, 0), offset);
  if (!found) return [];
  return (yield* allOccurrences(look.project, found.symbol)).filter(({ declares }) => withDeclaration || !declares).map(({ span }) => locationOf(span));
}

export interface Highlight extends Range {
  readonly write: boolean;
}

export function highlights(look: Look, offset: number): readonly Highlight[] {
  const found = occurrenceAt(namesIn(look), offset);
  return found ? occurrencesIn(look.project, programFileOf(look), found.symbol.key).map(({ span, declares }) => ({ ...rangeOf(span), write: declares })) : [];
}
