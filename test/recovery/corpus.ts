/** The files whose tokens are mangled: examples, the zoo, the models, the layer library. Each is compiled with all texts that it may import. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { createCompilation, type Compilation } from "../../compiler/compilation.ts";
import type { File } from "../../grammar/ast.ts";

/** Tests and benches run from the root; a bundled bench has no other way to know it. */
const repository = process.cwd();

export interface CorpusFile {
  /** From the repository's root: `examples/unet.net`. */
  readonly name: string;
  readonly text: string;
}

const folders = ["examples", "examples/zoo", "models", "compiler/std"];

export function corpusFiles(): readonly CorpusFile[] {
  return folders.flatMap((folder) => {
    if (!existsSync(join(repository, folder))) return [];
    const names = readdirSync(join(repository, folder)).filter((name) => name.endsWith(".net")).sort();
    return names.map((name) => ({ name: `${folder}/${name}`, text: readFileSync(join(repository, folder, name), "utf8") }));
  });
}

/** A file of the corpus under another text; its neighbours are as they are. */
export function compileAs(file: CorpusFile, text: string): Compilation {
  const read = (name: string): string | undefined => {
    if (name === file.name) return text;
    return existsSync(join(repository, name)) ? readFileSync(join(repository, name), "utf8") : undefined;
  };
  return createCompilation({ read, resolve: (from, importer) => posix.normalize(posix.join(posix.dirname(importer), from)) }, [file.name]);
}

export function treeOf(compilation: Compilation, file: CorpusFile): File {
  return compilation.program.files.find(({ source, library }) => source.name === file.name && !library)!.tree;
}
