/**
 * Fixes that help: a candidate is applied to the text, the program is checked again, and it is offered only when its diagnostic is gone and no other error
 * has come. So every fix that a person sees makes the mistake go away.
 */
import { checkedInSteps, type CompilationHost } from "./compilation.ts";
import type { Diagnostic, Edit, Fix } from "./diagnostics/diagnostic.ts";
import { finished, type LongWork } from "./long-work.ts";

/** Candidates of one diagnostic that are tried. */
const mostTried = 6;

/** A text with edits applied; undefined when two of them overlap. */
export function applyEdits(text: string, edits: readonly Edit[]): string | undefined {
  const sorted = [...edits].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  let [result, at] = ["", 0];
  for (const { span, newText } of sorted) {
    if (span.start < at) return undefined;
    result += text.slice(at, span.start) + newText;
    at = span.end;
  }
  return result + text.slice(at);
}

export function editsByFile(edits: readonly Edit[]): ReadonlyMap<string, readonly Edit[]> {
  const files = new Map<string, Edit[]>();
  for (const edit of edits) files.set(edit.span.file.name, [...(files.get(edit.span.file.name) ?? []), edit]);
  return files;
}

/** The host as if these edits had been made. */
export function editedHost(host: CompilationHost, edits: readonly Edit[]): CompilationHost | undefined {
  const texts = new Map<string, string>();
  for (const [name, own] of editsByFile(edits)) {
    const text = applyEdits(own[0].span.file.text, own);
    if (text === undefined) return undefined;
    texts.set(name, text);
  }
  return { ...host, read: (name) => texts.get(name) ?? host.read(name), resolve: (from, importer) => host.resolve(from, importer) };
}

const serious = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] => diagnostics.filter((one) => one.severity === "error");
const isSame = (a: Diagnostic, b: Diagnostic): boolean => a.code === b.code && a.message === b.message && a.span.file.name === b.span.file.name;

/**
 * How much a fix helps: `whole`, when the diagnostic goes and every error that is left was there before; `partly`, when it goes in a program of several
 * mistakes and uncovers one that it had hidden; `not` at all.
 */
export function* helps(host: CompilationHost, roots: readonly string[], all: readonly Diagnostic[], diagnostic: Diagnostic, fix: Fix): LongWork<"whole" | "partly" | "not"> {
  const edited = fix.edits.some((edit) => edit.span.file.name.startsWith("std/")) ? undefined : editedHost(host, fix.edits);
  if (!edited) return "not";
  const after = (yield* checkedInSteps(edited, roots)).diagnostics();
  if (after.some((one) => isSame(one, diagnostic))) return "not";
  const [before, left] = [serious(all), serious(after)];
  if (left.every((one) => before.some((earlier) => isSame(earlier, one)))) return "whole";
  return before.length > 1 && left.length <= before.length ? "partly" : "not";
}

/** The fixes of a diagnostic that help, those that uncover nothing first. */
export function fixesOf(host: CompilationHost, roots: readonly string[], all: readonly Diagnostic[], diagnostic: Diagnostic): readonly Fix[] {
  const tried = distinct(diagnostic.fixes).slice(0, mostTried).map((fix) => ({ fix, help: finished(helps(host, roots, all, diagnostic, fix)) }));
  const whole = tried.filter(({ help }) => help === "whole");
  return (whole.length ? whole : tried.filter(({ help }) => help === "partly")).map(({ fix }) => fix);
}

function distinct(fixes: readonly Fix[]): readonly Fix[] {
  const seen = new Set<string>();
  return fixes.filter(({ edits }) => {
    const key = edits.map(({ span, newText }) => `${span.file.name}:${span.start}:${span.end}:${newText}`).join("|");
    return !seen.has(key) && seen.add(key) !== undefined;
  });
}
