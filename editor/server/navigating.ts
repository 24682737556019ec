/** Ways through the text: to declarations, uses and callers, and over the symbols of files. */
import type { CallHierarchyItem, DocumentSymbol } from "vscode-languageserver";
import { callableAt, incomingCalls, outgoingCalls, type Callable } from "../service/call-hierarchy.ts";
import { links } from "../service/imports.ts";
import { outline, workspaceSymbols, type OutlineEntry } from "../service/outline.ts";
import { definition, highlights, references } from "../service/references.ts";
import type { Capability } from "./capability.ts";
import { lasting } from "./lasting.ts";
import { parsed } from "./looks.ts";
import { symbolKinds } from "./symbol-kinds.ts";
import type { Workspace } from "./workspace.ts";

function documentSymbol(workspace: Workspace, name: string, entry: OutlineEntry): DocumentSymbol {
  return {
    name: entry.name, detail: entry.detail, kind: symbolKinds[entry.kind], range: workspace.range(name, entry.range), selectionRange: workspace.range(name, entry.nameRange),
    children: entry.children.map((child) => documentSymbol(workspace, name, child)),
  };
}

function hierarchyItem(workspace: Workspace, { name, kind, detail, file, range, nameRange }: Callable): CallHierarchyItem {
  return { name, kind: symbolKinds[kind], detail, uri: workspace.location({ file, ...range }).uri, range: workspace.range(file, range), selectionRange: workspace.range(file, nameRange), data: { file, name } };
}

export const navigating: readonly Capability[] = [
  {
    name: "definition",
    provides: () => ({ definitionProvider: true }),
    wire(workspace) {
      workspace.connection.onDefinition(async ({ textDocument: { uri }, position }, token) => {
        const look = await parsed(workspace, uri, token);
        const found = look && definition(look, workspace.offset(uri, position));
        return found ? found.to.map((place) => workspace.location(place)) : null;
      });
    },
  },
  {
    name: "references",
    provides: () => ({ referencesProvider: { workDoneProgress: true } }),
    wire(workspace) {
      workspace.connection.onReferences(async ({ textDocument: { uri }, position, context }, token, progress) => {
        const look = await parsed(workspace, uri, token);
        if (!look) return null;
        const found = await lasting(workspace, references(look, workspace.offset(uri, position), context.includeDeclaration), { title: "Finding references", token, progress });
        return found.map((place) => workspace.location(place));
      });
    },
  },
  {
    name: "document highlight",
    provides: () => ({ documentHighlightProvider: true }),
    wire(workspace) {
      workspace.connection.onDocumentHighlight(async ({ textDocument: { uri }, position }, token) => {
        const look = await parsed(workspace, uri, token);
        return look ? highlights(look, workspace.offset(uri, position)).map(({ write, ...range }) => ({ range: workspace.range(look.name, range), kind: write ? 3 : 2 })) : null;
      });
    },
  },
  {
    name: "document symbols",
    provides: () => ({ documentSymbolProvider: true }),
    wire(workspace) {
      workspace.connection.onDocumentSymbol(async ({ textDocument: { uri } }, token) => {
        const look = await parsed(workspace, uri, token);
        return look ? outline(look).map((entry) => documentSymbol(workspace, look.name, entry)) : null;
      });
    },
  },
  {
    name: "workspace symbols",
    provides: () => ({ workspaceSymbolProvider: { workDoneProgress: true } }),
    wire(workspace) {
      workspace.connection.onWorkspaceSymbol(async ({ query }, token, progress) => {
        const found = await lasting(workspace, workspaceSymbols(workspace.project, query), { title: "Looking for symbols", token, progress });
        return found.map(({ name, kind, location, container }) => ({ name, kind: symbolKinds[kind], location: workspace.location(location), containerName: container }));
      });
    },
  },
  {
    name: "document links",
    provides: () => ({ documentLinkProvider: {} }),
    wire(workspace) {
      workspace.connection.onDocumentLinks(async ({ textDocument: { uri } }, token) => {
        const look = await parsed(workspace, uri, token);
        return look ? links(look).map(({ file, ...range }) => ({ range: workspace.range(look.name, range), target: workspace.location({ file, start: 0, end: 0 }).uri })) : null;
      });
    },
  },
  {
    name: "call hierarchy",
    provides: () => ({ callHierarchyProvider: { workDoneProgress: true } }),
    wire(workspace) {
      const { connection, project } = workspace;
      const nameOf = ({ data }: CallHierarchyItem): { readonly file: string; readonly name: string } => data as { file: string; name: string };
      connection.languages.callHierarchy.onPrepare(async ({ textDocument: { uri }, position }, token) => {
        const look = await parsed(workspace, uri, token);
        const found = look && callableAt(look, workspace.offset(uri, position));
        return found ? [hierarchyItem(workspace, found)] : null;
      });
      connection.languages.callHierarchy.onIncomingCalls(async ({ item }, token, progress) => {
        const found = await lasting(workspace, incomingCalls(project, nameOf(item).file, nameOf(item).name), { title: "Finding callers", token, progress });
        return found.map(({ other, places }) => ({ from: hierarchyItem(workspace, other), fromRanges: places.map((place) => workspace.range(other.file, place)) }));
      });
      connection.languages.callHierarchy.onOutgoingCalls(({ item }) =>
        outgoingCalls(project, nameOf(item).file, nameOf(item).name).map(({ other, places }) => ({ to: hierarchyItem(workspace, other), fromRanges: places.map((place) => workspace.range(nameOf(item).file, place)) })),
      );
    },
  },
];
