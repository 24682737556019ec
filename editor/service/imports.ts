/** Imports as text: adding a name, the links of import paths, and what changes when a file gets another name. */
import { textOf } from "../../grammar/source.ts";
import type { LongWork } from "../../compiler/long-work.ts";
import { importPath, resolved } from "./paths.ts";
import type { Look, Project } from "./project.ts";
import { rangeOf, type FileEdits, type Range, type TextEdit } from "./text.ts";

/** The edit that imports a name of a file: into the import of that file where there is one, else as a new line behind the others. */
export function importEdit(look: Look, file: string, name: string): TextEdit {
  const { imports, items } = look.tree;
  const known = imports.find(({ from }) => resolved(from.value, look.name) === file);
  const last = known?.names.at(-1);
  if (last) return { start: last.span.end, end: last.span.end, newText: `, ${name}` };
  const line = `import { ${name} } from "${importPath(file, look.name)}"`;
  const behind = imports.at(-1);
  if (behind) return { start: behind.span.end, end: behind.span.end, newText: `\n${line}` };
  // Behind the comments that speak of the file, before those that speak of its first item.
  const { text } = look.source;
  const head = /^(?:\ufeff?(?:[ \t]*\/\/!.*)?\r?\n)*/.exec(text)![0].length;
  const start = Math.min(head, items[0]?.span.start ?? head);
  return { start, end: start, newText: `${line}\n\n` };
}

export interface Link extends Range {
  readonly file: string;
}

/** The files that the imports of a text name, where they exist. */
export function links(look: Look): readonly Link[] {
  return look.tree.imports.flatMap(({ from }) => {
    const file = resolved(from.value, look.name);
    return from.value && look.project.read(file) !== undefined ? [{ ...rangeOf(from.span), file }] : [];
  });
}

/** What imports must say once files have other names. A file that moves is imported by others and imports others. */
export function* editsForMoves(project: Project, moves: ReadonlyMap<string, string>): LongWork<FileEdits> {
  const moved = (name: string): string => {
    for (const [from, to] of moves) {
      if (name === from) return to;
      if (name.startsWith(`${from}/`)) return `${to}${name.slice(from.length)}`;
    }
    return name;
  };
  const edits = new Map<string, readonly TextEdit[]>();
  for (const name of yield* project.reading()) {
    const own = (project.file(name)?.tree.imports ?? []).flatMap(({ from }): TextEdit[] => {
      const target = resolved(from.value, name);
      if (!from.value || (moved(target) === target && moved(name) === name) || project.read(target) === undefined) return [];
      const newText = `"${importPath(moved(target), moved(name))}"`;
      return newText === textOf(from.span) ? [] : [{ ...rangeOf(from.span), newText }];
    });
    if (own.length) edits.set(name, own);
  }
  return edits;
}
