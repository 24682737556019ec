/**
 * The state of the server: open documents, folders, what was configured, and the project that answers. Every open document stays what the client says it
 * is, whatever else goes wrong: an edit is applied before anything is computed.
 */
import type { Connection, Position, Range as ProtocolRange, TextDocumentContentChangeEvent, TextEdit as ProtocolEdit, WorkspaceEdit, Location as ProtocolLocation } from "vscode-languageserver";
import { createProject, libraryFile, type Project } from "../service/project.ts";
import type { FileEdits, Location, Range, TextEdit } from "../service/text.ts";
import { createAddresses, type Addresses } from "./addresses.ts";
import type { Environment } from "./environment.ts";
import { createGraphs, type Graphs } from "./graphs.ts";
import { linesOf, offsetOf, offsetRange, protocolRange, type Encoding, type Lines } from "./positions.ts";
import { defaultSettings, type Settings } from "./settings.ts";

export interface OpenDocument {
  readonly uri: string;
  readonly name: string;
  version: number;
  lines: Lines;
}

/** What the client can do that changes an answer. */
export interface ClientFeatures {
  readonly pullDiagnostics: boolean;
  readonly relatedInformation: boolean;
  readonly documentChanges: boolean;
  readonly refreshDiagnostics: boolean;
  readonly refreshLenses: boolean;
  readonly refreshHints: boolean;
  readonly configuration: boolean;
  readonly registerConfiguration: boolean;
  readonly watchFiles: boolean;
  readonly workDoneProgress: boolean;
  /** Commands that the client itself runs, such as `netc.showGraph`. */
  readonly commands: readonly string[];
}

export interface Workspace {
  readonly connection: Connection;
  readonly environment: Environment;
  /** A clock, in milliseconds. */
  readonly now: () => number;
  readonly project: Project;
  readonly graphs: Graphs;
  readonly addresses: Addresses;
  readonly documents: Map<string, OpenDocument>;
  encoding: Encoding;
  features: ClientFeatures;
  settings: Settings;
  folders: string[];
  open(uri: string, version: number, text: string): void;
  change(uri: string, version: number, changes: readonly TextDocumentContentChangeEvent[]): void;
  close(uri: string): void;
  /** Files changed outside: what was read of them is forgotten. */
  forget(uris?: readonly string[]): void;
  linesOf(name: string): Lines;
  offset(uri: string, position: Position): number;
  offsets(uri: string, range: ProtocolRange): Range;
  range(name: string, range: Range): ProtocolRange;
  location(location: Location): ProtocolLocation;
  edits(name: string, edits: readonly TextEdit[]): ProtocolEdit[];
  workspaceEdit(edits: FileEdits): WorkspaceEdit;
}

export const noFeatures: ClientFeatures = {
  pullDiagnostics: false, relatedInformation: false, documentChanges: false, refreshDiagnostics: false, refreshLenses: false, refreshHints: false, configuration: false, registerConfiguration: false,
  watchFiles: false, workDoneProgress: false, commands: [],
};

export function createWorkspace(connection: Connection, environment: Environment, now: () => number): Workspace {
  const documents = new Map<string, OpenDocument>();
  const texts = new Map<string, { readonly text: string | undefined; readonly stamp: string | undefined; revision: number }>();
  const lines = new Map<string, Lines>();
  const addresses = createAddresses(environment.library);
  let listed: readonly string[] | undefined;
  /** The files of the folders. Only a list that was made without a change in between is kept. */
  function* list(): Generator<string | undefined, void> {
    if (listed) return yield* listed;
    const { folders } = workspace;
    const found = new Set<string>();
    const { revision } = project;
    for (const folder of folders) {
      for (const path of environment.list(folder)) {
        if (path === undefined) yield undefined;
        else found.add(path);
      }
    }
    const all = [...found].sort();
    if (workspace.folders === folders && project.revision === revision) listed = all;
    yield* all;
  }
  const project = createProject({
    read(name) {
      if (name.startsWith("std/") || /^[a-z][a-z0-9+.-]+:/i.test(name)) return undefined;
      const known = texts.get(name);
      if (known && isCurrent(name, known)) return known.text;
      const made = { stamp: environment.stamp(name), text: environment.read(name), revision: project.revision };
      texts.set(name, made);
      return made.text;
    },
    list,
  });
  /** A client that watches files says when one changed; for others a file is looked at again once a text was edited or saved. */
  const isCurrent = (name: string, known: { readonly stamp: string | undefined; revision: number }): boolean => {
    if (workspace.features.watchFiles || known.revision === project.revision) return true;
    known.revision = project.revision;
    return environment.stamp(name) === known.stamp;
  };
  const documentNamed = (name: string): OpenDocument | undefined => [...documents.values()].find((document) => document.name === name);
  const workspace: Workspace = {
    connection, environment, now, project, addresses, documents,
    get graphs() {
      return graphs;
    },
    encoding: "utf-16", features: noFeatures, settings: defaultSettings, folders: [],
    open(uri, version, text) {
      const document = { uri, name: addresses.nameOf(uri), version, lines: linesOf(text) };
      documents.set(uri, document);
      if (!libraryFile(document.name)) project.setText(document.name, text);
    },
    change(uri, version, changes) {
      const document = documents.get(uri);
      if (!document) return;
      let now = document.lines;
      for (const change of changes) {
        const { start, end } = "range" in change ? offsetRange(now, change.range, workspace.encoding) : { start: 0, end: now.text.length };
        now = linesOf(now.text.slice(0, start) + change.text + now.text.slice(end));
      }
      document.lines = now;
      document.version = version;
      if (!libraryFile(document.name)) project.setText(document.name, document.lines.text);
    },
    close(uri) {
      const document = documents.get(uri);
      if (!document) return;
      documents.delete(uri);
      texts.delete(document.name);
      project.close(document.name);
    },
    forget(uris) {
      if (uris) for (const uri of uris) texts.delete(addresses.nameOf(uri));
      else texts.clear();
      listed = undefined;
      project.touch();
    },
    linesOf(name) {
      const open = documentNamed(name);
      if (open && !libraryFile(name)) return open.lines;
      const text = libraryFile(name)?.source.text ?? project.read(name) ?? "";
      const known = lines.get(name);
      if (known?.text === text) return known;
      const made = linesOf(text);
      lines.set(name, made);
      return made;
    },
    offset: (uri, position) => offsetOf(workspace.linesOf(addresses.nameOf(uri)), position, workspace.encoding),
    offsets: (uri, range) => offsetRange(workspace.linesOf(addresses.nameOf(uri)), range, workspace.encoding),
    range: (name, range) => protocolRange(workspace.linesOf(name), range, workspace.encoding),
    location: (location) => ({ uri: documentNamed(location.file)?.uri ?? addresses.uriOf(location.file), range: workspace.range(location.file, location) }),
    edits: (name, edits) => edits.map(({ start, end, newText }) => ({ range: workspace.range(name, { start, end }), newText })),
    workspaceEdit(edits) {
      const files = [...edits].map(([name, own]) => ({ document: documentNamed(name), uri: documentNamed(name)?.uri ?? addresses.uriOf(name), edits: workspace.edits(name, own) }));
      if (!workspace.features.documentChanges) return { changes: Object.fromEntries(files.map((file) => [file.uri, file.edits])) };
      return { documentChanges: files.map((file) => ({ textDocument: { uri: file.uri, version: file.document?.version ?? null }, edits: file.edits })) };
    },
  };
  const graphs = createGraphs(workspace);
  return workspace;
}
