/** Compiling programs in tests: from files of the repository, or from texts. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { createCompilation, type Compilation } from "../compiler/compilation.ts";
import type { Diagnostic } from "../compiler/diagnostics/diagnostic.ts";
import { textOf } from "../grammar/source.ts";

export const repository = normalize(join(import.meta.dirname, ".."));

/** A compilation of files of the repository, by their paths from its root. */
export function compileFiles(...names: readonly string[]): Compilation {
  return createCompilation(
    {
      read: (name) => (existsSync(join(repository, name)) ? readFileSync(join(repository, name), "utf8") : undefined),
      resolve: (from, importer) => normalize(join(dirname(importer), from)),
    },
    names,
  );
}

/** A compilation of texts: `main.net` is the root, others can be imported. */
export function compileText(main: string, others: Readonly<Record<string, string>> = {}): Compilation {
  const texts: Record<string, string> = { "main.net": main, ...others };
  return createCompilation({ read: (name) => texts[name], resolve: (from) => normalize(from) }, ["main.net"]);
}

/** `NET0301 `mid`` : the code and the underlined text of each diagnostic. */
export function brief(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics.map((diagnostic) => `${diagnostic.code} \`${textOf(diagnostic.span)}\``);
}

export function problemsOf(main: string, others: Readonly<Record<string, string>> = {}): readonly Diagnostic[] {
  return compileText(main, others).diagnostics();
}

/** Every `.net` file of the repository that is a program. */
export function netFiles(): readonly string[] {
  return ["models", "examples"].flatMap((folder) => readdirSync(join(repository, folder)).filter((name) => name.endsWith(".net")).sort().map((name) => `${folder}/${name}`));
}
