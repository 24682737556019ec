/** A model as a program of TensorFlow.js with two entries, `evaluate` and `trainingStep`: modules of their own, and the library functions that they call. */
import { buildTfjs, type EntryPlace, type Refusal, type TfjsBackend, type TfjsEntry as Entry, type TfjsProgram } from "../backends/tfjs/index.ts";

/** An entry whose file has no ending: in a project it is TypeScript, in this process JavaScript. */
export type TfjsEntry = EntryPlace;
export type TfjsFiles = TfjsProgram;

export interface TfjsFilesOptions {
  readonly language?: "typescript" | "javascript";
  readonly backends?: readonly TfjsBackend[];
}

export function buildTfjsFiles(entries: readonly Entry[], { language = "typescript", backends }: TfjsFilesOptions = {}): TfjsFiles | { readonly refused: readonly Refusal[] } {
  const built = buildTfjs(entries, { language, backends });
  if ("refused" in built) return built;
  return { ...built, entries: new Map([...built.entries].map(([name, entry]) => [name, { ...entry, file: entry.file.replace(/\.[jt]s$/, "") }])) };
}
