/** Which symbol each name of a file is, found from its tree and the items that it sees; no types are asked. Computed once for each state of the texts. */
import type { Node } from "../../grammar/ast.ts";
import type { ProgramFile } from "../../compiler/check/program.ts";
import { resolved } from "./paths.ts";
import { libraryFiles, type Project } from "./project.ts";
import { resolveItem } from "./resolve-items.ts";
import { isNamed, itemSymbol, type NamedItem, type NameSymbol, type Occurrence } from "./symbols.ts";
import { touches } from "./text.ts";

export interface FileNames {
  /** In the order of the text. */
  readonly occurrences: readonly Occurrence[];
  /** The items that the file can name. */
  readonly visible: ReadonlyMap<string, NamedItem>;
  /** For each name in the text the symbol it is. */
  readonly bySpan: ReadonlyMap<number, Occurrence>;
}

const known = new WeakMap<Project, { revision: number; files: Map<string, { readonly file: ProgramFile; readonly names: FileNames }> }>();

export function namesOf(project: Project, file: ProgramFile): FileNames {
  let state = known.get(project);
  if (!state || state.revision !== project.revision) known.set(project, (state = { revision: project.revision, files: new Map() }));
  const earlier = state.files.get(file.source.name);
  if (earlier?.file.tree === file.tree) return earlier.names;
  const names = compute(project, file);
  state.files.set(file.source.name, { file, names });
  return names;
}

/** The symbol at an offset, and where it is named there. */
export function occurrenceAt(names: FileNames, offset: number): Occurrence | undefined {
  const around = names.occurrences.filter(({ span }) => touches(span, offset));
  return around.find(({ span }) => span.start <= offset && offset < span.end) ?? around[0];
}

export function symbolOf(names: FileNames, node: Node): NameSymbol | undefined {
  return names.bySpan.get(node.span.start)?.symbol;
}

let library: ReadonlyMap<string, NamedItem> | undefined;

export function libraryItems(): ReadonlyMap<string, NamedItem> {
  return (library ??= new Map(libraryFiles().flatMap((file) => file.tree.items.filter(isNamed).map((item) => [item.name.text, item] as const))));
}

/** The items of a file that others can import. */
export function itemsOf(file: ProgramFile): readonly NamedItem[] {
  return file.tree.items.filter(isNamed).filter((item) => item.name.text !== "");
}

function compute(project: Project, file: ProgramFile): FileNames {
  const visible = new Map(libraryItems());
  const occurrences: Occurrence[] = [];
  const note = (occurrence: Occurrence): void => void occurrences.push(occurrence);
  for (const statement of file.tree.imports) {
    const target = project.file(resolved(statement.from.value, file.source.name));
    const offered = new Map((target ? itemsOf(target) : []).map((item) => [item.name.text, item]));
    for (const name of statement.names) {
      const item = offered.get(name.text);
      if (!item) continue;
      visible.set(name.text, item);
      note({ symbol: itemSymbol(item), span: name.span, declares: false });
    }
  }
  for (const item of itemsOf(file)) visible.set(item.name.text, item);
  const seen = new Map<string, ReadonlyMap<string, NamedItem>>();
  const visibleFrom = (other: string): ReadonlyMap<string, NamedItem> => {
    const known = seen.get(other) ?? visibleIn(project, other, visible, file);
    seen.set(other, known);
    return known;
  };
  for (const item of file.tree.items) resolveItem({ visible, visibleIn: visibleFrom, note }, item);
  const bySpan = new Map<number, Occurrence>();
  for (const occurrence of occurrences) if (!bySpan.has(occurrence.span.start)) bySpan.set(occurrence.span.start, occurrence);
  return { occurrences: [...bySpan.values()].sort((a, b) => a.span.start - b.span.start), visible, bySpan };
}

/** What another file sees: the choices that options of its blocks name. */
function visibleIn(project: Project, name: string, own: ReadonlyMap<string, NamedItem>, file: ProgramFile): ReadonlyMap<string, NamedItem> {
  if (name === file.source.name) return own;
  const other = project.file(name);
  if (!other) return libraryItems();
  const visible = new Map(libraryItems());
  for (const statement of other.tree.imports) {
    const target = project.file(resolved(statement.from.value, name));
    for (const item of target ? itemsOf(target) : []) if (statement.names.some(({ text }) => text === item.name.text)) visible.set(item.name.text, item);
  }
  for (const item of itemsOf(other)) visible.set(item.name.text, item);
  return visible;
}
