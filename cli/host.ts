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

function nearbyFile(file: string): string | undefined {
  try {
    const near = nearestName(basename(file), readdirSync(dirname(file)));
    return near && `did you mean ${join(dirname(file), near)}?`;
  } catch {
    return undefined;
  }
}
