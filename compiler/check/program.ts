/**
 * The names of a set of files: which items each file declares, what it imports, and the prelude (the layer library), which every file sees.
 */
import type { Ablation, Block, Choice, File, Identifier, Item, Model, Weights } from "../../grammar/ast.ts";
import type { SourceFile, Span } from "../../grammar/source.ts";
import { nearestName } from "../diagnostics/nearest.ts";
import type { DiagnosticSink } from "../diagnostics/diagnostic.ts";
import { reportTo } from "./scope.ts";

export interface ProgramFile {
  readonly source: SourceFile;
  readonly tree: File;
  /** Part of the layer library. */
  readonly library: boolean;
  /** What the parser could not read wholly: nothing more is said there. */
  readonly doubtful: readonly Span[];
}

/** The items that a file can name: its own, what it imports, and the library's. */
export interface FileNames {
  readonly blocks: ReadonlyMap<string, Block>;
  readonly choices: ReadonlyMap<string, Choice>;
  readonly models: ReadonlyMap<string, Model>;
  /** Names that an import brings which could not be read: nothing is known of them, and nothing is said. */
  readonly unread: ReadonlySet<string>;
}

export interface Program {
  readonly files: readonly ProgramFile[];
  readonly names: ReadonlyMap<SourceFile, FileNames>;
  /** The places that the parser could not read, for each file where it met some: nothing is said of what depends on them, so that one cause gives one error. */
  readonly doubtful: ReadonlyMap<SourceFile, readonly Span[]>;
}

/** Resolves the path of an import from the file that says it; undefined when there is no such file. */
export type ResolveImport = (from: string, importer: SourceFile) => ProgramFile | { readonly missing: string; readonly near?: string };

type NamedItem = Block | Choice | Model | Weights | Ablation;

function nameOfItem(item: Item): Identifier | undefined {
  switch (item.kind) {
    case "Block":
    case "Choice":
    case "Model":
    case "Weights":
    case "Ablation":
      return item.name;
    default:
      return undefined;
  }
}

export function linkProgram(files: readonly ProgramFile[], resolve: ResolveImport, sink: DiagnosticSink): Program {
  const target = { sink, users: [] };
  const own = new Map<SourceFile, Map<string, NamedItem>>();
  for (const file of files) own.set(file.source, itemsOf(file, target));
  const library = new Map<string, NamedItem>();
  for (const file of files) if (file.library) for (const [name, item] of own.get(file.source) ?? []) library.set(name, item);

  const names = new Map<SourceFile, FileNames>();
  for (const file of files) {
    const visible = new Map(library);
    const unread = new Set<string>();
    for (const statement of file.tree.imports) {
      const resolved = resolve(statement.from.value, file.source);
      if ("missing" in resolved) {
        reportTo(target, "NET0106", statement.from.span, { from: statement.from.value, near: resolved.near, reason: resolved.missing });
        for (const name of statement.names) unread.add(name.text);
        continue;
      }
      const offered = own.get(resolved.source) ?? new Map<string, NamedItem>();
      for (const name of statement.names) {
        if (!name.text) continue;
        const item = offered.get(name.text);
        if (item) visible.set(name.text, item);
        else reportTo(target, "NET0101", name.span, { name: name.text, what: `item in "${statement.from.value}" called`, near: nearestName(name.text, offered.keys()) });
      }
    }
    for (const [name, item] of own.get(file.source) ?? []) visible.set(name, item);
    names.set(file.source, {
      blocks: select(visible, "Block"),
      choices: select(visible, "Choice"),
      models: select(visible, "Model"),
      unread,
    });
  }
  reportImportCycles(files, resolve, target);
  return { files, names, doubtful: new Map(files.filter((file) => file.doubtful.length).map((file) => [file.source, file.doubtful])) };
}

function select<K extends NamedItem["kind"]>(items: ReadonlyMap<string, NamedItem>, kind: K): Map<string, Extract<NamedItem, { kind: K }>> {
  const found = new Map<string, Extract<NamedItem, { kind: K }>>();
  for (const [name, item] of items) if (item.kind === kind) found.set(name, item as Extract<NamedItem, { kind: K }>);
  return found;
}

function itemsOf(file: ProgramFile, target: Parameters<typeof reportTo>[0]): Map<string, NamedItem> {
  const items = new Map<string, NamedItem>();
  for (const item of file.tree.items) {
    const name = nameOfItem(item);
    if (!name || !name.text) continue;
    if (items.has(name.text)) {
      const first = nameOfItem(items.get(name.text)!)!;
      reportTo(target, "NET0105", name.span, { name: name.text, what: "name" }, { related: [{ span: first.span, message: "declared first here" }] });
    } else items.set(name.text, item as NamedItem);
  }
  return items;
}

function reportImportCycles(files: readonly ProgramFile[], resolve: ResolveImport, target: Parameters<typeof reportTo>[0]): void {
  const done = new Set<SourceFile>();
  for (const start of files) {
    const walk = (file: ProgramFile, trail: readonly ProgramFile[]): void => {
      if (done.has(file.source)) return;
      for (const statement of file.tree.imports) {
        const next = resolve(statement.from.value, file.source);
        if ("missing" in next) continue;
        const at = [...trail, file].findIndex((earlier) => earlier.source === next.source);
        if (at >= 0) {
          const cycle = [...[...trail, file].slice(at), next].map((member) => member.source.name);
          reportTo(target, "NET0107", statement.from.span, { cycle });
        } else walk(next, [...trail, file]);
      }
      done.add(file.source);
    };
    walk(start, []);
  }
}

export function itemsOfKind<K extends Item["kind"]>(file: File, kind: K): readonly Extract<Item, { kind: K }>[] {
  return file.items.filter((item): item is Extract<Item, { kind: K }> => item.kind === kind);
}
