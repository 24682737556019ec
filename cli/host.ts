/** Texts from the file system. Names are kept as the person typed them, so that diagnostics show the same paths. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, extname, join, normalize } from "node:path";
import type { CompilationHost } from "../compiler/compilation.ts";
import { nearestName } from "../compiler/diagnostics/nearest.ts";
import { UsageError } from "./errors.ts";

export const fileHost: CompilationHost = {
  read(name) {
    try {
      return readFileSync(name, "utf8");
    } catch {
      return undefined;
    }
  },
  resolve: (from, importer) => normalize(join(dirname(importer), from)),
  beside(name) {
    try {
      return readdirSync(dirname(name)).filter((other) => extname(other) === ".net");
    } catch {
      return [];
    }
  },
};

/** Normalised names of source files; a clear error for what is missing, a folder, or not to be read. */
export function sourceNames(files: readonly string[]): readonly string[] {
  return files.map((file) => {
    const name = normalize(file);
    let folder = false;
    try {
      folder = statSync(name).isDirectory();
      if (!folder) readFileSync(name, { flag: "r" }).subarray(0, 0);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      throw new UsageError(code === "ENOENT" ? `there is no file ${file}` : `cannot read ${file}: ${code ?? String(error)}`, nearbyFile(file));
    }
    if (!folder && extname(name) !== ".net") throw new UsageError(`${file} is no .net file`);
    if (folder) throw new UsageError(`${file} is a folder: name a .net file in it`);
    return name;
  });
}

/** The `.net` files that files and folders name, each once; in a folder those at any depth, but not in hidden folders and `node_modules`. */
export function sourcesUnder(paths: readonly string[]): readonly string[] {
  const names = paths.flatMap((path) => {
    if (!isFolder(path)) return sourceNames([path]);
    const found = listFolder(normalize(path));
    if (found.length === 0) throw new UsageError(`there is no .net file in ${path}`);
    return found;
  });
  return [...new Set(names)];
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function listFolder(folder: string): readonly string[] {
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    throw new UsageError(`cannot read ${folder}: ${(error as NodeJS.ErrnoException).code ?? String(error)}`);
  }
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name.startsWith(".") || entry.name === "node_modules" ? [] : listFolder(path);
    return extname(entry.name) === ".net" && !isFolder(path) ? [path] : [];
  });
}

function nearbyFile(file: string): string | undefined {
  try {
    const near = nearestName(basename(file), readdirSync(dirname(file)));
    return near && `did you mean ${join(dirname(file), near)}?`;
  } catch {
    return undefined;
  }
}
