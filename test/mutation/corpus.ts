/**
 * The programs into which faults are put: examples, models, the layer library, and the code of docs/language.md that checks. A program is a
 * set of texts, one of which is changed; a file that others import is changed beneath a file that uses it.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { createCompilation, type Compilation, type CompilationHost } from "../../compiler/compilation.ts";
import type { File } from "../../grammar/ast.ts";

export interface Program {
  /** How reports speak of it. */
  readonly name: string;
  readonly texts: Readonly<Record<string, string>>;
  /** The file that is compiled, and the file that is changed. */
  readonly root: string;
  readonly target: string;
}

/** A program of the corpus, checked: rules read its tree and what its expressions are. */
export interface Subject {
  readonly program: Program;
  readonly compilation: Compilation;
  readonly file: File;
}

export function compile(program: Program, text = program.texts[program.target]): Compilation {
  return createCompilation(hostOf(program, text), [program.root]);
}

export function hostOf(program: Program, text: string): CompilationHost {
  const texts: Readonly<Record<string, string>> = { ...program.texts, [program.target]: text };
  return { read: (name) => texts[name], resolve: (from, importer) => normalize(join(dirname(importer), from)) };
}

export function treeOf(compilation: Compilation, name: string): File {
  return compilation.program.files.find((file) => file.source.name === name && !file.library)!.tree;
}

/** The programs of the repository that have no diagnostics, of those that are wanted. */
export function corpus(repository: string, wanted: (program: Program) => boolean = () => true): readonly Subject[] {
  const read = (name: string): string => readFileSync(join(repository, name), "utf8");
  const filesIn = (folder: string): readonly string[] => (existsSync(join(repository, folder)) ? readdirSync(join(repository, folder)) : []).filter((name) => name.endsWith(".net")).sort().map((name) => `${folder}/${name}`);
  const alone = (name: string, text: string): Program => ({ name, texts: { "main.net": text }, root: "main.net", target: "main.net" });
  const files = ["examples", "models", "examples/zoo"].flatMap(filesIn);
  const texts = Object.fromEntries(files.map((name) => [name, read(name)]));
  // What CLIP's towers are used for stands in the other file.
  const programs = files.map((target): Program => ({ name: target, texts, root: target === "models/clip.net" ? "models/cd2fsan.net" : target, target }));
  const library = filesIn("compiler/std").map((name) => alone(name, read(name)));
  const page = [...read("docs/language.md").matchAll(/^```net\n([\s\S]*?)^```$/gm)].map(([, text], i) => alone(`docs/language.md#${i + 1}`, text));
  return [...programs, ...library, ...page].filter(wanted).map(subjectOf).filter(({ compilation }) => compilation.diagnostics().length === 0);
}

export function subjectOf(program: Program): Subject {
  const compilation = compile(program);
  return { program, compilation, file: treeOf(compilation, program.target) };
}
