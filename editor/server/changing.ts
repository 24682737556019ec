/** What helps to write and changes texts: completion, renaming, actions, imports of files that move, formatting. */
import { InsertTextFormat, LSPErrorCodes, MarkupKind, ResponseError, type CodeAction, type CompletionItem } from "vscode-languageserver";
import { actionsAt, type Action } from "../service/code-actions.ts";
import { completions, documentationOf, type About } from "../service/completion.ts";
import { formatOnType, formatRange, formattingCharacters } from "../service/format-part.ts";
import { editsForMoves } from "../service/imports.ts";
import { problemOf } from "../service/diagnostics.ts";
import { prepareRename, rename } from "../service/rename.ts";
import type { Capability } from "./capability.ts";
import { protocolDiagnostic } from "./convert-diagnostics.ts";
import { lasting } from "./lasting.ts";
import { checked, parsed } from "./looks.ts";
import { completionKinds } from "./symbol-kinds.ts";
import type { Workspace } from "./workspace.ts";

const actionKinds: readonly Action["kind"][] = ["quickfix", "refactor.extract", "refactor.inline", "refactor.rewrite"];
const moves = { filters: [{ scheme: "file", pattern: { glob: "**/*.net" } }, { scheme: "file", pattern: { glob: "**", matches: "folder" as const } }] };

function protocolAction(workspace: Workspace, { title, kind, edits, mends, preferred }: Action): CodeAction {
  return { title, kind, edit: workspace.workspaceEdit(edits), ...(mends ? { diagnostics: [protocolDiagnostic(workspace, problemOf(mends))] } : {}), ...(preferred ? { isPreferred: true } : {}) };
}

export const changing: readonly Capability[] = [
  {
    name: "completion",
    provides: () => ({ completionProvider: { triggerCharacters: [".", "(", ",", ":", "[", "{", "\"", "/"], resolveProvider: true } }),
    wire(workspace) {
      const { connection, project } = workspace;
      connection.onCompletion(async ({ textDocument: { uri }, position }, token) => {
        const look = await checked(workspace, uri, token);
        if (!look) return null;
        const { replace, items } = completions(look, workspace.offset(uri, position));
        const range = workspace.range(look.name, replace);
        return {
          isIncomplete: false,
          items: items.map(({ label, kind, detail, insert, order, also, about }): CompletionItem => ({
            label, kind: completionKinds[kind], sortText: `${order}${label}`, textEdit: { range, newText: insert ?? label }, insertTextFormat: InsertTextFormat.PlainText,
            ...(detail ? { detail } : {}), ...(also ? { additionalTextEdits: workspace.edits(look.name, also) } : {}), ...(about ? { data: about } : {}),
          })),
        };
      });
      connection.onCompletionResolve((item) => {
        const text = item.data === undefined ? undefined : documentationOf(project, item.data as About);
        return text === undefined ? item : { ...item, documentation: { kind: MarkupKind.Markdown, value: text } };
      });
    },
  },
  {
    name: "rename",
    provides: () => ({ renameProvider: { prepareProvider: true, workDoneProgress: true } }),
    wire(workspace) {
      const { connection } = workspace;
      const refuse = (reason: string): ResponseError<void> => new ResponseError(LSPErrorCodes.RequestFailed, reason);
      connection.onPrepareRename(async ({ textDocument: { uri }, position }, token) => {
        const look = await parsed(workspace, uri, token);
        if (!look) return null;
        const found = prepareRename(look, workspace.offset(uri, position));
        return "refused" in found ? refuse(found.refused) : { range: workspace.range(look.name, found), placeholder: found.name };
      });
      connection.onRenameRequest(async ({ textDocument: { uri }, position, newName }, token, progress) => {
        const look = await checked(workspace, uri, token);
        if (!look) return null;
        const edits = await lasting(workspace, rename(look, workspace.offset(uri, position), newName), { title: `Renaming to ${newName}`, token, progress });
        return "refused" in edits ? refuse(edits.refused) : workspace.workspaceEdit(edits);
      });
    },
  },
  {
    name: "code actions",
    provides: () => ({ codeActionProvider: { codeActionKinds: [...actionKinds] } }),
    wire(workspace) {
      const { connection } = workspace;
      connection.onCodeAction(async ({ textDocument: { uri }, range, context }, token) => {
        const look = await checked(workspace, uri, token);
        if (!look) return null;
        const wanted = (kind: string): boolean => !context.only || context.only.some((asked) => kind === asked || kind.startsWith(`${asked}.`));
        const actions = await lasting(workspace, actionsAt(look, workspace.offsets(uri, range), wanted), { title: "Trying changes", token });
        return actions.map((action) => protocolAction(workspace, action));
      });
    },
  },
  {
    name: "renaming of files",
    provides: () => ({ workspace: { fileOperations: { willRename: moves } } }),
    wire(workspace) {
      const { connection, addresses, project } = workspace;
      connection.workspace.onWillRenameFiles(async ({ files }, token) => {
        const moves = new Map(files.map(({ oldUri, newUri }) => [addresses.nameOf(oldUri), addresses.nameOf(newUri)]));
        return workspace.workspaceEdit(await lasting(workspace, editsForMoves(project, moves), { title: "Following renamed files", token }));
      });
    },
  },
  {
    name: "formatting",
    provides: ({ environment: { format } }) => (format ? { documentFormattingProvider: true, documentRangeFormattingProvider: true, documentOnTypeFormattingProvider: { firstTriggerCharacter: formattingCharacters[0], moreTriggerCharacter: formattingCharacters.slice(1) } } : {}),
    wire(workspace) {
      const { connection, environment: { format } } = workspace;
      if (!format) return;
      connection.onDocumentFormatting(async ({ textDocument: { uri } }, token) => {
        const look = await parsed(workspace, uri, token);
        return look ? workspace.edits(look.name, format(look.source.text)) : null;
      });
      connection.onDocumentRangeFormatting(async ({ textDocument: { uri }, range }, token) => {
        const look = await parsed(workspace, uri, token);
        return look ? workspace.edits(look.name, formatRange(look.source.text, workspace.offsets(uri, range), format)) : null;
      });
      connection.onDocumentOnTypeFormatting(async ({ textDocument: { uri }, position, ch }, token) => {
        const look = await parsed(workspace, uri, token);
        return look ? workspace.edits(look.name, formatOnType(look, workspace.offset(uri, position), ch, format)) : null;
      });
    },
  },
];
