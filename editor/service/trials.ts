/**
 * Checking a program with a change in it that nobody made yet, in steps. What one trial found out serves the next, so that only the first of a program costs
 * a whole check; and that one is cut into pieces: the program grows by kinds of items, and each piece checks what is new.
 */
import { createCompilation, createMemory, type Compilation, type CompilationHost, type CompilationMemory } from "../../compiler/compilation.ts";
import type { Item } from "../../grammar/ast.ts";
import { parse } from "../../grammar/parse.ts";
import { createSourceFile } from "../../grammar/source.ts";
import type { LongWork } from "./long-work.ts";
import { baseName } from "./paths.ts";

/** Programs for which trials are remembered. */
const mostRemembered = 2;

export interface Trials {
  /** The program of a root in the texts of a host. It holds until the next trial of this root. */
  checked(host: CompilationHost, root: string): LongWork<Compilation>;
  forget(root: string): void;
}

export function createTrials(): Trials {
  const memories = new Map<string, CompilationMemory>();
  return {
    *checked(host, root) {
      const known = memories.get(root);
      const memory = known ?? createMemory();
      memories.delete(root);
      if (!known) yield* grown(host, root, memory);
      const compilation = createCompilation(host, [root], memory);
      compilation.diagnostics();
      memories.set(root, memory);
      for (const other of memories.keys()) {
        if (memories.size <= mostRemembered) break;
        memories.delete(other);
      }
      return compilation;
    },
    forget: (root) => void memories.delete(root),
  };
}

/** Kinds of items, each checked with those before it. */
const stages: readonly (readonly Item["kind"][])[] = [["Choice", "Block"], ["Model"], ["Ablation"], ["Weights"]];

/** Fills a memory with what is found out about a program, a piece after the other: the files that it imports first. */
function* grown(host: CompilationHost, root: string, memory: CompilationMemory): LongWork<void> {
  const files = filesOf(host, root);
  for (const [i, name] of files.entries()) {
    for (const [stage] of stages.entries()) {
      yield { part: (i * stages.length + stage) / (files.length * stages.length), what: baseName(name) };
      const shown = new Set(stages.slice(0, stage + 1).flat());
      const read = (file: string): string | undefined => (file === name ? host.read(file) && onlyItems(host.read(file)!, shown) : host.read(file));
      createCompilation({ ...host, read }, files.slice(0, i + 1), memory).diagnostics();
    }
  }
}

/** A root and what it imports, each file behind those that it imports. */
function filesOf(host: CompilationHost, root: string): readonly string[] {
  const ordered = new Set<string>();
  const seen = new Set<string>();
  const visit = (name: string): void => {
    const text = seen.has(name) ? undefined : host.read(name);
    seen.add(name);
    if (text === undefined) return;
    for (const { from } of parse(createSourceFile(name, text)).file.imports) if (from.value) visit(host.resolve(from.value, name));
    ordered.add(name);
  };
  visit(root);
  return [...ordered];
}

/** A text in which the items of other kinds are blank, and every other item stands where it stood. */
function onlyItems(text: string, kinds: ReadonlySet<Item["kind"]>): string {
  let [result, at] = ["", 0];
  for (const { kind, span } of parse(createSourceFile("text.net", text)).file.items) {
    if (kinds.has(kind) || kind === "MissingItem") continue;
    result += text.slice(at, span.start) + text.slice(span.start, span.end).replace(/[^\r\n]/g, " ");
    at = span.end;
  }
  return result + text.slice(at);
}
