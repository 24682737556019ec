/** What commands print and write: diagnostics in every format, progress, and files that appear under their names only when complete. */
import { closeSync, fchmodSync, openSync, renameSync, rmSync, writeSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { Diagnostic } from "../compiler/diagnostics/diagnostic.ts";
import { ansiColours, noColours, renderHuman, renderShort } from "../compiler/diagnostics/render-human.ts";
import { renderGithub, renderJson, renderSarif } from "../compiler/diagnostics/render-machine.ts";
import { writingReason } from "../runtime/writing-reason.ts";
import { ProgramError } from "./errors.ts";
import { version } from "./version.ts";

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

/** A line on standard error, when that is a terminal. */
export function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[2K${text}`);
}

export function endProgress(): void {
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[2K");
}

/** Writes a whole file: to a temporary name beside it, then renamed. Parent folders are made. `mode`: its permissions. */
export function writeWhole(path: string, parts: Iterable<Uint8Array | string>, mode?: number): void {
  const partial = `${path}.tmp-${process.pid}`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    const file = openSync(partial, "w");
    try {
      if (mode !== undefined) fchmodSync(file, mode);
      for (const part of parts) {
        const bytes = typeof part === "string" ? Buffer.from(part) : part;
        for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, Math.min(bytes.length - at, 1 << 30));
      }
    } finally {
      closeSync(file);
    }
    renameSync(partial, path);
  } catch (error) {
    try {
      rmSync(partial, { force: true });
    } catch {
      // where it could not be written, there is nothing to remove
    }
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error; // not the disk, but what makes the parts
    throw new ProgramError(`cannot write ${path}: ${code === "EEXIST" ? "a part of the path is a file" : writingReason(error)}`);
  }
}

/** Numbers as people read them: 197.22 M, 149.31 G. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return "?";
  for (const [limit, unit] of [[1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"]] as const) if (Math.abs(value) >= limit) return `${(value / limit).toFixed(2)} ${unit}`;
  return String(value);
}

export function bytesText(value: number): string {
  for (const [limit, unit] of [[2 ** 30, "GiB"], [2 ** 20, "MiB"], [2 ** 10, "KiB"]] as const) if (value >= limit) return `${(value / limit).toFixed(2)} ${unit}`;
  return `${value} B`;
}

export const grouped = (value: number): string => value.toLocaleString("en-US");

