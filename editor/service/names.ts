/** Which symbol each name of a file is, found from its tree and the items that it sees; no types are asked. Computed once for each state of the texts, and
 * for an item only when it or what it names is another. */
import type { Item, Node } from "../../grammar/ast.ts";
import type { ProgramFile } from "../../compiler/check/program.ts";
import { finished, type LongWork } from "../../compiler/long-work.ts";
import { baseName, resolved } from "./paths.ts";
import { libraryFiles, type Project } from "./project.ts";
import type { Visible } from "./resolve-expressions.ts";
import { resolveItem } from "./resolve-items.ts";
import { isNamed, itemSymbol, type NamedItem, type NameSymbol, type Occurrence } from "./symbols.ts";
import { touches, type Range } from "./text.ts";

export interface FileNames {
  /** In the order of the text; no two at one place. */
  readonly occurrences: readonly Occurrence[];
  /** The items that the file can name. */
  readonly visible: ReadonlyMap<string, NamedItem>;
}

const known = new WeakMap<Project, { revision: number; files: Map<string, { readonly file: ProgramFile; readonly names: FileNames }> }>();

export function namesOf(project: Project, file: ProgramFile): FileNames {
  return finished(resolvingNames(project, file));
}

/** The same in steps, an item after the other. */
export function* resolvingNames(project: Project, file: ProgramFile): LongWork<FileNames> {
  let state = known.get(project);
  if (!state || state.revision !== project.revision) known.set(project, (state = { revision: project.revision, files: new Map() }));
  const earlier = state.files.get(file.source.name);
  if (earlier?.file.tree === file.tree) return earlier.names;
  const names = yield* compute(project, file);
  state.files.set(file.source.name, { file, names });
  return names;
}

/** The place of the first occurrence that begins at an offset or behind it. */
function firstFrom(occurrences: readonly Occurrence[], offset: number): number {
  let [low, high] = [0, occurrences.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (occurrences[middle].span.start < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The symbol at an offset, and where it is named there; between two names that touch, the one behind. */
export function occurrenceAt({ occurrences }: FileNames, offset: number): Occurrence | undefined {
  const next = firstFrom(occurrences, offset + 1);
  const [last, before] = [occurrences[next - 1], occurrences[next - 2]];
  return last && touches(last.span, offset) ? last : before && touches(before.span, offset) ? before : undefined;
}

/** The names in a stretch of the text. */
export function occurrencesWithin({ occurrences }: FileNames, { start, end }: Range): readonly Occurrence[] {
  return occurrences.slice(firstFrom(occurrences, start), firstFrom(occurrences, end + 1));
}

export function symbolOf({ occurrences }: FileNames, node: Node): NameSymbol | undefined {
  const { start } = node.span;
  const found = occurrences[firstFrom(occurrences, start)];
  return found?.span.start === start ? found.symbol : undefined;
}

let library: ReadonlyMap<string, NamedItem> | undefined;

export function libraryItems(): ReadonlyMap<string, NamedItem> {
  return (library ??= new Map(libraryFiles().flatMap((file) => file.tree.items.filter(isNamed).map((item) => [item.name.text, item] as const))));
}

/** The items of a file that others can import. */
export function itemsOf(file: ProgramFile): readonly NamedItem[] {
  return file.tree.items.filter(isNamed).filter((item) => item.name.text !== "");
}

function* compute(project: Project, file: ProgramFile): LongWork<FileNames> {
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
  let isInOrder = true;
  for (const [i, item] of file.tree.items.entries()) {
    yield { part: i / file.tree.items.length, what: baseName(file.source.name) };
    const own = namesOfItem(item, visible, visibleFrom);
    if (own.length > 0 && occurrences.length > 0 && own[0].span.start < occurrences[occurrences.length - 1].span.start) isInOrder = false; // an import stands where it may not
    for (const occurrence of own) occurrences.push(occurrence);
  }
  return { occurrences: isInOrder ? occurrences : occurrences.sort((a, b) => a.span.start - b.span.start), visible };
}

/** What was found out about an item, and what names meant for it. */
interface Resolved {
  readonly occurrences: readonly Occurrence[];
  /** By file, "" for the own one, and name. */
  readonly meanings: ReadonlyMap<string, ReadonlyMap<string, NamedItem | undefined>>;
}

const resolvedItems = new WeakMap<Item, Resolved>();

/** The names of an item; those that were found in an earlier state of the texts, where each name that it asked for means the same. */
function namesOfItem(item: Item, visible: Visible, visibleFrom: (file: string) => Visible): readonly Occurrence[] {
  const from = (file: string): Visible => (file === "" ? visible : visibleFrom(file));
  const earlier = resolvedItems.get(item);
  if (earlier && [...earlier.meanings].every(([file, names]) => [...names].every(([name, meaning]) => from(file).get(name) === meaning))) return earlier.occurrences;
  const meanings = new Map<string, Map<string, NamedItem | undefined>>();
  const noting = (file: string): Visible => ({
    get(name) {
      const meaning = from(file).get(name);
      const names = meanings.get(file) ?? new Map<string, NamedItem | undefined>();
      meanings.set(file, names.set(name, meaning));
      return meaning;
    },
  });
  const found = new Map<number, Occurrence>();
  const note = (occurrence: Occurrence): void => {
    if (!found.has(occurrence.span.start)) found.set(occurrence.span.start, occurrence);
  };
  resolveItem({ visible: noting(""), visibleIn: noting, note }, item);
  const occurrences = [...found.entries()].sort(([a], [b]) => a - b).map(([, occurrence]) => occurrence);
  resolvedItems.set(item, { occurrences, meanings });
  return occurrences;
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
