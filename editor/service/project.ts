/**
 * The one owner of texts and compilations. Open documents hide the files of the same name; an edit makes the compilations that read the older text
 * worthless, and the next question makes new ones. Nothing that was found in an older compilation may be used beside a newer one: spans move.
 */
import type { File, Model } from "../../grammar/ast.ts";
import { parseInSteps } from "../../grammar/parse-in-steps.ts";
import { createSourceFile, type SourceFile } from "../../grammar/source.ts";
import { createCompilation, createMemory, readAhead, type CompilationMemory, type Compilation, type CompilationHost, type Variant } from "../../compiler/compilation.ts";
import type { ProgramFile } from "../../compiler/check/program.ts";
import { settingOf } from "../../compiler/setting.ts";
import { finished, stretch, type LongWork } from "../../compiler/long-work.ts";
import { baseName, folderOf, resolved } from "./paths.ts";

/** Where texts come from that no document holds. */
export interface Files {
  /** The text of a file, or undefined when there is none or it cannot be read. */
  read(name: string): string | undefined;
  /** Every `.net` file of the workspace that is known; `undefined` now and then, where looking for them goes on. */
  list(): Iterable<string | undefined>;
}

/** What a person chose: by the model's name, a row of an ablation, and values of config keys. */
export interface Choices {
  readonly variants: Readonly<Record<string, string>>;
  readonly settings: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** A file as it is now, with the compilation that has it as its root. */
export interface Look {
  readonly project: Project;
  readonly name: string;
  readonly compilation: Compilation;
  readonly source: SourceFile;
  readonly tree: File;
  readonly library: boolean;
}

export interface Project {
  /** Sets the text of an open document. */
  setText(name: string, text: string): void;
  /** The document is closed: the file counts again. */
  close(name: string): void;
  isOpen(name: string): boolean;
  openNames(): readonly string[];
  /** Something outside changed: a file, the workspace or what was chosen. */
  touch(): void;
  /** Changes with every text. */
  readonly revision: number;
  choices: Choices;
  readonly host: CompilationHost;
  read(name: string): string | undefined;
  /** The text of a file and its tree, without what it means. */
  file(name: string): ProgramFile | undefined;
  /** The same in steps: the file as it was at the first one. */
  opening(name: string): LongWork<ProgramFile | undefined>;
  /** Undefined where there is no such file. */
  look(name: string): Look | undefined;
  /** The same where it is at hand: nothing is read for it. */
  glance(name: string): Look | undefined;
  /** The same in steps: what was not parsed yet is. No step may follow an edit, here and in `checking`. */
  looking(name: string): LongWork<Look | undefined>;
  /** The same, and the program is checked. */
  checking(name: string): LongWork<Look | undefined>;
  /** Every file that can be known: open ones, those of the workspace, and what they import. */
  knownNames(): readonly string[];
  /** The same in steps: files that were not read yet are. */
  reading(): LongWork<readonly string[]>;
  /** The variant of a model that a person chose, with the settings that apply. */
  chosenVariant(compilation: Compilation, model: Model): Variant;
}

/** Compilations that are kept at once, beside those of open documents. */
const mostKept = 4;

interface Kept {
  readonly compilation: Compilation;
  /** What was read for it. */
  readonly texts: ReadonlyMap<string, string | undefined>;
  revision: number;
}

export function createProject(files: Files): Project {
  const open = new Map<string, string>();
  const kept = new Map<string, Kept>();
  /** What compilations of a root leave for the next one. */
  const memories = new Map<string, CompilationMemory>();
  const trees = new Map<string, { readonly text: string; readonly file: ProgramFile }>();
  let revision = 0;
  const read = (name: string): string | undefined => open.get(name) ?? files.read(name);
  const host: CompilationHost = {
    read,
    resolve: resolved,
    beside: (name) => [...new Set([...open.keys(), ...files.list()])].flatMap((other) => (other !== undefined && folderOf(other) === folderOf(name) ? [baseName(other)] : [])),
  };

  const compile = (name: string): Kept => {
    const texts = new Map<string, string | undefined>();
    const compilation = createCompilation({ ...host, read: (file) => (texts.set(file, read(file)), texts.get(file)) }, [name], memoryOf(name));
    return { compilation, texts, revision };
  };
  const memoryOf = (name: string): CompilationMemory => {
    let memory = memories.get(name);
    if (!memory) memories.set(name, (memory = createMemory()));
    return memory;
  };
  const isCurrent = (own: Kept): boolean => {
    if (own.revision === revision) return true;
    for (const [file, text] of own.texts) if (read(file) !== text) return false;
    own.revision = revision;
    return true;
  };
  const compilationOf = (name: string): Compilation => {
    const known = kept.get(name);
    kept.delete(name);
    const now = known && isCurrent(known) ? known : compile(name);
    kept.set(name, now);
    for (const other of kept.keys()) {
      if (kept.size <= open.size + mostKept) break;
      if (open.has(other) || other === name) continue;
      kept.delete(other);
      memories.delete(other);
    }
    return now.compilation;
  };
  function* opening(name: string): LongWork<ProgramFile | undefined> {
    const compiled = kept.get(name);
    if (compiled && isCurrent(compiled)) return compiled.compilation.program.files.find(({ source }) => source.name === name);
    const text = read(name);
    if (text === undefined) return libraryFile(name);
    const known = trees.get(name);
    if (known?.text === text) return known.file;
    const source = createSourceFile(name, text);
    const work = parseInSteps(source);
    let step = work.next();
    for (; !step.done; step = work.next()) yield { part: step.value, what: baseName(name) };
    const other = trees.get(name);
    if (other?.text === text) return other.file; // was read meanwhile
    const made: ProgramFile = { source, tree: step.value.file, library: false, doubtful: step.value.doubtful };
    trees.set(name, { text, file: made });
    return made;
  }
  const file = (name: string): ProgramFile | undefined => finished(opening(name));
  const project: Project = {
    setText(name, text) {
      if (open.get(name) === text) return;
      open.set(name, text);
      revision++;
    },
    close(name) {
      if (open.delete(name)) revision++;
      kept.delete(name);
      memories.delete(name);
      trees.delete(name);
    },
    isOpen: (name) => open.has(name),
    openNames: () => [...open.keys()],
    touch: () => void revision++,
    get revision() {
      return revision;
    },
    choices: { variants: {}, settings: {} },
    host,
    read,
    file,
    opening,
    glance(name) {
      const own = kept.get(name);
      return own && isCurrent(own) ? project.look(name) : undefined;
    },
    *looking(name) {
      if (!libraryFile(name) && !project.glance(name) && read(name) !== undefined) {
        // Reading takes over the trees of items that stayed: an older compilation is none any more, even if its text comes back meanwhile.
        kept.delete(name);
        yield* readAhead(host, [name], memoryOf(name));
      }
      return project.look(name);
    },
    *checking(name) {
      const look = yield* stretch(project.looking(name), 0, 0.3);
      if (look) yield* stretch(look.compilation.work(), 0.3, 1);
      return look;
    },
    look(name) {
      const library = libraryFile(name);
      if (!library && read(name) === undefined) return undefined;
      // The library needs no root of its own: it is part of every compilation.
      const compilation = library ? emptyCompilation() : compilationOf(name);
      const own = library ?? compilation.program.files.find(({ source }) => source.name === name);
      return own && { project, name, compilation, source: own.source, tree: own.tree, library: library !== undefined };
    },
    knownNames: () => finished(project.reading()),
    *reading() {
      const names = new Set(open.keys());
      for (const name of files.list()) {
        if (name === undefined) yield { part: 0, what: "" };
        else names.add(name);
      }
      let done = 0;
      for (const name of names) {
        yield { part: done / names.size, what: baseName(name) };
        const own = yield* stretch(opening(name), done / names.size, ++done / names.size);
        for (const { from } of own?.tree.imports ?? []) {
          const target = resolved(from.value, name);
          if (from.value && read(target) !== undefined) names.add(target);
        }
      }
      // A tree of a file that is not there any more would never be asked for again.
      for (const name of trees.keys()) if (!names.has(name)) trees.delete(name);
      return [...names];
    },
    chosenVariant(compilation, model) {
      const variants = compilation.variantsOf(model);
      const chosen = variants.find(({ name }) => name === project.choices.variants[model.name.text]) ?? variants[0];
      const settings = Object.entries(project.choices.settings[model.name.text] ?? {}).flatMap(([key, text]) => {
        const value = settingOf(model, key, text);
        return value ? [[key, value] as const] : [];
      });
      if (settings.length === 0) return chosen;
      return { ...chosen, name: `${chosen.name} with ${settings.map(([key]) => `${key}=${project.choices.settings[model.name.text][key]}`).join(", ")}`, configuration: new Map([...chosen.configuration, ...settings]) };
    },
  };
  return project;
}

let empty: Compilation | undefined;
function emptyCompilation(): Compilation {
  return (empty ??= createCompilation({ read: () => undefined, resolve: (from) => from }, []));
}

/** A file of the layer library. */
export function libraryFile(name: string): ProgramFile | undefined {
  return name.startsWith("std/") ? emptyCompilation().program.files.find(({ source }) => source.name === name) : undefined;
}

/** All files of the layer library. */
export function libraryFiles(): readonly ProgramFile[] {
  return emptyCompilation().program.files;
}
