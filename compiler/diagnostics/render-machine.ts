/** Diagnostics for programs: JSON (one object per line, version 1), SARIF 2.1.0, and GitHub's workflow commands. */
import { positionAt, type Span } from "../../grammar/source.ts";
import { titleOf } from "./codes.ts";
import type { Diagnostic, Severity } from "./diagnostic.ts";
import { joinUsers } from "./render-human.ts";

interface JsonPlace {
  readonly line: number;
  readonly column: number;
  readonly offset: number;
}

export interface JsonRange {
  readonly start: JsonPlace;
  readonly end: JsonPlace;
}

export function rangeOf(span: Span): JsonRange {
  const place = (offset: number): JsonPlace => ({ ...positionAt(span.file, offset), offset });
  return { start: place(span.start), end: place(span.end) };
}


/** The object of version 1: the keys of `commands.md`. */
export function jsonOf(diagnostic: Diagnostic): object {
  return {
    version: 1,
    code: diagnostic.code,
    severity: diagnostic.severity,
    message: diagnostic.message,
    file: diagnostic.span.file.name,
    range: rangeOf(diagnostic.span),
    related: diagnostic.related.map((place) => ({ message: place.message, file: place.span.file.name, range: rangeOf(place.span) })),
    notes: diagnostic.notes,
    ...(diagnostic.help ? { help: diagnostic.help } : {}),
    fixes: diagnostic.fixes.map((fix) => ({
      title: fix.title,
      edits: fix.edits.map((edit) => ({ file: edit.span.file.name, range: rangeOf(edit.span), newText: edit.newText })),
    })),
    usedBy: diagnostic.usedBy.length ? joinUsers(diagnostic.usedBy).split("; ") : [],
    explain: `netc explain ${diagnostic.code}`,
  };
}

export function renderJson(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map((diagnostic) => JSON.stringify(jsonOf(diagnostic))).join("\n");
}

const levels: { readonly [S in Severity]: string } = { error: "error", warning: "warning", info: "note" };

export function renderSarif(diagnostics: readonly Diagnostic[], version: string): string {
  const codes = [...new Set(diagnostics.map((diagnostic) => diagnostic.code))].sort();
  const location = (span: Span): object => {
    const { start, end } = rangeOf(span);
    return {
      physicalLocation: {
        artifactLocation: { uri: span.file.name },
        region: { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column },
      },
    };
  };
  return JSON.stringify({
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "netc", version, rules: codes.map((code) => ({ id: code, shortDescription: { text: titleOf(code) } })) } },
        columnKind: "utf16CodeUnits",
        results: diagnostics.map((diagnostic) => ({
          ruleId: diagnostic.code,
          level: levels[diagnostic.severity],
          message: { text: [diagnostic.message, ...diagnostic.notes, ...(diagnostic.help ? [`help: ${diagnostic.help}`] : [])].join("\n") },
          locations: [location(diagnostic.span)],
          relatedLocations: diagnostic.related.map((place) => ({ ...location(place.span), message: { text: place.message } })),
        })),
      },
    ],
  });
}

/** `::error file=…,line=…,col=…,title=…::message`, which GitHub shows beside the line. */
export function renderGithub(diagnostic: Diagnostic): string {
  const { start, end } = rangeOf(diagnostic.span);
  const escape = (text: string): string => text.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
  const property = (text: string): string => escape(text).replace(/:/g, "%3A").replace(/,/g, "%2C");
  const body = [diagnostic.message, ...diagnostic.notes, ...(diagnostic.help ? [`help: ${diagnostic.help}`] : [])].join("\n");
  const command = diagnostic.severity === "info" ? "notice" : diagnostic.severity;
  return `::${command} file=${property(diagnostic.span.file.name)},line=${start.line},col=${start.column},endLine=${end.line},endColumn=${end.column},title=${property(`${diagnostic.code} ${titleOf(diagnostic.code)}`)}::${escape(body)}`;
}
