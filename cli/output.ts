/** What commands print and write: diagnostics in every format, progress, and files that appear under their names only when complete. */
import type { Diagnostic } from "../compiler/diagnostics/diagnostic.ts";
import { ansiColours, noColours, renderHuman, renderShort } from "../compiler/diagnostics/render-human.ts";
import { renderGithub, renderJson, renderSarif } from "../compiler/diagnostics/render-machine.ts";
import { WritingError, writeWhole as writeWholeFile } from "../runtime/whole-file.ts";
import { ProgramError } from "./errors.ts";
import { version } from "./version.ts";

export { endProgress, grouped, progress, short } from "../runtime/terminal.ts";

export const formats = ["human", "short", "json", "sarif", "github"] as const;
export type Format = (typeof formats)[number];

export function useColours(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && !process.env["NO_COLOR"];
}

/** Diagnostics to standard output (machine formats) or standard error (for people). */
export function printDiagnostics(diagnostics: readonly Diagnostic[], format: Format): void {
  switch (format) {
    case "human": {
      const colours = useColours(process.stderr) ? ansiColours : noColours;
      for (const diagnostic of diagnostics) process.stderr.write(`${renderHuman(diagnostic, colours)}\n\n`);
      return;
    }
    case "short":
      for (const diagnostic of diagnostics) process.stdout.write(`${renderShort(diagnostic)}\n`);
      return;
    case "json":
      if (diagnostics.length) process.stdout.write(`${renderJson(diagnostics)}\n`);
      return;
    case "sarif":
      process.stdout.write(`${renderSarif(diagnostics, version)}\n`);
      return;
    case "github":
      for (const diagnostic of diagnostics) process.stdout.write(`${renderGithub(diagnostic)}\n`);
  }
}

/** As of the runtime; what cannot be written is told as a ProgramError. */
export function writeWhole(path: string, parts: Iterable<Uint8Array | string>, mode?: number): void {
  try {
    writeWholeFile(path, parts, mode);
  } catch (error) {
    if (error instanceof WritingError) throw new ProgramError(error.message);
    throw error;
  }
}

export function bytesText(value: number): string {
  for (const [limit, unit] of [[2 ** 30, "GiB"], [2 ** 20, "MiB"], [2 ** 10, "KiB"]] as const) if (value >= limit) return `${(value / limit).toFixed(2)} ${unit}`;
  return `${value} B`;
}
